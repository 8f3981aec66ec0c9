//! asyncpg (asyncpg/connect_utils.py, measured with 0.32.0): Python's `urlparse`, its own host list, and libpq's names of
//! parameters where it knows them. What it does not know is sent to the server as a setting; `ssl=` is not read.

use super::percent::decode;
use super::reading::{Host, Port, Reading, Tls, Verifies};
use super::text::{Form, Text, list};
use super::{grammar, reference};
use crate::fact::Field;
use crate::source::Mapped;
use std::ops::Range;

/// The variables that count where the string says nothing.
pub(super) const ENVIRONMENT: &[(&str, Field)] = &[
    ("PGHOST", Field::Host),
    ("PGPORT", Field::Port),
    ("PGUSER", Field::User),
    ("PGPASSWORD", Field::Password),
    ("PGDATABASE", Field::Database),
    ("PGSSLMODE", Field::Sslmode),
];

/// Parameters that it takes and that decide nothing here.
const TAKEN: &[&str] = &["sslcert", "sslkey", "sslcrl", "sslpassword", "krbsrvname", "gsslib"];

/// Reads a DSN. Schemes count in any case, and blanks before them are dropped.
pub(super) fn read(text: &Text<'_>, form: &Form) -> Reading {
    let Form::Uri(_, start) = form else { return super::refused(text, form, "scheme") };
    if !matches!(text.scheme(form).to_ascii_lowercase().as_str(), "postgresql" | "postgres") {
        return super::refused(text, form, "scheme");
    }
    let mut reading = Reading::default();
    let fragment = text.find(*start, &['#']);
    let query_at = text.find_in(*start..fragment, &['?']).unwrap_or(fragment);
    let authority = *start..text.find_in(*start..query_at, &['/']).unwrap_or(query_at);
    if let Some(bracket) = bad_bracket(text, &authority) {
        return super::broken(text, form, ("bracket", bracket));
    }
    let at = text.find_in(authority.clone(), &['@']);
    let user_end = at.unwrap_or(authority.start);
    let colon = text.find_in(authority.start..user_end, &[':']);
    let part = |range: Range<usize>| Some(decode(&text.part(range), false)).filter(|part| !part.text().is_empty());
    reading.user = part(authority.start..colon.unwrap_or(user_end));
    reading.password = colon.and_then(|colon| part(colon + 1..user_end));
    let hosts = at.map_or(authority.start, |at| at + 1)..authority.end;
    let gap = hosts.start;
    let path = (authority.end + 1).min(query_at)..query_at;
    let has_path = authority.end < query_at;
    let query = grammar::uri::pairs(text, (query_at + 1).min(fragment)..fragment, true);
    for bare in text.split((query_at + 1).min(fragment)..fragment, '&').into_iter().filter(|_| query_at + 1 < fragment)
    {
        if !text.get(bare.clone()).contains('=') && !reference::any(text.part(bare.clone()).text()) {
            reading.refuse("separator", text.span(bare));
        }
    }
    let listed = if hosts.is_empty() { Vec::new() } else { text.split(hosts, ',') };
    let in_query = Query::of(query, &mut reading);
    if listed.is_empty() {
        hosts_of_query(&in_query, text, gap, &mut reading);
    } else {
        let parts: Vec<_> = listed.into_iter().map(|range| text.part(range)).collect();
        host_list(&parts, None, true, &mut reading);
    }
    reading.database = if has_path { part(path) } else { in_query.database.clone() };
    reading.user = reading.user.take().or(in_query.user.clone());
    reading.password = reading.password.take().or(in_query.password.clone());
    in_query.encryption(&mut reading);
    reading
}

/// What the query says that counts here.
#[derive(Default)]
struct Query {
    host: Option<Mapped>,
    port: Option<Mapped>,
    user: Option<Mapped>,
    password: Option<Mapped>,
    database: Option<Mapped>,
    sslmode: Option<Mapped>,
    root: Option<Mapped>,
    negotiation: Option<Mapped>,
    session: Option<Mapped>,
    versions: Vec<Mapped>,
}

/// Values of `target_session_attrs`.
const SESSIONS: &[&str] = &["any", "primary", "standby", "prefer-standby", "read-write", "read-only"];

/// Refuses a value that is none of a few words.
fn words(value: &Option<Mapped>, words: &[&str], reading: &mut Reading) {
    let open = |value: &&Mapped| !words.contains(&value.text()) && !reference::any(value.text());
    if let Some(value) = value.as_ref().filter(open) {
        reading.refuse("value", value.whole());
    }
}

impl Query {
    /// The mode, and what stands beside it.
    fn encryption(self, reading: &mut Reading) {
        tls(self.sslmode, reading);
        words(&self.negotiation, &["postgres", "direct"], reading);
        words(&self.session, SESSIONS, reading);
        let on = reading.mode_word() != Some("disable");
        for version in self.versions.into_iter().filter(|_| on) {
            words(&Some(version), &["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"], reading);
        }
        let weak = matches!(reading.mode_word(), Some("disable" | "allow" | "prefer"));
        if let Some(direct) = self.negotiation.filter(|value| weak && value.text() == "direct") {
            reading.refuse("weak-tls", direct.whole());
        }
        if let Some(root) =
            self.root.filter(|_| matches!(reading.mode_word(), Some("require" | "verify-ca" | "verify-full")))
        {
            reading.verifies = Some(Verifies::Yes);
            if root.text() == "system" {
                // It is read as the name of a file.
                reading.refuse("value", root.whole());
            }
        }
    }

