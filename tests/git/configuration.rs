//! What a change does to what judges it is said first, and another commit's configuration may judge.

use crate::project::{DROP, Project, both};
use crate::repository::Repo;

const BAD: &str = "ALTER TABLE public.accounts DROP COLUMN email;\n";

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
fn waivers_and_baseline_entries_of_a_change_are_counted() {
    let repo = Repo::new();
    repo.write("preflight-waivers.yaml", "version: 1\nwaivers:\n  - { policy: no-drop-column, target: x }\n");
    repo.write("preflight-baseline.json", "{ \"version\": 1, \"findings\": [{ \"a\": 1 }, { \"a\": 2 }] }");
    repo.write("supabase/migrations/3.sql", format!("-- preflight: allow no-drop-column reason=\"x\"\n{BAD}"));
    let report = repo.judge(&["--changed"]);
    let notices = report.notices();
    assert!(notices.contains("preflight-waivers.yaml, preflight-baseline.json"), "{notices}");
    assert!(notices.contains("waives 1 more") && notices.contains("adds 2 baseline entries"), "{notices}");
    repo.commit("waived");
    repo.git(&["branch", "--force", "main"]);
    repo.remove("preflight-baseline.json");
    let notices = repo.judge(&["--changed"]).notices();
    assert!(notices.contains("preflight-baseline.json: removes 2 baseline entries; everything is judged"), "{notices}");
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
