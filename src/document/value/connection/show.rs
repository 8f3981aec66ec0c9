//! What of a connection string may be shown, and what of it nobody may see even in a public text.

use super::super::{credential, placeholder, reference, shape};
use super::fact::tls_word;
use super::uri::Layout;
use super::{Connection, Form};
use std::ops::Range;

/// Fills in the shown and the secret parts of a URI.
#[allow(clippy::single_range_in_vec_init, reason = "parts are ranges, and the first list of them holds one")]
pub(super) fn uri(found: &mut Connection, plain: &str, layout: &Layout) {
    let text = found.text.text();
    let form = found.form;
    let part = |range: &Range<usize>| text.get(range.clone()).unwrap_or("");
    if found.ambiguous {
        found.secrets = vec![layout.start..text.len()];
        return;
    }
    let mut shown = vec![0..layout.start];
    let mut secrets = Vec::new();
    if let Some(at) = layout.at {
        let user = layout.user.clone().unwrap_or(layout.start..layout.start);
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
        if shape::is_host(part(host)) {
            // With the brackets of an address, and the comma that ends a host.
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
        let end = port.as_ref().map_or(host.end, |port| port.end);
        shown.extend(separators(plain, end, &[",", "],"]));
    }
    if let Some(database) = &layout.database {
        shown.extend(before(plain, database.start, '/'));
        if shape::is_small_name(part(database)) {
            shown.push(database.clone());
        }
    }
    for (key, value) in &layout.parameters {
        shown.extend(before(plain, key.start, '?').or_else(|| before(plain, key.start, '&')));
        let Some(value) = value else { continue };
        if parameter_is_public(part(key), part(value), form) {
            shown.push(key.start..value.end);
        } else if !parameter_is_harmless(part(key)) {
            secrets.push(value.clone());
        }
    }
    finish(found, shown, secrets);
}

/// Fills in the shown and the secret parts of a `key=value` string: keys and values with their places.
pub(super) fn keyword(found: &mut Connection, pairs: &[(Range<usize>, Range<usize>)]) {
    let text = found.text.text();
    let part = |range: &Range<usize>| text.get(range.clone()).unwrap_or("");
    let (mut shown, mut secrets) = (Vec::new(), Vec::new());
    let mut at = 0;
    for (key, value) in pairs {
        let public = match part(key) {
            "host" | "hostaddr" => shape::is_host(part(value)),
            "user" => shape::is_user(part(value)),
            "dbname" => shape::is_small_name(part(value)),
            name => parameter_is_public(name, part(value), Form::Keyword),
        };
        // Blanks, the key, and a quote if there is one.
        shown.push(at..value.start);
        at = value.end;
        if public {
            shown.push(value.clone());
        } else if !parameter_is_harmless(part(key)) {
            secrets.push(value.clone());
        }
    }
    shown.push(at..text.len());
    finish(found, shown, secrets);
}

/// Keeps what no recogniser of credentials claims.
fn finish(found: &mut Connection, mut shown: Vec<Range<usize>>, secrets: Vec<Range<usize>>) {
    let mut claimed: Vec<Range<usize>> = Vec::new();
    for key in credential::find(found.text.text()) {
        match claimed.last_mut() {
            Some(last) if key.range.start < last.end => last.end = last.end.max(key.range.end),
            _ => claimed.push(key.range),
        }
    }
    shown.retain(|range| {
        let next = claimed.partition_point(|claimed| claimed.end <= range.start);
        claimed.get(next).is_none_or(|claimed| range.end <= claimed.start)
    });
    (found.shown, found.secrets) = (shown, secrets);
}

/// A TLS mode that is one, or a port.
fn parameter_is_public(key: &str, value: &str, form: Form) -> bool {
    match key {
        "sslmode" | "ssl" => tls_word(form, if key == "ssl" { "ssl" } else { "sslmode" }, value).is_some(),
        "port" => shape::port(value).is_some(),
        _ => false,
    }
}

/// Whether a parameter can hold no password, so that it may be seen in a text that is public anyway.
fn parameter_is_harmless(key: &str) -> bool {
    !key.contains("pass") && key != "user" && !key.contains('%')
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
