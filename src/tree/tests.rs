#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use super::*;
use proptest::prelude::*;

const SOURCE: SourceId = SourceId(0);
const ALL: [Format; 3] = [Format::Yaml, Format::Json, Format::Toml];

fn read(format: Format, text: &str) -> Node {
    parse(format, SOURCE, text).unwrap_or_else(|errors| panic!("{text:?}: {errors:?}"))
}

fn errors(format: Format, text: &str) -> Vec<(String, String)> {
    let errors = parse(format, SOURCE, text).expect_err(text);
    errors.into_iter().map(|error| (text[error.span.range()].to_owned(), error.message)).collect()
}

/// The node at a path of keys and positions.
fn at<'a>(node: &'a Node, path: &str) -> &'a Node {
    path.split('/').filter(|part| !part.is_empty()).fold(node, |node, part| match &node.value {
        NodeValue::Seq(items) => &items[part.parse::<usize>().unwrap()],
        _ => node.get(part).unwrap_or_else(|| panic!("no {part}")),
    })
}

/// The source text of the node at a path.
fn slice<'t>(text: &'t str, node: &Node, path: &str) -> &'t str {
    &text[at(node, path).span.range()]
}

/// Every decoded byte of a text with the source bytes that spell it.
fn spelled(text: &str, node: &Node) -> Vec<(String, String)> {
    let NodeValue::Text(mapped) = &node.value else { panic!("no text") };
    let parts = mapped.text().char_indices();
    parts.map(|(start, c)| (c.to_string(), text[mapped.span(start..start + c.len_utf8()).range()].to_owned())).collect()
}

#[test]
fn yaml_places_are_bytes_also_behind_wide_characters_crlf_and_a_bom() {
    let text = "\u{feff}# Größe\r\nwhy: \"é\\tü\"\r\nlist: [1, {a: 'x y'}, ]\r\nrest:\r\n  - naïve # c\r\n  -\r\n  - k: v\r\n    l:\r\n";
    let node = read(Format::Yaml, text);
    assert_eq!(slice(text, &node, "why"), "\"é\\tü\"");
    assert_eq!(slice(text, &node, "list"), "[1, {a: 'x y'}, ]");
    assert_eq!(slice(text, &node, "list/1"), "{a: 'x y'}");
    assert_eq!(slice(text, &node, "list/1/a"), "'x y'");
    assert_eq!(slice(text, &node, "rest"), "- naïve # c\r\n  -\r\n  - k: v\r\n    l:");
    assert_eq!(slice(text, &node, "rest/0"), "naïve");
    assert_eq!(slice(text, &node, "rest/2"), "k: v\r\n    l:");
    let empty = at(&node, "rest/2/l");
    assert_eq!((&empty.value, empty.span.range()), (&NodeValue::Null, text.len() - 2..text.len() - 2));
    assert_eq!(at(&node, "rest/1").value, NodeValue::Null);
    let keys: Vec<_> = node.entries().unwrap().iter().map(|entry| &text[entry.key.span.range()]).collect();
    assert_eq!(keys, ["why", "list", "rest"]);
    assert_eq!(spelled(text, at(&node, "why"))[1], ("\t".into(), "\\t".into()));
    assert_eq!(spelled(text, at(&node, "why"))[2], ("ü".into(), "ü".into()));
    assert_eq!(at(&node, "list").end_of_entries().range().start, text.find(", ]").unwrap());
}

#[test]
fn yaml_quotes_and_brackets_end_where_they_close() {
    let text = "a: { \"k\" : \"x\\\"y\" , l: 'it''s' # it's 'so'\n  , m: [ 1 ] , n: { o: p }  }  # }\nb: \"z\"  # \"\n";
    let node = read(Format::Yaml, text);
    let written = ["a/k", "a/l", "a/m", "a/n", "b"].map(|path| slice(text, &node, path));
    assert_eq!(written, ["\"x\\\"y\"", "'it''s'", "[ 1 ]", "{ o: p }", "\"z\""]);
    assert!(slice(text, &node, "a").ends_with("{ o: p }  }"));
    assert_eq!(&text[at(&node, "a").entries().unwrap()[0].key.span.range()], "k");
    assert_eq!(spelled(text, at(&node, "a/l"))[2], ("'".into(), "''".into()));
}

