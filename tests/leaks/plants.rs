//! Documents with secrets in every place where somebody has put one.

use super::exports;
use super::marks::Marks;

/// One document.
pub struct Plant {
    /// Its path in the project.
    pub path: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

pub(super) fn plant(path: &str, content: impl AsRef<[u8]>) -> Plant {
    Plant { path: path.to_owned(), content: content.as_ref().to_vec() }
}

/// The documents of a kind; none for a kind that nobody has thought of.
pub fn of(kind: &str, marks: &mut Marks) -> Vec<Plant> {
    match kind {
        "dotenv" => dotenv(marks),
        "railway-variables" => railway_variables(marks),
        "railway-config" => railway_config(marks),
        "railway-environment" => exports::environment(marks),
        "railway-status" => exports::status(marks),
        "railway-graph" => exports::graph(marks),
        "railway-template" => exports::template(marks),
        "railway-kv" => exports::kv(marks),
        "railway-iac" => exports::iac(marks),
        "migration" => migrations(marks),
        "catalog-export" => exports::catalog(marks),
        _ => Vec::new(),
    }
}

fn dotenv(m: &mut Marks) -> Vec<Plant> {
    let values = format!(
        "# {} {}\nDEBUG=true\nA={} # {}\nexport B=\"say \\\"{}\\\"\" # {}\nC='it''s {}'\nD=`{}`\nE={}\n\
         F=${{X:-{}}}\nG=pre${{Y}}{}\nH = {}\nI={}\nJ=\"{}\"\nK=https://user:{}@example.com/x?y=1\nL=https://example.com/?token={}\n\
         M=postgres://{}:x@db.example.com/app\nN=host=db.example.com password='{}' user=app\nO=[\"{}\"]\nP={{\"a\": \"{}\"}}\nPORT=8080 # {}\n\
         PGPASSWORD={}\nQ=jdbc:postgresql://db.example.com/app?user=app&password={}&ssl=true\nR=postgresql:///app?password={}&host=/{}\n\
         S=\"host=db.example.com dbname=app password='{} \\\\' x\"\nT=postgresql+asyncpg://app:{}@db.example.com/app?ssl={}\n\
         U=POSTGRESQL://app:{}@db.example.com/app?{}=1\nV=host=db.example.com dbname=app password={} {}=x\n",
        m.text(),
        m.key(),
        m.text(),
        m.key(),
        m.text(),
        m.jwt(),
        m.text(),
        m.text(),
        m.jwt(),
        m.password(),
        m.text(),
        m.token(),
        m.url(Marks::odd_password),
        m.url(Marks::encoded_password),
        m.odd_password(),
        m.password(),
        m.password(),
        m.text(),
        m.text(),
        m.text(),
        m.text(),
        m.password(),
        m.password(),
        m.encoded_password(),
        m.text(),
        m.odd_password(),
        m.password(),
        m.text(),
        m.password(),
        m.text(),
        m.password(),
        m.text(),
    );
    let names = format!(
        "{}=x\n{}=\n{}\n{}\n{}: {}\n={}\n - {}\nexport {}\nA B={}\n\"{}\"={}\n",
        m.key(),
        m.jwt(),
        m.token(),
        m.key(),
        m.key(),
        m.text(),
        m.text(),
        m.text(),
        m.key(),
        m.text(),
        m.key(),
        m.text(),
    );
    let lines = format!(
        "KEY=\"{}\"\nOTHER='one\n{}\nthree'\nTEXT=\"{}\\n{}\n{}\"\nAFTER={}\n",
        m.private_key(),
        m.text(),
        m.text(),
        m.text(),
        m.text(),
        m.text(),
    );
    let open = format!(
        "A=1\nB=\"{}\nC={}\n{}\nD='{}\n# {}\nE={} \"{}\" 'x\nF={}",
        m.text(),
        m.text(),
        m.key(),
        m.text(),
        m.text(),
        m.text(),
        m.text(),
        m.text(),
    );
    let unquoted_key = m.private_key();
    let crlf = format!(
        "\u{feff}A={}\r\nB=\"{}\r\n{}\"\r\n{}\r\n",
        m.text(),
        m.text(),
        m.text(),
        unquoted_key.replace('\n', "\r\n")
    );
    let latin = [b"A=".as_slice(), m.text().as_bytes(), b"\nB=\xff\n", m.key().as_bytes()].concat();
    let wide: Vec<u8> = format!("\u{feff}A={}\n", m.password()).encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        plant("env/prod/dragonfly-api.env", values),
        plant("env/prod/dragonfly-worker-ingest.env", names),
        plant("env/dev/dragonfly-api.env", lines),
        plant("env/prod/open.env", open),
        plant("env/prod/crlf.env", crlf),
        plant("env/prod/latin.env", latin),
        plant("env/prod/wide.env", wide),
        plant("env/prod/one.env", format!("ONLY={}", m.text())),
    ]
}

