//! What a script has set for itself so far: a transaction, limits on waiting and running, and where names without a schema
//! are looked for. ROLLBACK takes back what was set since: PostgreSQL's manual, "SET".

use crate::fact::{Fact, Field, State, Value, VariantDef};
use std::sync::Arc;

/// The schemas in which names without one are looked for, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path(Arc<[Arc<str>]>);

impl Default for Path {
    fn default() -> Self {
        Self(Arc::from([Arc::from("public")]))
    }
}

impl Path {
    /// The path of `SET search_path`: `public` where no schema is left. The user's own schema hardly exists, and nobody makes
    /// anything in the server's own.
    pub fn new(schemas: Vec<String>) -> Self {
        let own = |schema: &String| !matches!(schema.as_str(), "" | "$user" | "pg_catalog" | "pg_temp");
        let schemas: Vec<Arc<str>> = schemas.into_iter().filter(own).map(Arc::from).collect();
        if schemas.is_empty() { Self::default() } else { Self(schemas.into()) }
    }

    /// The first schema: what is made without one is made there, if it exists.
    pub fn first(&self) -> Arc<str> {
        self.0.first().map_or_else(|| Arc::from("public"), Arc::clone)
    }

    /// The same behind another schema.
    pub fn behind(&self, schema: &str) -> Self {
        let rest = self.0.iter().filter(|own| ***own != *schema).cloned();
        Self(std::iter::once(Arc::from(schema)).chain(rest).collect())
    }

    /// Whether it is another one than `public`.
    pub fn is_special(&self) -> bool {
        self.0.len() != 1 || *self.first() != *"public"
    }

    /// The path and the names that are looked for in it, for a fact; none where there is nothing to look for.
    pub fn with(&self, names: &[String]) -> Option<Value> {
        if !self.is_special() {
            return None;
        }
        let schemas = self.0.iter().map(|schema| Value::Text(Arc::clone(schema)));
        let names = names.iter().map(|name| Value::from(name.as_str()));
        Some(Value::List(schemas.chain(std::iter::once(Value::from("."))).chain(names).collect()))
    }
}

/// One limit.
#[derive(Clone, Copy, Debug, Default)]
struct Limit {
    set: bool,
    /// Whether it ends with the transaction.
    local: bool,
}

/// What is set at a time.
#[derive(Clone, Debug, Default)]
struct Settings {
    lock_timeout: Limit,
    statement_timeout: Limit,
    path: Path,
    /// The path for the transaction only.
    local_path: Option<Path>,
}

/// The settings of a script that operations depend on.
#[derive(Debug, Default)]
pub(super) struct Session {
    transaction: bool,
    now: Settings,
    /// What was set at BEGIN, and at each savepoint.
    saved: Vec<(String, Settings)>,
}

impl Session {
    /// Where names without a schema are looked for.
    pub fn path(&self) -> &Path {
        self.now.local_path.as_ref().unwrap_or(&self.now.path)
    }

    /// SET search_path; none of the schemas for RESET.
    pub fn set_path(&mut self, schemas: Vec<String>, local: bool) {
        let path = Path::new(schemas);
        if local {
            self.now.local_path = Some(path);
        } else {
            (self.now.path, self.now.local_path) = (path, None);
        }
    }

    /// Another path for a while: gives the one to be put back.
    pub fn with_path(&mut self, schemas: Vec<String>) -> Option<Path> {
        self.now.local_path.replace(Path::new(schemas))
    }

    /// Puts the path back.
    pub fn put_back(&mut self, path: Option<Path>) {
        self.now.local_path = path;
    }

    /// Says what holds where an operation runs, as far as it matters to it.
    pub fn complete(&self, fact: &mut Fact, variant: &VariantDef) {
        let gap = fact.anchor.before();
        for (field, yes) in [
            (Field::InTransaction, self.transaction),
            (Field::LockTimeout, self.now.lock_timeout.set),
            (Field::StatementTimeout, self.now.statement_timeout.set),
        ] {
            if variant.fields.contains(&field) {
                fact.set(field, State::Defaulted(Value::Bool(yes), gap));
            }
        }
    }

    /// Remembers what an operation changes.
    pub fn note(&mut self, fact: &Fact) {
        let name = || fact.own(Field::Name).and_then(State::text).unwrap_or("");
        match fact.own(Field::Is).and_then(State::text) {
            Some("begin") if !self.transaction => {
                self.transaction = true;
                self.saved = vec![(String::new(), self.now.clone())];
            }
            Some("savepoint") if self.transaction => self.saved.push((name().to_owned(), self.now.clone())),
            Some("rollback_to_savepoint") => {
                let at = self.saved.iter().rposition(|(own, _)| own == name()).filter(|at| *at > 0);
                if let Some((at, (_, before))) = at.and_then(|at| Some((at, self.saved.get(at)?.clone()))) {
                    self.now = before;
                    self.saved.truncate(at + 1);
                }
            }
            Some(end @ ("commit" | "rollback")) => {
                let before = self.saved.drain(..).next();
                if let (Some((_, before)), "rollback") = (before, end) {
                    self.now = before;
                }
                let ends = std::mem::replace(&mut self.transaction, false);
                for limit in [&mut self.now.lock_timeout, &mut self.now.statement_timeout] {
                    limit.set &= !limit.local;
                }
                if ends {
                    self.now.local_path = None;
                }
            }
            Some("set") => self.set(fact),
            _ => {}
        }
    }

    fn set(&mut self, fact: &Fact) {
        let name = fact.own(Field::Name).and_then(State::text).unwrap_or("");
        let limits = match name {
            "lock_timeout" => vec![&mut self.now.lock_timeout],
            "statement_timeout" => vec![&mut self.now.statement_timeout],
            "all" => vec![&mut self.now.lock_timeout, &mut self.now.statement_timeout],
            _ => return,
        };
        let set = match fact.own(Field::Value).and_then(State::value) {
            // zero switches a limit off, whatever its unit
            Some(Value::Secret(value)) => value.ask(|text| {
                let digits = text.trim().trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
                text != "DEFAULT" && digits.parse::<f64>().is_ok_and(|number| number > 0.0)
            }),
            _ => false,
        };
        let local = fact.own(Field::Local).and_then(State::value) == Some(&Value::Bool(true));
        for limit in limits {
            *limit = Limit { set, local };
        }
    }
}
