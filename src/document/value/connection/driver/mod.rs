//! Drivers: who reads a connection string at run time. The same string goes to different hosts, or without TLS, under
//! different drivers. A driver is one file here and one row of [`DRIVERS`].

mod asyncpg;
mod jdbc;
mod libpq;
mod node_postgres;
mod postgres_js;
mod prisma;
mod sqlalchemy;
mod sqlx;
mod tokio_postgres;

use super::super::Settings;
use super::reading::Reading;
use super::text::{Form, Text};
use super::{libpq as grammar, percent, reading, reference, text, url};
use crate::fact::Field;

/// A row of the table of drivers. Its name and what it is are words of the vocabulary
/// ([`DRIVERS`](crate::fact::kinds::connection::DRIVERS)).
pub(crate) struct Driver {
    /// The name in preflight.yaml and in policies.
    pub name: &'static str,
    /// Schemes that nobody but this driver reads, in lower case; a `*` stands for any end.
    schemes: &'static [&'static str],
    /// Environment variables that give what a string does not say; of two for one field the first that is set counts.
    pub environment: &'static [(&'static str, Field)],
    /// Reads a string.
    read: fn(&Text<'_>, &Form) -> Reading,
}

/// The variables that libpq takes instead of what a string does not say (PostgreSQL manual, "Environment Variables").
const LIBPQ_ENVIRONMENT: &[(&str, Field)] = &[
    ("PGHOST", Field::Host),
    ("PGHOSTADDR", Field::Host),
    ("PGPORT", Field::Port),
    ("PGUSER", Field::User),
    ("PGPASSWORD", Field::Password),
    ("PGDATABASE", Field::Database),
    ("PGSSLMODE", Field::Sslmode),
    ("PGREQUIRESSL", Field::Sslmode),
];

/// The table, in the order of the vocabulary. The first reads plain schemes where nobody says more.
pub(crate) const DRIVERS: &[Driver] = &[
    Driver { name: "libpq", schemes: &[], environment: LIBPQ_ENVIRONMENT, read: libpq::read },
    Driver { name: "asyncpg", schemes: &[], environment: asyncpg::ENVIRONMENT, read: asyncpg::read },
    Driver {
        name: "sqlalchemy",
        schemes: &["postgresql+*", "postgres+*"],
        environment: LIBPQ_ENVIRONMENT,
        read: sqlalchemy::read,
    },
    Driver { name: "node-postgres", schemes: &[], environment: asyncpg::ENVIRONMENT, read: node_postgres::read },
    Driver { name: "postgres.js", schemes: &[], environment: postgres_js::ENVIRONMENT, read: postgres_js::read },
    Driver { name: "sqlx", schemes: &[], environment: sqlx::ENVIRONMENT, read: sqlx::read },
    Driver { name: "tokio-postgres", schemes: &[], environment: &[], read: tokio_postgres::read },
    Driver { name: "prisma", schemes: &[], environment: &[], read: prisma::read },
    Driver { name: "jdbc", schemes: &["jdbc:postgresql"], environment: &[], read: jdbc::read },
];

/// The driver called `name`.
pub(crate) fn named(name: &str) -> Option<&'static Driver> {
    DRIVERS.iter().find(|driver| driver.name == name)
}

impl Driver {
    /// The driver of a string: the one that the project names for the document, else the one whose scheme it has, else the
    /// one that a pack names, else libpq.
    pub(super) fn of(text: &Text<'_>, form: &Form, settings: &Settings) -> &'static Self {
        const FIRST: &Driver = &DRIVERS[0];
        if let Some(driver) = settings.driver.and_then(named) {
            return driver;
        }
        let scheme = text.scheme(form).to_ascii_lowercase();
        let fits = |pattern: &&str| match pattern.strip_suffix('*') {
            Some(start) => scheme.starts_with(start),
            None => scheme == **pattern,
        };
        DRIVERS
            .iter()
            .find(|driver| driver.schemes.iter().any(&fits))
            .or_else(|| settings.usual_driver.and_then(named))
            .unwrap_or(FIRST)
    }

    /// What it makes of a string.
    pub(super) fn read(&self, text: &Text<'_>, form: &Form) -> Reading {
        (self.read)(text, form)
    }
}

/// What a string that a driver does not take at all would say, for policies to judge all the same; refused for `why` at
/// the scheme, or as a whole where it has none.
fn refused(text: &Text<'_>, form: &Form, why: &'static str) -> Reading {
    let mut reading = match form {
        Form::Uri(_, start) => grammar::uri::tolerant(text, *start),
        Form::Jdbc(_) => jdbc::read(text, form),
        Form::Keyword => libpq::keyword(text),
    };
    reading.refused.clear();
    let place = match form {
        Form::Keyword => 0..text.len(),
        _ => form.scheme(),
    };
    reading.refuse(why, text.span(place));
    reading
}

/// A reading in which a URL library refuses a part: what the string says otherwise may be judged all the same.
fn broken(text: &Text<'_>, form: &Form, broken: (&'static str, std::ops::Range<usize>)) -> Reading {
    let mut reading = refused(text, form, broken.0);
    reading.refused.clear();
    reading.refuse(broken.0, text.span(broken.1));
    reading
}
