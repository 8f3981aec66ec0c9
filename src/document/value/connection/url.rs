//! URLs as the URL libraries of JavaScript and Rust divide them (WHATWG URL Standard, schemes that are not special): user
//! info ends at the LAST `@`, `#` begins a fragment, a port is a number up to 65535, and there is one host.

use super::percent::{decode, no_utf8};
use super::text::{Form, Text};
use crate::source::Mapped;
use std::net::Ipv6Addr;
use std::ops::Range;

/// Where the parts of a URL stand; all in bytes of its text.
pub(super) struct Url {
    pub user: Option<Range<usize>>,
    pub password: Option<Range<usize>>,
    /// With the brackets of an address; empty where none is written.
    pub host: Range<usize>,
    pub port: Option<Range<usize>>,
    /// With its `/`.
    pub path: Range<usize>,
    pub query: Range<usize>,
}

/// Divides a URL.
///
/// # Errors
/// What a URL library refuses: a word of `refused`, and where.
pub(super) fn divide(text: &Text<'_>, form: &Form) -> Result<Url, (&'static str, Range<usize>)> {
    let start = match form {
        Form::Uri(_, start) => *start,
        // Without `//` behind the scheme there is no host, and all is path.
        Form::Jdbc(scheme) => return Ok(no_host(text, text.find(scheme.start, &[':']) + 1)),
        Form::Keyword => return Err(("scheme", 0..text.len())),
    };
    let end = text.find(start, &['/', '?', '#']);
    let authority = text.get(start..end);
    let at = authority.rfind('@').map(|at| start + at);
    let colon = at.and_then(|at| text.find_in(start..at, &[':']));
    let user = at.map(|at| start..colon.unwrap_or(at)).filter(|user| !user.is_empty());
    let password = at.and_then(|at| colon.map(|colon| colon + 1..at)).filter(|password| !password.is_empty());
    let begin = at.map_or(start, |at| at + 1);
    let (host, port) = host_and_port(text, begin..end)?;
    if host.is_empty() && (at.is_some() || port.is_some()) {
        return Err(("host", begin..end));
    }
    let Url { path, query, .. } = no_host(text, end);
    Ok(Url { user, password, host, port, path, query })
}

/// A URL whose path begins at `at`.
fn no_host(text: &Text<'_>, at: usize) -> Url {
    let fragment = text.find(at, &['#']);
    let path_end = text.find_in(at..fragment, &['?']).unwrap_or(fragment);
    let query = (path_end + 1).min(fragment)..fragment;
    Url { user: None, password: None, host: at..at, port: None, path: at..path_end, query }
}

/// A host with the brackets of an address, and its port.
type HostAndPort = (Range<usize>, Option<Range<usize>>);

fn host_and_port(text: &Text<'_>, range: Range<usize>) -> Result<HostAndPort, (&'static str, Range<usize>)> {
    let all = text.get(range.clone());
    let address = if all.starts_with('[') { all.find(']').map(|close| range.start + close + 1) } else { None };
    let host_end = address.or_else(|| text.find_in(range.clone(), &[':'])).unwrap_or(range.end);
    let host = range.start..host_end;
    let rest = text.get(host_end..range.end);
    let port = rest.strip_prefix(':').map(|_| host_end + 1..range.end);
    let name = text.get(host.clone());
    let forbidden = |c: char| c.is_ascii_whitespace() || matches!(c, '\0' | '<' | '>' | '[' | '\\' | ']' | '^' | '|');
    let fits = match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok() && (rest.is_empty() || port.is_some()),
        None => !name.contains(forbidden),
    };
    if !fits {
        return Err(("host", host));
    }
    match port {
        None => Ok((host, None)),
        Some(port) if port.is_empty() => Ok((host, None)),
        Some(port) if is_port(text, &port) => Ok((host, Some(port))),
        Some(port) => Err(("port", port)),
    }
}

/// Whether a URL library takes a port; a reference may become one. 0 is taken, and refused by whoever connects.
fn is_port(text: &Text<'_>, port: &Range<usize>) -> bool {
    let written = text.part(port.clone());
    let digits = text.get(port.clone());
    let number = digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u32>().is_ok_and(|n| n <= 65535);
    super::reference::any(written.text()) || number
}

impl Url {
    /// The host without brackets.
    pub(super) fn host_text(&self, text: &Text<'_>) -> Mapped {
        let brackets = text.get(self.host.clone()).starts_with('[');
        text.part(if brackets { self.host.start + 1..self.host.end - 1 } else { self.host.clone() })
    }

    /// The host without brackets, decoded.
    pub(super) fn host_name(&self, text: &Text<'_>) -> Mapped {
        decode(&self.host_text(text), false)
    }

    /// The host without brackets, decoded only where that makes it the folder of a socket, as Rust's readers do.
    pub(super) fn host_or_socket(&self, text: &Text<'_>) -> Mapped {
        let decoded = self.host_name(text);
        let brackets = text.get(self.host.clone()).starts_with('[');
        if brackets || decoded.text().starts_with('/') { decoded } else { text.part(self.host.clone()) }
    }

    /// Where a user, a password or a path has escapes that spell no UTF-8.
    pub(super) fn no_utf8(&self, text: &Text<'_>) -> Option<Range<usize>> {
        let parts = [self.user.clone(), self.password.clone(), Some(self.path.clone())];
        let bad = |part: Range<usize>| no_utf8(text.get(part.clone())).map(|at| part.start + at..part.start + at + 3);
        parts.into_iter().flatten().find_map(bad)
    }

    /// The port, or nothing where it would stand.
    pub(super) fn port_text(&self, text: &Text<'_>) -> Mapped {
        text.part(self.port.clone().unwrap_or(self.host.end..self.host.end))
    }

    /// A part, decoded.
    pub(super) fn decoded(text: &Text<'_>, part: &Option<Range<usize>>) -> Option<Mapped> {
        part.clone().map(|range| decode(&text.part(range), false))
    }
}
