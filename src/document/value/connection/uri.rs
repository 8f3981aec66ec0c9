//! Connection URIs, divided as libpq divides them. Facts that surprise (measured with libpq 18): user info ends at the
//! first `@`, but a `/` before it means that there is none; `#` begins no fragment; an empty port is 5432; names and
//! values of parameters are percent-decoded, and override what stands before them.

use super::super::reference;
use super::{Connection, Form, show};
use crate::source::Mapped;
use std::ops::Range;

/// Schemes that are read, longest first where one begins another.
const SCHEMES: &[(&str, Form)] = &[
    ("postgresql+asyncpg", Form::Asyncpg),
    ("postgresql+psycopg2", Form::Libpq),
    ("postgresql+psycopg", Form::Libpq),
    ("postgresql", Form::Libpq),
    ("postgres", Form::Libpq),
];

/// The scheme at the beginning of a URI.
#[derive(Clone, Copy)]
pub(in super::super) struct Scheme {
    form: Form,
    /// Bytes of its name.
    name: usize,
    /// Bytes with `://`, or with `:` of a JDBC URL without a host.
    all: usize,
    /// Whether a host may follow.
    hosted: bool,
}

/// The scheme that stands at `start`, exactly as libpq and the dialects spell it.
pub(in super::super) fn scheme_at(text: &str, start: usize) -> Option<Scheme> {
    let rest = text.get(start..)?;
    if let Some(after) = rest.strip_prefix("jdbc:postgresql:") {
        let hosted = after.starts_with("//");
        return Some(Scheme { form: Form::Jdbc, name: 15, all: if hosted { 18 } else { 16 }, hosted });
    }
    let named = |(name, form): &(&str, Form)| {
        let found = rest.strip_prefix(name).is_some_and(|after| after.starts_with("://"));
        found.then_some(Scheme { form: *form, name: name.len(), all: name.len() + 3, hosted: true })
    };
    SCHEMES.iter().find_map(named)
}

/// Where the parts of a URI stand; all in bytes of its text.
#[derive(Default)]
pub(super) struct Layout {
    /// Behind `://`.
    pub start: usize,
    /// The user and, behind its colon, the password; with the `@`.
    pub user: Option<Range<usize>>,
    pub password: Option<Range<usize>>,
    pub at: Option<usize>,
    /// Hosts without brackets, and ports.
    pub hosts: Vec<(Range<usize>, Option<Range<usize>>)>,
    pub database: Option<Range<usize>>,
    /// Parameters: key, value.
    pub parameters: Vec<(Range<usize>, Option<Range<usize>>)>,
}

/// Reads the URI that stands in the part `range` of a value.
pub(super) fn read(value: &Mapped, range: Range<usize>, scheme: Scheme) -> Connection {
    let mut found = Connection::new(value, range, scheme.form);
    let plain = reference::veil(found.text.text());
    let layout = divide(&plain, scheme);
    found.scheme = 0..scheme.name;
    found.ambiguous = is_ambiguous(&plain, scheme.all);
    let part = |range: &Range<usize>| decode(&found.text.slice(range.clone()));
    let hosts: Vec<_> = layout.hosts.iter().map(|(host, _)| part(host)).collect();
    let gap = |host: &Range<usize>| host.end..host.end;
    let ports: Vec<_> = layout.hosts.iter().map(|(host, port)| part(port.as_ref().unwrap_or(&gap(host)))).collect();
    let user = layout.user.as_ref().map(part);
    let password = layout.password.as_ref().map(part);
    let database = layout.database.as_ref().filter(|range| !range.is_empty()).map(part);
    let gap = layout.user.as_ref().map_or(layout.start, |user| user.end);
    let parameters: Vec<_> = layout.parameters.iter().map(|(key, value)| (part(key), value.as_ref().map(part))).collect();
    found.password_gap = found.text.span(gap..gap);
    // `postgresql:///app` names no host.
    let named = hosts.len() > 1 || hosts.iter().chain(&ports).any(|part| !part.text().is_empty());
    let open = opaque_authority(&found.text, &plain, &layout);
    (found.hosts, found.ports) = if named { (hosts, ports) } else { (Vec::new(), Vec::new()) };
    (found.user, found.password, found.database, found.open) = (user, password, database, open);
    for (key, value) in parameters {
        match value {
            Some(value) => found.set(key.text(), value),
            None if reference::any(key.text()) => found.open = Some(key),
            None => {}
        }
    }
    show::uri(&mut found, &plain, &layout);
    found
}

