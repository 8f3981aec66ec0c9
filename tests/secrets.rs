//! Marked secrets are planted in every place of every kind of document, and in broken ones; no output of any command in
//! any format holds eight consecutive characters of one: raw, percent-decoded, JSON-escaped or in base64.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "secrets/exports.rs"]
mod exports;

use base64::Engine as _;
use preflight::document::DOCUMENT_KINDS;
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

/// How many consecutive characters give a secret away.
const WINDOW: usize = 8;

/// Secrets of a form that a recogniser knows: wherever they stand they are hidden. `{n}` makes each plant its own.
fn recognisable(n: usize) -> Vec<String> {
    vec![
        format!("sb_secret_MADEUP{n:03}aQzWxEcRvTbY_4e5F6g7H"),
        format!("sbp_{n:03}3456789abcdef0123456789abcdef01234567"),
        jwt(&format!(
            "{{\"iss\":\"supabase\",\"ref\":\"abcdefghijklmnopqrst\",\"role\":\"service_role\",\"iat\":17{n:03}00000,\"exp\":2051222400}}"
        )),
        jwt(&format!("{{\n  \"role\": \"service_role\",\n  \"iss\": \"supabase-demo\",\n  \"iat\": 16{n:03}00000\n}}")),
    ]
}

/// Passwords that must be hidden inside a connection string; the odd ones are where two readers divide differently.
fn passwords(n: usize) -> Vec<String> {
    vec![
        format!("MADEUPplainPw{n:03}xKqZ"),
        format!("MADEUP/slashPw{n:03}xKqZ"),
        format!("MADEUP@at@Pw{n:03}xKqZvB"),
        format!("MADEUP#hash?Pw{n:03}xKqZ"),
        format!("MADEUP%2Fenc%40Pw{n:03}xKqZ"),
        format!("MADEUP%zzBroken{n:03}xKqZ"),
    ]
}

fn jwt(payload: &str) -> String {
    let encode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    format!(
        "{}.{}.{}",
        encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"),
        encode(payload),
        encode("MADEUP signature, nobody made it")
    )
}

/// What is looked for: every window of a secret, and of what it decodes and encodes to.
#[derive(Default)]
struct Planted {
    secrets: Vec<String>,
    /// Made for the first search, once everything is planted.
    windows: std::cell::OnceCell<HashMap<String, String>>,
}

impl Planted {
    fn plant(&mut self, secret: &str) -> String {
        self.secrets.push(secret.to_owned());
        secret.to_owned()
    }

    /// Windows that may not show, with the secret that each is of.
    fn windows(&self) -> HashMap<String, String> {
        let mut windows: Vec<(String, &str)> = Vec::new();
        for secret in &self.secrets {
            let decoded = percent_encoding::percent_decode_str(secret).decode_utf8_lossy().into_owned();
            let escaped = serde_json::to_string(secret).unwrap();
            let standard = base64::engine::general_purpose::STANDARD.encode(secret);
            let forms = [secret.clone(), decoded, escaped.trim_matches('"').to_owned(), standard];
            for form in forms.into_iter().collect::<BTreeSet<_>>() {
                let chars: Vec<char> = form.chars().collect();
                windows
                    .extend(chars.windows(WINDOW).map(|window| (window.iter().collect::<String>(), secret.as_str())));
            }
        }
        // The first characters of every key of a kind are its public mark, and those of a JWT its header.
        let public = [
            "sb_secret_",
            "sb_publishable_",
            "postgresql://",
            "abcdefghijklmnopqrst",
            "0123456789abcdef",
            "supabase",
            "service_role",
        ];
        let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");
        windows.retain(|(window, _)| {
            !public.iter().any(|mark| mark.contains(window.as_str())) && !header.contains(window.as_str())
        });
        windows.into_iter().map(|(window, secret)| (window, secret.to_owned())).collect()
    }

