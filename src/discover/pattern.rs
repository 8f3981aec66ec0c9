//! Path patterns of `documents:`: globs whose `{service}` and `{environment}` bind labels, `{schema}` a schema.

use regex::Regex;

/// A compiled pattern.
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: Regex,
    /// The folder above the first part that is no plain name: nothing outside of it can fit.
    base: String,
    /// As it is written.
    glob: String,
}

/// What a path binds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captures {
    /// The service, if the pattern captures one.
    pub service: Option<String>,
    /// The environment, if the pattern captures one.
    pub environment: Option<String>,
    /// The schema, if the pattern captures one.
    pub schema: Option<String>,
}

impl Pattern {
    /// Compiles a pattern: `*` and `?` stay within a folder, `**` crosses folders, `{service}` and `{environment}` stand
    /// for a name without `/` that ends at the next character of the pattern.
    ///
    /// # Errors
    /// A sentence saying what is wrong with it.
    pub fn new(glob: &str) -> Result<Self, String> {
        let mut regex = String::from("^");
        let mut rest = glob;
        let mut seen: Vec<&str> = Vec::new();
        while let Some(c) = rest.chars().next() {
            let taken = if rest.starts_with("**/") {
                regex.push_str("(?:.*/)?");
                3
            } else if rest.starts_with("**") {
                regex.push_str(".*");
                2
            } else if c == '*' {
                regex.push_str("[^/]*");
                1
            } else if c == '?' {
                regex.push_str("[^/]");
                1
            } else if c == '{' {
                let (name, _) = rest[1..].split_once('}').ok_or("a `{` is not closed")?;
                if seen.contains(&name) {
                    return Err(format!("`{{{name}}}` stands in it twice"));
                }
                seen.push(name);
                regex.push_str(&format!("(?P<{name}>[^/]+?)"));
                name.len() + 2
            } else {
                regex.push_str(&regex::escape(&c.to_string()));
                c.len_utf8()
            };
            rest = &rest[taken..];
        }
        regex.push('$');
        let regex = Regex::new(&regex).map_err(|_| "it cannot be read as a glob".to_owned())?;
        let plain = glob.find(['*', '?', '{']).unwrap_or(glob.len());
        let base = glob[..plain].rfind('/').map_or("", |slash| &glob[..slash]);
        Ok(Self { regex, base: base.to_owned(), glob: glob.to_owned() })
    }

    /// The folder above everything that can fit, relative to the configuration; empty for its own folder.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Whether what fits may stand below a folder.
    pub fn may_hold(&self, folder: &str) -> bool {
        let mut parts = self.glob.split('/');
        for name in folder.split('/') {
            match parts.next() {
                Some("**") => return true,
                Some(part) if Self::new(part).is_ok_and(|part| part.captures(name).is_some()) => {}
                _ => return false,
            }
        }
        parts.next().is_some()
    }

    /// Whether it takes whatever stands below a folder, so that folders below are none of its files.
    pub fn takes_all(&self) -> bool {
        self.glob.ends_with("**")
    }

    /// What a path binds, if it fits.
    pub fn captures(&self, path: &str) -> Option<Captures> {
        let captures = self.regex.captures(path)?;
        let get = |name: &str| captures.name(name).map(|found| found.as_str().to_owned());
        Some(Captures { service: get("service"), environment: get("environment"), schema: get("schema") })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn captures_bind_labels_and_stars_stay_in_their_folder() {
        let pattern = Pattern::new("env/{environment}/{service}.env").unwrap();
        assert_eq!(pattern.base(), "env");
        let captures = pattern.captures("env/prod/dragonfly-api.env").unwrap();
        assert_eq!(
            (captures.service.as_deref(), captures.environment.as_deref()),
            (Some("dragonfly-api"), Some("prod"))
        );
        for other in ["env/prod/x/api.env", "env/prod/api.env.bak", "other/env/prod/api.env", "env/prod/.env"] {
            assert_eq!(pattern.captures(other), None, "{other}");
        }
        let pattern = Pattern::new("apps/**/.env.{environment}").unwrap();
        assert_eq!(pattern.captures("apps/a/b/.env.local").unwrap().environment.as_deref(), Some("local"));
        assert!(pattern.captures("apps/.env.local").is_some());
        assert_eq!(Pattern::new("supabase/migrations/*.sql").unwrap().base(), "supabase/migrations");
        let pattern = Pattern::new("env/{environment}/{service}.env").unwrap();
        assert!(pattern.may_hold("env/stage") && pattern.may_hold("env"));
        assert!(!pattern.may_hold("envs") && !pattern.may_hold("env/stage/api.env"));
        assert!(Pattern::new("env/{service").is_err());
        assert!(Pattern::new("{service}/{service}.env").is_err());
    }
}
