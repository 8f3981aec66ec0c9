//! Selections: conditions on the fields of a fact, and joins with other facts.

use super::Loader;
use super::condition::Asked;
use super::reader::distinct;
use crate::fact::{Field, FieldRef, Kind, VariantDef};
use crate::policy::grammar::{JOIN, SELECTION};
use crate::policy::model::{Condition, FieldTerm, Join, KindSelection, Literal, Selection, Side, Term, Test, Within};
use crate::policy::name::did_you_mean;
use crate::policy::slot::Slot;
use crate::source::{Span, Spanned};
use crate::tree::{Entry, Node, NodeValue};

/// The variants that a selection chooses by name: each must have every field that is asked of. A choice by pattern or by
/// exclusion is no promise, so it is not checked.
pub(super) type Chosen = Option<Vec<&'static VariantDef>>;

impl Loader<'_> {
    /// The kinds of fact that a rule names among its other keys.
    pub(super) fn kind_selections(
        &mut self,
        entries: &[Entry],
        others: &[&str],
        what: &str,
        node: &Node,
    ) -> Vec<KindSelection> {
        let mut found = Vec::new();
        let mut named = false;
        for entry in distinct(entries).filter(|entry| !others.contains(&entry.key.value.as_str())) {
            named = true;
            match Kind::named(&entry.key.value) {
                Some(kind) => {
                    let selection = self.selection(&entry.value, kind, &None);
                    found.push(KindSelection { kind: Spanned::new(kind, entry.key.span), selection });
                }
                None => self.unknown_kind(&entry.key, others, what),
            }
        }
        if !named {
            let message = format!("{what} names no kind of fact");
            self.problems.error(node.span, message, "of which facts?", "For example `operation: { is: drop_column }`.");
        }
        found
    }

    /// Reports a key that should be a kind of fact, or one of `others`.
    pub(super) fn unknown_kind(&mut self, key: &Spanned<String>, others: &[&str], what: &str) {
        let message = match others {
            [] => format!("there is no kind of fact `{}`", key.value),
            _ => format!("`{}` is neither a kind of fact nor a key of {what}", key.value),
        };
        let kinds = crate::fact::KINDS.iter().map(|def| def.name);
        self.problems.unknown(key.span, message, &key.value, others.iter().copied().chain(kinds));
    }

    /// The one kind of fact that a rule names among its other keys.
    pub(super) fn one_kind(
        &mut self,
        entries: &[Entry],
        others: &[&str],
        what: &str,
        node: &Node,
    ) -> Option<KindSelection> {
        let mut found = self.kind_selections(entries, others, what, node);
        if let Some(extra) = found.get(1) {
            self.problems.error(
                extra.kind.span,
                format!("{what} speaks of one kind of fact"),
                "a second kind",
                "Write a policy for each kind.",
            );
        }
        if found.is_empty() { None } else { Some(found.swap_remove(0)) }
    }

    /// The kind of fact that a key names.
    pub(super) fn kind(&mut self, key: &Spanned<String>) -> Option<Kind> {
        let found = Kind::named(&key.value);
        if found.is_none() {
            self.unknown_kind(key, &[], "");
        }
        found
    }

    /// Reads a selection of facts of `kind`; `chosen` are the variants that an outer selection has chosen already.
    pub(super) fn selection(&mut self, node: &Node, kind: Kind, chosen: &Chosen) -> Selection {
        let mut terms = Vec::new();
        let span = node.span;
        let what = format!("a selection of `{}`", kind.def().name);
        let Some(entries) = self.problems.entries(node, &what) else { return Selection { terms, span } };
        let mut own = chosen.clone();
        // `is` first: it decides which fields there are.
        let is = entries.iter().find(|entry| entry.key.value == Field::Is.as_str());
        if let Some(term) = is.and_then(|entry| self.field_term(entry, kind, &None)) {
            own = chosen_variants(kind, &term.condition).or(own);
            terms.push(Term::Field(term));
        }
        for entry in entries.iter().filter(|entry| entry.key.value != Field::Is.as_str()) {
            terms.extend(self.term(entry, kind, &own));
        }
        Selection { terms, span }
    }

    fn term(&mut self, entry: &Entry, kind: Kind, chosen: &Chosen) -> Option<Term> {
        let name = entry.key.value.as_str();
        match name {
            "not" => Some(Term::Not(self.selection(&entry.value, kind, chosen))),
            "any" => {
                let NodeValue::Seq(items) = &entry.value.value else {
                    self.problems.error(
                        entry.value.span,
                        "`any` is a list of selections",
                        "not a list",
                        "Write `any: [ { … }, { … } ]`.",
                    );
                    return None;
                };
                let selections = items.iter().map(|item| self.selection(item, kind, chosen)).collect();
                Some(Term::Any(selections, entry.key.span.to(entry.value.span)))
            }
            _ => match Side::ALL.iter().find(|(side, _)| *side == name) {
                Some((_, side)) => self.join(entry, *side, kind, chosen).map(Term::Join),
                None => self.field_term(entry, kind, chosen).map(Term::Field),
            },
        }
    }

    fn field_term(&mut self, entry: &Entry, kind: Kind, chosen: &Chosen) -> Option<FieldTerm> {
        let slot = self.slot(kind, &entry.key.value, entry.key.span)?;
        self.check_variants(&slot, chosen, entry.key.span);
        let condition = self.condition(&entry.value, Asked { kind, slot: &slot, chosen })?;
        Some(FieldTerm { field: slot.reference, condition, span: entry.key.span.to(entry.value.span) })
    }

    /// Reports a field that a chosen variant does not have.
    pub(super) fn check_variants(&mut self, slot: &Slot, chosen: &Chosen, span: Span) {
        let (Some(variants), None) = (chosen, slot.reference.of) else { return };
        if let Some(lacking) = variants.iter().find(|variant| !variant.has(slot.reference.field)) {
            let fields: Vec<&str> = lacking.fields.iter().map(|field| field.as_str()).collect();
            let message = format!("`{}` has no field `{}`", lacking.name, slot.reference);
            self.problems.error(
                span,
                message,
                "not a field of this variant",
                format!("It has: {}.", fields.join(", ")),
            );
        }
    }

    /// Resolves the name of a field, or reports it.
    pub(super) fn slot(&mut self, kind: Kind, name: &str, span: Span) -> Option<Slot> {
        let slot = Slot::named(kind, name);
        if slot.is_none() {
            let message = format!("no fact `{}` has a field `{name}`", kind.def().name);
            let note = near_field(kind, name)
                .map_or_else(|| "not a field".to_owned(), |near| format!("did you mean `{near}`?"));
            let help = format!("`preflight explain {}` lists its fields.", kind.def().name);
            self.problems.error(span, message, note, help);
        }
        slot
    }

    /// A list of fields that facts of all these kinds have.
    pub(super) fn fields(&mut self, node: &Node, kinds: &[(Kind, Chosen)], what: &str) -> Vec<Spanned<FieldRef>> {
        let names = self.problems.texts(node, &format!("a field of {what}"));
        if node.items().is_some_and(<[Node]>::is_empty) {
            self.problems.error(
                node.span,
                format!("{what} names no field"),
                "nothing to compare",
                "Name at least one.",
            );
        }
        names.into_iter().filter_map(|name| self.field_of_all(&name, kinds)).collect()
    }

    /// A field that facts of all these kinds have.
    pub(super) fn field_of_all(
        &mut self,
        name: &Spanned<String>,
        kinds: &[(Kind, Chosen)],
    ) -> Option<Spanned<FieldRef>> {
        let mut found = None;
        for (kind, chosen) in kinds {
            let slot = self.slot(*kind, &name.value, name.span)?;
            self.check_variants(&slot, chosen, name.span);
            found = Some(slot.reference);
        }
        found.map(|field| Spanned::new(field, name.span))
    }

    fn join(&mut self, entry: &Entry, side: Side, kind: Kind, chosen: &Chosen) -> Option<Join> {
        let what = format!("`{}`", entry.key.value);
        let node = &entry.value;
        let entries = self.problems.mapping(node, &what, JOIN, |_| true)?;
        let keys: Vec<&str> = JOIN.iter().map(|key| key.name).collect();
        let facts = self.one_kind(entries, &keys, &what, node);
        let mut sides = vec![(kind, chosen.clone())];
        sides.extend(facts.iter().map(|facts| (facts.kind.value, variants_of(facts))));
        let sharing = node.get("sharing").map(|list| self.fields(list, &sides, "`sharing`")).unwrap_or_default();
        let within = node.get("in").map(|place| self.problems.choice(place, "`in`", Within::ALL));
        let facts = facts?;
        let within = match within {
            Some(place) => place?,
            // What is made of several documents (an end state, a service) has its partners anywhere.
            None if side == Side::Beside && !matches!(facts.kind.value, Kind::Operation | Kind::Statement) => {
                Within::History
            }
            None => Within::Document,
        };
        Some(Join { side, facts: Box::new(facts), sharing, within, span: entry.key.span.to(node.span) })
    }
}

