//! Types of SQL under one name, whichever of their spellings is written.

/// Spellings of PostgreSQL's own types, and what the server prints for them: its manual, "Data Types", table 8.1, and the
/// internal names of `pg_type`.
const SPELLINGS: &[(&str, &str)] = &[
    ("bool", "boolean"),
    ("bpchar", "character"),
    ("char", "character"),
    ("char varying", "character varying"),
    ("decimal", "numeric"),
    ("dec", "numeric"),
    ("float", "double precision"),
    ("float4", "real"),
    ("float8", "double precision"),
    ("int", "integer"),
    ("int2", "smallint"),
    ("int4", "integer"),
    ("int8", "bigint"),
    ("national character", "character"),
    ("national char", "character"),
    ("national character varying", "character varying"),
    ("nchar", "character"),
    ("serial2", "smallserial"),
    ("serial4", "serial"),
    ("serial8", "bigserial"),
    ("time", "time without time zone"),
    ("timestamp", "timestamp without time zone"),
    ("timestamptz", "timestamp with time zone"),
    ("timetz", "time with time zone"),
    ("varbit", "bit varying"),
    ("varchar", "character varying"),
];

/// The server's own spelling of a type, without its modifier: `bigint` for `INT8`, `character varying[]` for
/// `varchar(20)[]`. Names of other types stay as they are.
pub fn canonical(written: &str) -> String {
    let lower = folded(written.trim());
    let (name, array) = match lower.strip_suffix("[]") {
        Some(name) => (name, "[]"),
        None => (lower.as_str(), ""),
    };
    let without = match (name.find('('), name.rfind(')')) {
        (Some(open), Some(close)) if open < close => {
            format!("{}{}", name.get(..open).unwrap_or("").trim_end(), name.get(close + 1..).unwrap_or(""))
        }
        _ => name.to_owned(),
    };
    let known = SPELLINGS.iter().find(|(spelling, _)| *spelling == without);
    format!("{}{array}", known.map_or(without.as_str(), |(_, server)| server))
}

/// In lower case, but for what stands in quotes.
fn folded(written: &str) -> String {
    let mut quoted = false;
    let fold = |character: char| {
        quoted ^= character == '"';
        if quoted { character } else { character.to_ascii_lowercase() }
    };
    written.chars().map(fold).collect()
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn every_spelling_of_a_type_is_the_same() {
        for (written, server) in [
            ("INT8", "bigint"),
            ("varchar(20)", "character varying"),
            ("varchar(20)[]", "character varying[]"),
            ("timestamp (3) with time zone", "timestamp with time zone"),
            ("timestamptz", "timestamp with time zone"),
            ("public_mood", "public_mood"),
            ("*char*", "*char*"),
            ("\"OrderState\"[]", "\"OrderState\"[]"),
        ] {
            assert_eq!(canonical(written), server);
        }
    }
}
