//! Settings of a service that stand in its own configuration file: Railway reads them over what its dashboard says, until
//! it stops reading such files (docs.railway.com, config as code).

use super::Draft;
use crate::document::{Settings, railway};
use crate::fact::{Fact, Field, Kind, State};

/// Fills in what an export of an environment leaves out and a railway.toml of the same service says.
pub fn settings(drafts: &mut [Draft], settings: &Settings) {
    if settings.today.is_some_and(|today| today >= railway::CONFIG_ENDS) {
        return;
    }
    let files: Vec<Draft> =
        drafts.iter().filter(|draft| draft.document.kind == "railway-config").map(outline).collect();
    if files.is_empty() {
        return;
    }
    for draft in drafts.iter_mut().filter(|draft| draft.document.kind == "railway-environment") {
        let (service, environment) = (draft.document.service.text(), draft.document.environment.text());
        let Some(service) = service else { continue };
        let of_service = files.iter().filter(|file| file.document.service.text() == Some(service));
        let said: Vec<&Fact> = of_service.flat_map(|file| said(file, environment)).collect();
        for fact in draft.facts.iter_mut().filter(|fact| fact.kind == Kind::Deploy) {
            for said in &said {
                fill(fact, said);
            }
        }
    }
}

/// Takes out what a file says as a whole where its document is of one environment and the file has a block for that one:
/// then only the block runs, which has the settings of the whole file in it.
pub fn overridden(drafts: &mut [Draft]) {
    for draft in drafts.iter_mut().filter(|draft| draft.document.kind == "railway-config") {
        let Some(environment) = draft.document.environment.text() else { continue };
        let deploys = draft.facts.iter().enumerate().filter(|(_, fact)| fact.kind == Kind::Deploy);
        let own = |fact: &Fact| fact.own(Field::Environment).and_then(State::text).map(|own| own == environment);
        let base = deploys.clone().find(|(_, fact)| own(fact).is_none()).map(|(position, _)| position);
        let has_block = deploys.clone().any(|(_, fact)| own(fact) == Some(true));
        let Some(base) = base.filter(|_| has_block) else { continue };
        let parent = |fact: &Fact| fact.parent.map(|parent| parent.0 as usize);
        if draft.facts.iter().any(|fact| parent(fact) == Some(base)) {
            continue;
        }
        draft.facts.remove(base);
        for fact in &mut draft.facts {
            if let Some(parent) = parent(fact).filter(|parent| *parent > base) {
                *fact = std::mem::replace(fact, Fact::new(fact.kind, fact.anchor)).standing_in(parent - 1);
            }
        }
    }
}

/// What of a file counts here.
fn outline(draft: &Draft) -> Draft {
    let facts = draft.facts.iter().filter(|fact| fact.kind == Kind::Deploy).cloned().collect();
    Draft { document: draft.document.clone(), facts, open: Vec::new(), provided: Vec::new() }
}

/// The settings of a file for an environment, the narrowest first: its own block there, then the file as a whole.
fn said<'f>(file: &'f Draft, environment: Option<&str>) -> Vec<&'f Fact> {
    let own =
        |fact: &&Fact| fact.own(Field::Environment).and_then(State::text).is_some_and(|own| Some(own) == environment);
    let of_all = |fact: &&Fact| fact.own(Field::Environment).is_none();
    let labelled = file.document.environment.text();
    let base = file.facts.iter().filter(of_all).filter(|_| labelled.is_none() || labelled == environment);
    file.facts.iter().filter(own).chain(base).collect()
}

/// Takes over what is not written in an export.
fn fill(fact: &mut Fact, said: &Fact) {
    for (field, state) in said.fields() {
        let open = match fact.own(*field) {
            Some(State::Absent(_) | State::Defaulted(..)) => true,
            Some(State::Unknown(_, cause)) => cause.reason == railway::LEFT_TO_FILE,
            _ => false,
        };
        let mine = !matches!(field, Field::Environment | Field::Service | Field::RootDirectory);
        let known = matches!(state, State::Stated(..))
            || matches!(fact.own(*field), Some(State::Unknown(..))) && !matches!(state, State::Unknown(..));
        if open && mine && known {
            fact.set(*field, state.clone());
            fact.hidden |= said.hidden;
        }
    }
}