    fn assert_hidden(&self, output: &str, what: &str) {
        let hidden = self.windows.get_or_init(|| self.windows());
        let starts: Vec<usize> = output.char_indices().map(|(at, _)| at).chain([output.len()]).collect();
        for places in starts.windows(WINDOW + 1) {
            let (at, window) = (places[0], &output[places[0]..places[WINDOW]]);
            if let Some(secret) = hidden.get(window) {
                let line = output[..at].matches('\n').count();
                panic!("{what} shows `{window}` of {secret}:\n{}", output.lines().nth(line).unwrap_or(""));
            }
        }
    }
}

/// A project with one planted document, and what is planted in it.
fn documents(kind: &str) -> Vec<(&'static str, String, Planted)> {
    let mut all = Vec::new();
    let mut add = |path: &'static str, make: &dyn Fn(&mut Planted, &mut dyn FnMut() -> usize) -> String| {
        let mut planted = Planted::default();
        let mut count = 100;
        let mut next = || {
            count += 1;
            count
        };
        let text = make(&mut planted, &mut next);
        all.push((path, text, planted));
    };
    match kind {
        "dotenv" => {
            add("env/prod/api.env", &dotenv);
            add("env/prod/broken.env", &|planted, next| {
                let secrets = recognisable(next());
                let open = planted.plant(&format!("MADEUPopenQuote{}zZ", next()));
                let prose = planted.plant(&format!("MADEUPproseWord{}zZ", next()));
                let key: Vec<String> = secrets.iter().map(|secret| format!("{}\n", planted.plant(secret))).collect();
                format!(
                    "this is {prose}, no line\n{}A = = {prose}\n=x{prose}\nB=\"{open}\nC='{open}\nD=`{open}\n-----BEGIN PRIVATE KEY-----\n{open}\n",
                    key.concat()
                )
            });
        }
        "railway-variables" => {
            add("railway/prod/api.json", &|planted, next| {
                let mut map = serde_json::Map::new();
                for (index, secret) in recognisable(next()).iter().chain(&values(next())).enumerate() {
                    map.insert(format!("NAME_{index}"), planted.plant(secret).into());
                }
                for (index, password) in passwords(next()).iter().enumerate() {
                    map.insert(format!("URL_{index}"), url(&planted.plant(password)).into());
                }
                map.insert("LOG_LEVEL".into(), "INFO".into());
                for secret in recognisable(next()) {
                    map.insert(planted.plant(&secret), "a name that is a secret".into());
                }
                map.insert("NUMBER".into(), serde_json::json!(planted.plant("98765432123").parse::<u64>().unwrap()));
                map.insert("LIST".into(), serde_json::json!([planted.plant("MADEUPinAList01")]));
                serde_json::to_string_pretty(&map).unwrap()
            });
            add("railway/prod/broken.json", &|planted, next| {
                let value = planted.plant(&format!("MADEUPbrokenValue{}", next()));
                let key = planted.plant(&recognisable(next())[0]);
                format!("{{ \"A\": \"{value}\", \"{key}\": \"{value}\",\n \"B\": {value} ")
            });
        }
        "railway-config" => {
            add("deploy/api/railway.toml", &|planted, next| {
                let keys: Vec<String> = recognisable(next()).iter().map(|key| planted.plant(key)).collect();
                let urls: Vec<String> =
                    passwords(next()).iter().map(|password| url(&planted.plant(password))).collect();
                let ignored = planted.plant(&format!("MADEUPignoredValue{}", next()));
                let registry = planted.plant(&format!("MADEUPregistryPass{}", next()));
                format!(
                    "# {} and {}\n[build]\nbuilder = \"{}\"\nbuildCommand = \"make TOKEN={}\" # {}\n[deploy]\nstartCommand = \"psql '{}' -c x\"\npreDeployCommand = [\"psql '{}'\"]\nhealthcheckPath = \"/{}\"\n[deploy.registryCredentials]\nusername = \"bot\"\npassword = \"{registry}\"\n[deploy.env]\nAPI_TOKEN = \"{ignored}\"\n[variables]\nOTHER = \"{ignored}\"\n\"{}\" = 1\n",
                    keys[0], urls[0], keys[1], keys[2], keys[3], urls[1], urls[2], keys[0], keys[1]
                )
            });
            add("deploy/broken/railway.toml", &|planted, next| {
                let keys: Vec<String> = recognisable(next()).iter().map(|key| planted.plant(key)).collect();
                format!("[deploy\nstartCommand = \"{}\nx = {}\n", keys[0], keys[2])
            });
        }
        "migration" => {
            add("supabase/migrations/20260101000000_a.sql", &migration);
            add("supabase/migrations/20260102000000_broken.sql", &|planted, next| {
                let keys: Vec<String> = recognisable(next()).iter().map(|key| planted.plant(key)).collect();
                let password = planted.plant(&format!("MADEUPbrokenRole{}", next()));
                format!(
                    "CREATE TABEL {} (a int);\nALTER ROLE app PASSWORD '{password}' NONSENSE WORDS;\nSELECT '{}\n",
                    keys[0], keys[2]
                )
            });
        }
        "railway-environment" | "railway-template" => {
            let template = kind == "railway-template";
            let path = if template { "railway/template.json" } else { "railway/prod/environment.json" };
            add(path, &move |planted, next| exports::services(template, planted, next));
        }
        "railway-status" => add("railway/status.json", &|planted, next| {
            let keys: Vec<String> = recognisable(next()).iter().map(|key| planted.plant(key)).collect();
            let said = planted.plant(&format!("MADEUPcommitWords{}", next()));
            let instance = serde_json::json!({
                "serviceId": "3f0c1d52-77aa-4c1e-9b0e-0a1b2c3d4e01", "serviceName": keys[0], "startCommand": format!("run {}", keys[2]),
                "latestDeployment": { "status": keys[3], "meta": { "commitMessage": said, "x": keys[2] } },
                "source": { "image": keys[1] }, "domains": { "customDomains": [{ "domain": keys[1] }] },
            });
            let environments = serde_json::json!([{ "node": { "name": "prod", "serviceInstances": { "edges": [{ "node": instance }] } } }]);
            serde_json::to_string_pretty(&serde_json::json!({ "environments": { "edges": environments }, "services": { "edges": [] }, "other": said })).unwrap()
        }),
        "railway-graph" => add("railway/graph.json", &|planted, next| {
            let keys: Vec<String> = recognisable(next()).iter().map(|key| planted.plant(key)).collect();
            let kept = planted.plant(&format!("MADEUPkeptValue{}", next()));
            let url = url(&planted.plant(&passwords(next())[2]));
            serde_json::to_string_pretty(&serde_json::json!({ "version": 1, "resources": [{
                "type": "service", "name": "api", "extra": kept, "deploy": { "startCommand": format!("run {}", keys[2]) },
                "variables": { "A": { "type": "literal", "value": keys[0] }, "B": { "type": "raw", "value": url }, "C": { "type": "preserve", "value": kept },
                               "D": { "type": keys[1], "value": kept }, "E": { "type": "reference", "resource": keys[3], "output": keys[0] } },
            }] })).unwrap()
        }),
        "railway-kv" => add("railway/prod/api.kv", &|planted, next| {
            let keys: Vec<String> = recognisable(next()).iter().map(|key| planted.plant(key)).collect();
            let more = planted.plant(&format!("MADEUPsecondLine{}", next()));
            let url = url(&planted.plant(&passwords(next())[1]));
            format!("{more}\nA={}\nB={}\n{more}\n{}=x\nC={url}\n", keys[0], keys[2], keys[1])
        }),
        "railway-iac" => add(".railway/railway.ts", &|planted, next| {
            let keys: Vec<String> = recognisable(next()).iter().map(|key| planted.plant(key)).collect();
            format!("// {}\nservice(\"a\", {{ env: {{ A: \"{}\" }} }});\n", keys[0], keys[2])
        }),
        "catalog-export" => {
            add("exports/prod/pg_policies.csv", &exports::policies);
            add("exports/prod/pg_tables.json", &exports::tables);
            add("exports/prod/broken.csv", &exports::broken);
        }
        other => panic!("no secrets are planted in documents of kind {other}"),
    }
    all
}

