//! The schema as SQL, for a reader who thinks in it: what the replay does not keep (defaults, expressions, bodies) is a
//! comment in its place, so that it cannot be taken for a dump.

use super::{Column, Policy, Schema, Table};
use std::io::{self, Write};

/// Writes the schema.
///
/// # Errors
/// Those of `out`.
pub fn write(schema: &Schema, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "-- The schema that the migrations leave. Defaults, expressions and bodies are not in it.")?;
    for (name, table) in &schema.tables {
        create(name, table, out)?;
    }
    for (name, view) in &schema.views {
        let option = if view.security_invoker == Some(true) { " WITH (security_invoker = true)" } else { "" };
        let reads = comment(&view.reads.join(", "));
        writeln!(out, "\nCREATE VIEW {}{option} AS /* reads {reads} */;", qualified(name))?;
    }
    for (name, function) in &schema.functions {
        let definer = if function.security_definer == Some(true) { " SECURITY DEFINER" } else { "" };
        let path =
            function.search_path.as_deref().map(|path| format!(" SET search_path = '{}'", path.replace('\'', "''")));
        writeln!(out, "\nCREATE FUNCTION {}{definer}{} /* … */;", comment(name), path.unwrap_or_default())?;
    }
    if !schema.grants.is_empty() {
        writeln!(out)?;
    }
    for (what, roles) in &schema.grants {
        let roles: Vec<String> = roles.iter().map(|role| quoted(role)).collect();
        writeln!(out, "GRANT {} TO {};", comment(what), roles.join(", "))?;
    }
    for reason in &schema.unknown {
        writeln!(out, "-- unknown: {}", reason.replace('\n', " "))?;
    }
    Ok(())
}

fn create(name: &str, table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let name = qualified(name);
    match &table.made_at {
        Some(at) => writeln!(out, "\nCREATE TABLE {name} ( -- {}", at.replace('\n', " "))?,
        None => writeln!(out, "\nCREATE TABLE {name} ( -- made by no migration")?,
    }
    let column = |(name, of): (&String, &Column)| {
        let ty = of.ty.as_deref().map_or_else(|| "/* ? */".to_owned(), comment);
        let null = if of.nullable == Some(false) { " NOT NULL" } else { "" };
        format!("    {} {ty}{null}", quoted(name))
    };
    let columns: Vec<String> = table.columns.iter().map(column).collect();
    writeln!(out, "{}\n);", columns.join(",\n"))?;
    for (key, of) in &table.foreign_keys {
        let columns: Vec<String> = of.columns.iter().map(|column| quoted(column)).collect();
        let to = of.references.as_deref().map_or_else(|| "/* ? */".to_owned(), qualified);
        let (key, columns) = (quoted(key), columns.join(", "));
        writeln!(out, "ALTER TABLE {name} ADD CONSTRAINT {key} FOREIGN KEY ({columns}) REFERENCES {to};")?;
    }
    for (index, of) in &table.indexes {
        let unique = if of.unique { "UNIQUE " } else { "" };
        let rows = if of.partial { " WHERE /* … */" } else { "" };
        let columns = comment(&of.columns.join(", "));
        writeln!(
            out,
            "CREATE {unique}INDEX {} ON {name} USING {} ({columns}){rows};",
            quoted(index),
            quoted(&of.method)
        )?;
    }
    match table.row_level_security {
        Some(true) => writeln!(out, "ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;")?,
        Some(false) => {}
        None => writeln!(out, "-- row level security of {name}: unknown")?,
    }
    if table.forced == Some(true) {
        writeln!(out, "ALTER TABLE {name} FORCE ROW LEVEL SECURITY;")?;
    }
    table.policies.iter().try_for_each(|(policy, of)| create_policy(&name, policy, of, out))
}

fn create_policy(table: &str, name: &str, policy: &Policy, out: &mut dyn Write) -> io::Result<()> {
    let kind = if policy.permissive == Some(false) { " AS RESTRICTIVE" } else { "" };
    let command = policy.command.as_deref().unwrap_or("all").to_uppercase();
    let roles: Vec<String> = policy.roles.iter().map(|role| quoted(role)).collect();
    let condition = |keyword: &str, condition: &Option<String>| match condition.as_deref() {
        Some("always-true") => format!(" {keyword} (true)"),
        Some("always-false") => format!(" {keyword} (false)"),
        Some(_) => format!(" {keyword} (/* … */)"),
        None => String::new(),
    };
    let (using, check) = (condition("USING", &policy.using), condition("WITH CHECK", &policy.check));
    let roles = roles.join(", ");
    writeln!(out, "CREATE POLICY {} ON {table}{kind} FOR {command} TO {roles}{using}{check};", quoted(name))
}

/// A name as SQL spells it: in quotes where it needs them.
fn quoted(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let begins = name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
    if begins && name.bytes().all(plain) { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// A name with its schema.
fn qualified(name: &str) -> String {
    match name.split_once('.') {
        Some((schema, name)) => format!("{}.{}", quoted(schema), quoted(name)),
        None => quoted(name),
    }
}

/// Text that cannot end a comment or a line.
fn comment(text: &str) -> String {
    text.replace("*/", "* /").replace(['\n', '\r'], " ")
}
