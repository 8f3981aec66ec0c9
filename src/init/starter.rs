//! A first preflight.yaml: what files with well-known names there are, and which packs judge such files.

use crate::document::DocumentKind;
use crate::document::sql::runner;
use crate::fact::Kind;
use std::fmt::Write as _;

/// A pattern of well-known names that files fit.
#[derive(Clone, Copy, Debug)]
pub struct WellKnown {
    /// The pattern, with its labels.
    pub pattern: &'static str,
    /// What such a file is.
    pub kind: &'static DocumentKind,
    /// How many there are.
    pub files: usize,
}

/// The packs that judge what these documents give, in the order in which they are named.
pub(crate) fn packs(kinds: &[&'static DocumentKind]) -> Vec<&'static str> {
    let gives = |fact: Kind| kinds.iter().any(|kind| kind.gives.contains(&fact));
    let railway = kinds.iter().any(|kind| kind.counted_as == "Railway");
    let wanted = [
        ("separation", gives(Kind::Variable)),
        ("git", gives(Kind::Credential)),
        ("railway", railway),
        ("history", gives(Kind::Migration)),
        ("postgres", gives(Kind::Table)),
    ];
    wanted.into_iter().filter(|(_, wanted)| *wanted).map(|(name, _)| name).collect()
}

/// The text of a preflight.yaml that reads these files.
pub fn starter(found: &[WellKnown]) -> String {
    let kinds: Vec<&'static DocumentKind> = found.iter().map(|found| found.kind).collect();
    let mut out = format!("version: 1\npacks: [{}]\ndocuments:\n", packs(&kinds).join(", "));
    for found in found {
        let _ = write!(out, "  - files: \"{}\"\n    kind: {}\n", found.pattern, found.kind.name);
        if let Some(runner) = runner::of_well_known(found.pattern) {
            let _ = writeln!(out, "    runner: {runner}");
        }
    }
    let labels = |label: &str| found.iter().any(|found| found.pattern.contains(label));
    if labels("{environment}") {
        out.push_str("labels:\n  environment: { prod: [production], dev: [development, local] }\n");
    }
    let unbound = found.iter().any(|found| {
        found.kind.labelled && !(found.pattern.contains("{service}") && found.pattern.contains("{environment}"))
    });
    if unbound {
        out.push_str(
            "# Where a path does not say whose file it is, an entry can: `service: api`, `environment: prod`. What nothing says is\n\
             # undecided.\n",
        );
    }
    out
}
