//! What a site asks programs not to read (RFC 9309). A feed is made for programs and needs no asking; walking through
//! a site's pages does.

use std::time::Duration;

use texting_robots::Robot;
use url::Url;

use crate::blog::fetch::{FetchError, Fetcher, Kind};

/// The name by which a site can address this app.
const NAME: &str = "Idiolect";
/// A longer pause between requests than this would keep an author waiting for days.
const LONGEST_DELAY: f32 = 30.0;

/// A site's wishes.
pub(super) struct Wishes(Option<Robot>);

impl Wishes {
    /// Asks a site for its wishes; one that has written none down has none.
    ///
    /// # Errors
    /// When the site does not answer now: then nothing may be assumed (RFC 9309, section 2.3.1.4).
    pub(super) async fn of(fetcher: &Fetcher, site: &Url) -> Result<Self, FetchError> {
        let Ok(url) = site.join("/robots.txt") else { return Ok(Wishes(None)) };
        match fetcher.get_in_time(&url, Kind::Page).await {
            Ok(answer) => Ok(Wishes(Robot::new(NAME, &answer.body).ok())),
            Err(error) if error.is_temporary() || error == FetchError::Cancelled => Err(error),
            Err(_) => Ok(Wishes(None)),
        }
    }

    /// Whether an address may be read.
    pub(super) fn allow(&self, url: &Url) -> bool {
        self.0.as_ref().is_none_or(|robot| robot.allowed(url.as_str()))
    }

    /// The pause the site wants between requests.
    pub(super) fn delay(&self) -> Option<Duration> {
        let seconds = self.0.as_ref()?.delay?;
        Duration::try_from_secs_f32(seconds.clamp(0.0, LONGEST_DELAY)).ok()
    }
}
