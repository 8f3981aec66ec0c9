//! node-postgres (pg-connection-string/index.js and pg/lib/connection-parameters.js, measured with 2.14.1 and 8.23.1):
//! JavaScript's `URL`, any scheme. Without a word about TLS there is none; every mode but `disable` and `no-verify` makes
//! it verify in full, unless `uselibpqcompat=true` says otherwise. What it reads from a text that is no URL (a database of
//! that name on a host called `base`) is told as refused.

use super::grammar::uri;
use super::percent::decode_but;
use super::reading::{Reading, Tls, Verifies, decimal};
use super::text::{Form, Text};
use super::{reference, url};
use crate::source::Mapped;

/// Parameters that it takes and that decide nothing here.
const TAKEN: &[&str] = &[
    "application_name",
    "client_encoding",
    "connect_timeout",
    "fallback_application_name",
    "idle_in_transaction_session_timeout",
    "lock_timeout",
    "query_timeout",
    "replication",
    "sslcert",
    "sslkey",
    "statement_timeout",
];

/// What the query says of TLS.
#[derive(Default)]
struct Said {
    ssl: Option<Mapped>,
    sslmode: Option<Mapped>,
    root: Option<Mapped>,
    /// A certificate or a key, which switches TLS on.
    files: Option<Mapped>,
    /// `sslnegotiation`.
    negotiation: Option<Mapped>,
    /// `uselibpqcompat=true`.
    compatible: bool,
}

/// Reads a URL.
pub(super) fn read(text: &Text<'_>, form: &Form) -> Reading {
    // A blank makes it encode the whole text; a scheme behind one is then none.
    if *form == Form::Keyword || text.mapped.text().starts_with(|c: char| c.is_ascii_whitespace()) {
        return super::refused(text, form, "scheme");
    }
    let encodes = encodes(text.mapped.text());
    let spaceless = Text { mapped: text.mapped, plain: text.plain.replace(' ', "_").into() };
    let parts = match url::divide(if encodes { &spaceless } else { text }, form) {
        Ok(parts) => parts,
        Err(("host", range)) if range.is_empty() || text.rest(range.start).starts_with(':') => {
            return no_host(text, form, range.start);
        }
        Err(broken) => return super::broken(text, form, broken),
    };
    let mut reading = Reading {
        user: parts.user.clone().map(|user| decode(&text.part(user), encodes)),
        password: parts.password.clone().map(|password| decode(&text.part(password), encodes)),
        ..Reading::default()
    };
    let mut host = decode(&parts.host_text(text), encodes);
    let mut number = parts.port_text(text);
    let mut said = Said::default();
    for (name, value, written) in uri::pairs(text, parts.query.clone(), true) {
        if reference::any(written.text()) {
            reading.open = Some(written);
            continue;
        }
        let given = !value.text().is_empty();
        match name.text() {
            "user" if given => reading.user = Some(value),
            "password" if given => reading.password = Some(value),
            "host" if given => host = value,
            "port" if given => number = value,
            "options" => reading.options = Some(value),
            "ssl" => said.ssl = Some(value),
            "sslmode" => said.sslmode = Some(value).filter(|_| given),
            "sslrootcert" => said.root = Some(value).filter(|_| given),
            "sslnegotiation" => said.negotiation = Some(value).filter(|_| given),
            "sslcert" | "sslkey" => said.files = Some(value).filter(|_| given),
            "uselibpqcompat" => said.compatible = value.text() == "true",
            name if TAKEN.contains(&name) => {}
            _ => reading.ignored.push(written),
        }
    }
    let path = (parts.path.start + 1).min(parts.path.end)..parts.path.end;
    reading.database = Some(decode_path(&text.part(path), encodes)).filter(|path| !path.text().is_empty());
    if let Some(escape) = parts.no_utf8(text) {
        reading.refuse("escape", text.span(escape));
    }
    reading.pair(vec![host], &[number], parse_int);
    negotiation(&said, &mut reading);
    tls(&said, &mut reading);
    reading
}

/// Whether it encodes the whole text before it reads it: for a blank, or for a `%` that begins no escape.
fn encodes(text: &str) -> bool {
    let hex = |at: usize| text.as_bytes().get(at).map(u8::is_ascii_hexdigit);
    let broken = |at: usize| hex(at + 1) == Some(false) || (hex(at + 1) == Some(true) && hex(at + 2) == Some(false));
    text.contains(' ') || text.match_indices('%').any(|(at, _)| broken(at))
}

