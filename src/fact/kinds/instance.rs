//! `instance`: a service as it is there in an environment, told by an export of the platform.

use crate::fact::{Field, FieldDef, Kind, KindDef, Type, Word};

/// States of a deployment (Railway's public API, `DeploymentStatus`), in lower case.
pub const STATUSES: &[Word] = &[
    Word::new("building", "BUILDING"),
    Word::new("crashed", "CRASHED"),
    Word::new("deploying", "DEPLOYING"),
    Word::new("failed", "FAILED"),
    Word::new("initializing", "INITIALIZING"),
    Word::new("needs_approval", "NEEDS_APPROVAL"),
    Word::new("queued", "QUEUED"),
    Word::new("removed", "REMOVED"),
    Word::new("removing", "REMOVING"),
    Word::new("skipped", "SKIPPED"),
    Word::new("sleeping", "SLEEPING"),
    Word::new("success", "SUCCESS"),
    Word::new("waiting", "WAITING"),
    Word::new("other", "a state that is not known"),
];

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Instance,
    name: "instance",
    doc: "A service that exists in an environment, by an export of the platform; what it builds and runs is `deploy`.",
    parent: None,
    variants: &[],
    fields: &[
        FieldDef::new(
            Field::Image,
            Type::Text,
            "image",
            "the image that it runs; absent where it is built from a repository",
        ),
        FieldDef::new(
            Field::IsDatabase,
            Type::Bool("is a database", "is no database"),
            "database",
            "whether the image is a database's, by its name: postgres, mysql, mariadb, redis, valkey, mongo, clickhouse",
        )
        .derived_from(&[Field::Image]),
        FieldDef::new(
            Field::PublicDomain,
            Type::Bool("has a public domain", "has no public domain"),
            "public domain",
            "whether a domain leads to it from the internet",
        ),
        FieldDef::new(
            Field::TcpProxy,
            Type::Bool("has a public TCP proxy", "has no public TCP proxy"),
            "TCP proxy",
            "whether a port of it is open to the internet",
        ),
        FieldDef::new(
            Field::LastDeployment,
            Type::Enum(STATUSES),
            "last deployment",
            "the state of its latest deployment; absent where no export says it, or there was none",
        ),
    ],
    subject: |facts, id| match facts.get(id, Field::Service).text() {
        Some(_) => facts.whose(id).trim_start_matches(" of ").to_owned(),
        None => format!("a service{}", facts.whose(id)),
    },
};
