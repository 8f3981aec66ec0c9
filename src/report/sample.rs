//! One report with everything in it that is hard to draw; every format is tested on it.
#![allow(clippy::expect_used)]

use super::{PolicyState, Report, Rule, RunState, Totals};
use crate::finding::{Advice, Anchor, Finding, LabelRole, Problem, Severity, Undecided, Waived};
use crate::source::{SourceId, SourceMap, Span};
use std::sync::Arc;

/// What no output may hold.
pub(super) const SECRET: &str = "MADEUPpassword";

/// The sources under construction.
#[derive(Default)]
pub(super) struct Sources {
    pub map: SourceMap,
    texts: Vec<(SourceId, String)>,
}

impl Sources {
    pub fn add(&mut self, path: &str, text: &str) -> SourceId {
        let id = self.map.add(path, text);
        let masks: Vec<_> = text.match_indices(SECRET).map(|(at, found)| at..at + found.len()).collect();
        self.map.mask(id, masks);
        self.texts.push((id, text.into()));
        id
    }

    /// The first place of `words`.
    pub fn span(&self, id: SourceId, words: &str) -> Span {
        let text = &self.texts.iter().find(|(known, _)| *known == id).expect("a source of the sample").1;
        let at = text.find(words).expect("words of the sample");
        Span::new(id, at..at + words.len())
    }

    pub fn end(&self, id: SourceId) -> Span {
        Span::point(id, self.texts.iter().find(|(known, _)| *known == id).expect("a source of the sample").1.len())
    }
}

pub(super) const API_ENV: &str = "\
SUPABASE_URL=https://abcdefghijklmnopqrst.supabase.co
SUPABASE_SERVICE_ROLE_KEY=MADEUPpassword
DATABASE_URL=postgresql://postgres.abcdefghijklmnopqrst:MADEUPpassword@aws-0-us-east-1.pooler.supabase.com:5432/postgres
LOG_LEVEL=debug";

pub(super) const INGEST_ENV: &str = "\
# 取り込みワーカー 本番
SUPABASE_URL=https://tsrqponmlkjihgfedcba.supabase.co   # 日本語のメモ PORT=1
DATABASE_URL=${{shared.POOLER_URL}}

WORKER_TYPE=
";

pub(super) const POLICIES: &str = "\
version: 1
policies:
  runtime-goes-through-the-pooler:
    why: |
      Session connections exhaust Postgres.
    expect:
      connection: { service: { param: runtime_services }, environment: { param: production } }
      to: { port: 6543, endpoint: transaction-pooler, sslmode: [require, verify-ca, verify-full] }

  one-supabase-project-per-service:
    says: belongs to another Supabase project
    same: { connection: {}, credential: {}, url: { provider: supabase }, field: project, within: [service, environment] }

  no-drop-column:
    says: drops a column
    forbid: { operation: { is: drop_column } }
    unless:
      - { migration.direction: revert, if_exist: true }
";

pub(super) const MIGRATION: &str = "\
DO $$
BEGIN
  EXECUTE format('ALTER TABLE %I.accounts DROP COLUMN email', 'public');
END
$$;

ALTER TABLE public.accounts
  ADD COLUMN nickname text,
  DROP COLUMN email;

CREATE TABLE ops.jobs (
  id bigint,
  kind text,
  payload jsonb,
  state text,
  attempts int,
  created_at timestamptz,
  updated_at timestamptz,
  done_at timestamptz
);
";

/// The sources and ids of the sample.
pub(super) struct Sample {
    pub sources: Sources,
    pub report: Report,
}

struct Ids {
    api: SourceId,
    ingest: SourceId,
    sql: SourceId,
    policies: SourceId,
    config: SourceId,
    export: SourceId,
}

/// Builds it.
pub(super) fn sample() -> Sample {
    let mut sources = Sources::default();
    let export = format!(
        "{{\"NOTES\":\"{}\",\"NEXT_PUBLIC_KEY\":\"MADEUPpassword\",\"MORE\":\"{}\"}}\n",
        "lorem ipsum ".repeat(3_000),
        "dolor sit ".repeat(3_400)
    );
    let ids = Ids {
        api: sources.add("env/prod/dragonfly-api.env", API_ENV),
        ingest: sources.add("env/prod/dragonfly-worker-ingest.env", INGEST_ENV),
        sql: sources.add("supabase/migrations/20260112093000_cleanup.sql", MIGRATION),
        policies: sources.add("dragonfly/policies.yaml", POLICIES),
        config: sources.add(
            "preflight.yaml",
            "version: 1\npacks: [dragonfly]\ndocuments:\n  - files: \"env/{environment}/{service}.env\"\n    kind: dotenv\n",
        ),
        export: sources.add("railway/prod/\u{1b}[2Jdashboard\u{202e}.json", &export),
    };
    let report = Report {
        findings: findings(&sources, &ids),
        undecided: undecided(&sources, &ids),
        states: states(),
        notices: vec!["railway/prod/dashboard.json was taken for railway-variables of dashboard in prod".into()],
        totals: Totals {
            documents: vec![("env", 9), ("Railway", 3), ("migrations", 2)],
            facts: 312,
            policies: 41,
            decided: 38,
            packs: vec!["dragonfly 1.0.0".into()],
            ..Totals::default()
        },
        rules: rules(&sources, ids.policies),
        ..Report::default()
    };
    Sample { sources, report: report.judged(Severity::Error, false) }
}