fn railway_variables(m: &mut Marks) -> Vec<Plant> {
    let json = |value: serde_json::Value| serde_json::to_string_pretty(&value).unwrap();
    let odd = m.text();
    let spelled: String = odd.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    let good = json(serde_json::json!({
        "DEBUG": "true",
        "A": m.text(), "B": m.key(), "C": m.jwt(), "D": m.token(), "E": m.url(Marks::odd_password),
        "F": m.url(Marks::encoded_password), "G": format!("\"quoted\" \\ {}\n{}", m.text(), m.text()), "H": m.private_key(),
        "I": { "nested": m.text() }, "J": [m.text()], "K": 1.5, "L": null, "M": format!("${{{{shared.X}}}}{}", m.text()),
    }));
    let key = m.key();
    let names = format!(
        "{{\"{key}\": \"x\", \"{}\": \"y\", \"A B {}\": \"{}\", \"A\": \"{}\", \"A\": \"{}\", \"B\": \"{spelled}\"}}",
        m.jwt(),
        m.key(),
        m.text(),
        m.text(),
        m.text(),
    );
    let broken = [
        format!("{{\"A\": \"{}\",\n \"B\": \"{}\"\n \"C\": \"{}\"}}", m.text(), m.key(), m.text()),
        format!("{{\"A\": \"{}\"}} {}", m.text(), m.text()),
        format!("{{\"A\": \"{}\n\", \"B\": {}}}", m.text(), m.text()),
        format!("A={}\nB={}\n", m.text(), m.url(Marks::odd_password)),
        format!("╔════ Variables ════╗\n║ A │ {} ║\n║ B │ {} ║\n╚═══════════╝\n", m.text(), m.key()),
        format!("[\"{}\", {{\"A\": \"{}\"}}]", m.text(), m.text()),
        format!("\"{}\"", m.text()),
        format!("{{\"keys\": [\"{}\"], \"set\": true}}", m.key()),
        format!("{{\"A\": {{\"B\": \"{}\"}}}}", m.text()),
        format!("{{\"A\": \"{}\", // {}\n}}", m.text(), m.text()),
        format!("{}{}", "[".repeat(300), m.text()),
    ];
    let mut plants =
        vec![plant("railway/prod/dragonfly-api.json", good), plant("railway/prod/dragonfly-worker-ingest.json", names)];
    let broken = broken.iter().enumerate();
    plants.extend(broken.map(|(index, text)| plant(&format!("railway/prod/broken{index}.json"), text)));
    plants
}

