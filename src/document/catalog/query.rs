//! The queries whose answers are known: which one an export answers follows from its columns. PostgreSQL's manual, "The
//! Information Schema" and "System Views".

use super::facts;
use super::rows::Rows;
use super::table::{Row, Table};
use crate::fact::Kind;

/// A query.
pub(super) struct Query {
    /// What it asks: a view.
    pub(super) name: &'static str,
    /// What nobody can tell its answer without: spellings of a column, the view's own first.
    pub(super) needs: &'static [&'static [&'static str]],
    /// What is read besides.
    pub(super) reads: &'static [&'static [&'static str]],
    /// The kinds of fact that a row gives.
    pub(super) gives: &'static [Kind],
    /// What to run for all that is read.
    pub(super) sql: &'static str,
    /// Makes facts of a row.
    pub(super) read: fn(&mut Rows<'_>, &Row),
}

pub(super) const GRANTEE: &[&str] = &["grantee"];
pub(super) const PRIVILEGE: &[&str] = &["privilege_type"];
pub(super) const GRANTABLE: &[&str] = &["is_grantable"];
pub(super) const SCHEMA: &[&str] = &["table_schema", "schemaname", "nspname", "schema_name"];
pub(super) const TABLE: &[&str] = &["table_name", "tablename", "relname"];
pub(super) const COLUMN: &[&str] = &["column_name"];
pub(super) const ROUTINE_SCHEMA: &[&str] = &["routine_schema", "specific_schema"];
pub(super) const ROUTINE: &[&str] = &["routine_name"];
pub(super) const OBJECT_SCHEMA: &[&str] = &["object_schema"];
pub(super) const OBJECT: &[&str] = &["object_name"];
pub(super) const OBJECT_TYPE: &[&str] = &["object_type"];
pub(super) const NAMESPACE: &[&str] = &["nspname", "schema_name"];
pub(super) const RLS: &[&str] = &["rowsecurity", "relrowsecurity", "rls_enabled"];
pub(super) const FORCED: &[&str] = &["relforcerowsecurity", "forcerowsecurity", "rls_forced"];
pub(super) const RELKIND: &[&str] = &["relkind"];
pub(super) const POLICY: &[&str] = &["policyname"];
pub(super) const ROLES: &[&str] = &["roles"];
pub(super) const COMMAND: &[&str] = &["cmd"];
pub(super) const PERMISSIVE: &[&str] = &["permissive"];
pub(super) const USING: &[&str] = &["qual"];
pub(super) const CHECK: &[&str] = &["with_check"];
pub(super) const ROLE: &[&str] = &["rolname"];
pub(super) const SUPERUSER: &[&str] = &["rolsuper"];
pub(super) const BYPASS: &[&str] = &["rolbypassrls"];
pub(super) const LOGIN: &[&str] = &["rolcanlogin"];
pub(super) const CURRENT_USER: &[&str] = &["current_user"];
pub(super) const SESSION_USER: &[&str] = &["session_user"];

const TABLE_PRIVILEGES: &str = "SELECT table_schema, table_name, grantee, privilege_type, is_grantable FROM information_schema.table_privileges WHERE table_schema NOT IN ('pg_catalog', 'information_schema')";

/// The table. What has more columns stands before what has fewer: the first that fits is it.
pub(super) const QUERIES: &[Query] = &[
    Query {
        name: "information_schema.column_privileges",
        needs: &[GRANTEE, PRIVILEGE, COLUMN],
        reads: &[SCHEMA, TABLE, GRANTABLE],
        gives: &[Kind::Grant],
        sql: "SELECT table_schema, table_name, column_name, grantee, privilege_type, is_grantable FROM information_schema.column_privileges WHERE table_schema NOT IN ('pg_catalog', 'information_schema')",
        read: facts::column_privilege,
    },
    Query {
        name: "information_schema.routine_privileges",
        needs: &[GRANTEE, PRIVILEGE, ROUTINE],
        reads: &[ROUTINE_SCHEMA, GRANTABLE],
        gives: &[Kind::Grant],
        sql: "SELECT routine_schema, routine_name, grantee, privilege_type, is_grantable FROM information_schema.routine_privileges WHERE routine_schema NOT IN ('pg_catalog', 'information_schema')",
        read: facts::routine_privilege,
    },
    Query {
        name: "information_schema.usage_privileges",
        needs: &[GRANTEE, PRIVILEGE, OBJECT, OBJECT_TYPE],
        reads: &[OBJECT_SCHEMA, GRANTABLE],
        gives: &[Kind::Grant],
        sql: "SELECT object_schema, object_name, object_type, grantee, privilege_type, is_grantable FROM information_schema.usage_privileges WHERE object_schema NOT IN ('pg_catalog', 'information_schema')",
        read: facts::usage_privilege,
    },
    Query {
        name: "information_schema.table_privileges",
        needs: &[GRANTEE, PRIVILEGE, TABLE],
        reads: &[SCHEMA, GRANTABLE],
        gives: &[Kind::Grant],
        sql: TABLE_PRIVILEGES,
        read: facts::table_privilege,
    },
    Query {
        name: "privileges on schemas",
        needs: &[GRANTEE, PRIVILEGE, NAMESPACE],
        reads: &[GRANTABLE],
        gives: &[Kind::Grant],
        sql: "SELECT nspname, coalesce(rolname, 'PUBLIC') AS grantee, privilege_type, is_grantable FROM pg_namespace CROSS JOIN LATERAL aclexplode(nspacl) AS acl LEFT JOIN pg_roles ON pg_roles.oid = acl.grantee WHERE nspname NOT IN ('pg_catalog', 'information_schema')",
        read: facts::schema_privilege,
    },
    // the same of one schema, and of no table in particular
    Query {
        name: "information_schema.table_privileges",
        needs: &[GRANTEE, PRIVILEGE],
        reads: &[SCHEMA, TABLE, GRANTABLE],
        gives: &[Kind::Grant],
        sql: TABLE_PRIVILEGES,
        read: facts::table_privilege,
    },
    Query {
        name: "pg_policies",
        needs: &[POLICY, TABLE, ROLES, COMMAND],
        reads: &[SCHEMA, PERMISSIVE, USING, CHECK],
        gives: &[Kind::RlsPolicy],
        sql: "SELECT schemaname, tablename, policyname, permissive, roles, cmd, qual, with_check FROM pg_policies",
        read: facts::policy,
    },
    Query {
        name: "pg_tables",
        needs: &[TABLE, RLS],
        reads: &[SCHEMA, FORCED, RELKIND],
        gives: &[Kind::Table],
        sql: "SELECT schemaname, tablename, rowsecurity FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
        read: facts::table,
    },
    Query {
        name: "pg_roles",
        needs: &[ROLE],
        reads: &[SUPERUSER, BYPASS, LOGIN],
        gives: &[Kind::Role],
        sql: "SELECT rolname, rolsuper, rolbypassrls, rolcanlogin FROM pg_roles",
        read: facts::role,
    },
    Query {
        name: "the session itself",
        needs: &[CURRENT_USER],
        reads: &[SESSION_USER],
        gives: &[Kind::Session],
        sql: "SELECT current_user, session_user",
        read: facts::session,
    },
];

/// What an export answers; else the query that lacks least of what it needs, with what it lacks.
pub(super) fn of(table: &Table) -> Result<&'static Query, Option<(&'static Query, Vec<&'static str>)>> {
    let has = |names: &&'static [&'static str]| position(table, names).is_some();
    if let Some(query) = QUERIES.iter().find(|query| query.needs.iter().all(has)) {
        return Ok(query);
    }
    let lacks = |query: &'static Query| {
        let lacks: Vec<&str> =
            query.needs.iter().filter(|names| !has(names)).filter_map(|names| names.first().copied()).collect();
        (lacks.len() < query.needs.len()).then_some((query, lacks))
    };
    Err(QUERIES.iter().filter_map(lacks).min_by_key(|(_, lacks)| lacks.len()))
}

/// The view that a query asks, by the last part of its name; none where it asks several.
pub(super) fn view(name: &str) -> Option<&str> {
    let view = name.rsplit('.').next().unwrap_or(name);
    (!view.contains(' ')).then_some(view)
}

/// The query that a file is named after: `pg_policies.json`, `ops.table_privileges.json`.
pub(super) fn of_path(path: &str) -> Option<&'static Query> {
    let file = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let mut named = QUERIES.iter().filter(|query| view(query.name).is_some_and(|view| file.contains(view)));
    let first = named.next()?;
    named.all(|other| other.name == first.name).then_some(first)
}

/// What to run for a view.
pub(super) fn sql(name: &str) -> &'static str {
    QUERIES.iter().find(|query| query.name == name).map_or("", |query| query.sql)
}

/// Where a column stands.
pub(super) fn position(table: &Table, names: &[&str]) -> Option<usize> {
    table.columns.iter().position(|column| names.contains(&column.name.as_str()))
}
