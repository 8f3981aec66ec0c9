//! Diesel. `migrations_internals` of its source: one folder a migration, with `up.sql` and usually `down.sql` in it. The
//! version is what stands before the first `_` of the folder's name, without `-`; versions are compared as text.

use super::{Named, Path, Runner, Step, by_bytes};

pub(super) const RUNNER: Runner = Runner {
    name: "diesel",
    doc: "Diesel: `<version>_<name>/up.sql` and `down.sql`, by version as text",
    late: "runs it behind what is there, in another order than on a new database",
    well_known: &["migrations/*/up.sql", "migrations/*/down.sql"],
    recurses: false,
    goes_back_by_pattern: false,
    sections: None,
    pairs: |_| true,
    read,
    order: |one, other| one.version.cmp(&other.version).then_with(|| by_bytes(one, other)),
};

fn read(path: Path<'_>) -> Named<'_> {
    let (version, name) = path.last.split_once('_').unwrap_or((path.last, ""));
    let named = Named { version: Some(version.replace('-', "")), ..path.in_own_folder("", name) };
    match path.file {
        _ if path.last.is_empty() || path.last.starts_with('.') => named.skipped("folder"),
        "up.sql" => named,
        "down.sql" => named.steps(Step::Down),
        _ => named.skipped("name"),
    }
}
