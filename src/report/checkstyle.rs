//! Checkstyle XML, which Jenkins, reviewdog and many others read.

use super::spot::Spot;
use super::{Report, Style, words, xml};
use crate::finding::Severity;
use crate::source::Shown;
use std::io::{self, Write};

/// One `<error>`.
struct Entry {
    path: String,
    line: usize,
    column: usize,
    severity: Severity,
    message: String,
    source: String,
}

/// Writes the report, also when `quiet`.
///
/// # Errors
/// Those of `out`.
pub(super) fn render(report: &Report, shown: Shown<'_>, _: &Style, out: &mut dyn Write) -> io::Result<()> {
    let out = &mut io::BufWriter::new(out);
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">")?;
    let mut open: Option<String> = None;
    for entry in entries(report, shown) {
        if open.as_deref() != Some(entry.path.as_str()) {
            if open.is_some() {
                writeln!(out, "  </file>")?;
            }
            writeln!(out, "  <file name=\"{}\">", xml::text(&entry.path))?;
            open = Some(entry.path);
        }
        writeln!(
            out,
            "    <error line=\"{}\" column=\"{}\" severity=\"{}\" message=\"{}\" source=\"preflight.{}\"/>",
            entry.line,
            entry.column,
            entry.severity,
            xml::text(&entry.message),
            xml::text(&entry.source)
        )?;
    }
    if open.is_some() {
        writeln!(out, "  </file>")?;
    }
    writeln!(out, "</checkstyle>")?;
    out.flush()
}

/// What keeps the run from its verdict, findings, and what is undecided. What has no place stands at the configuration.
fn entries<'a>(report: &'a Report, shown: Shown<'a>) -> impl Iterator<Item = Entry> + 'a {
    let nowhere = || (crate::config::FILE_NAME.to_owned(), 1, 1);
    let placed = move |spot: &Spot<'_>| (spot.path.to_string(), spot.place.line, spot.place.column);
    let entry = |(path, line, column), severity, message, source: &str| Entry {
        path,
        line,
        column,
        severity,
        message,
        source: source.to_owned(),
    };
    let problems = report.problems.iter().map(move |problem| {
        let path = || problem.path.clone().filter(|_| problem.about != "usage").map(|path| (path, 1, 1));
        let place = problem.span.map(|span| placed(&Spot::at(span, shown))).or_else(path).unwrap_or_else(nowhere);
        let said = words::problem(problem);
        entry(place, Severity::Error, words::joined(&said), &format!("no-verdict.{}", problem.about))
    });
    let findings = report.findings.iter().map(move |finding| {
        entry(placed(&Spot::of(finding, shown)), finding.severity, words::said(finding), &finding.policy)
    });
    let undecided = report.undecided.iter().map(move |doubt| {
        let place = doubt.span.map_or_else(nowhere, |span| placed(&Spot::at(span, shown)));
        entry(place, Severity::Warning, words::undecided(doubt), "undecided")
    });
    let notices = words::foremost(report).map(move |said| entry(nowhere(), Severity::Info, said, "notice"));
    notices.chain(problems).chain(findings).chain(undecided)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::super::tests::{rendered, samples, xmllint};

    #[test]
    fn it_is_xml_of_files_with_errors() {
        let line = regex::Regex::new(
            "^    <error line=\"[1-9][0-9]*\" column=\"[1-9][0-9]*\" severity=\"(error|warning|info)\" \
             message=\"[^\"<>]+\" source=\"preflight\\.[^\"<>]+\"/>$",
        );
        let line = line.unwrap();
        for sample in samples() {
            let text = rendered("checkstyle", &sample);
            xmllint(&text, &["--noout"], "checkstyle");
            let report = &sample.report;
            let all = report.findings.len() + report.problems.len() + report.undecided.len();
            assert_eq!(text.matches("<error ").count(), all);
            assert_eq!(text.matches("<file ").count(), text.matches("</file>").count());
            for found in text.lines().filter(|line| line.contains("<error ")) {
                assert!(line.is_match(found), "{found}");
            }
        }
    }

    #[test]
    fn a_file_is_opened_once_for_its_neighbours() {
        let text = rendered("checkstyle", &samples()[0]);
        assert_eq!(text.matches("<file name=\"env/prod/dragonfly-api.env\">").count(), 1, "{text}");
        assert!(text.contains("&quot;") || !text.contains("message=\"\""), "{text}");
        assert!(
            text.contains("<error line=\"3\" column=\"108\" severity=\"error\" message=\"DATABASE_URL of "),
            "{text}"
        );
    }
}
