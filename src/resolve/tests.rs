#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use crate::discover::Found;
use crate::document::{self, Settings};
use crate::fact::{FactId, Field, Kind, State};
use crate::policy::Spellings;
use crate::project::{self, Read};
use crate::source::SourceMap;
use std::fmt::Write as _;
use std::path::PathBuf;

const API: &str = "3f0c1d52-77aa-4c1e-9b0e-0a1b2c3d4e01";
const DB: &str = "3f0c1d52-77aa-4c1e-9b0e-0a1b2c3d4e02";

/// The documents of a project with what they say of each other.
struct World {
    read: Read,
    sources: SourceMap,
}

/// Reads texts by their paths: the first folder below `railway/` or `env/` is the environment, an env file is called
/// after its service.
fn world(files: &[(&str, &str)]) -> World {
    world_on(None, files)
}

fn world_on(today: Option<i64>, files: &[(&str, &str)]) -> World {
    let found = files.iter().map(|(path, text)| {
        let parts: Vec<&str> = path.split('/').collect();
        let stem = parts.last().unwrap().split('.').next().unwrap();
        let kind = match (parts[0], stem) {
            ("env", _) => "dotenv",
            ("apps", _) => "railway-config",
            (_, "status") => "railway-status",
            (_, "template") => "railway-template",
            (_, "environment") => "railway-environment",
            _ => "railway-variables",
        };
        let environment = (parts.len() == 3).then(|| parts[1].to_owned()).filter(|_| kind != "railway-config");
        let services = if kind == "railway-config" {
            vec![parts[1].to_owned()]
        } else if matches!(kind, "dotenv" | "railway-variables") {
            vec![stem.to_owned()]
        } else {
            Vec::new()
        };
        Found {
            path: PathBuf::from(path),
            relative: (*path).to_owned(),
            kind: document::kind(kind).unwrap(),
            services,
            environment,
            loader: None,
            driver: None,
            schema: None,
            entry: None,
            text: Ok((*text).to_owned()),
        }
    });
    let mut spellings = Spellings::default();
    spellings.add(Field::Environment, "prod", vec!["production".into()]);
    let mut sources = SourceMap::new();
    let shown = |found: &Found| found.relative.clone();
    let read =
        project::read(found.collect(), &Settings { today, ..Settings::default() }, &spellings, shown, &mut sources);
    assert!(read.problems.is_empty(), "{:?}", read.problems);
    World { read, sources }
}

impl World {
    fn of(&self, kind: Kind) -> Vec<FactId> {
        self.read.facts.of_kind(kind).to_vec()
    }

    /// The variable of a name, in the document at a path.
    fn variable(&self, path: &str, name: &str) -> FactId {
        let facts = &self.read.facts;
        let fits = |id: &FactId| facts.get(*id, Field::Name).text() == Some(name) && facts.document(*id).path == path;
        self.of(Kind::Variable).into_iter().find(fits).unwrap_or_else(|| panic!("no {name} in {path}"))
    }

    /// What a variable holds; `?` and the reason where it cannot be known.
    fn value(&self, path: &str, name: &str) -> String {
        match self.read.facts.get(self.variable(path, name), Field::Value) {
            State::Stated(crate::fact::Value::Secret(value), _) => value.ask(str::to_owned),
            State::Unknown(_, cause) => format!("? {}", cause.reason),
            other => panic!("{other:?}"),
        }
    }

    /// Every reference of a variable: what is written, and where it leads.
    fn links(&self, path: &str, name: &str) -> Vec<String> {
        let facts = &self.read.facts;
        let children =
            facts.children(self.variable(path, name)).iter().filter(|id| facts.fact(**id).kind == Kind::Reference);
        let said = |id: &FactId| {
            let fact = facts.fact(*id);
            let text = &self.sources.text(fact.anchor.source)[fact.anchor.range()];
            let outcome = match facts.get(*id, Field::Resolves) {
                State::Unknown(_, cause) => format!("? {}", cause.reason),
                state => state.text().unwrap().to_owned(),
            };
            let related: String = fact.related().iter().fold(String::new(), |mut all, (span, text)| {
                let at = self.sources.shown().place(*span);
                write!(all, "; {} at {}:{}", text, self.sources.path(span.source), at.line).unwrap();
                all
            });
            format!("{text} {outcome}{related}")
        };
        children.map(said).collect()
    }

