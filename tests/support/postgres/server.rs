//! A temporary PostgreSQL: its own folder, a socket in it, no TCP, gone when it is dropped. Servers refuse to run as root,
//! so root hands everything, `psql` too, to an unprivileged user: what migrations say must not run as root.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A statement that takes longer is given up by the server.
const LONGEST_STATEMENT: &str = "60s";
/// The superuser that owns the probes; migrations run as `postgres`, as Supabase's do.
const OWNER: &str = "preflight_oracle_admin";
/// The database that migrations run in has Supabase's name.
const DATABASE: &str = "postgres";

const ROLES: &str = include_str!("roles.sql");
const PROBES: &str = include_str!("probes.sql");
const SUPABASE: &str = include_str!("supabase.sql");
const CATALOG: &str = include_str!("catalog.sql");

/// A running server.
pub struct Server {
    binaries: PathBuf,
    /// Who runs it, where that is not the invoking user.
    user: Option<&'static str>,
    folder: PathBuf,
    /// `15.4`
    pub version: String,
}

/// Folders that may hold `initdb`.
fn candidates() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
    let asked = Command::new("pg_config").arg("--bindir").output();
    folders.extend(asked.ok().map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())));
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect())
        .unwrap_or_default();
    versions.sort();
    folders.extend(versions.into_iter().rev());
    folders.push("/usr/local/bin".into());
    folders
}

/// The folder of `initdb`, `pg_ctl` and `postgres`, links followed; none where no server is installed.
pub fn binaries() -> Option<PathBuf> {
    candidates().into_iter().find_map(|folder| {
        let found = folder.join("initdb").canonicalize().ok()?.parent()?.to_path_buf();
        ["pg_ctl", "postgres"].iter().all(|name| found.join(name).is_file()).then_some(found)
    })
}

impl Server {
    /// Starts one; none where no server is installed.
    ///
    /// # Errors
    /// Where one is installed and does not start.
    pub fn start() -> Result<Option<Self>, String> {
        let Some(binaries) = binaries() else { return Ok(None) };
        let root = text(&checked(Command::new("id").arg("-u"))?) == "0";
        let user = root.then(|| if exists("postgres") { "postgres" } else { "nobody" });
        let mut server = Self { binaries, user, folder: PathBuf::new(), version: String::new() };
        server.folder = text(&checked(server.command("mktemp").args(["-d", "/tmp/preflight-oracle.XXXXXX"]))?).into();
        let version = text(&checked(server.command("postgres").arg("--version"))?);
        server.version = version.split_whitespace().nth(2).unwrap_or("?").to_owned();
        let data = server.folder.join("data");
        let initdb = ["-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D"];
        checked(server.command("initdb").args(initdb).arg(&data))?;
        let mut options =
            String::from("-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off");
        _ = write!(options, " -c unix_socket_directories='{}'", server.folder.display());
        _ = write!(
            options,
            " -c max_wal_senders=0 -c wal_level=minimal -c autovacuum=off -c max_prepared_transactions=4"
        );
        let log = server.folder.join("log");
        let started = server
            .command("pg_ctl")
            .args(["start", "-w", "-t", "30", "-D"])
            .arg(&data)
            .arg("-l")
            .arg(&log)
            .args(["-o", &options])
            .stdout(Stdio::null())
            .status();
        if !started.is_ok_and(|status| status.success()) {
            return Err(format!("PostgreSQL did not start: {}", std::fs::read_to_string(log).unwrap_or_default()));
        }
        server.owner("template1", ROLES)?;
        for (name, provided) in [("bare", "CREATE SCHEMA extensions;"), ("supabase", SUPABASE)] {
            server.owner("template1", &format!("CREATE DATABASE {name};"))?;
            server.owner(name, PROBES)?;
            server.owner(name, provided)?;
            server.owner(name, "SELECT preflight_oracle.finish();")?;
        }
        Ok(Some(server))
    }

