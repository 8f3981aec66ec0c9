//! `expect … to`: such facts must be so. One finding for each field that is not, at that field.

use super::context::{Context, Outcome, Traced};
use super::describe::{term_wants, wants};
use super::truth::{Doubt, Truth};
use crate::fact::{FactId, Field, FieldRef, Type};
use crate::finding::LabelRole;
use crate::policy::Policy;
use crate::policy::model::{Condition, Expect, FieldTerm, Judge, Selection, Term, Test, ValueType};
use crate::source::Span;

/// A condition that does not hold of a fact.
pub(super) struct Failure {
    /// The fact: the one that was judged, or one inside its value.
    pub(super) fact: FactId,
    /// The field that fails, where it is one.
    field: Option<FieldRef>,
    /// Where: the field, or the gap where it would stand.
    pub(super) span: Span,
    /// What is so: "port is 5432".
    pub(super) note: String,
    /// The predicate of a message: ": port is 5432, wants 6543", " lacks IF EXISTS".
    pub(super) predicate: String,
    /// The line of policy.
    pub(super) policy: Span,
    /// What that line wants.
    pub(super) wants: String,
}

pub(super) fn judge(context: &Context<'_>, policy: &Policy, rule: &Expect) -> Outcome {
    let mut outcome = Outcome::default();
    for selected in context.select(policy, &rule.facts, &mut outcome) {
        let fact = selected.fact;
        let (failures, doubt) = context.failures(fact, &rule.to);
        match (selected.truth, failures.is_empty(), doubt) {
            (Truth::True, false, _) => {
                context.trace(&mut outcome, policy, fact, || {
                    Traced::Fires(
                        failures
                            .iter()
                            .map(|failure| failure.predicate.trim_start_matches([':', ' ']).to_owned())
                            .collect::<Vec<_>>()
                            .join("; "),
                    )
                });
                for failure in failures {
                    let finding = report(context, policy, fact, failure);
                    outcome.findings.push(context.note_exemption(finding, selected.exemption.as_ref()));
                }
            }
            (Truth::True, true, Some(doubt)) | (Truth::Unknown(doubt), false, _) => {
                context.undecided(&mut outcome, policy, fact, doubt)
            }
            (Truth::Unknown(doubt), true, Some(_)) => context.undecided(&mut outcome, policy, fact, doubt),
            _ => context.trace(&mut outcome, policy, fact, || Traced::Passes(passes(context, fact, &rule.to))),
        }
    }
    outcome
}

fn report(context: &Context<'_>, policy: &Policy, fact: FactId, failure: Failure) -> crate::finding::Finding {
    let subject = context.facts.subject(fact);
    let message = if policy.says.is_empty() {
        format!("{subject}{}", failure.predicate)
    } else {
        format!("{subject} {}", policy.says)
    };
    let span = if policy.at.is_some() { context.place(policy, fact) } else { failure.span };
    context.finding(policy, fact, span, message, failure.note).label(LabelRole::Policy, failure.policy, failure.wants)
}

/// The fields that are as they should be, in words.
fn passes(context: &Context<'_>, fact: FactId, to: &Selection) -> String {
    let fields = to.terms.iter().filter_map(|term| match term {
        Term::Field(term)
            if !matches!(term.condition.test, Test::All(_)) || context.slot(fact, term.field).is_some() =>
        {
            Some(context.phrase(fact, term.field))
        }
        _ => None,
    });
    fields.collect::<Vec<_>>().join(", ")
}

