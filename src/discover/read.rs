//! Reading files: every way in which one cannot be read is a problem with a way out.

use crate::document::DocumentKind;
use crate::finding::Problem;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// The largest file that is read, in bytes.
pub(super) const LARGEST: u64 = 256 * 1024 * 1024;

/// With more broken bytes than that an env file is no env file.
const MOST_BROKEN: usize = 16;

/// Reads a text. `shown` is the path in messages.
///
/// # Errors
/// A problem: not there, not allowed, a folder, too large, not UTF-8.
pub fn read_text(path: &Path, shown: &str, about: &'static str) -> Result<String, Problem> {
    decode(read_bytes(path, shown, about)?, shown, about)
}

/// Reads the bytes of a file. `shown` is the path in messages.
///
/// # Errors
/// A problem: not there, not allowed, a folder, too large.
pub(super) fn read_bytes(path: &Path, shown: &str, about: &'static str) -> Result<Vec<u8>, Problem> {
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
    Ok(bytes)
}

/// Turns bytes into text.
///
/// # Errors
/// A problem that names the encoding, or the line where it stops being UTF-8.
pub fn decode(bytes: Vec<u8>, shown: &str, about: &'static str) -> Result<String, Problem> {
    text(bytes).map_err(|bytes| refusal(&bytes, shown, about))
}

/// Turns the bytes of a document into text. A kind whose lines are read by a loader is read with a few broken bytes too:
/// each stands as U+FFFD, of which the parser says that it was not understood.
///
/// # Errors
/// Those of [`decode`].
pub fn decode_document(bytes: Vec<u8>, shown: &str, kind: &DocumentKind) -> Result<String, Problem> {
    let mended = |bytes: &[u8]| if kind.loaders.is_empty() { None } else { mended(bytes) };
    text(bytes).or_else(|bytes| mended(&bytes).ok_or_else(|| refusal(&bytes, shown, "document")))
}

/// The bytes as text; the bytes again if they are none.
fn text(bytes: Vec<u8>) -> Result<String, Vec<u8>> {
    if is_utf16(&bytes) || bytes.contains(&0) {
        return Err(bytes);
    }
    String::from_utf8(bytes).map_err(|error| error.into_bytes())
}

/// Whether a byte order mark of UTF-16 stands at the beginning.
fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff])
}

/// The text with U+FFFD for whatever is none; nothing where so much is none that it is another kind of file.
fn mended(bytes: &[u8]) -> Option<String> {
    if is_utf16(bytes) {
        return None;
    }
    let (mut text, mut broken) = (String::with_capacity(bytes.len()), 0);
    for chunk in bytes.utf8_chunks() {
        broken += chunk.valid().matches('\0').count() + usize::from(!chunk.invalid().is_empty());
        // UTF-16 without its mark is a NUL in every second byte.
        if broken > MOST_BROKEN || broken * 4 > bytes.len() {
            return None;
        }
        text.push_str(&chunk.valid().replace('\0', "\u{fffd}"));
        if !chunk.invalid().is_empty() {
            text.push('\u{fffd}');
        }
    }
    Some(text)
}

/// Why bytes are no text: the encoding, or the line.
fn refusal(bytes: &[u8], shown: &str, about: &'static str) -> Problem {
    let problem = |message: String| Problem::path(about, shown, message).help("Save the file as UTF-8.");
    let line = |end: usize| bytes.iter().take(end).filter(|byte| **byte == b'\n').count() + 1;
    if is_utf16(bytes) {
        return problem(format!("{shown} is UTF-16, and must be UTF-8"));
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return problem(format!("{shown} is no text: line {} holds a NUL byte, as UTF-16 does", line(at)));
    }
    let valid = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    problem(format!("{shown} is not UTF-8: line {} holds a byte that cannot be read", line(valid)))
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
    fn an_env_file_is_read_with_a_few_broken_bytes_and_a_migration_is_not() {
        let kind = |name| crate::document::kind(name).unwrap();
        let broken = b"A=1\nB=caf\xe9\nC=\0x\n".to_vec();
        let read = decode_document(broken.clone(), "x.env", kind("dotenv"));
        assert_eq!(read.unwrap(), "A=1\nB=caf\u{fffd}\nC=\u{fffd}x\n");
        assert!(decode_document(broken, "x.sql", kind("migration")).unwrap_err().message.contains("line 3"));
        let utf16: Vec<u8> = "A=1\nB=2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [utf16.clone(), [vec![0xff, 0xfe], utf16].concat(), [b"A=1\n", &[0xff; 40][..]].concat()] {
            assert!(decode_document(bytes, "x.env", kind("dotenv")).is_err());
        }
    }

    #[test]
    fn what_is_no_utf8_says_where() {
        let error = decode(b"A=1\nB=\xff\n".to_vec(), "x.env", "document").unwrap_err();
        assert!(error.message.contains("line 2"), "{error}");
        let error = decode(vec![0xff, 0xfe, b'A', 0], "x.env", "document").unwrap_err();
        assert!(error.message.contains("UTF-16"), "{error}");
        assert_eq!(decode("é".as_bytes().to_vec(), "x", "document").unwrap(), "é");
    }
}
