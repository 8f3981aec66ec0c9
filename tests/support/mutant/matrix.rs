//! The matrix: each cell asks something else.

use super::Changes;
use preflight::fact::Kind;
use preflight::policy::Slot;
use preflight::policy::matrix::{Demand, Others};
use serde_json::Value;

/// What a cell may ask instead.
const DEMANDS: &[(&str, Demand)] = &[
    ("required", Demand::Required),
    ("forbidden", Demand::Forbidden),
    ("optional", Demand::Optional),
    ("unlisted", Demand::Unlisted),
];

impl Changes<'_> {
    pub(super) fn matrix(&mut self, at: &str) {
        self.names_or_param(&format!("{at}/environments"));
        let services = format!("{at}/services");
        if self.get(&services).is_some_and(Value::is_array) {
            (0..self.len(&services)).for_each(|index| self.name(&format!("{services}/{index}")));
        } else {
            self.names_or_param(&services);
        }
        for variable in self.keys(&format!("{at}/variables")) {
            let row = format!("{at}/variables/{variable}");
            let value = self.get(&format!("{at}/values/{variable}")).is_some();
            if self.get(&row).is_some_and(Value::is_array) {
                (0..self.len(&row)).for_each(|index| self.cell(&format!("{row}/{index}"), value));
            } else {
                self.cell(&row, value);
            }
        }
        let Some(slot) = Slot::named(Kind::Variable, "value") else { return };
        for variable in self.keys(&format!("{at}/values")) {
            let value = format!("{at}/values/{variable}");
            self.remove(&value);
            self.condition(&value, &slot);
        }
        for (key, choices) in [("variables", Others::VARIABLES), ("services", Others::SERVICES)] {
            let others = format!("{at}/others/{key}");
            let now = self.text(&others);
            for (other, _) in choices.iter().filter(|(name, _)| *name != now) {
                self.replace(&others, (*other).into());
            }
        }
    }

    /// A cell: every other demand; a value of its own dropped, and another. Where no value is asked for, "optional" and
    /// "unlisted" are the same words for nothing.
    fn cell(&mut self, at: &str, value: bool) {
        let own = self.keys(at).first().cloned();
        let now = own.as_deref().unwrap_or_else(|| self.text(at));
        let Some((_, now)) = Demand::SPELLINGS.iter().find(|(name, _)| *name == now) else { return };
        let silent = |demand: Demand| matches!(demand, Demand::Optional | Demand::Unlisted);
        for (word, demand) in DEMANDS {
            let same = demand == now || (!value && own.is_none() && silent(*demand) && silent(*now));
            if !same {
                self.replace(at, (*word).into());
            }
        }
        let (Some(own), Some(slot)) = (own, Slot::named(Kind::Variable, "value")) else { return };
        self.replace(at, own.as_str().into());
        self.condition(&format!("{at}/{own}"), &slot);
    }
}
