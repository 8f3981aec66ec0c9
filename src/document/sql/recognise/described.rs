//! What tables, columns, views and routines are besides what other fields say, in words of which each stands for one thing:
//! `unlogged`, `with fillfactor=70`, `replica identity full`, `strict`. A word with `no ` before it takes one away again.

use super::Recogniser;
use crate::document::sql::cursor::{Cursor, Name};
use crate::document::sql::literal;
use crate::fact::{Fact, Field, State, Value};
use crate::source::{Secret, Span};
use std::ops::Range;

/// What may stand behind the columns of a table, by the word that begins it.
const BEHIND_COLUMNS: &[&str] = &["inherits", "partition", "using", "with", "without", "on", "tablespace", "as"];

/// Values of storage parameters that are shown: there are no others but numbers.
const SHOWN: &[&str] = &["true", "false", "on", "off", "yes", "no", "auto", "local", "cascaded"];

/// Words as a field.
pub(super) fn words(found: Vec<String>, span: Span) -> State {
    State::Stated(Value::List(found.into_iter().map(Value::from).collect()), span)
}

/// `(a = 1, b)` of WITH and SET: `with a=1`. The cursor stands before the bracket.
pub(super) fn parameters(c: &Cursor<'_>, before: &str) -> Vec<String> {
    let Some(inner) = c.clone().parens() else { return Vec::new() };
    let mut found = Vec::new();
    for item in c.items(inner) {
        let mut item_c = c.moved(item.start);
        let Some(name) = item_c.name().and_then(|name| name.whole().text) else { continue };
        if before.starts_with("no ") {
            found.push(format!("{before} {name}"));
            continue;
        }
        let value = match item_c.take_symbol(b'=') {
            true => squeezed_value(c, item_c.at..item.end),
            false => "true".to_owned(),
        };
        found.push(format!("{before} {name}={value}"));
    }
    found
}

/// The value of a storage parameter, where it is one that may be shown.
fn squeezed_value(c: &Cursor<'_>, range: Range<usize>) -> String {
    let value = super::names::squeezed(c, range).trim_matches('\'').to_ascii_lowercase();
    let number = value.len() <= 20 && value.parse::<f64>().is_ok();
    if number || SHOWN.contains(&value.as_str()) { value } else { "…".to_owned() }
}

