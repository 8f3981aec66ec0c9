//! Which values of options libpq refuses before it sends anything (fe-connect.c of PostgreSQL 18, `pqConnectOptions2`
//! and `PQconnectPoll`).

use super::super::reading::Reading;
use super::super::reference;
use super::Options;
use crate::source::Mapped;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::RangeInclusive;

/// Options that take one of a few words; an empty value is none of them.
const WORDS: &[(&str, &[&str])] = &[
    ("channel_binding", &["disable", "prefer", "require"]),
    ("sslnegotiation", &["postgres", "direct"]),
    ("gssencmode", &["disable", "prefer", "require"]),
    ("sslcertmode", &["disable", "allow", "require"]),
    ("target_session_attrs", &["any", "read-write", "read-only", "primary", "standby", "prefer-standby"]),
    ("load_balance_hosts", &["disable", "random"]),
    ("min_protocol_version", PROTOCOLS),
    ("max_protocol_version", PROTOCOLS),
];

/// Options that take a whole number, and the numbers that a Linux socket takes.
const NUMBERS: &[(&str, RangeInclusive<i32>)] = &[
    ("keepalives", i32::MIN..=i32::MAX),
    ("keepalives_idle", 1..=32767),
    ("keepalives_interval", 1..=32767),
    ("keepalives_count", 1..=127),
    ("tcp_user_timeout", i32::MIN..=i32::MAX),
];

/// TLS versions, from oldest to newest; in any case.
const TLS_VERSIONS: &[&str] = &["tlsv1", "tlsv1.1", "tlsv1.2", "tlsv1.3"];

/// Versions of the protocol, from oldest to newest.
const PROTOCOLS: &[&str] = &["3.0", "3.2", "latest"];

/// Ways to authenticate that `require_auth` knows.
const METHODS: &[&str] = &["password", "md5", "gss", "sspi", "scram-sha-256", "oauth", "none"];

/// Notes every value that libpq refuses.
pub(super) fn check(options: &Options, reading: &mut Reading) {
    let known = |key: &str| options.get(key).filter(|value| !reference::any(value.text()));
    for (key, words) in WORDS {
        if let Some(value) = known(key)
            && !words.contains(&value.text())
        {
            reading.refuse("value", value.whole());
        }
    }
    if let Some(value) = known("require_auth").filter(|value| !value.text().is_empty() && !is_auth(value.text())) {
        reading.refuse("value", value.whole());
    }
    let mut numbers = vec![("connect_timeout", i32::MIN..=i32::MAX)];
    // The others are looked at for TCP only, and not where keepalives are off.
    let socket = |name: &str| name.is_empty() || name.starts_with(['/', '@']);
    let off = known("keepalives").and_then(|value| int(value.text())) == Some(0);
    let address = options.said("hostaddr").is_some_and(|list| list.text().split(',').any(|part| !part.is_empty()));
    if !off && (address || reading.hosts.iter().any(|host| !socket(host.name.text()))) {
        numbers.extend(NUMBERS.iter().cloned());
    }
    for (key, taken) in numbers {
        let fits = |value: &&Mapped| int(value.text()).is_some_and(|number| taken.contains(&number));
        if let Some(value) = known(key).filter(|value| !fits(value)) {
            reading.refuse("value", value.whole());
        }
    }
    for key in ["scram_client_key", "scram_server_key"] {
        if let Some(value) = known(key).filter(|value| STANDARD.decode(value.text()).map(|key| key.len()) != Ok(32)) {
            reading.refuse("value", value.whole());
        }
    }
    versions(options, reading);
    let direct = known("sslnegotiation").filter(|value| value.text() == "direct");
    if let (Some(direct), Some("disable" | "allow" | "prefer")) = (direct, reading.mode_word()) {
        reading.refuse("weak-tls", direct.whole());
    }
}

/// TLS versions and protocol versions: each known, and the least not above the most.
fn versions(options: &Options, reading: &mut Reading) {
    let known = |key: &str| options.get(key).filter(|value| !value.text().is_empty() && !reference::any(value.text()));
    let tls = |value: &Mapped| TLS_VERSIONS.iter().position(|name| value.text().eq_ignore_ascii_case(name));
    for key in ["ssl_min_protocol_version", "ssl_max_protocol_version"] {
        if let Some(value) = known(key).filter(|value| tls(value).is_none()) {
            reading.refuse("value", value.whole());
        }
    }
    let protocol = |value: &Mapped| PROTOCOLS.iter().position(|name| value.text() == *name);
    let ranks = [
        (
            "ssl_max_protocol_version",
            known("ssl_min_protocol_version").and_then(tls),
            known("ssl_max_protocol_version").and_then(tls),
        ),
        (
            "max_protocol_version",
            known("min_protocol_version").and_then(protocol),
            known("max_protocol_version").and_then(protocol),
        ),
    ];
    for (key, least, most) in ranks {
        if let (Some(least), Some(most), Some(value)) = (least, most, options.get(key))
            && most < least
        {
            reading.refuse("value", value.whole());
        }
    }
}

/// Whether a list of ways to authenticate is one: all with `!` or none, none twice.
fn is_auth(text: &str) -> bool {
    let mut seen: Vec<&str> = Vec::new();
    let negated = text.starts_with('!');
    text.split(',').all(|item| {
        let method = item.strip_prefix('!').unwrap_or(item);
        let fits = item.starts_with('!') == negated && METHODS.contains(&method) && !seen.contains(&method);
        seen.push(method);
        fits
    })
}

/// A number as C's `strtol` reads it: blanks around it, a sign; within 32 bits.
fn int(text: &str) -> Option<i32> {
    let blank = |c: char| c.is_ascii_whitespace() || c == '\x0b';
    let text = text.trim_start_matches(blank).trim_end_matches(blank);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let all = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse().ok()).flatten()
}

/// A port as libpq reads it.
pub(in super::super) fn port(text: &str) -> Option<u16> {
    int(text).and_then(|number| u16::try_from(number).ok()).filter(|number| *number > 0)
}

/// Whether `hostaddr` can be one: an address in numbers.
pub(super) fn is_address(text: &str) -> bool {
    let bare = text.split_once('%').map_or(text, |(address, _zone)| address);
    text.is_empty() || reference::any(text) || text.parse::<Ipv4Addr>().is_ok() || bare.parse::<Ipv6Addr>().is_ok()
}
