//! The table of scenarios: what differs, and what follows from it.

use crate::finding::Severity;

/// What differs, and what follows from it: one row each.
pub struct Scenario {
    /// The word in reports.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What to do.
    pub action: &'static str,
}

const fn scenario(name: &'static str, severity: Severity, action: &'static str) -> Scenario {
    Scenario { name, severity, action }
}

const RUN: &str = "Run the migrations: this is their normal way.";
const ALIKE: &str = "Write a migration that makes both alike.";

use Severity::{Error, Info, Warning};

/// All of them. `{page}` is the page of known drift.
#[rustfmt::skip]
pub const SCENARIOS: &[Scenario] = &[
    scenario("schema-only-actual", Warning, "Leave the schema, and write it down in {page}; or compare the others alone, with --schema."),
    scenario("schema-documented", Info, "Leave the schema: {page} names it."),
    scenario("schema-only-expected", Error, "Run the migrations; or, where the dump is of some schemas only, compare those with --schema."),
    scenario("column-only-actual", Error, "Add the column to a migration with ADD COLUMN IF NOT EXISTS, and deploy it everywhere: where it is already, its rows stay."),
    scenario("column-only-expected", Error, RUN),
    scenario("column-differs", Error, ALIKE),
    scenario("default-differs", Error, "ALTER TABLE … ALTER COLUMN … SET DEFAULT, or DROP DEFAULT, in a new migration."),
    scenario("table-only-actual", Warning, "Leave the table, and write it down in {page}."),
    scenario("table-documented", Info, "Leave the table: {page} names it."),
    scenario("table-only-expected", Error, RUN),
    scenario("table-differs", Warning, ALIKE),
    scenario("partition-differs", Error, "ALTER TABLE … ATTACH or DETACH PARTITION in a new migration; rows that no partition takes are refused."),
    scenario("owner-differs", Error, "ALTER … OWNER TO in a new migration: the owner passes by row level security, and lends SECURITY DEFINER its rights."),
    scenario("row-level-security", Error, "Write a migration that sets it; until then look at who may read the table."),
    scenario("policy-conflict", Error, "DROP POLICY IF EXISTS, then CREATE POLICY, in a new migration."),
    scenario("policy-only-actual", Error, "Write the policy into a migration, behind DROP POLICY IF EXISTS."),
    scenario("policy-only-expected", Error, "Run the migrations: until then nobody asks this policy."),
    scenario("function-signature", Error, "CREATE OR REPLACE FUNCTION in a new migration, with the arguments that are meant: it stands beside the other, until that is dropped because nobody calls it."),
    scenario("function-remade", Error, "CREATE OR REPLACE changes neither a result nor names of arguments: DROP FUNCTION and CREATE FUNCTION in one migration, with its grants."),
    scenario("function-differs", Error, "CREATE OR REPLACE FUNCTION in a new migration."),
    scenario("function-only-actual", Warning, "Write the function into a migration with CREATE OR REPLACE, or drop it."),
    scenario("function-only-expected", Error, RUN),
    scenario("view-differs", Error, "CREATE OR REPLACE VIEW in a new migration."),
    scenario("view-only-actual", Warning, "Write the view into a migration, or drop it."),
    scenario("view-only-expected", Error, RUN),
    scenario("constraint-differs", Error, "Drop the constraint and add it again in a new migration, NOT VALID first."),
    scenario("constraint-only-actual", Warning, "Write the constraint into a migration."),
    scenario("constraint-only-expected", Error, "Run the migrations: until then rows may break it."),
    scenario("key-differs", Error, "Drop the foreign key and add it again in a new migration, NOT VALID first."),
    scenario("key-only-actual", Warning, "Write the foreign key into a migration."),
    scenario("key-only-expected", Error, "Run the migrations: until then rows may refer to nothing."),
    scenario("index-differs", Warning, "Build it under a new name with CREATE INDEX CONCURRENTLY, then drop the old one."),
    scenario("index-only-actual", Info, "Write it into a migration with CREATE INDEX IF NOT EXISTS."),
    scenario("index-only-expected", Warning, "Run the migrations: until then its queries are slow."),
    scenario("trigger-differs", Error, "CREATE OR REPLACE TRIGGER in a new migration."),
    scenario("trigger-switched", Error, "ALTER TABLE … ENABLE or DISABLE TRIGGER, in a new migration; until then look at what it should have done."),
    scenario("trigger-only-actual", Error, "Write the trigger into a migration, or drop it."),
    scenario("trigger-only-expected", Error, "Run the migrations: until then nothing does what it does."),
    scenario("type-differs", Error, "ALTER TYPE … ADD VALUE in a new migration: a label cannot be taken away."),
    scenario("domain-differs", Error, "ALTER DOMAIN in a new migration; a type under it is changed by a new domain only."),
    scenario("composite-differs", Error, "ALTER TYPE … ADD, DROP, ALTER or RENAME ATTRIBUTE in a new migration."),
    scenario("type-remade", Error, "Make the type anew under another name in a new migration, and move its columns over."),
    scenario("type-only-actual", Warning, "Write the type into a migration, or drop it."),
    scenario("type-only-expected", Error, RUN),
    scenario("extension-differs", Warning, "ALTER EXTENSION … SET SCHEMA in a new migration."),
    scenario("extension-only-actual", Info, "CREATE EXTENSION IF NOT EXISTS in a migration, or leave it to the platform."),
    scenario("extension-only-expected", Error, RUN),
    scenario("role-differs", Error, "ALTER ROLE in a new migration."),
    scenario("role-only-actual", Info, "Leave the role, or make it in a migration."),
    scenario("role-only-expected", Error, RUN),
    scenario("grant-only-actual", Error, "REVOKE it, or GRANT it in a migration."),
    scenario("grant-only-expected", Warning, "Run the migrations: until then the role is refused."),
    scenario("default-privilege-only-actual", Error, "ALTER DEFAULT PRIVILEGES … REVOKE, or GRANT it in a migration."),
    scenario("default-privilege-only-expected", Warning, RUN),
];
