//! Rows as facts: the same kinds as the migrations leave, each cell at its own place.

use super::cell;
use super::query;
use super::rows::{Column, Read, Rows};
use super::table::{Cell, Row};
use crate::document::sql::with_what_a_condition_asks;
use crate::fact::{Fact, Field, Kind, State, Value};
use crate::source::{Mapped, Span};

/// What may be held on a kind of object: PostgreSQL's manual, "Privileges".
const ON_TABLES: &[&str] = &["select", "insert", "update", "delete", "truncate", "references", "trigger", "maintain"];
const ON_COLUMNS: &[&str] = &["select", "insert", "update", "references"];
const ON_ROUTINES: &[&str] = &["execute"];
const ON_OTHERS: &[&str] = &["usage"];
const ON_SCHEMAS: &[&str] = &["create", "usage"];

/// The objects of `usage_privileges`, and our words for them.
const OBJECT_TYPES: &[(&str, &str)] = &[
    ("collation", "collation"),
    ("domain", "domain"),
    ("foreign data wrapper", "foreign-data-wrapper"),
    ("foreign server", "foreign-server"),
    ("sequence", "sequence"),
];

/// What a policy of row level security rules.
const COMMANDS: &[&str] = &["all", "select", "insert", "update", "delete"];

impl Rows<'_> {
    /// A privilege of a role, on no object yet.
    fn grant(&mut self, row: &Row, on: &'static str, privileges: &[&'static str]) -> Option<Fact> {
        let grantee = self.name(row, query::GRANTEE);
        let grantee = self.needed(grantee, query::GRANTEE);
        let privilege = self.word(row, query::PRIVILEGE, privileges, "privilege on such an object");
        let privilege = self.needed(privilege, query::PRIVILEGE);
        let option = self.flag(row, query::GRANTABLE);
        let option = self.field(option, "whether privileges may be passed on");
        let ((grantee, grantee_span), (privilege, privilege_span)) = (grantee?, privilege?);
        let grantee = if grantee == "PUBLIC" { "public".to_owned() } else { grantee };
        Some(
            Fact::new(Kind::Grant, row.span)
                .with_word(Field::ObjectKind, on, privilege_span)
                .with(Field::Grantee, grantee, grantee_span)
                .with(Field::Privilege, privilege, privilege_span)
                .with_state(Field::GrantOption, option?)
                .with_word(Field::Source, "export", row.span),
        )
    }

    /// A privilege on a table, or on some of its columns.
    fn on_table(&mut self, row: &Row, on: &'static str, privileges: &[&'static str]) {
        let grant = self.grant(row, on, privileges);
        let Some((schema, table)) = self.table_of(row) else { return };
        let fact = grant.map(|fact| fact.with_state(Field::Schema, schema).with_state(Field::Table, table));
        self.parsed.facts.extend(fact);
    }

    fn table_of(&mut self, row: &Row) -> Option<(State, State)> {
        let schema = self.schema(row, query::SCHEMA)?;
        let table = self.object(row, &schema, query::TABLE, "of which tables its rows are")?;
        Some((schema, table))
    }
}

/// A row of `information_schema.table_privileges`.
pub(super) fn table_privilege(rows: &mut Rows<'_>, row: &Row) {
    rows.on_table(row, "table", ON_TABLES);
}

/// A row of `information_schema.column_privileges`.
pub(super) fn column_privilege(rows: &mut Rows<'_>, row: &Row) {
    // which column it is no policy asks; that it may be seen is enough
    _ = rows.name(row, query::COLUMN);
    rows.on_table(row, "column", ON_COLUMNS);
}

/// A row of `information_schema.routine_privileges`.
pub(super) fn routine_privilege(rows: &mut Rows<'_>, row: &Row) {
    let grant = rows.grant(row, "function", ON_ROUTINES);
    let schema = rows.schema(row, query::ROUTINE_SCHEMA);
    let name = rows.name(row, query::ROUTINE);
    let name = rows.needed(name, query::ROUTINE);
    if let (Some(fact), Some(schema), Some((name, span))) = (grant, schema, name) {
        rows.parsed.facts.push(fact.with_state(Field::Schema, schema).with(Field::Name, name, span));
    }
}

