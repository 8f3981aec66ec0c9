//! Prisma's Rust engine (prisma/prisma-engines, quaint/src/connector/postgres/url.rs at 0d495ae; Prisma documentation,
//! "PostgreSQL"). Read from its source, not measured. A mode that it does not know, `verify-full` among them, is `prefer`;
//! certificates are verified only with `sslaccept=strict`.

use super::grammar::uri;
use super::percent::decode;
use super::reading::{Reading, Tls, Verifies, decimal};
use super::text::{Form, Text};
use super::{reference, url};
use crate::source::Mapped;

/// Parameters that it takes and that decide nothing here.
const TAKEN: &[&str] = &[
    "pgbouncer",
    "sslcert",
    "sslidentity",
    "sslpassword",
    "statement_cache_size",
    "schema",
    "connection_limit",
    "socket_timeout",
    "connect_timeout",
    "pool_timeout",
    "max_connection_lifetime",
    "max_idle_connection_lifetime",
    "application_name",
    "channel_binding",
];

/// Parameters whose value must be a whole number.
const NUMBERS: &[&str] = &[
    "statement_cache_size",
    "connection_limit",
    "socket_timeout",
    "connect_timeout",
    "pool_timeout",
    "max_connection_lifetime",
    "max_idle_connection_lifetime",
];

/// Reads a URL.
pub(super) fn read(text: &Text<'_>, form: &Form) -> Reading {
    let known = matches!(text.scheme(form).to_ascii_lowercase().as_str(), "postgresql" | "postgres");
    if !known || !matches!(form, Form::Uri(..)) {
        return super::refused(text, form, "scheme");
    }
    let parts = match url::divide(text, form) {
        Ok(parts) => parts,
        Err(broken) => return super::broken(text, form, broken),
    };
    let mut reading = Reading {
        user: url::Url::decoded(text, &parts.user),
        password: url::Url::decoded(text, &parts.password),
        tls: Tls::Default("prefer"),
        verifies: Some(Verifies::No),
        ..Reading::default()
    };
    let path = (parts.path.start + 1).min(parts.path.end)..parts.path.end;
    reading.database = Some(decode(&text.part(path), false)).filter(|path| !path.text().is_empty());
    let mut host = parts.host_or_socket(text);
    for (name, value, written) in uri::pairs(text, parts.query.clone(), true) {
        if reference::any(written.text()) {
            reading.open = Some(written);
            continue;
        }
        check(&name, &value, &mut reading);
        match name.text() {
            "sslmode" => reading.tls = mode(&value),
            "sslaccept" if value.text() == "accept_invalid_certs" => reading.verifies = Some(Verifies::No),
            "sslaccept" => reading.verifies = Some(Verifies::Yes),
            "host" => host = value,
            "options" => reading.options = Some(value),
            name if TAKEN.contains(&name) => {}
            _ => reading.ignored.push(written),
        }
    }
    reading.pair(vec![host], &[parts.port_text(text)], decimal);
    if matches!(reading.mode_word(), Some("disable")) {
        reading.verifies = Some(Verifies::No);
    }
    reading
}

/// A number that is none, or a `pgbouncer` that is neither true nor false, is refused.
fn check(name: &Mapped, value: &Mapped, reading: &mut Reading) {
    let number = NUMBERS.contains(&name.text()) && value.text().parse::<u64>().is_err();
    let truth = name.text() == "pgbouncer" && !matches!(value.text(), "true" | "false");
    if (number || truth) && !reference::any(value.text()) {
        reading.refuse("value", value.whole());
    }
}

/// `disable`, `prefer` or `require`; anything else is `prefer`, in silence.
fn mode(value: &Mapped) -> Tls {
    if reference::any(value.text()) {
        return Tls::Open(value.clone());
    }
    let word = ["disable", "require"].into_iter().find(|word| *word == value.text());
    Tls::Is(word.unwrap_or("prefer"), value.whole())
}
