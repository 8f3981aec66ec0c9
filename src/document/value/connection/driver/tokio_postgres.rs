//! tokio-postgres (tokio-postgres/src/config.rs, measured with 0.7.18): libpq's forms in its own words. It knows three
//! modes, `@` counts wherever it stands first, and hosts and ports of the query are added to those of the authority. What
//! TLS verifies is decided by the connector that the program hands in.

use super::grammar::keyword;
use super::percent::{decode, no_utf8};
use super::reading::{Reading, Tls, Verifies};
use super::text::{Form, Text, list};
use super::{grammar, reference};
use crate::source::Mapped;
use std::ops::Range;

/// Parameters that take one of a few words.
const WORDS: &[(&str, &[&str])] = &[
    ("sslnegotiation", &["postgres", "direct"]),
    ("target_session_attrs", &["any", "read-write", "read-only"]),
    ("channel_binding", &["disable", "prefer", "require"]),
    ("load_balance_hosts", &["disable", "random"]),
];

/// Parameters that take a whole number.
const NUMBERS: &[&str] = &[
    "connect_timeout",
    "tcp_user_timeout",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_retries",
];

/// Hosts and ports are collected.
#[derive(Default)]
struct Found {
    hosts: Vec<Mapped>,
    addresses: Vec<Mapped>,
    ports: Vec<Mapped>,
}

/// Reads a string.
pub(super) fn read(text: &Text<'_>, form: &Form) -> Reading {
    let mut reading = Reading { tls: Tls::Default("prefer"), ..Reading::default() };
    let mut found = Found::default();
    match form {
        Form::Uri(scheme, start) if scheme.start == 0 && matches!(text.scheme(form), "postgresql" | "postgres") => {
            uri(text, *start, &mut found, &mut reading);
        }
        Form::Uri(..) | Form::Jdbc(_) => return super::refused(text, form, "scheme"),
        Form::Keyword => {
            let (tokens, broken) = keyword::tokens(text);
            // It stops reading at a parameter without a name.
            for token in tokens.into_iter().take_while(|token| !token.key.is_empty()) {
                if token.read.text().is_empty() && !token.quoted {
                    reading.refuse("value", text.span(token.value));
                } else {
                    parameter(&text.part(token.key), token.read, &mut found, &mut reading);
                }
            }
            if let Some((why, range)) = broken {
                reading.refuse(why, text.span(range));
            }
        }
    }
    let gap = text.span(0..text.len()).after();
    let named = !found.hosts.is_empty() || !found.addresses.is_empty();
    let hosts = if found.hosts.is_empty() { found.addresses } else { found.hosts };
    if named {
        reading.pair(hosts, &found.ports, number);
    } else {
        // There is no default: nothing to connect to.
        if reading.open.is_none() {
            reading.refuse("host", gap);
        }
        reading.pair(vec![Mapped::empty(gap.source, gap.start as usize)], &found.ports, number);
    }
    if matches!(reading.mode_word(), Some("prefer" | "require")) {
        reading.verifies = Some(Verifies::Program);
    }
    reading
}

fn uri(text: &Text<'_>, start: usize, found: &mut Found, reading: &mut Reading) {
    if let Some(at) = no_utf8(text.rest(start)) {
        reading.refuse("escape", text.span(start + at..start + at + 3));
    }
    let part = |range: Range<usize>| decode(&text.part(range), false);
    let mut at = start;
    if let Some(end) = text.rest(at).find('@').map(|offset| at + offset) {
        let colon = text.find_in(at..end, &[':']);
        reading.user = Some(part(at..colon.unwrap_or(end))).filter(|user| !user.text().is_empty());
        reading.password = colon.map(|colon| part(colon + 1..end));
        at = end + 1;
    }
    let end = text.find(at, &['/', '?']);
    if end > at {
        for chunk in text.split(at..end, ',') {
            host(text, chunk, found, reading);
        }
    }
    at = end;
    if text.rest(at).starts_with('/') {
        let end = text.find(at, &['?']);
        reading.database = Some(part(at + 1..end)).filter(|database| !database.text().is_empty());
        at = end;
    }
    at += 1;
    while at < text.len() {
        let Some(equals) = text.rest(at).find('=').map(|offset| at + offset) else {
            let written = text.part(at..text.len());
            if reference::any(written.text()) {
                reading.open = Some(written);
            } else {
                reading.refuse("separator", text.span(at..text.len()));
            }
            return;
        };
        let end = text.find(equals + 1, &['&']);
        let (key, value) = (part(at..equals), part(equals + 1..end));
        if key.text() == "host" {
            found.hosts.push(value);
        } else {
            parameter(&key, value, found, reading);
        }
        at = end + 1;
    }
}

/// One `host:port` of the authority; a port that is not written is 5432, written down.
fn host(text: &Text<'_>, chunk: Range<usize>, found: &mut Found, reading: &mut Reading) {
    let close = text.find_in(chunk.clone(), &[']']);
    let (name, rest) = match (text.get(chunk.clone()).starts_with('['), close) {
        (true, Some(close)) => (chunk.start + 1..close, close + 1),
        (true, None) => return reading.refuse("bracket", text.span(chunk)),
        (false, _) => {
            let end = text.find_in(chunk.clone(), &[':']).unwrap_or(chunk.end);
            (chunk.start..end, end)
        }
    };
    let colon = rest < chunk.end && text.rest(rest).starts_with(':');
    if rest < chunk.end && !colon {
        reading.refuse("bracket", text.span(rest..chunk.end));
    }
    // Where no colon stands there is no port, whatever stands there.
    let port = if colon { rest + 1 } else { chunk.end }..chunk.end;
    found.hosts.push(decode(&text.part(name), false));
    found.ports.push(decode(&text.part(port), false));
}

fn parameter(key: &Mapped, value: Mapped, found: &mut Found, reading: &mut Reading) {
    if reference::any(key.text()) {
        reading.open = Some(key.clone());
        return;
    }
    let open = reference::any(value.text());
    match key.text() {
        "user" => reading.user = Some(value),
        "password" => reading.password = Some(value),
        "dbname" => reading.database = Some(value),
        "options" => reading.options = Some(value),
        "application_name" => {}
        "sslmode" => reading.mode(&value, &["disable", "prefer", "require"]),
        "host" => found.hosts.extend(list(&value)),
        "hostaddr" => {
            for address in list(&value) {
                if !reference::any(address.text()) && address.text().parse::<std::net::IpAddr>().is_err() {
                    reading.refuse("address", address.whole());
                }
                found.addresses.push(address);
            }
        }
        "port" => found.ports.extend(list(&value)),
        name => {
            let words = WORDS.iter().find(|(known, _)| *known == name).map(|(_, words)| *words);
            let numeric = NUMBERS.contains(&name);
            if words.is_none() && !numeric {
                reading.refuse("parameter", key.whole());
            } else if !open
                && (words.is_some_and(|words| !words.contains(&value.text()))
                    || (numeric && value.text().parse::<i64>().is_err()))
            {
                reading.refuse("value", value.whole());
            }
        }
    }
}

/// A port as Rust's `u16` is parsed: a `+` may lead. 0 is taken, and nobody listens there.
fn number(text: &str) -> Option<u16> {
    grammar::port(text).filter(|_| !text.contains(|c: char| c.is_whitespace() || c == '-'))
}
