//! The schema for people: one block a table.

use super::{Column, Definition, Role, Schema, Table};
use std::io::{self, Write};

/// Writes the schema.
///
/// # Errors
/// Those of `out`.
pub fn write(schema: &Schema, out: &mut dyn Write) -> io::Result<()> {
    for name in &schema.schemas {
        writeln!(out, "schema {name}")?;
    }
    for (name, table) in &schema.tables {
        block(name, table, out)?;
    }
    for (name, ty) in &schema.types {
        match &ty.labels {
            Some(labels) => writeln!(out, "type {name}  {}", labels.join(", "))?,
            None => writeln!(out, "type {name}")?,
        }
    }
    for (name, view) in &schema.views {
        let rights = match view.security_invoker {
            Some(true) => "with the rights of who asks",
            Some(false) => "with its owner's rights",
            None => "materialized, or not known whose rights it reads with",
        };
        let reads = if view.reads.is_empty() { String::new() } else { format!(", reads {}", view.reads.join(", ")) };
        writeln!(out, "view {name}  {rights}{reads}")?;
    }
    for (name, function) in &schema.functions {
        let rights = match function.security_definer {
            Some(true) => "SECURITY DEFINER",
            Some(false) => "SECURITY INVOKER",
            None => "SECURITY ?",
        };
        let language = function.language.as_deref().unwrap_or("?");
        let path = match &function.search_path {
            Some(path) => format!(", search_path '{path}'"),
            None => String::new(),
        };
        let callers = match &function.executable_by {
            Some(roles) if roles.is_empty() => "nobody".to_owned(),
            Some(roles) => roles.join(", "),
            None => "?".to_owned(),
        };
        writeln!(out, "function {name}  {language}, {rights}{path}, called by {callers}")?;
    }
    for (name, within) in &schema.extensions {
        let within = within.as_deref().map(|schema| format!("  in {schema}")).unwrap_or_default();
        writeln!(out, "extension {name}{within}")?;
    }
    for (name, role) in &schema.roles {
        writeln!(out, "role {name}  {}", powers(role))?;
    }
    for (what, roles) in &schema.grants {
        writeln!(out, "grant {what} to {}", roles.join(", "))?;
    }
    for (what, roles) in &schema.default_privileges {
        writeln!(out, "grant {what} that is made later to {}", roles.join(", "))?;
    }
    for object in &schema.perhaps {
        writeln!(out, "perhaps  {object}")?;
    }
    for reason in &schema.unknown {
        writeln!(out, "unknown  {reason}")?;
    }
    let [tables, views, functions] = [schema.tables.len(), schema.views.len(), schema.functions.len()];
    writeln!(out, "{tables} tables · {views} views · {functions} functions · {} unknown", schema.unknown.len())
}

/// What a role may do.
fn powers(role: &Role) -> String {
    let said = |flag: Option<bool>, yes: &str, no: &str| match flag {
        Some(true) => yes.to_owned(),
        Some(false) => no.to_owned(),
        None => format!("{yes} ?"),
    };
    let mut powers = vec![said(role.login, "may log in", "may not log in")];
    powers.extend(Some(said(role.superuser, "superuser", "")).filter(|power| !power.is_empty()));
    powers.extend(Some(said(role.bypass_rls, "passes by row level security", "")).filter(|power| !power.is_empty()));
    powers.join(", ")
}

/// What a column has where nobody writes it.
fn numbers(column: &Column) -> String {
    if let Some(identity) = &column.identity {
        return format!("  identity {}", identity.replace('-', " "));
    }
    match (&column.generated, &column.default) {
        (Some(when), Some(expression)) => format!("  {when} as ({expression})"),
        (Some(when), None) => format!("  {when}"),
        (None, Some(expression)) => format!("  default {expression}"),
        (None, None) => String::new(),
    }
}

fn block(name: &str, table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let known = |flag: Option<bool>, on: &'static str, off: &'static str, unknown: &'static str| match flag {
        Some(true) => on,
        Some(false) => off,
        None => unknown,
    };
    let security =
        known(table.row_level_security, "row level security on", "row level security OFF", "row level security ?");
    let forced = if table.forced == Some(true) { ", forced" } else { "" };
    let made = table.made_at.as_deref().map_or("made by no migration".to_owned(), |at| format!("made at {at}"));
    writeln!(out, "table {name}  {security}{forced}  ({made})")?;
    if table.open {
        writeln!(out, "    and what a query, a parent or LIKE … INCLUDING gives it")?;
    }
    if let Some(parent) = &table.partition_of {
        writeln!(out, "    partition of {parent}")?;
    }
    let width = table.columns.keys().map(|name| name.chars().count()).max().unwrap_or(0);
    for (column, of) in table.ordered() {
        let (ty, modifier) = (of.ty.as_deref().unwrap_or("?"), of.modifier.as_deref().unwrap_or(""));
        let null = known(of.nullable, "", "  not null", "  null ?");
        writeln!(out, "    {column:width$}  {ty}{modifier}{null}{}", numbers(of))?;
    }
    for (constraint, of) in &table.constraints {
        let kind = of.kind.replace('-', " ");
        match &of.check {
            Some(check) => writeln!(out, "    {kind} {constraint} ({check})")?,
            None => writeln!(out, "    {kind} {constraint} ({})", of.columns.join(", "))?,
        }
    }
    for (key, of) in &table.foreign_keys {
        let to = of.references.as_deref().unwrap_or("?");
        let deletes = of.on_delete.as_deref().filter(|action| *action != "no-action");
        let deletes = deletes.map(|action| format!(", on delete {}", action.replace('-', " "))).unwrap_or_default();
        let referenced = match of.referenced.is_empty() {
            true => String::new(),
            false => format!(" ({})", of.referenced.join(", ")),
        };
        writeln!(out, "    foreign key {key} ({}) to {to}{referenced}{deletes}", of.columns.join(", "))?;
    }
    for (index, of) in table.indexes.iter().filter(|(_, of)| !of.of_constraint) {
        let unique = if of.unique { "unique " } else { "" };
        let partial = if of.partial { ", some rows only" } else { "" };
        writeln!(out, "    {unique}index {index} {} ({}){partial}", of.method, of.columns.join(", "))?;
    }
    for (policy, of) in &table.policies {
        let kind = if of.permissive == Some(false) { "restrictive policy" } else { "policy" };
        let command = of.command.as_deref().unwrap_or("?");
        let said = |keyword: &str, word: &Option<String>, expression: &Option<Definition>| match (word, expression) {
            (Some(word), Some(expression)) if word == "expression" => match expression.shown() {
                Some(expression) => format!(", {keyword} ({expression})"),
                None => format!(", {keyword} expression"),
            },
            (Some(word), _) => format!(", {keyword} {word}"),
            (None, _) => String::new(),
        };
        let using = said("using", &of.using, &of.using_expression);
        let check = said("check", &of.check, &of.check_expression);
        writeln!(out, "    {kind} {policy} for {command} to {}{using}{check}", of.roles.join(", "))?;
    }
    for (trigger, of) in &table.triggers {
        writeln!(out, "    trigger {trigger} runs {}", of.executes.as_deref().unwrap_or("?"))?;
    }
    Ok(())
}