/// A row of `information_schema.usage_privileges`.
pub(super) fn usage_privilege(rows: &mut Rows<'_>, row: &Row) {
    let names: Vec<&'static str> = OBJECT_TYPES.iter().map(|(name, _)| *name).collect();
    let kind = rows.word(row, query::OBJECT_TYPE, &names, "type of an object that has USAGE");
    let kind = rows.needed(kind, query::OBJECT_TYPE).map(|(kind, _)| kind);
    let on = kind.and_then(|kind| OBJECT_TYPES.iter().find(|(name, _)| *name == kind)).map(|(_, word)| *word);
    let grant = rows.grant(row, on.unwrap_or("other"), ON_OTHERS);
    // what belongs to no schema has an empty one
    let schema = match rows.name(row, query::OBJECT_SCHEMA) {
        Read::Nothing(span) => Some(State::Absent(Some(span))),
        _ => rows.schema(row, query::OBJECT_SCHEMA),
    };
    let (Some(grant), Some(schema), Some(on)) = (grant, schema, on) else { return };
    let fact = if on == "sequence" {
        let table = rows.object(row, &schema, query::OBJECT, "of which sequences its rows are");
        table.map(|table| grant.with_state(Field::Table, table))
    } else {
        let name = rows.name(row, query::OBJECT);
        rows.needed(name, query::OBJECT).map(|(name, span)| grant.with(Field::Name, name, span))
    };
    rows.parsed.facts.extend(fact.map(|fact| fact.with_state(Field::Schema, schema)));
}

/// A privilege on a schema itself.
pub(super) fn schema_privilege(rows: &mut Rows<'_>, row: &Row) {
    let grant = rows.grant(row, "schema", ON_SCHEMAS);
    let schema = rows.schema(row, query::NAMESPACE);
    if let (Some(fact), Some(schema)) = (grant, schema) {
        rows.parsed.facts.push(fact.with_state(Field::Schema, schema));
    }
}

/// A row of `pg_tables`; or of `pg_class`, which has indexes and views besides.
pub(super) fn table(rows: &mut Rows<'_>, row: &Row) {
    let kinds = ["r", "p", "v", "m", "i", "I", "S", "t", "c", "f"];
    let is_table = match rows.read(row, query::RELKIND, "kind of relation", |cell| match cell {
        Cell::Text(text) => kinds.iter().copied().find(|kind| *kind == text.text()),
        _ => None,
    }) {
        (Read::Is(kind, _), index) => {
            rows.see(index);
            matches!(kind, "r" | "p")
        }
        _ => true,
    };
    let rls = rows.flag(row, query::RLS);
    let rls = rows.needed(rls, query::RLS);
    let forced = rows.flag(row, query::FORCED);
    let forced = rows.field(forced, "whether row level security is forced");
    let table = rows.table_of(row);
    let policies = rows.left_out("whether its tables have policies", query::sql("pg_policies"));
    let key = rows.left_out("whether its tables have primary keys", "\\d in psql, or the migrations, say it");
    let (Some((rls, span)), Some(forced), Some((schema, table)), true) = (rls, forced, table, is_table) else { return };
    let fact = Fact::new(Kind::Table, row.span).with_state(Field::Schema, schema).with_state(Field::Table, table);
    let fact = fact.with(Field::Rls, rls, span).with_state(Field::Forced, forced);
    rows.parsed.facts.push(fact.with_state(Field::HasPolicies, policies).with_state(Field::PrimaryKey, key));
}

/// A row of `pg_policies`: one fact for each role.
pub(super) fn policy(rows: &mut Rows<'_>, row: &Row) {
    let name = rows.name(row, query::POLICY);
    let name = rows.needed(name, query::POLICY);
    let command = rows.word(row, query::COMMAND, COMMANDS, "command that a policy rules");
    let command = rows.needed(command, query::COMMAND);
    let permissive = permissive(rows, row);
    let roles = roles(rows, row);
    let table = rows.table_of(row);
    let (using, using_text) = condition(rows, row, query::USING, "which rows its policies show");
    let (check, check_text) = condition(rows, row, query::CHECK, "which rows its policies let be written");
    let unknown = [&using, &check].into_iter().find(|state| matches!(state, State::Unknown(..))).cloned();
    let rls = rows.left_out("whether row level security is on where its policies stand", query::sql("pg_tables"));
    let (Some((name, name_span)), Some((command, span)), Some((schema, table)), Some(permissive)) =
        (name, command, table, permissive)
    else {
        return;
    };
    // without a condition of its own for what is written, the other one counts (CREATE POLICY)
    let writes = matches!(command, "all" | "update");
    let check = match (&check, &using) {
        (State::Absent(gap), State::Stated(using, _)) if writes => {
            State::Defaulted(using.clone(), gap.unwrap_or(row.span.after()))
        }
        _ => check,
    };
    for (role, role_span) in roles {
        let fact = Fact::new(Kind::RlsPolicy, row.span)
            .with_state(Field::Schema, schema.clone())
            .with_state(Field::Table, table.clone())
            .with(Field::Name, name.as_str(), name_span)
            .with(Field::Role, role, role_span)
            .with_word(Field::Command, command, span)
            .with_state(Field::Permissive, permissive.clone())
            .with_state(Field::Using, using.clone())
            .with_state(Field::Check, check.clone())
            .with_state(Field::Rls, rls.clone());
        let texts = using_text.iter().chain(&check_text);
        let fact = texts.fold(fact, with_what_a_condition_asks);
        // what a condition asks that nobody sees is not known either
        let fact = match &unknown {
            Some(state) => fact.with_state(Field::Calls, state.clone()).with_state(Field::Keys, state.clone()),
            None => fact,
        };
        rows.parsed.facts.push(fact);
    }
}

