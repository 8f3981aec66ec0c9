//! What each operation does to the schema: one file a family. Also what an operation finds: whether its object is there.

mod asked;
mod calls;
mod cascade;
mod columns;
mod constraints;
mod definitions;
mod heirs;
mod indexes;
mod partitions;
mod paths;
mod plain;
mod policies;
mod privileges;
mod renames;
mod routines;
mod serials;
mod tables;
mod traits;
mod triggers;
mod views;

pub(super) use calls::Bodies;

use super::acl::{Acl, Held};
use super::database::{self, Database, Gone, Name, Presence};
use crate::fact::{Cause, FactId, Facts, Field, State, Value};
use crate::source::Span;
use std::sync::Arc;

/// How sure it is that an operation runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Runs {
    /// It runs.
    Surely,
    /// It runs where it can: under IF EXISTS, IF NOT EXISTS or a check of the same object.
    WherePossible,
    /// It may not run at all.
    Perhaps(Arc<Cause>),
}

/// What a check of its schema may be round.
const MADE_IN_A_SCHEMA: &[&str] = &[
    "create_function",
    "create_procedure",
    "create_type",
    "create_view",
    "create_materialized_view",
    "create_sequence",
];

/// One operation.
pub(super) struct Op<'f> {
    pub facts: &'f Facts,
    pub id: FactId,
    pub is: &'static str,
    pub runs: Runs,
    /// What the schema says of it: names without a schema, in full.
    pub given: Vec<(Field, State)>,
}

impl<'f> Op<'f> {
    /// An operation with how sure it is that it runs.
    pub fn new(facts: &'f Facts, id: FactId) -> Self {
        let is = match facts.get(id, Field::Is).value() {
            Some(Value::Word(word)) => *word,
            _ => "",
        };
        let guarded = facts.get(id, Field::Guarded);
        let flag = |field: Field| matches!(facts.get(id, field).value(), Some(Value::Bool(true)));
        let runs = if flag(Field::Conditional) {
            Runs::Perhaps(Cause::new(
                "depends on a condition that only the database can decide",
                "Write the statement without the condition, or with IF EXISTS or IF NOT EXISTS.",
            ))
        } else {
            match guarded.text() {
                Some("other-object") => Runs::Perhaps(Cause::new(
                    "stands under a check of another object, and whether it runs cannot be known",
                    "Check the object itself, or write the statement without a condition.",
                )),
                Some("any-error") => Runs::Perhaps(Cause::new(
                    "stands in a block that lets no error through, and whether it ran cannot be known",
                    "Write the statement with IF EXISTS or IF NOT EXISTS, without a handler.",
                )),
                Some("same-object" | "holder") => Runs::WherePossible,
                _ if flag(Field::IfExists) || flag(Field::IfNotExists) => Runs::WherePossible,
                _ => Runs::Surely,
            }
        };
        Self { facts, id, is, runs, given: Vec::new() }
    }

    pub fn state(&self, field: Field) -> &State {
        let given = self.given.iter().find(|(own, _)| *own == field);
        given.map_or_else(|| self.facts.get(self.id, field), |(_, state)| state)
    }

    /// A known name or text.
    pub fn name(&self, field: Field) -> Option<Name> {
        match self.state(field).value()? {
            Value::Text(text) => Some(Arc::clone(text)),
            Value::Word(word) => Some((*word).into()),
            _ => None,
        }
    }

    pub fn text(&self, field: Field) -> Option<&str> {
        self.state(field).text()
    }

