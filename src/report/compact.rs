//! One line a finding, `path:line:col: severity[policy] message`: what editors, `grep` and problem matchers read.

use super::spot::Spot;
use super::{Report, Style, words};
use crate::source::{Shown, escape_controls};
use std::io::{self, Write as _};

/// Writes findings, what is undecided, problems, and what was checked at last; nothing at all when `quiet`.
///
/// # Errors
/// Those of `out`.
pub(super) fn render(report: &Report, shown: Shown<'_>, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    if style.quiet {
        return Ok(());
    }
    let mut out = io::BufWriter::new(out);
    for notice in words::foremost(report) {
        writeln!(out, "note: {notice}")?;
    }
    for finding in &report.findings {
        let Spot { path, place, missing } = Spot::of(finding, shown);
        let missing = if missing { " (there is no such file)" } else { "" };
        let (policy, said) = (escape_controls(&finding.policy), words::said(finding));
        writeln!(out, "{path}:{}:{}: {}[{policy}] {said}{missing}", place.line, place.column, finding.severity)?;
    }
    for doubt in &report.undecided {
        let policies: Vec<String> = doubt.policies.iter().map(|policy| escape_controls(policy)).collect();
        let place = doubt.span.map(|span| at(&Spot::at(span, shown))).unwrap_or_default();
        writeln!(out, "{place}undecided[{}] {}", policies.join(","), words::undecided(doubt))?;
    }
    for problem in report.problems.iter().filter(|_| style.problems) {
        let path = || problem.path.as_ref().map(|path| format!("{}: ", escape_controls(path)));
        let place = problem.span.map(|span| at(&Spot::at(span, shown))).or_else(path).unwrap_or_default();
        let said = words::joined(&words::problem(problem));
        writeln!(out, "{place}problem[{}] {}", problem.about, said)?;
    }
    out.write_all(super::human::closing(report, &Style { color: false, ..*style }).as_bytes())?;
    out.flush()
}

/// `path:line:col: `.
fn at(spot: &Spot<'_>) -> String {
    format!("{}:{}:{}: ", spot.path, spot.place.line, spot.place.column)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::super::tests::{rendered, samples};

    #[test]
    fn a_line_is_a_finding_and_says_where() {
        let text = rendered("compact", &samples()[0]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            "env/prod/dragonfly-api.env:3:108: error[runtime-goes-through-the-pooler] DATABASE_URL of dragonfly-api in \
             prod connects past the pooler: port 5432 is the session pooler"
        );
        let place =
            regex::Regex::new(r"^[^:]+:[1-9][0-9]*:[1-9][0-9]*: (error|warning|info)\[[a-z/-]+\] [^ ]").unwrap();
        let findings = samples()[0].report.findings.len();
        for line in &lines[..findings] {
            assert!(place.is_match(line), "{line}");
        }
        assert!(lines[4].ends_with("(there is no such file)"), "{}", lines[4]);
        assert!(lines[findings].contains("undecided[runtime-goes-through-the-pooler,no-secret-shared"), "{text}");
        assert!(lines[findings + 1].starts_with("undecided[dragonfly-matrix] "), "{text}");
        assert!(lines[lines.len() - 2].starts_with("Checked 14 documents"), "{text}");
        assert!(text.ends_with("exit 1\n"), "{text}");
    }

    #[test]
    fn problems_stand_where_they_are_and_the_status_last() {
        let text = rendered("compact", &samples()[1]);
        assert!(text.contains("policies/migrations.yaml:18:40: problem[policy] no fact `operation`"), "{text}");
        assert!(text.contains("env/prdo/\\u{7}: problem[path] no such file"), "{text}");
        assert!(text.ends_with("exit 2\n"), "{text}");
    }
}
