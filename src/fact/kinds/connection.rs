//! `connection`: a Postgres connection found in a value, as its driver reads it.

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

/// Drivers: who reads a connection string at run time.
pub const DRIVERS: &[Word] = &[
    Word::new("libpq", "libpq (psql, psycopg)"),
    Word::new("asyncpg", "asyncpg"),
    Word::new("sqlalchemy", "SQLAlchemy"),
    Word::new("node-postgres", "node-postgres"),
    Word::new("postgres.js", "postgres.js"),
    Word::new("sqlx", "sqlx"),
    Word::new("tokio-postgres", "tokio-postgres"),
    Word::new("prisma", "Prisma"),
    Word::new("jdbc", "JDBC (pgJDBC)"),
];

/// What a driver can refuse in a connection string before it connects. What it would say itself is never repeated: libpq
/// quotes the string, password included.
pub const REFUSALS: &[Word] = &[
    Word::new("scheme", "a beginning that this driver does not take"),
    Word::new("parameter", "a parameter that this driver does not know"),
    Word::new("separator", "a parameter without exactly one ="),
    Word::new("repeated", "a parameter that is written twice"),
    Word::new("escape", "a broken percent escape"),
    Word::new("blank", "a blank that is not written as %20"),
    Word::new("equals", "a word without = behind it"),
    Word::new("quote", "a quote that is never closed"),
    Word::new("bracket", "a bracket of an IPv6 address that is not closed, or holds none"),
    Word::new("host", "a host that is missing or holds forbidden characters"),
    Word::new("address", "an address that this driver does not take"),
    Word::new("user-info", "a user before @, where this driver takes parameters only"),
    Word::new("host-count", "another number of addresses than of hosts"),
    Word::new("port", "a port that is no number from 1 to 65535"),
    Word::new("port-count", "another number of ports than of hosts"),
    Word::new("sslmode", "a TLS mode that is none"),
    Word::new("weak-tls", "a TLS mode too weak for what stands beside it"),
    Word::new("value", "a value that its parameter does not take"),
];

/// What answers at host and port.
pub const ENDPOINTS: &[Word] = &[
    Word::new("transaction-pooler", "the transaction pooler"),
    Word::new("session-pooler", "the session pooler"),
    Word::new("dedicated-pooler", "the dedicated pooler"),
    Word::new("direct", "a direct connection"),
    Word::new("local", "a database on this machine"),
    Word::new("local-stack", "the local Supabase stack"),
    Word::new("railway-internal", "Railway's private network"),
    Word::new("railway-public", "Railway's public proxy"),
    Word::new("pgbouncer", "a PgBouncer"),
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
        FieldDef::new(
            Field::Driver,
            Type::Enum(DRIVERS),
            "driver",
            "who reads the string: the driver that preflight.yaml names for the document, else the one whose scheme it has (`postgresql+asyncpg`, `jdbc:postgresql`), else the one that the pack names, else libpq; all other fields are as this driver reads them",
        ),
        FieldDef::new(
            Field::Refused,
            Type::Enum(REFUSALS),
            "what the driver refuses",
            "what makes the driver give up before it connects, if anything does: the first thing that it would notice",
        ),
        FieldDef::new(
            Field::Ignored,
            Type::Names,
            "parameters left out",
            "parameters that the driver does not take: it ignores them, or hands them to the server as settings; `other` stands for a name that no driver knows",
        ),
        FieldDef::new(Field::Host, Type::Text, "host", "the host that is connected to, in lower case"),
        FieldDef::new(Field::Port, Type::Number, "port", "the port that is connected to; 5432 where none is given").default_note("the driver's default"),
        FieldDef::new(Field::User, Type::Text, "user", "the user name as written").hidden(),
        FieldDef::new(Field::Role, Type::Name, "role", "the database role: the user without `.<project>` of a shared pooler"),
        FieldDef::new(Field::Project, Type::Name, "project", "the Supabase project: of the host, of the user name, or of `options=reference=…`"),
        FieldDef::new(Field::Provider, Type::Enum(super::url::PROVIDERS), "provider", "whose host it is").derived_from(&[Field::Host]),
        FieldDef::new(Field::Database, Type::Text, "database", "the name of the database").hidden(),
        FieldDef::new(Field::Sslmode, Type::Ordered(SSLMODES), "sslmode", "the effective TLS mode in libpq's words, whatever the driver calls it; where none is given the driver's default: `prefer`, or `disable` for node-postgres and postgres.js").default_note("the driver's default"),
        FieldDef::new(Field::Verifies, Type::Bool("verifies the server", "does not verify the server"), "verifies", "whether the server's certificate is verified: by `verify-ca` and `verify-full`, and by `require` where libpq is given a root certificate").derived_from(&[Field::Sslmode]).default_note("the driver's default"),
        FieldDef::new(
            Field::Endpoint,
            Type::Enum(ENDPOINTS),
            "endpoint",
            "what answers there: Supabase's shared pooler is the transaction pooler at port 6543 and the session pooler at 5432; `db.<ref>.supabase.co` is direct at 5432 and the dedicated pooler at 6543; this machine is the local stack at 54322 and 54329; PgBouncer is known by port 6432 or by its name in the host",
        )
        .derived_from(&[Field::Host, Field::Port]),
        FieldDef::new(Field::Password, Type::Enum(PASSWORDS), "password", "whether a password is given; a placeholder is `[YOUR-PASSWORD]` and its like"),
    ],
    subject: |facts, id| variable_name(facts, id, "a connection string") + &facts.whose(id),
};
