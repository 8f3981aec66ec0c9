//! What SQL does: one row an operation.

use crate::fact::Field::{self, *};
use crate::fact::VariantDef;

const fn v(name: &'static str, doc: &'static str, fields: &'static [Field]) -> VariantDef {
    VariantDef { name, doc, fields }
}

/// These fields, besides those that say what surrounds an operation.
macro_rules! with {
    ($($field:ident),* $(,)?) => {
        &[Stands, Guarded, Conditional, Unqualified $(, $field)*]
    };
}

/// The same of an operation that locks its table.
macro_rules! locks {
    ($($field:ident),* $(,)?) => {
        &[Stands, Guarded, Conditional, Unqualified, TableIfExists, InTransaction, LockTimeout, StatementTimeout, Lock $(, $field)*]
    };
}

/// An operation on an object that stands in a schema.
const NAMED: &[Field] = with![Schema, Name];
/// The same, where it changes an object.
const CHANGED: &[Field] = with![Target, Schema, Name, NewName, NewSchema, OwnedBy, IfExists, Origin];
/// The same, where it makes an object, if it is not there.
const MADE: &[Field] = with![Target, Schema, Name, OwnedBy, IfNotExists];
/// The same, where it drops an object.
const DROPPED: &[Field] = with![Target, Schema, Name, IfExists, Cascade, Origin];
/// An operation that takes a lock on a table.
const ON_TABLE: &[Field] = locks![Target, Schema, Table, OriginTable];
/// An operation on a column, likewise.
const ON_COLUMN: &[Field] = locks![Only, Target, TargetTable, Schema, Table, Column, Origin, OriginTable];
/// An operation on something that a table has.
const OF_TABLE: &[Field] = locks![Target, TargetTable, Schema, Table, Name, OriginTable];
/// An operation without an object.
const BARE: &[Field] = with![];
const ROUTINE: &[Field] = with![
    Parameters,
    Settings,
    Traits,
    Definition,
    Target,
    Schema,
    Name,
    Arguments,
    OrReplace,
    SecurityDefiner,
    Language,
    SearchPath,
    Volatility,
    Returns,
    Types,
    Origin,
];
const ALTERED_ROUTINE: &[Field] = with![
    Settings,
    Traits,
    Volatility,
    Target,
    Schema,
    Name,
    NewName,
    NewSchema,
    Arguments,
    SecurityDefiner,
    SearchPath,
    Origin
];
const DROPPED_ROUTINE: &[Field] = with![Target, Schema, Name, Arguments, IfExists, Cascade, Origin];
const GRANTED: &[Field] =
    with![Columns, Target, Undone, Schema, Table, Name, Arguments, ObjectKind, Privilege, Grantee, GrantOption];
const BY_DEFAULT: &[Field] = with![Roles, Schema, ObjectKind, Privilege, Grantee, GrantOption];
const POLICY: &[Field] = locks![
    Target,
    TargetTable,
    TargetColumns,
    Asks,
    Schema,
    Table,
    Name,
    Command,
    Permissive,
    Roles,
    Using,
    Check,
    UsingDefinition,
    CheckDefinition,
    Calls,
    Keys,
    OriginTable
];
const ALTERED_POLICY: &[Field] = locks![
    Target,
    TargetTable,
    TargetColumns,
    Asks,
    Schema,
    Table,
    Name,
    NewName,
    Roles,
    Using,
    Check,
    UsingDefinition,
    CheckDefinition,
    Calls,
    Keys,
    OriginTable
];
const NEW_COLUMN: &[Field] = locks![
    Traits,
    Only,
    Target,
    TargetTable,
    Schema,
    Table,
    Column,
    IfNotExists,
    ColumnType,
    Modifier,
    Nullable,
    Default,
    Definition,
    Generated,
    Identity,
    Rewrites,
    OriginTable
];
const NEW_CONSTRAINT: &[Field] = locks![
    Only,
    Target,
    TargetTable,
    TargetReferenced,
    TargetColumns,
    Asks,
    Schema,
    Table,
    Name,
    Constraint,
    Columns,
    Column,
    Definition,
    References,
    ReferencedColumns,
    OnDelete,
    Traits,
    NotValid,
    UsingIndex,
    OriginTable
];
const ROLE: &[Field] = with![Target, Name, Login, Superuser, BypassRls];

