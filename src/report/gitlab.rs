//! GitLab's Code Quality report: a list of issues, which a merge request shows beside its lines. What the fields are says
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use super::identity::Fingerprints;
use super::spot::{Spot, in_repository};
use super::{Report, Style, words};
use crate::finding::{Finding, Problem, Severity, Undecided};
use crate::source::{Shown, escape_controls};
use serde::Serialize;
use std::io::{self, Write as _};

/// One entry.
#[derive(Serialize)]
struct Issue {
    /// What is wrong, for people.
    description: String,
    /// The policy.
    check_name: String,
    /// What it is known by from one run to the next: GitLab shows what the target branch does not have.
    fingerprint: String,
    /// `info`, `minor`, `major`, `critical` or `blocker`.
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    /// Relative to the root of the repository, without `./`.
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

/// Writes one JSON document, an issue a line; also when `quiet`.
///
/// # Errors
/// Those of `out`.
pub(super) fn render(report: &Report, shown: Shown<'_>, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let mut fingerprints = Fingerprints::default();
    let findings = report.findings.iter().map(|finding| of(finding, fingerprints.next(finding, shown), report, shown));
    // GitLab has no other place for what keeps a run from its verdict: without it, a broken run looks like a clean one.
    let problems = report.problems.iter().map(|problem| of_problem(problem, report, shown));
    let undecided = report.undecided.iter().map(|doubt| of_undecided(doubt, report, shown));
    // What a change does to what judges it is for its reviewers, wherever they look.
    let notices = words::foremost(report).map(|said| nameless("notice".to_owned(), said, "info", None, report));
    out.write_all(b"[")?;
    for (index, issue) in notices.chain(findings).chain(problems).chain(undecided).enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut out, &issue).map_err(io::Error::from)?;
    }
    out.write_all(b"\n]\n")?;
    out.flush()
}

fn of(finding: &Finding, fingerprint: String, report: &Report, shown: Shown<'_>) -> Issue {
    let spot = Spot::of(finding, shown);
    Issue {
        description: words::said(finding),
        check_name: escape_controls(&finding.policy),
        fingerprint,
        severity: match finding.severity {
            Severity::Info => "info",
            Severity::Warning => "minor",
            Severity::Error => "major",
        },
        location: location(report, &spot.path, spot.place.line),
    }
}

fn of_problem(problem: &Problem, report: &Report, shown: Shown<'_>) -> Issue {
    let said = words::problem(problem);
    let spot = problem.span.map(|span| Spot::at(span, shown));
    let place = spot.as_ref().map(|spot| (spot.path.to_string(), spot.place.line));
    let path = problem.path.as_deref().filter(|_| problem.about != "usage").map(|path| (escape_controls(path), 1));
    nameless(format!("no-verdict/{}", problem.about), words::joined(&said), "blocker", place.or(path), report)
}

fn of_undecided(doubt: &Undecided, report: &Report, shown: Shown<'_>) -> Issue {
    let spot = doubt.span.map(|span| Spot::at(span, shown));
    let place = spot.map(|spot| (spot.path.into_owned(), spot.place.line));
    nameless("undecided".to_owned(), words::undecided(doubt), "minor", place, report)
}

/// An issue of no policy; where it has no place either, it stands at the configuration.
fn nameless(
    check_name: String,
    description: String,
    severity: &'static str,
    place: Option<(String, usize)>,
    report: &Report,
) -> Issue {
    let (path, line) = place.unwrap_or_else(|| (crate::config::FILE_NAME.to_owned(), 1));
    let location = location(report, &path, line);
    let identity = super::identity::Identity { policy: check_name.clone(), path, object: description.clone(), nth: 0 };
    Issue { description, check_name, fingerprint: identity.fingerprint(), severity, location }
}

fn location(report: &Report, path: &str, begin: usize) -> Location {
    Location { path: in_repository(&report.base, path).into_owned(), lines: Lines { begin } }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::super::tests::{rendered, samples};
    use serde_json::Value;
    use std::collections::BTreeSet;

    /// The table of fields in GitLab's manual, "Code Quality report format".
    #[test]
    fn every_issue_has_the_fields_of_the_manual() {
        for sample in samples() {
            let text = rendered("gitlab", &sample);
            assert!(!text.starts_with('\u{feff}'), "a byte order mark is refused");
            let issues: Value = serde_json::from_str(&text).unwrap();
            let issues = issues.as_array().unwrap();
            let report = &sample.report;
            assert_eq!(issues.len(), report.findings.len() + report.problems.len() + report.undecided.len());
            let mut prints = BTreeSet::new();
            for issue in issues {
                assert!(!issue["description"].as_str().unwrap().is_empty());
                assert!(!issue["check_name"].as_str().unwrap().is_empty());
                assert!(prints.insert(issue["fingerprint"].as_str().unwrap()), "{issue}");
                let known = ["info", "minor", "major", "critical", "blocker"];
                assert!(known.contains(&issue["severity"].as_str().unwrap()), "{issue}");
                let path = issue["location"]["path"].as_str().unwrap();
                assert!(!path.is_empty() && !path.starts_with("./") && !path.starts_with('/'), "{path}");
                assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
            }
        }
    }

    #[test]
    fn a_clean_run_is_an_empty_list() {
        let mut sample = samples().swap_remove(0);
        sample.report.findings.clear();
        sample.report.undecided.clear();
        assert_eq!(serde_json::from_str::<Value>(&rendered("gitlab", &sample)).unwrap(), Value::Array(Vec::new()));
    }

    #[test]
    fn severities_are_those_of_gitlab() {
        let issues: Value = serde_json::from_str(&rendered("gitlab", &samples()[0])).unwrap();
        assert_eq!((&issues[0]["severity"], &issues[0]["location"]["lines"]["begin"]), (&"major".into(), &3.into()));
        assert_eq!(issues[2]["severity"], "minor", "a warning");
        let broken: Value = serde_json::from_str(&rendered("gitlab", &samples()[1])).unwrap();
        assert_eq!(
            (&broken[0]["severity"], &broken[0]["check_name"]),
            (&"blocker".into(), &"no-verdict/policy".into())
        );
    }
}
