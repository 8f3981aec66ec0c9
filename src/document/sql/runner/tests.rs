//! What each runner makes of names, and the order it takes them in.
#![allow(clippy::unwrap_used)]

use super::{NAMES, Step, WELL_KNOWN, named, of_well_known};

/// `version|name|step`, or `!why` where it never runs.
fn read(runner: &str, path: &str) -> String {
    let read = named(Some(runner)).names(path);
    match read.skipped {
        Some(why) => format!("!{why}"),
        None => format!("{}|{}|{:?}", read.version.as_deref().unwrap_or("-"), read.name, read.step),
    }
}

#[test]
fn names_are_read_as_each_runner_reads_them() {
    for (runner, path, expected) in [
        ("supabase", "m/20260113093000_add_notes.sql", "20260113093000|add_notes|Up"),
        // The runbook's own example: what stands before the first `_` is the version.
        ("supabase", "m/20260113_000000_revert_foo.sql", "20260113|000000_revert_foo|Up"),
        ("supabase", "m/1_.sql", "1||Up"),
        ("supabase", "m/20260113093000-add.sql", "!name"),
        ("supabase", "m/add.sql", "!name"),
        ("supabase", "m/20260113093000.sql", "!name"),
        ("supabase", "m/20260113093000_add.SQL", "!name"),
        ("supabase", "m/20260113093000_add.down.sql", "20260113093000|add.down|Up"),
        ("supabase", "m/20200101000000_init.sql", "!old-init"),
        ("supabase", "m/20211209000000_init.sql", "20211209000000|init|Up"),
        ("prisma", "prisma/migrations/20260113_init/migration.sql", "20260113_init|init|Up"),
        ("prisma", "prisma/migrations/zebra/migration.sql", "zebra|zebra|Up"),
        ("prisma", "prisma/migrations/20260113_init/down.sql", "!name"),
        ("diesel", "migrations/2026-01-13-093000_add/up.sql", "20260113093000|add|Up"),
        ("diesel", "migrations/2026-01-13-093000_add/down.sql", "20260113093000|add|Down"),
        ("diesel", "migrations/2026-01-13-093000_add/notes.sql", "!name"),
        ("diesel", "migrations/.2026_add/up.sql", "!folder"),
        ("sqlx", "m/0042_add.sql", "42|add|Up"),
        ("sqlx", "m/0042_add.up.sql", "42|add|Up"),
        ("sqlx", "m/0042_add.down.sql", "42|add|Down"),
        ("sqlx", "m/add.sql", "!name"),
        ("sqlx", "m/v1_add.sql", "!refused"),
        ("golang-migrate", "m/000042_add.up.sql", "42|add|Up"),
        ("golang-migrate", "m/000042_add.down.sql", "42|add|Down"),
        ("golang-migrate", "m/000042_.up.sql", "42||Up"),
        ("golang-migrate", "m/000042_add.sql", "!name"),
        ("golang-migrate", "m/1_a.up.sql.down.sql", "1|a.up.sql|Down"),
        ("golang-migrate", "m/99999999999999999999_add.up.sql", "!name"),
        ("flyway", "db/migration/V1_2__add_notes.sql", "1.2|add_notes|Up"),
        ("flyway", "db/migration/V01.10.0__add.sql", "1.10|add|Up"),
        ("flyway", "db/migration/R__views.sql", "-|views|Repeated"),
        ("flyway", "db/migration/U3__undo.sql", "3|undo|Down"),
        ("flyway", "db/migration/B3__base.sql", "-|base|Beside"),
        ("flyway", "db/migration/beforeMigrate.sql", "-|beforeMigrate|Beside"),
        ("flyway", "db/migration/V3_add.sql", "!name"),
        ("flyway", "db/migration/v3__add.sql", "!name"),
        ("flyway", "db/migration/before.sql", "!name"),
        ("dbmate", "db/migrations/20260113093000_add.sql", "20260113093000|add|Up"),
        ("dbmate", "db/migrations/20260113add.sql", "20260113|add|Up"),
        ("dbmate", "db/migrations/add.sql", "!name"),
        ("plain", "sql/anything.sql", "-|anything|Up"),
        ("plain", "sql/0001-a/migration.sql", "0001|a|Up"),
    ] {
        assert_eq!(read(runner, path), expected, "{runner}: {path}");
    }
}

#[test]
fn migrations_run_in_the_order_of_their_runner() {
    for (runner, expected) in [
        ("supabase", "m/skipped.sql m/10_b.sql m/20260101000000_y.sql m/20260101_x.sql m/9_a.sql"),
        ("sqlx", "m/9_a.sql m/10_b.sql m/20260101_x.sql m/20260101000000_y.sql"),
        ("golang-migrate", "m/9_a.up.sql m/10_b.up.sql m/020_c.up.sql"),
        ("flyway", "m/V1__a.sql m/V1.9__b.sql m/V1.10__c.sql m/V2__d.sql m/R__a.sql m/R__b.sql m/afterMigrate.sql"),
        ("diesel", "m/10_b/up.sql m/2026-01-02_c/up.sql m/20260103_d/up.sql m/9_a/up.sql"),
        ("prisma", "m/10_b/migration.sql m/9_a/migration.sql m/a/migration.sql"),
        ("plain", "m/10_b.sql m/9_a.sql m/a/1_c.sql n/0_d.sql"),
        ("dbmate", "m/10_b.sql m/9_a.sql"),
    ] {
        let mut paths: Vec<&str> = expected.split(' ').collect();
        // From every starting order, as long as it is another one.
        for turn in 0..paths.len() {
            paths.rotate_left(1);
            paths.swap(0, turn);
            let runner = named(Some(runner));
            paths.sort_by(|one, other| runner.order(&runner.names(one), &runner.names(other)));
            assert_eq!(paths.join(" "), expected, "{}", runner.name);
        }
    }
}

#[test]
fn a_file_of_dbmate_holds_both_ways() {
    let sections = named(Some("dbmate")).sections.unwrap();
    let text = "-- a note\n--migrate:up transaction:false\nSELECT 1;\n  -- migrate:down\n-- migrate:down\nSELECT 2;\n";
    assert_eq!(sections(text), [(10, Step::Up), (text.rfind("-- migrate:down").unwrap(), Step::Down)]);
    assert_eq!(sections("-- migrate:upwards\n-- migrate\n"), []);
}

#[test]
fn well_known_paths_stand_for_a_runner() {
    assert_eq!(
        WELL_KNOWN.len(),
        named(None).well_known.len() + NAMES[1..].iter().map(|name| named(Some(name)).well_known.len()).sum::<usize>()
    );
    assert_eq!(WELL_KNOWN[0], "supabase/migrations/*.sql", "what says more stands before");
    assert_eq!(WELL_KNOWN.last(), Some(&"db/migrations/*.sql"));
    assert_eq!(of_well_known("supabase/migrations/*.sql"), Some("supabase"));
    assert_eq!(of_well_known("migrations/*.sql"), Some("plain"));
    assert_eq!(of_well_known("env/{environment}/{service}.env"), None);
}
