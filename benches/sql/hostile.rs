//! Scripts that nobody writes by accident: each is made in a size, twice and four times that size, and reading it must
//! cost two and four times as much.

use super::{pack, time};
use preflight::document::{Input, Settings, sql};
use preflight::evaluate::Run;
use preflight::policy::Spellings;
use preflight::project;
use preflight::source::SourceMap;
use std::collections::HashSet;
use std::path::PathBuf;

/// From one size to four times that size reading may take so many times as long; memory that is new costs more than
/// memory that is not.
const MOST: f64 = 8.0;
/// Shorter times say nothing about growth.
const LEAST: f64 = 0.02;

/// How a script is made in a size.
type Make = fn(usize) -> String;

/// What is made, how large, and how.
#[rustfmt::skip]
const SCRIPTS: &[(&str, usize, Make)] = &[
    ("one statement of 2.5 MB", 250_000, |n| format!("SELECT {};", vec!["column_1 "; n].join(","))),
    ("25,000 statements", 25_000, |n| "ALTER TABLE jobs ADD COLUMN note text;\n".repeat(n)),
    ("25,000 nested brackets", 25_000, |n| format!("SELECT {}1{};", "(".repeat(n), ")".repeat(n))),
    ("25,000 open brackets", 25_000, |n| format!("SELECT {};", "(".repeat(n))),
    ("AND 25,000 times", 25_000, |n| format!("DELETE FROM t WHERE a{};", " AND a".repeat(n))),
    ("50,000 comments in comments", 50_000, |n| "/*".repeat(n)),
    ("10,000 blocks in blocks", 10_000, |n| body(&format!("{}{}", "BEGIN ".repeat(n), "END;".repeat(n)))),
    ("10,000 blocks in blocks with handlers", 10_000, |n| {
        body(&format!("{}DROP TABLE t;{}", "BEGIN ".repeat(n), " EXCEPTION WHEN undefined_table THEN NULL; END;".repeat(n)))
    }),
    ("10,000 handlers of a block", 10_000, |n| {
        body(&format!("{} EXCEPTION {}", "DROP TABLE t;".repeat(n), "WHEN others THEN NULL;".repeat(n)))
    }),
    ("a dollar quote without end", 1_000_000, |n| format!("DO $x$ {}", "a ".repeat(n / 2))),
    ("250,000 openings of dollar quotes", 250_000, |n| "$a$b".repeat(n)),
    ("250,000 tags of dollar quotes", 250_000, |n| (0..n).map(|n| format!("$a{n}$")).collect()),
    ("25,000 guards", 25_000, |n| {
        body(&"IF EXISTS (SELECT 1 FROM pg_class WHERE relname = 't') THEN DROP TABLE t; END IF; ".repeat(n))
    }),
    ("5,000 guards in guards", 5_000, |n| {
        let guard = "IF EXISTS (SELECT 1 FROM pg_class WHERE relname = 't') THEN DROP TABLE t; ";
        body(&format!("{}{}", guard.repeat(n), "END IF; ".repeat(n)))
    }),
    ("25,000 alternatives", 25_000, |n| {
        body(&format!("IF a THEN NULL; {} END IF;", "ELSIF to_regclass('t') IS NULL THEN DROP TABLE t; ".repeat(n)))
    }),
    ("a variable of many guards", 5_000, |n| {
        let all = "EXISTS (SELECT 1 FROM pg_class WHERE relname = 't') AND ".repeat(n);
        body(&format!("v := {all} true; {}", "IF v THEN DROP TABLE t; END IF; ".repeat(n)))
    }),
    ("EXECUTE of 25,000 terms", 25_000, |n| body(&format!("EXECUTE 'DROP TABLE t'{};", " || a".repeat(n)))),
    ("12,500 variables, each used", 12_500, |n| {
        let declared: String = (0..n).map(|n| format!("v{} text := v{n} || 'a'; ", n + 1)).collect();
        let used: String = (0..n).map(|n| format!("EXECUTE v{n}; ")).collect();
        format!("DO $x$ DECLARE v0 text := 'DROP TABLE t'; {declared} BEGIN {used} END $x$;")
    }),
    ("12,500 long variables, each used", 12_500, |n| {
        let long = "DROP TABLE t; ".repeat(20);
        let declared: String = (0..n).map(|n| format!("v{} text := v{n} || '{long}'; ", n + 1)).collect();
        let used: String = (0..n).map(|n| format!("EXECUTE v{n}; ")).collect();
        format!("DO $x$ DECLARE v0 text := 'DROP TABLE t'; {declared} BEGIN {used} END $x$;")
    }),
    ("one long variable, executed 12,500 times", 12_500, |n| {
        let long = "DROP TABLE t; ".repeat(4_000);
        format!("DO $x$ DECLARE v text := '{long}'; BEGIN {} END $x$;", "EXECUTE v; ".repeat(n))
    }),
    ("25,000 open brackets that are executed", 25_000, |n| body(&"EXECUTE (; ".repeat(n))),
    ("25,000 open arrays", 25_000, |n| body(&"a := ARRAY[; ".repeat(n))),
    ("25,000 open conditions", 25_000, |n| body(&"a := (b; IF (c THEN ".repeat(n))),
    ("format of 25,000 directives", 25_000, |n| {
        body(&format!("EXECUTE format('{}'{});", "%s ".repeat(n), ", a".repeat(n)))
    }),
    ("format of one argument 25,000 times", 25_000, |n| {
        body(&format!("EXECUTE format('{}', {});", "%1$s ".repeat(n), vec!["'a'"; n].join(" || ")))
    }),
    ("MERGE of 25,000 actions", 25_000, |n| {
        format!("MERGE INTO t USING s ON a {}", "THEN UPDATE SET a = 1, b = 2 ".repeat(n))
    }),
    ("5,000 grants of products", 500, |n| {
        let names = vec!["a"; 100].join(",");
        format!("GRANT SELECT ON {names} TO {names};").repeat(n)
    }),
    ("25,000 names", 25_000, |n| format!("DROP TABLE {};", vec!["a"; n].join(","))),
    ("25,000 columns", 25_000, |n| format!("CREATE TABLE t ({});", vec!["a int DEFAULT (1)"; n].join(","))),
    ("25,000 columns of an INSERT", 25_000, |n| format!("INSERT INTO t ({}) SELECT 1;", vec!["a"; n].join(","))),
    ("25,000 parts of WITH", 25_000, |n| {
        format!("WITH {} SELECT 1;", vec!["a AS (DELETE FROM t)"; n].join(","))
    }),
    ("25,000 arguments", 25_000, |n| format!("DROP FUNCTION f({});", vec!["a int"; n].join(","))),
    ("25,000 calls of cron", 25_000, |n| format!("SELECT {}1;", "cron.schedule('a', 'DROP TABLE t'), ".repeat(n))),
    ("25,000 open calls of cron", 25_000, |n| format!("SELECT {}1;", "cron.schedule('a', ".repeat(n))),
    ("25,000 rules", 25_000, |n| "CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; ".repeat(n)),
    ("25,000 atomic bodies", 25_000, |n| "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; ".repeat(n)),
    ("125,000 open placeholders", 125_000, |n| "{{ ".repeat(n)),
    ("125,000 open placeholders without blanks", 125_000, |n| "${".repeat(n)),
    ("tables and unknown statements", 12_500, |n| {
        (0..n).map(|n| format!("CREATE TABLE t{n} (a int); DO $$ BEGIN EXECUTE a; END $$;")).collect()
    }),
    ("tables and dropped schemas", 12_500, |n| {
        (0..n).map(|n| format!("CREATE TABLE t{n} (a int); DROP SCHEMA s CASCADE;")).collect()
    }),
    ("policies", 12_500, |n| {
        "CREATE POLICY p ON t USING (true); DROP POLICY IF EXISTS p ON t; CREATE TABLE u (a int);".repeat(n)
    }),
    ("statements that are none", 12_500, |n| "CREATE POLICY p ON t USING (true); DROP TABEL t; ".repeat(n)),
    ("COPY without end", 250_000, |n| format!("COPY t FROM stdin;\n{}", "a\tb\n".repeat(n))),
    ("psql commands", 25_000, |n| "\\echo a\n".repeat(n)),
    ("addresses", 25_000, |n| "-- postgresql://u:MADEUP@h/d\n".repeat(n)),
    ("an address of many hosts", 25_000, |n| format!("-- postgresql://u:MADEUP@{}/d\n", vec!["h"; n].join(","))),
    ("segments", 250_000, |n| "eyJh.".repeat(n)),
    ("openings of escaped strings", 125_000, |n| "E'a' \n".repeat(n)),
];