#[test]
fn yaml_scalars_have_the_types_of_the_core_schema() {
    let cases = [
        ("~", NodeValue::Null),
        ("Null", NodeValue::Null),
        ("TRUE", NodeValue::Bool(true)),
        ("false", NodeValue::Bool(false)),
    ];
    for (text, value) in cases {
        assert_eq!(read(Format::Yaml, text).value, value, "{text}");
    }
    for text in ["0", "-12", "+3", "0o17", "0xFf", "1.5", ".5", "3.", "1e9", "-.inf", ".NaN", "1.5e-3"] {
        assert_eq!(read(Format::Yaml, text).value, NodeValue::Number(text.into()), "{text}");
    }
    for text in
        ["2026-01-01", "yes", "no", "on", "0b1", "1_000", "12:30", ".", "e9", "1e", "nan", "'1'", "\"true\"", "|-\n 7"]
    {
        assert!(read(Format::Yaml, text).text().is_some(), "{text}");
    }
    assert_eq!(read(Format::Yaml, "").span.range(), 0..0);
    assert_eq!(read(Format::Yaml, "# nothing\n").value, NodeValue::Null);
}

#[test]
fn yaml_text_of_several_lines_knows_its_lines() {
    let text = "a: |  # é\n  DROP TABLE x;\n    SELECT 1;\n\nb: >-\n  one\n  two\nc: 'it''s\n  here'\nd: plain\n  on\ne: \"a\\\n  b\\u00e9 \\\n  c\"\n";
    let node = read(Format::Yaml, text);
    assert_eq!(at(&node, "a").text(), Some("DROP TABLE x;\n  SELECT 1;\n"));
    assert_eq!(slice(text, &node, "a"), "|  # é\n  DROP TABLE x;\n    SELECT 1;");
    let NodeValue::Text(mapped) = &at(&node, "a").value else { panic!() };
    let select = mapped.text().find("SELECT").unwrap();
    assert_eq!(&text[mapped.span(select..select + 8).range()], "SELECT 1");
    assert_eq!(at(&node, "b").text(), Some("one two"));
    assert_eq!(slice(text, &node, "b"), ">-\n  one\n  two");
    assert_eq!(spelled(text, at(&node, "b"))[4], ("t".into(), "t".into()));
    assert_eq!(at(&node, "c").text(), Some("it's here"));
    assert_eq!(spelled(text, at(&node, "c"))[2], ("'".into(), "''".into()));
    assert_eq!(spelled(text, at(&node, "c"))[5], ("h".into(), "h".into()));
    assert_eq!(slice(text, &node, "d"), "plain\n  on");
    assert_eq!(at(&node, "e").text(), Some("abé c"));
    assert_eq!(spelled(text, at(&node, "e"))[2], ("é".into(), "\\u00e9".into()));
    assert_eq!(spelled(text, at(&node, "e"))[4], ("c".into(), "c".into()));
}

#[test]
fn yaml_refuses_what_names_or_copies_nodes_all_at_once() {
    let text = "base: &b {a: 1}\nuse: *b\nx: !t 1\ny: !!str &k # why & how\n  z: 1\n<<: *b\n[1]: 2\n? {m: n}\n: 3\n";
    let found = errors(Format::Yaml, text);
    let found: Vec<_> = found.iter().map(|(text, message)| (text.as_str(), message.as_str())).collect();
    assert_eq!(
        found,
        [
            ("&b", "an anchor is not read here"),
            ("*b", "an alias is not read here"),
            ("!t", "a tag is not read here"),
            ("!!str", "a tag is not read here"),
            ("&k", "an anchor is not read here"),
            ("<<", "a merge key is not read here"),
            ("*b", "an alias is not read here"),
            ("[1]", "a key must be text"),
            ("{m: n}", "a key must be text"),
        ]
    );
    assert_eq!(errors(Format::Yaml, "é: *none\n"), [("*none".into(), "an alias is not read here".into())]);
    assert_eq!(errors(Format::Yaml, "a: 1\n---\nb: 2\n"), [("---".into(), "a second document begins here".into())]);
    assert!(parse(Format::Yaml, SOURCE, "%YAML 1.2\n---\na: 1\n...\n").is_ok(), "one document with its marks");
    assert_eq!(
        at(&read(Format::Yaml, "'<<': 1\n"), "<<").value,
        NodeValue::Number("1".into()),
        "in quotes it is a key"
    );
}

#[test]
fn duplicates_are_kept() {
    for (format, text) in [(Format::Yaml, "a: 1\na: 2\n"), (Format::Json, "{\"a\": 1, \"a\": 2}")] {
        let node = read(format, text);
        assert_eq!(node.entries().unwrap().len(), 2);
        assert_eq!(node.get("a").unwrap().value, NodeValue::Number("2".into()));
    }
    assert_eq!(
        errors(Format::Toml, "[deploy]\na = 1\na = 2\n[deploy]\n"),
        [
            ("a".into(), "this is not TOML: the same key or table is defined twice".into()),
            ("deploy".into(), "this is not TOML: the same key or table is defined twice".into()),
        ]
    );
}

