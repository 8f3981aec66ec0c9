//! The Supabase CLI. `pkg/migration/list.go` of its source: names of the form `^([0-9]+)_(.*)\.sql$` in the folder itself, in
//! the byte order of names; any other is passed over with a word on standard error. The version is the text primary key of
//! `supabase_migrations.schema_migrations`. It knows no file that goes back: `x.down.sql` runs like any other.

use super::{FIRST_ONLY, Named, Path, Runner, alone, by_bytes, digits};

pub(super) const RUNNER: Runner = Runner {
    name: "supabase",
    doc: "the Supabase CLI: `<digits>_<name>.sql`, in the byte order of names; nothing goes back",
    late: "stops at it, unless it is run with --include-all",
    well_known: &["supabase/migrations/*.sql"],
    recurses: false,
    goes_back_by_pattern: false,
    sections: None,
    pairs: alone,
    read,
    order: by_bytes,
};

/// The CLI of that day began to make the schema of its own: an init file from before it is passed over, where it is the first
/// entry of the folder.
const FIRST: &str = "20211209000000";

fn read(path: Path<'_>) -> Named<'_> {
    let (version, rest) = digits(path.stem());
    let name = rest.strip_prefix('_');
    let named = path.file(version, name.unwrap_or(path.stem()));
    if version.is_empty() || name.is_none() || !path.file.ends_with(".sql") {
        named.skipped("name")
    } else if version.len() == FIRST.len() && version < FIRST && name == Some("init") {
        // It has its version where it is not the first.
        Named { skipped: Some(FIRST_ONLY), ..named }
    } else {
        named
    }
}
