//! Every driver on every measured string (`tests/drivers.json`).

use super::super::driver::DRIVERS;
use super::super::reading::{Port, Tls, Verifies};
use super::super::{Connection, Form, Settings, form_at};
use crate::source::{Mapped, SourceId};
use serde_json::{Value, json};

/// Strings of a driver of which our reading differs from what was measured.
type Exception = (&'static str, fn(&str) -> bool, &'static str);

/// Where a reading differs on purpose: driver, which strings, reason. On each of these strings it must differ.
const EXCEPTIONS: &[Exception] = &[
    ("asyncpg", port_nobody_has, "a port that nobody can listen on is told as refused; asyncpg fails when it connects"),
    ("node-postgres", |text| text.contains(":0/"), "as for asyncpg"),
    (
        "node-postgres",
        |text| !text.starts_with("p") && !text.starts_with("P") && !text.starts_with("j"),
        "what is no URL is told as refused; the driver looks for a host called base",
    ),
    ("postgres.js", |text| text.contains(":0/"), "as for asyncpg"),
    (
        "postgres.js",
        |text| text.starts_with("jdbc:"),
        "what has no host is told as refused; the driver goes to localhost",
    ),
    (
        "postgres.js",
        |text| text.contains("@[2600"),
        "an IPv6 address is told as refused; the driver cuts it at its first colon",
    ),
    ("sqlx", |text| text.contains(":0/"), "as for asyncpg"),
    ("tokio-postgres", |text| text.contains(":0/"), "as for asyncpg"),
];

fn port_nobody_has(text: &str) -> bool {
    text.contains(":0/") || text.contains(":65536/")
}

/// What our reading says, in the fixture's words.
fn reading(text: &str, driver: &str) -> Value {
    let mapped = Mapped::literal(SourceId(0), text, 0);
    let name = DRIVERS.iter().find(|row| row.name == driver).map(|row| row.name);
    let settings = Settings { driver: name, ..Settings::default() };
    let lead = text.len() - text.trim_start().len();
    let form = form_at(text, lead).unwrap_or(Form::Keyword);
    let found = Connection::read(&mapped, 0..text.len(), form, &settings);
    let reading = &found.reading;
    if !reading.refused.is_empty() {
        return json!("refused");
    }
    if reading.service.is_some() && matches!(driver, "libpq" | "sqlalchemy") {
        return json!("service");
    }
    let port = |port: &Port| match port {
        Port::Is(number, _) => *number,
        _ => 5432,
    };
    let hosts = reading.hosts.iter().map(|host| format!("{}:{}", host.name.text(), port(&host.port)));
    let text =
        |part: &Option<Mapped>| part.as_ref().map(Mapped::text).filter(|text| !text.is_empty()).map(str::to_owned);
    let tls = match reading.tls {
        Tls::Is(word, _) | Tls::Default(word) => word,
        Tls::Refused(_) | Tls::Open(_) | Tls::Unset => "none",
    };
    let verifies = match reading.verifies {
        Some(Verifies::Yes) => Some(true),
        Some(Verifies::No) => Some(false),
        Some(Verifies::Program) => None,
        None => Some(tls.starts_with("verify")),
    };
    json!({
        "hosts": hosts.collect::<Vec<_>>(), "user": text(&reading.user), "password": text(&reading.password),
        "database": text(&reading.database), "tls": tls, "verifies": verifies,
    })
}

/// Whether two readings are one: a database that is not named is called like the user, and host names in any case.
fn same(ours: &Value, theirs: &Value) -> bool {
    let mut ours = ours.clone();
    if ours["database"].is_null() && theirs["database"] == theirs["user"] && !ours["tls"].is_null() {
        ours["database"] = theirs["database"].clone();
    }
    let bare = |reading: &Value| reading.to_string().replace("\"[26", "\"26").replace("]:", ":");
    bare(&ours).eq_ignore_ascii_case(&bare(theirs))
}

#[test]
fn every_driver_reads_every_string_as_it_was_measured() {
    let fixture: Value = serde_json::from_str(include_str!("../../../../../tests/drivers.json")).unwrap();
    let rows = fixture["rows"].as_array().unwrap();
    assert!(rows.len() > 100);
    let mut wrong = Vec::new();
    for row in rows {
        let text = row["string"].as_str().unwrap();
        for driver in DRIVERS {
            let Some(theirs) = row.get(driver.name) else { continue };
            let ours = reading(text, driver.name);
            let excepted = EXCEPTIONS.iter().find(|(name, fits, _)| *name == driver.name && fits(text));
            match (same(&ours, theirs), excepted) {
                (true, None) | (false, Some(_)) => {}
                (true, Some((_, _, reason))) => {
                    wrong.push(format!("{} agrees on {text:?}, though {reason}", driver.name))
                }
                (false, None) => wrong.push(format!("{} {text}\n  ours   {ours}\n  theirs {theirs}", driver.name)),
            }
        }
    }
    for (driver, fits, reason) in EXCEPTIONS {
        assert!(rows.iter().any(|row| fits(row["string"].as_str().unwrap())), "{driver}: {reason}");
        assert!(EXCEPTIONS.iter().filter(|(name, ..)| name == driver).count() <= 3, "{driver} has too many exceptions");
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_table_and_the_vocabulary_name_the_same_drivers() {
    let words: Vec<&str> = crate::fact::kinds::connection::DRIVERS.iter().map(|word| word.name).collect();
    assert_eq!(DRIVERS.iter().map(|driver| driver.name).collect::<Vec<_>>(), words);
}