/// Any text that stands as a value of a sensitive document.
fn values(n: usize) -> Vec<String> {
    [
        "MADEUP plain words of a sentence",
        "madeup-lower-case-value",
        "MADEUP.looks.like.a.host",
        "ftp+x://user:MADEUPinUserinfo/MADEUPinPath?token=MADEUPinQuery",
        "{\"json\": \"MADEUPinsideJson\"}",
        "-----BEGIN PRIVATE KEY-----MADEUPpemBody",
    ]
    .iter()
    .map(|value| format!("{value}{n}"))
    .collect()
}

fn url(password: &str) -> String {
    format!("postgresql://app:{password}@aws-0-us-east-1.pooler.supabase.com:5432/postgres")
}

fn dotenv(planted: &mut Planted, next: &mut dyn FnMut() -> usize) -> String {
    let mut lines = Vec::new();
    let mut number = 0;
    let mut name = || {
        number += 1;
        format!("NAME_{number}")
    };
    for secret in recognisable(next()).iter().chain(&values(next())) {
        let secret = planted.plant(secret);
        lines.push(format!("{}='{secret}'", name()));
    }
    for secret in recognisable(next()) {
        let secret = planted.plant(&secret);
        lines.push(format!("# {}={secret} and more", name()));
        lines.push(format!("{}=x # {secret}", name()));
        lines.push(format!("export {}=\"{secret}\"", name()));
        lines.push(format!("NEXT_PUBLIC_{}={secret}", name()));
        lines.push(format!("{secret}=a name that is a secret"));
    }
    for password in passwords(next()) {
        let password = planted.plant(&password);
        lines.push(format!("{}={}", name(), url(&password)));
        lines.push(format!("{}=\"host=db.example.com user=app password={password} dbname=x\"", name()));
        lines.push(format!("{}=jdbc:postgresql://db.example.com/x?user=app&password={password}", name()));
    }
    let multi = planted.plant(&format!("MADEUPsecondLine{}", next()));
    lines.push(format!("{}=\"first\n{multi}\nthird\"", name()));
    let port = planted.plant("987654321012");
    lines.push(format!("PORT={port}"));
    lines.push("LOG_LEVEL=INFO".into());
    lines.join("\n")
}

