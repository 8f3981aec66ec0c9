//! Constants, in the form that the server prints.

use super::Piece;
use crate::fact::sql_type;

/// Types whose constants the server prints in a form of its own.
const LOOSE: &[&str] = &[
    "date",
    "timestamp without time zone",
    "timestamp with time zone",
    "time without time zone",
    "time with time zone",
    "interval",
    "uuid",
    "inet",
    "cidr",
    "macaddr",
    "money",
    "bytea",
    "xml",
    "point",
    "bit",
    "bit varying",
    "tsvector",
    "tsquery",
    "int4range",
    "int8range",
    "numrange",
    "tsrange",
    "tstzrange",
    "daterange",
];

/// The name of a type without its schema and its modifier.
pub(super) fn type_name(written: &str) -> String {
    let name = sql_type::canonical(&written.replace('"', ""));
    name.rsplit('.').next().unwrap_or(&name).to_owned()
}

/// Types that are text: the server turns one into another where it compares.
pub(super) fn both_text(one: &str, other: &str) -> bool {
    let text = |name: &str| {
        let name = name.trim_end_matches("[]");
        matches!(name, "text" | "character varying" | "name" | "bpchar" | "character")
    };
    text(one) && text(other) && one.ends_with("[]") == other.ends_with("[]")
}

/// A constant of a type; that of `regclass` is a name.
pub(super) fn typed(text: &str, ty: &str) -> Piece {
    if ty != "regclass" && ty != "regproc" {
        return Piece::Constant(text.to_owned(), Some(ty.to_owned()));
    }
    match text.rsplit_once('.') {
        Some((schema, name)) => Piece::Name(Some(bare(schema)), bare(name)),
        None => Piece::Name(None, bare(text)),
    }
}

/// Whether the server prints constants of a type in another form than they are written.
pub(super) fn is_loose(ty: &str) -> bool {
    LOOSE.contains(&ty) || ty.ends_with("[]") || matches!(ty, "jsonb" | "boolean")
}

/// A constant in the one form that stands for all in which a type takes it; none where that is not known.
pub(super) fn printed(text: &str, ty: &str) -> Option<String> {
    match ty {
        "interval" => interval(text),
        "jsonb" => serde_json::from_str::<serde_json::Value>(text).ok().map(|json| sorted(&json).to_string()),
        "boolean" => match text.to_ascii_lowercase().as_str() {
            "t" | "true" | "yes" | "on" | "y" | "1" => Some("true".into()),
            "f" | "false" | "no" | "off" | "n" | "0" => Some("false".into()),
            _ => None,
        },
        "uuid" => Some(text.to_ascii_lowercase()),
        "date" => {
            let is_day =
                |(at, byte): (usize, u8)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() };
            (text.len() == 10 && text.bytes().enumerate().all(is_day)).then(|| text.to_owned())
        }
        "bytea" => text.strip_prefix("\\x").map(|hex| hex.to_ascii_lowercase()),
        "bit" | "bit varying" => text.bytes().all(|bit| matches!(bit, b'0' | b'1')).then(|| text.to_owned()),
        _ if ty.ends_with("[]") => array(text),
        _ => None,
    }
}

fn bare(name: &str) -> String {
    name.trim_matches('"').to_owned()
}

/// jsonb keeps keys in an order of its own.
fn sorted(json: &serde_json::Value) -> serde_json::Value {
    match json {
        serde_json::Value::Object(fields) => {
            let fields: std::collections::BTreeMap<&String, serde_json::Value> =
                fields.iter().map(|(key, value)| (key, sorted(value))).collect();
            serde_json::Value::Object(fields.into_iter().map(|(key, value)| (key.clone(), value)).collect())
        }
        serde_json::Value::Array(items) => serde_json::Value::Array(items.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

/// `{a, b}` without blanks and needless quotes; none where it holds what needs them.
fn array(text: &str) -> Option<String> {
    let inner = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    if inner.contains(['{', '\\', '"']) {
        return None;
    }
    Some(format!("{{{}}}", inner.split(',').map(str::trim).collect::<Vec<_>>().join(",")))
}

/// Units of intervals, with what they are in months, days and seconds.
const UNITS: &[(&str, [i64; 3])] = &[
    ("century", [1200, 0, 0]),
    ("decade", [120, 0, 0]),
    ("year", [12, 0, 0]),
    ("mon", [1, 0, 0]),
    ("month", [1, 0, 0]),
    ("week", [0, 7, 0]),
    ("day", [0, 1, 0]),
    ("hour", [0, 0, 3600]),
    ("hr", [0, 0, 3600]),
    ("minute", [0, 0, 60]),
    ("min", [0, 0, 60]),
    ("second", [0, 0, 1]),
    ("sec", [0, 0, 1]),
];

/// An interval in months, days and seconds; none where it is written otherwise than `1 day`, `2 hours 30 minutes`,
/// `01:30:00`.
fn interval(text: &str) -> Option<String> {
    let mut sum = [0_i64; 3];
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        if let [hours, minutes, seconds] = word.split(':').collect::<Vec<_>>().as_slice() {
            let of = |part: &str| part.parse::<u16>().ok().map(i64::from);
            sum[2] += of(hours)? * 3600 + of(minutes)? * 60 + of(seconds)?;
            continue;
        }
        let number = i64::from(word.parse::<i32>().ok()?);
        let unit = words.next()?.to_ascii_lowercase();
        let unit = UNITS.iter().find(|(name, _)| *name == unit || unit.strip_suffix('s') == Some(*name))?.1;
        sum.iter_mut().zip(unit).for_each(|(sum, unit)| *sum += number * unit);
    }
    let [months, days, seconds] = sum;
    Some(format!("{months} months {days} days {seconds} seconds"))
}
