//! `preflight policies`: the list of policies in force, or of those that are built in.

use super::args::PoliciesArgs;
use super::json as document;
use super::session::{Bare, Options, Session};
use super::{Terminal, on_one_line};
use crate::document::{DOCUMENT_KINDS, DocumentKind};
use crate::policy::model::Shape;
use crate::policy::{self, Policy, PolicySet, Spellings};
use crate::report::Style;
use crate::source::Shown;
use serde_json::json;
use std::io::{self, Write};

pub(super) fn run(args: &PoliciesArgs, style: &Style, terminal: &mut Terminal) -> io::Result<u8> {
    let paths: Vec<_> = args.path.iter().cloned().collect();
    let options = Options { paths: &paths, project: &args.project, stdin: None, bare: Bare::Seen, documents: false };
    let mut session = Session::load(&options, terminal);
    let bare = session.projects.iter().all(|project| project.config.is_none());
    let built_in = if bare && session.problems.is_empty() { built_in(&mut session) } else { Vec::new() };
    let sets: Vec<&PolicySet> = session.projects.iter().map(|project| &project.set).chain(&built_in).collect();
    let shown = session.sources.shown();
    let status = if session.problems.is_empty() { 0 } else { 2 };
    if style.quiet {
        return Ok(status);
    }
    if args.format == "json" {
        let list: Vec<_> =
            sets.iter().flat_map(|set| set.policies.iter().map(|policy| policy_json(set, policy, shown))).collect();
        let problems: Vec<_> = session.problems.iter().map(|problem| document::problem(problem, shown)).collect();
        document::write(json!({ "version": 1, "policies": list, "problems": problems }), &mut terminal.stdout)?;
    }
    if !session.problems.is_empty() {
        return terminal.refuse(session.problems.clone(), shown, style);
    }
    if args.format == "json" {
        return Ok(status);
    }
    let width = sets.iter().flat_map(|set| &set.policies).map(|policy| policy.id.value.len()).max().unwrap_or(0);
    for set in sets {
        for (index, pack) in set.packs.iter().enumerate() {
            let title = format!("{} {}  {}", pack.name, pack.version, pack.title);
            writeln!(terminal.stdout, "{}", on_one_line(&title))?;
            for policy in set.policies.iter().filter(|policy| policy.pack == index) {
                let see =
                    policy.advice.see.as_deref().map(|see| format!("  ({})", on_one_line(see))).unwrap_or_default();
                writeln!(
                    terminal.stdout,
                    "  {:width$}  {:8}{:9}{}{see}",
                    policy.id.value,
                    severity(policy),
                    shape(policy),
                    on_one_line(&policy.advice.why)
                )?;
            }
        }
    }
    if bare {
        let all: Vec<&DocumentKind> = DOCUMENT_KINDS.iter().collect();
        let general = crate::init::general_packs(&all).join(", ");
        writeln!(
            terminal.stdout,
            "Built in. Without a preflight.yaml those of {general} judge files with well-known names."
        )?;
    }
    Ok(status)
}

/// The built-in packs, with their parameters as they are: each by itself, since two of them may share a rule.
fn built_in(session: &mut Session) -> Vec<PolicySet> {
    let packs = policy::built_in_names().filter_map(policy::built_in);
    let load = |pack| policy::load(&[pack], &Spellings::default(), &[], &mut session.sources).unwrap_or_default();
    packs.map(load).collect()
}

/// The worst severity that the policy gives.
fn severity(policy: &Policy) -> String {
    let levels = policy.severity.by_environment.iter().map(|(_, severity)| *severity);
    levels.chain([policy.severity.otherwise]).max().unwrap_or(policy.severity.otherwise).to_string()
}

/// The name of the policy's shape.
pub(super) fn shape(policy: &Policy) -> &'static str {
    match policy.shape {
        Shape::Forbid(_) => "forbid",
        Shape::Expect(_) => "expect",
        Shape::Require(_) => "require",
        Shape::Distinct(_) => "distinct",
        Shape::Same(_) => "same",
        Shape::Matrix(_) => "matrix",
    }
}

fn policy_json(set: &PolicySet, policy: &Policy, shown: Shown<'_>) -> serde_json::Value {
    json!({
        "id": policy.id.value,
        "pack": set.packs.get(policy.pack).map(|pack| pack.name.as_str()),
        "severity": severity(policy),
        "shape": shape(policy),
        "why": policy.advice.why,
        "fix": policy.advice.fix,
        "see": policy.advice.see,
        "path": shown.path(policy.id.span.source),
        "line": shown.place(policy.id.span).line,
    })
}
