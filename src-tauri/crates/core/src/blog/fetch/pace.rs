//! How fast a site is asked: it belongs to someone else, and its author's readers come first.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::Patience;

/// At most this many requests begin within a second.
const PER_SECOND: usize = 2;

/// How this process asks the web: how long it waits, and how fast it goes. Clones share their pace.
#[derive(Debug, Clone, Default)]
pub struct Manners {
    /// How long an answer is waited for.
    pub patience: Patience,
    pace: Arc<Pace>,
}

impl Manners {
    /// Without a pace and with other time limits, for tests that talk to a server of their own.
    pub fn hurried(patience: Patience) -> Self {
        Self { patience, pace: Arc::new(Pace { unbounded: true, ..Pace::default() }) }
    }

    /// Waits until the next request may begin.
    pub(super) async fn turn(&self) {
        loop {
            let Some(wait) = self.pace.reserve(Instant::now()) else { return };
            tokio::time::sleep(wait).await;
        }
    }
}

/// When the latest requests began.
#[derive(Debug, Default)]
struct Pace {
    began: Mutex<VecDeque<Instant>>,
    unbounded: bool,
}

impl Pace {
    /// Takes a turn, or tells how long to wait before asking again.
    fn reserve(&self, now: Instant) -> Option<Duration> {
        if self.unbounded {
            return None;
        }
        let mut began = self.began.lock().unwrap_or_else(PoisonError::into_inner);
        let window = Duration::from_secs(1);
        while began.front().is_some_and(|at| now.duration_since(*at) >= window) {
            began.pop_front();
        }
        match began.front() {
            Some(first) if began.len() >= PER_SECOND => Some(window - now.duration_since(*first)),
            _ => {
                began.push_back(now);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_second_sees_more_than_two_requests() {
        let pace = Pace::default();
        let start = Instant::now();
        let mut now = start;
        let mut begun = Vec::new();
        while begun.len() < 7 {
            match pace.reserve(now) {
                None => begun.push((now - start).as_millis()),
                Some(wait) => now += wait,
            }
        }
        assert_eq!(begun, [0, 0, 1000, 1000, 2000, 2000, 3000]);
    }
}
