//! Messages: what a reader is told, and what nobody is told.

use super::*;

/// The message of the only finding.
fn message(world: &World, body: &str) -> String {
    let findings = world.judge(&policy("p", body)).findings;
    assert_eq!(findings.len(), 1, "{body}");
    findings[0].message.clone()
}

fn deploy(settings: &[(Field, State)], to: &str) -> String {
    let mut world = World::new();
    world.deploy("api", "prod", settings);
    message(&world, &format!("expect:\n  deploy: {{}}\n  to: {to}")).replace("the deployment of api in prod", "It")
}

#[test]
fn conditions_in_words() {
    for (settings, to, expected) in [
        (
            vec![(Field::Replicas, number(0))],
            "{ replicas: { at_least: 1 } }",
            "It: number of replicas is 0, wants at least 1",
        ),
        (
            vec![(Field::RestartPolicy, word("always"))],
            "{ restart_policy: on_failure }",
            "It: restart policy is ALWAYS, wants ON_FAILURE",
        ),
        (
            vec![(Field::RestartRetries, number(99))],
            "{ restart_retries: { at_least: 1, at_most: 10 } }",
            "It: restart limit is 99, wants at least 1 and at most 10",
        ),
        (
            vec![(Field::Builder, defaulted(word("railpack")))],
            "{ builder: dockerfile }",
            "It: builder is Railpack (not written: Railway's default), wants a Dockerfile",
        ),
        (
            vec![(Field::Builder, word("nixpacks"))],
            "{ builder: { not: nixpacks } }",
            "It: builder is Nixpacks, wants anything but Nixpacks",
        ),
        (
            vec![],
            "{ health_check_path: [/health, /readyz] }",
            "It: health check path is missing, wants `/health` or `/readyz`",
        ),
        (vec![], "{ watch_patterns: { has: 'src/**' } }", "It: watch patterns are missing, wants one that is `src/**`"),
        (vec![], "{ health_check_path: { set: true } }", "It: health check path is missing"),
        (
            vec![(Field::HealthCheckPath, text("/up"))],
            "{ health_check_path: { set: false } }",
            "It: health check path is `/up`, wants none",
        ),
        (
            vec![(Field::Builder, defaulted(word("railpack")))],
            "{ builder: { set: true } }",
            "It: builder is Railpack (not written: Railway's default), wants it written",
        ),
        (
            vec![(Field::HealthCheckPath, text("/up"))],
            "{ health_check_path: { matches: '/h.*' } }",
            "It: health check path is `/up`, wants text that fits /h.*",
        ),
        (vec![(Field::Builder, word("nixpacks"))], "{ not: { builder: nixpacks } }", "It: builder is Nixpacks"),
    ] {
        assert_eq!(deploy(&settings, to), expected, "{to}");
    }
}

#[test]
fn what_may_not_be_shown_is_not() {
    let mut world = World::new();
    world.deploy("api", "prod", &[(Field::StartCommand, text("run --key MADEUP-secret"))]);
    let evaluation = world.judge(&policy("p", "expect:\n  deploy: {}\n  to: { start_command: serve }"));
    assert_eq!(evaluation.findings[0].message, "the deployment of api in prod: start command is set, wants `serve`");
    world.env("dotenv", "api", "prod", &[("KEY", "MADEUP-secret")]);
    let evaluation = world.judge(&policy("p", "expect:\n  variable: {}\n  to: { value: { same_as: environment } }"));
    assert_eq!(evaluation.findings[0].message, "KEY of api in prod is not the same as the environment");
    assert!(!format!("{evaluation:?}").contains("MADEUP-secret"));
}

#[test]
fn operations_in_words() {
    let with = |line: Line, fields: &[(Field, &str)]| {
        fields.iter().fold(line, |line, (field, value)| line.with(*field, text(value)))
    };
    let grant = |is, schema: &str, object: &'static str| {
        with(op(is, "", ""), &[(Field::Schema, schema), (Field::Privilege, "select"), (Field::Grantee, "anon")])
            .with(Field::ObjectKind, word(object))
    };
    for (line, expected) in [
        (op("truncate", "ops.jobs", ""), "TRUNCATE ops.jobs is wrong"),
        (
            op("create_policy", "ops.jobs", "p").with(Field::Stands, word("do-block")),
            "CREATE POLICY p on ops.jobs (in a DO block, unguarded) is wrong",
        ),
        (grant("grant", "ops", "schema"), "GRANT select on schema ops to anon is wrong"),
        (grant("grant", "ops", "table"), "GRANT select in schema ops to anon is wrong"),
        (grant("revoke", "ops", "table"), "REVOKE select in schema ops from anon is wrong"),
        (
            with(
                op("alter_default_privileges_grant", "", ""),
                &[(Field::Privilege, "select"), (Field::Grantee, "anon")],
            ),
            "ALTER DEFAULT PRIVILEGES GRANT select to anon is wrong",
        ),
    ] {
        let mut world = World::new();
        world.migration("1_a.sql", vec![line]);
        assert_eq!(message(&world, "forbid: { operation: {} }"), expected);
    }
}

#[test]
fn a_missing_partner_is_named_as_sql_writes_it() {
    let mut world = World::new();
    world.migration("1_a.sql", vec![op("create_policy", "ops.jobs", "p")]);
    for (join, expected) in [
        (
            "preceded_by: { operation: { is: drop_policy, if_exists: true }, sharing: [table, name] }",
            "is not preceded by DROP POLICY IF EXISTS of the same table and name",
        ),
        (
            "followed_by: { operation: { is: [enable_rls, force_rls] }, sharing: [table] }",
            "is not followed by ENABLE ROW LEVEL SECURITY or FORCE ROW LEVEL SECURITY of the same table",
        ),
        ("beside: { table: {}, sharing: [schema, table] }", "is not beside table of the same schema and table"),
    ] {
        let body = format!("expect:\n  operation: {{ is: create_policy }}\n  to:\n    {join}");
        assert_eq!(message(&world, &body), format!("CREATE POLICY p on ops.jobs: {expected}"));
    }
}
