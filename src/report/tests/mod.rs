//! What holds for the report as a whole, and for every format on the shared sample.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod injection;

use super::sample::{self, Sample};
use super::*;
use crate::finding::Anchor;
use html5ever::tendril::TendrilSink as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Every sample: findings, a run that was stopped, waivers, and a run in which everything is hostile.
pub(super) fn samples() -> Vec<Sample> {
    vec![sample::sample(), sample::broken(), sample::waived(), injection::hostile()]
}

/// A sample in a format.
pub(super) fn rendered(format: &str, sample: &Sample) -> String {
    let mut out = Vec::new();
    let format = Format::named(format).unwrap();
    (format.render)(&sample.report, sample.sources.map.shown(), &Style::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What `xmllint` says of a text; none where there is no `xmllint` and nothing requires it.
pub(super) fn try_xmllint(text: &str, arguments: &[&str]) -> Option<Result<(), String>> {
    let child = Command::new("xmllint")
        .args(arguments)
        .arg("-")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        assert!(std::env::var_os("PREFLIGHT_REQUIRE_XMLLINT").is_none(), "there is no xmllint");
        return None;
    };
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Some(if output.status.success() { Ok(()) } else { Err(said) })
}

/// Asserts that `xmllint` takes a text, where there is one.
#[track_caller]
pub(super) fn xmllint(text: &str, arguments: &[&str], what: &str) {
    if let Some(Err(said)) = try_xmllint(text, arguments) {
        panic!("{what}: {said}\n{text}");
    }
}

/// The elements of a page as a browser reads it, with their attributes.
pub(super) fn elements(page: &str) -> Vec<(String, Vec<(String, String)>)> {
    use markup5ever_rcdom::{NodeData, RcDom};
    let dom = html5ever::parse_document(RcDom::default(), Default::default()).one(page);
    let (mut all, mut elements, mut next) = (vec![dom.document], Vec::new(), 0);
    // A node that is dropped takes its children along, so all are kept to the end.
    while let Some(node) = all.get(next).cloned() {
        next += 1;
        if let NodeData::Element { name, attrs, .. } = &node.data {
            let attributes = attrs.borrow();
            let pairs = attributes.iter().map(|pair| (pair.name.local.to_string(), pair.value.to_string())).collect();
            elements.push((name.local.to_string(), pairs));
        }
        all.extend(node.children.borrow().iter().cloned());
    }
    elements
}

fn finding(severity: Severity) -> Finding {
    Finding::new("p", severity, "m", Anchor::Missing("a.env".into()), "")
}

fn exit(report: Report, fail_on: Severity, strict: bool) -> (&'static str, u8) {
    let report = report.judged(fail_on, strict);
    (report.verdict.as_str(), report.exit)
}

#[test]
fn the_exit_status_follows_the_fail_level_and_doubt_is_never_clean() {
    let warned = Report { findings: vec![finding(Severity::Warning)], ..Report::default() };
    assert_eq!(exit(warned.clone(), Severity::Error, false), ("findings", 0));
    assert_eq!(exit(warned, Severity::Warning, false), ("findings", 1));
    let cause = Undecided { policies: vec!["p".into()], message: "m".into(), span: None, help: String::new() };
    let doubtful = Report { undecided: vec![cause], ..Report::default() };
    assert_eq!(exit(doubtful.clone(), Severity::Error, false), ("undecided", 0));
    assert_eq!(exit(doubtful.clone(), Severity::Error, true), ("undecided", 1));
    assert_eq!(exit(doubtful, Severity::Warning, false), ("undecided", 1));
    let broken = Problem::path("path", "env/prod", "does not exist");
    let broken = Report { problems: vec![broken], findings: vec![finding(Severity::Error)], ..Report::default() };
    assert_eq!(exit(broken, Severity::Error, false), ("no-verdict", 2));
    assert_eq!(exit(Report::default(), Severity::Info, true), ("clean", 0));
    assert_eq!(Report::default().verdict, Verdict::NoVerdict, "nobody judged it");
}

#[test]
fn counts_follow_the_lists() {
    let states = [RunState::Idle, RunState::Judged(3), RunState::NotJudged { because: "no migration".into() }];
    let report = Report {
        findings: vec![finding(Severity::Error), finding(Severity::Info), finding(Severity::Error)],
        states: states.into_iter().map(|state| PolicyState { policy: "p".into(), state }).collect(),
        totals: Totals { facts: 9, waived: 1, ..Totals::default() },
        ..Report::default()
    };
    let totals = report.judged(Severity::Error, false).totals;
    assert_eq!((totals.errors, totals.warnings, totals.infos), (2, 0, 1));
    assert_eq!((totals.idle, totals.not_judged, totals.out_of_scope), (1, 1, 0));
    assert_eq!((totals.facts, totals.waived), (9, 1), "what the lists do not tell stays");
}

#[test]
fn every_format_is_found_by_its_name() {
    for format in FORMATS {
        assert_eq!(Format::named(format.name).map(|found| found.doc), Some(format.doc));
    }
}

#[test]
fn a_quiet_run_is_silent_where_people_read() {
    let style = Style { quiet: true, ..Style::default() };
    for name in ["human", "compact", "github"] {
        let sample = sample::sample();
        let mut out = Vec::new();
        (Format::named(name).unwrap().render)(&sample.report, sample.sources.map.shown(), &style, &mut out).unwrap();
        assert!(out.is_empty(), "{name}");
    }
}

#[test]
fn every_format_says_something_of_every_run_and_ends_its_last_line() {
    let mut clean = sample::sample();
    clean.report.findings.clear();
    clean.report.undecided.clear();
    clean.report = clean.report.judged(Severity::Error, false);
    for sample in samples().iter().chain([&clean]) {
        for format in FORMATS {
            let text = rendered(format.name, sample);
            assert!(text.len() > 2 && text.ends_with('\n'), "{}: {text}", format.name);
        }
    }
    for name in ["human", "compact", "github", "markdown", "html"] {
        assert!(rendered(name, &clean).contains("clean"), "{name} says it in a word");
    }
}

/// What a change does to what judges it is never silent: it stands before every finding, once.
#[test]
fn every_format_says_first_what_is_to_be_read_first() {
    let mut sample = sample::sample();
    let words = "this change edits house.yaml: drops policy no-truncate";
    sample.report.notices.insert(0, words.to_owned());
    sample.report.foremost = 1;
    let finding = sample.report.findings[0].policy.clone();
    for format in FORMATS {
        let text = rendered(format.name, &sample);
        let text = text.replace("no\\-truncate", "no-truncate").replace("house\\.yaml", "house.yaml");
        let places: Vec<usize> = text.match_indices(words).map(|(at, _)| at).collect();
        assert_eq!(places.len(), 1, "{}: {text}", format.name);
        // In JSON a key of its own says how many come first, and in SARIF rules stand before everything.
        if !matches!(format.name, "json" | "sarif") {
            assert!(text.find(&finding).is_some_and(|at| places[0] < at), "{}: {text}", format.name);
        }
    }
}

/// A reader that goes away in the middle is an error of the stream, and no panic.
#[test]
fn a_full_disk_is_an_error_in_every_format() {
    struct Full(usize);
    impl io::Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len().min(self.0 + 1)).ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let sample = sample::sample();
    for format in FORMATS {
        for room in [0, 100] {
            let style = Style::default();
            let result = (format.render)(&sample.report, sample.sources.map.shown(), &style, &mut Full(room));
            assert_eq!(result.unwrap_err().kind(), io::ErrorKind::StorageFull, "{}", format.name);
        }
    }
}