    fn unread(&self) -> Vec<String> {
        self.read.unread.iter().map(|finding| finding.message.clone()).collect()
    }
}

const STATUS: &str = r#"{"environments": {"edges": [
  {"node": {"name": "production", "serviceInstances": {"edges": [
    {"node": {"serviceId": "3f0c1d52-77aa-4c1e-9b0e-0a1b2c3d4e01", "serviceName": "api"}},
    {"node": {"serviceId": "3f0c1d52-77aa-4c1e-9b0e-0a1b2c3d4e02", "serviceName": "Tide Pool"}}]}}},
  {"node": {"name": "dev", "serviceInstances": {"edges": [
    {"node": {"serviceId": "3f0c1d52-77aa-4c1e-9b0e-0a1b2c3d4e03", "serviceName": "Sandbox"}}]}}}]},
 "services": {"edges": [{"node": {"id": "3f0c1d52-77aa-4c1e-9b0e-0a1b2c3d4e01", "name": "api"}}]}}"#;

/// An environment of `api` and `Tide Pool` with these variables.
fn environment(api: &str, db: &str, shared: &str) -> String {
    let variables = |lines: &str| {
        let one = |line: &str| {
            let (name, value) = line.split_once('=').unwrap();
            match value {
                "SEALED" => format!("\"{name}\": {{\"isSealed\": true}}"),
                value => format!("\"{name}\": {{\"value\": {}}}", serde_json::to_string(value).unwrap()),
            }
        };
        lines.lines().map(|line| one(line.trim())).collect::<Vec<_>>().join(",\n")
    };
    format!(
        "{{\"services\": {{\n\"{API}\": {{\"variables\": {{\n{}}}}},\n\"{DB}\": {{\"variables\": {{\n{}}}}}}},\n\"sharedVariables\": {{\n{}}}}}",
        variables(api),
        variables(db),
        variables(shared)
    )
}

const ENV: &str = "railway/prod/environment.json";

#[test]
fn ids_have_names_and_an_id_that_nobody_names_is_said() {
    let export = environment("A=1", "B=2", "C=3");
    let world = world(&[("railway/status.json", STATUS), (ENV, &export)]);
    let facts = &world.read.facts;
    let subject = |name: &str| facts.subject(world.variable(ENV, name));
    assert_eq!((subject("A"), subject("B")), ("A of api in prod".into(), "B of Tide Pool in prod".into()));
    assert_eq!(subject("C"), "C in prod", "shared variables belong to no service");
    assert_eq!(world.unread(), Vec::<String>::new());
    let world = self::world(&[(ENV, &export)]);
    let said = "no document names the service of this id";
    assert_eq!(world.unread(), [said, said]);
    assert!(matches!(world.read.facts.get(world.variable(ENV, "A"), Field::Service), State::Unknown(..)));
}

