//! The baseline: what is known is not reported, what is new is, and what is gone is said.

use super::project::{DEV, DROP, Project, both};
use std::fs;

const FILE: &str = "preflight-baseline.json";

/// A project with two findings and its baseline.
fn known() -> Project {
    let project = Project::broken();
    project.run(&["baseline", "write"]).exits(0).says("preflight-baseline.json: 2 findings known");
    project
}

fn text(project: &Project) -> String {
    fs::read_to_string(project.path(FILE)).unwrap()
}

#[test]
fn what_is_known_is_counted_and_what_is_new_is_reported() {
    let project = known();
    let report = project.check(&["--baseline"]);
    assert_eq!((report.findings(), report.verdict(), report.status), (vec![], "clean", 0));
    assert_eq!(report.json["totals"]["known"], 2);
    project.run(&["check", "--baseline"]).exits(0).says("clean:").says("2 known from the baseline");
    assert_eq!(project.check(&[]).findings(), both(), "without the flag everything is reported");
    project.append("preflight.yaml", "baseline: preflight-baseline.json\n");
    assert_eq!(project.check(&[]).findings(), Vec::<String>::new(), "configured, it always counts");
    assert_eq!(project.check(&["--no-baseline"]).findings(), both());
    project.write(DROP, "\n\n-- lines move\nALTER TABLE public.accounts DROP COLUMN email;\nALTER TABLE public.accounts DROP COLUMN phone;\n");
    assert_eq!(project.check(&[]).findings(), [format!("no-drop-column {DROP}:5")]);
}

#[test]
fn of_more_than_are_known_the_last_is_new() {
    let drop = "ALTER TABLE public.accounts DROP COLUMN email;\n";
    let project = Project::clean();
    project.write(DROP, drop.repeat(3));
    project.run(&["baseline", "write"]).exits(0);
    assert!(text(&project).contains("\"count\": 3"), "{}", text(&project));
    assert_eq!(project.check(&["--baseline"]).findings(), Vec::<String>::new());
    project.write(DROP, drop.repeat(4));
    assert_eq!(project.check(&["--baseline"]).findings(), [format!("no-drop-column {DROP}:4")]);
    project.write(DROP, drop.repeat(2));
    let run = project.run(&["check", "--baseline"]);
    run.exits(0).says("warning[baseline-stale]").says("knows 3 findings of `no-drop-column`, and 2 are");
}

#[test]
fn an_entry_that_is_gone_is_a_finding_at_its_line() {
    let project = known();
    project.write(DROP, "SELECT 1;\n");
    assert_eq!(project.check(&["--baseline"]).findings(), [format!("baseline-stale {FILE}:5")]);
    project.replace("house.yaml", "log-level-is-known", "level-is-known");
    let report = project.check(&["--baseline"]);
    assert_eq!(report.findings().len(), 3, "a policy that is gone leaves its entry behind: {:?}", report.findings());
    project.run(&["baseline", "write"]).exits(0).says("1 finding known, 1 new and 2 gone");
    assert_eq!(project.check(&["--baseline"]).findings(), Vec::<String>::new());
}

#[test]
fn a_narrowed_run_calls_nothing_stale_that_was_not_asked_for() {
    let project = known();
    for narrow in [&["--policy", "no-drop-column"][..], &["env"], &[DROP], &["--environment", "dev"]] {
        let report = project.check(&[&["--baseline"], narrow].concat());
        assert_eq!(report.findings(), Vec::<String>::new(), "{narrow:?}");
        assert_eq!(report.json["totals"]["known"], 1, "{narrow:?}: what was asked for");
    }
    project.write(DROP, "SELECT 1;\n");
    for narrow in [&["--policy", "log-level-is-known"][..], &["env"]] {
        assert_eq!(project.check(&[&["--baseline"], narrow].concat()).findings(), Vec::<String>::new(), "{narrow:?}");
    }
    assert_eq!(
        project.check(&["--baseline", FILE]).findings(),
        [format!("baseline-stale {FILE}:5")],
        "a hook names it"
    );
    project.write("env/prod/api.env", b"\xff");
    assert_eq!(
        project.check(&["--baseline"]).findings(),
        Vec::<String>::new(),
        "who cannot read all knows nothing gone"
    );
}

#[test]
fn it_is_the_same_from_every_folder_sorted_one_finding_a_line() {
    let project = known();
    let first = text(&project);
    let lines: Vec<&str> = first.lines().filter(|line| line.contains("\"path\"")).collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].contains("\"path\": \"env/dev/api.env\", \"policy\": \"log-level-is-known\""), "{first}");
    assert!(lines[0].contains("\"object\": \"LOG_LEVEL of api in dev\", \"count\": 1"), "{first}");
    let below = project.run_in("env/dev", &["baseline", "write"]);
    below.exits(0).says("2 findings known, as before");
    assert_eq!(text(&project), first);
    assert_eq!(project.run_in("env/dev", &["check", "--baseline", "../.."]).status, 0);
    let leftovers = fs::read_dir(project.folder())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().contains("tmp"));
    assert_eq!(leftovers.count(), 0);
    let schema = jsonschema::validator_for(&preflight::schema::schema("baseline").unwrap()).unwrap();
    assert!(schema.is_valid(&serde_json::from_str(&first).unwrap()));
}