/// A part as JavaScript's `decodeURIComponent` reads it. Where all was encoded once more, only escapes of two decimal
/// digits are taken back.
fn decode(part: &Mapped, encodes: bool) -> Mapped {
    decode_but(part, |digits| encodes && !digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The path as JavaScript's `decodeURI` reads it, which leaves the escapes of characters that divide a URL.
fn decode_path(part: &Mapped, encodes: bool) -> Mapped {
    const RESERVED: &[&str] = &["3B", "2F", "3F", "3A", "40", "26", "3D", "2B", "24", "2C", "23"];
    let decimal = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    let reserved = |digits: &str| RESERVED.iter().any(|known| known.eq_ignore_ascii_case(digits));
    decode_but(part, |digits| reserved(digits) || (encodes && !decimal(digits)))
}

/// `user@/db`: tried again with a host that stands for none.
fn no_host(text: &Text<'_>, form: &Form, at: usize) -> Reading {
    if text.rest(at).starts_with(':') {
        return super::broken(text, form, ("host", at..at));
    }
    let Form::Uri(_, start) = form else { return super::refused(text, form, "scheme") };
    let mut reading = uri::tolerant(text, *start);
    reading.tls = Tls::Default("disable");
    let mut said = Said::default();
    let query = text.find(at, &['?']);
    for (name, value, _) in uri::pairs(text, (query + 1).min(text.len())..text.find(query, &['#']), true) {
        match name.text() {
            "ssl" => said.ssl = Some(value),
            "sslmode" => said.sslmode = Some(value),
            _ => {}
        }
    }
    tls(&said, &mut reading);
    reading
}

/// `sslnegotiation=direct` needs TLS: it switches it on where nothing is said, and is refused where it is off.
fn negotiation(said: &Said, reading: &mut Reading) {
    let Some(value) = said.negotiation.as_ref().filter(|value| !reference::any(value.text())) else { return };
    let off = said.sslmode.as_ref().is_some_and(|mode| mode.text() == "disable")
        || (said.sslmode.is_none() && said.ssl.as_ref().is_some_and(|ssl| ssl_word(ssl.text()) == "disable"));
    match value.text() {
        "direct" if off => reading.refuse("weak-tls", value.whole()),
        "direct" | "postgres" => {}
        _ => reading.refuse("value", value.whole()),
    }
}

fn tls(said: &Said, reading: &mut Reading) {
    let written = said.sslmode.as_ref().or(said.root.as_ref()).or(said.files.as_ref());
    if let Some(open) = [&said.sslmode, &said.ssl].into_iter().flatten().find(|value| reference::any(value.text())) {
        reading.tls = Tls::Open(open.clone());
        return;
    }
    if let Some(system) = said.root.as_ref().filter(|root| root.text() == "system") {
        // It is read as the name of a file.
        reading.refuse("value", system.whole());
    }
    let Some(place) = written else {
        reading.tls = match &said.ssl {
            Some(ssl) => Tls::Is(ssl_word(ssl.text()), ssl.whole()),
            None => match said.negotiation.as_ref().filter(|value| value.text() == "direct") {
                Some(direct) => Tls::Is("verify-full", direct.whole()),
                None => Tls::Default("disable"),
            },
        };
        return;
    };
    let mode = said.sslmode.as_ref().map_or("", Mapped::text);
    let word = match (mode, said.compatible) {
        ("disable", _) => "disable",
        ("prefer" | "require", true) if mode == "require" && said.root.is_some() => {
            reading.verifies = Some(Verifies::Yes);
            "require"
        }
        ("prefer" | "require", true) | ("no-verify", false) => "require",
        ("verify-ca", true) => {
            if said.root.is_none() {
                reading.refuse("weak-tls", place.whole());
            }
            "verify-ca"
        }
        _ => "verify-full",
    };
    reading.tls = Tls::Is(word, place.whole());
}

/// A port as JavaScript's `parseInt` reads it: what stands behind the digits does not count.
pub(super) fn parse_int(text: &str) -> Option<u16> {
    let text = text.trim_start();
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    text.get(..length).and_then(decimal)
}

/// `ssl=`: any text but `0` and none switches TLS on, `false` too.
fn ssl_word(text: &str) -> &'static str {
    match text {
        "0" | "" => "disable",
        "no-verify" => "require",
        _ => "verify-full",
    }
}