fn migration(planted: &mut Planted, next: &mut dyn FnMut() -> usize) -> String {
    let keys: Vec<String> = (0..4).flat_map(|_| recognisable(next())).map(|key| planted.plant(&key)).collect();
    let passwords: Vec<String> = passwords(next()).iter().map(|password| planted.plant(password)).collect();
    let role = planted.plant(&format!("MADEUProlePassword{}", next()));
    let vault = planted.plant(&format!("MADEUPvaultSecret{}", next()));
    let (url, other) = (url(&passwords[0]), url(&passwords[1]));
    format!(
        "-- {k0} in a comment, {url}\n/* {k1} */\nCREATE ROLE app LOGIN PASSWORD '{role}';\nALTER USER app WITH ENCRYPTED PASSWORD '{role}';\n\
         SELECT vault.create_secret('{vault}', 'name');\nINSERT INTO public.keys (value) VALUES ('{k2}'), ('{k3}');\n\
         CREATE SUBSCRIPTION s CONNECTION 'host=h.example.com dbname=d password={role}' PUBLICATION p;\n\
         CREATE USER MAPPING FOR app SERVER s OPTIONS (user 'app', password '{role}');\n\
         DO $$ BEGIN\n  EXECUTE 'CREATE ROLE x PASSWORD ''{role}''';\n  PERFORM dblink('{other}', 'DROP TABLE q');\n  -- {k4}\n  ALTER TABLE public.a DROP COLUMN b; -- {k5}\nEND $$;\n\
         CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT ''{k6}''';\nCOMMENT ON TABLE public.a IS '{k7}';\n\
         COPY public.keys (value) FROM stdin;\n{k8}\n{url}\n\\.\n\\connect {url}\nTRUNCATE \"{k9}\"; -- {k10}\n",
        k0 = keys[0],
        k1 = keys[1],
        k2 = keys[2],
        k3 = keys[3],
        k4 = keys[4],
        k5 = keys[5],
        k6 = keys[6],
        k7 = keys[7],
        k8 = keys[8],
        k9 = keys[9],
        k10 = keys[10],
    )
}

