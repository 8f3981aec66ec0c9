//! sqlx (sqlx-postgres/src/options/parse.rs, measured with 0.8.6): Rust's `url` crate, any scheme, one host. Modes count in
//! any case; parameters that it does not know are ignored with a warning, `ssl=` among them.

use super::grammar::uri;
use super::percent::decode;
use super::reading::{Reading, Tls, Verifies, decimal, modes};
use super::text::{Form, Text};
use super::{reference, url};
use crate::fact::Field;
use crate::source::Mapped;

/// The variables that count where the string says nothing.
pub(super) const ENVIRONMENT: &[(&str, Field)] = &[
    ("PGHOSTADDR", Field::Host),
    ("PGHOST", Field::Host),
    ("PGPORT", Field::Port),
    ("PGUSER", Field::User),
    ("PGPASSWORD", Field::Password),
    ("PGDATABASE", Field::Database),
    ("PGSSLMODE", Field::Sslmode),
];

/// Parameters that it takes and that decide nothing here.
const TAKEN: &[&str] = &[
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "application_name",
];

/// Reads a URL.
pub(super) fn read(text: &Text<'_>, form: &Form) -> Reading {
    let parts = match url::divide(text, form) {
        Ok(parts) => parts,
        Err(("scheme", _)) => return super::refused(text, form, "scheme"),
        Err(broken) => return super::broken(text, form, broken),
    };
    let mut reading = Reading {
        user: url::Url::decoded(text, &parts.user),
        password: url::Url::decoded(text, &parts.password),
        tls: Tls::Default("prefer"),
        ..Reading::default()
    };
    if let Some(escape) = parts.no_utf8(text) {
        reading.refuse("escape", text.span(escape));
    }
    let slashes = text.get(parts.path.clone()).bytes().take_while(|byte| *byte == b'/').count();
    let path = decode(&text.part(parts.path.start + slashes..parts.path.end), false);
    reading.database = Some(path).filter(|path| !path.text().is_empty());
    let mut host = parts.host_or_socket(text);
    let mut number = parts.port_text(text);
    for (name, value, written) in uri::pairs(text, parts.query.clone(), true) {
        if reference::any(written.text()) {
            reading.open = Some(written);
            continue;
        }
        match name.text() {
            "sslmode" | "ssl-mode" => {
                let lower = value.text().to_ascii_lowercase();
                match modes().iter().find(|word| **word == lower) {
                    Some(word) => reading.tls = Tls::Is(word, value.whole()),
                    None => reading.mode(&value, &[]),
                }
            }
            "host" => host = value,
            "hostaddr" => {
                if value.text().parse::<std::net::IpAddr>().is_err() && !reference::any(value.text()) {
                    reading.refuse("address", value.whole());
                }
                host = value;
            }
            "port" => number = value,
            "dbname" => reading.database = Some(value),
            "user" => reading.user = Some(value),
            "password" => reading.password = Some(value),
            "options" => reading.options = Some(value),
            name if TAKEN.contains(&name) || name.starts_with("options[") => {}
            _ => reading.ignored.push(written),
        }
    }
    if empty_port(&number, &parts) {
        reading.refuse("port", number.whole());
    }
    reading.pair(vec![host], &[number], decimal);
    if reading.mode_word() == Some("require") {
        reading.verifies = Some(Verifies::No);
    }
    reading
}

/// `?port=`: an empty text is no number.
fn empty_port(number: &Mapped, parts: &url::Url) -> bool {
    number.text().is_empty() && number.whole().start as usize > parts.path.end && parts.query.start > parts.path.end
}