fn railway_config(m: &mut Marks) -> Vec<Plant> {
    let toml = format!(
        "# {} and {}\n[build]\nbuilder = \"DOCKERFILE\" # {}\nbuildCommand = \"TOKEN={} make\"\ndockerfilePath = \"{}/Dockerfile\"\n\
         watchPatterns = [\"{}\", 'x {} y']\n\n[deploy]\nstartCommand = \"serve --db {} PASSWORD={} --x '{}'\"\n\
         preDeployCommand = [\"psql {}\", \"\"\"\nexport PGPASSWORD='{}'\n{}\n\"\"\"]\nhealthcheckPath = \"/h?key={}\"\ncronSchedule = \"{}\"\n\
         numReplicas = \"{}\"\nregistryCredentials = {{ username = \"{}\", password = \"{}\" }}\n\n\
         [deploy.env]\nAPI = \"{}\" # {}\n\"{}\" = \"{}\"\n\n[variables]\nA = \"{}\"\nB = '''\n{}\n'''\nC = [\"{}\", {{ d = \"{}\" }}]\n\
         [environments.\"{}\".deploy]\nstartCommand = \"{}\"\n",
        m.key(),
        m.url(Marks::odd_password),
        m.jwt(),
        m.key(),
        m.key(),
        m.token(),
        m.jwt(),
        m.url(Marks::odd_password),
        m.password(),
        m.jwt(),
        m.url(Marks::encoded_password),
        m.password(),
        m.private_key(),
        m.key(),
        m.key(),
        m.key(),
        m.text(),
        m.text(),
        m.text(),
        m.key(),
        m.key(),
        m.text(),
        m.text(),
        m.text(),
        m.text(),
        m.text(),
        m.key(),
        m.token(),
    );
    let escaped = m.key().replace('_', "\\u005f");
    let json = serde_json::to_string_pretty(&serde_json::json!({
        "$schema": format!("https://x/{}", m.key()),
        "build": { "builder": m.key(), "buildCommand": m.url(Marks::odd_password), "nixpacksPlan": { "variables": { "A": m.key() } } },
        "deploy": { "startCommand": format!("a {} b", m.jwt()), "registryCredentials": { "password": m.text(), "deep": [m.text()] },
                    "region": m.token(), "restartPolicyMaxRetries": m.key(), "limitOverride": { "x": m.key() } },
        "variables": { "A": m.text(), "B": { "C": m.text() } },
        m.key(): m.text(),
    }))
    .unwrap()
    .replace("\"region\"", &format!("\"runtime\": \"{escaped}\", \"region\""));
    let broken = [
        (
            "toml",
            format!(
                "[deploy]\nstartCommand = \"{}\nA = {}\n{}\n[deploy.env]\nB = \"{}\"\n",
                m.key(),
                m.text(),
                m.key(),
                m.text()
            ),
        ),
        ("toml", format!("[variables]\nA = '''\n{}\n{}\n", m.text(), m.text())),
        ("toml", format!("[{}\nA = 1\n", m.key())),
        ("toml", format!("{} = {}\n{}\n", m.key(), m.text(), m.text())),
        ("toml", format!("A = \"{}\"\nA = \"{}\"\n[deploy]\n[deploy]\n", m.text(), m.text())),
        ("json", format!("{{\"deploy\": {{\"startCommand\": \"{}\", \"x\": \"{}\"\n", m.key(), m.text())),
        ("json", format!("[\"{}\"]", m.text())),
        ("json", format!("{{\"{}\": \"{}\" \"{}\"}}", m.key(), m.text(), m.text())),
    ];
    let mut plants = vec![
        plant("deploy/dragonfly-api/railway.toml", toml),
        plant("deploy/dragonfly-worker-ingest/railway.json", json),
    ];
    let broken = broken.iter().enumerate();
    plants.extend(broken.map(|(index, (ending, text))| plant(&format!("deploy/broken{index}/railway.{ending}"), text)));
    plants
}

