//! The time of day, passed in so that tests can hold it still.

use chrono::{DateTime, SecondsFormat, Utc};

/// Tells the time. Nothing in a slice reads the wall clock itself.
pub trait Clock: Send + Sync {
    /// Now, in UTC.
    fn now(&self) -> DateTime<Utc>;

    /// Now, as it is stored: RFC 3339 with milliseconds, so that text order is time order.
    fn stamp(&self) -> String {
        stamp(self.now())
    }
}

/// A moment as it is stored.
pub fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The computer's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// A clock that stands still; for tests.
pub struct FixedClock(pub DateTime<Utc>);

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}
