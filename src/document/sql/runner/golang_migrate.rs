//! golang-migrate. `source/parse.go` of its source: `^([0-9]+)_(.*)\.(down|up)\.(.*)$` in the folder itself, by version as a
//! number of 64 bits; any other name is passed over. A database keeps the last version alone: what is added before it is
//! never run there.

use super::{Named, Path, Runner, Step, as_number, by_number, digits};

pub(super) const RUNNER: Runner = Runner {
    name: "golang-migrate",
    doc: "golang-migrate: `<number>_<name>.up.sql` and `.down.sql`, by number",
    late: "never runs it there, and does not say so",
    well_known: &[],
    recurses: false,
    goes_back_by_pattern: false,
    sections: None,
    pairs: |_| true,
    read,
    order: by_number,
};

fn read(path: Path<'_>) -> Named<'_> {
    let (version, rest) = digits(path.file);
    let name = rest.strip_prefix('_');
    // The last of `.up.` and `.down.` divides it: what stands before takes all it can.
    let found = |step: &str| rest.rfind(step).map(|at| (at, step.len()));
    let (at, step) = match (found(".up."), found(".down.")) {
        (Some(up), Some(down)) if up.0 > down.0 => (Some(up), Step::Up),
        (_, Some(down)) => (Some(down), Step::Down),
        (up, None) => (up, Step::Up),
    };
    match (name, at) {
        (Some(_), Some((at, _))) if version.parse::<u64>().is_ok() => {
            path.file(as_number(version), rest.get(1..at).unwrap_or("")).steps(step)
        }
        _ => path.file("", path.stem()).skipped("name"),
    }
}
