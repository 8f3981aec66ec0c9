//! `deploy`: what a platform will run. A railway.toml says it today; an export can supply the same fact.

use crate::fact::{Field, FieldDef, Kind, KindDef, Type, Word};

/// Builders of Railway, in lower case.
pub const BUILDERS: &[Word] = &[
    Word::new("railpack", "Railpack"),
    Word::new("dockerfile", "a Dockerfile"),
    Word::new("nixpacks", "Nixpacks"),
    Word::new("heroku", "Heroku buildpacks"),
    Word::new("paketo", "Paketo buildpacks"),
    Word::new("other", "another builder"),
];

/// What happens when a process ends; in messages as Railway spells it.
pub const RESTARTS: &[Word] = &[
    Word::new("never", "NEVER"),
    Word::new("on_failure", "ON_FAILURE"),
    Word::new("always", "ALWAYS"),
    Word::new("other", "a policy that Railway does not know"),
];

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Deploy,
    name: "deploy",
    doc: "What the platform will build and run for one service.",
    parent: None,
    variants: &[],
    fields: &[
        FieldDef::new(
            Field::Builder,
            Type::Enum(BUILDERS),
            "builder",
            "what builds the image; Railpack where nothing is said",
        )
        .default_note("Railway's default"),
        FieldDef::new(Field::DockerfilePath, Type::Text, "Dockerfile path", "path of the Dockerfile"),
        FieldDef::new(Field::StartCommand, Type::Text, "start command", "the command that is started").hidden(),
        FieldDef::new(
            Field::PreDeployCommand,
            Type::Text,
            "pre-deploy command",
            "the command that runs before a deployment",
        )
        .hidden(),
        FieldDef::new(
            Field::WatchPatterns,
            Type::Names,
            "watch patterns",
            "the paths whose changes build the service anew; absent where every change does",
        ),
        FieldDef::new(
            Field::RootDirectory,
            Type::Text,
            "root directory",
            "the folder of the repository that it is built from; absent where that is all of it, and in railway.toml, which cannot say it",
        ),
        FieldDef::new(
            Field::HealthCheckPath,
            Type::Text,
            "health check path",
            "the path that must answer 200 before traffic is sent; absent when empty",
        ),
        FieldDef::new(
            Field::HealthCheckTimeout,
            Type::Number,
            "health check timeout",
            "seconds; 300 where nothing is said",
        )
        .default_note("Railway's default"),
        FieldDef::new(
            Field::RestartPolicy,
            Type::Enum(RESTARTS),
            "restart policy",
            "what happens when the process ends",
        ),
        FieldDef::new(Field::RestartRetries, Type::Number, "restart limit", "how often it is restarted"),
        FieldDef::new(
            Field::Replicas,
            Type::Number,
            "number of replicas",
            "how many run, over all regions; 1 where nothing is said",
        )
        .default_note("Railway's default"),
        FieldDef::new(
            Field::CronSchedule,
            Type::Text,
            "cron schedule",
            "when it runs, for a service that is started by the clock",
        ),
    ],
    subject: |facts, id| match facts.get(id, Field::Service).text() {
        Some(_) => format!("the deployment{}", facts.whose(id)),
        None => format!("the deployment of {}", facts.document(id).path),
    },
};
