//! Functions that migrations call: what their bodies do is done then. And event triggers, which run whenever something is
//! made.

use super::{Op, Replay, Runs};
use crate::fact::{Cause, FactId, Facts, Field, Kind};
use crate::replay::database::Name;
use std::collections::HashMap;
use std::sync::Arc;

/// Functions that call functions that … are followed so deep.
const DEEPEST: usize = 8;

/// The operations of the bodies of routines, by the operation that makes the routine: the first, and one past the last.
#[derive(Default)]
pub struct Bodies {
    of: HashMap<FactId, (u32, u32)>,
}

impl Bodies {
    /// Reads them: the operations of a body stand right behind the one that makes the routine.
    pub fn of(facts: &Facts) -> Self {
        let mut bodies = Self::default();
        let mut maker: Option<FactId> = None;
        for id in facts.of_kind(Kind::Operation) {
            match facts.get(*id, Field::Stands).text() {
                Some("function-body") => {}
                // of a statement of the script it is the body that builds the text
                Some("dynamic")
                    if maker.is_some_and(|maker| {
                        bodies.of.contains_key(&maker) || facts.get(maker, Field::Stands).text() == Some("top-level")
                    }) => {}
                _ => {
                    let makes =
                        matches!(facts.get(*id, Field::Is).text(), Some("create_function" | "create_procedure"));
                    maker = makes.then_some(*id);
                    continue;
                }
            }
            let same = |maker: &FactId| facts.fact(*maker).document == facts.fact(*id).document;
            if let Some(maker) = maker.filter(same) {
                bodies.of.entry(maker).or_insert((id.0, id.0)).1 = id.0 + 1;
            }
        }
        bodies
    }

    /// The operations of one body.
    fn operations<'f>(&self, facts: &'f Facts, maker: FactId) -> impl Iterator<Item = FactId> + use<'f> {
        let (first, end) = self.of.get(&maker).copied().unwrap_or_default();
        (first..end).map(FactId).filter(|id| facts.fact(*id).kind == Kind::Operation)
    }
}

impl Replay {
    /// Runs the bodies of the functions that an operation calls. What they find is not said of them: it is otherwise with
    /// each call.
    pub fn follow(&mut self, op: &Op<'_>, bodies: &Bodies, depth: usize) {
        let called = match op.is {
            "select" => op.names(Field::Calls).unwrap_or_default(),
            "call" => op.qualified().into_iter().collect(),
            _ => return,
        };
        if depth > DEEPEST || bodies.of.is_empty() {
            return;
        }
        let found = self.found.len();
        for name in called {
            let keys = self.called(&name, op);
            let doubt = match (op.doubt(), keys.as_slice()) {
                (Some(cause), _) => Some(Arc::clone(cause)),
                (None, [key]) => self.db.routines.get(key).and_then(|routine| routine.presence.doubt().cloned()),
                (None, _) => Some(Cause::new("may be done by a function of which there are several", "Write it out.")),
            };
            for key in keys {
                let Some(maker) = self.db.routines.get(&key).map(|routine| routine.made_by) else { continue };
                for id in bodies.operations(op.facts, maker) {
                    let mut inner = Op::new(op.facts, id);
                    if let Some(cause) = &doubt {
                        inner.runs = Runs::Perhaps(Arc::clone(cause));
                    }
                    self.resolve(&mut inner);
                    self.run(&inner);
                    self.follow(&inner, bodies, depth + 1);
                }
            }
        }
        self.found.truncate(found);
    }

    /// The keys of the routines that a call may mean.
    fn called(&self, name: &str, op: &Op<'_>) -> Vec<Name> {
        if name.contains('.') {
            return self.routines(name, None);
        }
        let path = op.path().map(|(schemas, _)| schemas).unwrap_or_else(|| vec!["public".into()]);
        let found = path.iter().map(|schema| self.routines(&format!("{schema}.{name}"), None));
        found.into_iter().find(|keys| !keys.is_empty()).unwrap_or_default()
    }

    /// CREATE EVENT TRIGGER and DROP EVENT TRIGGER.
    pub(super) fn watch(&mut self, op: &Op<'_>) {
        let Some(name) = op.name(Field::Name) else { return };
        match (op.is, op.name(Field::Executes)) {
            ("create_event_trigger", Some(function)) => self.db.watchers.push((name, function)),
            ("drop_event_trigger", _) if op.doubt().is_none() => self.db.watchers.retain(|(own, _)| *own != name),
            _ => {}
        }
    }

    /// Why row level security of a new table may be on all the same: an event trigger runs a function of the migrations.
    pub(super) fn watched(&self) -> Option<Arc<Cause>> {
        let known = |function: &Name| !self.routines(function, None).is_empty();
        self.db.watchers.iter().any(|(_, function)| known(function)).then(|| {
            Cause::new("may be switched by an event trigger", "Write ALTER TABLE … ENABLE ROW LEVEL SECURITY out.")
        })
    }
}