impl Recogniser<'_> {
    /// With what a new table is besides its columns; the cursor stands behind its name.
    pub(super) fn described_table(&self, fact: Fact, unlogged: bool) -> Fact {
        let end = self.c.tokens.len();
        let mut c = self.c;
        let mut found: Vec<String> = unlogged.then(|| "unlogged".to_owned()).into_iter().collect();
        let partition = c.take_all(&["partition", "of"]).is_some();
        if partition {
            c.name();
        } else if c.take("of")
            && let Some(of) = c.name().and_then(|name| self.table_name(&name))
        {
            found.push(format!("of {of}"));
        }
        c.parens();
        let mut fact = fact;
        if partition {
            let bound = bound(&mut c);
            fact = fact.with_state(Field::Bound, bound);
        }
        while c.at < end {
            let start = c.at;
            match c.take_any(BEHIND_COLUMNS) {
                Some("as") => break,
                Some("inherits") => {
                    let parents = c.parens().map(|inner| c.part_of(inner).names()).unwrap_or_default();
                    found.extend(parents.iter().filter_map(|parent| self.table_name(parent)).map(inherits));
                }
                Some("partition") => {
                    c.take("by");
                    let stop = c.find(end, |c, at| BEHIND_COLUMNS.iter().any(|word| c.word_at(at, word)));
                    fact = fact.with_state(Field::PartitionedBy, super::names::definition(&c, c.at..stop));
                    c.at = stop;
                }
                Some("using") => found.extend(method(&mut c)),
                Some("with") => {
                    found.extend(parameters(&c, "with"));
                    c.parens();
                }
                Some("tablespace") => found.extend(tablespace(&mut c)),
                _ => c.at = start + 1,
            }
        }
        if found.is_empty() { fact } else { fact.with_state(Field::Traits, words(found, self.c.span(0..end))) }
    }

    /// With what another action of ALTER TABLE makes of the table; the cursor stands before its first word.
    pub(super) fn redescribed_table(&self, fact: Fact, action: &str, from: usize, end: usize) -> Fact {
        let mut c = self.c.moved(from);
        let found = match action {
            "set-logged" => vec!["no unlogged".to_owned()],
            "set-unlogged" => vec!["unlogged".to_owned()],
            "set-tablespace" => {
                c.at += 2;
                tablespace(&mut c).into_iter().collect()
            }
            "set-access-method" => {
                c.at += 3;
                method(&mut c).into_iter().collect()
            }
            "set-options" => parameters(&c.moved(from + 1), "with"),
            "reset-options" => parameters(&c.moved(from + 1), "no with"),
            "replica-identity" => {
                c.at += 2;
                let said = super::names::squeezed(&c, c.at..end);
                // a text stands there in no statement that runs
                let said = if said.contains('\'') { "…".to_owned() } else { said };
                vec![if said == "default" {
                    "no replica identity".to_owned()
                } else {
                    format!("replica identity {said}")
                }]
            }
            "cluster-on" if c.take_all(&["cluster", "on"]).is_some() => {
                c.part().and_then(|part| part.text).map(|name| format!("cluster on {name}")).into_iter().collect()
            }
            "cluster-on" => vec!["no cluster on".to_owned()],
            "inherit" | "no-inherit" => {
                let no = if c.take("no") { "no " } else { "" };
                c.take("inherit");
                let parent = c.name().and_then(|name| self.table_name(&name));
                parent.map(|parent| no.to_owned() + &inherits(parent)).into_iter().collect()
            }
            "other" => {
                let no = if c.take("not") { "no " } else { "" };
                let of = if c.take("of") { Some(c.name()) } else { None };
                match of {
                    Some(Some(name)) if no.is_empty() => {
                        self.table_name(&name).map(|of| format!("of {of}")).into_iter().collect()
                    }
                    Some(None) if !no.is_empty() => vec!["no of".to_owned()],
                    _ => Vec::new(),
                }
            }
            _ => Vec::new(),
        };
        if found.is_empty() { fact } else { fact.with_state(Field::Traits, words(found, self.c.span(from..end))) }
    }

    /// With what `SET STATISTICS 5`, `SET STORAGE main`, `SET (n_distinct = 5)` make of a column; the cursor stands behind
    /// SET or RESET.
    pub(super) fn redescribed_column(&self, fact: Fact, end: usize) -> Fact {
        let mut c = self.c;
        let from = c.at;
        let resets = c.word_at(from.saturating_sub(1), "reset");
        let found = match c.take_any(&["statistics", "storage", "compression"]) {
            Some("statistics") => {
                let number = super::names::squeezed(&c, c.at..end);
                let number = if number.parse::<i32>().is_ok() { number } else { "…".to_owned() };
                vec![if number == "-1" { "no statistics".to_owned() } else { format!("statistics {number}") }]
            }
            Some(word) => match c.part().and_then(|part| part.text) {
                Some(kind) if kind == "default" => vec![format!("no {word}")],
                Some(kind) => vec![format!("{word} {}", kind.to_lowercase())],
                None => Vec::new(),
            },
            None if c.is_symbol(b'(') => parameters(&c, if resets { "no with" } else { "with" }),
            None => Vec::new(),
        };
        if found.is_empty() { fact } else { fact.with_state(Field::Traits, words(found, self.c.span(from..end))) }
    }

    /// With the options of a view (`WITH (…)`, `SET (…)`, `RESET (…)`) in `range`, but for security_invoker, which has a
    /// field of its own; and with the check of the rows that are written through it.
    pub(super) fn described_view(&self, fact: Fact, range: Range<usize>, check: Option<&'static str>) -> Fact {
        let resets = self.c.word_at(range.start, "reset");
        let mut found: Vec<String> = check.map(|kind| format!("check option {kind}")).into_iter().collect();
        let at = range.clone().find(|at| {
            ["with", "set", "reset"].iter().any(|word| self.c.word_at(*at, word)) && self.c.symbol_at(at + 1, b'(')
        });
        let said = at.map(|at| parameters(&self.c.moved(at + 1), if resets { "no with" } else { "with" }));
        for word in said.into_iter().flatten() {
            match word.split_once("check_option=") {
                Some((_, kind)) => found.push(format!("check option {kind}")),
                None if word == "no with check_option" => found.push("no check option".to_owned()),
                None if word.contains(" security_invoker") => {}
                None => found.push(word.replace("security_barrier=on", "security_barrier=true")),
            }
        }
        let mut c = self.c.moved(range.start);
        if c.take("rename") && !c.is("to") {
            c.take("column");
            let (old, _, new) = (c.part(), c.take("to"), c.part());
            let names = old.and_then(|old| old.text).zip(new.and_then(|new| new.text));
            found.extend(names.map(|(old, new)| format!("column {old} as {new}")));
            c.at = range.end;
        }
        while c.at < range.end {
            match c.take_any(&["using", "tablespace"]) {
                Some("using") => found.extend(method(&mut c)),
                Some(_) => found.extend(tablespace(&mut c)),
                None if c.is_symbol(b'(') => _ = c.parens(),
                None => c.at += 1,
            }
        }
        if found.is_empty() { fact } else { fact.with_state(Field::Traits, words(found, self.c.span(range))) }
    }

    /// With what the options of a routine in the cursor's tokens up to `end` say that has no field of its own.
    pub(super) fn described_routine(&self, fact: Fact, end: usize, new: bool) -> Fact {
        let from = self.c.at;
        let find = |words: &[&str]| self.c.find(end, |c, at| c.moved(at).are(words)) < end;
        let behind = |word: &str| {
            let at = self.c.find(end, |c, at| c.word_at(at, word));
            (at < end).then(|| super::names::squeezed(&self.c, at + 1..at + 2))
        };
        let mut found = Vec::new();
        if find(&["called", "on", "null"]) {
            found.push("no strict".to_owned());
        } else if find(&["strict"]) || find(&["returns", "null", "on"]) {
            found.push("strict".to_owned());
        }
        if find(&["not", "leakproof"]) {
            found.push("no leakproof".to_owned());
        } else if find(&["leakproof"]) {
            found.push("leakproof".to_owned());
        }
        found.extend(find(&["window"]).then(|| "window".to_owned()));
        found.extend(behind("parallel").map(|how| match how.as_str() {
            "unsafe" => "no parallel".to_owned(),
            "safe" | "restricted" => format!("parallel {how}"),
            _ => "parallel …".to_owned(),
        }));
        // what the server takes where nothing is written
        for (word, usual) in [("cost", "100"), ("rows", "1000")] {
            let number = behind(word).filter(|number| number.parse::<f64>().is_ok());
            found.extend(number.map(|number| match number == usual {
                true => format!("no {word}"),
                false => format!("{word} {number}"),
            }));
        }
        let support = self.c.find(end, |c, at| c.word_at(at, "support"));
        found.extend(
            self.c
                .moved(support + 1)
                .name()
                .filter(|_| support < end)
                .and_then(|name| name.name.text.map(|name| format!("support {name}"))),
        );
        if new {
            found.retain(|word| !word.starts_with("no "));
        }
        let fact = self.settings(fact, end);
        if found.is_empty() { fact } else { fact.with_state(Field::Traits, words(found, self.c.span(from..end))) }
    }

    /// With `SET name {TO | =} value` and RESET of a routine, but for its search_path: `name='value'`, `name` where it is
    /// reset, `*` where all are.
    fn settings(&self, fact: Fact, end: usize) -> Fact {
        let mut found = Vec::new();
        let mut c = self.c;
        while c.at < end {
            let Some(word) = c.take_any(&["set", "reset"]) else {
                c.at = c.closing(c.at).map_or(c.at + 1, |close| close + 1);
                continue;
            };
            if word == "reset" && c.take("all") {
                found.push("*".to_owned());
                continue;
            }
            let Some(name) = c.name().and_then(|name| name.whole().text) else { continue };
            if name == "search_path" || name == "schema" {
                continue;
            }
            let given = c.take("to") || c.take_symbol(b'=');
            found.push(if given { format!("{name}='{}'", setting_value(&mut c)) } else { name });
        }
        if found.is_empty() {
            return fact;
        }
        let found = found.iter().map(|setting| Value::Secret(Secret::new(setting))).collect();
        fact.with(Field::Settings, Value::List(found), self.c.span(self.c.at..end))
    }
}

