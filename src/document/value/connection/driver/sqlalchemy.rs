//! SQLAlchemy (sqlalchemy/engine/url.py and its dialects, measured with 2.1.9): its own pattern divides the URL, and the
//! dialect gets the parts. `+psycopg`, `+psycopg2` and no dialect hand them to libpq as options, `+asyncpg` to asyncpg's
//! `connect`, whose parameter is `ssl`; `postgres://` and upper case are no dialect.

use super::asyncpg::{mode_of, python_port};
use super::grammar::{Options, interpret};
use super::percent::decode;
use super::reading::{Reading, Tls, Verifies};
use super::text::join;
use super::text::{Form, Text};
use super::{grammar, reference};
use crate::source::Mapped;
use std::collections::HashMap;
use std::ops::Range;

/// Parameters that `asyncpg.connect` and the dialect take besides those that are read here.
const ASYNCPG: &[&str] = &[
    "passfile",
    "service",
    "servicefile",
    "timeout",
    "statement_cache_size",
    "max_cached_statement_lifetime",
    "max_cacheable_statement_size",
    "command_timeout",
    "direct_tls",
    "target_session_attrs",
    "krbsrvname",
    "gsslib",
    "prepared_statement_cache_size",
    "prepared_statement_name_func",
    "async_creator_fn",
];

/// What the pattern divides a URL into.
struct Parts {
    user: Option<Range<usize>>,
    password: Option<Range<usize>>,
    host: Range<usize>,
    port: Option<Range<usize>>,
    database: Option<Range<usize>>,
    query: Range<usize>,
}

/// Reads a URL by its dialect.
pub(super) fn read(text: &Text<'_>, form: &Form) -> Reading {
    let Form::Uri(scheme, start) = form else { return super::refused(text, form, "scheme") };
    let dialect = match text.scheme(form) {
        "postgresql" => "psycopg",
        name => name.strip_prefix("postgresql+").unwrap_or(""),
    };
    if dialect.is_empty() || scheme.start > 0 {
        return super::refused(text, form, "scheme");
    }
    let parts = divide(text, *start);
    let query = grammar::uri::pairs(text, parts.query.clone(), true);
    match dialect {
        "asyncpg" => asyncpg(text, &parts, query),
        "psycopg" | "psycopg2" | "psycopg_async" | "psycopg2cffi" => psycopg(text, &parts, query),
        name if name != "pg8000" => super::refused(text, form, "scheme"),
        // Another library: its TLS is not known here.
        _ => {
            let mut reading = Reading::default();
            base(text, &parts, &mut reading);
            reading.open = Some(text.part(form.scheme()));
            reading
        }
    }
}

/// The pattern: the user ends at the first `:` or `/`, the password at the first `@`, the host at `/`, `:` or `?`.
fn divide(text: &Text<'_>, start: usize) -> Parts {
    let run = text.find(start, &[':', '/']);
    let colon = text.rest(run).starts_with(':');
    let at = if colon { text.rest(run).find('@').map(|offset| run + offset) } else { None };
    let bare = text.get(start..run).rfind('@').map(|offset| start + offset);
    let (user, password, host) = match (at, bare) {
        (Some(at), _) => (Some(start..run), Some(run + 1..at), at + 1),
        (None, Some(at)) => (Some(start..at), None, at + 1),
        (None, None) => (None, None, start),
    };
    let slash = text.find(host, &['/', '?']);
    let close = text.get(host..slash).rfind(']').map(|offset| host + offset);
    let (name, after) = match close.filter(|_| text.rest(host).starts_with('[')) {
        Some(close) => (host + 1..close, close + 1),
        None => {
            let end = text.find(host, &['/', ':', '?']);
            (host..end, end)
        }
    };
    let mut at = after;
    let port = text.rest(at).starts_with(':').then(|| at + 1..text.find(at + 1, &['/', '?']));
    at = port.as_ref().map_or(at, |port| port.end);
    let database = text.rest(at).starts_with('/').then(|| at + 1..text.find(at + 1, &['?']));
    at = database.as_ref().map_or(at, |database| database.end);
    let query = if text.rest(at).starts_with('?') { at + 1..text.len() } else { text.len()..text.len() };
    Parts { user, password, host: name, port, database, query }
}

/// What stands before the query.
fn base(text: &Text<'_>, parts: &Parts, reading: &mut Reading) {
    let part = |range: &Option<Range<usize>>| range.clone().map(|range| decode(&text.part(range), false));
    let said = |part: Option<Mapped>| part.filter(|part| !part.text().is_empty());
    reading.user = said(part(&parts.user));
    reading.password = part(&parts.password);
    reading.database = said(part(&parts.database));
    let gap = parts.host.end..parts.host.end;
    if let Some(empty) = parts.port.clone().filter(Range::is_empty) {
        reading.refuse("port", text.span(empty));
    }
    let port = text.part(port_of(text, parts).unwrap_or(gap));
    reading.pair(vec![text.part(parts.host.clone())], &[port], python_port);
}

/// The port of the authority; 0 counts as none.
fn port_of(text: &Text<'_>, parts: &Parts) -> Option<Range<usize>> {
    parts.port.clone().filter(|port| !text.get(port.clone()).trim().bytes().all(|byte| byte == b'0'))
}

