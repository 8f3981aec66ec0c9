//! Our division against a real libpq: `tests/libpq/run.sh` mutates strings, asks libpq, and runs this.

#![allow(clippy::print_stderr)]

use super::super::libpq::{KEYS, interpret, keyword, uri};
use super::super::reading::Reading;
use super::super::text::Text;
use crate::source::{Mapped, SourceId};
use serde_json::Value;
use std::collections::BTreeMap;

#[test]
#[ignore = "needs the answers of a real libpq: run tests/libpq/run.sh"]
fn division_and_refusals_are_those_of_libpq() {
    let path = std::env::var("PREFLIGHT_LIBPQ").expect("PREFLIGHT_LIBPQ names the file of answers");
    let said: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let known: Vec<&str> = said["keys"].as_array().unwrap().iter().map(|key| key.as_str().unwrap()).collect();
    let mut ours: Vec<&str> = KEYS.iter().copied().filter(|key| *key != "requiressl").collect();
    ours.sort_unstable();
    assert_eq!(known, ours, "the parameters that libpq knows");
    let (mut divided, mut judged, mut wrong) = (0, 0, Vec::new());
    let cases = said["cases"].as_array().unwrap();
    for case in cases {
        let text = case["text"].as_str().unwrap();
        let mapped = Mapped::literal(SourceId(0), text, 0);
        let view = Text::new(&mapped);
        let mut reading = Reading::default();
        let start = ["postgresql://", "postgres://"].iter().find(|scheme| text.starts_with(**scheme)).map(|s| s.len());
        let options = match start {
            Some(start) => uri::options(&view, start, &mut reading),
            None => keyword::options(&view, &mut reading),
        };
        let accepted = reading.refused.is_empty();
        let Some(theirs) = case["options"].as_object() else {
            if accepted {
                wrong.push(format!("libpq does not divide {text:?}"));
            }
            continue;
        };
        if !accepted {
            wrong.push(format!("libpq divides, we refuse {}: {text:?}", reading.refused[0].why));
            continue;
        }
        divided += 1;
        let ours: BTreeMap<&str, &str> = options.all().map(|(key, value)| (key, value.text())).collect();
        let theirs: BTreeMap<&str, &str> = theirs
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str().unwrap()))
            .filter(|v| !v.1.is_empty())
            .collect();
        if ours != theirs {
            wrong.push(format!("{text:?}\n  ours   {ours:?}\n  theirs {theirs:?}"));
        }
        interpret(&options, mapped.whole(), &mut reading);
        if let Some(refused) = case["refused"].as_bool() {
            judged += 1;
            if refused == reading.refused.is_empty() {
                let why = reading.refused.first().map_or("nothing", |refused| refused.why);
                wrong.push(format!("libpq refuses: {refused}, we: {why}: {text:?}"));
            }
        }
    }
    eprintln!("{} strings, {divided} divided the same way, {judged} judged for their values", cases.len());
    assert!(cases.len() > 100 && divided > 50 && judged > 50, "there are answers");
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.iter().take(40).cloned().collect::<Vec<_>>().join("\n")
    );
}
