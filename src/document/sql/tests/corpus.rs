//! Real migrations, where a folder of them is named, and texts that are made to be slow.

use super::read_at;

/// Prints what was not understood in the folder that `PREFLIGHT_CORPUS` names.
#[test]
#[ignore = "needs a folder of migrations"]
fn says_what_it_does_not_understand() {
    let Ok(root) = std::env::var("PREFLIGHT_CORPUS") else { return };
    let mut folders = vec![std::path::PathBuf::from(root)];
    let (mut files, mut bytes, mut facts, mut unread) = (0, 0, 0, Vec::new());
    let mut spent = std::time::Duration::ZERO;
    let mut kinds = std::collections::BTreeMap::<String, usize>::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "sql")
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                let name = path.display().to_string();
                let start = std::time::Instant::now();
                let parsed = read_at(&name, &text);
                spent += start.elapsed();
                (files, bytes, facts) = (files + 1, bytes + text.len(), facts + parsed.facts.len());
                for fact in &parsed.facts {
                    *kinds.entry(super::word(fact, crate::fact::Field::Is)).or_default() += 1;
                }
                for one in parsed.unread {
                    let at = one.span.range();
                    let line = text[..at.start].matches('\n').count() + 1;
                    let source: String = text[at.start..].chars().take(300).collect();
                    unread.push(format!("{name}:{line}: {}\n{source}\n", one.message));
                }
            }
        }
    }
    let rate = bytes as f64 / 1e6 / spent.as_secs_f64();
    panic!(
        "{files} files, {bytes} bytes, {facts} facts, {} unread, {rate:.1} MB/s\n{kinds:#?}\n{}",
        unread.len(),
        unread.join("\n")
    );
}

/// Four times the text takes about four times as long, whatever is piled up in it, and no thread overflows.
#[test]
#[ignore = "takes a minute"]
fn time_grows_with_the_text() {
    let fragments = [
        "'",
        "\"",
        "$$",
        "$a$ ",
        ";",
        "--",
        "/*",
        "*/",
        "\\",
        "(",
        ")",
        "[",
        "COPY t FROM stdin;\n",
        "E'a'\n",
        "'a'\n",
        "DO $$ BEGIN ",
        "CREATE FUNCTION f() BEGIN ATOMIC ",
        "CREATE RULE r AS (;",
        "EXECUTE format('%I',",
        "a||",
        "DROP TABLE a,",
        "IF EXISTS (",
        "IF a THEN ",
        "{{",
        "${",
        "{{ ",
        ":'",
        ":a",
        "AS (INSERT ",
        "AS (INSERT INTO a SELECT 1) ",
        "ALTER TABLE t ",
        "a.",
        "a,",
        "a=",
        "a[ ; ",
        "CASE WHEN ",
        "WITH x ",
        "password 'a' ",
        "create_secret(",
        "cron.schedule(",
        "$1",
        "%(a)s",
        "$a",
        "x := x || 'a'; ",
        "SET a=(",
        "GRANT a ON ",
        "NOT ",
        "a OR ",
        "a AND (",
        "U&'\\0",
        "\\copy t from stdin\n",
        "1e",
        "THEN ",
        "LOOP ",
        "FOR a IN ",
        "DECLARE ",
        "END; ",
        "EXCEPTION WHEN a THEN ",
        "ELSIF EXISTS (SELECT FROM pg_class WHERE relname='a') THEN ",
        "EXPLAIN ",
        "PREPARE a AS ",
        "DO INSTEAD (",
        "UPDATE t SET (a)=",
        "INSERT INTO a(",
        "EXPLAIN (",
        "a.b(",
        "FUNCTION f(a ",
        "IS DISTINCT FROM ",
        "IF a THEN ",
        "BEGIN ",
        "CREATE PROCEDURE p() AS BEGIN ",
        "- ",
        "a[1]",
        "a::b",
        "(SELECT ",
        "EXISTS (SELECT ",
        "f(",
        "CASE ",
        "a->",
        "x := 'a' || x || x; ",
        "x := format('%s%s', x, x); ",
        "ARRAY['a'",
    ];
    let prefixes = [
        "",
        "SELECT ",
        "DO $x$ BEGIN ",
        "DO $x$ BEGIN EXECUTE ",
        "DO $x$ BEGIN IF ",
        "UPDATE t SET ",
        "CREATE TABLE t (",
        "GRANT ",
        "ALTER TABLE t ",
        "CREATE FUNCTION f(",
        "WITH a AS (",
        "DO $x$ DECLARE x text := 'a'; BEGIN ",
    ];
    let mut slow = Vec::new();
    for prefix in prefixes {
        for fragment in fragments {
            let time = |size: usize| {
                let text = format!(
                    "{prefix}{}{}",
                    fragment.repeat(size / fragment.len()),
                    if prefix.contains("$x$") { "$x$;" } else { "" }
                );
                let start = std::time::Instant::now();
                let _ = super::read(&text);
                start.elapsed().as_secs_f64()
            };
            let (one, two) = (time(20_000), time(80_000));
            if two > 0.15 && two > one * 7.0 {
                slow.push(format!("{prefix:?} {fragment:?}: {one:.3} {two:.3}"));
            } else if two > 1.0 {
                slow.push(format!("SLOW {prefix:?} {fragment:?}: {one:.3} {two:.3}"));
            }
        }
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}
