//! What of a connection string may be shown, and what of it nobody may see even in a public text. It does not depend on
//! the driver: shown are shapes that no secret has, at the places where every driver has them.

use super::super::{credential, placeholder, reference, shape};
use super::authority;
use super::libpq::keyword;
use super::libpq::{KEYS, uri};
use super::text::{Form, Text};
use crate::fact::kinds::connection::SSLMODES;
use std::ops::Range;

/// The parts of a string by who may see them.
#[derive(Default)]
pub(super) struct Parts {
    /// What may be shown.
    pub shown: Vec<Range<usize>>,
    /// What nobody may see.
    pub secrets: Vec<Range<usize>>,
    /// Where a password would stand.
    pub password_gap: usize,
}

/// The parts of a string.
pub(super) fn parts(text: &Text<'_>, form: &Form) -> Parts {
    let mut parts = match form {
        Form::Keyword => keywords(text),
        Form::Uri(..) => uri(text, authority(text, form), true),
        Form::Jdbc(scheme) => uri(text, authority(text, form), text.rest(scheme.end).starts_with("://")),
    };
    without_claimed(text, &mut parts.shown);
    parts
}

#[allow(clippy::single_range_in_vec_init, reason = "parts are ranges, and the first list of them holds one")]
fn uri(text: &Text<'_>, start: usize, hosted: bool) -> Parts {
    let layout = uri::divide(text, start, hosted);
    let part = |range: &Range<usize>| text.mapped.text().get(range.clone()).unwrap_or("");
    let mut shown = vec![0..start];
    let mut secrets = Vec::new();
    if let Some(at) = layout.at {
        let user = layout.user.clone().unwrap_or(start..start);
        if shape::is_user(part(&user)) {
            shown.push(user.clone());
        } else if !placeholder::is_placeholder(part(&user)) && reference::whole(part(&user)).is_none() {
            secrets.push(user);
        }
        if let Some(password) = &layout.password {
            shown.push(password.start - 1..password.start);
            secrets.push(password.clone());
        }
        shown.push(at..at + 1);
    }
    for (host, port) in &layout.hosts {
        host_parts(text, host, port.as_ref(), &mut shown, &mut secrets);
    }
    if let Some(database) = &layout.database {
        shown.extend(before(&text.plain, database.start, '/'));
        if shape::is_small_name(part(database)) {
            shown.push(database.clone());
        }
    }
    for (key, value) in &layout.parameters {
        shown.extend(before(&text.plain, key.start, '?').or_else(|| before(&text.plain, key.start, '&')));
        let Some(value) = value else { continue };
        if parameter_is_public(part(key), part(value)) {
            shown.push(key.start..value.end);
        } else if !parameter_is_harmless(part(key)) {
            secrets.push(value.clone());
        }
    }
    let password_gap = layout.user.as_ref().map_or(start, |user| user.end);
    Parts { shown, secrets, password_gap }
}

/// A host and its port, with the brackets of an address and the comma that ends them.
fn host_parts(
    text: &Text<'_>,
    host: &Range<usize>,
    port: Option<&Range<usize>>,
    shown: &mut Vec<Range<usize>>,
    secrets: &mut Vec<Range<usize>>,
) {
    let part = |range: &Range<usize>| text.mapped.text().get(range.clone()).unwrap_or("");
    if shape::is_host(part(host)) {
        let open = part(&(host.start.saturating_sub(1)..host.start)) == "[";
        shown.push(host.start - usize::from(open)..host.end + usize::from(open));
    } else if !placeholder::is_placeholder(part(host)) && !reference::any(part(host)) {
        secrets.push(host.clone());
    }
    if let Some(port) = port {
        shown.push(port.start - 1..port.start);
        if shape::port(part(port)).is_some() {
            shown.push(port.clone());
        } else if !reference::any(part(port)) {
            secrets.push(port.clone());
        }
    }
    let end = port.map_or(host.end, |port| port.end);
    shown.extend(separators(&text.plain, end, &[",", "],"]));
}

/// The parts of a `key=value` string. What stands behind something that cannot be divided is not shown.
fn keywords(text: &Text<'_>) -> Parts {
    let part = |range: &Range<usize>| text.mapped.text().get(range.clone()).unwrap_or("");
    let (tokens, broken) = keyword::tokens(text);
    let mut parts = Parts { password_gap: text.len(), ..Parts::default() };
    let mut at = 0;
    for token in tokens {
        let key = part(&token.key);
        let value = part(&token.value);
        let public = match key {
            "host" | "hostaddr" => shape::is_host(value),
            "user" => shape::is_user(value),
            "dbname" => shape::is_small_name(value),
            name => parameter_is_public(name, value),
        };
        // Blanks, the key, and a quote if there is one. A key that nobody knows may be the second half of a password.
        if KEYS.contains(&key) {
            parts.shown.push(at..token.value.start);
        }
        at = token.value.end;
        if public {
            parts.shown.push(token.value.clone());
        } else if !parameter_is_harmless(key) || !KEYS.contains(&key) {
            parts.secrets.push(token.value.clone());
        }
    }
    if broken.is_none() {
        parts.shown.push(at..text.len());
    } else {
        parts.secrets.push(at..text.len());
    }
    parts
}

/// Keeps what no recogniser of credentials claims.
fn without_claimed(text: &Text<'_>, shown: &mut Vec<Range<usize>>) {
    let mut claimed: Vec<Range<usize>> = Vec::new();
    for key in credential::find(text.mapped.text()) {
        match claimed.last_mut() {
            Some(last) if key.range.start < last.end => last.end = last.end.max(key.range.end),
            _ => claimed.push(key.range),
        }
    }
    shown.retain(|range| {
        let next = claimed.partition_point(|claimed| claimed.end <= range.start);
        claimed.get(next).is_none_or(|claimed| range.end <= claimed.start)
    });
}

/// A TLS mode of any driver, or a port.
fn parameter_is_public(key: &str, value: &str) -> bool {
    match key {
        "sslmode" | "ssl" | "ssl-mode" => {
            SSLMODES.iter().any(|word| word.name == value) || matches!(value, "true" | "false" | "no-verify")
        }
        "port" => shape::port(value).is_some(),
        _ => false,
    }
}

/// Whether a parameter can hold no password, so that it may be seen in a text that is public anyway.
fn parameter_is_harmless(key: &str) -> bool {
    !key.contains("pass") && !key.contains("secret") && !key.contains("scram") && key != "user" && !key.contains('%')
}

/// One of the separators, if it stands at `at`.
fn separators(plain: &str, at: usize, all: &[&str]) -> Option<Range<usize>> {
    let rest = plain.get(at..)?;
    let found = all.iter().find(|separator| rest.starts_with(**separator))?;
    Some(at..at + found.len())
}

/// The separator right before `at`.
fn before(plain: &str, at: usize, separator: char) -> Option<Range<usize>> {
    let start = at.checked_sub(1)?;
    plain.get(start..at).is_some_and(|text| text.starts_with(separator)).then_some(start..at)
}
