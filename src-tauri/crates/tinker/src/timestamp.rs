//! Moments as the service writes them (RFC 3339), read and written without a calendar library.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A moment as the service wrote it.
///
/// ```
/// use idiolect_tinker::Timestamp;
/// use std::time::{Duration, UNIX_EPOCH};
///
/// let moment = Timestamp::from(UNIX_EPOCH + Duration::from_secs(1_795_342_561));
/// assert_eq!(moment.as_str(), "2026-11-22T10:16:01Z");
/// assert_eq!(moment.time(), Some(UNIX_EPOCH + Duration::from_secs(1_795_342_561)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(String);

impl Timestamp {
    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The moment, to the second; nothing when it is not written as expected. Without a zone, UTC is meant.
    #[must_use]
    pub fn time(&self) -> Option<SystemTime> {
        let (date, rest) = self.0.split_at_checked(10)?;
        let (clock, zone) = rest.get(1..)?.split_at_checked(8)?;
        let [year, month, day] = numbers(date, '-')?;
        let [hour, minute, second] = numbers(clock, ':')?;
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let seconds = days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset(zone)?;
        UNIX_EPOCH.checked_add(Duration::from_secs(u64::try_from(seconds).ok()?))
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let (day, clock) = (seconds / 86400, seconds % 86400);
        let (year, month, day) = date(i64::try_from(day).unwrap_or(0));
        let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
        Self(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn numbers(text: &str, between: char) -> Option<[i64; 3]> {
    let mut parts = text.split(between).map(|part| part.parse().ok());
    Some([parts.next()??, parts.next()??, parts.next()??])
}

/// Seconds east of UTC, from what follows the seconds: a fraction, then `Z`, `+hh:mm`, or nothing.
fn offset(zone: &str) -> Option<i64> {
    let zone = zone.strip_prefix('.').map_or(zone, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    if zone.is_empty() || zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    Some(sign * (hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60))
}

/// Days since 1970. Years begin in March here, so that the leap day comes last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// The date of a day since 1970.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (year + era * 400 + carry, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<u64> {
        let time = Timestamp(text.to_owned()).time()?;
        Some(time.duration_since(UNIX_EPOCH).unwrap().as_secs())
    }

    #[test]
    fn the_services_ways_to_write_a_moment_are_read() {
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2026-11-22T10:16:01.612614Z"), Some(1_795_342_561));
        assert_eq!(seconds("2026-11-22T11:16:01+01:00"), Some(1_795_342_561));
        assert_eq!(seconds("2026-11-22 10:16:01"), Some(1_795_342_561));
        for bad in
            ["", "soon", "2026-13-01T00:00:00Z", "2026-11-22T10:16", "2026-11-22T10:16:01 CET", "ä026-11-22T10:16:01Z"]
        {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_day_of_four_centuries_comes_back() {
        for day in 0..146_097_u64 {
            let time = UNIX_EPOCH + Duration::from_secs(day * 86400);
            assert_eq!(Timestamp::from(time).time(), Some(time));
        }
    }
}