#[test]
fn what_waivers_hide_and_what_is_wrong_with_them_is_not_in_it() {
    let project = Project::broken();
    project.write(
        DEV,
        "LOG_LEVEL=VERBOSE # preflight: allow log-level-is-known\nX=1 # preflight: allow log-level-is-known\n",
    );
    project.run(&["baseline", "write"]).exits(0).says("1 finding known").says("What waivers hide (1) is not in it");
    assert!(!text(&project).contains("log-level"), "{}", text(&project));
    assert_eq!(project.check(&["--baseline"]).findings(), [format!("waiver-unused {DEV}:2")]);
}

#[test]
fn nothing_is_written_where_something_cannot_be_read() {
    let project = known();
    let before = text(&project);
    project.write("env/prod/api.env", b"\xff");
    project.run(&["baseline", "write"]).exits(2).says("is not UTF-8").says("No baseline was written");
    assert_eq!(text(&project), before);
    Project::empty().run(&["baseline", "write"]).exits(2).says("there is no preflight.yaml");
    let project = Project::broken();
    project.run(&["baseline", "write", "--output", "nowhere/known.json"]).exits(2).says("cannot be written");
    project.run(&["baseline", "write", "--output", "known.json"]).exits(0);
    assert_eq!(project.check(&["--baseline=known.json"]).findings(), Vec::<String>::new());
}

#[test]
fn a_file_that_is_no_baseline_says_so() {
    let project = known();
    let good = text(&project);
    for (bad, said) in [
        ("{}".to_owned(), "this is no baseline"),
        ("[]".to_owned(), "this is no baseline"),
        ("LOG_LEVEL=INFO\n".to_owned(), "this is no baseline"),
        (good.replace("\"version\": 1", "\"version\": 2"), "version 2 of the baseline is not known"),
        (good.replace("\"object\"", "\"objekt\""), "has no key `objekt`"),
        (good.replace("\"count\": 1", "\"count\": 0"), "`count` must be 1 or more"),
        (good.replace("\"count\": 1", "\"count\": \"1\""), "must be a whole number"),
        (twice(&good), "for this object twice"),
        (swapped(&good), "the baseline is not sorted"),
    ] {
        project.write(FILE, &bad);
        let report = project.check(&["--baseline"]);
        assert_eq!(report.status, 2, "{bad}");
        let problems = report.problems().join("\n");
        assert!(problems.contains(said), "`{said}` is not in `{problems}` of {bad}");
        assert!(report.json["problems"][0]["line"].is_u64(), "{said} has a place");
        assert_eq!(project.check(&[]).status, 1, "who does not ask for it is not stopped by it");
    }
    project.remove(FILE);
    let report = project.check(&["--baseline"]);
    assert_eq!((report.status, report.problems()), (2, vec!["there is no baseline preflight-baseline.json"]));
    project.append("preflight.yaml", "baseline: known.json\n");
    let report = project.check(&[]);
    assert_eq!(report.problem()["path"], "preflight.yaml");
    project.run(&["baseline", "write"]).exits(0).says("known.json: 2 findings known");
    assert_eq!(project.check(&[]).findings(), Vec::<String>::new());
}

/// A baseline with its first entry twice.
fn twice(good: &str) -> String {
    let entry = good.lines().find(|line| line.contains("\"path\"")).unwrap();
    good.replace(entry, &format!("{entry}\n{entry}"))
}

/// A baseline with its two entries in the wrong order.
fn swapped(good: &str) -> String {
    let entries: Vec<&str> = good.lines().filter(|line| line.contains("\"path\"")).collect();
    let (first, second) = (entries[0].trim_end_matches(','), entries[1]);
    good.replace(entries[0], "FIRST").replace(entries[1], first).replace("FIRST", &format!("{second},"))
}

#[test]
fn a_shared_secret_that_a_third_holds_too_is_new() {
    let project = Project::clean();
    project.append(
        "house.yaml",
        "  no-shared-secret:\n    severity: error\n    why: One leak is two.\n    fix: Make two.\n    says: stands in two environments\n    distinct: { variable: { name: JWT_SECRET }, by: value, across: environment }\n",
    );
    let line = "LOG_LEVEL=INFO\nJWT_SECRET=MADEUPsharedSecret0123456789\n";
    project.write(DEV, line);
    project.write("env/prod/api.env", line);
    project.run(&["baseline", "write"]).exits(0).says("1 finding known");
    assert!(!text(&project).contains("MADEUP"), "{}", text(&project));
    assert_eq!(project.check(&["--baseline"]).findings(), Vec::<String>::new());
    project.write("env/stage/api.env", line);
    let findings = project.check(&["--baseline"]).findings();
    assert_eq!(findings, [format!("no-shared-secret {DEV}:2"), format!("baseline-stale {FILE}:4")]);
}

#[test]
fn the_next_migration_changes_nothing_of_what_no_migration_makes() {
    let project = Project::clean();
    project.append(
        "house.yaml",
        "  jobs-are-made:\n    severity: warning\n    why: They are judged.\n    fix: Make them.\n    says: is made by no migration\n    require: { table: {}, each: { table: [public.jobs] } }\n",
    );
    project.run(&["baseline", "write"]).exits(0).says("1 finding known");
    assert!(text(&project).contains("\"path\": \"supabase/migrations\""), "{}", text(&project));
    project.write("supabase/migrations/20270101000000_next.sql", "SELECT 1;\n");
    assert_eq!(project.check(&["--baseline"]).findings(), Vec::<String>::new());
}
