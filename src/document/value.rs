//! Stand-in.
use super::{Parsed, Settings};
use crate::fact::{State, Value};
use crate::source::{Mapped, Secret};
use std::ops::Range;
/// Reading.
pub struct Reading {
    /// s
    pub state: State,
    /// v
    pub value: State,
    /// h
    pub holds_secret: bool,
    /// s
    pub shown: Vec<Range<usize>>,
}
/// Stand-in.
pub fn read(value: &Mapped, _: &str, _: usize, _: &Settings, _: &mut Parsed) -> Reading {
    let state = State::Stated(Value::Word(if value.text().is_empty() { "empty" } else { "set" }), value.whole());
    let shown = if value.text() == "true" { vec![value.whole().range()] } else { vec![] };
    Reading { state, value: State::Stated(Secret::new(value.text()).into(), value.whole()), holds_secret: false, shown }
}
/// Stand-in.
pub fn scan(text: &Mapped, _: &'static str, _: Option<usize>, _: &Settings, parsed: &mut Parsed) {
    if let Some(at) = text.text().find("sb_secret_") {
        parsed.masks.push(text.span(at..text.text().len()).range());
    }
}
/// Stand-in.
pub fn name_may_be_shown(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with("sb_")
        && name.len() <= 64
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
/// Stand-in.
pub fn is_word(value: &str) -> bool {
    !value.is_empty() && value.len() <= 32 && value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}
/// Stand-in.
pub fn hide(whole: Range<usize>, shown: &[Range<usize>], masks: &mut Vec<Range<usize>>) {
    if shown.is_empty() && !whole.is_empty() {
        masks.push(whole);
    }
}
/// Stand-in.
pub(in crate::document) fn describe(variable: &mut crate::fact::Fact, reading: &Reading) {
    use crate::fact::Field;
    variable.set(Field::Value, reading.value.clone());
    variable.set(Field::State, reading.state.clone());
    variable.set(Field::HoldsSecret, State::Stated(reading.holds_secret.into(), variable.anchor));
}
/// Stand-in.
pub fn is_published(name: &str) -> bool {
    name.starts_with("NEXT_PUBLIC_")
}
