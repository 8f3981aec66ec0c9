//! libpq's own reading of a connection string (PostgreSQL manual, "Connection Strings"; fe-connect.c of PostgreSQL 18,
//! measured with libpq 18.0.6): URIs and `key=value` strings give the same list of options, and the options decide.

pub(super) mod keyword;
pub(super) mod uri;
mod values;

use super::reading::{Reading, Tls, Verifies, modes};
use super::text::list;
use crate::source::{Mapped, Span};

pub(super) use values::port;

/// Every parameter that libpq 18 knows (PostgreSQL manual, "Parameter Key Words"), and `requiressl`, which it takes for
/// `sslmode`.
pub(super) const KEYS: &[&str] = &[
    "application_name",
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "dbname",
    "fallback_application_name",
    "gssdelegation",
    "gssencmode",
    "gsslib",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "krbsrvname",
    "load_balance_hosts",
    "max_protocol_version",
    "min_protocol_version",
    "oauth_client_id",
    "oauth_client_secret",
    "oauth_issuer",
    "oauth_scope",
    "options",
    "passfile",
    "password",
    "port",
    "replication",
    "require_auth",
    "requiressl",
    "requirepeer",
    "scram_client_key",
    "scram_server_key",
    "service",
    "sslcert",
    "sslcertmode",
    "sslcompression",
    "sslcrl",
    "sslcrldir",
    "sslkey",
    "sslkeylogfile",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "sslmode",
    "sslnegotiation",
    "sslpassword",
    "sslrootcert",
    "sslsni",
    "target_session_attrs",
    "tcp_user_timeout",
    "user",
];

/// The options of a string: each parameter once, the later one wins.
#[derive(Default)]
pub(super) struct Options(Vec<(&'static str, Mapped)>);

impl Options {
    /// Stores an option. Gives false where libpq knows no such parameter.
    pub(super) fn store(&mut self, key: &str, value: Mapped) -> bool {
        let Some(known) = KEYS.iter().find(|known| **known == key) else { return false };
        if *known == "requiressl" {
            let mode = if value.text().starts_with('1') { "require" } else { "prefer" };
            self.put("sslmode", spelled(mode, &value));
        } else {
            self.put(known, value);
        }
        true
    }

    /// Stores an option that is known.
    pub(super) fn put(&mut self, key: &'static str, value: Mapped) {
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some((_, old)) => *old = value,
            None => self.0.push((key, value)),
        }
    }

    /// An option, also where it is empty.
    pub(super) fn get(&self, key: &str) -> Option<&Mapped> {
        self.0.iter().find(|(known, _)| *known == key).map(|(_, value)| value)
    }

    /// An option that is not empty.
    fn said(&self, key: &str) -> Option<&Mapped> {
        self.get(key).filter(|value| !value.text().is_empty())
    }

    /// Every option that is not empty, with its value, in the order of the first writing.
    #[cfg(test)]
    pub(super) fn all(&self) -> impl Iterator<Item = (&'static str, &Mapped)> {
        self.0.iter().map(|(key, value)| (*key, value)).filter(|(_, value)| !value.text().is_empty())
    }
}

/// `word`, spelled in the source by `value`.
pub(super) fn spelled(word: &str, value: &Mapped) -> Mapped {
    let mut mapped = Mapped::empty(value.source(), value.whole().start as usize);
    mapped.push_escape(word, value, 0..value.text().len());
    mapped
}

/// What the options mean, and which of their values libpq refuses. `gap` is where a host would stand.
pub(super) fn interpret(options: &Options, gap: Span, reading: &mut Reading) {
    hosts(options, gap, reading);
    reading.user = options.said("user").cloned();
    reading.password = options.get("password").cloned();
    reading.database = options.said("dbname").cloned();
    reading.options = options.said("options").cloned();
    reading.service = options.get("service").cloned();
    reading.passfile = options.said("passfile").cloned();
    tls(options, reading);
    values::check(options, reading);
}

/// Hosts and ports. The address is what is connected to, but the host names it.
fn hosts(options: &Options, gap: Span, reading: &mut Reading) {
    let names = options.said("host").map(list);
    let addresses = options.said("hostaddr").map(list);
    let ports = options.get("port").map(list).unwrap_or_default();
    if let (Some(names), Some(addresses), Some(all)) = (&names, &addresses, options.get("hostaddr"))
        && names.len() != addresses.len()
    {
        reading.refuse("host-count", all.whole());
    }
    for address in addresses.iter().flatten().filter(|address| !values::is_address(address.text())) {
        reading.refuse("address", address.whole());
    }
    match names.or(addresses) {
        Some(hosts) => reading.pair(hosts, &ports, port),
        None => reading.pair(vec![Mapped::empty(gap.source, gap.start as usize)], &ports, port),
    }
}

/// The mode, and what a root certificate makes of it (PostgreSQL manual, "sslrootcert" and "sslmode").
fn tls(options: &Options, reading: &mut Reading) {
    let root = options.said("sslrootcert");
    let system = root.filter(|file| file.text() == "system");
    match options.get("sslmode") {
        Some(value) => reading.mode(value, &modes()),
        None if matches!(reading.tls, Tls::Refused(_)) => {}
        None => {
            reading.tls = match system {
                Some(system) => Tls::Is("verify-full", system.whole()),
                None => Tls::Default("prefer"),
            };
        }
    }
    if let (Some(system), Some(word)) = (system, reading.mode_word())
        && word != "verify-full"
    {
        let place = options.get("sslmode").unwrap_or(system).whole();
        reading.refuse("weak-tls", place);
    }
    if root.is_some() && reading.mode_word() == Some("require") {
        reading.verifies = Some(Verifies::Yes);
    }
}
