//! What became of migrations since a base: the golden rule, with real repositories.

mod bases;
mod changes;
mod exceptions;
mod names;
mod places;
mod shallow;

use crate::project::{Project, Report};
use crate::repository::Repo;

const FOLDER: &str = "supabase/migrations";
const ONE: &str = "20260101090000_parcels.sql";
const TWO: &str = "20260102090000_waage und gewicht.sql";
const THREE: &str = "20260103090000_größe.sql";
const CONFIG: &str = "version: 1
packs: [history]
documents:
  - { files: \"supabase/migrations/*.sql\", kind: migration, runner: supabase }
";

fn at(name: &str) -> String {
    format!("{FOLDER}/{name}")
}

/// A project of three migrations, below a folder of its repository or at its top.
fn project(below: &str) -> Repo {
    let project = Project::empty();
    project.write(&format!("{below}preflight.yaml"), CONFIG);
    project.write(
        &format!("{below}{}", at(ONE)),
        "CREATE TABLE parcels (id bigint);\n-- in grams\nALTER TABLE parcels ADD COLUMN weight integer;\n",
    );
    project.write(&format!("{below}{}", at(TWO)), "CREATE TABLE scales (id bigint);\n");
    project.write(&format!("{below}{}", at(THREE)), "CREATE TABLE sizes (id bigint);\n");
    Repo::of(project)
}

fn repo() -> Repo {
    project("")
}

/// The messages of findings, without the commit.
fn messages(report: &Report) -> Vec<String> {
    let findings = report.json["findings"].as_array().unwrap().iter();
    let text = |finding: &serde_json::Value| finding["message"].as_str().unwrap().to_owned();
    let bare = |message: String| match message.split_once(" (") {
        Some((before, rest)) => {
            let (commit, after) = rest.split_once(')').unwrap();
            assert!(commit.len() == 12 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{commit}");
            format!("{before}{after}")
        }
        None => message,
    };
    findings.map(text).map(bare).collect()
}

fn of_main(repo: &Repo, shown: &str) -> String {
    format!("{shown} ({})", &repo.git(&["rev-parse", "main"])[..12])
}
