//! JUnit XML, for what shows tests: a suite a file, a failure a finding, and a suite of the policies. A policy that found
//! nothing passes, one that had nothing to judge is skipped, so that "not judged" never looks like a success. What could
//! not be decided, and what stands in the way of a verdict, is an error.

use super::spot::Spot;
use super::{Report, RunState, Style, words, xml};
use crate::finding::{Finding, Waived};
use crate::source::Shown;
use std::collections::HashSet;
use std::io::{self, Write};

/// Writes the report, also when `quiet`.
///
/// # Errors
/// Those of `out`.
pub(super) fn render(report: &Report, shown: Shown<'_>, _: &Style, out: &mut dyn Write) -> io::Result<()> {
    let out = &mut io::BufWriter::new(out);
    let failed: HashSet<&str> = report.findings.iter().filter_map(|finding| finding.policy.split('/').next()).collect();
    let silent: Vec<_> = report.states.iter().filter(|state| !failed.contains(state.policy.as_str())).collect();
    let errors = report.problems.len() + report.undecided.len();
    let notices: Vec<String> = words::foremost(report).collect();
    let tests = notices.len() + report.findings.len() + report.waived.len() + silent.len() + errors;
    let failures = report.findings.len();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"preflight\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\">")?;
    of_notices(&notices, out)?;
    of_problems(report, shown, out)?;
    let path = |finding: &Finding| Spot::of(finding, shown).path.into_owned();
    for group in report.findings.chunk_by(|one, other| path(one) == path(other)) {
        let Some(first) = group.first() else { continue };
        suite(out, &path(first), group.len(), (group.len(), 0, 0))?;
        for finding in group {
            failure(finding, shown, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    of_waived(&report.waived, shown, out)?;
    of_policies(report, &silent, out)?;
    writeln!(out, "</testsuites>")?;
    out.flush()
}

/// The beginning of a suite with its counts: tests, and of them failures, errors and skipped ones.
fn suite(out: &mut dyn Write, name: &str, tests: usize, of_them: (usize, usize, usize)) -> io::Result<()> {
    let (failures, errors, skipped) = of_them;
    writeln!(
        out,
        "  <testsuite name=\"{}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" \
         skipped=\"{skipped}\">",
        xml::text(name)
    )
}

fn failure(finding: &Finding, shown: Shown<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Spot { path, place, .. } = Spot::of(finding, shown);
    let (policy, said) = (xml::text(&finding.policy), xml::text(&words::said(finding)));
    let (path, at) = (xml::text(&path), format!("{}:{}", place.line, place.column));
    writeln!(
        out,
        "    <testcase name=\"{policy} at {at}\" classname=\"{policy}\" file=\"{path}\">\
         <failure type=\"{}\" message=\"{said}\">",
        finding.severity
    )?;
    writeln!(out, "{path}:{at}: {said}")?;
    for (lead, text) in [("why", &finding.advice.why), ("fix", &finding.advice.fix)] {
        if !text.trim().is_empty() {
            writeln!(out, "{lead}: {}", xml::text(&words::one_line(text)))?;
        }
    }
    writeln!(out, "</failure></testcase>")
}

/// What is to be read first, each as a test that passes.
fn of_notices(notices: &[String], out: &mut dyn Write) -> io::Result<()> {
    if notices.is_empty() {
        return Ok(());
    }
    suite(out, "notice", notices.len(), (0, 0, 0))?;
    for notice in notices {
        writeln!(out, "    <testcase name=\"{}\" classname=\"notice\"/>", xml::text(notice))?;
    }
    writeln!(out, "  </testsuite>")
}

/// What kept the run from its verdict, and what could not be decided.
fn of_problems(report: &Report, shown: Shown<'_>, out: &mut dyn Write) -> io::Result<()> {
    if !report.problems.is_empty() {
        let count = report.problems.len();
        suite(out, "no verdict", count, (0, count, 0))?;
        for problem in &report.problems {
            let at = problem.span.map(|span| Spot::at(span, shown));
            let at = at.map(|spot| format!("{}:{}:{}", spot.path, spot.place.line, spot.place.column));
            let at = at.or_else(|| problem.path.clone()).unwrap_or_default();
            error(out, problem.about, &at, &words::one_line(&problem.message), &problem.help)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    if !report.undecided.is_empty() {
        let count = report.undecided.len();
        suite(out, "undecided", count, (0, count, 0))?;
        for doubt in &report.undecided {
            let at = doubt.span.map(|span| Spot::at(span, shown));
            let at = at.map(|spot| format!("{}:{}:{}", spot.path, spot.place.line, spot.place.column));
            error(out, "undecided", &at.unwrap_or_default(), &words::one_line(&doubt.message), &doubt.help)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    Ok(())
}

fn error(out: &mut dyn Write, kind: &str, at: &str, said: &str, help: &str) -> io::Result<()> {
    let name = if at.is_empty() { said.to_owned() } else { format!("{kind} at {at}") };
    let (kind, name, said) = (xml::text(kind), xml::text(&name), xml::text(said));
    writeln!(
        out,
        "    <testcase name=\"{name}\" classname=\"{kind}\"><error type=\"{kind}\" message=\"{said}\">{}</error></testcase>",
        xml::text(&words::one_line(help))
    )
}

fn of_waived(waived: &[Waived], shown: Shown<'_>, out: &mut dyn Write) -> io::Result<()> {
    if waived.is_empty() {
        return Ok(());
    }
    suite(out, "waived", waived.len(), (0, 0, waived.len()))?;
    for waived in waived {
        let Spot { path, place, .. } = Spot::of(&waived.finding, shown);
        let policy = xml::text(&waived.finding.policy);
        writeln!(
            out,
            "    <testcase name=\"{policy} at {}:{}:{}\" classname=\"{policy}\"><skipped>{}</skipped></testcase>",
            xml::text(&path),
            place.line,
            place.column,
            xml::text(&words::one_line(&waived.reason))
        )?;
    }
    writeln!(out, "  </testsuite>")
}

/// The policies without a finding: those that judged, and those that could not.
fn of_policies(report: &Report, silent: &[&super::PolicyState], out: &mut dyn Write) -> io::Result<()> {
    if silent.is_empty() {
        return Ok(());
    }
    let is_skipped = |state: &RunState| matches!(state, RunState::NotJudged { .. } | RunState::OutOfScope { .. });
    let skipped = silent.iter().filter(|policy| is_skipped(&policy.state)).count();
    suite(out, "policies without a finding", silent.len(), (0, 0, skipped))?;
    for policy in silent {
        let id = xml::text(&policy.policy);
        let pack = report.rules.iter().find(|rule| rule.id == policy.policy).map_or("preflight", |rule| &rule.pack);
        write!(out, "    <testcase name=\"{id}\" classname=\"{}\"", xml::text(pack))?;
        match &policy.state {
            RunState::NotJudged { because } => {
                writeln!(out, "><skipped>not judged: {}</skipped></testcase>", xml::text(&words::one_line(because)))?;
            }
            RunState::OutOfScope { because } => {
                writeln!(out, "><skipped>out of scope: {}</skipped></testcase>", xml::text(&words::one_line(because)))?;
            }
            RunState::Idle => writeln!(out, " assertions=\"0\"/>")?,
            RunState::Judged(number) => writeln!(out, " assertions=\"{number}\"/>")?,
        }
    }
    writeln!(out, "  </testsuite>")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::super::tests::{rendered, samples, xmllint};

    #[test]
    fn it_is_valid_by_the_schema() {
        for (index, sample) in samples().iter().enumerate() {
            let text = rendered("junit", sample);
            xmllint(&text, &["--noout", "--schema", "tests/schemas/junit.xsd"], &format!("junit of sample {index}"));
        }
    }

    #[test]
    fn the_schema_is_asked_in_earnest() {
        let text = rendered("junit", &samples()[0]);
        let Some(found) = super::super::tests::try_xmllint(
            &text.replace("<failure ", "<fault ").replace("</failure>", "</fault>"),
            &["--noout", "--schema", "tests/schemas/junit.xsd"],
        ) else {
            return;
        };
        assert!(found.unwrap_err().contains("fault"));
    }

    #[test]
    fn counts_are_those_of_the_cases() {
        for sample in samples() {
            let text = rendered("junit", &sample);
            let count = |word: &str| text.matches(word).count();
            let head = text.lines().nth(1).unwrap();
            for (attribute, element) in [("tests", "<testcase "), ("failures", "<failure "), ("errors", "<error ")] {
                assert!(head.contains(&format!(" {attribute}=\"{}\"", count(element))), "{attribute}: {head}");
            }
        }
        let text = rendered("junit", &samples()[0]);
        assert!(text.contains("<skipped>not judged: no railway-status document was given</skipped>"), "{text}");
        assert!(text.contains("<testcase name=\"no-truncate\" classname=\"preflight\" assertions=\"0\"/>"), "{text}");
    }
}
