//! A project of many env files.

use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

/// How many variables a file has.
pub const VARIABLES: usize = 40;

/// Writes a project of `files` env files with a preflight.yaml that has every pack on that looks at env files.
pub fn write(folder: &Path, files: usize, tidy: bool) -> io::Result<()> {
    fs::create_dir_all(folder.join("env/prod"))?;
    let config = "version: 1\npacks: [dragonfly, dotenv]\ntoday: \"2026-11-20\"\ndocuments:\n  - files: \"env/{environment}/{service}.env\"\n    kind: dotenv\n";
    fs::write(folder.join("preflight.yaml"), config)?;
    for file in 0..files {
        fs::write(folder.join(format!("env/prod/service-{file:04}.env")), text(file, tidy))?;
    }
    Ok(())
}

/// One file: tidy, as services have them, so that what is measured is reading and not reporting; or in the order in
/// which people add lines, which both linters have something to say about.
fn text(file: usize, tidy: bool) -> String {
    let mut text = String::new();
    for index in 0..VARIABLES {
        if index % 8 == 0 {
            let _ = writeln!(text, "{}# part {}", if index == 0 { "" } else { "\n" }, index / 8);
        }
        let (name, value) = variable(file, index);
        let _ = match tidy {
            true => writeln!(text, "APP_{index:02}_{name}={value}"),
            false => writeln!(text, "{name}_{index:02}={value}"),
        };
    }
    text
}

/// Name and value of a variable.
fn variable(file: usize, index: usize) -> (&'static str, String) {
    match index {
        3 => (
            "DATABASE_URL",
            format!(
                "postgresql://app.abcdefghijklmnopqrst:MADEUP-pw-{file}@aws-0-us-east-1.pooler.supabase.com:6543/postgres?sslmode=require"
            ),
        ),
        7 => ("SUPABASE_URL", "https://abcdefghijklmnopqrst.supabase.co".to_owned()),
        11 => ("SERVICE_KEY", format!("sb_secret_MADEUPmadeupMADEUPma{:04}_4e5F6g7H", file % 10_000)),
        15 => ("CORS_ORIGINS", format!("https://app-{file}.example.com,https://www.example.com")),
        19 => ("GREETING", "\"Good morning, everybody\"".to_owned()),
        23 => ("SESSION_SECRET", format!("MADEUP7d9Kq2xV4bT8nW1z{file}")),
        27 => ("LOG_LEVEL", "INFO".to_owned()),
        31 => ("REDIS_URL", "redis://default:MADEUP-redis@cache.railway.internal:6379/0".to_owned()),
        35 => ("CALLBACK_URL", format!("https://api-{file}.example.com/hooks/a")),
        index if index % 3 == 0 => ("LIMIT", (file * 31 + index).to_string()),
        index if index % 3 == 1 => ("ENABLED", file.is_multiple_of(2).to_string()),
        index => ("NAME", format!("service-{file}-part-{index}")),
    }
}
