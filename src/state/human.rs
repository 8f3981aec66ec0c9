//! The schema for people: one block a table.

use super::{Schema, Table};
use std::io::{self, Write};

/// Writes the schema.
///
/// # Errors
/// Those of `out`.
pub fn write(schema: &Schema, out: &mut dyn Write) -> io::Result<()> {
    for (name, table) in &schema.tables {
        block(name, table, out)?;
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
        let path = match &function.search_path {
            Some(path) => format!(", search_path '{path}'"),
            None => String::new(),
        };
        let callers = match &function.executable_by {
            Some(roles) if roles.is_empty() => "nobody".to_owned(),
            Some(roles) => roles.join(", "),
            None => "?".to_owned(),
        };
        writeln!(out, "function {name}  {rights}{path}, called by {callers}")?;
    }
    for (what, roles) in &schema.grants {
        writeln!(out, "grant {what} to {}", roles.join(", "))?;
    }
    for reason in &schema.unknown {
        writeln!(out, "unknown  {reason}")?;
    }
    let [tables, views, functions] = [schema.tables.len(), schema.views.len(), schema.functions.len()];
    writeln!(out, "{tables} tables · {views} views · {functions} functions · {} unknown", schema.unknown.len())
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
    if let Some(parent) = &table.partition_of {
        writeln!(out, "    partition of {parent}")?;
    }
    let width = table.columns.keys().map(|name| name.chars().count()).max().unwrap_or(0);
    for (column, of) in &table.columns {
        let ty = of.ty.as_deref().unwrap_or("?");
        let null = known(of.nullable, "", "  not null", "  null ?");
        writeln!(out, "    {column:width$}  {ty}{null}")?;
    }
    for (key, of) in &table.foreign_keys {
        let to = of.references.as_deref().unwrap_or("?");
        writeln!(out, "    foreign key {key} ({}) to {to}", of.columns.join(", "))?;
    }
    for (index, of) in &table.indexes {
        let unique = if of.unique { "unique " } else { "" };
        let partial = if of.partial { ", some rows only" } else { "" };
        writeln!(out, "    {unique}index {index} {} ({}){partial}", of.method, of.columns.join(", "))?;
    }
    for (policy, of) in &table.policies {
        let kind = if of.permissive == Some(false) { "restrictive policy" } else { "policy" };
        let command = of.command.as_deref().unwrap_or("?");
        let using = of.using.as_deref().map(|using| format!(", using {using}")).unwrap_or_default();
        let check = of.check.as_deref().map(|check| format!(", check {check}")).unwrap_or_default();
        writeln!(out, "    {kind} {policy} for {command} to {}{using}{check}", of.roles.join(", "))?;
    }
    Ok(())
}
