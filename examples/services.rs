//! Writes a project of 300 services in 3 environments with 60 variables each, a matrix over all of them and a few faults,
//! to see what its tables and its audit cost:
//!
//! ```text
//! cargo run --release --example services -- /tmp/services
//! cargo build --release
//! time target/release/preflight matrix --format html /tmp/services > matrix.html
//! time target/release/preflight audit --format html /tmp/services > audit.html
//! ```
//!
//! `user` and `sys` together are the work.
#![allow(clippy::print_stdout, missing_docs)]

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs, io};

/// How many services.
const SERVICES: usize = 300;

/// How many variables each has.
const VARIABLES: usize = 60;

/// The environments, with a Supabase project each.
const ENVIRONMENTS: &[(&str, &str)] =
    &[("prod", "abcdefghijklmnopqrst"), ("staging", "tsrqponmlkjihgfedcba"), ("dev", "bcdefghijklmnopqrstu")];

fn main() -> io::Result<()> {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        println!("usage: services FOLDER");
        return Ok(());
    };
    fs::create_dir_all(&folder)?;
    let documents = "documents:\n  - files: \"env/{environment}/{service}.env\"\n    kind: dotenv\n";
    fs::write(folder.join("preflight.yaml"), format!("version: 1\npacks: [dragonfly, ./team.yaml]\n{documents}"))?;
    fs::write(folder.join("team.yaml"), table())?;
    for (environment, project) in ENVIRONMENTS {
        let folder = folder.join("env").join(environment);
        fs::create_dir_all(&folder)?;
        for service in 0..SERVICES {
            fs::write(folder.join(format!("service-{service:03}.env")), text(environment, project, service))?;
        }
    }
    println!(
        "{SERVICES} services in {} environments with {VARIABLES} variables in {}",
        ENVIRONMENTS.len(),
        folder.display()
    );
    Ok(())
}

/// The matrix: every variable is required, but for two.
fn table() -> String {
    let mut text = "version: 1\npolicies:\n  every-service:\n    severity: error\n    why: A service that misses a variable does not start.\n    fix: Set it.\n    matrix:\n      environments: [prod, staging, dev]\n      services: [\"service-*\"]\n      variables:\n".to_owned();
    for index in 0..VARIABLES {
        let demand = if index == 58 { "forbidden" } else { "required" };
        let _ = writeln!(text, "        {}: [{demand}]", name(index));
    }
    text
}

fn name(index: usize) -> String {
    match index {
        0 => "SUPABASE_URL".to_owned(),
        1 => "SUPABASE_SERVICE_ROLE_KEY".to_owned(),
        2 => "DATABASE_URL".to_owned(),
        3 => "SESSION_SECRET".to_owned(),
        _ => format!("SETTING_{index:02}"),
    }
}

fn text(environment: &str, project: &str, service: usize) -> String {
    let mut text = String::new();
    for index in 0..VARIABLES {
        let value = match index {
            0 => format!("https://{project}.supabase.co"),
            1 => format!("sb_secret_MADEUP{environment:_<10}{:03}MADEUPma_4e5F6g7H", service % 20),
            2 => format!(
                "postgresql://app.{project}:MADEUP-pw-{environment}-{service}@aws-0-us-east-1.pooler.supabase.com:{}/postgres?sslmode=require",
                if service.is_multiple_of(50) { 5432 } else { 6543 }
            ),
            // One in forty is the same in every environment.
            3 if service.is_multiple_of(40) => format!("MADEUP7d9Kq2xV4bT8nW1z{service:03}"),
            3 => format!("MADEUP7d9Kq2xV4bT8nW1z{environment}{service:03}"),
            58 if !service.is_multiple_of(30) => continue,
            59 if service.is_multiple_of(25) => continue,
            _ => format!("value-{index}-{service}"),
        };
        let _ = writeln!(text, "{}={value}", name(index));
    }
    text
}
