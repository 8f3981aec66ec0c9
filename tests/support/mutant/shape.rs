//! Policies and types: their rules, selections and joins.

use super::{Changes, kinds};
use preflight::fact::Kind;
use preflight::policy::Slot;
use preflight::policy::grammar::SHAPES;
use preflight::policy::model::{Side, Within};
use serde_json::Value;

impl Changes<'_> {
    /// Everything in a policy that decides what it finds, and where.
    pub(super) fn policy(&mut self) {
        let keys = self.keys("");
        let Some(shape) = keys.iter().find(|key| SHAPES.contains(&key.as_str())) else { return };
        let at = format!("/{shape}");
        if shape == "matrix" {
            self.matrix(&at);
            return;
        }
        let kinds = kinds(&self.keys(&at));
        for (name, kind) in &kinds {
            let at = format!("{at}/{name}");
            if kinds.len() > 1 {
                self.remove(&at);
            }
            self.selection(&at, &[*kind]);
        }
        let kinds: Vec<Kind> = kinds.into_iter().map(|(_, kind)| kind).collect();
        if self.get("/at").is_some() {
            self.remove("/at");
        }
        self.exemptions(&kinds);
        for key in self.keys(&at) {
            let at = format!("{at}/{key}");
            match key.as_str() {
                "to" => self.selection(&at, &kinds),
                "each" => self.keys(&at).iter().for_each(|field| {
                    if self.keys(&at).len() > 1 {
                        self.remove(&format!("{at}/{field}"));
                    }
                    self.names_or_param(&format!("{at}/{field}"));
                }),
                "by" | "within" => self.fields(&at, &kinds),
                "field" => self.field(&at, &kinds),
                "across" => {
                    self.remove(&at);
                    self.replace(&at, if self.text(&at) == "environment" { "service" } else { "environment" }.into());
                }
                "at_most" => self.number(&at),
                _ => {}
            }
        }
    }

    /// Everything that a type asks of a value.
    pub(super) fn value_type(&mut self) {
        for key in self.keys("") {
            let at = format!("/{key}");
            match (Kind::named(&key), Slot::named(Kind::Variable, "value")) {
                (Some(kind), _) => self.selection(&at, &[kind]),
                (None, Some(slot)) if key == "value" => self.condition(&at, &slot),
                _ => {}
            }
        }
    }

    fn exemptions(&mut self, kinds: &[Kind]) {
        for index in 0..self.len("/unless") {
            let at = format!("/unless/{index}");
            self.remove(&at);
            self.selection(&at, kinds);
        }
    }

    /// A selection of facts of any of these kinds: each condition dropped, and each otherwise.
    fn selection(&mut self, at: &str, kinds: &[Kind]) {
        let keys = self.keys(at);
        for key in &keys {
            let at = format!("{at}/{key}");
            // Of an exemption with one condition nothing is left without it: it is removed as a whole.
            if keys.len() > 1 || !at.starts_with("/unless") {
                self.remove(&at);
            }
            let slot = kinds.iter().find_map(|kind| Slot::named(*kind, key));
            match (key.as_str(), slot) {
                ("not", _) => self.selection(&at, kinds),
                ("any", _) => {
                    self.drop_items(&at);
                    (0..self.len(&at)).for_each(|index| self.selection(&format!("{at}/{index}"), kinds));
                }
                (_, Some(slot)) => self.condition(&at, &slot),
                (side, None) if Side::ALL.iter().any(|(name, _)| *name == side) => self.join(&at, side, kinds),
                _ => {}
            }
        }
    }

    fn join(&mut self, at: &str, side: &str, own: &[Kind]) {
        for (other, _) in Side::ALL.iter().filter(|(name, _)| *name != side) {
            let Some((parent, _)) = at.rsplit_once('/') else { return };
            let Some(Value::Object(map)) = self.get(parent) else { return };
            let turned = map
                .iter()
                .map(|(key, value)| (if key == side { (*other).to_owned() } else { key.clone() }, value.clone()));
            self.replace(parent, Value::Object(turned.collect()));
        }
        for key in self.keys(at) {
            let at = format!("{at}/{key}");
            match (key.as_str(), Kind::named(&key)) {
                (_, Some(kind)) => self.selection(&at, &[kind]),
                ("sharing", _) => self.fields(&at, own),
                ("in", _) => {
                    let now = self.text(&at);
                    for (other, _) in Within::ALL.iter().filter(|(name, _)| *name != now) {
                        self.replace(&at, (*other).into());
                    }
                }
                _ => {}
            }
        }
    }

    /// A list of fields: each dropped, the only one another.
    fn fields(&mut self, at: &str, kinds: &[Kind]) {
        self.drop_items(at);
        if self.len(at) == 1 {
            self.field(&format!("{at}/0"), kinds);
        }
    }

    /// A field: every other that all these facts have.
    fn field(&mut self, at: &str, kinds: &[Kind]) {
        let now = self.text(at);
        let Some(first) = kinds.first() else { return };
        let of_all = |name: &String| kinds.iter().all(|kind| Slot::named(*kind, name).is_some());
        for other in Slot::names(*first).into_iter().filter(|name| name != now).filter(of_all) {
            self.replace(at, other.into());
        }
    }
}