#[test]
fn a_rendered_export_names_its_service_too() {
    let rendered = format!(r#"{{"A": "1", "RAILWAY_SERVICE_ID": "{API}", "RAILWAY_SERVICE_NAME": "api"}}"#);
    let world = world(&[("railway/prod/api.json", &rendered), (ENV, &environment("B=${{A}}", "C=1", "D=1"))]);
    assert_eq!(world.read.facts.subject(world.variable(ENV, "B")), "B of api in prod");
    assert_eq!(world.value(ENV, "B"), "1", "the two exports are one service");
}

#[test]
fn references_are_followed_through_services_and_shared_variables() {
    let export = environment(
        "URL=${{Tide Pool.URL}}?sslmode=${{ shared.MODE }}\nOWN=${{URL}}\nPLAIN=$HOME {{X}}",
        "URL=postgresql://${{USER}}.abcdefghijklmnopqrst:MADEUP-pw@${{shared.HOST}}:5432/postgres\nUSER=postgres",
        "MODE=require\nHOST=aws-0-us-east-1.pooler.supabase.com",
    );
    let world = world(&[("railway/status.json", STATUS), (ENV, &export)]);
    let url = "postgresql://postgres.abcdefghijklmnopqrst:MADEUP-pw@aws-0-us-east-1.pooler.supabase.com:5432/postgres";
    assert_eq!(world.value(ENV, "OWN"), format!("{url}?sslmode=require"));
    assert_eq!(world.value(ENV, "PLAIN"), "$HOME {{X}}");
    let links = world.links(ENV, "URL");
    assert_eq!(links.len(), 2);
    let places = "URL of Tide Pool at railway/prod/environment.json:7; USER of the same service at railway/prod/environment.json:8; the shared variable HOST at railway/prod/environment.json:11";
    assert_eq!(links[0], format!("${{{{Tide Pool.URL}}}} resolved; {places}"));
    let facts = &world.read.facts;
    let connection =
        world.of(Kind::Connection).into_iter().find(|id| facts.subject(*id) == "URL of api in prod").unwrap();
    assert_eq!(facts.get(connection, Field::Endpoint).text(), Some("session-pooler"));
    assert_eq!(facts.get(connection, Field::Project).text(), Some("abcdefghijklmnopqrst"));
    let port = facts.get(connection, Field::Port).span().unwrap();
    assert_eq!(
        &world.sources.text(port.source)[port.range()],
        "${{Tide Pool.URL}}",
        "the port stands in the reference"
    );
    assert_eq!(facts.fact(connection).related().len(), 4, "both ends are shown");
}

#[test]
fn names_are_told_by_case_and_what_is_not_there_is_said() {
    let export = environment(
        "A=${{tide pool.URL}}\nB=${{Tide Pol.URL}}\nC=${{Tide Pool.ULR}}\nD=${{Tide Pool.url}}\nE=${{Sandbox.URL}}\nF=${{dev.URL}}\nG=${{Shared.X}}\nH=${{shared.Y}}",
        "URL=x",
        "X=1",
    );
    let world = world(&[("railway/status.json", STATUS), (ENV, &export)]);
    let link = |name: &str| world.links(ENV, name).concat();
    assert_eq!(link("A"), "${{tide pool.URL}} wrong-case; did you mean `Tide Pool`? at railway/status.json:4");
    assert_eq!(link("B"), "${{Tide Pol.URL}} unknown-service; did you mean `Tide Pool`? at railway/status.json:4");
    assert_eq!(link("C"), format!("${{{{Tide Pool.ULR}}}} unknown-variable; did you mean `URL`? at {ENV}:12"));
    assert_eq!(link("D"), format!("${{{{Tide Pool.url}}}} wrong-case; did you mean `URL`? at {ENV}:12"));
    let elsewhere = "other-environment; the service is there in another environment at railway/status.json:6";
    assert_eq!(link("E"), format!("${{{{Sandbox.URL}}}} {elsewhere}"));
    assert_eq!(link("F"), "${{dev.URL}} other-environment");
    assert!(link("G").starts_with("${{Shared.X}} wrong-case; did you mean `shared`?"), "{}", link("G"));
    assert_eq!(link("H"), "${{shared.Y}} unknown-variable");
    assert_eq!(world.value(ENV, "C"), "? is `${{Tide Pool.ULR}}`, and there is no such variable");
}

#[test]
fn what_no_document_decides_is_unknown_and_says_what_would() {
    let world = world(&[
        ("railway/status.json", STATUS),
        ("railway/prod/api.json", r#"{"A": "1"}"#),
        (
            "env/prod/web.env",
            "A=${{api.A}}\nB=${{api.B}}\nC=${{api.RAILWAY_PRIVATE_DOMAIN}}\nD=${{shared.X}}\nE=${{gone.X}}\n",
        ),
        ("env/dev/web.env", "A=${{api.A}}\n"),
    ]);
    let value = |name: &str| world.value("env/prod/web.env", name);
    assert_eq!(value("A"), "1");
    assert_eq!(value("B"), "? is `${{api.B}}`, and no document defines it", "it may be sealed");
    assert_eq!(value("C"), "? is `${{api.RAILWAY_PRIVATE_DOMAIN}}`, which Railway provides");
    assert_eq!(value("D"), "? is `${{shared.X}}`, and no document defines it");
    assert_eq!(world.links("env/prod/web.env", "E"), ["${{gone.X}} unknown-service"]);
    let state = world.read.facts.get(world.variable("env/prod/web.env", "D"), Field::Value);
    let State::Unknown(_, cause) = state else { panic!("{state:?}") };
    assert!(
        cause.help.ends_with("railway environment config --json > railway/prod/environment.json"),
        "{}",
        cause.help
    );
    assert_eq!(
        world.links("env/dev/web.env", "A"),
        ["${{api.A}} other-environment; the service is there in another environment at railway/status.json:3"]
    );
}

#[test]
fn sealed_variables_and_functions_have_no_value_to_know() {
    let export = environment("A=${{KEY}}\nB=x${{secret(8, \"ab+/}\")}}\nC=${{A}}", "X=1", "Y=1")
        .replace("\"A\":", "\"KEY\": {\"isSealed\": true, \"value\": \"MADEUP\"}, \"A\":");
    let world = world(&[("railway/status.json", STATUS), (ENV, &export)]);
    assert_eq!(world.value(ENV, "KEY"), "? is sealed, and nobody can read it back");
    assert_eq!(world.value(ENV, "A"), "? is `${{KEY}}`, which is sealed");
    assert_eq!(world.value(ENV, "C"), "? is `${{A}}`, which is `${{KEY}}`, which is sealed");
    assert_eq!(world.links(ENV, "B"), ["${{secret(8, \\\"ab+/}\\\")}} generated"]);
}

#[test]
fn circles_are_found_from_every_end_and_end() {
    let export = environment("A=${{B}}\nB=x${{C}}\nC=${{A}}${{A}}\nD=${{A}}\nE=${{E}}", "X=1", "Y=1");
    let world = world(&[("railway/status.json", STATUS), (ENV, &export)]);
    let outcome = |name: &str| -> Vec<String> {
        world.links(ENV, name).iter().map(|link| link.split([' ', ';']).nth(1).unwrap().to_owned()).collect()
    };
    assert_eq!(
        (outcome("A"), outcome("B"), outcome("E")),
        (vec!["cycle".into()], vec!["cycle".into()], vec!["cycle".into()])
    );
    assert_eq!(outcome("C"), ["cycle", "cycle"]);
    assert_eq!(outcome("D"), ["resolved"], "what leads to a circle is not on it");
    assert!(world.value(ENV, "D").starts_with("? is `${{A}}`, which is "), "{}", world.value(ENV, "D"));
}

#[test]
fn chains_and_growth_are_bounded() {
    let chain: String = (0..60).map(|n| format!("A{n}=${{{{A{}}}}}\n", n + 1)).collect::<String>() + "A60=end";
    let export = environment(&chain, "X=1", "Y=1");
    let world = world(&[("railway/status.json", STATUS), (ENV, &export)]);
    assert_eq!(world.value(ENV, "A40"), "end");
    assert!(world.value(ENV, "A0").starts_with("? "), "too many steps");
    let references = world.read.facts.of_kind(Kind::Reference).iter();
    let reasons = references.filter_map(|id| match world.read.facts.get(*id, Field::Resolves) {
        State::Unknown(_, cause) => Some(cause.reason.clone()),
        _ => None,
    });
    let reasons: Vec<String> = reasons.collect();
    assert!(reasons.iter().any(|reason| reason.contains("leads through too many others")), "{reasons:?}");
    assert!(!reasons.iter().any(|reason| reason.contains("no document defines")), "{reasons:?}");
    let laughs: String =
        (0..40).map(|n| format!("B{n}=${{{{B{m}}}}}${{{{B{m}}}}}\n", m = n + 1)).collect::<String>() + "B40=MADEUP";
    let export = environment(&laughs, "X=1", "Y=1");
    let world = self::world(&[("railway/status.json", STATUS), (ENV, &export)]);
    assert_eq!(world.value(ENV, "B38"), "MADEUP".repeat(4));
    assert!(world.value(ENV, "B0").starts_with("? holds `${{B"), "{}", world.value(ENV, "B0"));
}

#[test]
fn templates_are_resolved_within_themselves() {
    let template = format!(
        r#"{{"services": {{"{API}": {{"name": "web", "variables": {{"A": {{"defaultValue": "${{{{db.B}}}}"}}, "C": {{"defaultValue": "${{{{DB.B}}}}"}}}}}},
        "{DB}": {{"name": "db", "variables": {{"B": {{"defaultValue": "x"}}}}}}}}}}"#
    );
    let world = world(&[("template.json", &template), (ENV, &environment("A=1", "B=y", "C=2"))]);
    assert_eq!(world.value("template.json", "A"), "x");
    assert_eq!(world.links("template.json", "C"), ["${{DB.B}} wrong-case; did you mean `db`? at template.json:2"]);
}

