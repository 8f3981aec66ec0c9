//! Kind `railway-config`: railway.toml and railway.json, which say how one service is built and run. Railway ignores what
//! it does not define, without a word; so each such key is a fact.

use super::deploy::{self, Gaps, Layer};
use super::section::{BUILD, DEPLOY, Section, wrong};
use super::{broken, duplicates, export, gap, hide_shown, marker, mask, recognise, sort};
use crate::document::{Broken, Input, Parsed, value};
use crate::fact::{Fact, Field, Kind};
use crate::source::Span;
use crate::tree::{self, Entry, Format, Node, NodeValue};

/// The keys of the whole file.
const TOP: &[&str] = &["$schema", "build", "deploy", "environments"];

/// Reads a railway.json or a railway.toml, by its extension; without one, by its first character.
pub fn parse(input: Input<'_>) -> Parsed {
    let extension = input.path.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
    // Standard input has no name: only a JSON object begins with a brace.
    let json = extension == "json" || (extension != "toml" && input.text.trim_start().starts_with('{'));
    let format = if json { Format::Json } else { Format::Toml };
    let mut reader = Reader { input, format, parsed: Parsed::default() };
    match tree::parse(format, input.source, input.text) {
        Ok(root) if root.entries().is_some() => match recognise::kind(&root).filter(|_| json) {
            // An export that has the name of a configuration.
            Some(kind) if kind != recognise::CONFIG => {
                return Parsed { kind: Some(kind), ..export::read(kind, &root, input) };
            }
            _ => reader.file(&root),
        },
        Ok(root) => {
            let message = format!("this is {}, and a Railway configuration is a mapping", root.describe());
            let help = "Write {\"build\": {…}, \"deploy\": {…}}.".into();
            reader.refuse(vec![Broken { span: root.span.before(), message, help }]);
        }
        Err(errors) => reader.refuse(broken(errors)),
    }
    sort(&mut reader.parsed);
    reader.parsed
}

struct Reader<'a> {
    input: Input<'a>,
    format: Format,
    parsed: Parsed,
}

impl Reader<'_> {
    fn refuse(&mut self, errors: Vec<Broken>) {
        mask::unreadable(self.format, self.input.source, self.input.text, &mut self.parsed.masks);
        self.parsed.broken = errors;
    }

    fn file(&mut self, root: &Node) {
        let base = self.layer(root, "", TOP);
        let file = Layer { build: base.build.map(|e| &e.value), deploy: base.deploy.map(|e| &e.value) };
        let start = Span::point(self.input.source, 0);
        let end = match self.format {
            Format::Toml => Span::point(self.input.source, self.input.text.trim_end().len()),
            _ => gap(self.input, root),
        };
        let gaps = Gaps {
            build: file.build.map_or(end, |node| gap(self.input, node)),
            deploy: file.deploy.map_or(end, |node| gap(self.input, node)),
        };
        let anchor = base.deploy.map_or(start, |entry| entry.key.span);
        let mut deploys = vec![deploy::fact(&[file], anchor, gaps)];
        for environment in self.environments(root) {
            deploys.push(self.environment(environment, file, gaps));
        }
        self.secrets(root);
        hide_shown(&self.parsed.masks, deploys.iter_mut());
        self.parsed.facts.append(&mut deploys);
    }

    /// The entries under `environments`.
    fn environments<'n>(&mut self, root: &'n Node) -> &'n [Entry] {
        let Some(node) = root.get("environments") else { return &[] };
        if node.entries().is_none() && node.value != NodeValue::Null {
            self.parsed.unread.push(wrong(node, "environments", "a mapping"));
        }
        node.entries().unwrap_or_default()
    }

    /// What one environment overrides, over the file's own settings.
    fn environment(&mut self, entry: &Entry, file: Layer<'_>, gaps: Gaps) -> Fact {
        let name = mask::name(&entry.key.value, entry.key.span, &mut self.parsed.masks);
        let prefix = format!("environments.{name}.");
        if entry.value.entries().is_none() && entry.value.value != NodeValue::Null {
            self.parsed.unread.push(wrong(&entry.value, &format!("environments.{name}"), "a mapping"));
        }
        let own = self.layer(&entry.value, &prefix, &["build", "deploy"]);
        let layer = Layer { build: own.build.map(|e| &e.value), deploy: own.deploy.map(|e| &e.value) };
        let gaps = Gaps {
            build: layer.build.map_or(gaps.build, |node| gap(self.input, node)),
            deploy: layer.deploy.map_or(gaps.deploy, |node| gap(self.input, node)),
        };
        let anchor = own.deploy.map_or(entry.key.span, |entry| entry.key.span);
        deploy::fact(&[file, layer], anchor, gaps).with(Field::Environment, name, entry.key.span)
    }

    /// Reads one pair of `build` and `deploy`; `known` are the keys that may stand beside them.
    fn layer<'n>(&mut self, node: &'n Node, prefix: &str, known: &[&str]) -> Own<'n> {
        let mut own = Own::default();
        let entries = node.entries().unwrap_or_default();
        duplicates(entries, &mut self.parsed.unread);
        for entry in entries {
            match entry.key.value.as_str() {
                "build" => own.build = self.section(entry, &BUILD, prefix),
                "deploy" => own.deploy = self.section(entry, &DEPLOY, prefix),
                key if known.contains(&key) => {}
                _ => self.ignored(entry, prefix),
            }
        }
        own
    }

    /// Reads the keys of one section; none where it is no mapping.
    fn section<'n>(&mut self, entry: &'n Entry, section: &Section, prefix: &str) -> Option<&'n Entry> {
        let path = format!("{prefix}{}", section.name);
        let Some(entries) = entry.value.entries() else {
            if entry.value.value != NodeValue::Null {
                self.parsed.unread.push(wrong(&entry.value, &path, "a mapping"));
                mask::leaves(&entry.value, &mut self.parsed.masks);
            }
            return None;
        };
        duplicates(entries, &mut self.parsed.unread);
        for entry in entries {
            let key = &entry.key.value;
            let Some(form) = section.form(key) else {
                self.ignored(entry, &format!("{path}."));
                continue;
            };
            form.check(&entry.value, &format!("{path}.{key}"), &mut self.parsed.unread);
            form.hide(&entry.value, self.input.settings, &mut self.parsed);
        }
        Some(entry)
    }

    /// A key that Railway does not define, with all that stands in it.
    fn ignored(&mut self, entry: &Entry, prefix: &str) {
        let name = mask::name(&entry.key.value, entry.key.span, &mut self.parsed.masks);
        let fact = Fact::new(Kind::IgnoredKey, entry.key.span);
        self.parsed.facts.push(fact.with(Field::Name, format!("{prefix}{name}"), entry.key.span));
        mask::leaves(&entry.value, &mut self.parsed.masks);
        mask::scan(&entry.value, "literal", self.input.settings, &mut self.parsed);
    }

    /// Secrets in comments, and in what stands outside of the sections.
    fn secrets(&mut self, root: &Node) {
        let comments = tree::comments(self.format, self.input.source, self.input.text);
        for comment in &comments {
            value::scan(comment, "comment", None, self.input.settings, &mut self.parsed);
        }
        marker::find(self.input.text, root, &comments, &mut self.parsed);
        if let Some(schema) = root.get("$schema") {
            mask::scan(schema, "literal", self.input.settings, &mut self.parsed);
        }
    }
}

/// The two sections of one layer, with their keys.
#[derive(Default)]
struct Own<'n> {
    build: Option<&'n Entry>,
    deploy: Option<&'n Entry>,
}