impl Context<'_> {
    /// The conditions that a fact fails; and a doubt, where one cannot be known. A field that is worked out from another
    /// one that fails too is the same mistake.
    pub(super) fn failures(&self, fact: FactId, to: &Selection) -> (Vec<Failure>, Option<Doubt>) {
        let (mut failures, mut doubt) = (Vec::new(), None);
        for term in &to.terms {
            match self.term(fact, term) {
                Truth::True => {}
                Truth::False => failures.extend(self.term_failures(fact, term)),
                Truth::Unknown(first) => doubt = doubt.or(Some(first)),
            }
        }
        let failing: Vec<(FactId, Field)> =
            failures.iter().filter_map(|failure| Some((failure.fact, failure.field?.field))).collect();
        failures.retain(|failure| {
            let def = failure.field.and_then(|field| self.slot(failure.fact, field)).and_then(|slot| slot.def);
            !def.is_some_and(|def| def.derived_from.iter().any(|base| failing.contains(&(failure.fact, *base))))
        });
        (failures, doubt)
    }

    fn term_failures(&self, fact: FactId, term: &Term) -> Vec<Failure> {
        let anchor = self.facts.fact(fact).anchor;
        match term {
            Term::Field(term) => self.field_failures(fact, term.field, &term.condition, term.span),
            Term::Not(selection) => {
                let note = "is as it must not be".to_owned();
                vec![Failure {
                    fact,
                    field: None,
                    span: anchor,
                    predicate: format!(" {note}"),
                    note,
                    policy: selection.span,
                    wants: term_wants(self, fact, term),
                }]
            }
            Term::Any(selections, span) => {
                let note = self.none_of(fact, selections);
                vec![Failure {
                    fact,
                    field: None,
                    span: anchor,
                    predicate: format!(" {note}"),
                    note,
                    policy: *span,
                    wants: term_wants(self, fact, term),
                }]
            }
            Term::Join(join) => {
                let partner = join_words(join);
                let note = format!("is not {} {partner}", join.side.words());
                vec![Failure {
                    fact,
                    field: None,
                    span: anchor,
                    predicate: format!(" {note}"),
                    note,
                    policy: join.span,
                    wants: term_wants(self, fact, term),
                }]
            }
        }
    }

    /// "lacks IF NOT EXISTS, and guard is unguarded": what is so where one of several things should be.
    fn none_of(&self, fact: FactId, selections: &[Selection]) -> String {
        let fields = selections.iter().flat_map(|selection| &selection.terms).filter_map(|term| match term {
            Term::Field(term) => Some(self.phrase(fact, term.field)),
            _ => None,
        });
        let fields: Vec<String> = fields.collect();
        if fields.is_empty() { "is none of what it may be".to_owned() } else { fields.join(", and ") }
    }

    /// The failures of one field; of the facts inside a value, where a type judges it.
    pub(super) fn field_failures(
        &self,
        fact: FactId,
        field: FieldRef,
        condition: &Condition,
        policy: Span,
    ) -> Vec<Failure> {
        if let Some(ty) = only_type(condition) {
            return self.type_failures(fact, field, condition, ty, policy);
        }
        vec![self.field_failure(fact, field, condition, policy)]
    }

    fn field_failure(&self, fact: FactId, field: FieldRef, condition: &Condition, policy: Span) -> Failure {
        let span = self.facts.get(fact, field).span().unwrap_or(self.facts.fact(fact).anchor);
        let phrase = self.phrase(fact, field);
        let slot = self.slot(fact, field);
        let wanted = slot.as_ref().map(|slot| wants(slot, condition)).unwrap_or_default();
        let (note, predicate) = match slot.map(|slot| slot.ty()) {
            Some(Type::Bool(..)) => (phrase.clone(), format!(" {phrase}")),
            // The value of a variable is never shown by a message: say what it is not.
            Some(Type::Secret) => (format!("is not {wanted}"), format!(" is not {wanted}")),
            _ => (phrase.clone(), format!(": {phrase}, wants {wanted}")),
        };
        let term = Term::Field(FieldTerm { field, condition: condition.clone(), span: policy });
        Failure { fact, field: Some(field), span, note, predicate, policy, wants: term_wants(self, fact, &term) }
    }

    fn type_failures(
        &self,
        fact: FactId,
        field: FieldRef,
        condition: &Condition,
        ty: &ValueType,
        policy: Span,
    ) -> Vec<Failure> {
        if let Judge::Fact(facts) = &ty.judge {
            if let Some(inner) = self.whole_fact(fact, facts.kind.value) {
                return self.failures(inner, &facts.selection).0;
            }
        }
        // `is not a value that is a log level` says the same in more words.
        let mut failure = self.field_failure(fact, field, condition, policy);
        let not = match ty.says.strip_prefix("is ") {
            Some(rest) => format!("is not {rest}"),
            None => format!("is not so: it {}", ty.says),
        };
        failure.predicate = format!(" {not}");
        failure.note = not;
        vec![failure]
    }
}

/// The type, where that is all that a condition asks.
fn only_type(condition: &Condition) -> Option<&ValueType> {
    match &condition.test {
        Test::IsA(ty) => Some(ty),
        Test::All(conditions) => match conditions.as_slice() {
            [one] => only_type(one),
            _ => None,
        },
        _ => None,
    }
}

/// "drop_policy of the same table and name".
fn join_words(join: &crate::policy::model::Join) -> String {
    use crate::policy::model::Literal;
    let is =
        join.facts.selection.terms.iter().find_map(|term| match term {
            Term::Field(FieldTerm {
                field, condition: Condition { test: Test::Is(Literal::Word(word)), .. }, ..
            }) if field.field == Field::Is => Some(*word),
            _ => None,
        });
    let what =
        is.map_or_else(|| join.facts.kind.value.def().name.to_owned(), |word| word.replace('_', " ").to_uppercase());
    let shared: Vec<String> = join.sharing.iter().map(|field| field.value.to_string()).collect();
    if shared.is_empty() { what } else { format!("{what} of the same {}", shared.join(" and ")) }
}
