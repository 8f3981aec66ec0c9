//! The schema as SQL, for a reader who thinks in it: queries, bodies and expressions that hold text are a comment in their
//! place, so that it cannot be taken for a dump.

use super::{Column, Definition, Policy, Schema, Table};
use std::io::{self, Write};

/// Writes the schema.
///
/// # Errors
/// Those of `out`.
pub fn write(schema: &Schema, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "-- For reading, not for running: what is not shown leaves gaps, and not every object is in it.")?;
    writeln!(out, "-- The schema that the migrations leave. Queries, bodies and expressions with text are not in it.")?;
    for name in &schema.schemas {
        writeln!(out, "CREATE SCHEMA {};", quoted(name))?;
    }
    for (name, within) in &schema.extensions {
        let within = within.as_deref().map(|schema| format!(" WITH SCHEMA {}", quoted(schema))).unwrap_or_default();
        writeln!(out, "CREATE EXTENSION {}{within};", quoted(name))?;
    }
    for (name, role) in &schema.roles {
        let power =
            |flag: Option<bool>, word: &str| if flag == Some(true) { format!(" {word}") } else { String::new() };
        let powers =
            [power(role.login, "LOGIN"), power(role.superuser, "SUPERUSER"), power(role.bypass_rls, "BYPASSRLS")];
        writeln!(out, "CREATE ROLE {}{};", quoted(name), powers.concat())?;
    }
    for (name, ty) in &schema.types {
        match &ty.labels {
            Some(labels) => {
                let labels: Vec<String> =
                    labels.iter().map(|label| format!("'{}'", label.replace('\'', "''"))).collect();
                writeln!(out, "CREATE TYPE {} AS ENUM ({});", qualified(name), labels.join(", "))?;
            }
            None => writeln!(out, "CREATE TYPE {} /* … */;", qualified(name))?,
        }
    }
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
    for (what, roles) in &schema.default_privileges {
        let (privilege, on) = what.split_once(" on every ").unwrap_or((what, ""));
        let (kind, within) = on.split_once(" in ").unwrap_or((on, ""));
        let within = if within.is_empty() { String::new() } else { format!(" IN SCHEMA {}", quoted(within)) };
        let roles: Vec<String> = roles.iter().map(|role| quoted(role)).collect();
        let (privilege, kind) = (privilege.to_uppercase(), kind.to_uppercase());
        writeln!(out, "ALTER DEFAULT PRIVILEGES{within} GRANT {privilege} ON {kind}S TO {};", roles.join(", "))?;
    }
    for object in &schema.perhaps {
        writeln!(out, "-- perhaps: {}", object.replace('\n', " "))?;
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
        let ty = ty + &comment(of.modifier.as_deref().unwrap_or(""));
        let null = if of.nullable == Some(false) { " NOT NULL" } else { "" };
        format!("    {} {ty}{null}{}", quoted(name), numbers(of))
    };
    let columns: Vec<String> = table.ordered().into_iter().map(column).collect();
    writeln!(out, "{}\n);", columns.join(",\n"))?;
    for (constraint, of) in &table.constraints {
        let columns: Vec<String> = of.columns.iter().map(|column| quoted(column)).collect();
        let columns = columns.join(", ");
        let says = match of.kind.as_str() {
            "primary-key" => format!("PRIMARY KEY ({columns})"),
            "unique" => format!("UNIQUE ({columns})"),
            "check" => format!("CHECK ({})", expression(of.check.as_ref())),
            _ => "EXCLUDE (/* … */)".to_owned(),
        };
        writeln!(out, "ALTER TABLE {name} ADD CONSTRAINT {} {says};", quoted(constraint))?;
    }
    for (key, of) in &table.foreign_keys {
        let columns: Vec<String> = of.columns.iter().map(|column| quoted(column)).collect();
        let to = of.references.as_deref().map_or_else(|| "/* ? */".to_owned(), qualified);
        let (key, columns) = (quoted(key), columns.join(", "));
        let referenced: Vec<String> = of.referenced.iter().map(|column| quoted(column)).collect();
        let to = if referenced.is_empty() { to } else { format!("{to} ({})", referenced.join(", ")) };
        let deletes = of.on_delete.as_deref().filter(|action| *action != "no-action");
        let deletes = deletes.map(|action| format!(" ON DELETE {}", action.replace('-', " ").to_uppercase()));
        let deletes = deletes.unwrap_or_default();
        writeln!(out, "ALTER TABLE {name} ADD CONSTRAINT {key} FOREIGN KEY ({columns}) REFERENCES {to}{deletes};")?;
    }
    for (index, of) in table.indexes.iter().filter(|(_, of)| !of.of_constraint) {
        let unique = if of.unique { "UNIQUE " } else { "" };
        let rows = of.predicate.as_ref().map(|rows| format!(" WHERE {}", expression(Some(rows)))).unwrap_or_default();
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
    for (trigger, of) in &table.triggers {
        let runs = of.executes.as_deref().map_or_else(|| "/* ? */".to_owned(), qualified);
        writeln!(out, "CREATE TRIGGER {} /* … */ ON {name} EXECUTE FUNCTION {runs}();", quoted(trigger))?;
    }
    table.policies.iter().try_for_each(|(policy, of)| create_policy(&name, policy, of, out))
}

/// What a column has where nobody writes it.
fn numbers(column: &Column) -> String {
    match (column.identity.as_deref(), &column.generated, &column.default) {
        (Some("always"), ..) => " GENERATED ALWAYS AS IDENTITY".to_owned(),
        (Some(_), ..) => " GENERATED BY DEFAULT AS IDENTITY".to_owned(),
        (None, Some(when), said) => {
            format!(" GENERATED ALWAYS AS ({}) {}", expression(said.as_ref()), when.to_uppercase())
        }
        (None, None, Some(said)) => format!(" DEFAULT {}", expression(Some(said))),
        (None, None, None) => String::new(),
    }
}

/// An expression, or a comment where it is not shown.
fn expression(said: Option<&Definition>) -> String {
    said.and_then(Definition::shown).map_or_else(|| "/* … */".to_owned(), |text| comment(&text))
}

fn create_policy(table: &str, name: &str, policy: &Policy, out: &mut dyn Write) -> io::Result<()> {
    let kind = if policy.permissive == Some(false) { " AS RESTRICTIVE" } else { "" };
    let command = policy.command.as_deref().unwrap_or("all").to_uppercase();
    let roles: Vec<String> = policy.roles.iter().map(|role| quoted(role)).collect();
    let condition = |keyword: &str, condition: &Option<String>, said: &Option<Definition>| match condition.as_deref() {
        Some("always-true") => format!(" {keyword} (true)"),
        Some("always-false") => format!(" {keyword} (false)"),
        Some(_) => format!(" {keyword} ({})", expression(said.as_ref())),
        None => String::new(),
    };
    let using = condition("USING", &policy.using, &policy.using_expression);
    let check = condition("WITH CHECK", &policy.check, &policy.check_expression);
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
