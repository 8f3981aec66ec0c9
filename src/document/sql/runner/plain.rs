//! No runner in particular: every file runs, in the byte order of names, and the digits before a name are its version.

use super::{Named, Path, Runner, alone, digits};

/// File names that say nothing, of tools that put one migration into one folder: the folder is named.
const IN_FOLDER: &[&str] = &["migration.sql", "up.sql", "down.sql"];

pub(super) const RUNNER: Runner = Runner {
    name: "plain",
    doc: "no runner in particular: every file, in the byte order of names; the digits before a name are its version",
    late: "runs it behind what is there, in another order than on a new database",
    well_known: &["migrations/*.sql", "db/migrations/*.sql"],
    recurses: true,
    goes_back_by_pattern: true,
    sections: None,
    pairs: alone,
    read,
    order: |one, other| whole(one).cmp(whole(other)),
};

/// The folder, and the name in it.
fn whole<'n>(named: &'n Named<'_>) -> impl Iterator<Item = u8> + 'n {
    named.folder.bytes().chain([b'/']).chain(named.sorted_by.bytes())
}

fn read(path: Path<'_>) -> Named<'_> {
    let in_folder = IN_FOLDER.contains(&path.file) && !path.last.is_empty();
    let (version, name) = digits(if in_folder { path.last } else { path.stem() });
    let name = name.trim_start_matches(['_', '-']);
    if in_folder { path.in_own_folder(version, name) } else { path.file(version, name) }
}