fn permissive(rows: &mut Rows<'_>, row: &Row) -> Option<State> {
    let (read, index) = rows.read(row, query::PERMISSIVE, "PERMISSIVE or RESTRICTIVE", |cell| match cell {
        Cell::Bool(yes, _) => Some(*yes),
        Cell::Text(text) if text.text().eq_ignore_ascii_case("permissive") => Some(true),
        Cell::Text(text) if text.text().eq_ignore_ascii_case("restrictive") => Some(false),
        Cell::Text(text) => cell::flag(text.text()),
        _ => None,
    });
    if matches!(read, Read::Is(..)) {
        rows.see(index);
    }
    rows.field(read, "whether its policies are permissive")
}

fn roles(rows: &mut Rows<'_>, row: &Row) -> Vec<(String, Span)> {
    let (read, index) = rows.read(row, query::ROLES, "list of roles, as {anon,authenticated}", |cell| match cell {
        Cell::List(roles, _) => Some(roles.clone()),
        Cell::Text(text) => cell::array(text),
        _ => None,
    });
    let Some((roles, _)) = rows.needed(read, query::ROLES) else { return Vec::new() };
    if roles.iter().all(|role| cell::is_shown(role.text())) {
        rows.see(index);
    }
    let mut said = Vec::new();
    for role in &roles {
        let name = if cell::is_shown(role.text()) { role.text().to_owned() } else { rows.hidden_name() };
        said.push((name, role.whole()));
    }
    said
}

/// What a condition lets through, and its text where that says more.
fn condition(rows: &mut Rows<'_>, row: &Row, column: Column, what: &'static str) -> (State, Option<Mapped>) {
    let mut said = None;
    let (read, index) = rows.read(row, column, "condition", |cell| match cell {
        Cell::Text(text) => {
            let word = cell::condition(text.text());
            said = (word == "expression").then(|| text.clone());
            Some(word)
        }
        _ => None,
    });
    let state = match read {
        Read::Is(word, span) => {
            // an expression may hold anything; of the others the whole text is known
            if word != "expression" {
                rows.see(index);
            }
            State::Stated(Value::Word(word), span)
        }
        Read::Nothing(span) => State::Absent(Some(span)),
        Read::LeftOut | Read::Wrong => rows.left_out(what, query::sql("pg_policies")),
    };
    (state, said)
}

/// A row of `pg_roles`.
pub(super) fn role(rows: &mut Rows<'_>, row: &Row) {
    let name = rows.name(row, query::ROLE);
    let name = rows.needed(name, query::ROLE);
    let mut flags = Vec::new();
    for (field, column, what) in [
        (Field::Login, query::LOGIN, "which of its roles may log in"),
        (Field::Superuser, query::SUPERUSER, "which of its roles are superusers"),
        (Field::BypassRls, query::BYPASS, "which of its roles pass by row level security"),
    ] {
        let flag = rows.flag(row, column);
        flags.push((field, rows.field(flag, what)));
    }
    let Some((name, span)) = name else { return };
    let mut fact = Fact::new(Kind::Role, row.span).with(Field::Name, name, span);
    for (field, state) in flags {
        let Some(state) = state else { return };
        fact.set(field, state);
    }
    rows.parsed.facts.push(fact);
}

/// What a session says of itself.
pub(super) fn session(rows: &mut Rows<'_>, row: &Row) {
    let mut fact = Fact::new(Kind::Session, row.span);
    for (field, column, what) in [
        (Field::Role, query::CURRENT_USER, "whose rights the session has"),
        (Field::SessionUser, query::SESSION_USER, "who logged in"),
    ] {
        let name = rows.name(row, column);
        let state = if column == query::CURRENT_USER {
            rows.needed(name, column).map(|(name, span)| State::Stated(name.into(), span))
        } else {
            rows.field(name, what)
        };
        let Some(state) = state else { return };
        fact.set(field, state);
    }
    rows.parsed.facts.push(fact);
}