/// The policies that are in force.
fn rules(sources: &Sources, policies: SourceId) -> Vec<Rule> {
    let rule = |id: &str, severity, says: &str, see: &str| Rule {
        id: id.into(),
        pack: "dragonfly 1.0.0".into(),
        severity,
        says: says.into(),
        advice: Arc::new(Advice {
            why: format!("The reason of {id}.\nIt has two lines."),
            fix: "Mend it.".into(),
            see: Some(see.into()),
        }),
        span: sources.span(policies, id),
    };
    vec![
        rule("runtime-goes-through-the-pooler", Severity::Error, "", "go-live runbook 1.1"),
        rule("one-supabase-project-per-service", Severity::Error, "belongs to another Supabase project", "docs/a.md#b"),
        rule("no-drop-column", Severity::Warning, "drops a column", "https://example.com/runbook?a=1#columns"),
    ]
}

/// The sample with waivers: one beside what it hides, one in a file of waivers.
pub(super) fn waived() -> Sample {
    let mut sample = sample();
    let file = sample.sources.add("preflight-waivers.yaml", "version: 1\nwaivers: []\n");
    let hidden: Vec<Finding> = sample.report.findings.drain(5..7).collect();
    let beside = hidden.first().and_then(Finding::span).map_or(Span::point(file, 0), Span::before);
    let spans = [beside, sample.sources.span(file, "waivers")];
    let waived = |(finding, span)| Waived {
        finding,
        span,
        named: vec![span],
        reason: "The column was \u{1b}[2Jempty,\nand nobody read it.".into(),
        until: Some(20_849),
        owner: Some("platform".into()),
        ticket: Some("OPS-12".into()),
    };
    sample.report.waived = hidden.into_iter().zip(spans).map(waived).collect();
    sample.report.totals.waived = sample.report.waived.len();
    sample.report = sample.report.judged(Severity::Error, false);
    sample
}

/// The sample of a run that a broken policy stops.
pub(super) fn broken() -> Sample {
    let mut sources = Sources::default();
    let policies = sources.add("policies/migrations.yaml", POLICIES);
    let problems = vec![
        Problem::at("policy", sources.span(policies, "if_exist"), "no fact `operation` has a field `if_exist`")
            .note("did you mean `if_exists`?")
            .help("`preflight explain operation` lists its fields."),
        Problem::at(
            "policy",
            sources.span(policies, "one-supabase-project-per-service").after(),
            "a policy needs `severity`",
        )
        .note("`severity` is missing here"),
        Problem::path("path", "env/prdo/\u{7}", "no such file or folder").help("Is it `env/prod`?"),
    ];
    Sample { report: Report { problems, ..Report::default() }.judged(Severity::Error, false), sources }
}

fn pooler_advice() -> Arc<Advice> {
    Arc::new(Advice {
        why: "Session connections exhaust Postgres: \"FATAL: too many connections\" (incident runbook).\n".into(),
        fix: "Use port 6543 and add ?sslmode=require.".into(),
        see: Some("go-live runbook 1.1".into()),
    })
}

fn findings(sources: &Sources, ids: &Ids) -> Vec<Finding> {
    [of_env_files(sources, ids), of_migrations(sources, ids), of_exports(sources, ids)].concat()
}

