//! A field in the place where a policy asks of it: its type, its words, and how it reads in a message.

use crate::document::DOCUMENT_KINDS;
use crate::fact::{Field, FieldDef, FieldRef, Kind, Type};

/// A field that a policy of one kind of fact may ask of.
#[derive(Clone, Copy)]
pub struct Slot {
    /// How it is reached from the fact.
    pub reference: FieldRef,
    /// The kind that owns it: the fact's own, or what the fact stands in.
    pub owner: Kind,
    /// What the vocabulary says; none for `is`.
    pub def: Option<&'static FieldDef>,
    /// Whether one item of a list field is meant, inside `has`.
    pub item: bool,
}

impl Slot {
    /// The field that facts of `kind` call `name`: own, common, `is`, or `<what it stands in>.<field>`.
    pub fn named(kind: Kind, name: &str) -> Option<Self> {
        if let Some(field) = Field::named(name)
            && let Some(slot) = Self::of(kind, field)
        {
            return Some(slot);
        }
        let (prefix, rest) = name.split_once('.')?;
        let parent = kind.def().parent.filter(|parent| parent.def().name == prefix)?;
        let inner = Self::of(parent, Field::named(rest)?)?;
        Some(Self { reference: FieldRef { of: Some(parent), field: inner.reference.field }, ..inner })
    }

    /// The slot of a reference that is already resolved.
    pub fn of_reference(kind: Kind, reference: FieldRef) -> Option<Self> {
        let inner = Self::of(reference.of.unwrap_or(kind), reference.field)?;
        Some(Self { reference, ..inner })
    }

    fn of(kind: Kind, field: Field) -> Option<Self> {
        let def = kind.def();
        let own = def.field(field);
        let is = field == Field::Is && !def.variants.is_empty();
        (is || own.is_some()).then_some(Self { reference: field.into(), owner: kind, def: own, item: false })
    }

    /// Every field name that policies of `kind` may use.
    pub fn names(kind: Kind) -> Vec<String> {
        let def = kind.def();
        let own = def.fields.iter().chain(crate::fact::COMMON).map(|field| field.field.as_str().to_owned());
        let is = (!def.variants.is_empty()).then(|| Field::Is.as_str().to_owned());
        let outer = def
            .parent
            .map(Kind::def)
            .into_iter()
            .flat_map(|parent| parent.fields.iter().map(|field| format!("{}.{}", parent.name, field.field)));
        is.into_iter().chain(own).chain(outer).collect()
    }

    /// The type; `is` is an enum of the kind's variants.
    pub fn ty(&self) -> Type {
        match self.def {
            None => Type::DocumentKind,
            Some(def) if self.item && def.ty == Type::Names => Type::Name,
            Some(def) => def.ty,
        }
    }

    /// The same field, one item of its list.
    pub fn as_item(self) -> Self {
        Self { item: true, ..self }
    }

    /// The words that the field may hold, from weakest to strongest where it is ordered; none where it is no enum.
    pub fn words(&self) -> Option<Vec<&'static str>> {
        match self.def.map(|def| def.ty) {
            None => Some(self.owner.def().variants.iter().map(|variant| variant.name).collect()),
            Some(Type::Enum(words) | Type::Ordered(words)) => Some(words.iter().map(|word| word.name).collect()),
            Some(Type::DocumentKind) => Some(DOCUMENT_KINDS.iter().map(|kind| kind.name).collect()),
            Some(_) => None,
        }
    }

    /// Whether its words have an order.
    pub fn is_ordered(&self) -> bool {
        matches!(self.ty(), Type::Ordered(_))
    }

    /// The noun for messages.
    pub fn noun(&self) -> &'static str {
        self.def.map_or("kind", |def| def.words)
    }

    /// What a word of it means, in words.
    pub fn meaning(&self, word: &str) -> Option<&'static str> {
        match self.def?.ty {
            Type::Enum(words) | Type::Ordered(words) => {
                words.iter().find(|known| known.name == word).map(|known| known.means)
            }
            _ => None,
        }
    }

    /// The type in words, for error messages.
    pub fn ty_words(&self) -> &'static str {
        if self.def.is_none() {
            return "an enum";
        }
        match self.ty() {
            Type::Text => "text",
            Type::Name => "a name",
            Type::SqlType => "a type of SQL",
            Type::Label => "a label",
            Type::Enum(_) | Type::DocumentKind => "an enum",
            Type::Ordered(_) => "an ordered enum",
            Type::Bool(..) => "true or false",
            Type::Number => "a number",
            Type::Secret => "a value",
            Type::Names => "a list of names",
        }
    }
}
