//! The client: everything else is reached through it.

mod connect;
mod send;

pub use connect::{BaseModel, Capabilities, KeyOwner};

use crate::auth::Auth;
use crate::flags::Flags;
use crate::http::Wire;
use crate::{Config, Result};
use std::collections::HashSet;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use tokio::sync::OnceCell;

/// A client of one server with one key. Cloning it is cheap, and clones share connections and tokens.
///
/// Making one sends nothing. The first request that needs it introduces the client to the server.
///
/// ```no_run
/// # async fn example() -> idiolect_tinker::Result<()> {
/// use idiolect_tinker::{Client, Config};
///
/// let client = Client::new(Config::new(std::env::var("TINKER_API_KEY").unwrap_or_default()))?;
/// for model in client.capabilities().await?.trainable() {
///     println!("{}", model.name);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub config: Config,
    pub wire: Arc<Wire>,
    pub auth: Arc<Auth>,
    pub resends_lost: bool,
    /// Set once the server has refused the binary form of passes and taken the older one.
    pub passes_in_json: AtomicBool,
    flags: OnceCell<Flags>,
    /// What the server has said on every answer, to be passed on once.
    notes: Mutex<HashSet<String>>,
}

impl Client {
    /// A client as configured.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) for an address that cannot be one, [`Error::Transport`](crate::Error::Transport) when the
    /// system's certificates cannot be loaded.
    pub fn new(config: Config) -> Result<Self> {
        let wire = Arc::new(Wire::new(&config)?);
        let auth = Arc::new(Auth::new(Arc::clone(&config.key)));
        let resends_lost = config.resends_lost();
        let (passes_in_json, flags, notes) = (AtomicBool::new(false), OnceCell::new(), Mutex::default());
        Ok(Self { inner: Arc::new(Inner { config, wire, auth, resends_lost, passes_in_json, flags, notes }) })
    }

    pub(crate) fn config(&self) -> &Config {
        &self.inner.config
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("config", &self.inner.config).finish_non_exhaustive()
    }
}
