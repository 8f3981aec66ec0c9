//! pgJDBC (documentation, "Connecting to the Database"; org.postgresql.Driver, `parseURL`). Read from its documentation
//! and source, not measured. There is no user info: user and password are parameters. Parameters that it does not know are
//! ignored. `ssl=true` without a mode verifies in full, unless its factory does not.

use super::grammar::uri::pairs;
use super::percent::decode;
use super::reading::{Host, Port, Reading, Tls, Verifies, decimal, modes};
use super::reference;
use super::text::{Form, Text};
use crate::source::Mapped;
use std::ops::Range;

/// Parameters that decide something here.
const READ: &[&str] = &["user", "password", "ssl", "sslmode", "sslfactory", "options"];

/// Parameters that it takes and that decide nothing here.
const TAKEN: &[&str] = &[
    "ApplicationName",
    "applicationName",
    "binaryTransfer",
    "channelBinding",
    "connectTimeout",
    "currentSchema",
    "defaultRowFetchSize",
    "gssEncMode",
    "hostRecheckSeconds",
    "loadBalanceHosts",
    "loginTimeout",
    "prepareThreshold",
    "reWriteBatchedInserts",
    "readOnly",
    "socketFactory",
    "socketTimeout",
    "sslNegotiation",
    "sslcert",
    "sslkey",
    "sslpassword",
    "sslrootcert",
    "stringtype",
    "targetServerType",
    "tcpKeepAlive",
    "unknownLength",
];

/// Reads a URL; anything but `jdbc:postgresql:` is for another driver.
pub(super) fn read(text: &Text<'_>, form: &Form) -> Reading {
    let Form::Jdbc(scheme) = form else { return super::refused(text, form, "scheme") };
    let mut reading = Reading::default();
    let start = scheme.end + 1;
    let end = text.find(start, &['?']);
    let hosted = text.get(start..end).starts_with("//");
    let database = if hosted {
        let authority = start + 2..text.find_in(start + 2..end, &['/']).unwrap_or(end);
        for address in text.split(authority.clone(), ',') {
            host(text, address, &mut reading);
        }
        (authority.end + 1).min(end)..end
    } else {
        let gap = text.part(start..start);
        reading.pair(vec![gap], &[], decimal);
        let slash = usize::from(text.get(start..end).starts_with('/'));
        start + slash..end
    };
    reading.database = Some(decode(&text.part(database), false)).filter(|database| !database.text().is_empty());
    let mut said: Vec<(&'static str, Mapped)> = Vec::new();
    for (name, value, written) in pairs(text, (end + 1).min(text.len())..text.len(), true) {
        if reference::any(written.text()) {
            reading.open = Some(written);
        } else if let Some(known) = READ.iter().find(|known| **known == name.text()) {
            said.push((known, value));
        } else if !TAKEN.contains(&name.text()) {
            reading.ignored.push(written);
        }
    }
    let last = |key: &str| said.iter().rev().find(|(name, _)| *name == key).map(|(_, value)| value.clone());
    (reading.user, reading.password, reading.options) = (last("user"), last("password"), last("options"));
    tls(last("sslmode"), last("ssl"), &mut reading);
    let factory = last("sslfactory");
    if factory.is_some_and(|factory| factory.text().ends_with("NonValidatingFactory")) {
        reading.verifies = Some(Verifies::No);
    }
    reading
}

/// One address: a port behind the last `:` that stands in no bracket.
fn host(text: &Text<'_>, address: Range<usize>, reading: &mut Reading) {
    // It would be part of the host's name, or of its port.
    let user = text.get(address.clone()).rfind('@').map(|at| address.start..address.start + at + 1);
    if let Some(user) = &user {
        reading.refuse("user-info", text.span(user.clone()));
    }
    let address = user.map_or(address.start, |user| user.end)..address.end;
    let all = text.get(address.clone());
    let colon = all.rfind(':').filter(|colon| all.rfind(']').is_none_or(|close| close < *colon));
    let name = address.start..address.start + colon.unwrap_or(all.len());
    let written = text.part(colon.map_or(address.end, |colon| address.start + colon + 1)..address.end);
    let bracketed = text.get(name.clone()).starts_with('[') && text.get(name.clone()).ends_with(']');
    let name = if bracketed { name.start + 1..name.end - 1 } else { name };
    let port = match colon {
        Some(_) if written.text().is_empty() => {
            reading.refuse("port", written.whole());
            Port::Refused(written.whole())
        }
        Some(_) => reading.port(&written, decimal),
        None => Port::Default(written.whole()),
    };
    reading.hosts.push(Host { name: text.part(name), port });
}

/// The mode; without one `ssl` decides, where an empty value is true.
fn tls(mode: Option<Mapped>, ssl: Option<Mapped>, reading: &mut Reading) {
    match (mode, ssl) {
        (Some(mode), _) => reading.mode(&mode, &modes()),
        (None, Some(ssl)) if reference::any(ssl.text()) => reading.tls = Tls::Open(ssl),
        (None, Some(ssl)) => {
            let truth = ssl.text().is_empty() || ssl.text().eq_ignore_ascii_case("true");
            reading.tls = Tls::Is(if truth { "verify-full" } else { "prefer" }, ssl.whole());
        }
        (None, None) => reading.tls = Tls::Default("prefer"),
    }
}
