//! What a change does to what judges it is said first, and another commit's configuration may judge.

use crate::project::{DROP, Project, both};
use crate::repository::Repo;

const BAD: &str = "ALTER TABLE public.accounts DROP COLUMN email;\n";

const WAIVER: &str = "version: 1
waivers:
  - policy: no-drop-column
    target: { path: supabase/migrations/9.sql, object: DROP COLUMN public.a.b }
    reason: nobody reads it
";

const BASELINE: &str = "{ \"version\": 1, \"findings\": [
  { \"path\": \"a.env\", \"policy\": \"log-level-is-known\", \"object\": \"LOG_LEVEL of api\", \"count\": 2 }
] }";

#[test]
fn a_pull_request_that_only_edits_the_configuration_is_judged_as_a_whole() {
    let repo = Repo::of(Project::broken());
    repo.append("preflight.yaml", "exclude: [supabase/migrations/20260102000000_drop_email.sql]\nfail_on: warning\n");
    repo.commit("quiet");
    let report = repo.judge(&["--changed"]);
    assert_eq!((report.status, report.findings()), (1, both()[..1].to_vec()));
    let said = "this change edits preflight.yaml: excludes supabase/migrations/20260102000000_drop_email.sql, \
                changes `fail_on` from error to warning; everything is judged";
    assert_eq!(report.notices().lines().next(), Some(said));
    assert_eq!(report.json["foremost"], 1);
    let run = repo.preflight(&["check", "--changed"]);
    let (note, finding) = (run.out.find("this change edits").unwrap(), run.out.find("log-level-is-known").unwrap());
    assert!(note < finding, "{}", run.out);
    run.does_not_say("changed of");
}

#[test]
fn policies_that_are_dropped_lowered_or_changed_are_named() {
    let repo = Repo::of(Project::broken());
    repo.replace(
        "house.yaml",
        "  log-level-is-known:\n    severity: warning",
        "  log-level-is-known:\n    severity: info",
    );
    repo.replace("house.yaml", "  no-drop-column:", "  no-drop-columns:");
    repo.replace("house.yaml", "port: 6543", "port: 5432");
    for flag in ["--changed", "--staged"] {
        repo.git(&["add", "--all"]);
        let report = repo.judge(&[flag]);
        let said = "this change edits house.yaml: drops policy no-drop-column, lowers log-level-is-known from warning to info, \
                    changes policy runtime-goes-through-the-pooler, adds policy no-drop-columns; everything is judged";
        assert_eq!(report.notices(), said, "{flag}");
        assert_eq!(report.findings().len(), 2, "{flag}");
    }
}

#[test]
fn a_comment_changes_nothing_and_that_is_said() {
    let repo = Repo::of(Project::broken());
    repo.append("house.yaml", "# reviewed\n");
    let report = repo.judge(&["--changed"]);
    assert_eq!((report.status, report.findings()), (0, vec![]));
    assert!(
        report.notices().starts_with("this change edits house.yaml: what judges is as before"),
        "{}",
        report.notices()
    );
}

#[test]
fn waivers_and_known_findings_of_a_change_are_counted() {
    let repo = Repo::new();
    repo.write("preflight-waivers.yaml", WAIVER);
    repo.write("preflight-baseline.json", BASELINE);
    repo.write("supabase/migrations/3.sql", format!("-- preflight: allow no-drop-column reason=\"x\"\n{BAD}"));
    let report = repo.judge(&["--changed"]);
    let notices = report.notices();
    assert!(notices.contains("preflight-waivers.yaml, preflight-baseline.json"), "{notices}");
    assert!(notices.contains("waives 1 more") && notices.contains("adds 2 findings to the baseline"), "{notices}");
    repo.commit("waived");
    repo.git(&["branch", "--force", "main"]);
    repo.remove("preflight-baseline.json");
    let notices = repo.judge(&["--changed"]).notices();
    let words = "preflight-baseline.json: removes 2 findings from the baseline; everything is judged";
    assert!(notices.contains(words), "{notices}");
}

