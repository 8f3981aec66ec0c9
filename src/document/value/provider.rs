//! Whose host it is, and what answers there.
//!
//! Sources: Supabase documentation, "Connect to your database"; Supabase CLI, `config.toml` (ports of the local stack: 54322
//! database, 54329 pooler); Railway documentation, "Private networking" and "TCP proxy"; PgBouncer documentation,
//! `listen_port` (6432).

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

/// The project reference of Supabase: 20 small letters.
pub(super) fn is_project(text: &str) -> bool {
    text.len() == 20 && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Whose host it is: a word of the vocabulary's `provider`. `host` is in lower case.
pub(super) fn of(host: &str) -> &'static str {
    let host = host.strip_suffix('.').unwrap_or(host);
    let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| host.ends_with(suffix));
    if is_local(host) {
        "local"
    } else if ends(&[".supabase.co", ".supabase.com"]) {
        "supabase"
    } else if ends(&[".railway.internal", ".railway.app", ".rlwy.net"]) {
        "railway"
    } else {
        "other"
    }
}

/// Whether a host is this machine: `localhost`, a loopback address, or the folder (`/…`) or abstract name (`@…`) of a
/// Unix socket.
fn is_local(host: &str) -> bool {
    host.starts_with(['/', '@'])
        || host == "localhost"
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || host.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
}

/// Where the Supabase project stands in a host: the label before `.supabase.co`, if it is a project reference.
pub(super) fn project(host: &str) -> Option<Range<usize>> {
    let before = host.strip_suffix('.').unwrap_or(host).strip_suffix(".supabase.co")?;
    let start = before.rfind('.').map_or(0, |dot| dot + 1);
    before.get(start..).filter(|label| is_project(label)).map(|_| start..before.len())
}

/// Whether it is the host of Supabase's shared pooler, which finds the project by the user name.
pub(super) fn is_shared_pooler(host: &str) -> bool {
    host.strip_suffix('.').unwrap_or(host).ends_with(".pooler.supabase.com")
}

/// Whether the endpoint of a host depends on the port.
pub(super) fn depends_on_port(host: &str) -> bool {
    is_shared_pooler(host) || is_database(host)
}

/// Whether a host is called after PgBouncer: one of its labels is, or has a part that is, `pgbouncer` or `pgb`.
fn is_pgbouncer(host: &str) -> bool {
    host.split(['.', '-', '_']).any(|part| matches!(part, "pgbouncer" | "pgb"))
}

/// Whether it is the database host of a Supabase project: `db.<project>.supabase.co`.
fn is_database(host: &str) -> bool {
    host.starts_with("db.") && host.strip_suffix('.').unwrap_or(host).ends_with(".supabase.co")
}

/// What answers at a host and port: a word of the vocabulary's `endpoint`.
pub(super) fn endpoint(host: &str, port: i64) -> &'static str {
    let name = host.strip_suffix('.').unwrap_or(host);
    match (is_shared_pooler(host), is_database(host), port) {
        (true, _, 6543) => "transaction-pooler",
        (true, _, 5432) => "session-pooler",
        (_, true, 5432) => "direct",
        (_, true, 6543) => "dedicated-pooler",
        (_, _, 54322 | 54329) if is_local(name) => "local-stack",
        _ if is_local(name) => "local",
        _ if name.ends_with(".railway.internal") => "railway-internal",
        _ if of(name) == "railway" => "railway-public",
        (_, false, 6432) => "pgbouncer",
        _ if is_pgbouncer(name) => "pgbouncer",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_have_owners() {
        assert_eq!(of("abcdefghijklmnopqrst.supabase.co"), "supabase");
        assert_eq!(of("aws-0-us-east-1.pooler.supabase.com"), "supabase");
        assert_eq!(of("api-production-1a2b.up.railway.app"), "railway");
        assert_eq!(of("roundhouse.proxy.rlwy.net"), "railway");
        assert_eq!(of("postgres.railway.internal."), "railway");
        assert_eq!(of("evilsupabase.co"), "other");
        assert_eq!(of("supabase.co.example.com"), "other");
        for local in ["localhost", "127.0.0.1", "::1", "/var/run/postgresql"] {
            assert_eq!(of(local), "local", "{local}");
        }
    }

    #[test]
    fn the_port_tells_the_poolers_apart() {
        let database = "db.abcdefghijklmnopqrst.supabase.co";
        let pooler = "aws-0-us-east-1.pooler.supabase.com";
        assert_eq!(endpoint(database, 5432), "direct");
        assert_eq!(endpoint(database, 6543), "dedicated-pooler");
        assert_eq!(endpoint(database, 54322), "other");
        assert_eq!(endpoint(pooler, 5432), "session-pooler");
        assert_eq!(endpoint(pooler, 6543), "transaction-pooler");
        assert_eq!(endpoint(pooler, 65432), "other");
        assert_eq!(endpoint("127.0.0.1", 54322), "local-stack");
        assert_eq!(endpoint("localhost", 54329), "local-stack");
        assert_eq!(endpoint("localhost", 5432), "local");
        assert_eq!(endpoint("db.example.com", 54322), "other");
        assert_eq!(endpoint("pool.example.com", 6432), "pgbouncer");
        assert_eq!(endpoint("app-pgbouncer.example.com", 5432), "pgbouncer");
        assert_eq!(endpoint("pgbouncers.example.com", 5432), "other");
        assert_eq!(endpoint("postgres.railway.internal", 5432), "railway-internal");
        assert_eq!(endpoint("roundhouse.proxy.rlwy.net", 12345), "railway-public");
        assert_eq!(project(database), Some(3..23));
        assert_eq!(project("db.short.supabase.co"), None);
    }
}
