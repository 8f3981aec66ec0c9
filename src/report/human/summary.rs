//! The end of a run: what was checked, what was counted, what could not be decided or judged, and the exit status.

use super::text::{Ink, count, enumerate, hanging, paint};
use crate::finding::{Problem, Severity, Undecided, Waived};
use crate::report::words::{self, Counted};
use crate::report::{Report, RunState, Style, Totals, Verdict};
use crate::source::{Shown, Span, escape_controls};

/// Draws it all. Each part ends with a line end.
pub(super) fn draw(report: &Report, shown: Shown<'_>, style: &Style) -> String {
    let mut out: String =
        report.notices.iter().skip(report.foremost).map(|notice| block("note", Ink::Lead, notice, style)).collect();
    if style.verbose > 0 {
        out.extend(report.passed_over.iter().map(|passed| block("note", Ink::Lead, passed, style)));
    }
    out.push_str(&closing(report, style));
    let mut parts: Vec<String> = report.undecided.iter().map(|doubt| undecided(doubt, shown, style)).collect();
    if style.verbose > 0 {
        parts.push(report.waived.iter().map(|waived| waived_finding(waived, shown, style)).collect());
    }
    parts.push(states(report, style));
    for part in parts.iter().filter(|part| !part.is_empty()) {
        out.push('\n');
        out.push_str(part);
    }
    out
}

/// What is to be read before the findings; an empty line divides it from them.
pub(super) fn foremost(report: &Report, style: &Style) -> String {
    let first = report.notices.iter().take(report.foremost);
    let mut out: String = first.map(|notice| block("note", Ink::Severity(Severity::Warning), notice, style)).collect();
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// What was checked and what came of it. Each line ends with a line end.
pub(in crate::report) fn closing(report: &Report, style: &Style) -> String {
    let checked = checked(&report.totals);
    if is_clean(report) {
        let mut out = format!("{} {checked}\n", paint("clean:", Ink::Good, style));
        if report.totals.waived + report.totals.known > 0 {
            out.push_str(&counts(report, style));
        }
        return out;
    }
    let mut out = String::new();
    if report.problems.is_empty() || report.totals.facts > 0 || !report.findings.is_empty() {
        out.push_str(&format!("{}\n", capitalized(&checked)));
        // `0 errors` above the problems would be read as good news.
        if report.problems.is_empty() || !report.findings.is_empty() || !report.undecided.is_empty() {
            out.push_str(&counts(report, style));
        }
    }
    if style.problems {
        out.push_str(&problems(report));
    }
    out
}

/// Whether the word may be said: nothing was found, nothing is open.
fn is_clean(report: &Report) -> bool {
    // Of a change that touches no document nothing was judged.
    report.verdict == Verdict::Clean
        && (report.totals.changed != Some(0) || report.totals.gone > 0)
        && report.findings.is_empty()
        && report.undecided.is_empty()
        && report.problems.is_empty()
}

/// `checked 14 documents (9 env, 3 Railway, 2 migrations) against 41 policies of dragonfly 1.0.0: 312 facts`: one line
/// however long, so that it can be looked for.
fn checked(totals: &Totals) -> String {
    let documents: usize = totals.documents.iter().map(|(_, number)| number).sum();
    let kinds: Vec<String> = totals
        .documents
        .iter()
        .filter(|(_, number)| *number > 0)
        .map(|(word, number)| format!("{number} {}", if *number == 1 { singular(word) } else { word }))
        .collect();
    let kinds = if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) };
    let packs: Vec<String> = totals.packs.iter().map(|pack| escape_controls(pack)).collect();
    let packs = if packs.is_empty() { String::new() } else { format!(" of {}", enumerate(&packs)) };
    let changed = totals.changed.map(|changed| format!("{changed} changed of ")).unwrap_or_default();
    let gone = match totals.gone {
        0 => String::new(),
        1 => ", and 1 that is gone,".to_owned(),
        gone => format!(", and {gone} that are gone,"),
    };
    format!(
        "checked {changed}{}{kinds}{gone} against {}{packs}: {}",
        count(documents, "document"),
        policies(totals),
        count(totals.facts, "fact")
    )
}

/// `41 policies`, or `38 of 41 policies` where some had no documents.
fn policies(totals: &Totals) -> String {
    let all = count(totals.policies, "policy");
    if totals.decided >= totals.policies { all } else { format!("{} of {all}", totals.decided) }
}

/// `migrations` for one of them.
fn singular(word: &str) -> &str {
    word.strip_suffix('s').filter(|stem| !stem.ends_with(['s', 'u'])).unwrap_or(word)
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| format!("{}{}", first.to_uppercase(), chars.as_str()))
}

/// `5 errors · 2 warnings · 1 undecided   exit 1`.
fn counts(report: &Report, style: &Style) -> String {
    let ink = |kind| match kind {
        Counted::Findings(severity) => Ink::Severity(severity),
        Counted::Undecided => Ink::Severity(Severity::Warning),
        Counted::Waived | Counted::Known => Ink::Lead,
    };
    let said = |(kind, word): &(Counted, String)| match kind {
        Counted::Waived => paint(&waived(report), ink(*kind), style),
        kind => paint(word, ink(*kind), style),
    };
    let mut words: Vec<String> = words::counted(&report.totals).iter().map(said).collect();
    if words.is_empty() {
        words.push("0 errors".into());
    }
    let exit =
        if report.problems.is_empty() || !style.problems { format!("   exit {}", report.exit) } else { String::new() };
    format!("{}{exit}\n", words.join(if style.unicode { " · " } else { ", " }))
}

