//! `connection`: a Postgres connection found in a value, as libpq reads it.

use super::credential::STANDS;
use super::variable_name;
use crate::fact::{Field, FieldDef, Kind, KindDef, Type, Word};

/// TLS modes of libpq, from weakest to strongest (PostgreSQL manual, "SSL Support", table of sslmode descriptions).
pub const SSLMODES: &[Word] = &[
    Word::new("disable", "no TLS"),
    Word::new("allow", "TLS only if the server insists"),
    Word::new("prefer", "TLS if the server offers it"),
    Word::new("require", "TLS, server not verified"),
    Word::new("verify-ca", "TLS, certificate chain verified"),
    Word::new("verify-full", "TLS, chain and host name verified"),
];

/// What answers at host and port.
pub const ENDPOINTS: &[Word] = &[
    Word::new("transaction-pooler", "the transaction pooler"),
    Word::new("session-pooler", "the session pooler"),
    Word::new("dedicated-pooler", "the dedicated pooler"),
    Word::new("direct", "a direct connection"),
    Word::new("local", "a database on this machine"),
    Word::new("railway-internal", "Railway's private network"),
    Word::new("railway-public", "Railway's public proxy"),
    Word::new("other", "a host of another provider"),
];

/// Whether a password is given.
pub const PASSWORDS: &[Word] = &[
    Word::new("set", "set"),
    Word::new("placeholder", "a placeholder"),
    Word::new("empty", "empty"),
    Word::new("reference", "a reference"),
];

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Connection,
    name: "connection",
    doc: "A Postgres connection found in a value, under any variable name; one fact for each host it names.",
    parent: Some(Kind::Variable),
    variants: &[],
    fields: &[
        FieldDef::new(Field::Stands, Type::Enum(STANDS), "stands", "where it was found"),
        FieldDef::new(Field::Scheme, Type::Text, "scheme", "`postgresql`, `postgres`, `postgresql+asyncpg`, …; `keyword` for `host=… port=…`"),
        FieldDef::new(Field::Host, Type::Text, "host", "the host that is connected to, in lower case"),
        FieldDef::new(Field::Port, Type::Number, "port", "the port that is connected to; 5432 where none is given").default_note("libpq's default"),
        FieldDef::new(Field::User, Type::Text, "user", "the user name as written").hidden(),
        FieldDef::new(Field::Role, Type::Name, "role", "the database role: the user without `.<project>` of a shared pooler"),
        FieldDef::new(Field::Project, Type::Name, "project", "the Supabase project: of the host, of the user name, or of `options=reference=…`"),
        FieldDef::new(Field::Provider, Type::Enum(super::url::PROVIDERS), "provider", "whose host it is").derived_from(&[Field::Host]),
        FieldDef::new(Field::Database, Type::Text, "database", "the name of the database").hidden(),
        FieldDef::new(Field::Sslmode, Type::Ordered(SSLMODES), "sslmode", "the effective TLS mode; `prefer` where none is given").default_note("libpq's default"),
        FieldDef::new(
            Field::Endpoint,
            Type::Enum(ENDPOINTS),
            "endpoint",
            "what answers there: Supabase's shared pooler is the transaction pooler at port 6543 and the session pooler at 5432; `db.<ref>.supabase.co` is direct at 5432 and the dedicated pooler at 6543",
        )
        .derived_from(&[Field::Host, Field::Port]),
        FieldDef::new(Field::Password, Type::Enum(PASSWORDS), "password", "whether a password is given; a placeholder is `[YOUR-PASSWORD]` and its like"),
    ],
    subject: |facts, id| format!("{}{}", variable_name(facts, id, "a connection string"), facts.whose(id)),
};
