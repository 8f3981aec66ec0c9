//! `operation`: one thing that SQL does. One fact for each object, column, privilege and grantee, so that conditions stay
//! simple.

mod fields;
mod variants;
mod words;

pub use words::{COMMANDS, CONDITIONS, CONSTRAINTS, GENERATED, IDENTITIES, OBJECTS, ON_DELETE, STANDS, VOLATILITIES};

use crate::fact::{FactId, Facts, Field, Kind, KindDef};
use Field::{Column, Command, Grantee, Guarded, Name, ObjectKind, Owner, Privilege, Schema, Stands, Table};

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Operation,
    name: "operation",
    doc: "One thing that SQL does, wherever it stands: at the top level, in a DO block, in a function body, in dynamic SQL.",
    parent: Some(Kind::Migration),
    variants: variants::VARIANTS,
    fields: fields::FIELDS,
    subject,
};

/// "DROP COLUMN public.accounts.email", "GRANT select on ops.jobs to anon": the words of SQL, then the object.
fn subject(facts: &Facts, id: FactId) -> String {
    let text = |field: Field| facts.get(id, field).text();
    let Some(is) = text(Field::Is) else { return "dynamic SQL".into() };
    let verb = match is {
        "write_column" => text(Command).unwrap_or("update").to_uppercase(),
        "enable_rls" | "disable_rls" | "force_rls" | "no_force_rls" => {
            is.replace('_', " ").to_uppercase().replace("RLS", "ROW LEVEL SECURITY")
        }
        "create_column" => "column".into(),
        "create_constraint" => "constraint".into(),
        "alter_default_privileges_grant" => "ALTER DEFAULT PRIVILEGES GRANT".into(),
        "alter_default_privileges_revoke" => "ALTER DEFAULT PRIVILEGES REVOKE".into(),
        _ => is.replace('_', " ").to_uppercase(),
    };
    let object = match (text(Table), text(Column), text(Name)) {
        (Some(table), Some(column), _) => format!(" {table}.{column}"),
        (Some(table), None, Some(name)) => format!(" {name} on {table}"),
        (Some(table), None, None) => format!(" {table}"),
        (None, Some(column), _) => format!(" {column}"),
        (None, None, Some(name)) => match text(Schema) {
            // a schema is its own, and an extension is called without one
            Some(_) if is.ends_with("_schema") || is.ends_with("_extension") => format!(" {name}"),
            Some(schema) => format!(" {schema}.{name}"),
            None => format!(" {name}"),
        },
        (None, None, None) => match text(Schema) {
            Some(schema) if text(ObjectKind) == Some("schema") => format!(" schema {schema}"),
            Some(schema) => format!(" in schema {schema}"),
            None => String::new(),
        },
    };
    let privilege = match text(Privilege) {
        Some(privilege) if object.is_empty() || object.starts_with(" in ") => format!(" {privilege}"),
        Some(privilege) => format!(" {privilege} on"),
        None => String::new(),
    };
    let to = if is.ends_with("revoke") { "from" } else { "to" };
    let grantee = text(Grantee).or_else(|| text(Owner)).map(|role| format!(" {to} {role}")).unwrap_or_default();
    let place = match text(Stands) {
        None | Some("top-level") => String::new(),
        Some(place) => {
            let place = STANDS.iter().find(|word| word.name == place).map_or(place, |word| word.means);
            let guard = if text(Guarded) == Some("no") { ", unguarded" } else { "" };
            format!(" ({place}{guard})")
        }
    };
    format!("{verb}{privilege}{object}{grantee}{place}")
}