fn of_env_files(sources: &Sources, ids: &Ids) -> Vec<Finding> {
    let (fact, policy) = (LabelRole::Fact, LabelRole::Policy);
    let pooler = "runtime-goes-through-the-pooler";
    let past = "DATABASE_URL of dragonfly-api in prod connects past the pooler";
    let api = |finding: Finding| finding.about(Some("dragonfly-api"), Some("prod")).advice(pooler_advice());
    vec![
        api(Finding::new(
            pooler,
            Severity::Error,
            past,
            Anchor::At(sources.span(ids.api, "5432")),
            "port 5432 is the session pooler",
        ))
        .label(policy, sources.span(ids.policies, "port: 6543"), "wants port 6543"),
        api(Finding::new(
            pooler,
            Severity::Error,
            past,
            Anchor::At(sources.span(ids.api, "5432/postgres").after()),
            "sslmode is prefer (libpq's default)",
        ))
        .label(
            policy,
            sources.span(ids.policies, "sslmode: [require, verify-ca, verify-full]"),
            "wants one of these",
        ),
        Finding::new(
            "dragonfly-matrix/missing",
            Severity::Warning,
            "PORT of dragonfly-api in prod is missing",
            Anchor::At(sources.end(ids.api)),
            "PORT would stand here",
        ),
        Finding::new(
            "one-supabase-project-per-service",
            Severity::Error,
            "SUPABASE_URL of dragonfly-worker-ingest in prod belongs to another Supabase project",
            Anchor::At(sources.span(ids.ingest, "tsrqponmlkjihgfedcba")),
            "project tsrqponmlkjihgfedcba",
        )
        .label(fact, sources.span(ids.ingest, "PORT=1"), "behind wide characters")
        .label(fact, sources.span(ids.api, "abcdefghijklmnopqrst"), "project abcdefghijklmnopqrst")
        .label(policy, sources.span(ids.policies, "field: project"), "these are to be the same"),
        Finding::new(
            "dragonfly-matrix/missing",
            Severity::Error,
            "dragonfly-worker-enforcement has no variables in prod",
            Anchor::Missing("env/prod/dragonfly-worker\u{1b}[2J-enforcement.env".into()),
            "no document of this service was found",
        )
        .label(LabelRole::Config, sources.span(ids.config, "env/{environment}/{service}.env"), "looked for here")
        .advice(Arc::new(Advice {
            fix: "Export it:  railway variables --json > env/prod/dragonfly-worker-enforcement.json".into(),
            ..Advice::default()
        })),
    ]
}

fn of_migrations(sources: &Sources, ids: &Ids) -> Vec<Finding> {
    let policy = LabelRole::Policy;
    let column = Arc::new(Advice {
        why: "A dropped column takes its data along; no rollback brings it back.".into(),
        fix: "Stop writing to the column and leave it. A revert migration may drop it with IF EXISTS, and then only \
              after the backup of the day was checked and its restore was tried on another database."
            .into(),
        see: None,
    });
    let column_policy = sources.span(ids.policies, "{ operation: { is: drop_column } }");
    vec![
        Finding::new(
            "no-drop-column",
            Severity::Error,
            "drops column email of public.accounts (in a DO block, unguarded)",
            Anchor::At(sources.span(ids.sql, "ALTER TABLE %I.accounts DROP COLUMN email")),
            "this text runs as SQL",
        )
        .label(policy, column_policy, "forbidden here")
        .advice(Arc::clone(&column)),
        Finding::new(
            "no-drop-column",
            Severity::Error,
            "drops column email of public.accounts",
            Anchor::At(
                sources.span(ids.sql, "ALTER TABLE public.accounts\n  ADD COLUMN nickname text,\n  DROP COLUMN email"),
            ),
            "one statement",
        )
        .label(policy, column_policy, "forbidden here"),
        Finding::new(
            "tables-have-row-security",
            Severity::Info,
            "table ops.jobs has no row security",
            Anchor::At(sources.span(ids.sql, MIGRATION.split_at(MIGRATION.find("CREATE").unwrap_or(0)).1.trim())),
            "made here",
        ),
    ]
}

fn of_exports(sources: &Sources, ids: &Ids) -> Vec<Finding> {
    vec![Finding::new(
        "no-secret-in-the-browser",
        Severity::Error,
        "NEXT_PUBLIC_KEY of dashboard in prod holds a secret",
        Anchor::At(sources.span(ids.export, SECRET)),
        "a supabase secret key, which every browser sees",
    )]
}

fn undecided(sources: &Sources, ids: &Ids) -> Vec<Undecided> {
    vec![
        Undecided {
            policies: vec!["runtime-goes-through-the-pooler".into(), "no-secret-shared-between-environments".into()],
            message: "DATABASE_URL of dragonfly-worker-ingest is ${{shared.POOLER_URL}}, and no document defines it"
                .into(),
            span: Some(sources.span(ids.ingest, "${{shared.POOLER_URL}}")),
            help: "Export the environment too:  railway environment config --json > railway/prod/environment.json"
                .into(),
        },
        Undecided {
            policies: vec!["dragonfly-matrix".into()],
            message: "no document says which variables dragonfly-dashboard has".into(),
            span: None,
            help: String::new(),
        },
    ]
}

fn states() -> Vec<PolicyState> {
    let state = |policy: &str, state| PolicyState { policy: policy.into(), state };
    let no_status = || RunState::NotJudged { because: "no railway-status document was given".into() };
    vec![
        state("runtime-goes-through-the-pooler", RunState::Judged(6)),
        state("health-check-is-set", no_status()),
        state("replicas-are-stated", no_status()),
        state("no-truncate", RunState::Idle),
        state(
            "dashboard-has-no-secret",
            RunState::OutOfScope { because: "no document has the service `dragonfyl-dashboard`".into() },
        ),
    ]
}
