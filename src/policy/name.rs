//! Comparing names: globs, the project's spellings of a label, and "did you mean".

use crate::fact::Field;

/// A name pattern in which `*` stands for any run of characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    pattern: String,
    /// Where its first star stands.
    star: Option<usize>,
}

impl Glob {
    /// A pattern; without `*` it is the name itself.
    pub fn new(pattern: impl Into<String>) -> Self {
        let pattern = pattern.into();
        let star = pattern.find('*');
        Self { pattern, star }
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.pattern
    }

    /// Whether it stands for one name only.
    pub fn is_literal(&self) -> bool {
        self.star.is_none()
    }

    /// Whether the whole of `name` fits.
    pub fn matches(&self, name: &str) -> bool {
        let Some((first, behind)) =
            self.star.and_then(|at| Some((self.pattern.get(..at)?, self.pattern.get(at + 1..)?)))
        else {
            return self.pattern == name;
        };
        let Some(mut rest) = name.strip_prefix(first) else { return false };
        let mut parts = behind.split('*');
        let Some(last) = parts.next_back() else { return true };
        for part in parts {
            match rest.find(part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        rest.len() >= last.len() && rest.ends_with(last)
    }
}

/// Other spellings of one label: `prod` and `production` are one environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spellings {
    /// (label, its name in this project, its other spellings).
    rows: Vec<(Field, String, Vec<String>)>,
}

impl Spellings {
    /// The spellings that everybody uses, where no project says otherwise.
    pub fn usual() -> Self {
        let mut spellings = Self::default();
        for (own, others) in [("prod", &["production"][..]), ("dev", &["development", "local"])] {
            spellings.add(Field::Environment, own.to_owned(), others.iter().map(|&other| other.to_owned()).collect());
        }
        spellings
    }

    /// Adds other spellings of the label `name`.
    pub fn add(&mut self, label: Field, name: impl Into<String>, others: Vec<String>) {
        self.rows.push((label, name.into(), others));
    }

    /// Every label with its name in this project and its other spellings.
    pub fn rows(&self) -> impl Iterator<Item = (Field, &str, &[String])> {
        self.rows.iter().map(|(label, name, others)| (*label, name.as_str(), others.as_slice()))
    }

    /// The project's own name for a label, which is `name` where nothing else is said. Case counts.
    pub fn normalise<'a>(&'a self, label: Field, name: &'a str) -> &'a str {
        let row = self
            .rows
            .iter()
            .find(|(of, own, others)| *of == label && (own == name || others.iter().any(|other| other == name)));
        row.map_or(name, |(_, own, _)| own)
    }

    /// Whether two spellings mean the same label.
    pub fn same(&self, label: Field, one: &str, other: &str) -> bool {
        self.normalise(label, one) == self.normalise(label, other)
    }
}

/// The known name that was probably meant, if one is near: a few letters off, or longer by an ending.
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let limit = (name.chars().count() / 3).clamp(1, 3);
    let distance = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        let is_beginning = lower.len() >= 3 && candidate.starts_with(&lower);
        let distance = strsim::damerau_levenshtein(&lower, &candidate);
        if is_beginning { distance.min(limit) } else { distance }
    };
    let near = known.into_iter().map(|candidate| (distance(candidate), candidate));
    // Of two characters the first must stay; of one an edit leaves nothing that is alike.
    let alike = |candidate: &str| match name.chars().count() {
        0 | 1 => false,
        2 => lower.chars().next() == candidate.to_lowercase().chars().next(),
        _ => true,
    };
    near.filter(|(distance, candidate)| *distance <= limit && (*distance == 0 || alike(candidate)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_run() {
        for (pattern, name, fits) in [
            ("dragonfly-worker-*", "dragonfly-worker-ingest", true),
            ("dragonfly-worker-*", "dragonfly-worker", false),
            ("*.jobs", "ops.jobs", true),
            ("*.jobs", "jobs", false),
            ("*ANON_KEY", "NEXT_PUBLIC_SUPABASE_ANON_KEY", true),
            ("*a*a", "a", false),
            ("*a*a", "aa", true),
            ("a*b*c", "a-b-b-c", true),
            ("plain", "plain", true),
            ("plain", "plainer", false),
            ("*", "", true),
        ] {
            assert_eq!(Glob::new(pattern).matches(name), fits, "{pattern} {name}");
        }
    }

    #[test]
    fn spellings_of_one_environment_are_one() {
        let mut spellings = Spellings::default();
        spellings.add(Field::Environment, "prod", vec!["production".into()]);
        assert!(spellings.same(Field::Environment, "production", "prod"));
        assert!(!spellings.same(Field::Service, "production", "prod"), "a spelling is of one label");
        assert!(!spellings.same(Field::Environment, "dev", "prod"));
    }

    #[test]
    fn a_near_name_is_offered_and_a_far_one_is_not() {
        assert_eq!(did_you_mean("if_exist", ["if_exists", "cascade"]), Some("if_exists"));
        assert_eq!(did_you_mean("colour", ["if_exists", "cascade"]), None);
        assert_eq!(did_you_mean("forbidd", ["forbid"]), Some("forbid"));
        assert_eq!(did_you_mean("X", ["Q"]), None, "everything of one letter is one edit away");
        assert_eq!(did_you_mean("id", ["ID"]), Some("ID"));
        assert_eq!(did_you_mean("warn", ["info", "warning", "error"]), Some("warning"));
    }
}
