#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use super::*;
use std::fs;

fn git(folder: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"];
    output(folder, Inherit::Nothing, [&identity[..0], arguments].concat()).unwrap();
}

fn commit(folder: &Path) {
    let mut arguments = vec!["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "--all"];
    arguments.extend(["--message", "m"]);
    // The first word is a flag here, which only a message of a failure would show.
    output(folder, Inherit::Nothing, arguments).unwrap();
}

fn repository() -> (tempfile::TempDir, Repository) {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    let repository = Repository::of(folder.path()).unwrap().unwrap();
    (folder, repository)
}

fn states(change: &Change) -> Vec<(String, State)> {
    change.paths.iter().map(|(path, state)| (path.to_string_lossy().into_owned(), *state)).collect()
}

#[test]
fn a_folder_outside_of_every_repository_has_none_and_a_flag_is_no_revision() {
    let outside = tempfile::tempdir().unwrap();
    assert!(Repository::of(outside.path()).unwrap().is_none());
    let (folder, repository) = repository();
    assert_eq!(repository.root().canonicalize().unwrap(), folder.path().canonicalize().unwrap());
    assert!(matches!(repository.commit("--output=x"), Err(GitError::Flag(_))));
    assert_eq!(repository.commit("main").unwrap_err().to_string(), "git knows no commit `main`");
}

#[test]
fn paths_are_divided_at_nuls_only() {
    let found: Vec<PathBuf> = paths(b"a b.sql\0\xc3\xa9\n.sql\0").collect();
    assert_eq!(found, [PathBuf::from("a b.sql"), PathBuf::from("é\n.sql")]);
}

#[test]
fn before_the_first_commit_everything_is_new() {
    let (folder, repository) = repository();
    fs::write(folder.path().join("a.env"), "A=1\n").unwrap();
    let base = repository.base(None, |_| None).unwrap();
    assert_eq!(states(&repository.changed_since(&base).unwrap()), [("a.env".to_owned(), State::Changed)]);
    assert_eq!(states(&repository.staged_since(&base).unwrap()), []);
    git(folder.path(), &["add", "a.env"]);
    assert_eq!(states(&repository.staged_since(&base).unwrap()), [("a.env".to_owned(), State::Changed)]);
}

#[test]
fn commits_the_index_the_work_tree_and_new_files_are_one_change() {
    let (folder, repository) = repository();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    for name in ["committed", "staged", "unstaged", "gone", "renamed", "same", "reverted"] {
        write(name, &format!("{name}\n"));
    }
    write(".gitignore", "ignored\n");
    git(folder.path(), &["add", "."]);
    commit(folder.path());
    git(folder.path(), &["checkout", "--quiet", "-b", "work"]);
    write("committed", "2\n");
    commit(folder.path());
    write("staged", "2\n");
    write("reverted", "2\n");
    git(folder.path(), &["add", "staged", "reverted"]);
    write("reverted", "reverted\n");
    write("unstaged", "2\n");
    write("new one\n", "2\n");
    write("ignored", "2\n");
    fs::remove_file(folder.path().join("gone")).unwrap();
    git(folder.path(), &["mv", "renamed", "is called é"]);
    let base = repository.base(None, |_| None).unwrap();
    assert!(base.shown.starts_with("main ("), "{}", base.shown);
    let change = repository.changed_since(&base).unwrap();
    let expected = [
        ("committed", State::Changed),
        ("gone", State::Deleted),
        ("is called é", State::Changed),
        ("new one\n", State::Changed),
        ("renamed", State::Deleted),
        ("reverted", State::Changed),
        ("staged", State::Changed),
        ("unstaged", State::Changed),
    ];
    assert_eq!(states(&change), expected.map(|(path, state)| (path.to_owned(), state)));
    let staged = repository.staged_since(&repository.head().unwrap()).unwrap();
    assert_eq!(staged.paths.len(), 4, "{staged:?}");
    assert_eq!(repository.ignored(&[Path::new("ignored"), Path::new("same")]).unwrap(), [PathBuf::from("ignored")]);
    assert!(repository.ignored(&[Path::new("same")]).unwrap().is_empty());
}

#[test]
fn blobs_are_read_by_their_hashes_and_an_announced_file_is_not_in_the_index() {
    let (folder, repository) = repository();
    fs::write(folder.path().join("a"), "of the index\n").unwrap();
    fs::write(folder.path().join("empty"), "").unwrap();
    git(folder.path(), &["add", "a", "empty"]);
    fs::write(folder.path().join("a"), "of the work tree\n").unwrap();
    fs::write(folder.path().join("later"), "x").unwrap();
    git(folder.path(), &["add", "--intent-to-add", "later"]);
    let index = repository.index().unwrap();
    assert_eq!(index.iter().map(|entry| entry.path.clone()).collect::<Vec<_>>(), [Path::new("a"), Path::new("empty")]);
    let blobs = repository.blobs().unwrap();
    assert_eq!(blobs.read(&index[0].object, 100).unwrap().unwrap(), b"of the index\n");
    assert_eq!(blobs.read(&index[1].object, 100).unwrap().unwrap(), b"");
    assert_eq!(blobs.read(&index[0].object, 12).unwrap(), None, "larger than that");
    assert!(blobs.read(&"0".repeat(40), 100).unwrap_err().to_string().contains("not in this clone"));
    assert_eq!(
        blobs.read(&index[0].object, 100).unwrap().unwrap(),
        b"of the index\n",
        "one that is missing ends nothing"
    );
}

#[test]
fn a_change_reaches_what_stands_below_a_link_and_above_a_file() {
    let paths = [("env/prod/api.env", State::Deleted), ("vendor", State::Changed)];
    let change = Change { paths: paths.map(|(path, state)| (PathBuf::from(path), state)).into() };
    assert!(change.touches(Path::new("vendor/a/b.sql")) && !change.touches(Path::new("env/prod/api.env")));
    assert!(change.reaches(Path::new("env")) && !change.reaches(Path::new("en")) && !change.reaches(Path::new("x")));
}
