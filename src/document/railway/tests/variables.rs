use super::*;
use proptest::prelude::*;

fn exported(input: Input<'_>) -> Parsed {
    super::super::export::parse("railway-variables", input)
}

#[test]
fn an_export_of_variables_shows_names_and_hides_values() {
    let text = "{\n  \"API_TOKEN\": \"MADEUP\\u002dtöken/x=\",\n  \"DEBUG\": \"true\",\n  \"EMPTY\": \"\",\n  \"NEXT_PUBLIC_MODE\": \"live\",\n  \"N\": 5432,\n  \"O\": {\"MADEUP\": null},\n  \"sb_secret_MADEUPMADEUPMADEUP1234_MADEUP12\": \"x\"\n}\n";
    let parsed = read(exported, "prod/api.json", text);
    let variables = of(&parsed, Kind::Variable);
    let names: Vec<_> =
        variables.iter().map(|fact| (say(text, fact, Field::Name), say(text, fact, Field::Public))).collect();
    let name = |name: &str, public: bool| (format!("stated {name} \"{name}\""), format!("stated {public} \"{name}\""));
    assert_eq!(
        names[..4],
        [name("API_TOKEN", false), name("DEBUG", false), name("EMPTY", false), name("NEXT_PUBLIC_MODE", true),]
    );
    assert_eq!(names[4].0, "stated (hidden name) \"sb_secret_MADEUPMADEUPMADEUP1234_MADEUP12\"");
    assert_eq!(&text[variables[0].anchor.range()], "API_TOKEN", "without quotes");
    assert_eq!(say(text, variables[0], Field::Value), "stated MADEUP-töken/x= \"MADEUP\\\\u002dtöken/x=\"");
    assert!(say(text, variables[2], Field::State).starts_with("stated empty behind"));
    let unread: Vec<_> =
        parsed.unread.iter().map(|unread| (&text[unread.span.range()], unread.message.as_str())).collect();
    assert_eq!(
        unread,
        [
            ("5432", "the value of N is a number, and every variable is text"),
            ("{\"MADEUP\": null}", "the value of O is a mapping, and every variable is text"),
        ]
    );
    assert_eq!(
        shown("prod/api.json", text, &parsed),
        "{\n  \"API_TOKEN\": \"••••\",\n  \"DEBUG\": \"true\",\n  \"EMPTY\": \"\",\n  \"NEXT_PUBLIC_MODE\": \"••••\",\n  \"N\": ••••,\n  \"O\": ••••,\n  \"••••\": \"••••\"\n}\n"
    );
    assert_eq!(parsed.listed.len(), 2, "words may be shown where a policy lists them");
}

#[test]
fn what_is_no_export_is_broken_and_hidden_whole() {
    let cases = [
        (
            "╔═ Variables for api ═╗\n║ A │ MADEUP ║\n",
            "this is the table that `railway variable list` prints, and no JSON",
        ),
        ("API_TOKEN=MADEUP\nB=1\n", "this is text with `NAME=value` lines, and no JSON"),
        ("{\"A\": \"MADEUP\"", "this is not JSON: an object is not closed"),
        ("[\"MADEUP\"]", "this is a list, and an export of variables is a mapping"),
        ("", "this is not JSON: there is nothing in it"),
        (
            "{\"services\": {\"a\": {\"variables\": {\"A\": {\"value\": \"MADEUP\"}}}}}",
            "no value of this mapping is text, so it is no export of variables",
        ),
        (
            "{\"keys\": [\"MADEUP\"], \"set\": true}",
            "this is the answer of `railway variable set --json`, which holds no values",
        ),
    ];
    for (text, message) in cases {
        let parsed = read(exported, "prod/api.json", text);
        assert_eq!(parsed.broken[0].message, message);
        assert!(parsed.broken[0].help.contains("railway variable list --json"), "{message}");
        assert!(!shown("a", text, &parsed).contains("MADEUP"));
        assert!(parsed.facts.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_text_stops_the_program_and_no_value_is_seen(
        name in "[A-Z_]{1,8}",
        value in "[a-z\"\\\\\n\r\t\u{e9}/@:=#$}{ ]{8,30}",
        noise in "[-\\[\\]{}:,='\"\\\\#.\n\ra1\u{e9} ]{0,30}",
    ) {
        let text = serde_json::to_string(&std::collections::BTreeMap::from([(name, &value)])).unwrap();
        let parsed = read(exported, "a.json", &text);
        let seen = shown("a", &text, &parsed);
        prop_assert!(seen.contains("\": \"") || seen.contains("\":\""), "{}", seen);
        let plain: String = text.chars().skip(text.find(':').unwrap() + 2).take(8).collect();
        prop_assert!(!seen.contains(&plain), "{} {}", seen, plain);
        for noisy in [&noise, &format!("[deploy]\nx = {noise}"), &format!("{{\"deploy\": {noise}")] {
            for parsed in [toml(noisy), json(noisy), read(exported, "a.json", noisy)] {
                for range in &parsed.masks {
                    prop_assert!(noisy.get(range.clone()).is_some());
                }
            }
        }
    }
}
