//! What to ask Railway's CLI for, so that a project's exports stand where preflight.yaml reads them. Pure: the status that
//! the CLI printed in, the questions and the names of their files out. `preflight import` asks them.

use crate::policy::did_you_mean;
use serde_json::Value;
use std::collections::HashSet;

/// The entries of preflight.yaml that read the files of an import into the folder `railway`.
pub const DOCUMENTS: &str = "version: 1
packs: [railway]
documents:
  - { files: railway/status.json, kind: railway-status }
  - { files: \"railway/{environment}/environment.json\", kind: railway-environment }
  - { files: \"railway/{environment}/{service}.json\", kind: railway-variables }
";

/// The name of the file that holds the status.
pub const STATUS: &str = "status.json";

/// One call of the CLI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What follows `railway`.
    pub arguments: Vec<String>,
    /// Where the answer goes: parts of a path below the folder of the import.
    pub file: Vec<String>,
    /// What it is, for messages: "the variables of api in production".
    pub what: String,
}

/// Everything that there is to ask of a project.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// In the order in which it is asked.
    pub questions: Vec<Question>,
    /// What is left out, and why.
    pub notices: Vec<String>,
}

/// The first question.
pub fn status() -> Question {
    let arguments = ["status", "--json"].map(str::to_owned).to_vec();
    Question { arguments, file: vec![STATUS.to_owned()], what: "the status of the project".to_owned() }
}

/// What to ask of the environments that a status lists; of these alone, where some are named.
///
/// # Errors
/// One sentence: it is no status, or an environment that is named is not there.
pub fn plan(status: &str, wanted: &[String]) -> Result<Plan, String> {
    let status: Value = serde_json::from_str(status).map_err(|_| "the status is no JSON".to_owned())?;
    let environments = nodes(&status["environments"]).ok_or("the status lists no environments")?;
    let live: Vec<&Value> = environments.into_iter().filter(|node| node["deletedAt"].is_null()).collect();
    let names = || live.iter().filter_map(|node| node["name"].as_str());
    for name in wanted {
        if !names().any(|known| known == name) {
            let near = did_you_mean(name, names()).map(|near| format!("; did you mean `{near}`?"));
            return Err(format!("there is no environment `{name}`{}", near.unwrap_or_default()));
        }
    }
    let mut plan = Plan::default();
    let mut folders = Files::default();
    for node in live {
        let Some(name) = node["name"].as_str().filter(|name| wanted.is_empty() || wanted.iter().any(|one| one == name))
        else {
            continue;
        };
        if node["canAccess"] == Value::Bool(false) {
            plan.notices.push(format!("{name} is left out: you may not see it"));
            continue;
        }
        environment(node, name, &folders.name(name), &mut plan);
    }
    if plan.questions.is_empty() {
        return Err("the status lists no environment that you may see".to_owned());
    }
    Ok(plan)
}

fn environment(node: &Value, name: &str, folder: &str, plan: &mut Plan) {
    let of = node["id"].as_str().unwrap_or(name);
    let arguments = ["environment", "config", "--environment", of, "--json"].map(str::to_owned).to_vec();
    let file = vec![folder.to_owned(), "environment.json".to_owned()];
    plan.questions.push(Question { arguments, file, what: format!("the configuration of {name}") });
    let mut files = Files::default();
    files.name("environment");
    for instance in nodes(&node["serviceInstances"]).unwrap_or_default() {
        let id = instance["serviceId"].as_str();
        let Some(service) = instance["serviceName"].as_str().or(id) else { continue };
        let arguments = ["variable", "list", "--service", id.unwrap_or(service), "--environment", of, "--json"];
        let stem = files.name(service);
        if stem != service {
            plan.notices
                .push(format!("the variables of {service} in {name} stand in {stem}.json: bind that file by hand"));
        }
        let file = vec![folder.to_owned(), format!("{stem}.json")];
        let what = format!("the variables of {service} in {name}");
        plan.questions.push(Question { arguments: arguments.map(str::to_owned).to_vec(), file, what });
    }
}

/// The nodes of a connection of GraphQL.
fn nodes(connection: &Value) -> Option<Vec<&Value>> {
    Some(connection["edges"].as_array()?.iter().map(|edge| &edge["node"]).filter(|node| node.is_object()).collect())
}

/// Names of files in one folder, none of them twice on any file system.
#[derive(Default)]
struct Files(HashSet<String>);

impl Files {
    /// The name itself where it can be one, else one that is near it.
    fn name(&mut self, name: &str) -> String {
        let plain = |c: char| if c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.') { c } else { '-' };
        let safe: String = name.chars().map(plain).take(100).collect();
        let safe = safe.trim_matches([' ', '.']);
        let safe = if safe.is_empty() { "unnamed" } else { safe };
        let mut free = safe.to_owned();
        for number in 2.. {
            if self.0.insert(free.to_lowercase()) {
                break;
            }
            free = format!("{safe}-{number}");
        }
        free
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const TEXT: &str = r#"{"environments": {"edges": [
        {"node": {"id": "e1", "name": "production", "canAccess": true, "serviceInstances": {"edges": [
            {"node": {"serviceId": "s1", "serviceName": "api"}}, {"node": {"serviceId": "s2", "serviceName": "environment"}},
            {"node": {"serviceId": "s3", "serviceName": "../a/b"}}, {"node": {"serviceId": "s4", "serviceName": "API"}}]}}},
        {"node": {"id": "e2", "name": "vault", "canAccess": false}},
        {"node": {"id": "e3", "name": "old", "deletedAt": "2026-01-01"}},
        {"node": {"id": "e4", "name": "..", "serviceInstances": null}}]}}"#;

    fn files(plan: &Plan) -> Vec<String> {
        plan.questions.iter().map(|question| question.file.join("/")).collect()
    }

    #[test]
    fn a_status_says_what_there_is_to_ask_and_no_name_leaves_its_folder() {
        let plan = plan(TEXT, &[]).unwrap();
        assert_eq!(
            files(&plan),
            [
                "production/environment.json",
                "production/api.json",
                "production/environment-2.json",
                "production/-a-b.json",
                "production/API-2.json",
                "unnamed/environment.json"
            ]
        );
        let arguments = plan.questions[1].arguments.join(" ");
        assert_eq!(arguments, "variable list --service s1 --environment e1 --json");
        assert_eq!(plan.notices.len(), 4, "{:?}", plan.notices);
        assert!(plan.notices.contains(&"vault is left out: you may not see it".to_owned()));
    }

    #[test]
    fn environments_may_be_chosen() {
        assert_eq!(plan(TEXT, &["..".into()]).unwrap().questions.len(), 1);
        assert_eq!(
            plan(TEXT, &["prodction".into()]).unwrap_err(),
            "there is no environment `prodction`; did you mean `production`?"
        );
        assert_eq!(plan(TEXT, &["vault".into()]).unwrap_err(), "the status lists no environment that you may see");
        for text in ["", "[]", "{}", "{\"environments\": null}", "{\"environments\": {\"edges\": []}}"] {
            assert!(plan(text, &[]).is_err(), "{text}");
        }
    }
}
