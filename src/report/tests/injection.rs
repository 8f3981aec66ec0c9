//! Input is text, never control and never markup: hostile words stand in a name, a value, a comment, a path and a policy,
//! and every format is read by what reads it in earnest.

use super::super::sample::{SECRET, Sample, Sources};
use super::*;
use crate::finding::LabelRole;
use pulldown_cmark::{Event, Options, Parser};
use serde_json::Value;
use std::sync::Arc;

/// What a terminal, a runner, a browser, an XML reader or a Markdown renderer would obey.
const EVIL: &str = "\u{1b}[31m\u{9b}2J\u{7}\u{202e}\u{200b} ::error::x ##[group]y ]]> <script>alert(1)</script> <img src=x \
                    onerror=alert(1)> | ` @team &lt;b&gt; &#64;team [link](https://evil.example) ![i](https://evil.example) \
                    https://evil.example www.evil.example \" ' \\ %0A%3A {0} \u{ffff}";

/// The same on two lines, the second of which is a command.
fn two_lines() -> String {
    format!("{EVIL}\n::error file=a::{EVIL}\n##[error]{EVIL}")
}

/// A run in which everything that an input says is hostile.
pub(in crate::report) fn hostile() -> Sample {
    let mut sources = Sources::default();
    let text = format!("# {EVIL}\n{EVIL}=1\nKEY={SECRET} # {EVIL}\n::error::line\nPORT=1\n");
    let document = sources.add(&format!("env/{EVIL}\n::error::x/a.env"), &text);
    let policies = sources.add(&format!("policies/{EVIL}.yaml"), &format!("policies:\n  # {EVIL}\n  {EVIL}: port\n"));
    let advice = |see: &str| Arc::new(Advice { why: two_lines(), fix: two_lines(), see: Some(see.into()) });
    let finding = |anchor, see: &str| {
        Finding::new(format!("id-{EVIL}"), Severity::Error, two_lines(), anchor, two_lines())
            .label(LabelRole::Fact, sources.span(document, "::error::line"), two_lines())
            .label(LabelRole::Policy, sources.span(policies, "port"), EVIL)
            .about(Some(EVIL), Some(EVIL))
            .of(EVIL)
            .advice(advice(see))
    };
    let at = |words: &str| Anchor::At(sources.span(document, words));
    let findings = vec![
        finding(at("PORT"), "javascript:alert(1)"),
        finding(at(SECRET), "https://example.com/a)](https://evil.example)<script>"),
        finding(at("=1"), EVIL),
        finding(Anchor::Missing(format!("env/{EVIL}/b.env")), "docs/a.md|`@team"),
    ];
    let waived = waived(finding(at("KEY"), "//evil.example/a"), sources.span(document, "::error::line"));
    let rules = vec![Rule {
        id: format!("id-{EVIL}"),
        pack: EVIL.into(),
        severity: Severity::Error,
        says: two_lines(),
        advice: advice("https://example.com/a b"),
        span: sources.span(policies, "port"),
    }];
    let undecided = vec![Undecided {
        policies: vec![EVIL.into()],
        message: two_lines(),
        span: Some(sources.span(document, "PORT")),
        help: two_lines(),
    }];
    let problems = vec![
        Problem::at("policy", sources.span(policies, "port"), two_lines()).note(two_lines()).help(two_lines()),
        Problem::path("path", format!("env/{EVIL}"), two_lines()).help(two_lines()),
    ];
    let states = vec![
        PolicyState { policy: EVIL.into(), state: RunState::NotJudged { because: two_lines() } },
        PolicyState { policy: format!("b-{EVIL}"), state: RunState::Judged(1) },
    ];
    let report = Report {
        findings,
        undecided,
        waived: vec![waived],
        problems,
        states,
        rules,
        notices: vec![two_lines()],
        totals: Totals { packs: vec![EVIL.into()], waived: 1, facts: 1, ..Totals::default() },
        base: EVIL.replace('/', "-"),
        ..Report::default()
    };
    Sample { sources, report: report.judged(Severity::Error, false) }
}

/// A waiver in which every word is hostile.
fn waived(finding: Finding, span: Span) -> Waived {
    let said = || Some(two_lines());
    Waived { finding, span, named: vec![span], reason: two_lines(), until: None, owner: said(), ticket: said() }
}

