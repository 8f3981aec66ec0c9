//! What a project sets for policies of its packs: another severity, or none at all.

use super::did_you_mean;
use super::model::{PolicySet, Severities};
use crate::finding::Problem;
use crate::source::{Span, Spanned};

/// What a project sets for one policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The policy's id, or one that it had before.
    pub policy: Spanned<String>,
    /// Its severity here; none where it is switched off.
    pub severity: Option<Severities>,
    /// Where the severity is written.
    pub span: Span,
}

/// A policy of which the project says otherwise than its pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjusted {
    /// The policy's id.
    pub policy: String,
    /// The severity that its pack gives it.
    pub before: Severities,
    /// The severity in this project; none where it is switched off.
    pub now: Option<Severities>,
    /// Where the project says so.
    pub span: Span,
}

/// Puts the settings of a project in force. A policy that is switched off is taken out of the set, and remembered.
///
/// # Errors
/// A problem for each setting of a policy that no pack in force has, and for each policy that is set twice.
pub fn adjust(set: &mut PolicySet, settings: &[Setting]) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    for setting in settings {
        let id = &setting.policy.value;
        let is_it = |policy: &&mut super::Policy| policy.id.value == *id || policy.also_known_as.contains(id);
        let Some(policy) = set.policies.iter_mut().find(is_it) else {
            problems.push(unknown(set, setting));
            continue;
        };
        let before = policy.severity.clone();
        if let Some(severity) = &setting.severity {
            policy.severity = severity.clone();
        }
        let policy = policy.id.value.clone();
        set.adjusted.push(Adjusted { policy, before, now: setting.severity.clone(), span: setting.span });
    }
    let off = |id: &String| set.adjusted.iter().any(|adjusted| adjusted.policy == *id && adjusted.now.is_none());
    set.policies.retain(|policy| !off(&policy.id.value));
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn unknown(set: &PolicySet, setting: &Setting) -> Problem {
    let id = &setting.policy.value;
    if set.adjusted.iter().any(|adjusted| adjusted.policy == *id) {
        return Problem::at("config", setting.policy.span, format!("policy `{id}` is set twice"))
            .note("a second time")
            .help("Keep one of the two.");
    }
    let near = did_you_mean(id, set.policies.iter().map(|policy| policy.id.value.as_str()));
    let note = near.map_or_else(|| "not known".to_owned(), |near| format!("did you mean `{near}`?"));
    Problem::at("config", setting.policy.span, format!("no pack in force has a policy `{id}`"))
        .note(note)
        .help("`preflight policies` lists those in force.")
}