/// `1 waived (expires in 12 days)`, of several the first to expire.
fn waived(report: &Report) -> String {
    let waived = format!("{} waived", report.totals.waived);
    let first = report.waived.iter().filter_map(|waived| waived.until).min();
    let Some(days) = first.zip(report.today).map(|(until, today)| until - today) else { return waived };
    let one = if report.waived.len() == 1 { "expires" } else { "the first expires" };
    match days {
        0 => format!("{waived} ({one} today)"),
        1 => format!("{waived} ({one} tomorrow)"),
        days => format!("{waived} ({one} in {days} days)"),
    }
}

/// `2 errors in 1 policy file, exit 2`; nothing where there is no problem.
pub(super) fn problems(report: &Report) -> String {
    if report.problems.is_empty() {
        return if report.verdict == Verdict::NoVerdict { "no verdict, exit 2\n".into() } else { String::new() };
    }
    let mut groups: Vec<(&str, Vec<&Problem>)> = Vec::new();
    for problem in &report.problems {
        match groups.iter_mut().find(|(about, _)| *about == problem.about) {
            Some((_, group)) => group.push(problem),
            None => groups.push((problem.about, vec![problem])),
        }
    }
    let words: Vec<String> = groups.iter().map(|(about, group)| in_files(about, group)).collect();
    format!("{}, exit {}\n", words.join(", "), report.exit)
}

/// `2 errors in 1 policy file`, `1 error about 1 path`.
fn in_files(about: &str, group: &[&Problem]) -> String {
    let errors = count(group.len(), "error");
    let mut places: Vec<_> = group.iter().map(|problem| (problem.source(), problem.path.as_deref())).collect();
    places.sort_unstable();
    places.dedup();
    match about {
        "policy" => format!("{errors} in {}", count(places.len(), "policy file")),
        "config" => format!("{errors} in {}", count(places.len(), "configuration file")),
        "path" => format!("{errors} about {}", count(places.len(), "path")),
        "railway" => format!("{errors} of Railway's command line"),
        "usage" => format!("{errors} of usage"),
        "git" => format!("{errors} of git"),
        other => format!("{errors} in {}", count(places.len(), &escape_controls(other))),
    }
}

/// One thing that could not be known: what, where and for whom, and the way out.
fn undecided(doubt: &Undecided, shown: Shown<'_>, style: &Style) -> String {
    let place = doubt.span.map(|span| {
        let place = shown.place(span);
        format!("at {}:{}:{}", shown.path(span.source), place.line, place.column)
    });
    let policies = match doubt.policies.as_slice() {
        [] => None,
        policies => Some(format!("asked by {}", enumerate(policies))),
    };
    let whence: Vec<String> = place.into_iter().chain(policies).collect();
    let text = [format!("{}.", doubt.message.trim()), whence.join(", "), doubt.help.trim().to_owned()];
    block("undecided", Ink::Severity(Severity::Warning), &text.join("\n"), style)
}

/// What a waiver hides, and where that stands.
fn waived_finding(waived: &Waived, shown: Shown<'_>, style: &Style) -> String {
    let at = |span: Span| format!("{}:{}", shown.path(span.source), shown.place(span).line);
    let finding = &waived.finding;
    let place = finding.span().map(|span| format!(" ({})", at(span))).unwrap_or_default();
    let until = waived.until.map(|day| format!("until {}", crate::date::text(day)));
    let owner = waived.owner.as_ref().map(|owner| format!("owner {owner}"));
    let reason = Some(waived.reason.clone()).filter(|reason| !reason.is_empty());
    let whence: Vec<String> =
        [Some(format!("by {}", at(waived.span))), until, owner, reason].into_iter().flatten().collect();
    let text = format!("{}: {}{place}\n{}", finding.policy, finding.message.trim(), whence.join(", "));
    block("waived", Ink::Lead, &text, style)
}

/// Policies that judged nothing, those with the same cause together; the idle ones only when asked for more.
fn states(report: &Report, style: &Style) -> String {
    let mut groups: Vec<(&str, Ink, String, Vec<String>)> = Vec::new();
    for policy in &report.states {
        let (lead, ink, because) = match &policy.state {
            RunState::OutOfScope { because } => ("out of scope", Ink::Severity(Severity::Warning), because.as_str()),
            RunState::NotJudged { because } => ("not judged", Ink::Lead, because.as_str()),
            RunState::Idle if style.verbose > 0 => ("idle", Ink::Lead, "in scope, and there is no such fact"),
            RunState::Idle | RunState::Judged(_) => continue,
        };
        match groups.iter_mut().find(|(known, _, cause, _)| *known == lead && cause == because) {
            Some((.., policies)) => policies.push(policy.policy.clone()),
            None => groups.push((lead, ink, because.into(), vec![policy.policy.clone()])),
        }
    }
    // Warnings first; the order of policies otherwise.
    groups.sort_by_key(|(lead, ..)| match *lead {
        "out of scope" => 0,
        "not judged" => 1,
        _ => 2,
    });
    groups
        .iter()
        .map(|(lead, ink, because, policies)| block(lead, *ink, &format!("{}: {because}", policies.join(", ")), style))
        .collect()
}

/// A word in front and a text beside it.
fn block(lead: &str, ink: Ink, text: &str, style: &Style) -> String {
    hanging(&format!("{}  ", paint(lead, ink, style)), lead.len() + 2, text, style)
}
