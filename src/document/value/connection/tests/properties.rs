//! Whatever a string is, every driver reads it without falling over, and what it reads stands inside it.

use super::super::driver::DRIVERS;
use super::super::reading::{Port, Reading, Tls};
use super::super::{Connection, Settings, find};
use crate::fact::{Fact, Field, State};
use crate::source::{Mapped, SourceId, Span};
use proptest::prelude::*;

/// Good strings in every form, and pieces that break them.
const SEEDS: &[&str] = &[
    "postgresql://postgres.abcdefghijklmnopqrst:MADEUP%2Fpw@aws-0-us-east-1.pooler.supabase.com:6543/postgres?sslmode=require",
    "postgres://app:MADEUP@[2600:1f18::1]:6432,h2.example.com/app?ssl%6Dode=verify-full&options=reference%3Dabcdefghijklmnopqrst",
    "postgresql+asyncpg://app:MADEUP@h.example.com/app?ssl=require&host=a:1&host=b:2",
    "postgresql+psycopg://app:MADEUP@h.example.com/app?sslmode=require&user=x",
    "jdbc:postgresql://h.example.com:5432,i.example.com/app?user=app&password=MADEUP&ssl=true",
    "postgresql:///app?host=/var/run/postgresql&port=5433&password=MADEUP",
    "host=a.example.com,b.example.com port=5432 dbname='my app' user=app password='MADEUP \\' \\\\ x'",
    "postgresql://u:${{shared.PW}}@${{h.HOST}}:${PORT}/d?sslmode=${{ shared.MODE }}&${{shared.MORE}}",
];

const PIECES: &[&str] = &[
    "%",
    "%2",
    "%2F",
    "%C3%A9",
    "%FF",
    "%00",
    "@",
    ":",
    "/",
    "//",
    "?",
    "#",
    "&",
    "=",
    "[",
    "]",
    ",",
    "'",
    "\\",
    " ",
    "\t",
    "é",
    "\u{0}",
    "${",
    "${{",
    "}}",
    "${X}",
    "port=",
    "host=",
    "sslmode=",
    "password=",
    "+",
    "postgresql://",
    "jdbc:",
];

/// A good string with pieces put in, parts taken out, and parts doubled.
fn mutated() -> impl Strategy<Value = String> {
    let change = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..3_u8, prop::sample::select(PIECES));
    (prop::sample::select(SEEDS), prop::collection::vec(change, 0..5)).prop_map(|(seed, changes)| {
        let mut text: Vec<char> = seed.chars().collect();
        for (at, to, what, piece) in changes {
            let (at, to) = (at.index(text.len() + 1), to.index(text.len() + 1));
            let (from, end) = (at.min(to), at.max(to).min(at.min(to) + 12));
            match what {
                0 => drop(text.splice(from..from, piece.chars())),
                1 => drop(text.drain(from..end)),
                _ => {
                    let part: Vec<char> = text[from..end].to_vec();
                    drop(text.splice(end..end, part));
                }
            }
        }
        text.into_iter().collect()
    })
}

/// Every part of a reading with its place.
fn parts(reading: &Reading) -> Vec<&Mapped> {
    let single = [&reading.user, &reading.password, &reading.database, &reading.options, &reading.service];
    let hosts = reading.hosts.iter().map(|host| &host.name);
    single.into_iter().flatten().chain(hosts).chain(&reading.ignored).collect()
}

/// Every place that a reading tells.
fn places(reading: &Reading) -> Vec<Span> {
    let mut places: Vec<Span> = parts(reading).iter().map(|part| part.whole()).collect();
    places.extend(reading.refused.iter().map(|refused| refused.span));
    if let Tls::Is(_, span) | Tls::Refused(span) = reading.tls {
        places.push(span);
    }
    for host in &reading.hosts {
        match host.port {
            Port::Is(_, span) | Port::Default(span) | Port::Refused(span) => places.push(span),
            Port::Open(ref part) => places.push(part.whole()),
        }
    }
    places
}

/// The bytes that percent-encoding spells, or those of the text.
fn percent_decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A connection in a value that stands at byte 5 of a source.
fn read(text: &str, driver: &'static str) -> Vec<Connection> {
    let settings = Settings { driver: Some(driver), ..Settings::default() };
    find(&Mapped::literal(SourceId(0), text, 5), true, &settings)
}

