//! Lists the files of the built-in packs, so that a new policy file touches no Rust.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=policies");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("policies");
    let mut code = String::from(
        "/// The built-in packs with their files, sorted.\npub static BUILT_IN: &[(&str, &[(&str, &str)])] = &[\n",
    );
    for pack in sorted(&root)? {
        let _ = writeln!(code, "    ({:?}, &[", name(&pack));
        for file in sorted(&pack)? {
            println!("cargo::rerun-if-changed={}", file.display());
            let _ = writeln!(code, "        ({:?}, include_str!({:?})),", name(&file), file);
        }
        code.push_str("    ]),\n");
    }
    code.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("built_in.rs");
    fs::write(out, code)
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
