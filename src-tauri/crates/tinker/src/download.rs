//! Fetching trained weights to this computer: streamed, resumable, checked, and without the key.

mod archive;
mod checksum;
mod external;
mod fetch;
mod part;
mod place;

pub use archive::Archive;
pub use external::SignedFiles;
pub use fetch::{Downloaded, Progress};

use crate::{Error, Result};
use reqwest::Url;
use std::fmt;

/// An address that lets whoever has it read a file for a while. It is not shown beyond its host.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedUrl(Url);

impl SignedUrl {
    /// Reads an address, absolute or relative to another.
    pub(crate) fn parse(text: &str, from: &Url) -> Result<Self> {
        // The parser's words could repeat the address.
        from.join(text).map(Self).map_err(|_| Error::Unsafe("it names an address that cannot be one".to_owned()))
    }

    /// The host it leads to.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The address itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Debug for SignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedUrl({}://{}/[hidden])", self.0.scheme(), self.host())
    }
}