const CONFIG: &str = "version: 1\npacks: [dragonfly, ./team.yaml]\nparams: { runtime_services: [api, broken], api_services: [api] }\ndocuments:\n";

fn project(folder: &Path, kind: &str, path: &str, text: &str) {
    let write = |path: &str, text: &str| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let files = match kind {
        "dotenv" => "env/{environment}/{service}.env",
        "railway-variables" => "railway/{environment}/{service}.json",
        "railway-config" => "deploy/{service}/railway.toml",
        "railway-environment" => "railway/{environment}/environment.json",
        "railway-status" => "railway/status.json",
        "railway-graph" => "railway/graph.json",
        "railway-template" => "railway/template.json",
        "railway-kv" => "railway/{environment}/{service}.kv",
        "railway-iac" => ".railway/railway.*",
        "catalog-export" => "exports/{environment}/*",
        _ => "supabase/migrations/*.sql",
    };
    write("preflight.yaml", &format!("{CONFIG}  - {{ files: \"{files}\", kind: {kind} }}\n"));
    // A policy that speaks of everything, so that everything is shown.
    let all: Vec<String> = preflight::fact::KINDS.iter().map(|def| format!("{}: {{}}", def.name)).collect();
    write(
        "team.yaml",
        &format!(
            "version: 1\npolicies:\n  everything:\n    severity: error\n    why: it is a test\n    fix: none\n    says: is there\n    forbid: {{ {} }}\n  table:\n    severity: error\n    why: it is a test\n    fix: none\n    matrix:\n      environments: [\"*\"]\n      services: [\"*\"]\n      variables: {{ PORT: [{{ required: \"1\" }}], NAME_1: [forbidden], LOG_LEVEL: [{{ optional: DEBUG }}] }}\n      others: {{ variables: forbidden, services: forbidden }}\n",
            all.join(", ")
        ),
    );
    write(path, text);
}

