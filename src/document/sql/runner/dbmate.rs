//! dbmate. `pkg/dbmate/db.go` and `migration.go` of its source: `^(\d+).*\.sql$` in the folder itself, in the byte order of
//! names. A file holds both ways: what stands below `-- migrate:up`, and what stands below `-- migrate:down`.

use super::{Named, Path, Runner, Sections, Step, alone, by_bytes, digits};

pub(super) const RUNNER: Runner = Runner {
    name: "dbmate",
    doc: "dbmate: `<digits>_<name>.sql` with `-- migrate:up` and `-- migrate:down`, in the byte order of names",
    late: "runs it behind what is there (with --strict it stops)",
    well_known: &[],
    recurses: false,
    goes_back_by_pattern: false,
    sections: Some(sections),
    pairs: alone,
    read,
    order: by_bytes,
};

fn read(path: Path<'_>) -> Named<'_> {
    let (version, name) = digits(path.stem());
    let named = path.file(version, name.trim_start_matches('_'));
    if version.is_empty() || !path.file.ends_with(".sql") { named.skipped("name") } else { named }
}

/// The lines that say which way what follows goes. dbmate looks for them line by line, whatever they stand in.
fn sections(text: &str) -> Sections {
    let mut sections = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let said = line.strip_prefix("--").map(str::trim_start).and_then(|rest| rest.strip_prefix("migrate:"));
        let step = said.and_then(|said| match said.split_whitespace().next() {
            Some("up") => Some(Step::Up),
            Some("down") => Some(Step::Down),
            _ => None,
        });
        sections.extend(step.map(|step| (start, step)));
        start += line.len();
    }
    sections
}