fn migrations(m: &mut Marks) -> Vec<Plant> {
    let comments = format!(
        "-- {} and {}\n/* {} /* {} */\n   password = '{}' */\ncreate table public.a (id int, k text default '{}'); -- {}\n\
         comment on table public.a is 'see {}';\ninsert into public.a (k) values ('{}'), (E'x\\n{}'), ($x${}$x$);\n\
         select '{}' as \"{}\", \"{}\" from public.\"{}\";\ndrop table public.\"{}\";\nalter table public.a drop column \"{}\";\n",
        m.key(),
        m.url(Marks::odd_password),
        m.jwt(),
        m.token(),
        m.password(),
        m.key(),
        m.jwt(),
        m.url(Marks::odd_password),
        m.key(),
        m.jwt(),
        m.token(),
        m.jwt(),
        m.key(),
        m.key(),
        m.key(),
        m.key(),
        m.key(),
    );
    let passwords = format!(
        "create role a login password '{}';\nalter user b with encrypted password E'{}\\'x';\ncreate user c password $${}$$ valid until 'infinity';\n\
         create user d password U&'{}';\ncreate role e PASSWORD\n  -- {}\n  '{}'\n  '{}';\n\
         create user mapping for f server s options (user 'app', password '{}');\n\
         create subscription g connection 'host=h user=u password={}' publication p;\n\
         select dblink_connect('host=h password={} dbname=x');\nselect vault.create_secret('{}', 'name');\n\
         alter role h password '{}' createdb; set app.jwt_secret = '{}';\ninsert into public.users (id, password) values (1, '{}');\n\
         create foreign table t (id int) server s options (password '{}');\n",
        m.text(),
        m.text(),
        m.text(),
        m.text(),
        m.key(),
        m.text(),
        m.text(),
        m.text(),
        m.password(),
        m.password(),
        m.text(),
        m.text(),
        m.text(),
        m.text(),
        m.text(),
    );
    let bodies = format!(
        "do $$ begin\n  -- {}\n  execute 'create role a password ''{}''';\n  execute format('alter role %I password %L', 'a', '{}');\n\
         \x20 execute 'create role b password ' || quote_literal('{}');\n  perform dblink('{}', 'select 1');\n  raise notice '{}';\nend $$;\n\
         create function public.f() returns void language plpgsql as '\nbegin\n  -- {}\n  alter role c password ''{}'';\n  insert into public.a values (''{}'');\nend';\n\
         create function public.g() returns text language sql begin atomic select '{}'; end;\n\
         create function public.h() returns text language plpython3u as $py$ k = '{}' # {} $py$;\n\
         create policy p on public.a using (k = '{}');\ncreate view public.v as select '{}' as k;\n\
         create trigger t after insert on public.a for each row execute function supabase_functions.http_request('https://x', 'POST', '{{\"Authorization\":\"Bearer {}\"}}');\n\
         select cron.schedule('x', '* * * * *', $$select net.http_post('https://user:{}@x.com', headers := '{{\"apikey\":\"{}\"}}')$$);\n",
        m.key(),
        m.text(),
        m.text(),
        m.text(),
        m.url(Marks::odd_password),
        m.jwt(),
        m.jwt(),
        m.text(),
        m.key(),
        m.key(),
        m.key(),
        m.token(),
        m.jwt(),
        m.key(),
        m.jwt(),
        m.odd_password(),
        m.jwt(),
    );
    let scripts = format!(
        "\\connect {}\n\\set key '{}'\n\\! curl -H 'apikey: {}' {}\ncopy public.a (id, k) from stdin;\n1\t{}\n2\t{}\n\\.\nselect 1;\n",
        m.url(Marks::odd_password),
        m.key(),
        m.jwt(),
        m.url(Marks::odd_password),
        m.key(),
        m.url(Marks::odd_password),
    );
    let broken = [
        format!("select '{} never closed\nselect 2; -- {}\n", m.key(), m.key()),
        format!("create role a password '{}\ncreate role b password '{}';\n", m.text(), m.text()),
        format!("do $$ begin alter role a password '{}'; {}\n", m.text(), m.key()),
        format!("/* {} {}\nselect 1;\n", m.key(), m.url(Marks::odd_password)),
        format!("creat role x pasword '{}' password '{}';\n{} {};\n", m.key(), m.text(), m.key(), m.jwt()),
        format!("copy a from stdin;\n{}\n{}\n", m.key(), m.jwt()),
        format!("\u{feff}select \"{};\r\ngrant select on {} to {};\r\n", m.key(), m.key(), m.key()),
        format!("select 1;\n\\connect {}", m.url(Marks::odd_password)),
        format!("alter system set x = '{}'; alter database d set y to '{}'; reset {};\n", m.key(), m.jwt(), m.key()),
    ];
    let mut plants = vec![
        plant("migrations/1_comments.sql", comments),
        plant("migrations/2_passwords.sql", passwords),
        plant("migrations/3_bodies.sql", bodies),
        plant("migrations/4_scripts.sql", scripts),
        plant("migrations/5_latin.sql", [b"-- \xff\n", m.key().as_bytes()].concat()),
    ];
    let broken = broken.iter().enumerate();
    plants.extend(broken.map(|(index, text)| plant(&format!("migrations/6_{index}.sql"), text)));
    plants
}