/// The field of `kind` that was probably meant: one of the same name in what the fact stands in, or one that is spelt
/// alike.
fn near_field(kind: Kind, name: &str) -> Option<String> {
    let outer = kind.def().parent.map(|parent| format!("{}.{name}", parent.def().name));
    if let Some(outer) = outer.filter(|outer| Slot::named(kind, outer).is_some()) {
        return Some(outer);
    }
    let known = Slot::names(kind);
    let words = SELECTION.iter().map(|key| key.name);
    did_you_mean(name, known.iter().map(String::as_str).chain(words)).map(str::to_owned)
}

/// The variants that a condition on `is` names, where it names them.
pub(super) fn chosen_variants(kind: Kind, condition: &Condition) -> Chosen {
    match &condition.test {
        Test::Is(Literal::Word(word)) => Some(vec![kind.def().variant(word)?]),
        Test::Any(conditions) => {
            let chosen: Option<Vec<_>> = conditions.iter().map(|condition| chosen_variants(kind, condition)).collect();
            chosen.map(|chosen| chosen.into_iter().flatten().collect())
        }
        // The first that names any: the others can only take variants away.
        Test::All(conditions) => conditions.iter().find_map(|condition| chosen_variants(kind, condition)),
        _ => None,
    }
}

/// The variants that a selection names by `is`, where it names them.
pub(super) fn variants_of(facts: &KindSelection) -> Chosen {
    facts.selection.terms.iter().find_map(|term| match term {
        Term::Field(term) if term.field == Field::Is.into() => chosen_variants(facts.kind.value, &term.condition),
        _ => None,
    })
}
