//! Postgres connections, divided as libpq divides them (PostgreSQL manual, "Connection Strings"): URIs and `key=value`
//! strings. The SQLAlchemy and JDBC spellings are read the same way.

mod fact;
mod keyword;
mod show;
mod uri;

use super::{placeholder, reference};
use crate::source::{Mapped, Span};
use std::ops::Range;

pub(super) use uri::scheme_at;

/// One connection string, divided. Ranges are bytes of [`Connection::text`].
pub(super) struct Connection {
    /// Where it stands in the text that was searched.
    pub range: Range<usize>,
    /// All of it.
    pub text: Mapped,
    /// How it is spelled.
    pub form: Form,
    /// The scheme, or nothing for `key=value`.
    scheme: Range<usize>,
    hosts: Vec<Mapped>,
    ports: Vec<Mapped>,
    user: Option<Mapped>,
    password: Option<Mapped>,
    database: Option<Mapped>,
    options: Option<Mapped>,
    /// Names a section of a service file: what is not written comes from there.
    service: Option<Mapped>,
    root_certificate: Option<Mapped>,
    /// `sslmode`, `ssl` and `requiressl` in the order of writing.
    tls: Vec<(&'static str, Mapped)>,
    /// A reference stands where further parameters may come from.
    open: Option<Mapped>,
    /// Where a password would stand.
    password_gap: Span,
    /// Whether two readers would divide it differently.
    pub ambiguous: bool,
    /// What may be shown of it, if it is all of a value.
    pub shown: Vec<Range<usize>>,
    /// What nobody may see of it where the rest may be seen: passwords and users of no known shape.
    pub secrets: Vec<Range<usize>>,
}

/// How a connection is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// libpq's URI, or a dialect of SQLAlchemy that hands its parts to libpq.
    Libpq,
    /// SQLAlchemy's asyncpg dialect: `ssl=` holds the mode.
    Asyncpg,
    /// JDBC: `ssl=true` is verify-full.
    Jdbc,
    /// `host=… dbname=…`.
    Keyword,
}

impl Connection {
    /// A connection of which nothing is known yet.
    fn new(value: &Mapped, range: Range<usize>, form: Form) -> Self {
        let text = value.slice(range.clone());
        let password_gap = text.whole().after();
        Self {
            range,
            text,
            form,
            scheme: 0..0,
            hosts: Vec::new(),
            ports: Vec::new(),
            user: None,
            password: None,
            database: None,
            options: None,
            service: None,
            root_certificate: None,
            tls: Vec::new(),
            open: None,
            password_gap,
            ambiguous: false,
            shown: Vec::new(),
            secrets: Vec::new(),
        }
    }

    /// Takes in one parameter; a later one of the same name wins (libpq). Unknown names say nothing here.
    fn set(&mut self, key: &str, value: Mapped) {
        match key {
            "host" => self.hosts = split(&value),
            // The address is what is connected to, but the host names it.
            "hostaddr" if self.hosts.is_empty() => self.hosts = split(&value),
            "port" => self.ports = split(&value),
            "user" => self.user = Some(value),
            "password" => self.password = Some(value),
            "dbname" => self.database = Some(value),
            "options" => self.options = Some(value),
            "service" => self.service = Some(value),
            "sslrootcert" => self.root_certificate = Some(value),
            "sslmode" => self.tls.push(("sslmode", value)),
            "ssl" => self.tls.push(("ssl", value)),
            "requiressl" => self.tls.push(("requiressl", value)),
            _ => {}
        }
    }

    /// How much is known of its password: a word of the vocabulary, if one is given.
    pub(super) fn password_state(&self) -> Option<&'static str> {
        let text = self.password.as_ref()?.text();
        Some(if text.is_empty() {
            "empty"
        } else if reference::is_password(text) {
            "reference"
        } else if placeholder::is_placeholder(text) {
            "placeholder"
        } else {
            "set"
        })
    }
}

/// The parts between commas.
fn split(list: &Mapped) -> Vec<Mapped> {
    let plain = reference::veil(list.text());
    let mut start = 0;
    let mut parts = Vec::new();
    for part in plain.split(',') {
        parts.push(list.slice(start..start + part.len()));
        start += part.len() + 1;
    }
    parts
}

/// Every connection of a text, in order. A text that begins like a URI is one as a whole, since libpq ends it nowhere
/// else; `whole` says whether that is to be so (a value), or whether it stands in a sentence (a comment).
pub(super) fn find(value: &Mapped, whole: bool) -> Vec<Connection> {
    let text = value.text();
    if whole && let Some(scheme) = scheme_at(text, 0) {
        return vec![uri::read(value, 0..text.len(), scheme)];
    }
    let plain = reference::veil(text);
    let mut found: Vec<Connection> = Vec::new();
    for (at, _) in text.match_indices("postgres") {
        let start = if text.get(..at).is_some_and(|before| before.ends_with("jdbc:")) { at - 5 } else { at };
        let before = text.get(..start).and_then(|before| before.chars().next_back());
        let inside = before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '+' | '_' | '-' | '.' | ':' | '/'));
        let overlaps = found.last().is_some_and(|last| last.range.end > start);
        if !inside && !overlaps && let Some(scheme) = scheme_at(text, start) {
            let end = start + length_in_text(plain.get(start..).unwrap_or(""));
            found.push(uri::read(value, start..end, scheme));
        }
    }
    found.extend(keyword::find(value));
    found.sort_by_key(|connection| connection.range.start);
    found
}

/// How long a URI is that stands in a sentence, a command or JSON.
fn length_in_text(plain: &str) -> usize {
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\\');
    let token = plain.find(ends).and_then(|end| plain.get(..end)).unwrap_or(plain);
    token.trim_end_matches(['.', ',', ';', ')', '}']).len()
}

#[cfg(test)]
mod tests;
