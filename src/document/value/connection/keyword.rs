//! libpq's `key=value` strings: blanks around `=` allowed, values in single quotes, `\'` and `\\` as escapes.

use super::super::reference;
use super::{Connection, Form, show};
use crate::source::Mapped;
use std::ops::Range;

/// Every parameter that libpq 18 knows (PostgreSQL manual, "Parameter Key Words").
const KEYS: &[&str] = &[
    "application_name",
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "dbname",
    "fallback_application_name",
    "gssdelegation",
    "gssencmode",
    "gsslib",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "krbsrvname",
    "load_balance_hosts",
    "max_protocol_version",
    "min_protocol_version",
    "oauth_client_id",
    "oauth_client_secret",
    "oauth_issuer",
    "oauth_scope",
    "options",
    "passfile",
    "password",
    "port",
    "replication",
    "require_auth",
    "requiressl",
    "requirepeer",
    "scram_client_key",
    "scram_server_key",
    "service",
    "servicefile",
    "sslcert",
    "sslcertmode",
    "sslcompression",
    "sslcrl",
    "sslcrldir",
    "sslkey",
    "sslkeylogfile",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "sslmode",
    "sslnegotiation",
    "sslpassword",
    "sslrootcert",
    "sslsni",
    "target_session_attrs",
    "tcp_user_timeout",
    "user",
];

/// A key with its value: where both stand, and the value as it is read.
struct Pair {
    key: Range<usize>,
    /// Without quotes.
    value: Range<usize>,
    /// Behind the value and its quotes.
    end: usize,
    read: Mapped,
}

/// Every run of parameters that names a host or a database and something else.
pub(super) fn find(value: &Mapped) -> Vec<Connection> {
    let text = value.text();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = next_key(text, at) {
        let mut pairs = Vec::new();
        let mut next = start;
        while let Some(pair) = pair_at(value, next) {
            next = skip_blanks(text, pair.end);
            pairs.push(pair);
        }
        let end = pairs.last().map_or(start, |pair| pair.end);
        at = end.max(start + 1);
        let named = |pair: &Pair| matches!(text.get(pair.key.clone()), Some("host" | "dbname"));
        if pairs.len() >= 2 && pairs.iter().any(named) {
            found.push(connection(value, start..end, pairs));
        }
    }
    found
}

/// Where the next word that may be a key begins: at the beginning, or behind a blank or a quote.
fn next_key(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let begins = |index: &usize| {
        let before = index.checked_sub(1).and_then(|before| bytes.get(before));
        let here = bytes.get(*index).is_some_and(u8::is_ascii_lowercase);
        here && before.is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'('))
    };
    (at..bytes.len()).find(begins)
}

fn skip_blanks(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or(&[]);
    at + rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// The parameter at `at`, if its key is known.
fn pair_at(value: &Mapped, at: usize) -> Option<Pair> {
    let text = value.text();
    let bytes = text.as_bytes();
    let length =
        bytes.get(at..)?.iter().take_while(|byte| byte.is_ascii_lowercase() || **byte == b'_').take(32).count();
    let key = at..at + length;
    let equals = skip_blanks(text, key.end);
    if bytes.get(equals) != Some(&b'=') || !KEYS.contains(&text.get(key.clone())?) {
        return None;
    }
    let start = skip_blanks(text, equals + 1);
    let quoted = bytes.get(start) == Some(&b'\'');
    let start = start + usize::from(quoted);
    let opaque = references(text, start, quoted);
    let mut read = Mapped::empty(value.source(), value.span(start..start).start as usize);
    let (mut at, mut from) = (start, start);
    loop {
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else {
            if quoted {
                return None;
            }
            break;
        };
        if let Some(reference) = opaque.iter().find(|range| range.start == at) {
            at = reference.end;
        } else if (quoted && c == '\'') || (!quoted && c.is_ascii_whitespace()) {
            break;
        } else if c == '\\' {
            let escaped = text.get(at + 1..).and_then(|rest| rest.chars().next());
            read.push_mapped(value, from..at);
            at += 1 + escaped.map_or(0, char::len_utf8);
            if let Some(escaped) = escaped {
                read.push_escape(escaped.encode_utf8(&mut [0; 4]), value, at - 1 - escaped.len_utf8()..at);
            }
            from = at;
        } else {
            at += c.len_utf8();
        }
    }
    read.push_mapped(value, from..at);
    Some(Pair { key, value: start..at, end: at + usize::from(quoted), read })
}

/// The reference that the value at `start` begins with: blanks inside it do not end the value. One longer than a line or
/// than 256 characters is none.
fn references(text: &str, start: usize, quoted: bool) -> Vec<Range<usize>> {
    let rest = text.get(start..).unwrap_or("");
    if quoted || !rest.starts_with("${") {
        return Vec::new();
    }
    let line = rest.lines().next().unwrap_or("");
    let line = line.char_indices().nth(256).and_then(|(end, _)| line.get(..end)).unwrap_or(line);
    let found = reference::find(line);
    found.into_iter().take(1).map(|found| found.range.start + start..found.range.end + start).collect()
}

fn connection(value: &Mapped, range: Range<usize>, pairs: Vec<Pair>) -> Connection {
    let start = range.start;
    let mut found = Connection::new(value, range, Form::Keyword);
    let local = |range: &Range<usize>| range.start - start..range.end - start;
    let places: Vec<_> = pairs.iter().map(|pair| (local(&pair.key), local(&pair.value))).collect();
    for (pair, (key, _)) in pairs.into_iter().zip(&places) {
        let name = found.text.text().get(key.clone()).unwrap_or("").to_owned();
        found.set(&name, pair.read);
    }
    show::keyword(&mut found, &places);
    found
}
