//! Files of a pack: versions, notation, types, params.

use super::broken::{Wanted, assert_said, file_of, pack};
use preflight::policy::Spellings;
use preflight::source::SourceMap;
use preflight::tree::{self, Format};

const PACK: &str = "pack: ours\nversion: 1.0.0\nparams:\n  workers: { of: service, default: [worker] }\n  locked: { of: schema, default: [ops] }\n";

#[test]
fn versions_and_empty_files() {
    let file = file_of("forbid: { url: {} }");
    for (text, at, message, hint) in [
        (
            file.replace("version: 1\n", "version: 2\n"),
            "2",
            "version 2 of the policy language is not known",
            "The newest that is known is 1",
        ),
        (
            file.replace("version: 1\n", "version: \"1\"\n"),
            "\"1\"",
            "`version` is text, and must be a whole number",
            "without quotes",
        ),
        (file.replace("version: 1\n", "version: 1.0\n"), "1.0", "`version`", "not a whole number"),
        (
            file.replace("policies:", "polices:"),
            "polices",
            "a policy file has no key `polices`",
            "did you mean `policies`?",
        ),
        (String::new(), "", "this policy file is empty", "`version: 1`"),
        ("# All of it is commented out.\n".to_owned(), "", "this policy file is empty", ""),
        ("- a\n- b\n".to_owned(), "- a\n- b", "a policy file is a list, and must be a mapping", ""),
        ("version: 1\npolicies:\n".to_owned(), "", "`policies` is nothing, and must be a mapping", ""),
        ("version: 1\npolicies: {}\n".to_owned(), "{}", "`policies` is empty", ""),
        ("version: 1\n".to_owned(), "version", "a policy file has neither `policies` nor `types`", ""),
    ] {
        let said = pack(&[("a.yaml", &text)]);
        assert_said(&text, &said, &[(at, message, hint)]);
    }
}

#[test]
fn anchors_aliases_tags_and_faults_of_yaml() {
    let file = file_of("forbid: { variable: { name: &it A, value: { not: *it }, service: !!str 5 } }\n    <<: {}");
    let wanted: &[Wanted<'_>] = &[
        ("&it", "an anchor is not read here", "Write the value out"),
        ("*it", "an alias is not read here", "Write the value out"),
        ("!!str", "a tag is not read here", "in quotes"),
        ("<<", "a merge key is not read here", "Write the keys out"),
    ];
    assert_said(&file, &pack(&[("a.yaml", &file)]), wanted);
    let said = pack(&[
        ("a.yaml", "version: 1\npolicies: {\n"),
        ("b.yaml", "version: 3\n---\nversion: 1\n"),
        ("c.yaml", "version: 5\ntypes: { t: {} }\n"),
    ]);
    let files: Vec<&str> = said.iter().map(|said| said.file.as_str()).collect();
    assert_eq!(
        files,
        ["test/a.yaml", "test/b.yaml", "test/c.yaml", "test/c.yaml"],
        "one broken file hides no other: {said:#?}"
    );
}

#[test]
fn types() {
    let types = "version: 1\ntypes:\n  pooler-url: { connection: { endpoint: transaction-pooler } }\n";
    let user = |name: &str| file_of(&format!("forbid: {{ variable: {{ value: {{ is_a: {name} }} }} }}"));
    let of = |types: &str, name: &str| pack(&[("a.yaml", &user(name)), ("types.yaml", types)]);
    assert_said("fine", &of(types, "pooler-url"), &[]);
    assert_said(
        "unknown",
        &of(types, "poler-url"),
        &[("poler-url", "there is no type `poler-url`", "did you mean `pooler-url`?")],
    );
    assert_said(
        "none",
        &pack(&[("a.yaml", &user("pooler-url"))]),
        &[("pooler-url", "there is no type `pooler-url`", "`types:`")],
    );
    let broken = types.replace("endpoint", "endpont");
    assert_said(
        "a broken one",
        &of(&broken, "pooler-url"),
        &[("endpont", "has a field `endpont`", "did you mean `endpoint`?")],
    );
    assert_said("in a file that cannot be read", &of("version: 1\ntypes: [\n", "pooler-url").split_off(1), &[]);
    let two = "version: 1\ntypes:\n  a: { value: x, url: {} }\n  b: { operation: {} }\n  c: { json_schema: no.json }\n  d: {}\n  d: { value: x }\n";
    let wanted: &[Wanted<'_>] = &[
        ("value", "type `a` must ask exactly one thing", "Give it one kind of fact"),
        ("operation", "a value holds no `operation`", "Known are: url, connection, credential"),
        ("no.json", "the pack has no file `no.json`", "relative to the pack"),
        ("{}", "type `d` must ask exactly one thing", ""),
        ("d", "`types` has the key `d` twice", ""),
    ];
    assert_said("types", &pack(&[("types.yaml", two)]), wanted);
    let forward = "version: 1\ntypes:\n  a: { value: { not: { is_a: b } } }\n  b: { value: { is_a: b } }\n";
    let wanted: &[Wanted<'_>] = &[
        ("b", "type `b` does not stand above type `a`", "may use those above it"),
        ("b", "type `b` does not stand above type `b`", "may use those above it"),
    ];
    assert_said("a type of a later one", &pack(&[("types.yaml", forward)]), wanted);
}

