//! Prisma Migrate: one folder a migration, with `migration.sql` in it, in the byte order of the names of folders. The whole
//! name of the folder is what `_prisma_migrations` knows it by; no form of it is asked for.

use super::{Named, Path, Runner, alone, by_bytes, digits};

pub(super) const RUNNER: Runner = Runner {
    name: "prisma",
    doc: "Prisma Migrate: `<name>/migration.sql`, in the byte order of folders; nothing goes back",
    late: "runs it behind what is there, in another order than on a new database",
    well_known: &["**/prisma/migrations/*/migration.sql"],
    recurses: false,
    goes_back_by_pattern: false,
    sections: None,
    pairs: alone,
    read,
    order: by_bytes,
};

fn read(path: Path<'_>) -> Named<'_> {
    let (_, name) = digits(path.last);
    let named = path.in_own_folder(path.last, name.trim_start_matches('_'));
    match path.file {
        "migration.sql" if !path.last.is_empty() => named,
        "migration.sql" => path.file("", path.stem()).skipped("folder"),
        _ => named.skipped("name"),
    }
}