/// The value of a setting, however it is quoted.
fn setting_value(c: &mut Cursor<'_>) -> String {
    let mut values = Vec::new();
    loop {
        match c.take_text() {
            Some(token) => values.push(literal::decode(c.text, token).text().to_owned()),
            None => {
                let sign = if c.take_symbol(b'-') { "-" } else { "" };
                let Some(token) = c.peek(0) else { break };
                c.at += 1;
                values.push(format!("{sign}{}", c.slice(token).trim_matches('"')));
            }
        }
        if !c.take_symbol(b',') {
            break;
        }
    }
    values.join(", ").replace('\'', "''")
}

/// `FOR VALUES …` or DEFAULT of a partition, behind which the cursor moves.
pub(super) fn bound(c: &mut Cursor<'_>) -> State {
    let from = c.at;
    if c.take_all(&["for", "values"]).is_some() {
        while c.take_any(&["in", "from", "to", "with"]).is_some() && c.parens().is_some() {}
    } else {
        c.take("default");
    }
    super::names::definition(c, from..c.at)
}

fn inherits(parent: String) -> String {
    format!("inherits {parent}")
}

fn method(c: &mut Cursor<'_>) -> Option<String> {
    let name = c.part()?.text?;
    Some(if name == "heap" { "no using".to_owned() } else { format!("using {name}") })
}

fn tablespace(c: &mut Cursor<'_>) -> Option<String> {
    let name = c.part()?.text?;
    Some(if name == "pg_default" { "no tablespace".to_owned() } else { format!("tablespace {name}") })
}

/// The collation that COLLATE names, as a word; that of the type takes it away.
pub(super) fn collation(name: &Name) -> Option<String> {
    let name = name.name.text.as_deref()?;
    Some(if name == "default" { "no collate".to_owned() } else { format!("collate {name}") })
}
