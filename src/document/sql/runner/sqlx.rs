//! sqlx. `sqlx-core/src/migrate/source.rs`: `<version>_<description>.sql`, or `.up.sql` and `.down.sql`, in the folder itself,
//! by version as a number of 64 bits with a sign. A name without `_` or `.sql` is passed over; a version that is no number
//! stops the run.

use super::{Named, Path, Runner, Step, as_number, by_number};

pub(super) const RUNNER: Runner = Runner {
    name: "sqlx",
    doc: "sqlx: `<number>_<name>.sql`, or `.up.sql` with `.down.sql`, by number",
    late: "runs it behind what is there, in another order than on a new database",
    well_known: &[],
    recurses: false,
    goes_back_by_pattern: false,
    sections: None,
    pairs: |named| named.sorted_by.ends_with(".up.sql"),
    read,
    order: by_number,
};

fn read(path: Path<'_>) -> Named<'_> {
    let Some((version, name)) = path.file.split_once('_').filter(|(_, rest)| rest.ends_with(".sql")) else {
        return path.file("", path.stem()).skipped("name");
    };
    let (name, step) = match (name.strip_suffix(".down.sql"), name.strip_suffix(".up.sql")) {
        (Some(name), _) => (name, Step::Down),
        (_, Some(name)) => (name, Step::Up),
        _ => (name.strip_suffix(".sql").unwrap_or(name), Step::Up),
    };
    match version.parse::<i64>() {
        Ok(_) => path.file(as_number(version.trim_start_matches('+')), name).steps(step),
        Err(_) => path.file("", name).steps(step).skipped("refused"),
    }
}