    /// Of two parameters of one name the later one counts; one without a value is none.
    fn of(pairs: Vec<(Mapped, Mapped, Mapped)>, reading: &mut Reading) -> Self {
        let mut query = Self::default();
        for (name, value, written) in pairs {
            if reference::any(written.text()) {
                reading.open = Some(written);
                continue;
            }
            if value.text().is_empty() {
                continue;
            }
            match name.text() {
                "host" => query.host = Some(value),
                "port" => query.port = Some(value),
                "user" => query.user = Some(value),
                "password" => query.password = Some(value),
                "dbname" | "database" => query.database = Some(value),
                "sslmode" => query.sslmode = Some(value),
                "sslnegotiation" => query.negotiation = Some(value),
                "target_session_attrs" => query.session = Some(value),
                "ssl_min_protocol_version" | "ssl_max_protocol_version" => query.versions.push(value),
                "sslrootcert" => query.root = Some(value),
                "service" => reading.service = Some(value),
                "passfile" => reading.passfile = Some(value),
                "options" => {
                    reading.options = Some(value);
                }
                name if TAKEN.contains(&name) => {}
                _ => reading.ignored.push(written),
            }
        }
        query
    }
}

/// A `[` or `]` that Python's `urlsplit` refuses anywhere in the authority.
fn bad_bracket(text: &Text<'_>, authority: &Range<usize>) -> Option<Range<usize>> {
    let all = text.get(authority.clone());
    let (open, close) = (all.find('['), all.find(']'));
    let place = |at: usize| authority.start + at..authority.start + at + 1;
    match (open, close) {
        (None, None) => None,
        (Some(at), None) | (None, Some(at)) => Some(place(at)),
        (Some(open), Some(close)) => {
            let inner = all.get(open + 1..close).unwrap_or("");
            let bare = inner.split_once('%').map_or(inner, |(address, _)| address);
            let address = bare.parse::<std::net::Ipv6Addr>().is_ok();
            (!address).then_some(authority.start + open..authority.start + close.max(open) + 1)
        }
    }
}

/// Hosts and ports of the query, where the authority names no host.
fn hosts_of_query(query: &Query, text: &Text<'_>, gap: usize, reading: &mut Reading) {
    let ports: Option<Vec<Mapped>> = query.port.as_ref().map(list);
    match &query.host {
        Some(hosts) => host_list(&list(hosts), ports.as_deref(), false, reading),
        None => {
            let nothing = text.part(gap..gap);
            reading.pair(vec![nothing], ports.as_deref().unwrap_or_default(), python_port);
        }
    }
}

/// Takes in a host list; a port behind a host counts unless ports are given.
fn host_list(hosts: &[Mapped], ports: Option<&[Mapped]>, encoded: bool, reading: &mut Reading) {
    let decoded = |part: &Mapped| if encoded { decode(part, false) } else { part.clone() };
    if let Some(ports) = ports {
        let names = hosts.iter().map(|host| decoded(&divide(host).0)).collect();
        return reading.pair(names, ports, python_port);
    }
    for host in hosts {
        let (name, port) = divide(host);
        let port = match port.map(|port| decoded(&port)) {
            Some(port) => reading.port(&port, python_port),
            None => Port::Default(name.whole().after()),
        };
        reading.hosts.push(Host { name: decoded(&name), port });
    }
}

/// A host and its port: the path of a socket has none, an address stands in brackets.
fn divide(host: &Mapped) -> (Mapped, Option<Mapped>) {
    let text = Text::new(host);
    let all = 0..text.len();
    if text.rest(0).starts_with('/') {
        return (host.clone(), None);
    }
    if text.rest(0).starts_with('[')
        && let Some(close) = text.find_in(all.clone(), &[']'])
    {
        // What stands behind its digits does not count.
        let digits = text.rest(close + 2).bytes().take_while(u8::is_ascii_digit).count();
        let port = text.rest(close + 1).starts_with(':').then(|| host.slice(close + 2..close + 2 + digits));
        return (host.slice(1..close), port);
    }
    match text.find_in(all.clone(), &[':']) {
        Some(colon) => (host.slice(0..colon), Some(host.slice(colon + 1..text.len()))),
        None => (host.clone(), None),
    }
}

/// A port as Python's `int` reads it.
pub(super) fn python_port(text: &str) -> Option<u16> {
    let trimmed = text.trim();
    super::reading::decimal(trimmed.strip_prefix('+').unwrap_or(trimmed))
}

/// The mode: `_` counts as `-`. Over a Unix socket there is no TLS unless the string asks for it.
fn tls(sslmode: Option<Mapped>, reading: &mut Reading) {
    match sslmode {
        Some(mode) => mode_of(&mode, reading),
        None => {
            let socket = reading.hosts.iter().all(|host| host.name.text().starts_with('/'));
            reading.tls = Tls::Default(if socket { "disable" } else { "prefer" });
        }
    }
}

/// Takes in a mode in asyncpg's spelling.
pub(super) fn mode_of(mode: &Mapped, reading: &mut Reading) {
    let dashed = mode.text().replace('_', "-");
    match super::reading::modes().iter().find(|word| **word == dashed) {
        Some(word) => reading.tls = Tls::Is(word, mode.whole()),
        None => reading.mode(mode, &[]),
    }
    if let Some("require") = reading.mode_word() {
        reading.verifies = Some(Verifies::No);
    }
}
