//! Reading files: every way in which one cannot be read is a problem with a way out.

use crate::finding::Problem;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// The largest file that is read, in bytes.
pub(super) const LARGEST: u64 = 256 * 1024 * 1024;

/// Reads a text. `shown` is the path in messages.
///
/// # Errors
/// A problem: not there, not allowed, a folder, too large, not UTF-8.
pub fn read_text(path: &Path, shown: &str, about: &'static str) -> Result<String, Problem> {
    let problem = |message: String, help: &str| Problem::path(about, shown, message).help(help);
    let (metadata, file) = File::open(path)
        .and_then(|file| Ok((file.metadata()?, file)))
        .map_err(|error| problem(describe(shown, &error), help_for(&error)))?;
    if metadata.is_dir() {
        return Err(problem(
            format!("{shown} is a folder, and a file is needed"),
            "Rename the folder, or narrow the pattern that finds it.",
        ));
    }
    if metadata.len() > LARGEST {
        return Err(problem(
            format!("{shown} is larger than 256 MiB"),
            "Exclude it: add it to `exclude:` of preflight.yaml.",
        ));
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
    // A file would be asked for its length once more.
    let read = file.take(u64::MAX).read_to_end(&mut bytes);
    read.map_err(|error| problem(describe(shown, &error), help_for(&error)))?;
    decode(bytes, shown, about)
}

/// Turns bytes into text.
///
/// # Errors
/// A problem that names the encoding, or the line where it stops being UTF-8.
pub fn decode(bytes: Vec<u8>, shown: &str, about: &'static str) -> Result<String, Problem> {
    let problem = |message: String| Problem::path(about, shown, message).help("Save the file as UTF-8.");
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(problem(format!("{shown} is UTF-16, and must be UTF-8")));
    }
    if bytes.contains(&0) {
        let at = bytes.iter().take_while(|byte| **byte != 0).count();
        let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        return Err(problem(format!("{shown} is no text: line {line} holds a NUL byte, as UTF-16 does")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = &error.as_bytes()[..valid];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        problem(format!("{shown} is not UTF-8: line {line} holds a byte that cannot be read"))
    })
}

/// An error of the file system in our own words.
pub fn describe(shown: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => format!("{shown} does not exist"),
        io::ErrorKind::PermissionDenied => format!("{shown} cannot be read: permission denied"),
        _ if error.to_string().contains("symbolic links") => format!("{shown} is a loop of symbolic links"),
        kind => format!("{shown} cannot be read: {kind}"),
    }
}

fn help_for(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "Check the spelling of the path.",
        io::ErrorKind::PermissionDenied => "Give yourself the right to read it, or exclude it.",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_no_utf8_says_where() {
        let error = decode(b"A=1\nB=\xff\n".to_vec(), "x.env", "document").unwrap_err();
        assert!(error.message.contains("line 2"), "{error}");
        let error = decode(vec![0xff, 0xfe, b'A', 0], "x.env", "document").unwrap_err();
        assert!(error.message.contains("UTF-16"), "{error}");
        assert_eq!(decode("é".as_bytes().to_vec(), "x", "document").unwrap(), "é");
    }
}