#[test]
fn a_part_of_a_secret_is_never_a_host_that_may_be_shown() {
    let export = environment(
        "A=https://${{PW}}.example.com/\nB=postgresql://u:p@${{PW}}:5432/x\nC=${{WHOLE}}\nD=https://${{HOST}}/x",
        "X=1",
        "Y=1",
    )
    .replace("\"A\":", "\"PW\": {\"value\": \"madeupword\"}, \"WHOLE\": {\"value\": \"postgresql://u:MADEUP@db.example.com:5432/x\"}, \"HOST\": {\"value\": \"quay.up.railway.app\"}, \"A\":");
    let world = world(&[("railway/status.json", STATUS), (ENV, &export)]);
    let facts = &world.read.facts;
    let hidden = |name: &str| {
        let inner = facts.children(world.variable(ENV, name)).iter();
        let found: Vec<bool> = inner
            .map(|id| facts.fact(*id))
            .filter(|fact| matches!(fact.kind, Kind::Url | Kind::Connection))
            .map(|fact| fact.hidden)
            .collect();
        assert_eq!(found.len(), 1, "{name}");
        found[0]
    };
    assert!(hidden("A") && hidden("B"), "a host that was put together");
    assert!(!hidden("C") && !hidden("D"), "a connection string as a whole, and a host of the platform");
}

