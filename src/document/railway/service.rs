//! One service of an export that holds several: what it runs, who reaches it, and its variables.

use super::deploy::{self, Gaps, Layer};
use super::export::Reader;
use super::section::{BUILD, DEPLOY, Form};
use crate::document::{value, variable};
use crate::fact::{Cause, Fact, Field, Kind, State};
use crate::source::{Mapped, Span, Spanned};
use crate::tree::{Entry, Node, NodeValue};

/// Parts of the names of images that are databases.
const DATABASES: &[&str] =
    &["postgres", "postgis", "timescale", "mysql", "mariadb", "redis", "valkey", "mongo", "clickhouse"];

/// Where domains of a service stand.
const DOMAINS: &[&str] = &["serviceDomains", "customDomains"];

impl Reader<'_> {
    /// What a service builds and runs, out of its `source`, `build` and `deploy`.
    pub(super) fn deploy(&mut self, node: &Node, anchor: Span) {
        let build = self.section(node.get("build"), &BUILD);
        let deploy = self.section(node.get("deploy"), &DEPLOY);
        let end = self.gap(node);
        let gaps =
            Gaps { build: build.map_or(end, |node| self.gap(node)), deploy: deploy.map_or(end, |node| self.gap(node)) };
        let mut fact = deploy::fact(&[Layer { build, deploy }], anchor, gaps);
        let root = node.get("source").and_then(|source| self.text(source.get("rootDirectory"), "rootDirectory"));
        let root = root.filter(|root| !matches!(root.text(), "/" | "." | "./"));
        fact.set(Field::RootDirectory, root.map_or(State::Absent(Some(end)), stated));
        let is_read = self.input.settings.today.is_none_or(|today| today < super::CONFIG_ENDS);
        if let Some(file) = self.text(node.get("configFile"), "configFile").filter(|_| is_read) {
            leave_open(&mut fact, file.whole());
        }
        self.parsed.facts.push(fact);
    }

    /// That it exists, with what runs and who reaches it.
    pub(super) fn instance(&mut self, node: &Node, anchor: Span) {
        let source = node.get("source");
        for entry in self.map(source, "source") {
            self.scan(&entry.value, "literal");
        }
        let image = source.and_then(|source| self.text(source.get("image"), "source.image"));
        let networking = node.get("networking");
        let end = self.gap(node);
        let known = [DOMAINS, &["tcpProxies"]].concat();
        let others = self.map(networking, "networking");
        self.hide_others(others, &known);
        let mut domains: Vec<Spanned<&str>> = Vec::new();
        for key in DOMAINS {
            domains.extend(self.keys(networking.and_then(|networking| networking.get(key)), key));
        }
        if let [only] = domains.as_slice()
            && only.span.range().len() == only.value.len()
            && only.value.contains('.')
        {
            let domain = Mapped::literal(self.input.source, only.value, only.span.range().start);
            self.parsed.provided.push(("RAILWAY_PUBLIC_DOMAIN", domain));
        }
        let proxies = self.keys(networking.and_then(|networking| networking.get("tcpProxies")), "tcpProxies");
        let gap = networking.map_or(end, |node| self.gap(node));
        let fact = Fact::new(Kind::Instance, anchor)
            .with_flag(Field::PublicDomain, domains.first().map(|domain| domain.span), gap)
            .with_flag(Field::TcpProxy, proxies.first().map(|proxy| proxy.span), gap);
        self.parsed.facts.push(with_image(fact, image, end));
    }

    /// The keys of a mapping whose values say nothing here.
    fn keys<'n>(&mut self, node: Option<&'n Node>, path: &str) -> Vec<Spanned<&'n str>> {
        let entries = self.map(node, path);
        for entry in entries {
            if !value::host_may_be_shown(&entry.key.value) {
                super::mask::name(&entry.key.value, entry.key.span, &mut self.parsed.masks);
            }
            self.scan(&entry.value, "literal");
        }
        let live = entries.iter().filter(|entry| entry.value.value != NodeValue::Null);
        live.map(|entry| Spanned::new(entry.key.value.as_str(), entry.key.span)).collect()
    }

    /// Variables of a service, or shared ones. Gives whether one of them is taken away: then this is a patch.
    pub(super) fn variables(&mut self, node: Option<&Node>, path: &str) -> bool {
        let mut is_patch = false;
        for entry in self.map(node, path) {
            is_patch |= entry.value.value == NodeValue::Null;
            self.variable(entry);
        }
        is_patch
    }

    fn variable(&mut self, entry: &Entry) {
        let name = Spanned::new(entry.key.value.as_str(), entry.key.span);
        let settings = self.input.settings;
        let Some(entries) = entry.value.entries() else {
            return match &entry.value.value {
                NodeValue::Text(text) => variable::push(&name, text, settings, &mut self.parsed),
                NodeValue::Null => {
                    let said = variable::say(&name, &mut self.parsed).to_owned();
                    let help = "Export the configuration itself: railway environment config --json";
                    self.say(
                        entry.value.span,
                        format!("{said} is taken away here: this is a patch, and no configuration"),
                        help,
                    );
                }
                _ => {
                    let said = variable::say(&name, &mut self.parsed).to_owned();
                    let message = format!("{said} is {}, and Railway expects a mapping", entry.value.describe());
                    self.say(entry.value.span, message, "Export it again.");
                    self.hide(&entry.value);
                }
            };
        };
        super::duplicates(entries, &mut self.parsed.unread);
        let value = entry.value.get("value").filter(|node| node.value != NodeValue::Null);
        let default = entry.value.get("defaultValue").filter(|node| node.value != NodeValue::Null);
        let flag = |key: &str| entry.value.get(key).is_some_and(|node| node.value == NodeValue::Bool(true));
        if let Some(sealed) = entry.value.get("isSealed") {
            Form::Bool.check(sealed, "isSealed", &mut self.parsed.unclear);
        }
        let used = match value.or(default) {
            _ if flag("isSealed") => None,
            Some(Node { value: NodeValue::Text(text), .. }) if !is_masked(text.text()) => Some(text),
            _ => None,
        };
        let Some(text) = used else {
            self.hide(&entry.value);
            return self.unknown(&name, entry, value.or(default), flag("isSealed"));
        };
        for entry in entries {
            // Whatever else is said of it may hold it too: its description, its generator, an older value.
            match &entry.value.value {
                NodeValue::Text(other) if std::ptr::eq(other, text) => {}
                NodeValue::Bool(_) | NodeValue::Null => {}
                _ => {
                    super::mask::name(&entry.key.value, entry.key.span, &mut self.parsed.masks);
                    self.hide(&entry.value);
                }
            }
        }
        variable::push(&name, text, settings, &mut self.parsed);
    }

    /// A variable that is there and whose value is not: sealed, masked, or left out.
    fn unknown(&mut self, name: &Spanned<&str>, entry: &Entry, value: Option<&Node>, sealed: bool) {
        let said = variable::say(name, &mut self.parsed).to_owned();
        let span = match entry.value.get("isSealed").filter(|_| sealed) {
            Some(node) => node.span,
            None => value.map_or(entry.value.span, |value| value.span),
        };
        let is_text = value.is_none_or(|value| value.text().is_some());
        let cause = match (sealed, is_text) {
            (true, _) => Cause::new(
                "is sealed, and nobody can read it back",
                "Check it where it was made, or unseal it by setting it anew.",
            ),
            (false, true) => Cause::new(
                "is there, and its value is not in the export",
                "Export it with the right to read variables.",
            ),
            (false, false) => {
                self.say(
                    span,
                    format!(
                        "the value of {said} is {}, and every variable is text",
                        value.map_or("nothing", Node::describe)
                    ),
                    "Export it again.",
                );
                Cause::new("has a value that is no text", "Export it again.")
            }
        };
        let word = if sealed { "sealed" } else { "set" };
        let fact = Fact::new(Kind::Variable, name.span)
            .with(Field::Name, said, name.span)
            .with(Field::Public, value::is_published(name.value), name.span)
            .with_word(Field::State, word, span)
            .with_state(Field::Value, State::Unknown(span, cause.clone()))
            .with_state(Field::HoldsSecret, State::Unknown(span, cause.clone()));
        let position = self.parsed.facts.len();
        self.parsed.facts.push(fact);
        // What may be a connection is one that nobody can judge.
        if value::names_a_connection(name.value) {
            let unknown = Fact::new(Kind::Connection, span).with_word(Field::Stands, "value", span);
            let mut unknown = unknown.opaque(cause).standing_in(position);
            unknown.whole = true;
            self.parsed.facts.push(unknown);
        }
    }
}

