//! Waivers in comments and in their file: what they hide, for how long, and every way in which one is wrong.

use super::project::{DEV, DROP, Project, Run, both};
use preflight::cli::{Terminal, run};
use proptest::prelude::*;
use serde_json::Value;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

const TODAY: &str = "2026-11-22";

/// The findings of a run on one day, and how many are waived.
fn found(project: &Project, today: &str) -> (Vec<String>, u64) {
    let report = project.check(&["--today", today]);
    assert_eq!(report.problems(), Vec::<&str>::new());
    (report.findings(), report.json["totals"]["waived"].as_u64().unwrap())
}

/// What a run printed, without the drawing and its line ends.
fn words(run: &Run) -> String {
    let drawn = |c: char| c.is_whitespace() || "│╰┤├─┬╭·".contains(c);
    run.out.split(drawn).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Asserts that a run printed some words, however they are wrapped.
#[track_caller]
fn says(run: &Run, text: &str) {
    assert!(words(run).contains(text), "`{text}` is not in:\n{}", run.out);
}

/// A project whose migration is this.
fn migration(text: &str) -> Project {
    let project = Project::clean();
    project.write(DROP, text);
    project
}

#[test]
fn a_comment_hides_the_statement_below_it_and_the_report_says_so() {
    let project = Project::broken();
    project.write(
        DROP,
        "-- preflight: allow no-drop-column reason=\"nobody reads it\" until=2026-12-04 owner=platform ticket=DB-12\nALTER TABLE public.accounts DROP COLUMN email;\n",
    );
    project.write(DEV, "LOG_LEVEL=VERBOSE # preflight: allow log-level-is-known reason=\"while we look\"\n");
    let report = project.check(&["--today", TODAY]);
    assert_eq!((report.findings(), report.verdict(), report.status), (vec![], "clean", 0));
    let waived = report.json["waived"].as_array().unwrap();
    assert_eq!(waived.len(), 2);
    let (variable, column) = (&waived[0], &waived[1]);
    assert_eq!((&column["policy"], &column["line"]), (&"no-drop-column".into(), &2.into()));
    let waiver = &column["waiver"];
    assert_eq!((&waiver["line"], &waiver["reason"]), (&1.into(), &"nobody reads it".into()));
    assert_eq!((&waiver["until"], &waiver["days_left"]), (&"2026-12-04".into(), &12.into()));
    assert_eq!((&waiver["owner"], &waiver["ticket"]), (&"platform".into(), &"DB-12".into()));
    assert_eq!((&variable["waiver"]["until"], &variable["waiver"]["days_left"]), (&Value::Null, &Value::Null));
    let human = project.run(&["check", "-v", "--today", TODAY]);
    human.exits(0).says("clean:").says("2 waived (the first expires in 12 days)");
    says(&human, "owner platform, nobody reads it");
    let all = project.check(&["--today", TODAY, "--no-waivers"]);
    assert_eq!(
        (all.findings(), all.status),
        (vec![format!("log-level-is-known {DEV}:1"), format!("no-drop-column {DROP}:2")], 1)
    );
    let explained = project.run(&["explain", &format!("{DROP}:2"), "--today", TODAY]);
    explained.says(&format!("waived until 2026-12-04 at {DROP}:1: nobody reads it"));
}

#[test]
fn a_waiver_of_a_policy_that_is_switched_off_hides_nothing() {
    let project =
        migration("-- preflight: allow no-drop-column reason=\"x\"\nALTER TABLE public.accounts DROP COLUMN email;\n");
    project.append("preflight.yaml", "policies: { no-drop-column: { severity: off } }\n");
    assert_eq!(found(&project, TODAY), (vec![format!("waiver-unused {DROP}:1")], 0));
    says(project.run(&["check"]).exits(0), "the policy is switched off");
}

#[test]
fn the_day_after_its_last_one_a_waiver_brings_its_finding_back() {
    let project = migration(
        "-- preflight: allow no-drop-column until=2026-11-23\nALTER TABLE public.accounts DROP COLUMN email;\n",
    );
    assert_eq!(found(&project, "2026-11-22"), (vec![], 1), "it ends tomorrow");
    assert_eq!(found(&project, "2026-11-23"), (vec![], 1), "its last day");
    let back = vec![format!("waiver-expired {DROP}:1"), format!("no-drop-column {DROP}:2")];
    assert_eq!(found(&project, "2026-11-24"), (back, 0));
    let human = project.run(&["check", "--today", "2026-11-24"]);
    says(human.exits(1), "was waived until 2026-11-23");
    says(&human, "and its finding is back");
    project.run(&["check", "--today", "2026-11-22"]).says("1 waived (expires tomorrow)");
    project.run(&["check", "--today", "2026-11-23"]).says("1 waived (expires today)");
    project.write(DROP, "-- preflight: allow no-drop-column until=2026-11-23\nSELECT 1;\n");
    let human = project.run(&["check", "--today", "2026-11-24"]);
    human.exits(0).says("waiver-expired").does_not_say("waiver-unused");
    says(&human, "nothing is found there any more");
}

#[test]
fn without_a_date_the_clock_of_the_machine_decides() {
    let project = migration(
        "-- preflight: allow no-drop-column until=2001-01-01\nALTER TABLE public.accounts DROP COLUMN email;\n",
    );
    let report = project.check(&[]);
    assert_eq!(report.findings(), [format!("waiver-expired {DROP}:1"), format!("no-drop-column {DROP}:2")]);
}

#[test]
fn what_is_wrong_with_a_waiver_is_a_finding_and_hides_nothing() {
    for (comment, policy, words) in [
        ("preflight: alow no-drop-column", "waiver-malformed", "write `allow`"),
        ("preflight: ignore no-drop-column", "waiver-malformed", "write `allow`"),
        ("Preflight: allow no-drop-column", "waiver-malformed", "lower case"),
        ("preflight allow no-drop-column", "waiver-malformed", "a colon is missing"),
        ("preflight: allow", "waiver-malformed", "names no policy"),
        ("preflight: allow no-*", "waiver-malformed", "a pattern"),
        ("preflight: allow No_Drop", "waiver-malformed", "no id"),
        ("preflight: allow no-drop-column no-drop-column", "waiver-malformed", "twice"),
        ("preflight: allow no-drop-column reason=nobody reads it", "waiver-malformed", "in double quotes"),
        ("preflight: allow no-drop-column reason=\"nobody", "waiver-malformed", "a quote is not closed"),
        ("preflight: allow no-drop-column reason=“nobody”", "waiver-malformed", "double quotes"),
        ("preflight: allow no-drop-column reason=\"\"", "waiver-malformed", "`reason` is empty"),
        ("preflight: allow no-drop-column because=x", "waiver-malformed", "known are reason"),
        ("preflight: allow no-drop-column untill=2027-01-31", "waiver-malformed", "did you mean `until`?"),
        ("preflight: allow no-drop-column until=31.01.2027", "waiver-malformed", "YYYY-MM-DD"),
        ("preflight: allow no-drop-column until=2027-01-31 until=2027-01-31", "waiver-malformed", "twice"),
        ("preflight: allow no-drop-colum", "waiver-unknown-policy", "did you mean `no-drop-column`?"),
        ("preflight: allow no-drop-column/missing", "waiver-unknown-policy", "no part `missing`"),
        ("preflight: allow waiver-unused", "waiver-not-allowed", "about waivers themselves"),
    ] {
        let project = migration(&format!("-- {comment}\nALTER TABLE public.accounts DROP COLUMN email;\n"));
        let (findings, waived) = found(&project, TODAY);
        assert_eq!(findings, [format!("{policy} {DROP}:1"), format!("no-drop-column {DROP}:2")], "{comment}");
        assert_eq!(waived, 0, "{comment}");
        says(&project.run(&["check", "--today", TODAY]), words);
    }
}

#[test]
fn a_policy_says_what_its_waivers_must_be_like() {
    let drop = "ALTER TABLE public.accounts DROP COLUMN email;\n";
    let say = |waivable: &str, comment: &str| {
        let project = migration(&format!("-- preflight: allow no-drop-column {comment}\n{drop}"));
        project.replace("house.yaml", "    says: drops", &format!("    waivable: {waivable}\n    says: drops"));
        let (findings, waived) = found(&project, TODAY);
        let first = findings.first().cloned().unwrap_or_default();
        (first.split(' ').next().unwrap().to_owned(), waived, project)
    };
    let (first, waived, project) = say("false", "reason=\"x\"");
    assert_eq!((first.as_str(), waived), ("waiver-not-allowed", 0));
    project.run(&["check"]).exits(1).says("says `waivable: false`");
    let strict = "{ require: [reason, owner], max_days: 90 }";
    let (first, waived, project) = say(strict, "");
    assert_eq!((first.as_str(), waived), ("waiver-incomplete", 0));
    says(&project.run(&["check"]), "must say `reason` and `until` and `owner`");
    let (first, waived, project) = say(strict, "reason=x owner=me until=2027-02-21");
    assert_eq!((first.as_str(), waived), ("waiver-incomplete", 0), "91 days");
    project.run(&["check", "--today", TODAY]).says("91 days").says("2027-02-20 at the latest");
    let (first, waived, _) = say(strict, "reason=x owner=me until=2027-02-20");
    assert_eq!((first.as_str(), waived), ("", 1));
}

#[test]
fn a_project_may_ask_more_of_every_waiver() {
    let project = migration("-- preflight: allow no-drop-column\nALTER TABLE public.accounts DROP COLUMN email;\n");
    assert_eq!(found(&project, TODAY), (vec![], 1));
    project.append("preflight.yaml", "waivers: { require: reason }\n");
    assert_eq!(found(&project, TODAY).0, [format!("waiver-incomplete {DROP}:1"), format!("no-drop-column {DROP}:2")]);
    project.replace("preflight.yaml", "require: reason", "requires: reason");
    assert!(project.check(&[]).problem()["note"].as_str().unwrap().contains("`require`"));
}

#[test]
fn an_unused_and_a_second_waiver_are_said() {
    let project = migration("-- preflight: allow no-drop-column\nALTER TABLE public.accounts ADD COLUMN x int;\n");
    assert_eq!(found(&project, TODAY), (vec![format!("waiver-unused {DROP}:1")], 0));
    project.write(
        DROP,
        "-- preflight: allow no-drop-column\nALTER TABLE public.accounts DROP COLUMN email; -- preflight: allow no-drop-column\n",
    );
    assert_eq!(found(&project, TODAY), (vec![format!("waiver-duplicate {DROP}:2")], 1));
    project.write(DROP, "ALTER TABLE public.accounts ADD COLUMN x int;\n-- preflight: allow no-drop-column\n");
    assert_eq!(found(&project, TODAY), (vec![format!("waiver-malformed {DROP}:2")], 0), "nothing follows it");
}

#[test]
fn an_old_id_and_a_list_of_ids_count() {
    let project = migration(
        "/* preflight: allow keep-columns, log-level-is-known */ ALTER TABLE public.accounts DROP COLUMN email;\n",
    );
    project.replace("house.yaml", "    says: drops", "    also_known_as: [keep-columns]\n    says: drops");
    assert_eq!(found(&project, TODAY), (vec![format!("waiver-unused {DROP}:1")], 1), "of the two one hides something");
}

#[test]
fn a_waiver_before_a_block_does_not_hide_what_stands_in_it() {
    let block = "DO $$\nBEGIN\n  ALTER TABLE public.accounts DROP COLUMN email;\n  ALTER TABLE public.accounts DROP COLUMN phone;\nEND $$;\n";
    let project = migration(&format!("-- preflight: allow no-drop-column\n{block}"));
    let drops = [format!("no-drop-column {DROP}:4"), format!("no-drop-column {DROP}:5")];
    assert_eq!(found(&project, TODAY), ([&[format!("waiver-unused {DROP}:1")], &drops[..]].concat(), 0));
    says(&project.run(&["check"]), "the comment stands before that statement");
    let project = migration(&block.replace("BEGIN\n", "BEGIN\n  -- preflight: allow no-drop-column\n"));
    assert_eq!(found(&project, TODAY), (vec![format!("no-drop-column {DROP}:5")], 1));
}

#[test]
fn what_is_part_of_a_value_is_no_waiver() {
    let project = Project::clean();
    project.replace("preflight.yaml", "kind: dotenv", "kind: dotenv\n    loader: docker");
    project.write(DEV, "LOG_LEVEL=VERBOSE # preflight: allow log-level-is-known\n");
    let run = project.run(&["check"]);
    run.exits(1)
        .says("error[waiver-malformed]")
        .says("docker reads it as part of the value of LOG_LEVEL")
        .says("log-level-is-known]");
    project.write(DEV, "# preflight: allow log-level-is-known\nLOG_LEVEL=VERBOSE\n");
    assert_eq!(found(&project, TODAY), (vec![], 1), "a line of its own is a comment for docker too");
}

#[test]
fn a_statement_that_nobody_can_read_may_be_waived_with_a_reason() {
    let project = migration("-- preflight: allow not-understood\nselct 1;\n");
    assert_eq!(found(&project, TODAY).0, [format!("waiver-incomplete {DROP}:1"), format!("not-understood {DROP}:2")]);
    project.write(DROP, "-- preflight: allow not-understood reason=\"a form of our fork\"\nselct 1;\nselct 2;\n");
    assert_eq!(found(&project, TODAY), (vec![format!("not-understood {DROP}:3")], 1));
}

const FILE: &str = "version: 1\nwaivers:\n  - policy: log-level-is-known\n    target: { path: railway/prod/api.json, object: LOG_LEVEL of api in prod }\n    reason: The vendor wants it.\n    until: 2027-01-31\n    owner: platform\n";

/// A project with an export that breaks a policy, and a file of waivers.
fn export(file: &str) -> Project {
    let project = Project::clean();
    project.write("railway/prod/api.json", "{\n  \"LOG_LEVEL\": \"LOUD\"\n}\n");
    project.write("preflight-waivers.yaml", file);
    project
}

#[test]
fn a_file_names_one_object_of_one_document() {
    let finding = "log-level-is-known railway/prod/api.json:2".to_owned();
    let project = export(FILE);
    assert_eq!(found(&project, TODAY), (vec![], 1));
    let object = project.check(&["--no-waivers"]).json["findings"][0]["object"].clone();
    assert_eq!(object, "LOG_LEVEL of api in prod", "what a waiver names is in the report");
    assert_eq!(
        project.run_in("env/prod", &["check", "--config", "../../preflight.yaml", "../..", "--today", TODAY]).status,
        0,
        "paths are those of the project"
    );
    for (old, new, policy) in [
        ("object: LOG_LEVEL of api in prod", "object: LOG_LEVEL of api in dev", "waiver-unused"),
        ("path: railway/prod/api.json", "path: railway/dev/api.json", "waiver-unused"),
        ("in prod }", "in prod, findings: 2 }", "waiver-ambiguous"),
        ("policy: log-level-is-known", "policy: log-level-is-know", "waiver-unknown-policy"),
        ("until: 2027-01-31", "until: 2026-11-21", "waiver-expired"),
    ] {
        let project = export(&FILE.replace(old, new));
        let (findings, waived) = found(&project, TODAY);
        assert_eq!(waived, 0, "{new}");
        assert_eq!(findings.len(), 2, "{findings:?}");
        assert!(findings[0].starts_with(policy) && findings[1] == finding, "{new}: {findings:?}");
    }
    project.run(&["check", "--today", TODAY]).exits(0);
    let project = export(&FILE.replace("object: LOG_LEVEL of api in prod", "object: LOG_LEVEL"));
    project.run(&["check", "--today", TODAY]).says("found there: LOG_LEVEL of api in prod");
}

#[test]
fn every_error_of_the_file_has_its_place() {
    let project = export(
        "version: 2\nwaivers:\n  - policy: no-*\n    target: { path: \"railway/*.json\", object: x }\n  - polcy: a\n    target: { path: ../x.json, object: \"\" }\n    until: soon\n    reason: 5\n",
    );
    let report = project.check(&[]);
    assert_eq!(report.status, 2);
    let problems = report.problems().join("\n");
    for said in [
        "version 2 of preflight-waivers.yaml is not known",
        "`policy` is no id of one policy",
        "`path` is a pattern",
        "a waiver has no key `polcy`",
        "`path` lies outside of the project",
        "`object` is empty",
        "`until` must be a date",
        "`reason` is a number, and must be text",
    ] {
        assert!(problems.contains(said), "`{said}` is not in:\n{problems}");
    }
    for problem in report.json["problems"].as_array().unwrap() {
        assert!(problem["line"].is_u64(), "{problem}");
    }
    let project = export("");
    assert!(project.check(&[]).problems()[0].contains("is empty"));
    project.remove("preflight-waivers.yaml");
    project.append("preflight.yaml", "waivers: { file: exceptions.yaml }\n");
    assert!(project.check(&[]).problems()[0].contains("exceptions.yaml does not exist"));
    project.write("exceptions.yaml", FILE);
    assert_eq!(found(&project, TODAY), (vec![], 1));
}

#[test]
fn a_narrowed_run_calls_no_waiver_unused_that_was_not_asked_for() {
    let project = Project::broken();
    project.write(DROP, "-- preflight: allow no-drop-column\nALTER TABLE public.accounts DROP COLUMN email;\n");
    project.write(DEV, "# preflight: allow log-level-is-known\nLOG_LEVEL=VERBOSE\n");
    for narrow in [
        &[][..],
        &["--policy", "no-drop-column"],
        &["--policy", "log-level-is-known"],
        &["--policy", "waiver-unused"],
        &["env"],
        &[DROP],
        &["--service", "api"],
        &["--environment", "prod"],
    ] {
        assert_eq!(project.check(narrow).findings(), Vec::<String>::new(), "{narrow:?}");
    }
    project.append(DEV, "PORT=1 # preflight: allow log-level-is-known\n");
    let unused = vec![format!("waiver-unused {DEV}:3")];
    assert_eq!(project.check(&[]).findings(), unused);
    assert_eq!(project.check(&["env/dev"]).findings(), unused);
    assert_eq!(project.check(&["--policy", "waiver-unused"]).findings(), unused);
    assert_eq!(project.check(&["--environment", "dev"]).findings(), unused);
    for narrow in [&["supabase"][..], &["--policy", "no-drop-column"], &["--environment", "prod"]] {
        assert_eq!(project.check(narrow).findings(), Vec::<String>::new(), "{narrow:?}");
    }
    project.write("env/broken/api.env", b"\xff");
    assert_eq!(
        project.check(&[]).findings(),
        Vec::<String>::new(),
        "who cannot read all cannot know what a waiver hides"
    );
}

#[test]
fn a_finding_about_two_variables_is_waived_at_both_of_them() {
    let project = Project::clean();
    project.append(
        "house.yaml",
        "  no-shared-secret:\n    severity: error\n    why: One leak is two.\n    fix: Make two.\n    says: stands in two environments\n    distinct: { variable: { name: JWT_SECRET }, by: value, across: environment }\n",
    );
    let line = |comment: &str| format!("LOG_LEVEL=INFO\nJWT_SECRET=MADEUPsharedSecret0123456789{comment}\n");
    let waiver = " # preflight: allow no-shared-secret";
    project.write(DEV, line(""));
    project.write("env/prod/api.env", line(""));
    let finding = format!("no-shared-secret {DEV}:2");
    assert_eq!(found(&project, TODAY), (vec![finding.clone()], 0));
    project.write(DEV, line(waiver));
    assert_eq!(found(&project, TODAY), (vec![finding.clone(), format!("waiver-unused {DEV}:2")], 0));
    says(&project.run(&["check"]), "about 2 places");
    says(&project.run(&["check"]), "this is party to it");
    project.write("env/prod/api.env", line(waiver));
    assert_eq!(found(&project, TODAY), (vec![], 1));
    project.write("env/stage/api.env", line(""));
    let (findings, waived) = found(&project, TODAY);
    assert_eq!((findings.first(), waived), (Some(&finding), 0), "a third party was not reviewed");
}

#[test]
fn what_is_not_there_is_waived_in_the_file_alone() {
    let project = Project::clean();
    project.append(
        "house.yaml",
        "  table:\n    severity: error\n    why: They need it.\n    fix: Set it.\n    matrix: { environments: [prod], services: [api], variables: { SUPABASE_URL: required, LEGACY: forbidden } }\n",
    );
    project.remove("railway");
    project.replace(
        "preflight.yaml",
        "  - files: \"railway/{environment}/{service}.json\"\n    kind: railway-variables\n",
        "",
    );
    project.write("env/prod/api.env", "LOG_LEVEL=INFO\nLEGACY=1 # preflight: allow table\n");
    let missing = "table/missing env/prod/api.env:2".to_owned();
    assert_eq!(found(&project, TODAY), (vec![missing.clone()], 1), "of the last line it hides what stands there");
    project.write("env/prod/api.env", "LOG_LEVEL=INFO # preflight: allow table/missing");
    let last = "table/missing env/prod/api.env:1".to_owned();
    let (findings, waived) = found(&project, TODAY);
    assert!(waived == 0 && findings.len() == 2 && findings.contains(&last), "{findings:?}");
    says(&project.run(&["check"]), "what is not there is waived in preflight-waivers.yaml");
    project.write("env/prod/api.env", "LOG_LEVEL=INFO\n");
    let object = project.check(&[]).json["findings"][0]["object"].as_str().unwrap().to_owned();
    project.write("preflight-waivers.yaml", format!("version: 1\nwaivers:\n  - policy: table/missing\n    target: {{ path: env/prod/api.env, object: \"{object}\" }}\n"));
    assert_eq!(found(&project, TODAY), (vec![], 1));
}

#[test]
fn where_nothing_was_judged_or_decided_a_waiver_is_not_called_unused() {
    let project = Project::clean();
    project.replace(
        "house.yaml",
        "    expect: { connection: {}",
        "    until: 2026-12-31\n    expect: { connection: {}",
    );
    project.write(DEV, "DATABASE_URL=${POOLER_URL} # preflight: allow runtime-goes-through-the-pooler\n");
    let report = project.check(&["--today", TODAY]);
    assert_eq!((report.findings(), report.verdict()), (vec![], "undecided"));
    project.write(DEV, "DATABASE_URL=x # preflight: allow runtime-goes-through-the-pooler\n");
    assert_eq!(project.check(&["--today", TODAY]).findings(), [format!("waiver-unused {DEV}:1")]);
    assert_eq!(project.check(&[]).findings(), Vec::<String>::new(), "without a date the policy is not judged");
    project.run(&["waivers"]).exits(0).says("not judged");
}

#[test]
fn the_list_says_how_each_waiver_fares() {
    let project = export(FILE);
    project.write(
        DROP,
        "-- preflight: allow no-drop-column reason=\"nobody reads it\" until=2026-12-01 ticket=DB-12\nALTER TABLE public.accounts DROP COLUMN email;\n-- preflight: allow no-drop-column until=2026-11-01\nALTER TABLE public.accounts DROP COLUMN phone;\n-- preflight: allow no-drop-column\nSELECT 1;\n-- preflight: alow x\nSELECT 2;\n",
    );
    let run = project.run(&["waivers", "--today", TODAY]);
    run.exits(0)
        .says(&format!("expires soon  no-drop-column  {DROP}:1:1  until 2026-12-01 (9 days left)  ticket DB-12"))
        .says("reason  nobody reads it")
        .says("hides   DROP COLUMN public.accounts.email drops a column")
        .says("(21 days ago)")
        .says(&format!("unused        no-drop-column  {DROP}:5:1  never ends"))
        .says("in force      log-level-is-known  preflight-waivers.yaml:3:13  until 2027-01-31 (70 days left)  owner platform")
        .says(&format!("error[waiver-malformed] {DROP}:7:15"))
        .says("4 waivers: 1 in force, 1 expires soon, 1 expired, 1 unused");
    let json: Value =
        serde_json::from_str(&project.run(&["waivers", "--format", "json", "--today", TODAY]).out).unwrap();
    let states: Vec<&str> =
        json["waivers"].as_array().unwrap().iter().map(|each| each["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["expires-soon", "expired", "unused", "in-force"]);
    assert_eq!(json["waivers"][3]["target"]["object"], "LOG_LEVEL of api in prod");
    assert_eq!(json["findings"][0]["policy"], "waiver-malformed");
    Project::clean().run(&["waivers"]).exits(0).says("no waivers");
    project.write("env/dev/api.env", b"\xff");
    project.run(&["waivers", "--today", TODAY]).exits(2).says("is not UTF-8");
}

#[test]
fn a_value_in_a_reason_is_hidden() {
    let project = Project::broken();
    project.write(
        DEV,
        "TOKEN=MADEUPplainValue77\n# preflight: allow log-level-is-known reason=\"with MADEUPplainValue77 it starts\"\nLOG_LEVEL=VERBOSE\n",
    );
    project.write(
        DROP,
        "-- preflight: allow no-drop-column reason=\"was sb_secret_MADEUP0aQzWxEcRvTbY_4e5F6g7H\"\nALTER TABLE public.accounts DROP COLUMN email;\n",
    );
    project.write(
        "preflight-waivers.yaml",
        format!("{}    ticket: MADEUPplainValue77\n", FILE.replace("The vendor", "MADEUPplainValue77")),
    );
    for args in [
        &["check", "-vv"][..],
        &["check", "--format", "json"],
        &["waivers"],
        &["waivers", "--format", "json"],
        &["explain", &format!("{DEV}:3")],
        &["check", "--no-waivers"],
    ] {
        project.run(args).does_not_say("plainValue").does_not_say("sb_secret_MADEUP").says("");
    }
    project.run(&["waivers"]).says("reason  with •••• it starts");
}

#[test]
fn a_broken_project_without_waivers_is_as_before() {
    let report = Project::broken().check(&[]);
    assert_eq!((report.findings(), report.json["totals"]["waived"].as_u64()), (both(), Some(0)));
}

/// A stream that keeps what is written.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The findings of `check --format json` in this process: (all but those about waivers, those).
fn findings(project: &Project) -> (Vec<String>, Vec<String>) {
    let kept = Kept::default();
    let mut terminal = Terminal {
        around: Default::default(),
        syntax: Default::default(),
        stdin: Box::new(io::empty()),
        stdout: Box::new(kept.clone()),
        stderr: Box::new(kept.clone()),
        folder: project.folder(),
        color: false,
        width: None,
    };
    run(["preflight", "check", "--format", "json", "--today", TODAY].map(Into::into), &mut terminal);
    let json: Value = serde_json::from_slice(&kept.0.lock().unwrap()).unwrap();
    let all = json["findings"].as_array().unwrap().iter();
    let (own, others): (Vec<&Value>, Vec<&Value>) =
        all.partition(|finding| finding["policy"].as_str().unwrap().starts_with("waiver-"));
    let text = |list: Vec<&Value>| list.into_iter().map(Value::to_string).collect();
    (text(others), text(own))
}

/// A statement, or a block of two, each after a comment that is the next of `comments`; how many it takes.
fn statement(form: usize, table: usize, comments: &mut impl Iterator<Item = String>) -> String {
    let mut next = || comments.next().unwrap_or_default();
    match form {
        0 => format!("-- {}\nALTER TABLE public.t{table} DROP COLUMN a, DROP COLUMN b;\n", next()),
        1 => format!("-- {}\nTRUNCATE public.t{table};\n", next()),
        2 => format!("ALTER TABLE public.t{table} DROP COLUMN a; -- {}\n", next()),
        3 => format!(
            "-- {}\nDO $$\nBEGIN\n  -- {}\n  ALTER TABLE public.t{table} DROP COLUMN a;\n  EXECUTE 'ALTER TABLE public.t{table} DROP COLUMN b'; /* {} */\nEND $$;\n",
            next(),
            next(),
            next()
        ),
        4 => format!("-- {}\nselct {table};\n", next()),
        _ => format!(
            "CREATE FUNCTION f{table}() RETURNS void LANGUAGE sql AS '\n  -- {}\n  TRUNCATE public.t{table};\n  ALTER TABLE public.t{table} DROP COLUMN \"it''s\";\n';\n",
            next()
        ),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// A waiver hides findings of its one policy in its one statement, or nothing; all others are byte for byte the same.
    #[test]
    fn a_waiver_never_hides_more_than_its_target(forms in prop::collection::vec(0..6_usize, 1..7), which in 0..20_usize) {
        let project = Project::clean();
        let takes = |form: usize| if form == 3 { 3 } else { 1 };
        let count: usize = forms.iter().map(|form| takes(*form)).sum();
        let which = which % count;
        // As long as the waiver, so that every column stays.
        let waiver = "preflight: allow no-drop-column reason=\"reviewed\"";
        let plain = "a comment of the same length as the waiver is...";
        let text = |with: bool| {
            let mut comments = (0..).map(|at| if with && at == which { waiver.to_owned() } else { plain[..waiver.len().min(plain.len())].to_owned() });
            forms.iter().enumerate().map(|(table, form)| statement(*form, table, &mut comments)).collect::<String>()
        };
        project.write(DROP, text(false));
        let (before, _) = findings(&project);
        project.write(DROP, text(true));
        let (after, own) = findings(&project);
        let strip = |list: &[String]| -> Vec<String> {
            list.iter().map(|finding| {
                let mut value: Value = serde_json::from_str(finding).unwrap();
                for key in ["column", "end_column"] { value[key] = Value::Null; }
                for label in value["labels"].as_array_mut().unwrap() { label["column"] = Value::Null; label["end_column"] = Value::Null; }
                value.to_string()
            }).collect()
        };
        let (before, after) = (strip(&before), strip(&after));
        let hidden: Vec<&String> = before.iter().filter(|finding| !after.contains(finding)).collect();
        prop_assert!(after.iter().all(|finding| before.contains(finding)), "nothing is new: {after:#?}");
        prop_assert!(hidden.iter().all(|finding| finding.contains("\"policy\":\"no-drop-column\"")), "{hidden:#?}");
        let lines: std::collections::BTreeSet<i64> = hidden.iter().map(|finding| serde_json::from_str::<Value>(finding).unwrap()["line"].as_i64().unwrap()).collect();
        prop_assert!(lines.len() <= 1, "one statement: {hidden:#?}");
        prop_assert_eq!(own.is_empty(), !hidden.is_empty(), "it hides something, or is said to hide nothing: {:#?}", own);
    }
}