#[test]
fn a_variable_that_leads_to_nothing_is_empty_and_not_set() {
    let world = world(&[
        ("railway/status.json", STATUS),
        (ENV, &environment("A=${{shared.E}}\nB=${{shared.T}}", "X=1", "E=\nT=changeme")),
    ]);
    let state = |name: &str| world.read.facts.get(world.variable(ENV, name), Field::State).text().unwrap().to_owned();
    assert_eq!((state("A"), state("B")), ("empty".into(), "placeholder".into()));
}

#[test]
fn the_file_of_a_service_says_what_an_export_leaves_out_as_long_as_it_is_read() {
    let export = environment("A=1", "B=2", "C=3").replacen(
        "\"variables\"",
        "\"configFile\": \"/apps/api/railway.toml\", \"deploy\": {\"startCommand\": \"x\"}, \"variables\"",
        1,
    );
    let toml = "[deploy]\nstartCommand = \"y\"\nhealthcheckPath = \"/base\"\nnumReplicas = 3\n\
                [environments.production.deploy]\nhealthcheckPath = \"/prod\"\n[environments.dev.deploy]\nnumReplicas = 9\n";
    let say = |today: Option<i64>, files: &[(&str, &str)], field: Field| {
        let world = world_on(today, files);
        let facts = &world.read.facts;
        let fits =
            |id: &FactId| facts.document(*id).path == ENV && facts.get(*id, Field::Service).text() == Some("api");
        let deploy = world.of(Kind::Deploy).into_iter().find(fits).unwrap();
        match facts.get(deploy, field) {
            State::Unknown(_, cause) => format!("? {}", cause.reason),
            State::Absent(_) => "absent".to_owned(),
            state => {
                let path = world.sources.path(state.span().unwrap().source);
                format!("{:?} {path}", state.value().unwrap())
            }
        }
    };
    let both: &[(&str, &str)] = &[("railway/status.json", STATUS), (ENV, &export), ("apps/api/railway.toml", toml)];
    let alone = &both[..2];
    let open = "? may be set by the service's own configuration file";
    assert_eq!(say(None, both, Field::StartCommand), format!("Text(\"x\") {ENV}"));
    assert_eq!(say(None, both, Field::HealthCheckPath), "Text(\"/prod\") apps/api/railway.toml");
    assert_eq!(say(None, both, Field::Replicas), "Number(3) apps/api/railway.toml");
    assert_eq!(say(None, both, Field::CronSchedule), "absent", "the file says nothing of it either");
    assert_eq!(say(None, alone, Field::HealthCheckPath), open);
    let last_day = crate::date::parse("2026-11-30");
    assert_eq!(say(last_day, both, Field::HealthCheckPath), "Text(\"/prod\") apps/api/railway.toml");
    let day_after = crate::date::parse("2026-12-01");
    assert_eq!(day_after, Some(document::railway::CONFIG_ENDS));
    assert_eq!(say(day_after, both, Field::HealthCheckPath), "absent", "nobody reads the file any more");
    assert_eq!(say(day_after, both, Field::Replicas), format!("Number(1) {ENV}"));
}