/// Our own YAML, right and wrong: a name for each case, and its files.
pub fn yaml(m: &mut Marks) -> Vec<(&'static str, Vec<(&'static str, String)>)> {
    let documents = "documents: [{ files: \"*.env\", kind: dotenv }]\n";
    let config = |packs: &str, more: &str| format!("version: 1\npacks: [{packs}]\n{documents}{more}");
    let rule = |shape: &str, why: &str, says: &str, id: &str| {
        format!(
            "version: 1\npolicies:\n  {id}:\n    severity: error\n    why: {why}\n    fix: {why}\n    see: {why}\n    says: {says}\n    {shape}\n"
        )
    };
    let fires = "forbid: { variable: { name: DEBUG } }";
    let escaped = m.key().replace('_', "\\x5f");
    vec![
        (
            "comments that stand beside what is shown",
            vec![
                (
                    "preflight.yaml",
                    format!(
                        "# {}\n# {}\n{}# {}",
                        m.key(),
                        m.url(Marks::odd_password),
                        config("rules.yaml", ""),
                        m.jwt()
                    ),
                ),
                (
                    "rules.yaml",
                    rule(
                        &format!("# {}\n    {fires} # {}", m.key(), m.url(Marks::odd_password)),
                        "x",
                        "is set",
                        "no-debug",
                    ),
                ),
            ],
        ),
        (
            "prose",
            vec![(
                "rules.yaml",
                rule(
                    fires,
                    &format!("write {} or {}", m.url(Marks::odd_password), m.key()),
                    &format!("holds {}", m.jwt()),
                    "no-debug",
                ),
            )],
        ),
        ("an escape", vec![("rules.yaml", rule(fires, &format!("\"a {escaped} b\""), "x", "no-debug"))]),
        (
            "a block",
            vec![(
                "rules.yaml",
                rule(fires, &format!(">\n      one {}\n      two {}", m.key(), m.jwt()), "x", "no-debug"),
            )],
        ),
        ("an id", vec![("rules.yaml", rule(fires, "x", "is set", &m.key()))]),
        (
            "a condition",
            vec![(
                "rules.yaml",
                rule(&format!("forbid: {{ variable: {{ value: {} }} }}", m.key()), "x", "y", "no-debug"),
            )],
        ),
        (
            "a pattern",
            vec![(
                "rules.yaml",
                rule(
                    &format!("forbid: {{ variable: {{ value: {{ matches: \"({}\" }} }} }}", m.key()),
                    "x",
                    "y",
                    "no-debug",
                ),
            )],
        ),
        (
            "an enum",
            vec![(
                "rules.yaml",
                rule(&format!("forbid: {{ variable: {{ state: {} }} }}", m.key()), "x", "y", "no-debug"),
            )],
        ),
        ("an unknown key", vec![("rules.yaml", rule(&format!("{}: {}", m.key(), m.jwt()), "x", "y", "no-debug"))]),
        (
            "an unknown type",
            vec![(
                "rules.yaml",
                rule(&format!("forbid: {{ variable: {{ value: {{ is_a: {} }} }} }}", m.key()), "x", "y", "no-debug"),
            )],
        ),
        (
            "a broken policy",
            vec![("rules.yaml", format!("version: 1\npolicies: [\n# {}\n{}\n", m.key(), m.url(Marks::odd_password)))],
        ),
        ("an unknown pack", vec![("preflight.yaml", config(&m.key(), ""))]),
        (
            "an unknown kind",
            vec![("preflight.yaml", config("rules.yaml", "").replace("kind: dotenv", &format!("kind: {}", m.key())))],
        ),
        ("an unknown setting", vec![("preflight.yaml", config("rules.yaml", &format!("{}: 1\n", m.key())))]),
        (
            "a pattern for files",
            vec![("preflight.yaml", config("rules.yaml", "").replace("*.env", &format!("{}/*.env", m.key())))],
        ),
        (
            "a label",
            vec![(
                "preflight.yaml",
                config("rules.yaml", "").replace(
                    "kind: dotenv",
                    &format!("kind: dotenv, service: {}, environment: \"{}\"", m.key(), m.jwt()),
                ),
            )],
        ),
        (
            "a param",
            vec![(
                "preflight.yaml",
                config(
                    "dragonfly",
                    &format!("params: {{ {}: [{}], api_services: [{}] }}\n", m.key(), m.key(), m.key()),
                ),
            )],
        ),
        (
            "a broken configuration",
            vec![("preflight.yaml", format!("version: 1\npacks: {}: {}\n  - {}\n", m.key(), m.key(), m.private_key()))],
        ),
        (
            "a date",
            vec![("preflight.yaml", config("rules.yaml", &format!("today: {}\nfail_on: {}\n", m.key(), m.token())))],
        ),
    ]
}