/// Hosts of the query that carry their ports: `host=h1:p1&host=h2:p2`, or one `host=h:p` where no `port` is given.
fn hosts_with_ports(query: &mut Vec<(Mapped, Mapped, Mapped)>, reading: &mut Reading) -> Option<(Mapped, Mapped)> {
    let is = |name: &'static str| move |pair: &&(Mapped, Mapped, Mapped)| pair.0.text() == name;
    let hosts: Vec<Mapped> = query.iter().filter(is("host")).map(|(_, value, _)| value.clone()).collect();
    let port = query.iter().find(is("port")).map(|(_, _, written)| written.whole());
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':');
    let one = hosts.len() == 1 && port.is_none() && hosts.iter().all(|host| host.text().chars().all(plain));
    let ports = query.iter().find(is("port")).map_or(1, |(_, value, _)| super::text::list(value).len());
    if let (Some(port), [host]) = (port, hosts.as_slice()) {
        let several = super::text::list(host).len();
        if several != ports {
            reading.refuse("port-count", port);
        }
    }
    if hosts.len() < 2 && !(one && hosts.iter().any(|host| host.text().contains(':'))) {
        return None;
    }
    if let Some(port) = port {
        reading.refuse("repeated", port);
    }
    query.retain(|pair| !is("host")(&pair));
    let split = |host: &Mapped| {
        let colon = host.text().find(':').unwrap_or(host.text().len());
        (host.slice(0..colon), host.slice((colon + 1).min(host.text().len())..host.text().len()))
    };
    let (names, ports): (Vec<_>, Vec<_>) = hosts.iter().map(split).unzip();
    let first = hosts.first()?;
    let gap = || first.slice(0..0);
    Some((join(&names, gap()), join(&ports, gap())))
}

/// The parameters of the query; one that stands there twice is handed over as two values, which no dialect takes.
fn parameters(query: Vec<(Mapped, Mapped, Mapped)>, reading: &mut Reading) -> Vec<(Mapped, Mapped, Mapped)> {
    let mut kept: Vec<(Mapped, Mapped, Mapped)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (name, value, written) in query {
        if reference::any(written.text()) {
            reading.open = Some(written);
        } else if !value.text().is_empty() {
            match places.get(name.text()).and_then(|place| kept.get_mut(*place)) {
                Some(known) => {
                    reading.refuse("repeated", written.whole());
                    *known = (name, value, written);
                }
                None => {
                    places.insert(name.text().to_owned(), kept.len());
                    kept.push((name, value, written));
                }
            }
        }
    }
    kept
}

fn psycopg(text: &Text<'_>, parts: &Parts, mut query: Vec<(Mapped, Mapped, Mapped)>) -> Reading {
    let mut reading = Reading::default();
    base(text, parts, &mut reading);
    let mut refused = std::mem::take(&mut reading.refused);
    let mut options = Options::default();
    let port = port_of(text, parts).filter(|port| !port.is_empty()).map(|port| text.part(port));
    let host = Some(text.part(parts.host.clone())).filter(|host| !host.text().is_empty());
    let (user, password, database) = (reading.user.take(), reading.password.take(), reading.database.take());
    let early = [("host", host), ("port", port), ("user", user), ("password", password), ("dbname", database)];
    for (key, value) in early {
        value.into_iter().for_each(|value| options.put(key, value));
    }
    reading = Reading { open: reading.open, ..Reading::default() };
    if let Some((hosts, ports)) = hosts_with_ports(&mut query, &mut reading) {
        options.put("host", hosts);
        options.put("port", ports);
    }
    for (name, value, written) in parameters(query, &mut reading) {
        let place = value.whole();
        if !options.store(name.text(), value) {
            if name.text() == "ssl" {
                reading.tls = Tls::Refused(place);
            }
            reading.refuse("parameter", written.whole());
        }
    }
    let gap = text.span(parts.host.clone()).before();
    interpret(&options, gap, &mut reading);
    // Python's `int` has refused a port before libpq sees it.
    reading.refused.retain(|later| !refused.iter().any(|early| early.span == later.span));
    refused.append(&mut reading.refused);
    reading.refused = refused;
    reading
}

fn asyncpg(text: &Text<'_>, parts: &Parts, mut query: Vec<(Mapped, Mapped, Mapped)>) -> Reading {
    let mut reading = Reading::default();
    base(text, parts, &mut reading);
    reading.tls = Tls::Default("prefer");
    let (mut host, mut port) = hosts_with_ports(&mut query, &mut reading).unzip();
    // Of several hosts each must have its port.
    let bare = |list: &&Mapped| list.text().contains(',') && list.text().split(',').any(str::is_empty);
    if let Some(bare) = [&host, &port].into_iter().flatten().find(bare) {
        reading.refuse("port-count", bare.whole());
    }
    for (name, value, written) in parameters(query, &mut reading) {
        match name.text() {
            "ssl" => mode_of(&value, &mut reading),
            "host" => host = Some(value),
            "port" => port = Some(value),
            "user" => reading.user = Some(value),
            "password" => reading.password = Some(value),
            "database" => reading.database = Some(value),
            "passfile" => reading.passfile = Some(value),
            "service" => reading.service = Some(value),
            name if ASYNCPG.contains(&name) => {}
            _ => reading.refuse("parameter", written.whole()),
        }
    }
    if host.is_some() || port.is_some() {
        let gap = parts.host.end..parts.host.end;
        let names = super::text::list(&host.unwrap_or_else(|| text.part(parts.host.clone())));
        let written = port.unwrap_or_else(|| text.part(parts.port.clone().unwrap_or(gap)));
        reading.hosts.clear();
        reading.pair(names, &super::text::list(&written), python_port);
    }
    if reading.mode_word() == Some("require") {
        reading.verifies = Some(Verifies::No);
    }
    reading
}
