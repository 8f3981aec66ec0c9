//! Facts as a reader may see them: every value that may not be shown is masked.

use super::{FactId, Facts, Field, FieldDef, FieldRef, State, Value};
use crate::source::{MASK, Span, escape_controls};

/// One field as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownField {
    /// The field.
    pub field: Field,
    /// The noun for messages.
    pub words: &'static str,
    /// The value, masked where it may not be shown; none where it is absent or unknown.
    pub value: Option<String>,
    /// How well it is known: `stated`, `defaulted`, `absent`, `unknown`.
    pub state: &'static str,
    /// What is said of a default, or why it is unknown.
    pub note: String,
    /// Where it stands, or would stand.
    pub span: Option<Span>,
}

impl Facts {
    /// Every field of a fact that it gives itself, `is` first, in the order of the vocabulary.
    pub fn shown_fields(&self, id: FactId) -> Vec<ShownField> {
        let fact = self.fact(id);
        let def = fact.kind.def();
        let is = (!def.variants.is_empty()).then_some(Field::Is);
        let fields = is.into_iter().chain(def.fields.iter().map(|field| field.field));
        fields.filter(|field| fact.own(*field).is_some()).map(|field| self.shown_field(id, field)).collect()
    }

    /// One field of a fact as it may be shown.
    pub fn shown_field(&self, id: FactId, field: Field) -> ShownField {
        let fact = self.fact(id);
        let def = fact.kind.def().field(field);
        let state = self.get(id, FieldRef::from(field));
        let (name, note) = match state {
            State::Stated(..) => ("stated", String::new()),
            State::Defaulted(..) => ("defaulted", def.map(|def| def.default_note).unwrap_or_default().to_owned()),
            State::Absent(_) => ("absent", String::new()),
            State::Unknown(_, cause) => ("unknown", cause.reason.clone()),
        };
        let value = state.value().map(|value| shown_value(def, value, fact.hidden));
        ShownField { field, words: def.map_or("is", |def| def.words), value, state: name, note, span: state.span() }
    }
}

fn shown_value(def: Option<&FieldDef>, value: &Value, hidden: bool) -> String {
    let may_show = !hidden && def.is_none_or(|def| def.show);
    match value {
        Value::Word(word) => (*word).to_owned(),
        Value::Bool(yes) => yes.to_string(),
        Value::Number(number) if may_show => number.to_string(),
        Value::Text(text) if may_show => escape_controls(text),
        Value::List(items) => items.iter().map(|item| shown_value(def, item, hidden)).collect::<Vec<_>>().join(", "),
        Value::Number(_) | Value::Text(_) | Value::Secret(_) => MASK.to_owned(),
    }
}