#[test]
fn files_of_waivers_and_known_findings_that_have_other_names_are_said_too() {
    let project = Project::clean();
    project.append("preflight.yaml", "waivers: { file: known/waivers.yaml }\nbaseline: known/base.json\n");
    project.write("known/waivers.yaml", "version: 1\nwaivers: []\n");
    project.write("known/base.json", "{ \"version\": 1, \"findings\": [] }");
    let repo = Repo::of(project);
    repo.write("known/waivers.yaml", WAIVER);
    repo.write("known/base.json", BASELINE);
    let notices = repo.judge(&["--changed"]).notices();
    let words = "this change edits known/waivers.yaml, known/base.json: waives 1 more, adds 2 findings to the baseline";
    assert!(notices.contains(words), "{notices}");
}

#[test]
fn a_comment_that_only_moves_waives_nothing() {
    let repo = Repo::new();
    let waived = format!("-- preflight: allow no-drop-column reason=\"x\"\n{BAD}");
    repo.write("supabase/migrations/3.sql", &waived);
    repo.commit("waived");
    repo.git(&["branch", "--force", "main"]);
    repo.remove("supabase/migrations/3.sql");
    repo.write("supabase/migrations/4.sql", format!("SELECT 'preflight: allow no-drop-column';\n{waived}"));
    let report = repo.judge(&["--changed"]);
    assert!(!report.notices().contains("waive"), "{}", report.notices());
    assert_eq!(report.json["totals"]["waived"], 1);
}

#[test]
fn what_was_wrong_with_waivers_before_is_not_of_a_change() {
    let project = Project::clean();
    let unused = "-- preflight: allow no-drop-column reason=\"x\"\n";
    project.write("supabase/migrations/3.sql", format!("{unused}SELECT 1;\n"));
    project.write("supabase/migrations/4.sql", format!("{unused}{BAD}"));
    let repo = Repo::of(project);
    let faults = |flags: &[&str]| -> Vec<String> {
        repo.judge(flags).findings().into_iter().filter(|finding| finding.starts_with("waiver-")).collect()
    };
    assert_eq!(faults(&["--changed"]), Vec::<String>::new(), "nothing is changed");
    repo.write("supabase/migrations/5.sql", "SELECT 2;\n");
    assert_eq!(faults(&["--changed"]), Vec::<String>::new(), "something else is changed");
    assert_eq!(faults(&[]), ["waiver-unused supabase/migrations/3.sql:1"]);
    repo.write("supabase/migrations/4.sql", format!("{unused}SELECT 3;\n"));
    assert_eq!(faults(&["--changed"]), ["waiver-unused supabase/migrations/4.sql:1"]);
}

#[test]
fn a_baseline_that_the_command_line_names_is_said_too() {
    let project = Project::broken();
    let repo = Repo::of(project);
    repo.write("known.json", BASELINE);
    let report = repo.judge(&["--changed", "--baseline=known.json"]);
    assert!(report.notices().contains("edits known.json: adds 2 findings to the baseline"), "{}", report.notices());
}

#[test]
fn a_baseline_that_is_not_in_the_index_is_no_verdict() {
    let repo = Repo::of(Project::broken());
    repo.preflight(&["baseline", "write"]).exits(0);
    let missing = "the baseline preflight-baseline.json is not in the index";
    for flags in [&["--staged", "--baseline"][..], &["--staged", "--baseline=preflight-baseline.json"]] {
        let report = repo.judge(flags);
        assert_eq!((report.status, report.problems()), (2, vec![missing]), "{flags:?}");
    }
    let run = repo.preflight(&["check", "--baseline", "known.json"]);
    assert!(run.exits(2).err.contains("--baseline=FILE"), "{}", run.err);
    repo.git(&["add", "preflight-baseline.json"]);
    let (_elsewhere, folder) = Repo::beside();
    let named = folder.join("known.json");
    std::fs::copy(repo.path("preflight-baseline.json"), &named).unwrap();
    let report = repo.judge(&["--staged", &format!("--baseline={}", named.display())]);
    assert_eq!(
        (report.status, report.json["totals"]["known"].as_u64()),
        (0, Some(0)),
        "what is elsewhere may be named"
    );
    // What stands on the disk does not count.
    repo.write("preflight-baseline.json", "{");
    let report = repo.judge(&["--staged", "--baseline"]);
    assert_eq!((report.status, report.findings()), (0, vec![]));
    assert_eq!(report.json["totals"]["known"], 2);
}

