//! Web addresses in a value: `http`, `https`, `ws`, `wss` (RFC 3986).

use super::{provider, reference, shape};
use crate::fact::{Fact, Field, Kind, State};
use crate::source::Mapped;
use std::ops::Range;

/// A web address in a text.
pub(super) struct Found {
    /// Its bytes.
    pub range: Range<usize>,
    scheme: Range<usize>,
    host: Range<usize>,
    path: Range<usize>,
    /// Whether a password stands in it.
    pub has_password: bool,
    /// Whether an `@` stands anywhere in it: two readers may then see different hosts.
    has_user: bool,
}

/// Every web address of a text, in order.
pub(super) fn find(text: &str) -> Vec<Found> {
    if !text.contains("://") {
        return Vec::new();
    }
    let plain = reference::veil(text);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(colon) = plain.get(at..).and_then(|rest| rest.find("://")).map(|offset| at + offset) {
        let before = plain.get(at..colon).unwrap_or("");
        let letters = before
            .bytes()
            .rev()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-'))
            .count();
        let start = colon - letters;
        let scheme = plain.get(start..colon).unwrap_or("");
        at = colon + 3;
        if ["http", "https", "ws", "wss"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
            // A value that is an address as a whole may hold what ends one inside a sentence.
            let whole =
                start == 0 && !plain.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ','));
            let end =
                if whole { plain.len() } else { colon + 3 + length_in_text(plain.get(colon + 3..).unwrap_or("")) };
            found.push(divide(&plain, start, colon, end));
            at = end;
        }
    }
    found
}

/// How long an address is that stands in a sentence, a list or JSON.
fn length_in_text(rest: &str) -> usize {
    let ends =
        |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';' | '<' | '>' | ')' | '}' | '|' | '\\');
    let token = rest.find(ends).and_then(|end| rest.get(..end)).unwrap_or(rest);
    token.trim_end_matches(['.', ':', '!']).len()
}

/// Divides an address.
fn divide(plain: &str, start: usize, colon: usize, end: usize) -> Found {
    let part = |range: Range<usize>| plain.get(range).unwrap_or("");
    let rest = part(colon + 3..end);
    let authority_end = colon + 3 + rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = part(colon + 3..authority_end);
    let host_start = colon + 3 + authority.rfind('@').map_or(0, |at| at + 1);
    let host = part(host_start..authority_end);
    let host_length = if host.starts_with('[') {
        host.find(']').map_or(host.len(), |close| close + 1)
    } else {
        host.find(':').unwrap_or(host.len())
    };
    let after = part(authority_end..end);
    let path_end = authority_end + after.find(['?', '#']).unwrap_or(after.len());
    let has_user = rest.contains('@');
    let user = rest.rfind('@').and_then(|at| rest.get(..at)).unwrap_or("");
    Found {
        range: start..end,
        scheme: start..colon,
        host: host_start..host_start + host_length,
        path: authority_end..path_end,
        has_password: user.contains(':') && authority.contains('@'),
        has_user,
    }
}

impl Found {
    /// The fact.
    pub(super) fn fact(&self, text: &Mapped) -> Fact {
        let part = |range: &Range<usize>| text.slice(range.clone());
        let anchor = text.span(self.range.clone());
        let scheme = part(&self.scheme);
        let path = part(&self.path);
        let fact = Fact::new(Kind::Url, anchor).with(Field::Scheme, scheme.text().to_ascii_lowercase(), scheme.whole());
        let path_state = if reference::any(path.text()) {
            reference::unknown(&path)
        } else {
            State::Stated(path.text().into(), path.whole())
        };
        let mut fact = self.with_host(fact, &part(&self.host)).with_state(Field::Path, path_state);
        fact.hidden |= self.has_user;
        fact
    }

    fn with_host(&self, mut fact: Fact, host: &Mapped) -> Fact {
        if reference::any(host.text()) {
            let unknown = reference::unknown(host);
            return fact
                .with_state(Field::Host, unknown.clone())
                .with_state(Field::Provider, unknown.clone())
                .with_state(Field::Project, unknown);
        }
        let name = host.text().to_ascii_lowercase();
        let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(&name);
        fact.hidden |= !shape::is_host(bare);
        let project = match provider::project(bare) {
            Some(range) => State::Stated(bare.get(range.clone()).unwrap_or("").into(), host.span(range)),
            None => State::Absent(Some(host.whole())),
        };
        let provider = provider::of(bare);
        let host_state =
            if bare.is_empty() { State::Absent(Some(host.whole())) } else { State::Stated(bare.into(), host.whole()) };
        fact.with_state(Field::Host, host_state)
            .with_word(Field::Provider, provider, host.whole())
            .with_state(Field::Project, project)
    }
}
