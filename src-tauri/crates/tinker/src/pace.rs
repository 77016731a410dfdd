//! How long to wait, how often to try again, and when a second try would be wrong.

use std::time::Duration;

/// How long to wait for answers.
///
/// ```
/// use idiolect_tinker::Timeouts;
/// use std::time::Duration;
///
/// let patient = Timeouts { connect: Duration::from_secs(20), ..Timeouts::default() };
/// assert_eq!(patient.poll, Duration::from_secs(45));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// For a connection. Default 5 s.
    pub connect: Duration,
    /// For a whole answer. Default 60 s.
    pub answer: Duration,
    /// For the answer to the request for a new model, which some servers give only when the model is ready. Default
    /// 180 s.
    pub creation: Duration,
    /// For one look at a result; the server holds it back for up to 30 s, some for 300. Default 45 s.
    pub poll: Duration,
    /// For a sign of life. Default 10 s.
    pub heartbeat: Duration,
    /// For the next piece of a download or of a streamed text. Default 60 s.
    pub stall: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(60),
            creation: Duration::from_secs(180),
            poll: Duration::from_secs(45),
            heartbeat: Duration::from_secs(10),
            stall: Duration::from_secs(60),
        }
    }
}

/// How often, and after which pauses, to try again. Tests shorten the pauses; nobody else needs to.
///
/// ```
/// let keen = idiolect_tinker::Pace { other_retries: 0, ..idiolect_tinker::Pace::default() };
/// let config = idiolect_tinker::Config::new("tml-not-a-real-key").pace(keen);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Repetitions of a submission. Default 10.
    pub submission_retries: u32,
    /// Repetitions of everything else. Default 3.
    pub other_retries: u32,
    /// The first pause before a repetition; each further one is twice as long. Default 0.5 s.
    pub first_pause: Duration,
    /// The longest such pause. Default 10 s.
    pub longest_pause: Duration,
    /// The longest pause that a server may ask for. Default 60 s.
    pub longest_asked: Duration,
    /// The first pause between looks at a result when the server is busy or out of reach. Default 1 s.
    pub poll_first_pause: Duration,
    /// The longest such pause. Default 30 s.
    pub poll_longest_pause: Duration,
    /// The pause after a look that was answered at once with "not yet", which no server should do. Default 0.25 s.
    pub poll_floor: Duration,
    /// The pause between looks while an unpaid bill holds up the work. Default 5 s.
    pub billing_pause: Duration,
    /// The time between signs of life of a session. Default 10 s.
    pub heartbeat: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            submission_retries: 10,
            other_retries: 3,
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(10),
            longest_asked: Duration::from_secs(60),
            poll_first_pause: Duration::from_secs(1),
            poll_longest_pause: Duration::from_secs(30),
            poll_floor: Duration::from_millis(250),
            billing_pause: Duration::from_secs(5),
            heartbeat: Duration::from_secs(10),
        }
    }
}

impl Pace {
    /// The pause before repetition number `retry` (from 0), unless the server asks for another.
    pub(crate) fn pause(&self, retry: u32, asked: Option<Duration>) -> Duration {
        match asked {
            Some(asked) if asked <= self.longest_asked => asked,
            // Up to a quarter shorter, so that many clients do not come back all at once.
            _ => doubled(self.first_pause, retry, self.longest_pause).mul_f64(1.0 - 0.25 * fastrand::f64()),
        }
    }

    /// The pause between looks at a result, after `misses` failed ones.
    pub(crate) fn poll_pause(&self, misses: u32) -> Duration {
        doubled(self.poll_first_pause, misses, self.poll_longest_pause)
    }
}

fn doubled(first: Duration, times: u32, longest: Duration) -> Duration {
    first.checked_mul(1_u32.checked_shl(times).unwrap_or(u32::MAX)).unwrap_or(longest).min(longest)
}

/// When a submission may be sent a second time although the first may have arrived.
///
/// Repeating is always right when no connection was made and when the server says it did not take the request (400 with
/// an empty body, 408, 429, 500, 503). It is doubtful after a lost connection, a missing answer, or a gateway's 502 or
/// 504: a server that does not recognise the repetition by its sequence number would carry it out twice.
///
/// ```
/// use idiolect_tinker::{Config, Resend};
///
/// // A server of one's own that recognises repetitions.
/// let config = Config::new("tml-not-a-real-key").base_address("http://127.0.0.1:8000").resend(Resend::Always);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Resend {
    /// [`Resend::Always`] at the production service, which is made for it, and [`Resend::WhenCertain`] elsewhere.
    #[default]
    ByServer,
    /// Repeat; the server recognises a repetition by model and sequence number.
    Always,
    /// Do not repeat what may have arrived; report [`Error::Unsure`](crate::Error::Unsure).
    WhenCertain,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_their_limit() {
        let pace = Pace::default();
        let seconds: Vec<u64> = (0..7).map(|miss| pace.poll_pause(miss).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(pace.poll_pause(99).as_secs(), 30);
        for retry in 0..40 {
            let full = doubled(pace.first_pause, retry, pace.longest_pause);
            let pause = pace.pause(retry, None);
            assert!(pause <= full && pause >= full.mul_f64(0.75));
        }
    }

    #[test]
    fn a_server_may_ask_for_a_minute_and_no_more() {
        let pace = Pace::default();
        assert_eq!(pace.pause(0, Some(Duration::from_secs(60))), Duration::from_secs(60));
        assert!(pace.pause(0, Some(Duration::from_secs(3600))) <= Duration::from_secs(10));
    }
}