#[test]
fn what_a_change_mends_is_stale_in_the_baseline() {
    let project = Project::clean();
    project.write("supabase/migrations/3.sql", BAD);
    project.write("supabase/migrations/4.sql", BAD);
    let repo = Repo::of(project);
    repo.preflight(&["baseline", "write"]).exits(0);
    repo.write("supabase/migrations/4.sql", "SELECT 1;\n");
    repo.commit("known");
    repo.git(&["branch", "--force", "main"]);
    repo.write("supabase/migrations/5.sql", "SELECT 1;\n");
    let stale = |flags: &[&str]| repo.judge(flags).findings().len();
    assert_eq!((stale(&["--baseline"]), stale(&["--baseline", "--changed"])), (1, 0));
    repo.write("supabase/migrations/3.sql", "SELECT 1;\n");
    assert_eq!((stale(&["--baseline"]), stale(&["--baseline", "--changed"])), (2, 1));
}

#[test]
fn a_pack_that_is_gone_and_a_configuration_with_faults_are_said() {
    let project = Project::broken();
    project.replace("preflight.yaml", "[house.yaml]", "[house.yaml, dotenv]");
    let repo = Repo::of(project);
    repo.replace("preflight.yaml", "[house.yaml, dotenv]", "[house.yaml]");
    let notices = repo.judge(&["--changed"]).notices();
    assert!(notices.contains("this change edits preflight.yaml: drops pack dotenv (15 policies)"), "{notices}");
    repo.write("preflight.yaml", "version: 1\n");
    assert_eq!(repo.judge(&["--changed"]).status, 2);
    repo.commit("broken");
    repo.git(&["branch", "--force", "main"]);
    repo.git(&["checkout", "--quiet", "main~1", "--", "preflight.yaml"]);
    let report = repo.judge(&["--changed"]);
    assert_eq!(report.findings().len(), 2);
    assert!(
        report.notices().contains("since the old version has faults; everything is judged"),
        "{}",
        report.notices()
    );
}

#[test]
fn another_commits_configuration_judges_and_its_packs_too() {
    let repo = Repo::of(Project::broken());
    repo.replace("house.yaml", "is: drop_column", "is: truncate");
    repo.remove("env/dev/api.env");
    repo.write("env/dev/api.env", "LOG_LEVEL=INFO\n");
    repo.write("supabase/migrations/3.sql", BAD);
    repo.commit("weaker");
    assert_eq!(repo.judge(&[]).findings(), Vec::<String>::new());
    let report = repo.judge(&["--config-from", "main"]);
    assert_eq!(report.findings().len(), 2);
    assert!(report.notices().starts_with("judged by the configuration of main ("), "{}", report.notices());
    let report = repo.judge(&["--config-from", "main", "--changed"]);
    assert_eq!(report.findings(), ["no-drop-column supabase/migrations/3.sql:1"], "what the change itself does");
    assert!(report.notices().contains("this change edits house.yaml: changes policy no-drop-column"));
    repo.write("house.yaml", "nonsense");
    repo.write("preflight.yaml", "nonsense");
    assert_eq!(repo.judge(&["--config-from", "main"]).findings().len(), 2, "the one of the work tree is not read");
    assert_eq!(repo.judge(&["--config-from", "main", "--staged"]).findings().len(), 0);
    repo.preflight(&["policies", "--config-from", "main"]).exits(0).says("no-drop-column");
    repo.remove("preflight.yaml");
    assert_eq!(repo.judge(&["--config-from", "main", DROP]).findings(), both()[1..]);
}

#[test]
fn a_commit_without_a_configuration_is_no_verdict() {
    let repo = Repo::of(Project::broken());
    repo.git(&["rm", "--quiet", "--cached", "preflight.yaml"]);
    repo.git(&["commit", "--quiet", "-m", "gone"]);
    let report = repo.judge(&["--config-from", "HEAD"]);
    let message = report.problem()["message"].as_str().unwrap().to_owned();
    assert!(message.starts_with("HEAD (") && message.ends_with("has no preflight.yaml in . or above it"), "{message}");
}
