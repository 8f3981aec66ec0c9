//! What the README tells somebody to paste: it is there, it is valid, and it does what it says.

use crate::kit::{Kit, Ran, VERSION, path_of, root};
use crate::project::Project;
use crate::repository::git_in;
use crate::yaml;
use serde_json::Value;
use std::fs;
use std::process::Command;

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// The one block of a language in a section of the README.
#[track_caller]
pub fn block(section: &str, language: &str) -> String {
    let text = readme();
    let section =
        text.split(&format!("\n### {section}\n")).nth(1).expect(section).split("\n##").next().unwrap().to_owned();
    let blocks: Vec<&str> = section.split(&format!("```{language}\n")).skip(1).collect();
    assert_eq!(blocks.len(), 1, "{language} in {section}");
    blocks[0].split("```").next().unwrap().to_owned()
}

fn hooks(path: &str) -> Vec<Value> {
    let text = fs::read_to_string(root().join(path)).unwrap();
    yaml::read(path, &text).unwrap().as_array().unwrap().clone()
}

#[test]
fn both_files_of_hooks_say_the_same_but_for_how_it_is_installed() {
    let (mut rust, mut python) = (hooks(".pre-commit-hooks.yaml"), hooks("pre-commit/.pre-commit-hooks.yaml"));
    for (hooks, language) in [(&mut rust, "rust"), (&mut python, "python")] {
        for hook in hooks {
            assert_eq!(hook.as_object_mut().unwrap().remove("language").unwrap(), language);
        }
    }
    assert_eq!(rust, python);
    let ids: Vec<&str> = rust.iter().map(|hook| hook["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["preflight", "preflight-migrations"]);
}

#[test]
fn what_is_pasted_names_what_is_there() {
    let config = yaml::read("README.md", &block("pre-commit", "yaml")).unwrap();
    assert_eq!(config["repos"][0]["rev"], format!("v{VERSION}"));
    let known = hooks("pre-commit/.pre-commit-hooks.yaml");
    for hook in config["repos"][0]["hooks"].as_array().unwrap() {
        assert!(known.iter().any(|known| known["id"] == hook["id"]), "{hook}");
    }

    let action = fs::read_to_string(root().join("action.yml")).unwrap();
    let action = yaml::read("action.yml", &action).unwrap();
    let workflow = yaml::read("README.md", &block("GitHub Actions", "yaml")).unwrap();
    let steps = workflow["jobs"]["preflight"]["steps"].as_array().unwrap();
    let own = steps.iter().find(|step| step["uses"] == format!("OWNER/preflight@v{VERSION}")).unwrap();
    let given: Vec<&String> = own["with"].as_object().unwrap().keys().collect();
    assert!(!given.is_empty() && given.iter().all(|name| action["inputs"][name.as_str()].is_object()), "{given:?}");
    for step in steps {
        let (_, version) = step["uses"].as_str().unwrap().split_once('@').unwrap();
        let is_hash = version.len() == 40 && version.bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(is_hash || version == format!("v{VERSION}"), "{step}");
    }

    let job = yaml::read("README.md", &block("GitLab CI", "yaml")).unwrap();
    assert_eq!(job["include"][0]["ref"], format!("v{VERSION}"));
    assert!(root().join(job["include"][0]["file"].as_str().unwrap()).is_file());
}

#[test]
fn no_document_installs_another_project() {
    for file in ["README.md", "docs/security-review.md", "pre-commit/README.md", "templates/preflight.gitlab-ci.yml"] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        for (line, text) in text.lines().enumerate() {
            assert!(!text.contains("pip install preflight"), "{file}:{}: that is another project", line + 1);
            assert!(!text.contains("pipx install preflight"), "{file}:{}: that is another project", line + 1);
        }
    }
}

#[test]
fn documents_lead_somewhere() {
    for file in ["README.md", "docs/security-review.md", "pre-commit/README.md"] {
        let path = root().join(file);
        let text = fs::read_to_string(&path).unwrap();
        let headings: Vec<String> = text.lines().filter_map(|line| line.strip_prefix('#')).map(anchor).collect();
        for link in text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            match link.strip_prefix('#') {
                Some(heading) => assert!(headings.iter().any(|known| known == heading), "{file}: no heading {link}"),
                None if link.contains("://") => {}
                None => assert!(path.parent().unwrap().join(link).exists(), "{file}: there is no {link}"),
            }
        }
        // Paths of this repository in code, as the page for reviewers names them.
        for code in
            text.split('`').skip(1).step_by(2).filter(|code| code.starts_with("src/") || code.starts_with("tests/"))
        {
            let path = code.split(' ').next().unwrap();
            assert!(root().join(path).exists(), "{file}: there is no {path}");
        }
    }
}

/// How a page's headings are linked to.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    text.chars()
        .filter(|char| char.is_alphanumeric() || matches!(char, ' ' | '-'))
        .collect::<String>()
        .replace(' ', "-")
}

#[test]
fn the_workflow_is_one_that_github_reads() {
    let Some(kit) = Kit::of("the README's workflow") else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("preflight.yml");
    fs::write(&path, block("GitHub Actions", "yaml")).unwrap();
    let mut check = Command::new(kit.tool("check-jsonschema"));
    Ran::of(check.args(["--builtin-schema", "vendor.github-workflows"]).arg(path)).exits(0);
}

#[test]
fn the_bare_hook_stops_a_bad_commit() {
    let project = Project::clean();
    git_in(&project.folder(), &["init", "--quiet", "--initial-branch=main"]);
    git_in(&project.folder(), &["add", "--all"]);
    git_in(&project.folder(), &["commit", "--quiet", "--message", "first"]);
    let hook = project.path(".git/hooks/pre-commit");
    fs::write(&hook, block("A bare shell", "sh")).unwrap();
    fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let path = path_of(&["git", "sh"]);
    std::os::unix::fs::symlink(assert_cmd::cargo::cargo_bin!("preflight"), path.path().join("preflight")).unwrap();
    let commit = || {
        git_in(&project.folder(), &["add", "--all"]);
        let mut git = Command::new(path.path().join("git"));
        git.env_clear().env("PATH", path.path()).env("HOME", "/nonexistent").current_dir(project.folder());
        for name in ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"] {
            git.env(name, "a").env(name.replace("NAME", "EMAIL"), "a@example.org");
        }
        Ran::of(git.args(["commit", "--message", "next"]))
    };
    project.write("supabase/migrations/20260103000000_new.sql", "ALTER TABLE public.accounts DROP COLUMN email;\n");
    commit().exits(1).says("20260103000000_new.sql:1:29");
    project.write("supabase/migrations/20260103000000_new.sql", "ALTER TABLE public.accounts ADD COLUMN fax text;\n");
    commit().exits(0);
}
