//! The pages in a real browser: Debian's chromium opens them without a network, and what it made of them holds every row,
//! and nothing was asked for or run, not even what somebody smuggles in. Where no chromium is there the test says so and passes, unless PREFLIGHT_REQUIRE_CHROMIUM is set.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

use serde_json::Value;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

const VIOLATIONS: &str = "fixtures/dragonfly/violations";

fn preflight(arguments: &[&str]) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(VIOLATIONS);
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("preflight");
    let output = command.current_dir(folder).env_clear().args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// What a browser makes of a page, and what it did meanwhile; none where there is no browser.
fn opened(page: &Path, width: u32) -> Option<(String, String)> {
    let home = tempfile::tempdir().unwrap();
    let log = home.path().join("net.json");
    let mut command = Command::new("chromium");
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home.path())
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"])
        .args(["--proxy-server=127.0.0.1:9", "--disable-background-networking"])
        .arg(format!("--user-data-dir={}", home.path().join("profile").display()))
        .arg(format!("--log-net-log={}", log.display()))
        .arg(format!("--window-size={width},900"))
        .arg("--dump-dom")
        .arg(format!("file://{}", page.display()));
    match command.output() {
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            Some((String::from_utf8(output.stdout).unwrap(), fs::read_to_string(log).unwrap_or_default()))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            assert!(std::env::var_os("PREFLIGHT_REQUIRE_CHROMIUM").is_none(), "there is no chromium");
            eprintln!("skipped: there is no chromium (apt-get install chromium)");
            None
        }
        Err(error) => panic!("chromium: {error}"),
    }
}

/// Addresses on the net that a page asked for: of its log, those that are no chore of the browser.
fn asked_for(log: &str) -> Vec<&str> {
    let urls = log.split("\"url\":\"").skip(1).filter_map(|rest| rest.split('"').next());
    let own = |url: &&str| {
        let host = url.split("//").nth(1).unwrap_or("").split(['/', ':', '?']).next().unwrap_or("");
        [".google.com", ".gvt1.com", ".googleapis.com"].iter().any(|end| host.ends_with(end))
    };
    urls.filter(|url| url.starts_with("http") && !own(url)).collect()
}

#[test]
fn a_browser_shows_every_row_and_loads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["matrix", "audit"] {
        let page = folder.path().join(format!("{command}.html"));
        fs::write(&page, preflight(&[command, "--format", "html"])).unwrap();
        let Some((dom, log)) = opened(&page, 390) else { return };
        let json: Value = serde_json::from_str(&preflight(&[command, "--format", "json"])).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut rows = 0;
        if command == "matrix" {
            for service in json["tables"][0]["services"].as_array().unwrap() {
                assert!(dom.contains(&text(&service["service"])), "{service}");
                for cell in service["cells"].as_array().unwrap() {
                    rows += 1;
                    assert!(dom.contains(&text(&cell["variable"])), "{cell}");
                }
            }
            assert_eq!(dom.matches("<tr>").count(), 13, "a head and twelve variables");
            assert!(dom.matches("aria-label=\"required\"").count() > 10 && dom.contains("class=\"bad\""));
        } else {
            let sections = json["sections"].as_array().unwrap();
            for section in sections {
                assert!(dom.contains(&text(&section["title"])), "{section}");
            }
            for key in json["credentials"].as_array().unwrap() {
                assert!(dom.contains(&format!("<span class=\"letter\">{}</span>", text(&key["letter"]))), "{key}");
                for holder in key["holders"].as_array().unwrap() {
                    rows += 1;
                    assert!(dom.contains(&format!("{}:{}", text(&holder["path"]), holder["line"])), "{holder}");
                }
            }
        }
        assert!(rows > 20, "{command}: {rows}");
        assert!(!dom.contains("<script") && !dom.contains("<img") && !dom.contains("<link"), "{command}");
        assert_eq!(asked_for(&log), Vec::<&str>::new(), "{command}");
    }
}

/// Were there a tag of a stranger after all, the page's own rules would stop it; without them the log tells.
#[test]
fn a_page_runs_and_loads_nothing_even_of_a_stranger() {
    let folder = tempfile::tempdir().unwrap();
    let smuggled = "<main><p id=a>x</p><img src=\"http://evil.invalid/a.png\"><script>document.getElementById('a').id = 'ran'</script>";
    let page = preflight(&["audit", "--format", "html"]).replacen("<main>", smuggled, 1);
    let path = folder.path().join("page.html");
    fs::write(&path, &page).unwrap();
    let Some((dom, log)) = opened(&path, 390) else { return };
    assert!(dom.contains("id=\"a\"") && !dom.contains("id=\"ran\""), "no script runs");
    assert_eq!(asked_for(&log), Vec::<&str>::new(), "nothing is loaded");
    fs::write(&path, page.replace("Content-Security-Policy", "x")).unwrap();
    let Some((dom, log)) = opened(&path, 390) else { return };
    assert!(dom.contains("id=\"ran\"") && !asked_for(&log).is_empty(), "without the rules this test would notice");
}