#[test]
fn json_places_and_escapes() {
    let text =
        "\u{feff}{\r\n \"ü\\u0041\" : \"a\\n\\u00e9\\ud83d\\ude00/\", \"l\": [1.50, true, null, {}, []]\r\n}\r\n";
    let node = read(Format::Json, text);
    let entry = &node.entries().unwrap()[0];
    assert_eq!((entry.key.value.as_str(), &text[entry.key.span.range()]), ("üA", "ü\\u0041"));
    assert_eq!(entry.value.text(), Some("a\né😀/"));
    let spelled = spelled(text, &entry.value);
    let spelled: Vec<_> = spelled.iter().map(|(_, source)| source.as_str()).collect();
    assert_eq!(spelled, ["a", "\\n", "\\u00e9", "\\ud83d\\ude00", "/"]);
    assert_eq!(slice(text, &node, "l"), "[1.50, true, null, {}, []]");
    assert_eq!(at(&node, "l/0").value, NodeValue::Number("1.50".into()));
    assert_eq!(slice(text, &node, "l/3"), "{}");
    assert_eq!(slice(text, &node, ""), text.trim_start_matches('\u{feff}').trim_end());
}

#[test]
fn json_that_is_none_is_said_at_its_place() {
    let cases = [
        ("{\"a\": 1, }", ",", "a comma separates nothing"),
        ("[1,\n]", ",", "a comma separates nothing"),
        ("{\"a\": 'x'}", "'", "this is no value"),
        ("{\"a\": 1 // é\n}", "/", "`,` or `}` is missing"),
        ("{\n \"é\": [1 2]}", "2", "`,` or `]` is missing"),
        ("{\"a\" 1}", "1", "`:` is missing behind a key"),
        ("{a: 1}", "a", "a key must stand in double quotes"),
        ("[1] x", "x", "something stands behind the end of the value"),
        ("[1", "", "a list is not closed"),
        ("\"\\ud800\"", "\\ud800\"", "a string holds half of a surrogate pair"),
        (" \n", "", "there is nothing in it"),
    ];
    for (text, place, words) in cases {
        let expected = [(place.to_owned(), format!("this is not JSON: {words}"))];
        assert_eq!(errors(Format::Json, text), expected, "{text}");
    }
}

#[test]
fn toml_places() {
    let text = "\u{feff}# é\r\ntop = 'ü'\r\n[build]\r\nbuilder = \"NIX\\u0050ACKS\"\r\n[deploy]\r\n\"start\".now = 1 # c\r\nlist = [ \"a\",\r\n  2026-01-01 ]\r\ninline = { x = true }\r\n\r\n[deploy.limits.cpu]\r\nn = 0x1F\r\n[[more]]\r\na = 1\r\n[[more]]\r\n";
    let node = read(Format::Toml, text);
    assert_eq!(slice(text, &node, "top"), "'ü'");
    assert_eq!(slice(text, &node, "build"), "[build]\r\nbuilder = \"NIX\\u0050ACKS\"");
    assert_eq!(at(&node, "build/builder").text(), Some("NIXPACKS"));
    assert_eq!(spelled(text, at(&node, "build/builder"))[3], ("P".into(), "\\u0050".into()));
    assert_eq!(slice(text, &node, "deploy/list"), "[ \"a\",\r\n  2026-01-01 ]");
    assert_eq!(at(&node, "deploy/list/1").value, NodeValue::Number("2026-01-01".into()));
    assert_eq!(at(&node, "deploy/limits/cpu/n").value, NodeValue::Number("0x1F".into()));
    assert_eq!(slice(text, &node, "deploy/inline"), "{ x = true }");
    let deploy = at(&node, "deploy");
    let end = text.find("true }").unwrap() + 6;
    assert_eq!(deploy.end_of_entries().range(), end..end, "tables with a header of their own stand elsewhere");
    assert_eq!(deploy.span.range(), text.find("[deploy]").unwrap()..end);
    let keys: Vec<_> = deploy.entries().unwrap().iter().map(|entry| &text[entry.key.span.range()]).collect();
    assert_eq!(keys, ["start", "list", "inline", "limits"]);
    assert_eq!(slice(text, &node, "more/0"), "[[more]]\r\na = 1");
    assert_eq!(slice(text, &node, "more"), "[[more]]\r\na = 1\r\n[[more]]");
    assert_eq!(read(Format::Toml, "").value, NodeValue::Map(Vec::new()));
}

