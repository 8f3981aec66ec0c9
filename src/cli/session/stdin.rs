//! A document on standard input.

use super::super::Terminal;
use super::super::args::StdinArgs;
use super::{STDIN, Session};
use crate::discover::{self, Found};
use crate::document::{DOCUMENT_KINDS, DocumentKind};
use crate::finding::Problem;
use crate::policy::did_you_mean;
use std::io::Read as _;
use std::path::PathBuf;

impl Session {
    /// Reads standard input as the document that the flags say it is.
    pub(super) fn stdin(&mut self, args: Option<&StdinArgs>, terminal: &mut Terminal) -> Option<Found> {
        let kind = match stdin_kind(args.and_then(|args| args.kind.as_deref())) {
            Ok(kind) => kind,
            Err(problem) => {
                self.problems.push(*problem);
                return None;
            }
        };
        let mut bytes = Vec::new();
        let text = match terminal.stdin.read_to_end(&mut bytes) {
            Ok(_) => discover::decode_document(bytes, STDIN, kind),
            Err(error) => Err(Problem::path("document", STDIN, discover::describe(STDIN, &error))),
        };
        let services = args.and_then(|args| args.service.clone()).into_iter().collect();
        let environment = args.and_then(|args| args.environment.clone());
        let found = Found::unconfigured(PathBuf::from("-"), STDIN.to_owned(), kind, text);
        // What has no name breaks no rule of names.
        let runner = kind.runners.first().copied();
        Some(Found { services, environment, runner, ..found })
    }
}

fn stdin_kind(name: Option<&str>) -> Result<&'static DocumentKind, Box<Problem>> {
    let known = || DOCUMENT_KINDS.iter().map(|kind| kind.name);
    let Some(name) = name else {
        let help = format!("Add --kind with one of {}.", known().collect::<Vec<_>>().join(", "));
        return Err(Box::new(Problem::path("usage", "-", "the kind of standard input is not said").help(help)));
    };
    kind_named(name)
}

/// The kind of document of a name.
pub(super) fn kind_named(name: &str) -> Result<&'static DocumentKind, Box<Problem>> {
    let known = || DOCUMENT_KINDS.iter().map(|kind| kind.name);
    crate::document::kind(name).ok_or_else(|| {
        let near = did_you_mean(name, known());
        let help = near.map_or_else(
            || format!("Known are {}.", known().collect::<Vec<_>>().join(", ")),
            |near| format!("Did you mean `{near}`?"),
        );
        Box::new(Problem::path("usage", "--kind", format!("there is no kind of document `{name}`")).help(help))
    })
}