fn is_control(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[test]
fn no_format_holds_a_control_character_or_a_secret() {
    for format in FORMATS {
        let text = rendered(format.name, &hostile());
        assert!(
            !text.contains(is_control),
            "{}: {:?}",
            format.name,
            text.lines().find(|line| line.contains(is_control))
        );
        assert!(!text.contains(SECRET), "{}", format.name);
        assert!(!text.contains("\\u001b") && !text.contains("\\u202e"), "{}: nor as an escape of JSON", format.name);
        assert!(
            text.contains("u{1b}[31m") || text.contains("u{1b}\\[31m"),
            "{}: it is shown all the same",
            format.name
        );
    }
}

/// Before the guard: in formats that a log shows, no line of an input stands at the beginning of a line.
#[test]
fn no_line_of_an_input_is_a_command() {
    for name in ["compact", "github", "junit", "checkstyle", "markdown", "ndjson", "sarif", "gitlab"] {
        for line in rendered(name, &hostile()).lines() {
            let obeyed = line.trim_start().starts_with("::") || line.trim_start().starts_with("##[");
            assert!(!obeyed || (name == "github" && github::Command::parse(line).is_some()), "{name}: {line}");
        }
    }
}

#[test]
fn json_is_json_and_says_what_was_said() {
    for name in ["json", "sarif", "gitlab"] {
        let value: Value = serde_json::from_str(&rendered(name, &hostile())).unwrap();
        assert!(value.to_string().contains("<script>alert(1)</script>"), "{name}: text stays text");
    }
}

#[test]
fn xml_is_well_formed_and_holds_no_element_of_an_input() {
    for (name, known) in [
        ("junit", &["testsuites", "testsuite", "testcase", "failure", "error", "skipped", "?xml"][..]),
        ("checkstyle", &["checkstyle", "file", "error", "?xml"]),
    ] {
        let text = rendered(name, &hostile());
        xmllint(&text, &["--noout"], name);
        for tag in text.split('<').skip(1) {
            let tag = tag.trim_start_matches('/').split([' ', '>', '/']).next().unwrap();
            assert!(known.contains(&tag), "{name}: <{tag}>");
        }
        assert!(!text.contains("]]>"));
    }
}

#[test]
fn a_page_holds_no_element_no_link_and_no_script_of_an_input() {
    let page = rendered("html", &hostile());
    for (name, attributes) in elements(&page) {
        assert!(!["script", "img", "iframe", "form", "link"].contains(&name.as_str()), "<{name}>");
        for (attribute, value) in attributes {
            let href = attribute == "href" && (value.starts_with("https://example.com/") || value.starts_with("docs/"));
            assert!(
                href || ["class", "lang", "charset", "http-equiv", "content", "name"].contains(&attribute.as_str()),
                "{attribute}={value}"
            );
        }
    }
}

#[test]
fn markdown_holds_no_tag_link_or_mention_of_an_input() {
    let text = rendered("markdown", &hostile());
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM | Options::ENABLE_FOOTNOTES;
    let (mut rows, mut links) = (0, Vec::new());
    for event in Parser::new_ext(&text, options) {
        match event {
            Event::Html(tag) | Event::InlineHtml(tag) => assert_eq!(&*tag, "<br>"),
            Event::Start(pulldown_cmark::Tag::Link { dest_url, .. }) => links.push(dest_url.to_string()),
            Event::Start(pulldown_cmark::Tag::Image { .. }) => panic!("an image: {text}"),
            Event::Start(pulldown_cmark::Tag::TableRow) => rows += 1,
            // GitHub looks for mentions, issues and addresses in what is left once Markdown was read.
            Event::Text(shown) => {
                assert!(!shown.contains('@') && !shown.contains('#'), "{shown}");
            }
            _ => {}
        }
    }
    assert_eq!(rows, 4, "a cell does not end where an input says so");
    for link in links {
        assert!(link.starts_with("https://example.com/a%29") || link.starts_with("docs/a.md"), "{link}");
    }
    let outside_of_code = regex::Regex::new("`[^`]*`|[(]<[^>]*>[)]").unwrap().replace_all(&text, "").into_owned();
    let bare = ["https://evil", " www.", "@", "#[", "#6"].into_iter().find(|bare| outside_of_code.contains(bare));
    assert_eq!(bare, None, "what GitHub would make a link or a mention of: {outside_of_code}");
}

#[test]
fn a_link_of_a_sarif_message_is_none() {
    let text = rendered("sarif", &hostile());
    let value: Value = serde_json::from_str(&text).unwrap();
    let run = &value["runs"][0];
    for result in run["results"].as_array().unwrap() {
        assert!(!result["message"]["text"].as_str().unwrap().contains("]("));
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"`{}|\\^ :".contains(&byte)), "{uri}");
    }
    assert_eq!(run["tool"]["driver"]["rules"][0].get("helpUri"), None, "no address has a blank");
}