    /// A program of the server, or of the system, run by the user who may.
    fn command(&self, program: &str) -> Command {
        let own = self.binaries.join(program);
        let program = if own.is_file() { own } else { program.into() };
        let mut command = match self.user {
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--"]).arg(program);
                command
            }
            None => Command::new(program),
        };
        // nothing of the invoking session reaches a migration
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.env_clear().env("PATH", path).env("LC_ALL", "C").env("PGCLIENTENCODING", "UTF8").current_dir("/");
        command
    }

    fn psql(&self, user: &str, database: &str) -> Command {
        let mut command = self.command("psql");
        command.args([
            "-X",
            "-q",
            "-v",
            "VERBOSITY=terse",
            "-v",
            "SHOW_CONTEXT=never",
            "-U",
            user,
            "-d",
            database,
            "-h",
        ]);
        command.arg(&self.folder);
        command
    }

    /// Runs what must not fail.
    fn owner(&self, database: &str, script: &str) -> Result<(), String> {
        let mut command = self.psql(OWNER, database);
        fed(command.args(["-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "-f", "-"]), script)
            .and_then(|(good, messages)| if good { Ok(()) } else { Err(messages) })
    }

    /// A new database under the name that migrations expect, and only the roles that Supabase provides.
    ///
    /// # Errors
    /// Where the server fails.
    pub fn new_database(&self, supabase: bool) -> Result<(), String> {
        let template = if supabase { "supabase" } else { "bare" };
        let roles: Vec<String> = ROLES
            .lines()
            .filter_map(|line| line.strip_prefix("CREATE ROLE "))
            .filter_map(|line| line.split([' ', ';']).next())
            .map(|name| format!("'{name}'"))
            .collect();
        self.owner(
            "template1",
            &format!(
                "DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE);
                SELECT format('DROP ROLE %I', rolname) FROM pg_roles
                WHERE rolname <> '{OWNER}' AND rolname NOT LIKE 'pg\\_%' AND rolname NOT IN ({}) \\gexec
                CREATE DATABASE {DATABASE} TEMPLATE {template};
                ALTER DATABASE {DATABASE} SET search_path = \"$user\", public, extensions;
                ALTER DATABASE {DATABASE} SET statement_timeout = '{LONGEST_STATEMENT}';",
                roles.join(", ")
            ),
        )?;
        Ok(())
    }

    /// What is open and protected before the first migration, as effects of one that made all of it.
    ///
    /// # Errors
    /// Where psql cannot be run.
    pub(super) fn baseline(&self) -> Result<String, String> {
        let script = "DELETE FROM preflight_oracle.before WHERE what <> 'name'; SELECT preflight_oracle.finish();";
        Ok(fed(self.psql(OWNER, DATABASE).args(["-o", "/dev/null", "-f", "-"]), script)?.1)
    }

    /// What the catalogue says of the objects that are there, a line each.
    ///
    /// # Errors
    /// Where psql cannot be run, or the question fails.
    pub fn catalog(&self) -> Result<String, String> {
        let mut command = self.psql(OWNER, DATABASE);
        command.args(["-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", CATALOG]);
        Ok(text(&checked(&mut command)?))
    }

    /// What `pg_dump --schema-only` writes of the database, without the schema of the probes.
    ///
    /// # Errors
    /// Where it cannot be run.
    #[allow(dead_code, reason = "the example needs no dump")]
    pub fn dump(&self) -> Result<String, String> {
        let mut command = self.command("pg_dump");
        command.args(["--schema-only", "--exclude-schema=preflight_oracle", "-U", OWNER, "-d", DATABASE, "-h"]);
        command.arg(&self.folder);
        let dump = text(&checked(&mut command)?);
        // the probes have a trigger on every table
        let of_probes = |line: &str| {
            line.starts_with("CREATE TRIGGER preflight_oracle ") || line.ends_with(" TRIGGER preflight_oracle;")
        };
        let lines = dump.lines().filter(|line| !of_probes(line));
        Ok(lines.map(|line| format!("{line}\n")).collect())
    }

    /// The rows of a query as psql exports them: CSV, or one list of JSON.
    ///
    /// # Errors
    /// Where psql cannot be run, or the query fails.
    #[allow(dead_code, reason = "the example exports nothing")]
    pub fn export(&self, sql: &str, json: bool) -> Result<String, String> {
        let mut command = self.psql("postgres", DATABASE);
        command.args(["-v", "ON_ERROR_STOP=1"]);
        match json {
            true => command.args(["-A", "-t", "-c", &format!("SELECT json_agg(t) FROM ({sql}) AS t")]),
            false => command.args(["--csv", "-c", sql]),
        };
        Ok(String::from_utf8_lossy(&checked(&mut command)?.stdout).into_owned())
    }

    /// Runs a migration statement by statement in a session of its own, past errors, and gives what psql said.
    ///
    /// # Errors
    /// Where psql cannot be run.
    pub fn run(&self, script: &str) -> Result<String, String> {
        let mut command = self.psql("postgres", DATABASE);
        command.args([
            "-o",
            "/dev/null",
            "-f",
            "-",
            "-c",
            "ROLLBACK",
            "-c",
            "RESET ROLE",
            "-c",
            "SELECT preflight_oracle.finish()",
        ]);
        Ok(fed(&mut command, script)?.1)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.folder.as_os_str().is_empty() {
            return;
        }
        let data = self.folder.join("data");
        let stop = ["stop", "-m", "immediate", "-w", "-D"];
        _ = self.command("pg_ctl").args(stop).arg(data).stdout(Stdio::null()).stderr(Stdio::null()).status();
        remove(&self.folder);
    }
}

/// Removes the folder that this module made, and none other.
fn remove(folder: &Path) {
    if folder.to_string_lossy().starts_with("/tmp/preflight-oracle.") {
        _ = std::fs::remove_dir_all(folder);
    }
}

fn exists(user: &str) -> bool {
    Command::new("id").arg(user).output().is_ok_and(|output| output.status.success())
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn checked(command: &mut Command) -> Result<Output, String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        Ok(output)
    } else {
        Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

/// Runs a command with `input` on its standard input; whether it succeeded, and what it said on standard error.
fn fed(command: &mut Command, input: &str) -> Result<(bool, String), String> {
    let failed = |error: std::io::Error| format!("psql: {error}");
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().map_err(failed)?;
    let mut stdin = child.stdin.take();
    let mut stderr = child.stderr.take();
    let mut said = Vec::new();
    std::thread::scope(|scope| {
        // both at once: a long script and long messages must not wait for each other
        scope.spawn(|| {
            if let Some(mut pipe) = stdin.take() {
                _ = pipe.write_all(input.as_bytes());
            }
        });
        if let Some(pipe) = &mut stderr {
            _ = pipe.read_to_end(&mut said);
        }
    });
    let status = child.wait().map_err(failed)?;
    Ok((status.success(), String::from_utf8_lossy(&said).into_owned()))
}
