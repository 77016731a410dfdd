//! Where the key comes from.

mod official;

pub use official::{OfficialKey, official_keys};

use crate::{Error, Result, Secret};
use std::future::Future;
use std::pin::Pin;

/// A future that others wait for.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Something that knows the key, such as the system's keyring. It is asked before each token exchange, and before each
/// request where the server takes the key itself, so it should answer quickly.
///
/// ```
/// use idiolect_tinker::{BoxFuture, Config, KeyProvider, Result, Secret};
/// use std::sync::Arc;
///
/// struct Keyring;
///
/// impl KeyProvider for Keyring {
///     fn key(&self) -> BoxFuture<'_, Result<Secret>> {
///         Box::pin(async { Ok(Secret::new("tml-from-the-keyring")) })
///     }
/// }
///
/// let config = Config::with_key_provider(Arc::new(Keyring));
/// ```
pub trait KeyProvider: Send + Sync {
    /// The key of now.
    ///
    /// # Errors
    /// [`Error::NoKey`] with a reason that is fit to be shown.
    fn key(&self) -> BoxFuture<'_, Result<Secret>>;
}

/// A key that does not change.
pub(crate) struct FixedKey(Secret);

impl FixedKey {
    pub(crate) fn new(key: impl Into<Secret>) -> Self {
        Self(key.into())
    }
}

impl KeyProvider for FixedKey {
    fn key(&self) -> BoxFuture<'_, Result<Secret>> {
        let key = self.0.clone();
        Box::pin(async move {
            if key.is_empty() {
                return Err(Error::NoKey("it is empty".to_owned()));
            }
            Ok(key)
        })
    }
}
