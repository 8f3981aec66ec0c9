//! Flyway, with the prefixes, the separator and the suffix that it has where nothing is configured (documentation,
//! "Migrations"): `V<version>__<name>.sql` once and by version, `U…` back, `R__<name>.sql` whenever it changes, behind all
//! versions. A version is numbers between `.` or `_`; zeros at its end count for nothing. Folders below are looked into.

use super::{Named, Path, Runner, Step, alone, as_number, by_bytes};
use std::cmp::Ordering;

pub(super) const RUNNER: Runner = Runner {
    name: "flyway",
    doc: "Flyway: `V<version>__<name>.sql` by version, `R__<name>.sql` behind them, `U…` back",
    late: "stops at it, or passes over it where `outOfOrder` is not set",
    well_known: &["**/db/migration/*.sql"],
    recurses: true,
    goes_back_by_pattern: false,
    sections: None,
    pairs: alone,
    read,
    order,
};

fn read(path: Path<'_>) -> Named<'_> {
    let stem = path.stem();
    let Some((head, name)) = stem.split_once("__").filter(|_| path.file.ends_with(".sql")) else {
        let named = path.file("", stem);
        return if is_callback(stem) { named.steps(Step::Beside) } else { named.skipped("name") };
    };
    let named = |step, head: &str| match version(head) {
        Some(version) => Named { version: Some(version), step, ..path.file("", name) },
        None => path.file("", stem).skipped("name"),
    };
    match (head.strip_prefix('V'), head.strip_prefix('U'), head.strip_prefix('B')) {
        (Some(head), ..) => named(Step::Up, head),
        (_, Some(head), _) => named(Step::Down, head),
        (.., Some(head)) => Named { version: None, ..named(Step::Beside, head) },
        _ if head == "R" => path.file("", name).steps(Step::Repeated),
        _ if is_callback(head) => path.file("", name).steps(Step::Beside),
        _ => path.file("", stem).skipped("name"),
    }
}

/// A version with its parts as numbers between dots; none where a part is no number.
fn version(text: &str) -> Option<String> {
    let mut parts: Vec<&str> = text.split(['.', '_']).map(as_number).collect();
    if parts.iter().any(|part| part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    while parts.len() > 1 && parts.last() == Some(&"0") {
        parts.pop();
    }
    Some(parts.join("."))
}

/// Scripts that run at an event: `beforeMigrate.sql`, `afterEachMigrate__name.sql`, `createSchema.sql`.
fn is_callback(name: &str) -> bool {
    let at_event =
        |event: &str| name.strip_prefix(event).is_some_and(|rest| rest.starts_with(|c: char| c.is_uppercase()));
    at_event("before") || at_event("after") || name == "createSchema"
}

fn order(one: &Named<'_>, other: &Named<'_>) -> Ordering {
    let numbers = |named: &Named<'_>| {
        let version = named.version.clone().unwrap_or_default();
        // A number may have any number of digits: without zeros before it the longer one is greater.
        version.split('.').map(|part| (part.len(), part.to_owned())).collect::<Vec<_>>()
    };
    numbers(one).cmp(&numbers(other)).then_with(|| by_bytes(one, other))
}
