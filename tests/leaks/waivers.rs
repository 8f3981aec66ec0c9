//! Secrets in waivers and in the baseline: whoever gives a reason repeats a key, a password, or a value of the file.

use super::leak::Needles;
use super::marks::Marks;
use super::project::Project;
use super::run;

const CONFIG: &str = "version: 1\npacks: [few.yaml]\ntoday: 2026-11-21\ndocuments:\n  - { files: \"env/{environment}/{service}.env\", kind: dotenv }\n  - { files: \"deploy/{service}/railway.toml\", kind: railway-config, environment: prod }\n  - { files: \"migrations/*.sql\", kind: migration }\n";

/// Comments of every form, right and wrong.
fn comments(m: &mut Marks, value: &str, password: &str) -> Vec<String> {
    vec![
        format!("preflight: allow everything reason=\"{value}\" owner={} ticket={}", m.key(), m.token()),
        format!("preflight: allow everything reason=\"{password} of {}\"", m.url(Marks::password)),
        format!("preflight: allow everything reason=\"{}\" until=2026-01-01", m.jwt()),
        format!("preflight: allow {}", m.key()),
        format!("preflight: allow everything {}={}", m.key(), m.token()),
        format!("preflight: allow everything until={} reason=\"{}", m.token(), m.key()),
        format!("preflight: {} {value}", m.key()),
        format!("preflight: allow waiver-unused owner=\"{value}\""),
    ]
}

fn files(m: &mut Marks) -> Vec<(&'static str, String)> {
    let (value, password) = (m.text(), m.password());
    let mut env = format!("TOKEN=\"{value}\"\nDATABASE_URL=postgresql://app:{password}@db.example.com:5432/app\n");
    // In an env file the text of every comment is hidden, of whatever form.
    let bare = m.token().trim_start_matches("sbp_").to_owned();
    env += &format!(
        "# preflight: allow {bare}\nX=1\nY=2 # preflight: alow {bare}\n# preflight: allow everything x={bare}\nZ=3\n"
    );
    let (mut sql, mut toml) = (String::new(), "[deploy]\n".to_owned());
    for (index, comment) in comments(m, &value, &password).iter().enumerate() {
        env += &format!("# {comment}\nA{index}=x\nB{index}=y # {comment}\n");
        sql += &format!("-- {comment}\nALTER TABLE a DROP COLUMN b{index};\nselct 1; /* {comment} */\n");
        toml += &format!("# {comment}\nkey{index} = \"x\" # {comment}\n");
    }
    let waiver = |policy: &str, path: &str, object: &str, more: &str| {
        format!("  - policy: {policy}\n    target: {{ path: \"{path}\", object: \"{object}\" }}\n{more}")
    };
    let waivers = [
        waiver(
            "everything",
            "env/prod/api.env",
            "TOKEN of api in prod",
            &format!("    reason: \"{value} {}\"\n", m.key()),
        ),
        waiver("everything", &m.key(), &m.jwt(), &format!("    owner: {}\n    ticket: \"{password}\"\n", m.token())),
        waiver("nothing", "x", &value, &format!("    until: 2026-01-01 # {}\n", m.key())),
    ];
    let entry = |path: &str, policy: &str, object: &str| {
        format!("    {{ \"path\": \"{path}\", \"policy\": \"{policy}\", \"object\": \"{object}\", \"count\": 1 }}")
    };
    let known = [entry("env/a.env", &m.key(), &m.jwt()), entry(&format!("f{}", m.key()), "everything", &m.token())];
    vec![
        ("env/prod/api.env", env),
        ("migrations/20260101000000_a.sql", sql),
        ("deploy/api/railway.toml", toml),
        ("preflight-waivers.yaml", format!("version: 1\nwaivers:\n{}", waivers.concat())),
        (
            "preflight-baseline.json",
            format!("{{\n  \"version\": 1,\n  \"findings\": [\n{}\n  ]\n}}\n", known.join(",\n")),
        ),
    ]
}

#[test]
fn no_output_holds_a_secret_of_a_waiver_or_a_baseline() {
    let mut marks = Marks::new("waivers");
    let files = files(&mut marks);
    let needles = Needles::new(&marks);
    let kinds: Vec<String> = preflight::fact::KINDS.iter().map(|def| format!("{}: {{}}", def.name)).collect();
    let few = format!(
        "version: 1\npolicies:\n  everything:\n    severity: error\n    why: All.\n    fix: None.\n    says: is seen\n    forbid: {{ {} }}\n",
        kinds.join(", ")
    );
    let project = Project::empty().file("preflight.yaml", CONFIG).file("few.yaml", few);
    for (path, text) in &files {
        project.write(path, text);
    }
    let mut said = run::main_commands(&project, &needles);
    for (path, text) in &files[..3] {
        said += run::explain_lines(&project, path, text, &needles);
    }
    let args = ["baseline", "write", "--output", "known.json"];
    said += run::search(&project, &args, b"", &needles);
    let written = std::fs::read_to_string(project.at("known.json")).unwrap();
    assert!(written.lines().count() > 20, "{written}");
    needles.search(&args, &written);
    for broken in ["version: 1\nwaivers: [", "version: x\n", "- "] {
        for path in ["preflight-waivers.yaml", "preflight-baseline.json"] {
            let text = &files.iter().find(|(name, _)| *name == path).unwrap().1;
            project.write(path, format!("{broken}{text}"));
            said += run::search(&project, &["check", "--baseline"], b"", &needles);
            said += run::search(&project, &["check", "--baseline", "--format", "json"], b"", &needles);
            project.write(path, text);
        }
    }
    let leaks = needles.leaks();
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
    assert!(said > 100_000, "{said} bytes");
}