/// All of them, families together.
#[rustfmt::skip]
pub(super) const VARIANTS: &[VariantDef] = &[
    v("create_table", "CREATE TABLE", with![Target, Contents, Parent, Parents, Yields, Sources, Schema, Table, IfNotExists, Traits, Bound, PartitionedBy]),
    v("like_table", "LIKE of CREATE TABLE: another table's columns, and what INCLUDING brings along", with![Schema, Table, Parent, Traits]),
    v("create_column", "a column of CREATE TABLE, one fact a column", with![Schema, Table, Column, ColumnType, Modifier, Nullable, Default, Definition, Generated, Identity, Traits]),
    v("create_constraint", "a constraint of CREATE TABLE, of the table or of a column", with![TargetReferenced, TargetColumns, Asks, Schema, Table, Name, Constraint, Columns, Column, Definition, References, ReferencedColumns, OnDelete, Traits]),
    v("create_foreign_table", "CREATE FOREIGN TABLE", with![Target, Contents, Parent, Schema, Table, IfNotExists]),
    v("drop_table", "DROP TABLE, one fact a table", locks![Target, Schema, Table, IfExists, Cascade, OriginTable]),
    v("drop_foreign_table", "DROP FOREIGN TABLE, one fact a table", locks![Target, Schema, Table, IfExists, Cascade, OriginTable]),
    v("rename_table", "ALTER TABLE … RENAME TO", locks![Target, Schema, Table, NewName, OriginTable]),
    v("move_table", "ALTER TABLE … SET SCHEMA", locks![Target, Schema, Table, NewName, OriginTable]),
    v("truncate", "TRUNCATE, one fact a table", locks![Target, Schema, Table, Cascade, OriginTable]),
    v("add_column", "ALTER TABLE … ADD COLUMN", NEW_COLUMN),
    v("drop_column", "ALTER TABLE … DROP COLUMN", locks![Only, Target, TargetTable, Schema, Table, Column, IfExists, Cascade, Origin, OriginTable]),
    v("rename_column", "ALTER TABLE … RENAME COLUMN", locks![Only, Target, TargetTable, Schema, Table, Column, NewName, Origin, OriginTable]),
    v("alter_column_type", "ALTER COLUMN … TYPE", locks![Only, Target, TargetTable, Schema, Table, Column, ColumnType, Modifier, FromType, Rewrites, Origin, OriginTable, Traits]),
    v("set_not_null", "ALTER COLUMN … SET NOT NULL", ON_COLUMN),
    v("drop_not_null", "ALTER COLUMN … DROP NOT NULL", ON_COLUMN),
    v("set_default", "ALTER COLUMN … SET DEFAULT", locks![Only, Target, TargetTable, Schema, Table, Column, Default, Definition, Origin, OriginTable]),
    v("drop_default", "ALTER COLUMN … DROP DEFAULT", ON_COLUMN),
    v("set_identity", "ALTER COLUMN … ADD or SET GENERATED … AS IDENTITY", locks![Only, Target, TargetTable, Schema, Table, Column, Identity, NewName, Origin, OriginTable]),
    v("drop_identity", "ALTER COLUMN … DROP IDENTITY", ON_COLUMN),
    v("drop_expression", "ALTER COLUMN … DROP EXPRESSION", ON_COLUMN),
    v("alter_column", "ALTER COLUMN, whatever else changes: statistics, storage, options", locks![Only, Target, TargetTable, Schema, Table, Column, Action, Origin, OriginTable, Traits]),
    v("add_constraint", "ALTER TABLE … ADD CONSTRAINT, a bare constraint, or one of an added column", NEW_CONSTRAINT),
    v("drop_constraint", "ALTER TABLE … DROP CONSTRAINT", locks![Target, TargetTable, Schema, Table, Name, IfExists, Cascade, OriginTable]),
    v("validate_constraint", "ALTER TABLE … VALIDATE CONSTRAINT", OF_TABLE),
    v("rename_constraint", "ALTER TABLE … RENAME CONSTRAINT", locks![Target, TargetTable, Schema, Table, Name, NewName, OriginTable]),
    v("alter_constraint", "ALTER TABLE … ALTER CONSTRAINT", locks![Target, TargetTable, Schema, Table, Name, Traits, OriginTable]),
    v("enable_rls", "ALTER TABLE … ENABLE ROW LEVEL SECURITY", ON_TABLE),
    v("disable_rls", "ALTER TABLE … DISABLE ROW LEVEL SECURITY", ON_TABLE),
    v("force_rls", "ALTER TABLE … FORCE ROW LEVEL SECURITY", ON_TABLE),
    v("no_force_rls", "ALTER TABLE … NO FORCE ROW LEVEL SECURITY", ON_TABLE),
    v("attach_partition", "ALTER TABLE … ATTACH PARTITION", locks![Target, Schema, Table, Partition, OriginTable, Bound]),
    v("detach_partition", "ALTER TABLE … DETACH PARTITION", locks![Target, Schema, Table, Partition, Concurrently, OriginTable]),
    v("enable_trigger", "ALTER TABLE … ENABLE TRIGGER", locks![Target, TargetTable, Schema, Table, Name, Traits, OriginTable]),
    v("disable_trigger", "ALTER TABLE … DISABLE TRIGGER; no name for ALL and USER", locks![Target, TargetTable, Schema, Table, Name, Traits, OriginTable]),
    v("alter_table", "any other action of ALTER TABLE", locks![Schema, Table, Action, Parent, OriginTable, Traits]),
    v("change_owner", "ALTER … OWNER TO, of any object, and REASSIGN OWNED", with![Target, TableIfExists, IfExists, Schema, Table, Name, ObjectKind, Owner, OriginTable]),
    v("lock_table", "LOCK TABLE, one fact a table", ON_TABLE),
    v("write_column", "a column that UPDATE, INSERT or MERGE writes, one fact a column", with![Target, TargetTable, Schema, Table, Column, Command, Origin, OriginTable]),
    v("update", "UPDATE", locks![Target, Schema, Table, Where, OriginTable]),
    v("delete", "DELETE", locks![Target, Schema, Table, Where, OriginTable]),
    v("insert", "INSERT, and COPY … FROM", ON_TABLE),
    v("merge", "MERGE", ON_TABLE),
    v("create_index", "CREATE INDEX", locks![Only, Target, TargetTable, TargetColumns, Asks, Schema, Table, Name, IfNotExists, Concurrently, Unique, Method, Columns, Traits, Where, Predicate, OriginTable]),
    v("alter_index", "ALTER INDEX", with![Target, IfExists, Schema, Name, NewName, NewSchema, Action, Origin]),
    v("drop_index", "DROP INDEX, one fact an index", locks![Target, Schema, Name, IfExists, Cascade, Concurrently, Origin]),
    v("reindex", "REINDEX", locks![Schema, Table, Name, ObjectKind, Concurrently]),
    v("create_policy", "CREATE POLICY", POLICY),
    v("alter_policy", "ALTER POLICY", ALTERED_POLICY),
    v("drop_policy", "DROP POLICY", locks![Target, TargetTable, Schema, Table, Name, IfExists, OriginTable]),
    v("create_trigger", "CREATE TRIGGER", locks![Target, TargetTable, TargetColumns, Columns, Schema, Table, Name, OrReplace, Executes, Definition, OriginTable]),
    v("alter_trigger", "ALTER TRIGGER", locks![Target, TargetTable, Schema, Table, Name, NewName, OriginTable]),
    v("drop_trigger", "DROP TRIGGER", locks![Target, TargetTable, Schema, Table, Name, IfExists, Cascade, OriginTable]),
    v("create_rule", "CREATE RULE", locks![Schema, Table, Name, OrReplace, OriginTable]),
    v("drop_rule", "DROP RULE", locks![Schema, Table, Name, IfExists, Cascade, OriginTable]),
    v("create_function", "CREATE FUNCTION", ROUTINE),
    v("create_procedure", "CREATE PROCEDURE", with![Types, Target, Schema, Name, Arguments, OrReplace, SecurityDefiner, Language, SearchPath, Definition, Origin, Parameters, Settings, Traits]),
    v("alter_function", "ALTER FUNCTION or ALTER ROUTINE", ALTERED_ROUTINE),
    v("alter_procedure", "ALTER PROCEDURE", ALTERED_ROUTINE),
    v("drop_function", "DROP FUNCTION or DROP ROUTINE", DROPPED_ROUTINE),
    v("drop_procedure", "DROP PROCEDURE", DROPPED_ROUTINE),
    v("call", "CALL", NAMED),
    v("create_schema", "CREATE SCHEMA", with![Target, Schema, Name, IfNotExists, Owner]),
    v("alter_schema", "ALTER SCHEMA … RENAME TO", CHANGED),
    v("drop_schema", "DROP SCHEMA", DROPPED),
    v("create_view", "CREATE VIEW", with![Reads, Target, Schema, Name, OrReplace, SecurityInvoker, Definition, Origin, Columns, Traits]),
    v("create_materialized_view", "CREATE MATERIALIZED VIEW", with![Target, Reads, Schema, Name, IfNotExists, Definition, Columns, Traits]),
    v("alter_view", "ALTER VIEW or ALTER MATERIALIZED VIEW", with![Target, IfExists, Schema, Name, NewName, NewSchema, SecurityInvoker, Action, Traits, Origin]),
    v("refresh_materialized_view", "REFRESH MATERIALIZED VIEW", locks![Schema, Name, Concurrently]),
    v("drop_view", "DROP VIEW or DROP MATERIALIZED VIEW", DROPPED),
    v("create_type", "CREATE TYPE or CREATE DOMAIN", with![Target, Schema, Name, Labels, ObjectKind, Definition]),
    v("alter_type", "ALTER TYPE or ALTER DOMAIN, whatever changes but for the next three", with![Target, IfExists, Schema, Name, NewName, NewSchema, Definition, Origin]),
    v("add_enum_value", "ALTER TYPE … ADD VALUE", with![Target, TargetTable, Schema, Name, NewName, Before, After, IfNotExists, Origin]),
    v("rename_enum_value", "ALTER TYPE … RENAME VALUE", with![Target, TargetTable, Schema, Name, NewName, Labels, Origin]),
    v("drop_attribute", "ALTER TYPE … DROP ATTRIBUTE", with![Schema, Name, Column, IfExists, Cascade, Origin]),
    v("drop_type", "DROP TYPE or DROP DOMAIN", DROPPED),
    v("create_sequence", "CREATE SEQUENCE", MADE),
    v("alter_sequence", "ALTER SEQUENCE", CHANGED),
    v("drop_sequence", "DROP SEQUENCE", DROPPED),
    v("create_extension", "CREATE EXTENSION; the schema is the one of SCHEMA", MADE),
    v("alter_extension", "ALTER EXTENSION", CHANGED),
    v("drop_extension", "DROP EXTENSION", DROPPED),
    v("create_publication", "CREATE PUBLICATION", with![Name, AllTables]),
    v("alter_publication", "ALTER PUBLICATION", with![Name, NewName]),
    v("drop_publication", "DROP PUBLICATION", DROPPED),
    v("create_subscription", "CREATE SUBSCRIPTION", with![Name]),
    v("alter_subscription", "ALTER SUBSCRIPTION", with![Name, NewName]),
    v("drop_subscription", "DROP SUBSCRIPTION", DROPPED),
    v("create_event_trigger", "CREATE EVENT TRIGGER", with![Name, Executes]),
    v("alter_event_trigger", "ALTER EVENT TRIGGER", with![Name, NewName]),
    v("drop_event_trigger", "DROP EVENT TRIGGER", DROPPED),
    v("create_role", "CREATE ROLE or CREATE USER", ROLE),
    v("alter_role", "ALTER ROLE or ALTER USER", with![Target, Name, NewName, Login, Superuser, BypassRls]),
    v("drop_role", "DROP ROLE or DROP USER", DROPPED),
    v("create_database", "CREATE DATABASE", with![Name]),
    v("alter_database", "ALTER DATABASE", with![Name, NewName]),
    v("drop_database", "DROP DATABASE", DROPPED),
    v("alter_system", "ALTER SYSTEM, which changes the configuration of the server", with![Name, Value]),
    v("drop_owned", "DROP OWNED BY", with![Name, Cascade]),
    v("import_foreign_schema", "IMPORT FOREIGN SCHEMA … INTO", with![Schema, Name]),
    v("security_label", "SECURITY LABEL", BARE),
    v("drop_other", "DROP of any other object", with![Schema, Name, ObjectKind, IfExists, Cascade]),
    v("create_other", "CREATE of any other object", with![Schema, Name, ObjectKind]),
    v("alter_other", "ALTER of any other object", with![Schema, Name, NewName, NewSchema, ObjectKind]),
    v("grant", "GRANT, one fact for each privilege, object and grantee", GRANTED),
    v("revoke", "REVOKE, one fact for each privilege, object and grantee", GRANTED),
    v("alter_default_privileges_grant", "ALTER DEFAULT PRIVILEGES … GRANT", BY_DEFAULT),
    v("alter_default_privileges_revoke", "ALTER DEFAULT PRIVILEGES … REVOKE", BY_DEFAULT),
    v("vacuum", "VACUUM, one fact a table", locks![Schema, Table, Full]),
    v("cluster", "CLUSTER", locks![Schema, Table]),
    v("analyze", "ANALYZE", BARE),
    v("comment", "COMMENT ON", with![Target, TargetTable, Schema, Table, Column, Name, Arguments, ObjectKind]),
    v("set", "SET or RESET; the value is DEFAULT for RESET", with![Name, Value, Local]),
    v("begin", "BEGIN or START TRANSACTION", with![InTransaction]),
    v("commit", "COMMIT or END", with![InTransaction]),
    v("rollback", "ROLLBACK", with![InTransaction]),
    v("savepoint", "SAVEPOINT", with![Name]),
    v("release_savepoint", "RELEASE SAVEPOINT", with![Name]),
    v("rollback_to_savepoint", "ROLLBACK TO SAVEPOINT", with![Name]),
    v("do_block", "DO, as a statement; what it does are facts of their own", BARE),
    v("select", "SELECT, VALUES, TABLE, COPY … TO", with![Calls]),
    v("other", "any other statement that was understood", BARE),
];