    pub fn word(&self, field: Field) -> Option<&'static str> {
        match self.state(field).value()? {
            Value::Word(word) => Some(word),
            _ => None,
        }
    }

    pub fn is_true(&self, field: Field) -> bool {
        matches!(self.state(field).value(), Some(Value::Bool(true)))
    }

    /// Known names of a list; none where the list is not known.
    pub fn names(&self, field: Field) -> Option<Vec<Name>> {
        match self.state(field).value()? {
            Value::List(items) => Some(
                items
                    .iter()
                    .filter_map(|item| match item {
                        Value::Text(text) => Some(Arc::clone(text)),
                        _ => None,
                    })
                    .collect(),
            ),
            Value::Text(text) => Some(vec![Arc::clone(text)]),
            _ => None,
        }
    }

    /// `schema.name`, where both are known.
    pub fn qualified(&self) -> Option<Name> {
        let (schema, name) = (self.text(Field::Schema).unwrap_or("public"), self.text(Field::Name)?);
        Some(format!("{schema}.{name}").into())
    }

    /// The name that it gives to an object: another one with RENAME TO, or the same in another schema with SET SCHEMA.
    pub fn new_name(&self, name: &str) -> Option<Name> {
        let (schema, own) = (database::schema_of(name), database::bare(name));
        let (new, moved) = (self.text(Field::NewName), self.text(Field::NewSchema));
        (new.is_some() || moved.is_some()).then(|| format!("{}.{}", moved.unwrap_or(schema), new.unwrap_or(own)).into())
    }

    pub fn anchor(&self) -> Span {
        self.facts.fact(self.id).anchor
    }

    /// Presence of what it makes.
    pub fn presence(&self) -> Presence {
        match &self.runs {
            Runs::Perhaps(cause) => Presence::Perhaps(Arc::clone(cause)),
            Runs::Surely | Runs::WherePossible => Presence::Certain,
        }
    }

    /// Why it may not run.
    pub fn doubt(&self) -> Option<&Arc<Cause>> {
        match &self.runs {
            Runs::Perhaps(cause) => Some(cause),
            Runs::Surely | Runs::WherePossible => None,
        }
    }

    /// A value that it gives, unless it may not run and something else was there before.
    pub fn gives(&self, before: &State, new: State) -> State {
        match self.doubt() {
            Some(_) if before.value() == new.value() => before.clone(),
            Some(cause) => State::Unknown(self.anchor(), Arc::clone(cause)),
            None => new,
        }
    }

    /// The same for a yes or no.
    pub fn switches(&self, before: &State, on: bool) -> State {
        self.gives(before, State::Stated(Value::Bool(on), self.anchor()))
    }
}

/// Replays operations one by one.
#[derive(Default)]
pub(super) struct Replay {
    pub db: Database,
    /// What operations find: a word of `target`, or why it is not known.
    pub found: Vec<(FactId, Field, State)>,
    /// Why it finds that: the place that says so, with a few words.
    pub because: Vec<(FactId, Field, Span, String)>,
    /// GRANTs that gave something to somebody.
    pub granted: Vec<FactId>,
    /// How many privileges on objects were given or taken so far.
    pub given: usize,
}

impl Replay {
    /// Runs one operation.
    pub fn run(&mut self, op: &Op<'_>) {
        if op.is.is_empty() {
            return self.unknown(op);
        }
        if self.needs_its_schema(op) {
            let cause = Cause::new(
                "runs where its schema is there, and no migration makes that",
                "Make the schema in a migration.",
            );
            return self.run_known(&Op { runs: Runs::Perhaps(cause), given: op.given.clone(), ..*op });
        }
        self.run_known(op);
    }

    /// Whether an operation makes something under a check, in a schema that no migration makes.
    fn needs_its_schema(&self, op: &Op<'_>) -> bool {
        op.runs == Runs::WherePossible
            && MADE_IN_A_SCHEMA.contains(&op.is)
            && op.state(Field::Guarded).text() == Some("same-object")
            && op.text(Field::Schema).is_some_and(|schema| !self.db.is_ours(schema))
    }

    fn run_known(&mut self, op: &Op<'_>) {
        self.finds_columns(op);
        let known = self.relation_operation(op)
            || self.column_operation(op)
            || self.constraint_operation(op)
            || self.index_operation(op)
            || self.policy_operation(op)
            || self.view_operation(op)
            || self.routine_operation(op)
            || self.privilege_operation(op);
        if !known {
            self.plain_operation(op);
        }
    }

    /// A statement that nobody can know: whatever is asked from here on may be otherwise.
    fn unknown(&mut self, op: &Op<'_>) {
        let cause = op.facts.fact(op.id).why_opaque().cloned().map_or_else(built_at_run_time, Arc::new);
        for family in
            ["table", "column", "rls", "policy", "grant", "routine", "index", "constraint", "trigger", "plain"]
        {
            self.doubt(family, &cause, op);
        }
    }

    /// Notes that objects of a family may have been changed by something unknown.
    pub fn doubt(&mut self, family: &'static str, cause: &Arc<Cause>, op: &Op<'_>) {
        self.db.doubts.entry(family).or_insert_with(|| Arc::clone(cause));
        if family == "rls" {
            self.doubt_rls(None, op, cause);
        }
    }

