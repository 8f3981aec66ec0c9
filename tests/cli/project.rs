//! A temporary project, and runs of the program in it.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use tempfile::TempDir;

const CONFIG: &str = r#"version: 1
packs: [house.yaml]
documents:
  - files: "env/{environment}/{service}.env"
    kind: dotenv
  - files: "railway/{environment}/{service}.json"
    kind: railway-variables
  - files: "deploy/{service}/railway.toml"
    kind: railway-config
  - files: "supabase/migrations/*.sql"
    kind: migration
labels:
  environment: { prod: [production], dev: [development, local] }
"#;

const HOUSE: &str = "version: 1
policies:
  no-drop-column:
    severity: error
    why: A dropped column takes its data along.
    fix: Stop writing to the column and leave it.
    says: drops a column
    forbid: { operation: { is: drop_column } }
  log-level-is-known:
    severity: warning
    why: A level that nobody knows logs everything.
    fix: Use INFO or WARNING.
    expect: { variable: { name: LOG_LEVEL }, to: { value: [INFO, WARNING] } }
  runtime-goes-through-the-pooler:
    severity: error
    why: Session connections exhaust Postgres.
    fix: Use port 6543.
    expect: { connection: {}, to: { port: 6543 } }
";

/// Where the error of [`Project::broken`] stands.
pub const DROP: &str = "supabase/migrations/20260102000000_drop_email.sql";

/// Where its warning stands.
pub const DEV: &str = "env/dev/api.env";

/// A folder with a preflight.yaml, policies of its own, and documents of every kind.
pub struct Project {
    folder: TempDir,
}

impl Project {
    /// One in which nothing is wrong.
    pub fn clean() -> Self {
        let project = Self::empty();
        project.write("preflight.yaml", CONFIG);
        project.write("house.yaml", HOUSE);
        project.write("env/prod/api.env", "# production\nLOG_LEVEL=INFO\n");
        project.write(DEV, "LOG_LEVEL=WARNING\n");
        project.write("railway/prod/api.json", "{\n  \"LOG_LEVEL\": \"INFO\"\n}\n");
        project.write("deploy/api/railway.toml", "[deploy]\nhealthcheckPath = \"/health\"\n");
        project.write(
            "supabase/migrations/20260101000000_init.sql",
            "CREATE TABLE public.accounts (id bigint PRIMARY KEY, email text);\n",
        );
        project
    }

    /// One with an error in [`DROP`] and a warning in [`DEV`], far from each other.
    pub fn broken() -> Self {
        let project = Self::clean();
        project.write(DROP, "ALTER TABLE public.accounts DROP COLUMN email;\n");
        project.write(DEV, "LOG_LEVEL=VERBOSE\n");
        project
    }

    /// A folder with nothing in it.
    pub fn empty() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// Its folder, links resolved: what the program sees as the folder where it was run.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    /// A path below it.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder().join(path)
    }

    /// Writes a file, and the folders above it.
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Adds to a file.
    pub fn append(&self, path: &str, text: &str) {
        let before = fs::read_to_string(self.path(path)).unwrap();
        self.write(path, before + text);
    }

    /// Puts `new` where `old` stands in a file.
    pub fn replace(&self, path: &str, old: &str, new: &str) {
        let before = fs::read_to_string(self.path(path)).unwrap();
        assert!(before.contains(old), "{path} does not hold `{old}`");
        self.write(path, before.replace(old, new));
    }

    /// Removes a file or a folder.
    pub fn remove(&self, path: &str) {
        let path = self.path(path);
        if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
    }

    /// Runs a command in its folder.
    pub fn run(&self, arguments: &[&str]) -> Run {
        self.run_in("", arguments)
    }

    /// Runs a command in a folder below it.
    pub fn run_in(&self, folder: &str, arguments: &[&str]) -> Run {
        Run::of(command(&self.path(folder)).args(arguments))
    }

    /// Runs `check --format json` with more arguments.
    pub fn check(&self, arguments: &[&str]) -> Report {
        self.run(&[&["check", "--format", "json"], arguments].concat()).report()
    }
}

