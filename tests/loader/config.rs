//! preflight.yaml.

use super::broken::{Wanted, assert_said, config};

const GOOD: &str =
    "version: 1\npacks: [dragonfly]\ndocuments:\n  - { files: \"env/{environment}/{service}.env\", kind: dotenv }\n";

#[test]
fn one_error_each() {
    assert_said("good", &config(GOOD), &[]);
    let with = |line: &str| format!("{GOOD}{line}\n");
    for (text, at, message, hint) in [
        (String::new(), "", "preflight.yaml is empty", "`version: 1`"),
        (
            GOOD.replace("version: 1", "version: 3"),
            "3",
            "version 3 of preflight.yaml is not known",
            "newest that is known is 1",
        ),
        (GOOD.replace("version: 1\n", ""), "packs", "preflight.yaml lacks `version`", ""),
        (GOOD.replace("packs: [dragonfly]", "packs: []"), "[]", "`packs` names no pack", "dragonfly"),
        (GOOD.replace("[dragonfly]", "[dragonfly, dragonfly]"), "dragonfly", "`packs` names `dragonfly` twice", ""),
        (GOOD.replace("packs", "pakcs"), "pakcs", "preflight.yaml has no key `pakcs`", "did you mean `packs`?"),
        (GOOD.replace("dotenv", "dotnev"), "dotnev", "no kind of document `dotnev`", "did you mean `dotenv`?"),
        (
            GOOD.replace("{service}", "{servce}"),
            "\"env/{environment}/{servce}.env\"",
            "`{servce}` binds no label",
            "did you mean `{service}`?",
        ),
        (
            GOOD.replace("{service}", "{environment}"),
            "\"env/{environment}/{environment}.env\"",
            "`{environment}` stands in it twice",
            "",
        ),
        (GOOD.replace("{service}.env", "{service.env"), "\"env/{environment}/{service.env\"", "`{` is not closed", ""),
        (GOOD.replace("env/", "../env/"), "\"../env/{environment}/{service}.env\"", "lies outside of the project", ""),
        (GOOD.replace("kind: dotenv", "kind: dotenv, service: api"), "api", "`service` is said twice", "{service}"),
        (
            GOOD.replace("kind: dotenv", "kind: dotenv, environment: prod"),
            "prod",
            "`environment` is said twice",
            "{environment}",
        ),
        (
            GOOD.replace("kind: dotenv", "kind: dotenv, loader: perl"),
            "perl",
            "there is no loader `perl`",
            "Known are: ",
        ),
        (with("fail_on: warn"), "warn", "`fail_on` cannot be `warn`", "did you mean `warning`?"),
        (with("today: tomorrow"), "tomorrow", "`today` must be a date or `now`", "YYYY-MM-DD"),
        (
            with("labels: { enviroment: { prod: [production] } }"),
            "enviroment",
            "there is no label `enviroment`",
            "did you mean `environment`?",
        ),
        (
            with("labels: { environment: { prod: [live], staging: [live] } }"),
            "live",
            "`live` is a spelling of two environments",
            "`prod`",
        ),
        (with("needs: { deploys: optional }"), "deploys", "no kind of fact `deploys`", "did you mean `deploy`?"),
        (with("exclude: [5]"), "5", "a glob of `exclude` is a number", "quote it"),
        (with("params: { workers: { a: b } }"), "{ a: b }", "a value of a param is a mapping, and must be a list", ""),
        (with("packs: [supabase]"), "packs", "preflight.yaml has the key `packs` twice", ""),
        (with("exclude: &tmp [tmp]"), "&tmp", "an anchor is not read here", ""),
    ] {
        assert_said(&text, &config(&text), &[(at, message, hint)]);
    }
}

#[test]
fn all_errors_of_one_file() {
    let text = "version: 2
pack: [dragonfly]
documents:
  - { files: 5, kind: dotnev, loadr: a, environment: [prod] }
  - { kind: migration, loader: python-dotenv, driver: psycog }
  - \"env/*.env\"
labels: { services: {}, environment: [prod] }
params: [a]
needs: { deploy: needed }
directions: { dwon: [\"*.down.sql\"] }
fail_on: 3
today: 20261121
";
    let wanted: &[Wanted<'_>] = &[
        ("2", "version 2", ""),
        ("pack", "no key `pack`", "did you mean `packs`?"),
        ("5", "`files` is a number", "quote it"),
        ("dotnev", "no kind of document `dotnev`", "did you mean `dotenv`?"),
        ("loadr", "has no key `loadr`", "did you mean `loader`?"),
        ("[prod]", "`environment` is a list, and must be text", ""),
        ("kind", "an entry of `documents` lacks `files`", ""),
        ("python-dotenv", "a document of kind migration has no loader", ""),
        ("psycog", "`driver` cannot be `psycog`", ""),
        ("\"env/*.env\"", "an entry of `documents` is text, and must be a mapping", ""),
        ("services", "there is no label `services`", "did you mean `service`?"),
        ("[prod]", "a label is a list, and must be a mapping", ""),
        ("[a]", "`params` is a list, and must be a mapping", ""),
        ("needed", "a need cannot be `needed`", ""),
        ("dwon", "`dwon` is no direction", "did you mean `down`?"),
        ("3", "`fail_on` is a number", ""),
        ("20261121", "`today` must be a date or `now`", ""),
    ];
    assert_said(text, &config(text), wanted);
}
