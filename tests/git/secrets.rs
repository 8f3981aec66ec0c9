//! No text of a document, of any state that git keeps, reaches an output.

use crate::project::Project;
use crate::repository::{Repo, preflight_in};

/// Secrets of the made-up kind, one for each place.
fn secret(place: &str) -> String {
    format!("sb_secret_MADEUP{place}MADEUPmade_4e5F6g7H")
}

#[test]
fn no_state_of_a_file_is_shown() {
    let project = Project::clean();
    let env = |place: &str| {
        format!(
            "LOG_LEVEL=VERBOSE\nSUPABASE_SECRET={}\nPASSWORD='MADEUP {place}'\nMADEUPbroken {place}\n",
            secret(place)
        )
    };
    project.write("env/prod/gone.env", env("gone"));
    project.write("env/prod/api.env", env("base"));
    project.write(".gitignore", "env/stage\n");
    project.append("house.yaml", &format!("  old:\n    severity: error\n    why: w\n    fix: f\n    says: is {}\n    forbid: {{ variable: {{ name: OTHER }} }}\n", secret("policy")));
    project.append("preflight.yaml", &format!("exclude: [\"{}\"]\n", secret("exclude")));
    let repo = Repo::of(project);
    repo.remove("env/prod/gone.env");
    repo.write("env/stage/api.env", env("ignored"));
    repo.write("env/prod/api.env", env("index"));
    repo.write("env/dev/new.env", format!("# preflight: allow level reason=\"{}\"\nA=1\n", secret("waiver")));
    repo.write("preflight-waivers.yaml", format!("waivers: [{{ policy: level, reason: {} }}]\n", secret("waivers")));
    repo.write("preflight-baseline.json", format!("{{ \"{}\": [1] }}", secret("baseline")));
    repo.git(&["add", "--all"]);
    repo.write("env/prod/api.env", env("tree"));
    repo.replace("house.yaml", &secret("policy"), "new");
    repo.replace("house.yaml", "  old:", "  new:");
    repo.replace("preflight.yaml", &secret("exclude"), &secret("excluded"));
    let mut said = 0;
    for state in [
        &["--changed"][..],
        &["--changed", "HEAD"],
        &["--staged"],
        &["--config-from", "main"],
        &["--changed", "--config-from", "main"],
    ] {
        for more in [&[][..], &["-vv"], &["--format", "json"], &["--color", "always", "--strict"]] {
            let out = preflight_in(&repo.folder()).arg("check").args(state).args(more).output().unwrap();
            let text = String::from_utf8(out.stdout).unwrap() + &String::from_utf8(out.stderr).unwrap();
            said += text.len();
            assert!(!text.contains("MADEUP"), "{state:?} {more:?}: {text}");
        }
    }
    let run = repo.preflight(&["check", "--changed"]);
    assert!(said > 20_000, "{said}: {}", run.out);
    for arguments in
        [&["config", "show"][..], &["policies", "--config-from", "main"], &["facts", "--config-from", "main"]]
    {
        repo.preflight(arguments).does_not_say("MADEUP");
    }
}

#[test]
fn a_name_of_git_is_text_and_no_control() {
    let repo = Repo::of(Project::broken());
    let name = "a\u{1b}[31mb\u{202e}::error::.sql";
    repo.write(&format!("supabase/migrations/{name}"), "ALTER TABLE a DROP COLUMN b;\n");
    repo.write("sub\u{1b}]0;x/preflight.yaml", "version: 1\n");
    repo.commit("odd");
    repo.remove("sub\u{1b}]0;x/preflight.yaml");
    for arguments in [&["--changed"][..], &["--changed", "HEAD"], &["--staged", "--format", "json"]] {
        let run = repo.preflight(&[&["check"], arguments].concat());
        run.does_not_say("\u{1b}").does_not_say("\u{202e}");
    }
    let notices = repo.judge(&["--changed", "HEAD"]).notices();
    assert!(notices.contains("removes sub\\u{1b}]0;x/preflight.yaml"), "{notices}");
}
