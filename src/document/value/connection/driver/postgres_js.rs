//! postgres.js (src/index.js and src/connection.js, measured with 3.4.9): JavaScript's `URL` with the first host of a
//! list, any scheme. Without a word about TLS there is none. `host`, `port` and `user` of the query are sent to the server
//! as settings; an IPv6 address in brackets is not understood, which is told as refused.

use super::grammar::{port, uri};
use super::node_postgres::parse_int;
use super::reading::{Host, Port, Reading, Tls};
use super::text::{Form, Text, list};
use super::{percent, reference, url};
use crate::fact::Field;
use crate::source::Mapped;
use std::ops::Range;

/// The variables that count where the string says nothing. `PGSSLMODE` is not among them.
pub(super) const ENVIRONMENT: &[(&str, Field)] = &[
    ("PGHOST", Field::Host),
    ("PGPORT", Field::Port),
    ("PGUSERNAME", Field::User),
    ("PGUSER", Field::User),
    ("PGPASSWORD", Field::Password),
    ("PGDATABASE", Field::Database),
    ("PGSSL", Field::Sslmode),
];

/// Parameters that it takes and that decide nothing here.
const TAKEN: &[&str] = &[
    "max",
    "sslnegotiation",
    "idle_timeout",
    "connect_timeout",
    "max_lifetime",
    "max_pipeline",
    "backoff",
    "keep_alive",
    "prepare",
    "debug",
    "fetch_types",
    "publications",
    "target_session_attrs",
];

/// Values of `target_session_attrs`; an empty one counts as none.
const SESSIONS: &[&str] = &["", "read-write", "read-only", "primary", "standby", "prefer-standby"];

/// Reads a URL.
pub(super) fn read(text: &Text<'_>, form: &Form) -> Reading {
    let Form::Uri(_, start) = form else { return super::refused(text, form, "scheme") };
    let segment = *start..text.find(*start, &['?', '/']);
    let at = text.find_in(segment.clone(), &['@']).map_or(segment.start, |at| at + 1);
    let hosts = at..segment.end;
    let several = text.get(hosts.clone()).contains(',');
    let encoded = text.part(*start..segment.end);
    if let Some(at) = broken_escape(&encoded) {
        return super::broken(text, form, ("escape", start + at..start + at + 1));
    }
    // The list is looked for as it is decoded: one with escapes is not found, and `URL` gets all of it.
    let escaped = text.get(hosts.clone()).contains('%');
    let divided = if escaped { url::divide(text, form) } else { url::divide(&first_host(text, &hosts), form) };
    let parts = match divided {
        Ok(parts) => parts,
        Err(broken) => return super::broken(text, form, broken),
    };
    let mut reading = Reading {
        user: url::Url::decoded(text, &parts.user),
        password: url::Url::decoded(text, &parts.password),
        ..Reading::default()
    };
    query(text, parts.query.clone(), &mut reading);
    if text.get(parts.host.clone()).starts_with('[') {
        reading.refuse("address", text.span(parts.host.clone()));
        reading.pair(vec![parts.host_name(text)], &[parts.port_text(text)], port);
    } else if several {
        host_list(&percent::decode(&text.part(hosts), false), &mut reading);
    } else {
        // A single host is not decoded, and neither is the database.
        reading.pair(vec![text.part(parts.host.clone())], &[parts.port_text(text)], port);
    }
    let path = (parts.path.start + 1).min(parts.path.end)..parts.path.end;
    reading.database = Some(text.part(path)).filter(|path| !path.text().is_empty());
    reading
}

/// Reads the query, and with it the mode: `sslmode` counts before `ssl`.
fn query(text: &Text<'_>, range: Range<usize>, reading: &mut Reading) {
    let (mut mode, mut ssl, mut root) = (None, None, None);
    for (name, value, written) in uri::pairs(text, range, true) {
        if reference::any(written.text()) {
            reading.open = Some(written);
            continue;
        }
        match name.text() {
            "sslmode" => mode = Some(value),
            "ssl" => ssl = Some(value),
            "target_session_attrs" if !SESSIONS.contains(&value.text()) && !reference::any(value.text()) => {
                reading.refuse("value", value.whole());
            }
            "sslrootcert" => root = Some(value),
            "options" => reading.options = Some(value),
            name if TAKEN.contains(&name) => {}
            _ => reading.ignored.push(written),
        }
    }
    let mode = mode.filter(|mode: &Mapped| !mode.text().is_empty()).or(ssl);
    let system = root.filter(|root| root.text() == "system");
    reading.tls = match (system, mode) {
        (Some(system), _) => Tls::Is("verify-full", system.whole()),
        (None, Some(mode)) if reference::any(mode.text()) => Tls::Open(mode),
        (None, Some(mode)) => Tls::Is(word(mode.text()), mode.whole()),
        (None, None) => Tls::Default("disable"),
    };
}

/// Where an escape stands that JavaScript's `decodeURIComponent` refuses.
fn broken_escape(part: &Mapped) -> Option<usize> {
    if reference::any(part.text()) {
        return None;
    }
    let decoded = percent::decode(part, false);
    let digit = |at: usize| part.text().as_bytes().get(at).is_some_and(u8::is_ascii_hexdigit);
    let broken = part.text().match_indices('%').find(|(at, _)| !digit(at + 1) || !digit(at + 2)).map(|(at, _)| at);
    // What is no UTF-8 stays as it is written.
    let kept = decoded.text().contains('%') && !part.text().contains("%25");
    broken.or_else(|| if kept { part.text().find('%') } else { None })
}

/// The same text with everything behind the first name of a list veiled: `URL` gets the first host only, and ports are
/// read from the list.
fn first_host<'a>(text: &Text<'a>, hosts: &Range<usize>) -> Text<'a> {
    let mut plain = text.plain.clone();
    if text.get(hosts.clone()).contains(',') {
        let cut = text.find(hosts.start, &[':', ',']);
        plain.to_mut().replace_range(cut..hosts.end, &"r".repeat(hosts.end - cut));
    }
    Text { mapped: text.mapped, plain }
}

/// `h1:p1,h2`: a host without a port has the first one's.
fn host_list(hosts: &Mapped, reading: &mut Reading) {
    let parts: Vec<(Mapped, Option<Mapped>)> = list(hosts).iter().map(divide).collect();
    let first = parts.first().and_then(|(_, port)| port.clone());
    for (name, written) in parts {
        let port = match written.or_else(|| first.clone()) {
            Some(written) => reading.port(&written, parse_int),
            None => Port::Default(name.whole().after()),
        };
        reading.hosts.push(Host { name, port });
    }
}

fn divide(host: &Mapped) -> (Mapped, Option<Mapped>) {
    let text = Text::new(host);
    match text.find_in(0..text.len(), &[':']) {
        None => (host.clone(), None),
        Some(colon) => {
            let end = text.find(colon + 1, &[':']);
            (host.slice(0..colon), Some(host.slice(colon + 1..end)))
        }
    }
}

/// A mode: `require`, `allow` and `prefer` do not verify, every other text does.
fn word(text: &str) -> &'static str {
    match text {
        "disable" | "false" | "" => "disable",
        "require" | "allow" => "require",
        "prefer" => "prefer",
        _ => "verify-full",
    }
}
