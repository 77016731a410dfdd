//! Where the server is, who asks, and how patiently.

use crate::key::{FixedKey, KeyProvider};
use crate::listener::{Listener, Silent};
use crate::pace::{Pace, Resend, Timeouts};
use crate::{Error, Result, Secret};
use std::sync::Arc;

/// The address of the production service.
pub const PRODUCTION: &str = "https://tinker.thinkingmachines.dev/services/tinker-prod";

/// The protocol version this crate speaks. The server chooses its features by it.
pub const PROTOCOL_VERSION: &str = "0.38.0";

/// How to reach the service. Everything but the key has a default.
///
/// ```
/// use idiolect_tinker::{Config, Proxy};
///
/// let config = Config::new("tml-not-a-real-key")
///     .base_address("http://127.0.0.1:8040")
///     .user_agent("my-app/1.0")
///     .proxy(Proxy::None);
/// assert!(!format!("{config:?}").contains("not-a-real-key"));
/// ```
#[derive(Clone)]
pub struct Config {
    pub(crate) base: String,
    pub(crate) key: Arc<dyn KeyProvider>,
    pub(crate) user_agent: String,
    pub(crate) protocol_version: String,
    pub(crate) timeouts: Timeouts,
    pub(crate) pace: Pace,
    pub(crate) resend: Resend,
    pub(crate) proxy: Proxy,
    pub(crate) listener: Arc<dyn Listener>,
}

/// Through whom connections go.
///
/// ```
/// use idiolect_tinker::{Config, Proxy, Secret};
///
/// let proxy = Proxy::Address(Secret::new("http://user:password@proxy.example:3128"));
/// let config = Config::new("tml-not-a-real-key").proxy(proxy);
/// assert!(!format!("{config:?}").contains("password"));
/// ```
#[derive(Debug, Clone, Default)]
pub enum Proxy {
    /// As the operating system or the usual environment variables say.
    #[default]
    System,
    /// Straight.
    None,
    /// This one; the address may hold a user name and a password.
    Address(Secret),
}

impl Config {
    /// The production service with a fixed key.
    pub fn new(key: impl Into<Secret>) -> Self {
        Self::with_key_provider(Arc::new(FixedKey::new(key)))
    }

    /// The production service with a key that is asked for whenever one is needed.
    pub fn with_key_provider(key: Arc<dyn KeyProvider>) -> Self {
        Self {
            base: PRODUCTION.to_owned(),
            key,
            user_agent: concat!("idiolect-tinker/", env!("CARGO_PKG_VERSION")).to_owned(),
            protocol_version: PROTOCOL_VERSION.to_owned(),
            timeouts: Timeouts::default(),
            pace: Pace::default(),
            resend: Resend::default(),
            proxy: Proxy::default(),
            listener: Arc::new(Silent),
        }
    }

    /// Another server that speaks the protocol. An empty address means the production service.
    #[must_use]
    pub fn base_address(mut self, address: impl Into<String>) -> Self {
        let address = address.into();
        let address = address.trim().trim_end_matches('/');
        address_or(PRODUCTION, address).clone_into(&mut self.base);
        self
    }

    /// The name and version of the program that asks.
    #[must_use]
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = name.into();
        self
    }

    /// The protocol version to name, should the server refuse [`PROTOCOL_VERSION`] as outdated.
    #[must_use]
    pub fn protocol_version(mut self, version: impl Into<String>) -> Self {
        self.protocol_version = version.into();
        self
    }

    /// How long to wait for answers.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// How often, and after which pauses, to try again.
    #[must_use]
    pub fn pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// When a submission may be sent a second time.
    #[must_use]
    pub fn resend(mut self, resend: Resend) -> Self {
        self.resend = resend;
        self
    }

    /// Through whom connections go.
    #[must_use]
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = proxy;
        self
    }

    /// Who hears of waiting, and of the server's notices.
    #[must_use]
    pub fn listener(mut self, listener: Arc<dyn Listener>) -> Self {
        self.listener = listener;
        self
    }

    pub(crate) fn checked_base(&self) -> Result<reqwest::Url> {
        let invalid = |why: &str| Error::invalid(format!("The server's address {why}."));
        let url = reqwest::Url::parse(&self.base).map_err(|error| invalid(&format!("is not an address: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(invalid("has to begin with https:// or http:// and name a host"));
        }
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
            return Err(invalid("must not hold a user name, a password, a query or a fragment"));
        }
        Ok(url)
    }

    /// Whether lost submissions may be repeated: always where the server is known to tell repetitions apart.
    pub(crate) fn resends_lost(&self) -> bool {
        match self.resend {
            Resend::Always => true,
            Resend::WhenCertain => false,
            Resend::ByServer => self.checked_base().is_ok_and(|url| {
                url.host_str()
                    .is_some_and(|host| host == "thinkingmachines.dev" || host.ends_with(".thinkingmachines.dev"))
            }),
        }
    }
}

fn address_or<'a>(default: &'a str, address: &'a str) -> &'a str {
    if address.is_empty() { default } else { address }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("base", &crate::secret::scrub(&self.base, &[]))
            .field("user_agent", &self.user_agent)
            .field("protocol_version", &self.protocol_version)
            .field("timeouts", &self.timeouts)
            .field("pace", &self.pace)
            .field("resend", &self.resend)
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_production_service_is_trusted_to_know_repetitions() {
        let lost = |address: &str| Config::new("k").base_address(address).resends_lost();
        assert!(lost(""));
        assert!(lost("https://eu.thinkingmachines.dev/x"));
        assert!(!lost("https://thinkingmachines.dev.example.org"));
        assert!(!lost("http://127.0.0.1:8000"));
        assert!(Config::new("k").base_address("http://h").resend(Resend::Always).resends_lost());
    }

    #[test]
    fn addresses_are_checked() {
        let good = |address: &str| Config::new("k").base_address(address).checked_base().is_ok();
        assert!(good("http://127.0.0.1:8000/"));
        assert!(good("https://host/services/x"));
        assert!(!good("host:8000"));
        assert!(!good("file:///etc"));
        assert!(!good("https://user:pw@host"));
    }
}