/// Whether a value is what the API gives to whoever may not read it: stars.
fn is_masked(text: &str) -> bool {
    text.len() >= 3 && text.chars().all(|c| matches!(c, '*' | '•'))
}

fn stated(text: &Mapped) -> State {
    State::Stated(text.text().into(), text.whole())
}

/// The fact with its image, and whether that is a database's.
pub(super) fn with_image(fact: Fact, image: Option<&Mapped>, gap: Span) -> Fact {
    let Some(image) = image else {
        return fact.with_state(Field::Image, State::Absent(Some(gap))).with_flag(Field::IsDatabase, None, gap);
    };
    let name = image.text().rsplit('/').next().unwrap_or("").to_ascii_lowercase();
    let is_database = DATABASES.iter().any(|word| name.contains(word));
    fact.with_state(Field::Image, stated(image)).with_flag(
        Field::IsDatabase,
        is_database.then(|| image.whole()),
        image.whole(),
    )
}

/// What a service does not say itself may stand in its railway.toml, which goes before.
fn leave_open(fact: &mut Fact, file: Span) {
    let cause = Cause::new(super::LEFT_TO_FILE, "Add that file to `documents:`.");
    let open: Vec<Field> = fact
        .fields()
        .iter()
        .filter(|(field, state)| {
            *field != Field::RootDirectory && matches!(state, State::Absent(_) | State::Defaulted(..))
        })
        .map(|(field, _)| *field)
        .collect();
    for field in open {
        fact.set(field, State::Unknown(file, cause.clone()));
    }
}
