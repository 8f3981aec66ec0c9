//! A project without preflight.yaml: files with well-known names, and the general packs that judge such files.

use super::super::Terminal;
use super::{Group, Options, Session, no_config};
use crate::cli::load::mark_built_in;
use crate::config::FILE_NAME;
use crate::discover::{self, Found};
use crate::document::DocumentKind;
use crate::finding::Problem;
use crate::init;
use crate::policy::{self, PackText, PolicySet, Spellings};

/// What becomes of a project without preflight.yaml.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bare {
    /// Files with well-known names are looked at.
    Seen,
    /// They are judged besides, by the general packs.
    Judged,
}

impl Session {
    /// The documents with well-known names, and the general packs that judge such documents.
    pub(super) fn unconfigured(
        &mut self,
        group: &Group,
        options: &Options<'_>,
        terminal: &mut Terminal,
    ) -> Option<(PolicySet, Vec<Found>)> {
        if !options.documents {
            return Some((PolicySet::default(), Vec::new()));
        }
        // Who pipes a document in means that one, and not what lies around.
        let alone = group.stdin && group.paths.is_empty();
        let (mut found, problems) = match alone {
            true => (Vec::new(), Vec::new()),
            false => discover::well_known(&group.folder, &group.paths, &terminal.folder),
        };
        self.problems.extend(problems);
        if group.stdin {
            found.push(self.stdin(options.stdin, terminal)?);
        }
        if found.is_empty() && options.bare == Bare::Judged {
            let places = if group.paths.is_empty() { std::slice::from_ref(&group.folder) } else { &group.paths };
            let problems = places
                .iter()
                .map(|place| no_config(&discover::shown(place, &terminal.folder), discover::Files::Disk.words()));
            self.problems.extend(problems);
            return None;
        }
        if found.is_empty() {
            let shown = discover::shown(&group.folder, &terminal.folder);
            let problem = Problem::path("path", shown.clone(), format!("nothing to check in {shown}"));
            self.problems.push(problem.help("No file has a well-known name."));
        }
        let taken = found.iter().map(|found| format!("{} was taken for {}", found.relative, found.kind.name));
        self.notices.extend(taken);
        let kinds: Vec<&'static DocumentKind> = found.iter().map(|found| found.kind).collect();
        let names = if options.bare == Bare::Judged { init::general_packs(&kinds) } else { Vec::new() };
        if !names.is_empty() {
            let packs = names.join(", ");
            self.notices.push(format!("there is no {FILE_NAME}: judged by {packs}; `preflight init` writes one"));
        }
        let packs: Vec<PackText> = names.iter().copied().filter_map(policy::built_in).collect();
        let first = self.sources.len();
        let loaded = policy::load(&packs, &Spellings::usual(), &[], &mut self.sources);
        mark_built_in(&mut self.sources, first, names);
        match loaded {
            Ok(set) => Some((set, found)),
            Err(problems) => {
                self.problems.extend(problems);
                None
            }
        }
    }
}