fn body(text: &str) -> String {
    format!("DO $body$ BEGIN {text} END $body$;")
}

/// Reads each in three sizes; whether all grow as their sizes do. `only` names those that are wanted.
pub(super) fn run(only: Option<&str>) -> Result<bool, String> {
    let mut held = true;
    println!("{:<42} {:>9} {:>9} {:>9} {:>7} {:>8}", "seconds", "1x", "2x", "4x", "growth", "findings");
    for (name, size, make) in SCRIPTS.iter().filter(|(name, ..)| only.is_none_or(|only| name.contains(only))) {
        let mut seconds = Vec::new();
        let mut findings = 0;
        for factor in [1, 2, 4] {
            let text = make(size * factor);
            let (own, found) = read(&text)?;
            findings = found;
            seconds.push(own);
        }
        let (first, last) = (seconds[0], seconds[2]);
        let growth = last / first;
        let grows = growth > MOST && last > LEAST;
        held &= !grows;
        let mark = if grows { "  NOT LINEAR" } else { "" };
        println!("{name:<42} {:>9.3} {:>9.3} {last:>9.3} {growth:>7.1} {findings:>8}{mark}", first, seconds[1]);
    }
    Ok(held)
}

/// Seconds from a text to its findings, and how many parts of it were not understood.
fn read(text: &str) -> Result<(f64, usize), String> {
    let mut sources = SourceMap::new();
    let set = pack(&mut sources)?;
    let kind = preflight::document::kind("migration").ok_or("there is no document kind `migration`")?;
    let name = "20260101000000_hostile.sql";
    let found =
        preflight::discover::Found::unconfigured(PathBuf::from(name), name.to_owned(), kind, Ok(text.to_owned()));
    let settings = Settings::default();
    let source = sources.add("", "");
    let facts = time(|| sql::parse(Input { source, text, path: "hostile.sql", settings: &settings }).facts.len());
    let mut unread = 0;
    let shown = |found: &preflight::discover::Found| found.relative.clone();
    let all = time(|| {
        let read = project::read(vec![found], &settings, &Spellings::default(), shown, &mut sources);
        let run = Run { today: None, wanted: &|_| true, needs: &[] };
        let evaluation = read.judge(None, &set, &[], run, HashSet::new());
        unread = read.unread.len();
        evaluation.findings.len()
    });
    if std::env::var_os("VERBOSE").is_some() {
        println!("  {:.3} MB: facts {facts:.3} s, findings {all:.3} s", text.len() as f64 / 1e6);
    }
    Ok((all, unread))
}
