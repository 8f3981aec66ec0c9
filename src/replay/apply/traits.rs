//! What objects are besides what other fields say, word by word: a new word takes the place of those that stand for the same,
//! and `no …` takes them away.

use super::{Op, Replay};
use crate::fact::{Field, State, Value};
use crate::replay::database::RelationKind;
use crate::source::Secret;

/// Words of which an object has one at most, whatever stands behind them.
const SINGLE: &[&str] = &[
    "unlogged",
    "tablespace",
    "using",
    "replica identity",
    "cluster on",
    "of",
    "strict",
    "leakproof",
    "parallel",
    "cost",
    "rows",
    "support",
    "collate",
    "storage",
    "compression",
    "statistics",
    "check option",
];

/// How the server stores values of a type where nothing says otherwise; those of any other type `extended`. PostgreSQL's
/// manual, "TOAST" and pg_type.
const STORED: &[(&[&str], &str)] = &[
    (&["numeric", "inet", "cidr", "tsquery"], "main"),
    (
        &[
            "smallint",
            "integer",
            "bigint",
            "real",
            "double precision",
            "boolean",
            "date",
            "uuid",
            "timestamp without time zone",
            "timestamp with time zone",
            "time without time zone",
            "time with time zone",
            "interval",
            "oid",
            "\"char\"",
            "name",
            "money",
            "macaddr",
        ],
        "plain",
    ),
];

/// What a word stands for.
fn group(word: &str) -> &str {
    let single = |known: &&str| word == *known || word.strip_prefix(known).is_some_and(|rest| rest.starts_with(' '));
    SINGLE.iter().copied().find(single).unwrap_or_else(|| word.split('=').next().unwrap_or(word))
}

/// What an object is after an operation that says some words of it.
pub(super) fn changed(before: &State, op: &Op<'_>) -> State {
    let State::Stated(Value::List(new), span) = op.state(Field::Traits) else {
        return match op.state(Field::Traits) {
            State::Unknown(..) => op.state(Field::Traits).clone(),
            _ => before.clone(),
        };
    };
    let mut words = match before {
        State::Unknown(..) => return before.clone(),
        state => match state.value() {
            Some(Value::List(words)) => words.clone(),
            _ => Vec::new(),
        },
    };
    for word in new {
        let Value::Text(text) = word else { continue };
        let takes = text.strip_prefix("no ").filter(|rest| !matches!(*rest, "inherit"));
        let own = group(takes.unwrap_or(text));
        words.retain(|word| !matches!(word, Value::Text(text) if group(text) == own));
        words.extend(takes.is_none().then(|| word.clone()));
    }
    words.sort();
    let after = if words.is_empty() { State::Absent(None) } else { State::Stated(Value::List(words), *span) };
    op.gives(before, after)
}

/// The settings of a routine after an operation: `name='value'` each; `name` takes one away, and `*` all.
pub(super) fn set(before: &State, op: &Op<'_>) -> State {
    let State::Stated(Value::List(new), span) = op.state(Field::Settings) else { return before.clone() };
    let mut settings = match before.value() {
        Some(Value::List(settings)) => settings.clone(),
        _ => Vec::new(),
    };
    let name = |secret: &Secret| secret.ask(|text| text.split('=').next().unwrap_or(text).to_owned());
    for setting in new {
        let Value::Secret(secret) = setting else { continue };
        let (own, gives) = (name(secret), secret.ask(|text| text.contains('=')));
        settings.retain(|other| !matches!(other, Value::Secret(other) if own == "*" || name(other) == own));
        settings.extend(gives.then(|| setting.clone()));
    }
    let after = if settings.is_empty() { State::Absent(None) } else { State::Stated(Value::List(settings), *span) };
    op.gives(before, after)
}

/// With one more part of a definition that is made of several: behind the name of now.
pub(super) fn grown(before: &State, op: &Op<'_>) -> State {
    let name = super::columns::printed_part(op.text(Field::Name).unwrap_or(""));
    let part = match (op.state(Field::Definition), op.text(Field::Column)) {
        (State::Stated(Value::Secret(part), _), _) => {
            Value::Secret(Secret::new(&part.ask(|part| format!("{name} {part}"))))
        }
        (State::Absent(_), Some(attribute)) => {
            let attribute = super::columns::printed_part(attribute);
            Value::Secret(Secret::new(&format!("{name} drop attribute {attribute}")))
        }
        (unknown @ State::Unknown(..), _) => return unknown.clone(),
        _ => return before.clone(),
    };
    match before {
        State::Stated(Value::List(parts), span) => {
            let parts = parts.iter().cloned().chain([part]).collect();
            op.gives(before, State::Stated(Value::List(parts), *span))
        }
        _ => before.clone(),
    }
}

impl Replay {
    /// Any other action of ALTER TABLE.
    pub(super) fn redescribe_table(&mut self, op: &Op<'_>) {
        let relation = op.name(Field::Table).and_then(|name| self.db.relations.get_mut(&name));
        if let Some(relation) = relation {
            relation.traits = changed(&relation.traits, op);
        }
    }

    /// ENABLE and DISABLE TRIGGER: of one, or of all. Those that a partition has from its table are no triggers of its own.
    pub(super) fn switch_triggers(&mut self, op: &Op<'_>) {
        let Some(table) = self.finds_table(op, Field::TargetTable) else { return };
        let Some(relation) = self.db.relations.get_mut(&table) else { return };
        let named = op.name(Field::Name);
        let new = match op.state(Field::Traits) {
            State::Stated(Value::List(words), _) if words.is_empty() => State::Absent(None),
            state => state.clone(),
        };
        let own = relation.triggers.iter_mut().filter(|own| named.as_ref().is_none_or(|name| own.name == *name));
        let mut any = false;
        for trigger in own {
            trigger.fires = op.gives(&trigger.fires, new.clone());
            any = true;
        }
        if let (Some(name), false) = (named, any) {
            let mode = match new.value() {
                Some(Value::List(words)) => words.first().and_then(|word| match word {
                    Value::Text(word) => Some(word.to_string()),
                    _ => None,
                }),
                _ => None,
            };
            let mut words = match relation.traits.value() {
                Some(Value::List(words)) => words.clone(),
                _ => Vec::new(),
            };
            let prefix = format!("trigger {name} ");
            words.retain(|word| !matches!(word, Value::Text(text) if text.starts_with(&prefix)));
            words.extend(mode.map(|mode| Value::from(prefix + &mode)));
            words.sort();
            let after =
                if words.is_empty() { State::Absent(None) } else { State::Stated(Value::List(words), op.anchor()) };
            relation.traits = op.gives(&relation.traits, after);
        }
    }

    /// What is stored as its type usually is needs no word.
    pub(super) fn usual_storage(&mut self, op: &Op<'_>) {
        let Some(relation) = op.name(Field::Table).and_then(|name| self.db.relations.get_mut(&name)) else { return };
        if !matches!(relation.kind, RelationKind::Table | RelationKind::ForeignTable) {
            return;
        }
        let named = op.name(Field::Column);
        for column in relation.columns.iter_mut().filter(|column| Some(&column.name) == named.as_ref()) {
            let ty = column.ty.text().unwrap_or("");
            let usual = STORED.iter().find(|(types, _)| types.contains(&ty)).map_or("extended", |(_, usual)| usual);
            let usual = Value::from(format!("storage {usual}"));
            if let State::Stated(Value::List(words), _) = &mut column.traits {
                words.retain(|word| *word != usual);
                if words.is_empty() {
                    column.traits = State::Absent(None);
                }
            }
        }
    }
}
