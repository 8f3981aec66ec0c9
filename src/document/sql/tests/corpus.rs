//! Real migrations, where a folder of them is named.

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
