//! Who holds something: the labels, the variable and the place of a fact.

use super::Holder;
use crate::fact::{FactId, Facts, Field, FieldRef, Kind, Value};
use crate::policy::Glob;

/// The variable that a fact is, or stands in.
pub(super) fn variable(facts: &Facts, id: FactId) -> Option<FactId> {
    if facts.fact(id).kind == Kind::Variable {
        return Some(id);
    }
    facts.fact(id).parent.filter(|parent| facts.fact(*parent).kind == Kind::Variable)
}

/// Who holds a fact. `frontends` are the services whose variables end up in a browser.
pub(super) fn of(facts: &Facts, id: FactId, frontends: &[Glob]) -> Holder {
    let label = |field: Field| facts.get(id, field).text().map(str::to_owned);
    let fact = facts.fact(id);
    let service = label(Field::Service);
    let stands = facts.get(id, Field::Stands).text().map_or("value", known_place);
    let public = FieldRef { of: Some(Kind::Variable), field: Field::Public };
    let is_public = match fact.kind {
        Kind::Variable => facts.get(id, Field::Public),
        _ => facts.get(id, public),
    };
    let browser = if matches!(is_public.value(), Some(Value::Bool(true))) {
        Some("by the prefix of its name")
    } else if service.as_deref().is_some_and(|service| frontends.iter().any(|glob| glob.matches(service))) {
        Some("as a frontend service")
    } else {
        None
    };
    let variable = variable(facts, id).and_then(|id| facts.get(id, Field::Name).text()).map(str::to_owned);
    Holder {
        service,
        environment: label(Field::Environment),
        variable,
        stands,
        document: facts.document(id).kind,
        at: fact.anchor,
        via: fact.related().iter().map(|(span, _)| *span).filter(|span| *span != fact.anchor).collect(),
        browser,
    }
}

fn known_place(word: &str) -> &'static str {
    let known = crate::fact::kinds::credential::STANDS.iter().find(|known| known.name == word);
    known.map_or("value", |known| known.name)
}
