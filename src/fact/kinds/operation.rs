//! `operation`: one thing that SQL does. One fact for each object, column, privilege and grantee, so that conditions stay
//! simple.

use crate::fact::{FactId, Facts, Field, FieldDef, Kind, KindDef, Type, VariantDef, Word};

/// Where an operation stands.
pub const STANDS: &[Word] = &[
    Word::new("top-level", "at the top level"),
    Word::new("do-block", "in a DO block"),
    Word::new("function-body", "in a function body"),
    Word::new("dynamic", "in dynamic SQL"),
];

/// What an existence check around an operation tests.
pub const GUARDS: &[Word] = &[
    Word::new("no", "unguarded"),
    Word::new("same-object", "guarded by a check of the same object"),
    Word::new("other-object", "guarded by a check of another object"),
];

/// Where an object comes from.
pub const ORIGINS: &[Word] = &[
    Word::new("same-migration", "made in the same migration"),
    Word::new("elsewhere", "not made in the same migration"),
];

/// Statements that write columns.
pub const COMMANDS: &[Word] =
    &[Word::new("update", "UPDATE"), Word::new("insert", "INSERT"), Word::new("merge", "MERGE")];

/// What a privilege is granted on.
pub const OBJECTS: &[Word] = &[
    Word::new("table", "a table or view"),
    Word::new("column", "a column"),
    Word::new("sequence", "a sequence"),
    Word::new("function", "a function or procedure"),
    Word::new("schema", "a schema"),
    Word::new("database", "a database"),
    Word::new("type", "a type"),
    Word::new("role", "a role"),
    Word::new("other", "another object"),
];

use Field::{
    Arguments, Cascade, Column, Command, Concurrently, GrantOption, Grantee, Guarded, IfExists, IfNotExists, Name,
    NewName, ObjectKind, OrReplace, Origin, OriginTable, Privilege, Schema, SecurityDefiner, Stands, Table, Where,
};

const fn v(name: &'static str, doc: &'static str, fields: &'static [Field]) -> VariantDef {
    VariantDef { name, doc, fields }
}

