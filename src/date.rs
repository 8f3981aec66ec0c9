//! Dates as days: the engine knows no clock, only the date that it is given.

/// Days since 1970-01-01 of a date written `YYYY-MM-DD` in the proleptic Gregorian calendar, years 1 to 9999.
///
/// ```
/// assert_eq!(preflight::date::parse("1970-01-02"), Some(1));
/// assert_eq!(preflight::date::parse("2026-02-29"), None);
/// ```
pub fn parse(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let mut number = |digits: usize| {
        let part = parts.next()?;
        let plain = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        if plain { part.parse::<i64>().ok() } else { None }
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    if parts.next().is_some() || year == 0 || !(1..=12).contains(&month) || day == 0 || day > days_in(year, month) {
        return None;
    }
    Some(days_before(year, month) + day - 1)
}

/// A day as `YYYY-MM-DD`: what [`parse`] reads. Days before the year 1 or after 9999 are shown as the nearest that has a
/// spelling.
///
/// ```
/// assert_eq!(preflight::date::text(20_778), "2026-11-21");
/// ```
pub fn text(days: i64) -> String {
    let days = days.clamp(days_before(1, 1), days_before(10_000, 1) - 1);
    // A year has at most 366 days: from this guess on the right one is at most a few years away.
    let mut year = (1970 + days.div_euclid(366)).max(1);
    while days_before(year + 1, 1) <= days {
        year += 1;
    }
    while days_before(year, 1) > days {
        year -= 1;
    }
    let month = (1..=12).rev().find(|month| days_before(year, *month) <= days).unwrap_or(1);
    format!("{year:04}-{month:02}-{:02}", days - days_before(year, month) + 1)
}

/// Days from 1970-01-01 to the first of a month.
fn days_before(year: i64, month: i64) -> i64 {
    let before = year - 1;
    let leap_days = before / 4 - before / 100 + before / 400;
    let months: i64 = (1..month).map(|month| days_in(year, month)).sum();
    before * 365 + leap_days + months - 719_162
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::{parse, text};

    #[test]
    fn counts_days_over_leap_years() {
        for (text, days) in [
            ("1970-01-01", 0),
            ("2000-03-01", 11_017),
            ("2026-11-21", 20_778),
            ("2099-01-01", 47_117),
            ("1969-12-31", -1),
        ] {
            assert_eq!(parse(text), Some(days), "{text}");
        }
        for days in [-719_162, -1, 0, 58, 59, 60, 364, 365, 11_016, 11_017, 20_778, 47_117, 2_932_896] {
            assert_eq!(parse(&text(days)), Some(days), "{}", text(days));
        }
        assert_eq!([text(i64::MIN), text(i64::MAX)], ["0001-01-01", "9999-12-31"]);
        for bad in ["2026-13-01", "2026-1-1", "2100-02-29", "2026-11-21T00:00", "", "today", "0000-01-01"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
