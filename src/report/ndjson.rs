//! The report for programs that read along: one JSON object a line, whose field `type` says what it is. First a header,
//! then what `--format json` has in lists, in the same order and under the same names, and the totals at last: where the
//! line of the totals is missing, the report is not whole.

use super::json::convert::{findings, waived};
use super::json::types::{JsonFinding, JsonPolicy, JsonProblem, JsonTotals, JsonUndecided, JsonVerdict, JsonWaived};
use super::words::lines;
use super::{Report, Style};
use crate::source::Shown;
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write as _};

/// One line of the ndjson report of preflight.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "preflight report, one line")]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line {
    /// The first line.
    Header {
        /// The version of this format: 1. Fields and types may be added under it; none is taken away or changes its
        /// meaning.
        version: u8,
        /// The version of the program.
        preflight: String,
    },
    /// Something that a policy forbids.
    Finding(JsonFinding),
    /// Something that cannot be known.
    Undecided(JsonUndecided),
    /// A finding that a waiver hides.
    Waived(JsonWaived),
    /// Something that stands in the way of a verdict.
    Problem(JsonProblem),
    /// How one policy fared.
    Policy(JsonPolicy),
    /// What a reader should know besides.
    Notice {
        /// One sentence.
        text: String,
    },
    /// The last line.
    Totals(Totals),
}

/// The last line: the outcome and the counts.
#[derive(Serialize, JsonSchema)]
struct Totals {
    /// The outcome.
    verdict: JsonVerdict,
    /// The exit status: 0, 1 findings at or above the fail level, 2 no verdict.
    exit: u8,
    /// Counts.
    #[serde(flatten)]
    totals: JsonTotals,
}

/// Writes the report, a line at a time.
///
/// # Errors
/// Those of `out`.
pub(super) fn render(report: &Report, shown: Shown<'_>, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let header = Line::Header { version: super::json::VERSION, preflight: env!("CARGO_PKG_VERSION").to_owned() };
    let problems = report.problems.iter().map(|problem| Line::Problem(JsonProblem::new(problem, shown)));
    let undecided = report.undecided.iter().map(|doubt| Line::Undecided(JsonUndecided::new(doubt, shown)));
    let policies = report.states.iter().map(|policy| Line::Policy(JsonPolicy::new(&policy.policy, &policy.state)));
    let notice = |notice: &String| Line::Notice { text: lines(notice) };
    let first = report.notices.iter().take(report.foremost).map(notice);
    let notices = report.notices.iter().skip(report.foremost).map(notice);
    let totals = Totals { verdict: report.verdict.into(), exit: report.exit, totals: JsonTotals::new(&report.totals) };
    let all = std::iter::once(header)
        .chain(first)
        .chain(findings(report, shown).map(Line::Finding))
        .chain(undecided)
        .chain(waived(report, shown).map(Line::Waived))
        .chain(problems)
        .chain(policies)
        .chain(notices)
        .chain([Line::Totals(totals)]);
    for line in all {
        serde_json::to_writer(&mut out, &line).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}

/// The JSON Schema (draft 2020-12) of one line of the `ndjson` format.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Line).to_value()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::super::json;
    use super::super::tests::{rendered, samples};
    use serde_json::Value;

    #[test]
    fn every_line_is_valid_and_the_lines_are_the_document() {
        let schema = jsonschema::validator_for(&super::schema()).unwrap();
        for sample in samples() {
            let text = rendered("ndjson", &sample);
            let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            for line in &lines {
                let errors: Vec<String> = schema.iter_errors(line).map(|error| error.to_string()).collect();
                assert!(errors.is_empty(), "{line}: {errors:?}");
            }
            let mut document = Vec::new();
            json::render(&sample.report, sample.sources.map.shown(), &Default::default(), &mut document).unwrap();
            let document: Value = serde_json::from_slice(&document).unwrap();
            for (kind, list) in
                [("finding", "findings"), ("undecided", "undecided"), ("waived", "waived"), ("problem", "problems")]
            {
                let of_kind = lines.iter().filter(|line| line["type"] == kind).map(|line| {
                    let mut line = line.clone();
                    line.as_object_mut().unwrap().remove("type");
                    line
                });
                assert_eq!(Value::from(of_kind.collect::<Vec<_>>()), document[list], "{list}");
            }
            assert_eq!((&lines[0]["type"], &lines[0]["version"]), (&"header".into(), &1.into()));
            let last = lines.last().unwrap();
            assert_eq!((&last["type"], &last["verdict"]), (&"totals".into(), &document["verdict"]));
            assert_eq!(last["errors"], document["totals"]["errors"]);
            assert_eq!(last["exit"], sample.report.exit);
        }
    }

    #[test]
    fn the_schema_refuses_what_is_no_line() {
        let schema = jsonschema::validator_for(&super::schema()).unwrap();
        let text = rendered("ndjson", &samples()[0]);
        let finding: Value = serde_json::from_str(text.lines().nth(1).unwrap()).unwrap();
        assert!(schema.is_valid(&finding));
        for field in ["type", "policy", "severity", "line", "fingerprint"] {
            let mut broken = finding.clone();
            broken.as_object_mut().unwrap().remove(field);
            assert!(!schema.is_valid(&broken), "{field} is required");
        }
    }
}
