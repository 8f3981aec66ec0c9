//! Permissive policies of row level security that hold for the same role and command: PostgreSQL asks each of them for each
//! row. Of what the migrations leave, and of what an export says.

use crate::fact::{DocumentId, FactId, Facts, Field, Kind, State, Value};
use crate::source::Span;
use std::collections::HashMap;
use std::sync::Arc;

/// What is found: a field of a fact with its state, and the places that say why.
#[derive(Default)]
pub struct Joined {
    /// The field `doubles` of policies.
    pub found: Vec<(FactId, Field, State)>,
    /// The other policies.
    pub because: Vec<(FactId, Field, Span, String)>,
}

/// A policy for one role.
struct Rule<'f> {
    id: FactId,
    name: &'f str,
    role: &'f State,
    command: &'f State,
}

impl Rule<'_> {
    /// Whether both rule a command: one for all commands rules each.
    fn shares_command(&self, other: &Self) -> bool {
        match (self.command.text(), other.command.text()) {
            (Some(one), Some(two)) => one == two || one == "all" || two == "all",
            _ => false,
        }
    }

    /// Whether this one doubles the other: the later one of two for one role, and one for a role beside one for everybody.
    fn doubles(&self, other: &Self, later: bool) -> bool {
        let role = match (self.role.text(), other.role.text()) {
            (Some(own), Some(theirs)) if own == theirs => later,
            (Some(_), Some("public")) => true,
            _ => false,
        };
        role && other.name != self.name && self.shares_command(other)
    }
}

/// Which database a policy is of.
#[derive(PartialEq, Eq, Hash)]
enum Of<'f> {
    /// The one that a history of migrations builds.
    History(Option<&'f str>),
    /// The one of an environment, by its exports.
    Environment(&'f str),
    /// The one of an export that names no environment.
    Document(DocumentId),
}

fn database(facts: &Facts, id: FactId) -> Of<'_> {
    let document = facts.document(id);
    match (document.environment.text(), &document.history) {
        (_, Some(history)) => Of::History(Some(&history.of)),
        _ if document.kind == "migration" => Of::History(None),
        (Some(environment), None) => Of::Environment(environment),
        (None, None) => Of::Document(facts.fact(id).document),
    }
}

/// Finds the policies that hold beside others, table by table of each database.
pub fn joined(facts: &Facts) -> Joined {
    let mut tables: HashMap<(Of<'_>, &str), Vec<Rule<'_>>> = HashMap::new();
    for id in facts.of_kind(Kind::RlsPolicy) {
        let permissive = facts.get(*id, Field::Permissive).value() == Some(&Value::Bool(true));
        let named = facts.get(*id, Field::Table).text().zip(facts.get(*id, Field::Name).text());
        let Some((table, name)) = named.filter(|_| permissive) else { continue };
        let of = database(facts, *id);
        let (role, command) = (facts.get(*id, Field::Role), facts.get(*id, Field::Command));
        tables.entry((of, table)).or_default().push(Rule { id: *id, name, role, command });
    }
    let mut out = Joined::default();
    for rules in tables.values_mut() {
        rules.sort_by_key(|rule| (facts.fact(rule.id).document, facts.fact(rule.id).anchor.start, rule.id));
        for (at, rule) in rules.iter().enumerate() {
            find(facts, rules, at, rule, &mut out);
        }
    }
    out.found.sort_by_key(|(id, ..)| *id);
    out.because.sort_by_key(|(id, ..)| *id);
    out
}

fn find(facts: &Facts, rules: &[Rule<'_>], at: usize, rule: &Rule<'_>, out: &mut Joined) {
    let unknown = [rule.role, rule.command].into_iter().find_map(|state| match state {
        State::Unknown(span, cause) => Some((*span, Arc::clone(cause))),
        _ => None,
    });
    if let Some((span, cause)) = unknown {
        if rules.iter().any(|other| other.name != rule.name) {
            out.found.push((rule.id, Field::Doubles, State::Unknown(span, cause)));
        }
        return;
    }
    let mut names: Vec<Value> = Vec::new();
    for (other_at, other) in rules.iter().enumerate() {
        let name = Value::from(other.name);
        if !rule.doubles(other, other_at < at) || names.contains(&name) {
            continue;
        }
        let words = format!("policy {} holds for them, too", other.name);
        out.because.push((rule.id, Field::Doubles, facts.fact(other.id).anchor, words));
        names.push(name);
    }
    if !names.is_empty() {
        out.found.push((rule.id, Field::Doubles, State::Stated(Value::List(names), facts.fact(rule.id).anchor)));
    }
}