/// Holds that every driver reads a text, and that all places it tells lie inside and between characters.
fn places_lie_inside(text: &str) -> Result<(), TestCaseError> {
    for driver in DRIVERS {
        for connection in read(text, driver.name) {
            for place in places(&connection.reading) {
                let range = place.range();
                let inside = range.start >= 5 && range.end <= 5 + text.len();
                prop_assert!(inside, "{}: {range:?} of {}", driver.name, text.len());
                let whole = text.is_char_boundary(range.start - 5) && text.is_char_boundary(range.end - 5);
                prop_assert!(whole, "{}: {range:?} divides a character", driver.name);
            }
            // They are bytes of the connection, which may be a part of the text.
            let all = connection.text.text();
            for range in connection.shown.iter().chain(&connection.secrets) {
                prop_assert!(range.start <= range.end && all.get(range.clone()).is_some(), "{range:?}");
            }
            for fact in connection.facts("value") {
                prop_assert!(fact.fields().iter().all(|(_, state)| lies_inside(state, text.len())));
            }
        }
    }
    find(&Mapped::literal(SourceId(0), text, 0), false, &Settings::default());
    Ok(())
}

#[test]
fn places_are_whole_characters_where_letters_have_accents() {
    let texts = [
        "hosté=a.example.com,b.example.com port=5432 dbname='my app' user=app password='MADEUP \' \\ x'",
        "hosté=a.example.com,b.example.com port=5432 dbname='my app' user=app password='MADEUP \\' \\\\ x'",
        "postgres://app:MADEUP@[2600:1f18::1]é:6432,h2.example.com/app?ssl%6Dode=verify-full&options=reference%3Dabcdefghijklmnopqrst",
    ];
    for text in texts {
        assert!(places_lie_inside(text).is_ok(), "{text}: {:?}", places_lie_inside(text));
    }
}

proptest! {
    #[test]
    fn mutations_never_panic_and_places_lie_inside(text in mutated()) {
        places_lie_inside(&text)?;
    }

    #[test]
    fn what_is_read_is_what_is_written(text in mutated()) {
        for driver in DRIVERS {
            for connection in read(&text, driver.name) {
                for part in parts(&connection.reading) {
                    let range = part.whole().range();
                    let written = text.get(range.start - 5..range.end - 5).unwrap();
                    // A list of several pieces stands for the bytes from the first to the last.
                    let plain = !written.contains(['%', '\\', '+']) && !part.text().contains(',');
                    let read = part.text().to_owned();
                    prop_assert!(!plain || written == read || written.contains(',') , "{}", driver.name);
                    let decodable = matches!(driver.name, "libpq" | "asyncpg" | "tokio-postgres") && !written.contains(['+', '\\', ',', '$']);
                    if decodable && connection.reading.refused.is_empty() && !percent_decoded(written).contains('\u{fffd}') {
                        let decoded = percent_decoded(written);
                        prop_assert!(read == decoded || read == written, "{}", driver.name);
                    }
                }
            }
        }
    }

    #[test]
    fn a_password_is_never_shown(text in mutated(), name in "MADEUP[a-z0-9]{8}") {
        let text = text.replace("MADEUP", &name);
        for driver in DRIVERS {
            for connection in read(&text, driver.name) {
                let shown = connection.shown.iter().filter_map(|range| text.get(range.clone()));
                prop_assert!(!shown.collect::<String>().contains(&name));
                let said = connection.facts("value");
                prop_assert!(said.iter().all(|fact| !tells(fact, &name)), "{}", driver.name);
            }
        }
    }
}

/// What would cost more than linear time costs minutes here.
#[test]
fn long_strings_are_read_by_every_driver() {
    let many = |piece: fn(usize) -> String| (0..3_000).map(piece).collect::<String>();
    let texts = [
        format!("postgresql://{}", many(|index| format!("h{index}:x,"))),
        format!("postgresql://h/d?{}", many(|index| format!("k{index}=v&"))),
        format!("postgresql+asyncpg://h/d?{}", many(|index| format!("host=h{index}:1&"))),
        format!("postgresql+psycopg://h/d?{}", many(|_| "sslmode=x&".to_owned())),
        format!("jdbc:postgresql://{}/d?{}", many(|_| "[::1]:0,".to_owned()), many(|_| "ssl&".to_owned())),
        format!("postgresql://u:{}@h/d", many(|_| "%41%zz".to_owned())),
        format!("postgresql://{}", many(|_| "[".to_owned())),
        format!("postgresql://{}", many(|_| "@:".to_owned())),
        format!("host=h dbname=d {}", many(|index| format!("k{index}='v' "))),
        format!("host=h dbname=d {}", many(|_| "port=\\' ".to_owned())),
    ];
    for text in texts {
        for driver in DRIVERS {
            for connection in read(&text, driver.name) {
                assert!(connection.facts("value").len() <= 65);
            }
        }
    }
}

fn lies_inside(state: &State, length: usize) -> bool {
    state.span().is_none_or(|span| span.range().end <= 5 + length)
}

/// Whether a field that a message may show holds the name.
fn tells(fact: &Fact, name: &str) -> bool {
    let def = fact.kind.def();
    !fact.hidden
        && fact.fields().iter().any(|(field, state)| {
            let shows = def.field(*field).is_none_or(|def| def.show) && *field != Field::Value;
            shows && state.text().is_some_and(|text| text.to_ascii_lowercase().contains(&name.to_ascii_lowercase()))
        })
}
