//! Writing a file as a whole or not at all: whoever reads it, or stops the command, never has half of it.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// Writes `bytes` to a new file beside `path` and gives it that name. A link is followed: what it leads to is written.
///
/// # Errors
/// Those of the file system; nothing is left behind then.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let name = real.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy().into_owned();
    let temporary = real.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = (|| {
        // Nobody else has a file of this name; if somebody has, it is not ours to write to.
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&temporary)?;
        file.write_all(bytes)?;
        if let Ok(metadata) = fs::metadata(&real) {
            file.set_permissions(metadata.permissions())?;
        }
        file.sync_all()?;
        drop(file);
        fs::rename(&temporary, &real)
    })();
    if written.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::AlreadyExists) {
        let _ = fs::remove_file(&temporary);
    }
    written
}
