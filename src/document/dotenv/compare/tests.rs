#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::super::loader::named;
use super::*;
use crate::document::dotenv::plain::{self, Line};

/// The lines behind a BOM.
fn lines_of(text: &str) -> Vec<Line> {
    plain::lines(text, if text.starts_with('\u{feff}') { 3 } else { 0 })
}

/// What is said of the only line that something is said of: how, the other loaders, and the sign.
fn said(loader: &str, text: &str) -> Vec<(&'static str, String, Option<String>)> {
    let mut found: Vec<_> = disagreements(named(Some(loader)), text, &lines_of(text)).into_iter().collect();
    found.sort_by_key(|(at, _)| *at);
    let all = found.into_iter().flat_map(|(_, all)| all);
    let sign = |range: Option<Range<usize>>| range.map(|range| text.get(range).unwrap().to_owned());
    all.map(|one| (one.how, one.loaders.join(" "), sign(one.sign))).collect()
}

fn how(loader: &str, text: &str) -> Vec<&'static str> {
    said(loader, text).into_iter().map(|(how, ..)| how).collect()
}

#[test]
fn what_breaks_deployments_is_named_with_its_sign() {
    let python = |text: &str| said("python-dotenv", text);
    let one = |how, loaders: &str, sign: Option<&str>| vec![(how, loaders.to_owned(), sign.map(str::to_owned))];
    assert_eq!(python("TOKEN=MADEUP#word\n"), one("comment", "npm-dotenv dotenvx node ruby", Some("#")));
    let dollar = python("PASSWORD=pa$$word\n");
    assert_eq!(dollar, one("dollar", "dotenvx ruby compose dotenvy shell", Some("$")));
    assert_eq!(
        python("LINK=${{Store.LINK}}\n"),
        one("railway-reference", "npm-dotenv dotenvx node ruby godotenv compose docker shell", Some("${{"))
    );
    assert_eq!(python("LINK=postgres://db/main?a=1&b=2\n"), one("shell-sign", "shell", Some("&")));
    assert_eq!(python("\u{feff}MODE=prod\nPORT=1\n"), one("byte-order-mark", "node godotenv dotenvy shell", None));
    assert_eq!(python("A=1\r\nB=2\r\nC=\"3\"\r\n"), one("line-end", "shell", None), "once a file");
    let command = python("NOW=$(date)\n");
    assert_eq!(command[0].0, "command");
}

#[test]
fn lines_that_all_read_alike_are_none() {
    let text = "\
# it's a \"comment\" with a $sign
PORT=8080
URL=https://api.example.com/v1?limit=10
GREETING=\"Good morning, everybody\"
FILTER='a & b; c | (d) # no comment'
export MODE=prod
EMPTY=
NONE=\"\"
KEY=\"-----\"
";
    for loader in NAMES_COMPARED {
        let found = said(loader, text);
        assert!(found.is_empty() || *loader == "docker", "{loader}: {found:?}");
    }
    assert!(how("docker", "GREETING=\"Good\"\n").contains(&"quotes-kept"));
    assert!(how("python-dotenv", "GREETING=\"a \\\"b\\\"\"\n").iter().all(|how| *how != "quotes-kept"));
}

const NAMES_COMPARED: &[&str] =
    &["python-dotenv", "npm-dotenv", "dotenvx", "node", "ruby", "godotenv", "compose", "dotenvy", "shell"];

#[test]
fn a_line_that_goes_on_is_compared_with_all_of_its_file() {
    let text = "KEY=\"one\ntwo\"\nTOKEN=a#b\nPORT=1\n";
    let found = disagreements(named(None), text, &lines_of(text));
    assert_eq!(found[&0][0].how, "lines");
    assert_eq!(found[&0][0].loaders, ["ruby", "docker"]);
    let token = text.find("TOKEN").unwrap();
    assert_eq!(found[&token][0].how, "comment");
    assert_eq!(found.len(), 2);
}

#[test]
fn the_shortcut_for_plain_lines_says_what_the_loaders_say() {
    let lines = [
        "A=b",
        "A=",
        "A=\"\"",
        "A='b c'",
        "export A=b",
        "A=\"b&c;(d)|e#f ~\"",
        "A=b.c/d:e@f%g+h,i=j?k^l!m*n[o]{p}",
        "_9=x-y",
    ];
    for line in lines {
        let text = format!("{line}\n");
        for loader in LOADERS.iter().filter(|loader| loader.compared && loader.name != "docker") {
            assert!(class(&text, loader) == Class::Plain, "{line}");
            let mut found = HashMap::new();
            compare(loader, &text, 0, &mut found);
            let others = found.values().flatten().flat_map(|one| &one.loaders).filter(|name| **name != "docker");
            assert_eq!(others.count(), 0, "{line} by {}: {found:?}", loader.name);
        }
    }
}