/// The program in a folder, in an environment that says nothing.
pub fn command(folder: &Path) -> assert_cmd::Command {
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("preflight");
    command.current_dir(folder).env_clear();
    command
}

/// What a command did.
#[derive(Debug)]
pub struct Run {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    /// Runs it. A signal, a panic or output that is not UTF-8 fails the test.
    pub fn of(command: &mut assert_cmd::Command) -> Self {
        let output = command.output().unwrap();
        let status = output.status.code().expect("ended by a signal");
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(!err.contains("panicked"), "{err}");
        assert!((0..=2).contains(&status), "status {status}: {err}");
        Self { status, out: String::from_utf8(output.stdout).unwrap(), err }
    }

    /// The JSON report that was printed; it obeys its schema, and its verdict agrees with the status.
    #[track_caller]
    pub fn report(self) -> Report {
        static SCHEMA: LazyLock<jsonschema::Validator> =
            LazyLock::new(|| jsonschema::validator_for(&preflight::schema::schema("report").unwrap()).unwrap());
        let json: Value = serde_json::from_str(&self.out).expect(&self.out);
        let errors: Vec<String> = SCHEMA.iter_errors(&json).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        // Problems are in the document, and said on the stream for them.
        assert_eq!(self.err.is_empty(), json["problems"] == Value::Array(Vec::new()), "{}", self.err);
        let report = Report { status: self.status, json };
        let expected: &[i32] = match report.verdict() {
            "clean" => &[0],
            "findings" | "undecided" => &[0, 1],
            _ => &[2],
        };
        assert!(expected.contains(&report.status), "{} and status {}", report.verdict(), report.status);
        report
    }

    /// Asserts that a text was printed, on either stream: `streams.rs` says which is which.
    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        let printed = self.out.contains(text) || self.err.contains(text);
        assert!(printed, "`{text}` is not in:\n{}{}", self.out, self.err);
        self
    }

    /// Asserts that a text was not printed.
    #[track_caller]
    pub fn does_not_say(&self, text: &str) -> &Self {
        assert!(!self.out.contains(text) && !self.err.contains(text), "`{text}` is in:\n{}{}", self.out, self.err);
        self
    }

    /// Asserts the exit status.
    #[track_caller]
    pub fn exits(&self, status: i32) -> &Self {
        assert_eq!(self.status, status, "{}{}", self.out, self.err);
        self
    }
}

/// A report in JSON, with the exit status it came with.
#[derive(Debug)]
pub struct Report {
    pub status: i32,
    pub json: Value,
}

impl Report {
    pub fn verdict(&self) -> &str {
        self.json["verdict"].as_str().unwrap()
    }

    /// `policy path:line` of every finding, in the order of the report.
    pub fn findings(&self) -> Vec<String> {
        let findings = self.json["findings"].as_array().unwrap().iter();
        findings
            .map(|finding| {
                let text = |key: &str| finding[key].as_str().unwrap().to_owned();
                if finding["missing"] == true {
                    format!("{} {} missing", text("policy"), text("path"))
                } else {
                    format!("{} {}:{}", text("policy"), text("path"), finding["line"])
                }
            })
            .collect()
    }

    /// The messages of all problems.
    pub fn problems(&self) -> Vec<&str> {
        self.json["problems"].as_array().unwrap().iter().map(|problem| problem["message"].as_str().unwrap()).collect()
    }

    /// The one problem.
    #[track_caller]
    pub fn problem(&self) -> &Value {
        let problems = self.json["problems"].as_array().unwrap();
        assert_eq!(problems.len(), 1, "{problems:#?}");
        &problems[0]
    }

    /// The notices.
    pub fn notices(&self) -> String {
        let notices = self.json["notices"].as_array().unwrap().iter();
        notices.map(|notice| notice.as_str().unwrap()).collect::<Vec<_>>().join("\n")
    }
}

/// The findings of [`Project::broken`], as [`Report::findings`] gives them.
pub fn both() -> Vec<String> {
    vec![format!("log-level-is-known {DEV}:1"), format!("no-drop-column {DROP}:1")]
}