#[test]
fn toml_strings_of_several_lines_know_their_lines() {
    let text = "a = \"\"\"\nrun \\\n   it \\\"now\\\"\n  and\"\"\"\nb = '''x\n  y'''\n";
    let node = read(Format::Toml, text);
    assert_eq!(at(&node, "a").text(), Some("run it \"now\"\n  and"));
    let found = spelled(text, at(&node, "a"));
    assert_eq!(found[4], ("i".into(), "i".into()));
    assert_eq!(found[7], ("\"".into(), "\\\"".into()));
    assert_eq!(found[found.len() - 3], ("a".into(), "a".into()));
    assert_eq!(at(&node, "b").text(), Some("x\n  y"));
}

#[test]
fn broken_toml_is_said_line_by_line() {
    let text = "a = MADEUP\n[deploy\nb = 1\nc = \"é\nd\n";
    let found = errors(Format::Toml, text);
    assert_eq!(found[0], ("MADEUP".into(), "this is not TOML: text must stand in quotes".into()));
    assert!(found.len() >= 3, "{found:?}");
    for (_, message) in found {
        assert!(!message.contains("MADEUP") && !message.ends_with("cannot be read here"), "{message}");
    }
}

#[test]
fn broken_yaml_is_said_in_our_words() {
    let cases = [
        ("a: b: c\n", ":", "a second `key: value` stands on one line, or `: ` in text without quotes"),
        ("é: [1\n", "", "`,` or `]` is missing"),
        ("a: 'MADEUP\n", "'", "text in quotes is not closed"),
        ("a: \"\\q\"\n", "\"", "this is no escape of YAML"),
        ("a:\n  b: 1\n c: 2\n", "c", "a key is missing, or the indentation does not fit"),
    ];
    for (text, place, words) in cases {
        let expected = [(place.to_owned(), format!("this is not YAML: {words}"))];
        assert_eq!(errors(Format::Yaml, text), expected, "{text}");
    }
}

#[test]
fn deep_nesting_is_refused_with_a_place_before_it_costs_a_stack() {
    let bomb = "[".repeat(100_000);
    for (format, text) in [
        (Format::Yaml, bomb.clone()),
        (Format::Yaml, "- ".repeat(100_000)),
        (Format::Yaml, "? ".repeat(100_000)),
        (Format::Json, bomb.clone()),
        (Format::Json, "{\"a\":".repeat(100_000)),
        (Format::Toml, format!("a = {bomb}")),
        (Format::Toml, format!("a = {}", "{a.a.a=".repeat(100_000))),
        (Format::Toml, format!("[{}a]", "a.".repeat(100_000))),
    ] {
        let found = parse(format, SOURCE, &text).unwrap_err();
        assert_eq!(found[0].message, "this is nested deeper than 128 levels", "{format:?}");
        assert!(found[0].span.start > 0);
    }
    let deep = MAX_DEPTH;
    for (format, text) in [
        (Format::Yaml, format!("{}{}", "[".repeat(deep), "]".repeat(deep))),
        (Format::Json, format!("{}{}", "[".repeat(deep), "]".repeat(deep))),
    ] {
        assert!(parse(format, SOURCE, &text).is_ok(), "{format:?} at the limit");
    }
    let dots = format!("x = 1 # {}\n[a]\ny = '{}'\n", ".".repeat(500), ".".repeat(500));
    assert!(parse(Format::Toml, SOURCE, &dots).is_ok(), "dots in comments and text nest nothing");
}

/// Every span lies on character boundaries, and inside what holds it.
fn check(text: &str, node: &Node) {
    assert!(text.get(node.span.range()).is_some(), "{text:?} {:?}", node.span);
    let mut todo = vec![node];
    while let Some(node) = todo.pop() {
        assert!(text.get(node.span.range()).is_some());
        if let NodeValue::Text(mapped) = &node.value {
            for (start, c) in mapped.text().char_indices() {
                let range = mapped.span(start..start + c.len_utf8()).range();
                assert!(range.end <= text.len() && range.start <= range.end);
            }
        }
        for entry in node.entries().unwrap_or_default() {
            assert!(text.get(entry.key.span.range()).is_some());
            todo.push(&entry.value);
        }
        todo.extend(node.items().unwrap_or_default());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_text_stops_the_program(text in "(\\PC|[-\\[\\]{}:,&*!|>'\"\\\\#.=\n\r\t \u{feff}é<?@%ab019~x]){0,60}") {
        for format in ALL {
            match parse(format, SOURCE, &text) {
                Ok(node) => check(&text, &node),
                Err(errors) => {
                    prop_assert!(!errors.is_empty());
                    for error in errors {
                        prop_assert!(text.get(error.span.range()).is_some(), "{:?} {:?}", text, error);
                    }
                }
            }
        }
    }
}
