//! Secrets in free text: comments, literals and commands of documents that are public otherwise. Here only the secret
//! part is hidden.

use super::sign::Signs;
use super::{Parsed, Settings, connection, credential, mention, reference};
use crate::fact::Fact;
use crate::source::Mapped;
use std::ops::Range;

/// Finds connection strings and keys anywhere in `text`, pushes a mask for the secret part of each and the facts.
/// `stands` is a word of the vocabulary's `stands`; `parent` the position of the fact that they stand in.
pub fn scan(text: &Mapped, stands: &'static str, parent: Option<usize>, settings: &Settings, parsed: &mut Parsed) {
    let signs = Signs::of(text.text());
    let mut facts: Vec<Fact> = mention::find(text.text()).map(|word| mention::fact(text, word, stands)).collect();
    let vendor = credential::has_vendor_key(text.text());
    if !signs.any() && !vendor {
        return push(facts, parent, parsed);
    }
    let mut secrets = if signs.private_key { private_keys(text.text()) } else { Vec::new() };
    if signs.address || signs.password {
        secrets.extend(passwords(text.text()));
    }
    if signs.uri || signs.parameters {
        for connection in connection::find(text, false, settings) {
            let start = connection.range.start;
            secrets.extend(connection.secrets.iter().map(|range| start + range.start..start + range.end));
            facts.extend(connection.facts(stands));
        }
    }
    if signs.key || signs.token || signs.private_key || vendor {
        for key in credential::find(text.text()) {
            facts.extend(key.fact(text, stands, settings));
            secrets.push(key.range);
        }
    }
    parsed.masks.extend(secrets.into_iter().map(|range| text.span(range).range()).filter(|range| !range.is_empty()));
    facts.sort_by_key(|fact| fact.anchor.start);
    push(facts, parent, parsed);
}

fn push(facts: Vec<Fact>, parent: Option<usize>, parsed: &mut Parsed) {
    parsed.facts.extend(facts.into_iter().map(|fact| match parent {
        Some(parent) => fact.standing_in(parent),
        None => fact,
    }));
}

/// Whether a PEM private key stands in a text.
pub(super) fn has_private_key(text: &str) -> bool {
    !private_keys(text).is_empty()
}

/// PEM private keys (RFC 7468): what stands behind the first line, up to the last.
pub(super) fn private_keys(text: &str) -> Vec<Range<usize>> {
    const BEGIN: &str = "PRIVATE KEY-----";
    let mut found = Vec::new();
    if text.len() <= BEGIN.len() || !text.contains("-----") {
        return found;
    }
    let mut at = 0;
    while let Some(begin) = text.get(at..).and_then(|rest| rest.find(BEGIN)).map(|offset| at + offset) {
        let body = begin + BEGIN.len();
        let rest = text.get(body..).unwrap_or("");
        let end = body + rest.find("-----END").unwrap_or(rest.len());
        found.push(body..end);
        // Past the last line, which says PRIVATE KEY too.
        let tail = text.get(end..).unwrap_or("");
        at = end + tail.find(BEGIN).map_or(tail.len(), |offset| offset + BEGIN.len());
    }
    found.retain(|range| text.get(range.clone()).is_some_and(|body| !body.trim().is_empty()));
    found
}

/// Whether a URL of any scheme holds a password.
pub(super) fn has_password(text: &str) -> bool {
    passwords(text)
        .iter()
        .any(|range| text.get(range.clone()).is_some_and(|text| !super::placeholder::is_placeholder(text)))
}

/// Passwords, whatever they open: `scheme://user:password@host` up to the LAST `@` of the word, and the value behind
/// `password=`.
fn passwords(text: &str) -> Vec<Range<usize>> {
    let address = || text.contains('@') && text.contains("://");
    if !text.contains('=') && !address() {
        return Vec::new();
    }
    let plain = reference::veil(text);
    let mut found = in_addresses(&plain);
    found.extend(assigned(&plain));
    found.retain(|range| !range.is_empty() && !text.get(range.clone()).is_some_and(is_reference));
    found
}

/// Passwords in addresses of any scheme that are written out: `redis://default:password@host`.
pub(super) fn of_addresses(text: &str) -> Vec<Range<usize>> {
    if !text.contains('@') {
        return Vec::new();
    }
    let mut found = in_addresses(&reference::veil(text));
    found.retain(|range| {
        let password = text.get(range.clone()).unwrap_or("");
        !password.is_empty() && !reference::any(password) && !super::placeholder::is_placeholder(password)
    });
    found
}

/// What stands between the first `:` behind `://` and the LAST `@` of the word.
fn in_addresses(plain: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = plain.get(at..).and_then(|rest| rest.find("://")).map(|offset| at + offset + 3) {
        let rest = plain.get(start..).unwrap_or("");
        let word = rest.find(char::is_whitespace).and_then(|end| rest.get(..end)).unwrap_or(rest);
        at = start + word.len();
        let Some(end) = word.rfind('@') else { continue };
        let Some(colon) = word.get(..end).and_then(|user| user.find(':')) else { continue };
        // A second address in the same word may be what holds the password; all between is hidden with it.
        found.push(start + colon + 1..start + end);
    }
    found
}

fn is_reference(text: &str) -> bool {
    reference::whole(text).is_some()
}

/// Values behind `password=`, in quotes or up to a blank.
fn assigned(plain: &str) -> Vec<Range<usize>> {
    let lower = plain.to_ascii_lowercase();
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, key) in lower.match_indices("password") {
        if found.last().is_some_and(|last| at < last.end) {
            continue;
        }
        let rest = plain.get(at + key.len()..).unwrap_or("");
        let trimmed = rest.trim_start_matches(' ');
        let Some(value) = trimmed.strip_prefix('=') else { continue };
        let value = value.trim_start_matches(' ');
        // In text that stands in quotes itself, a quote is written with a backslash before it.
        let value = value.strip_prefix('\\').filter(|rest| rest.starts_with(['\'', '"'])).unwrap_or(value);
        let start = plain.len() - value.len();
        let quote = value.chars().next().filter(|c| matches!(c, '\'' | '"'));
        let length = match quote {
            Some(quote) => value.get(1..).and_then(|rest| rest.find(quote)).map_or(value.len(), |close| close + 2),
            None => {
                value.find(|c: char| c.is_whitespace() || matches!(c, '&' | ';' | '\'' | '"')).unwrap_or(value.len())
            }
        };
        let quotes = usize::from(quote.is_some() && length >= 2);
        found.push(start + quotes..start + length - quotes);
    }
    found
}
