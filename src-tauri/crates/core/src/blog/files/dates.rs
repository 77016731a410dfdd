//! Dates as people and their tools write them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

/// Forms with a time, without a zone: taken as universal time.
const TIMES: [&str; 8] = [
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%d.%m.%Y %H:%M",
    "%B %d, %Y %H:%M",
];
/// Forms with a zone.
const ZONED: [&str; 5] = [
    "%Y-%m-%d %H:%M:%S%.f %z",
    "%Y-%m-%d %H:%M:%S%.f%z",
    "%Y-%m-%dT%H:%M:%S%.f%z",
    "%Y-%m-%d %H:%M %z",
    "%Y-%m-%dT%H:%M%z",
];
/// Forms of a day alone.
const DAYS: [&str; 9] =
    ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%Y%m%d"];

/// The moment a text names, if it names one that a blog post can have.
pub(super) fn read(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim().trim_matches(['"', '\'']);
    // Zones are also written by name at the end.
    let text = text.strip_suffix(" UTC").or_else(|| text.strip_suffix(" GMT")).unwrap_or(text);
    if text.len() > 60 {
        return None;
    }
    let zoned = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text)).ok();
    let zoned = zoned.or_else(|| ZONED.iter().find_map(|form| DateTime::parse_from_str(text, form).ok()));
    let found = zoned.map(|date| date.with_timezone(&Utc)).or_else(|| {
        let time = TIMES.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
        let day = || DAYS.iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok());
        time.or_else(|| day().and_then(|day| day.and_hms_opt(0, 0, 0))).map(|date| date.and_utc())
    });
    // Databases write year 0 for "none".
    found.filter(|date| (1970..2200).contains(&chrono::Datelike::year(date)))
}

/// The day at the beginning of a file's name, and what follows it: `2024-05-01-title` gives `title`.
pub(super) fn from_name(name: &str) -> (Option<DateTime<Utc>>, &str) {
    let day = name.get(..10).filter(|start| start.bytes().filter(u8::is_ascii_digit).count() == 8);
    match day.and_then(|day| read(&day.replace('_', "-"))) {
        Some(date) => (Some(date), name[10..].trim_start_matches(['-', '_', ' ', '.'])),
        None => (None, name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_many_hands_are_read() {
        let shown = |text: &str| read(text).map(|date| date.format("%Y-%m-%d %H:%M").to_string());
        for (written, meant) in [
            ("2024-05-01", "2024-05-01 00:00"),
            ("2024-05-01T08:30:00+02:00", "2024-05-01 06:30"),
            ("2024-05-01 08:30:00 +0200", "2024-05-01 06:30"),
            ("2024-05-01 08:30:00", "2024-05-01 08:30"),
            ("Wed, 01 May 2024 08:30:00 +0000", "2024-05-01 08:30"),
            ("May 1, 2024", "2024-05-01 00:00"),
            ("1 May 2024", "2024-05-01 00:00"),
            ("2024-05-01 08:30:00.123 UTC", "2024-05-01 08:30"),
        ] {
            assert_eq!(shown(written).as_deref(), Some(meant), "{written}");
        }
        for none in ["", "soon", "0000-00-00 00:00:00", "Mon, 30 Nov -0001 00:00:00 +0000", "99999-01-01"] {
            assert_eq!(shown(none), None, "{none}");
        }
    }

    #[test]
    fn a_files_name_may_begin_with_a_day() {
        let (date, rest) = from_name("2024-05-01-low-tide");
        assert_eq!((date.is_some(), rest), (true, "low-tide"));
        assert_eq!(from_name("low-tide"), (None, "low-tide"));
        assert_eq!(from_name("日本語のなまえ"), (None, "日本語のなまえ"));
    }
}