    /// Notes what an operation finds of its object.
    pub fn finds(&mut self, op: &Op<'_>, field: Field, family: &'static str, found: Found<'_>) {
        let span = op.anchor();
        // what makes an object has reason to think that it is not there yet
        let makes = field == Field::Target && (op.is.starts_with("create_") || op.is.starts_with("add_"));
        let family = if makes { "" } else { family };
        let word = match &found {
            Found::There(Presence::Certain) => "there",
            Found::There(Presence::Perhaps(_)) => "perhaps",
            Found::Outside => "outside",
            Found::Gone(Gone::Dropped(_)) => self.word_or_doubt("dropped", family),
            Found::Gone(Gone::Renamed(_)) => self.word_or_doubt("renamed", family),
            Found::Absent => self.word_or_doubt("absent", family),
        };
        if let (Found::Gone(Gone::Dropped(by) | Gone::Renamed(by)), false) = (&found, word.is_empty()) {
            let words = if word == "dropped" { "was dropped here" } else { "got another name here" };
            self.because.push((op.id, field, op.facts.fact(*by).anchor, words.to_owned()));
        }
        let state = match (word, self.db.doubts.get(family)) {
            ("", Some(cause)) => State::Unknown(span, Arc::clone(cause)),
            (word, _) => State::Stated(Value::Word(word), span),
        };
        self.found.push((op.id, field, state));
    }

    /// A word, or nothing where something unknown may have made such an object.
    fn word_or_doubt(&self, word: &'static str, family: &str) -> &'static str {
        if self.db.doubts.contains_key(family) { "" } else { word }
    }

    /// What a new object gets by default privileges.
    pub fn default_acl(&self, schema: &str, on: &'static str, op: &Op<'_>, built_in: Option<&'static str>) -> Acl {
        let mut acl = Acl::new(built_in);
        // what holds for every schema replaces what is built in; what holds for one is added
        match self.db.closed.iter().find(|(kind, _)| *kind == on) {
            Some((_, None)) => {
                built_in.into_iter().for_each(|privilege| acl.close(&"public".into(), privilege));
                acl.built_in = None;
            }
            Some((_, doubt)) => acl.doubt.clone_from(doubt),
            None => {}
        }
        for taken in self.db.taken.iter().filter(|taken| taken.fits(schema, on)) {
            let all = super::acl::spelled(&taken.privilege, on);
            all.into_iter().for_each(|privilege| acl.close(&taken.grantee, privilege));
        }
        let fitting = |default: &&database::DefaultPrivilege| {
            default.on == on && default.schema.as_deref().is_none_or(|own| own == schema)
        };
        for default in self.db.defaults.iter().filter(fitting) {
            for privilege in super::acl::spelled(&default.privilege, on) {
                let grantee = Arc::clone(&default.grantee);
                let (by, option) = (default.by, default.option);
                let perhaps = op.doubt().is_some();
                acl.grant(Held { grantee, privilege, columns: Vec::new(), option, by, again: Vec::new(), perhaps });
            }
        }
        acl
    }
}

/// What is there under a name.
pub(super) enum Found<'d> {
    There(&'d Presence),
    Gone(&'d Gone),
    Absent,
    Outside,
}

/// The same without a borrow of the database.
pub(super) enum OwnedFound {
    There(Presence),
    Gone(Gone),
    Absent,
    Outside,
}

impl Found<'_> {
    pub fn owned(self) -> OwnedFound {
        match self {
            Found::There(presence) => OwnedFound::There(presence.clone()),
            Found::Gone(gone) => OwnedFound::Gone(gone.clone()),
            Found::Absent => OwnedFound::Absent,
            Found::Outside => OwnedFound::Outside,
        }
    }
}

impl OwnedFound {
    pub fn borrowed(&self) -> Found<'_> {
        match self {
            OwnedFound::There(presence) => Found::There(presence),
            OwnedFound::Gone(gone) => Found::Gone(gone),
            OwnedFound::Absent => Found::Absent,
            OwnedFound::Outside => Found::Outside,
        }
    }
}

/// Takes an object away; where that may not run, it is there perhaps.
pub(super) fn take<T>(
    catalog: &mut database::Catalog<T>,
    name: &str,
    op: &Op<'_>,
    doubt: impl FnOnce(&mut T, Presence),
) -> Option<T> {
    match op.doubt() {
        Some(cause) => {
            if let Some(object) = catalog.get_mut(name) {
                doubt(object, Presence::Perhaps(Arc::clone(cause)));
            }
            None
        }
        None => catalog.remove(name, Gone::Dropped(op.id)),
    }
}

fn built_at_run_time() -> Arc<Cause> {
    Cause::new("may be changed by text that is built at run time", "Write the statement out.")
}

/// Something known by default, at a gap behind what made it.
pub(super) fn defaulted(value: impl Into<Value>, op: &Op<'_>) -> State {
    State::Defaulted(value.into(), op.anchor().after())
}
