//! Lists the files of the built-in packs, so that a new policy file touches no Rust, with what the YAML library says of each:
//! a run need not parse again what does not change.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=policies");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("policies");
    let mut code = String::from(
        "/// The built-in packs with their files, sorted.\npub static BUILT_IN: &[(&str, &[(&str, &str)])] = &[\n",
    );
    let mut events = String::from(
        "/// What was said of each of their policy files when they were parsed.\nstatic RECORDED: &[(&str, &str, Recorded)] = &[\n",
    );
    for pack in sorted(&root)? {
        let _ = writeln!(code, "    ({:?}, &[", name(&pack));
        for file in sorted(&pack)? {
            println!("cargo::rerun-if-changed={}", file.display());
            let _ = writeln!(code, "        ({:?}, include_str!({:?})),", name(&file), file);
            // The cases of a pack are read by its tests only. A file that is broken is parsed by whoever reads it.
            if name(&file) != "cases.yaml"
                && let Some(recorded) = recorded(&fs::read_to_string(&file)?)
            {
                let _ = writeln!(events, "    ({:?}, {:?}, {recorded}),", name(&pack), name(&file));
            }
        }
        code.push_str("    ]),\n");
    }
    code.push_str("];\n");
    events.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("built_in.rs");
    fs::write(out, code + &events)
}

/// The events of a text as Rust: what, the first byte, one past the last, and where its decoded text stands among all
/// decoded texts, which follow. The words for what are those of `src/tree/yaml.rs`.
fn recorded(text: &str) -> Option<String> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let byte = |marker: Marker| starts.get(marker.index()).copied().unwrap_or(text.len());
    let (mut events, mut texts) = (String::new(), String::new());
    for event in Parser::new_from_str(text) {
        let (event, span) = event.ok()?;
        let (what, decoded) = match &event {
            Event::Scalar(decoded, style, 0, None) => (style_of(*style), &**decoded),
            Event::SequenceStart(0, None) => ('[', ""),
            Event::SequenceEnd => (']', ""),
            Event::MappingStart(0, None) => ('{', ""),
            Event::MappingEnd => ('}', ""),
            Event::DocumentStart(_) => ('d', ""),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => continue,
            _ => return None,
        };
        let at = texts.len();
        texts.push_str(decoded);
        let _ = write!(events, "({what:?},{},{},{at},{}),", byte(span.start), byte(span.end), texts.len());
    }
    Some(format!("Recorded {{ events: &[{events}], texts: {texts:?} }}"))
}

fn style_of(style: ScalarStyle) -> char {
    match style {
        ScalarStyle::Plain => 'p',
        ScalarStyle::SingleQuoted => '\'',
        ScalarStyle::DoubleQuoted => '"',
        ScalarStyle::Literal => '|',
        ScalarStyle::Folded => '>',
    }
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