/// A host without user and port that is a reference may stand for them too.
fn opaque_authority(text: &Mapped, plain: &str, layout: &Layout) -> Option<Mapped> {
    let end = plain.get(layout.start..)?.find(['/', '?']).map_or(plain.len(), |offset| layout.start + offset);
    let authority = text.slice(layout.start..end);
    reference::whole(authority.text()).map(|_| authority)
}

/// Whether readers disagree where the user info ends: something that divides a URI stands before the last `@`.
fn is_ambiguous(plain: &str, start: usize) -> bool {
    let rest = plain.get(start..).unwrap_or("");
    let user = rest.rfind('@').and_then(|at| rest.get(..at)).unwrap_or("");
    user.contains(['/', '?', '#', '@'])
}

/// Divides a URI whose references are veiled.
fn divide(plain: &str, scheme: Scheme) -> Layout {
    let start = scheme.all;
    let part = |range: Range<usize>| plain.get(range).unwrap_or("");
    let find = |from: usize, ends: &[char]| part(from..plain.len()).find(ends).map_or(plain.len(), |offset| from + offset);
    let mut layout = Layout { start, ..Layout::default() };
    let mut at = start;
    if scheme.hosted {
        let user_end = find(at, &['@', '/']);
        if part(user_end..plain.len()).starts_with('@') {
            let colon = part(at..user_end).find(':').map(|offset| at + offset);
            layout.user = Some(at..colon.unwrap_or(user_end)).filter(|user| !user.is_empty() || colon.is_some());
            layout.password = colon.map(|colon| colon + 1..user_end);
            layout.at = Some(user_end);
            at = user_end + 1;
        }
        at = divide_hosts(plain, at, &mut layout);
        at += usize::from(part(at..plain.len()).starts_with('/'));
    }
    let database_end = find(at, &['?']);
    layout.database = Some(at..database_end);
    let mut from = database_end + 1;
    while from <= plain.len() && database_end < plain.len() {
        let end = find(from, &['&']);
        let equals = part(from..end).find('=').map(|offset| from + offset);
        layout.parameters.push((from..equals.unwrap_or(end), equals.map(|equals| equals + 1..end)));
        from = end + 1;
    }
    layout
}

/// Divides `host:port,[host]:port`; gives where the database begins.
fn divide_hosts(plain: &str, start: usize, layout: &mut Layout) -> usize {
    let mut at = start;
    loop {
        let rest = plain.get(at..).unwrap_or("");
        let bracketed = if rest.starts_with('[') { rest.find(']') } else { None };
        let (host, after) = match bracketed {
            Some(close) => (at + 1..at + close, at + close + 1),
            None => {
                let end = at + rest.find([':', '/', '?', ',']).unwrap_or(rest.len());
                (at..end, end)
            }
        };
        let rest = plain.get(after..).unwrap_or("");
        let end = after + rest.find(['/', '?', ',']).unwrap_or(rest.len());
        let port = rest.starts_with(':').then_some(after + 1..end);
        layout.hosts.push((host, port));
        at = end;
        if !plain.get(at..).is_some_and(|rest| rest.starts_with(',')) {
            return at;
        }
        at += 1;
    }
}

/// Percent-decodes a part. What is no escape, or no UTF-8, stays as it is written.
fn decode(part: &Mapped) -> Mapped {
    let text = part.text();
    if !text.contains('%') {
        return part.clone();
    }
    let mut decoded = Mapped::empty(part.source(), part.whole().start as usize);
    let mut at = 0;
    while let Some(percent) = text.get(at..).and_then(|rest| rest.find('%')).map(|offset| at + offset) {
        decoded.push_mapped(part, at..percent);
        let bytes = escapes_at(text, percent);
        if bytes.is_empty() {
            decoded.push_mapped(part, percent..percent + 1);
            at = percent + 1;
            continue;
        }
        at = percent + 3 * bytes.len();
        match std::str::from_utf8(&bytes) {
            Ok(characters) => {
                let mut from = percent;
                for c in characters.chars() {
                    let to = from + 3 * c.len_utf8();
                    decoded.push_escape(c.encode_utf8(&mut [0; 4]), part, from..to);
                    from = to;
                }
            }
            Err(_) => decoded.push_mapped(part, percent..at),
        }
    }
    decoded.push_mapped(part, at..text.len());
    decoded
}

/// The bytes of the escapes that follow one another from `at` on.
fn escapes_at(text: &str, at: usize) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let rest = text.as_bytes().get(at..).unwrap_or(&[]);
    let escape = |triple: &[u8]| {
        let (high, low) = (digit(triple.get(1))?, digit(triple.get(2))?);
        (triple.first() == Some(&b'%')).then_some((high * 16 + low) as u8)
    };
    rest.chunks(3).map_while(escape).collect()
}