#[test]
fn params() {
    let with = |rule: &str, pack_file: &str| pack(&[("a.yaml", &file_of(rule)), ("pack.yaml", pack_file)]);
    assert_said("fine", &with("forbid: { variable: { service: { param: workers } } }", PACK), &[]);
    for (rule, at, message, hint) in [
        (
            "forbid: { variable: { service: { param: wokers } } }",
            "wokers",
            "the pack has no param `wokers`",
            "did you mean `workers`?",
        ),
        (
            "forbid: { variable: { service: { param: locked } } }",
            "locked",
            "param `locked` names a schema, and `service` is none",
            "another kind of name",
        ),
        (
            "forbid: { operation: { grantee: { param: workers } } }",
            "workers",
            "param `workers` names a service, and `grantee` is none",
            "",
        ),
        ("forbid: { connection: { port: { param: locked } } }", "locked", "param `locked`", ""),
        ("forbid: { variable: { service: { param: [workers] } } }", "[workers]", "the name of a param is a list", ""),
    ] {
        assert_said(rule, &with(rule, PACK), &[(at, message, hint)]);
    }
    let none = pack(&[("a.yaml", &file_of("forbid: { variable: { service: { param: workers } } }"))]);
    assert_said("no pack.yaml", &none, &[("workers", "the pack has no param `workers`", "pack.yaml")]);
}

#[test]
fn a_broken_pack_yaml_is_told_once() {
    let broken = "pack: ours\nversion: 1.0\nparms: {}\nparams:\n  workers: { of: servce, default: { a: b } }\nneeds: { variables: required, deploy: needed }\ndirections: { downward: [\"*.down.sql\"], revert: [5] }\n";
    let said =
        pack(&[("a.yaml", &file_of("forbid: { variable: { service: { param: workers } } }")), ("pack.yaml", broken)]);
    let wanted: &[Wanted<'_>] = &[
        ("1.0", "the version of the pack is a number, and must be text", "quote it"),
        ("parms", "pack.yaml has no key `parms`", "did you mean `params`?"),
        ("servce", "`of` cannot be `servce`", "did you mean `service`?"),
        ("{ a: b }", "a default is a mapping, and must be a list", ""),
        ("variables", "no kind of fact `variables`", "did you mean `variable`?"),
        ("needed", "a need cannot be `needed`", "required, optional"),
        ("downward", "`downward` is no direction", "Known are: "),
        ("5", "a file-name pattern is a number", "quote it"),
    ];
    assert_said("pack.yaml", &said, wanted);
}

/// Whatever a line of a shipped policy is turned into: the pack is refused, or every policy of it is in force.
#[test]
fn no_policy_is_dropped_in_silence() {
    let shipped = preflight::policy::built_in("dragonfly").unwrap();
    let (mut refused, mut accepted) = (0, 0);
    for (name, text) in shipped.files.iter().filter(|(name, text)| written(name, text) > 0) {
        for line in (0..text.lines().count()).filter(|line| is_content(text, *line)) {
            for broken in [without(text, line), emptied(text, line), doubled(text, line)] {
                let written = written(name, &broken);
                let mut pack = shipped.clone();
                pack.files.retain(|(other, _)| matches!(other.as_str(), "pack.yaml" | "types.yaml"));
                pack.files.push((name.clone(), broken));
                match preflight::policy::load(&[pack], &Spellings::default(), &[], &mut SourceMap::new()) {
                    Ok(set) => {
                        assert_eq!(set.policies.len(), written, "line {} of {name}", line + 1);
                        accepted += 1;
                    }
                    Err(problems) => {
                        assert!(!problems.is_empty(), "line {} of {name}", line + 1);
                        refused += 1;
                    }
                }
            }
        }
    }
    assert!(refused > 300 && accepted > 100, "{refused} refused, {accepted} accepted");
}

fn is_content(text: &str, line: usize) -> bool {
    text.lines().nth(line).is_some_and(|line| !line.trim().is_empty() && !line.trim().starts_with('#'))
}

/// How many policies a file holds.
fn written(name: &str, text: &str) -> usize {
    if name == "cases.yaml" || !name.ends_with(".yaml") {
        return 0;
    }
    let source = SourceMap::new().add(name, text);
    tree::parse(Format::Yaml, source, text)
        .map_or(0, |tree| tree.get("policies").and_then(|node| node.entries()).map_or(0, <[_]>::len))
}

fn edit(text: &str, at: usize, edit: impl Fn(&str) -> String) -> String {
    let lines =
        text.lines().enumerate().map(|(index, line)| if index == at { edit(line) } else { format!("{line}\n") });
    lines.collect()
}

fn without(text: &str, at: usize) -> String {
    edit(text, at, |_| String::new())
}

fn doubled(text: &str, at: usize) -> String {
    edit(text, at, |line| format!("{line}\n{line}\n"))
}

/// The first list or mapping in brackets, or else the value, emptied.
fn emptied(text: &str, at: usize) -> String {
    edit(text, at, |line| match (line.find('['), line.find('{'), line.split_once(": ")) {
        (Some(start), _, _) => {
            format!("{}[]{}\n", &line[..start], line[start..].split_once(']').map_or("", |(_, rest)| rest))
        }
        (None, Some(start), _) => format!("{}{{}}\n", &line[..start]),
        (None, None, Some((key, _))) => format!("{key}:\n"),
        (None, None, None) => format!("{line}\n"),
    })
}