const CREATE: &[Field] = &[Stands, Guarded, Schema, Name, IfNotExists];
const CREATE_OR_REPLACE: &[Field] = &[Stands, Guarded, Schema, Name, OrReplace];
const DROP: &[Field] = &[Stands, Guarded, Schema, Name, IfExists, Cascade];
const ROUTINE: &[Field] = &[Stands, Guarded, Schema, Name, Arguments, OrReplace, SecurityDefiner];
const DROP_ROUTINE: &[Field] = &[Stands, Guarded, Schema, Name, Arguments, IfExists, Cascade];
const ON_TABLE: &[Field] = &[Stands, Guarded, Schema, Table, OriginTable];
const GRANT: &[Field] = &[Stands, Guarded, Schema, Table, Name, ObjectKind, Privilege, Grantee, GrantOption];
const DEFAULT_PRIVILEGES: &[Field] = &[Stands, Guarded, Schema, ObjectKind, Privilege, Grantee, GrantOption];
const BARE: &[Field] = &[Stands, Guarded];
const NAMED: &[Field] = &[Stands, Guarded, Name];

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Operation,
    name: "operation",
    doc: "One thing that SQL does, wherever it stands: at the top level, in a DO block, in a function body, in dynamic SQL.",
    parent: Some(Kind::Migration),
    variants: &[
        v("create_table", "CREATE TABLE", &[Stands, Guarded, Schema, Table, IfNotExists]),
        v(
            "drop_table",
            "DROP TABLE, one fact a table",
            &[Stands, Guarded, Schema, Table, IfExists, Cascade, OriginTable],
        ),
        v("rename_table", "ALTER TABLE … RENAME TO", &[Stands, Guarded, Schema, Table, NewName, OriginTable]),
        v("move_table", "ALTER TABLE … SET SCHEMA", &[Stands, Guarded, Schema, Table, NewName, OriginTable]),
        v("truncate", "TRUNCATE, one fact a table", &[Stands, Guarded, Schema, Table, Cascade, OriginTable]),
        v(
            "add_column",
            "ALTER TABLE … ADD COLUMN",
            &[Stands, Guarded, Schema, Table, Column, IfNotExists, OriginTable],
        ),
        v(
            "drop_column",
            "ALTER TABLE … DROP COLUMN",
            &[Stands, Guarded, Schema, Table, Column, IfExists, Cascade, Origin, OriginTable],
        ),
        v(
            "rename_column",
            "ALTER TABLE … RENAME COLUMN",
            &[Stands, Guarded, Schema, Table, Column, NewName, Origin, OriginTable],
        ),
        v(
            "alter_column",
            "ALTER TABLE … ALTER COLUMN, whatever changes",
            &[Stands, Guarded, Schema, Table, Column, Origin, OriginTable],
        ),
        v(
            "add_constraint",
            "ALTER TABLE … ADD CONSTRAINT, or a bare constraint",
            &[Stands, Guarded, Schema, Table, Name, OriginTable],
        ),
        v(
            "drop_constraint",
            "ALTER TABLE … DROP CONSTRAINT",
            &[Stands, Guarded, Schema, Table, Name, IfExists, Cascade, OriginTable],
        ),
        v("enable_rls", "ALTER TABLE … ENABLE ROW LEVEL SECURITY", ON_TABLE),
        v("disable_rls", "ALTER TABLE … DISABLE ROW LEVEL SECURITY", ON_TABLE),
        v("force_rls", "ALTER TABLE … FORCE ROW LEVEL SECURITY", ON_TABLE),
        v("no_force_rls", "ALTER TABLE … NO FORCE ROW LEVEL SECURITY", ON_TABLE),
        v("alter_table", "any other action of ALTER TABLE", ON_TABLE),
        v(
            "write_column",
            "a column that UPDATE, INSERT or MERGE writes, one fact a column",
            &[Stands, Guarded, Schema, Table, Column, Command, Origin, OriginTable],
        ),
        v("update", "UPDATE", &[Stands, Guarded, Schema, Table, Where, OriginTable]),
        v("delete", "DELETE", &[Stands, Guarded, Schema, Table, Where, OriginTable]),
        v("insert", "INSERT", ON_TABLE),
        v("merge", "MERGE", ON_TABLE),
        v(
            "create_index",
            "CREATE INDEX",
            &[Stands, Guarded, Schema, Table, Name, IfNotExists, Concurrently, OriginTable],
        ),
        v(
            "drop_index",
            "DROP INDEX, one fact an index",
            &[Stands, Guarded, Schema, Name, IfExists, Cascade, Concurrently],
        ),
        v("create_policy", "CREATE POLICY", &[Stands, Guarded, Schema, Table, Name, OriginTable]),
        v("alter_policy", "ALTER POLICY", &[Stands, Guarded, Schema, Table, Name, OriginTable]),
        v("drop_policy", "DROP POLICY", &[Stands, Guarded, Schema, Table, Name, IfExists, OriginTable]),
        v("create_trigger", "CREATE TRIGGER", &[Stands, Guarded, Schema, Table, Name, OrReplace, OriginTable]),
        v("drop_trigger", "DROP TRIGGER", &[Stands, Guarded, Schema, Table, Name, IfExists, Cascade, OriginTable]),
        v("create_function", "CREATE FUNCTION", ROUTINE),
        v("create_procedure", "CREATE PROCEDURE", ROUTINE),
        v("drop_function", "DROP FUNCTION or DROP ROUTINE", DROP_ROUTINE),
        v("drop_procedure", "DROP PROCEDURE", DROP_ROUTINE),
        v("create_schema", "CREATE SCHEMA", CREATE),
        v("drop_schema", "DROP SCHEMA", DROP),
        v("create_view", "CREATE VIEW", CREATE_OR_REPLACE),
        v("create_materialized_view", "CREATE MATERIALIZED VIEW", CREATE),
        v("drop_view", "DROP VIEW or DROP MATERIALIZED VIEW", DROP),
        v("create_type", "CREATE TYPE or CREATE DOMAIN", &[Stands, Guarded, Schema, Name]),
        v("drop_type", "DROP TYPE or DROP DOMAIN", DROP),
        v("create_sequence", "CREATE SEQUENCE", CREATE),
        v("drop_sequence", "DROP SEQUENCE", DROP),
        v("create_extension", "CREATE EXTENSION", CREATE),
        v("drop_extension", "DROP EXTENSION", DROP),
        v("create_role", "CREATE ROLE or CREATE USER", NAMED),
        v("alter_role", "ALTER ROLE or ALTER USER", NAMED),
        v("drop_role", "DROP ROLE or DROP USER", DROP),
        v("drop_database", "DROP DATABASE", DROP),
        v("drop_owned", "DROP OWNED BY", &[Stands, Guarded, Name, Cascade]),
        v("drop_other", "DROP of any other object", DROP),
        v("create_other", "CREATE of any other object", &[Stands, Guarded, Schema, Name]),
        v("alter_other", "ALTER of any other object", &[Stands, Guarded, Schema, Name]),
        v("grant", "GRANT, one fact for each privilege, object and grantee", GRANT),
        v("revoke", "REVOKE, one fact for each privilege, object and grantee", GRANT),
        v("alter_default_privileges_grant", "ALTER DEFAULT PRIVILEGES … GRANT", DEFAULT_PRIVILEGES),
        v("alter_default_privileges_revoke", "ALTER DEFAULT PRIVILEGES … REVOKE", DEFAULT_PRIVILEGES),
        v("set", "SET or RESET", NAMED),
        v("begin", "BEGIN or START TRANSACTION", BARE),
        v("commit", "COMMIT or END", BARE),
        v("rollback", "ROLLBACK", BARE),
        v("do_block", "DO, as a statement; what it does are facts of their own", BARE),
        v("select", "SELECT, VALUES, TABLE or CALL", BARE),
        v("other", "any other statement that was understood", BARE),
    ],
    fields: &[
        FieldDef::new(Stands, Type::Enum(STANDS), "place", "where it stands"),
        FieldDef::new(
            Guarded,
            Type::Enum(GUARDS),
            "guard",
            "whether it runs only under an existence check (IF NOT EXISTS (SELECT … FROM information_schema…)), and whether that tests the object it touches",
        ),
        FieldDef::new(Schema, Type::Name, "schema", "the schema; `public` where none is written"),
        FieldDef::new(Table, Type::Name, "table", "schema and name: `public.accounts`"),
        FieldDef::new(Column, Type::Name, "column", "the column"),
        FieldDef::new(Name, Type::Name, "name", "the object's name, without its schema"),
        FieldDef::new(NewName, Type::Name, "new name", "the name it gets; the schema for `move_table`"),
        FieldDef::new(
            Arguments,
            Type::Text,
            "arguments",
            "the types of the arguments: `integer,text`; how far they are known decides equality",
        ),
        FieldDef::new(
            IfExists,
            Type::Bool("has IF EXISTS", "lacks IF EXISTS"),
            "IF EXISTS",
            "whether IF EXISTS is written",
        ),
        FieldDef::new(
            IfNotExists,
            Type::Bool("has IF NOT EXISTS", "lacks IF NOT EXISTS"),
            "IF NOT EXISTS",
            "whether IF NOT EXISTS is written",
        ),
        FieldDef::new(
            OrReplace,
            Type::Bool("has OR REPLACE", "lacks OR REPLACE"),
            "OR REPLACE",
            "whether OR REPLACE is written",
        ),
        FieldDef::new(Cascade, Type::Bool("cascades", "does not cascade"), "CASCADE", "whether CASCADE is written"),
        FieldDef::new(
            Concurrently,
            Type::Bool("runs CONCURRENTLY", "does not run CONCURRENTLY"),
            "CONCURRENTLY",
            "whether CONCURRENTLY is written",
        ),
        FieldDef::new(Where, Type::Bool("has a WHERE", "has no WHERE"), "WHERE", "whether rows are chosen by a WHERE"),
        FieldDef::new(
            Origin,
            Type::Enum(ORIGINS),
            "origin",
            "whether the column was made earlier in the same migration",
        ),
        FieldDef::new(
            OriginTable,
            Type::Enum(ORIGINS),
            "origin of the table",
            "whether the table was made earlier in the same migration",
        ),
        FieldDef::new(Command, Type::Enum(COMMANDS), "command", "what writes the column"),
        FieldDef::new(ObjectKind, Type::Enum(OBJECTS), "object", "what the privilege is on"),
        FieldDef::new(Grantee, Type::Name, "grantee", "the role, in lower case; `public` for everybody"),
        FieldDef::new(
            Privilege,
            Type::Name,
            "privilege",
            "the privilege in lower case: `select`; `all` for ALL PRIVILEGES",
        ),
        FieldDef::new(
            GrantOption,
            Type::Bool("has a grant option", "has no grant option"),
            "grant option",
            "whether WITH GRANT OPTION or WITH ADMIN OPTION is written",
        ),
        FieldDef::new(
            SecurityDefiner,
            Type::Bool("is SECURITY DEFINER", "is SECURITY INVOKER"),
            "SECURITY DEFINER",
            "whether it runs with its owner's rights",
        ),
    ],
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
    let grantee = text(Grantee).map(|grantee| format!(" {to} {grantee}")).unwrap_or_default();
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