fn run(folder: &Path, arguments: &[&str], stdin: Option<&str>) -> String {
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("preflight");
    command.current_dir(folder).env_clear().args(arguments);
    if let Some(stdin) = stdin {
        command.write_stdin(stdin);
    }
    let output = command.output().unwrap();
    assert!(matches!(output.status.code(), Some(0..=2)), "{arguments:?}: {:?}", output.status);
    format!("{}{}", String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn no_command_shows_a_secret_of_any_document() {
    for kind in DOCUMENT_KINDS {
        for (path, text, planted) in documents(kind.name) {
            assert!(planted.secrets.len() >= 2, "{path} holds secrets");
            let folder = tempfile::tempdir().unwrap();
            project(folder.path(), kind.name, path, &text);
            let mut outputs = Vec::new();
            let formats = preflight::report::FORMATS.iter().map(|format| vec!["check", "--format", format.name]);
            let others = [
                &["check", "-v", "--color", "always"][..],
                &["check", path, "--strict"],
                &["facts"],
                &["facts", "--format", "json"],
                &["state"],
                &["state", "--format", "json"],
                &["state", "--format", "sql"],
                &["drift", "--expected", ".", "--actual", "."],
                &["drift", "--expected", ".", "--actual", ".", "--format", "markdown"],
                &["drift", "--expected", ".", "--actual", ".", "--format", "json"],
                &["policies"],
                &["matrix", "-v", "--color", "always"],
                &["matrix", "--broken"],
                &["matrix", "--format", "markdown"],
                &["matrix", "--format", "json"],
                &["matrix", "--format", "html"],
                &["audit", "-v", "--color", "always"],
                &["audit", "--today", "2026-11-21"],
                &["audit", "--format", "markdown"],
                &["audit", "--format", "json"],
                &["audit", "--format", "html"],
            ];
            for arguments in formats.chain(others.map(<[&str]>::to_vec)) {
                outputs.push((arguments.join(" "), run(folder.path(), &arguments, None)));
            }
            let labels = ["--kind", kind.name, "--service", "api", "--environment", "prod"];
            outputs.push(("check -".into(), run(folder.path(), &[&["check", "-"][..], &labels].concat(), Some(&text))));
            outputs.push(("facts -".into(), run(folder.path(), &[&["facts", "-"][..], &labels].concat(), Some(&text))));
            for line in 1..=text.lines().count() {
                let place = format!("{path}:{line}");
                outputs.push((format!("explain {place}"), run(folder.path(), &["explain", "-v", &place], None)));
            }
            for (command, output) in outputs {
                planted.assert_hidden(&output, &format!("`{command}` on {path}"));
                assert!(!output.contains("panicked"), "{command}: {output}");
            }
        }
    }
}

#[test]
fn no_command_shows_a_secret_of_a_configuration_or_a_policy() {
    let keys = recognisable(501);
    let mut planted = Planted::default();
    let [a, b, c, d] = [0, 1, 2, 3].map(|index| planted.plant(&keys[index]));
    let url = url(&planted.plant("MADEUPinPolicyPw502"));
    let configs = [
        format!(
            "# {a} {url}\nversion: 1\npacks: [./team.yaml]\ndocuments:\n  - {{ files: \"env/{{service}}.env\", kind: dotenv }} # {b}\n"
        ),
        format!(
            "version: 1\npacks: [\"{a}\"]\ndocuments:\n  - {{ files: \"{b}\", kind: \"{c}\" }}\nlabels: {{ \"{d}\": x }}\nparams: {{ \"{url}\": [a] }}\nfail_on: {a}\n"
        ),
        format!("version: {a}\n{b}: 1\n"),
        format!("version: 1\n  bad: [{a}\n{url}"),
    ];
    let policies = [
        format!(
            "# {a}\nversion: 1\npolicies:\n  a-policy:\n    severity: error # {url}\n    why: because of {b}\n    fix: use {url}\n    says: is there\n    see: {c}\n    forbid: {{ variable: {{ name: A, value: \"{d}\" }} }} # {a}\n"
        ),
        format!(
            "version: 1\npolicies:\n  \"{a}\": {{ severity: \"{b}\", why: x, fix: y, says: z, forbid: {{ \"{c}\": {{ \"{d}\": \"{url}\" }} }} }}\n"
        ),
        format!("version: 1\npolicies: [{a}\n"),
    ];
    for (index, config) in configs.iter().enumerate() {
        for policy in &policies {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir_all(folder.path().join("env")).unwrap();
            fs::write(folder.path().join("env/api.env"), format!("A={d}\nB=1\n")).unwrap();
            fs::write(folder.path().join("preflight.yaml"), config).unwrap();
            fs::write(folder.path().join("team.yaml"), policy).unwrap();
            let formats = preflight::report::FORMATS.iter().map(|format| vec!["check", "--format", format.name]);
            let others = [
                &["check", "-v"][..],
                &["facts"],
                &["policies"],
                &["policies", "--format", "json"],
                &["explain", "a-policy"],
                &["explain", "env/api.env:1"],
                &["explain", &a],
                &["check", "--policy", &b],
                &["matrix"],
                &["matrix", "--policy-only", "--format", "html"],
                &["matrix", "--policy", &b],
                &["matrix", "--pack", &c, "--policy-only"],
                &["audit", "--format", "json"],
                &["audit", "--environment", &d],
                &["check", "--service", &c],
            ];
            for arguments in formats.chain(others.map(<[&str]>::to_vec)) {
                let output = run(folder.path(), &arguments, None);
                planted.assert_hidden(&output, &format!("{arguments:?} with configuration {index}"));
            }
        }
    }
}

/// What a terminal or a CI runner would obey.
#[test]
fn input_is_text_and_never_control() {
    let folder = tempfile::tempdir().unwrap();
    let nasty = "\u{1b}[31m\u{202e}\u{9b}2J::error::x##[group]";
    let env = format!(
        "A{nasty}=1\n::set-output name=x::y\n##[error]z\nB=\"{nasty}\"\n# {nasty}\n# preflight: allow everything reason=\"{nasty}\" owner=::error::x\nC=1\rD=2\n"
    );
    let sql = format!("CREATE TABLE \"{nasty}\" (a int);\n-- {nasty}\n::error::a\nDROP TABLE \"\n::error::b\";\n");
    project(folder.path(), "dotenv", "env/prod/api.env", &env);
    let name = "env/prod/s\u{1b}[2J\u{202e}vc.env";
    fs::write(folder.path().join(name), "A=1\n").unwrap();
    fs::create_dir_all(folder.path().join("supabase/migrations")).unwrap();
    fs::write(folder.path().join("supabase/migrations/1_a.sql"), sql).unwrap();
    let config = fs::read_to_string(folder.path().join("preflight.yaml")).unwrap();
    fs::write(
        folder.path().join("preflight.yaml"),
        format!("{config}  - {{ files: \"supabase/migrations/*.sql\", kind: migration }}\n"),
    )
    .unwrap();
    let policy = fs::read_to_string(folder.path().join("team.yaml")).unwrap();
    fs::write(folder.path().join("team.yaml"), policy.replace("it is a test", "'::error::why ##[group]'")).unwrap();
    let formats = preflight::report::FORMATS.iter().map(|format| vec!["check", "--format", format.name]);
    let others = [
        &["check"][..],
        &["waivers"],
        &["waivers", "--format", "json"],
        &["facts"],
        &["facts", "--format", "json"],
        &["state", "--format", "sql"],
        &["drift", "--expected", ".", "--actual", "."],
        &["drift", "--expected", ".", "--actual", ".", "--format", "markdown"],
        &["drift", "--expected", ".", "--actual", ".", "--format", "json"],
        &["explain", "everything"],
        &["matrix"],
        &["matrix", "--format", "markdown"],
        &["matrix", "--format", "json"],
        &["matrix", "--format", "html"],
        &["audit"],
        &["audit", "--format", "markdown"],
        &["audit", "--format", "json"],
        &["audit", "--format", "html"],
    ];
    for arguments in formats.chain(others.map(<[&str]>::to_vec)) {
        let mut command = assert_cmd::cargo::cargo_bin_cmd!("preflight");
        let output = command
            .current_dir(folder.path())
            .env_clear()
            .env("GITHUB_ACTIONS", "true")
            .args(&arguments)
            .output()
            .unwrap();
        // Annotations of the runner stand on the one stream or, beside a report for people, on the other.
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(!text.is_empty());
        for line in text.lines() {
            let ours = preflight::report::github::Command::parse(line).is_some()
                && (arguments.ends_with(&["github"]) || arguments == ["check"]);
            let command = line.trim_start().starts_with("::") && !ours;
            assert!(!command && !line.contains("##["), "{arguments:?}: {line}");
            let control =
                line.chars().find(|c| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
            assert_eq!(control, None, "{arguments:?}: {line:?}");
        }
    }
}

/// The text of a value is asked for where facts are made and judged, never where something is shown.
#[test]
fn what_shows_never_asks_for_the_text_of_a_value() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.join("report"), root.join("cli"), root.join("matrix"), root.join("audit")];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            seen += 1;
            assert!(!text.contains(".ask("), "{} asks for the text of a value", path.display());
            assert!(!text.contains("sources.text("), "{} reads a source", path.display());
        }
    }
    assert!(seen > 10);
}

#[test]
#[should_panic(expected = "a text shows")]
fn the_search_is_in_earnest() {
    let mut planted = Planted::default();
    let secret = planted.plant("MADEUPplainPw001xKqZ");
    planted.assert_hidden("no secret stands here: MADEUPp", "a short text");
    planted.assert_hidden(&format!("漢字 {}", &secret[4..12]), "a text");
}
