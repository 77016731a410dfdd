//! The one secret there is, the Tinker key, and the system's keyring it is kept in. Never in the library, in a file, in
//! a log line or in an error; the window can set it, ask whether it is there and delete it, but never read it.

use crate::{Code, Core, Error, Result, Topic};
use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error as KeyringError};
use serde::Serialize;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

#[cfg(target_os = "macos")]
use apple_native_keyring_store::keychain::Store;
#[cfg(windows)]
use windows_native_keyring_store::Store;
#[cfg(all(unix, not(target_os = "macos")))]
use zbus_secret_service_keyring_store::Store;

const SERVICE: &str = "idiolect";
const USER: &str = "tinker";
/// Real keys are far shorter; a pasted page is not a key.
const LONGEST_KEY: usize = 1000;

/// Whether a key is there, as far as the window may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum KeyStatus {
    /// A key is in the keyring.
    Set,
    /// The keyring answers and holds no key.
    Missing,
    /// No keyring answers.
    NoKeyring,
}

/// A key. Printing it shows nothing, and it cannot be serialised.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A key as the author pasted it, without the spaces and line breaks around it.
    ///
    /// # Errors
    /// `BadInput` when it cannot be a key. The text given is never repeated.
    pub fn parse(text: &str) -> Result<Secret> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Error::bad_input("No key was given.").hint("Paste the key from the service's page."));
        }
        if text.chars().any(char::is_whitespace) {
            return Err(Error::bad_input("A key is one word; this one has a space or a line break inside.")
                .hint("Copy the key again, without what stands around it."));
        }
        if text.len() > LONGEST_KEY || !text.chars().all(|c| c.is_ascii_graphic()) {
            return Err(Error::bad_input(
                "This does not look like a key: it is very long or holds unusual characters.",
            )
            .hint("Copy the key again, without what stands around it."));
        }
        Ok(Secret(text.to_owned()))
    }

    /// The key itself, for the one request it is sent with.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A place that keeps the key. Its functions block; use [`key_status`], [`set_key`] and [`delete_key`] from async code.
pub trait Secrets: Send + Sync {
    /// Keeps a key in place of the one before.
    ///
    /// # Errors
    /// `KeyringUnavailable` when it cannot be kept.
    fn set(&self, key: &Secret) -> Result<()>;

    /// The key, if there is one.
    ///
    /// # Errors
    /// `KeyringUnavailable` when nobody can tell.
    fn get(&self) -> Result<Option<Secret>>;

    /// Forgets the key. No key is no failure.
    ///
    /// # Errors
    /// `KeyringUnavailable` when it cannot be reached.
    fn delete(&self) -> Result<()>;

    /// Whether a key is there.
    fn status(&self) -> KeyStatus;
}

/// The system's keyring: Keychain, Credential Manager, or the Secret Service (GNOME Keyring, KWallet).
///
/// The store is opened anew for each call (40–130 ms): the ready-made entry of the `keyring` crate remembers for the
/// life of the process that there was no keyring, so one that is started or unlocked later would never be seen.
pub struct OsKeyring;

impl OsKeyring {
    fn entry() -> Result<Entry> {
        Store::new().and_then(|store| store.build(SERVICE, USER, None)).map_err(unavailable)
    }
}

impl Secrets for OsKeyring {
    fn set(&self, key: &Secret) -> Result<()> {
        let entry = Self::entry()?;
        match entry.set_password(key.expose()) {
            // Two items with our name, left by another program: with either kept, nobody could tell which is meant.
            Err(KeyringError::Ambiguous(entries)) => {
                delete_all(entries)?;
                entry.set_password(key.expose()).map_err(unavailable)
            }
            other => other.map_err(unavailable),
        }
    }

    fn get(&self) -> Result<Option<Secret>> {
        match Self::entry()?.get_password() {
            Ok(key) => Ok(Some(Secret(key))),
            Err(KeyringError::NoEntry) => Ok(None),
            Err(error) => Err(unavailable(error)),
        }
    }

    fn delete(&self) -> Result<()> {
        match Self::entry()?.delete_credential() {
            Ok(()) | Err(KeyringError::NoEntry) => Ok(()),
            Err(KeyringError::Ambiguous(entries)) => delete_all(entries),
            Err(error) => Err(unavailable(error)),
        }
    }

    fn status(&self) -> KeyStatus {
        // Asks for the item, not for what is in it: the key stays where it is.
        match Self::entry().map(|entry| entry.get_credential()) {
            Ok(Ok(_) | Err(KeyringError::Ambiguous(_))) => KeyStatus::Set,
            Ok(Err(KeyringError::NoEntry)) => KeyStatus::Missing,
            Ok(Err(_)) | Err(_) => KeyStatus::NoKeyring,
        }
    }
}

fn delete_all(entries: Vec<Entry>) -> Result<()> {
    entries.iter().try_for_each(Entry::delete_credential).map_err(unavailable)
}

fn unavailable(error: KeyringError) -> Error {
    let (message, hint) = match &error {
        KeyringError::NoStorageAccess(_) => (
            "The system's keyring is locked and did not open.",
            "Unlock it (it usually takes the password you log in with), then do it again.",
        ),
        _ => (
            "The system's keyring cannot be reached, so the key can be neither kept nor read.",
            "On Linux, start GNOME Keyring or KWallet, then do it again. Training on this computer needs no key.",
        ),
    };
    // As text: some of the library's errors carry the bytes they could not read, and those may be the key.
    let detail = match error {
        KeyringError::BadEncoding(_) | KeyringError::BadDataFormat(..) => "the stored item is not a text".to_owned(),
        other => other.to_string(),
    };
    Error::new(Code::KeyringUnavailable, message).hint(hint).because(detail)
}

/// Keeps the key in memory until the program ends: for tests, and for nothing else, since the author would lose it.
#[derive(Default)]
pub struct SessionOnly(Mutex<Option<Secret>>);

impl Secrets for SessionOnly {
    fn set(&self, key: &Secret) -> Result<()> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(key.clone());
        Ok(())
    }

    fn get(&self) -> Result<Option<Secret>> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn delete(&self) -> Result<()> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }

    fn status(&self) -> KeyStatus {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            Some(_) => KeyStatus::Set,
            None => KeyStatus::Missing,
        }
    }
}

/// Whether a key is there.
///
/// # Errors
/// `Internal` when the question could not even be put.
pub async fn key_status(core: &Core) -> Result<KeyStatus> {
    blocking(core, |secrets| Ok(secrets.status())).await
}

/// Keeps a key the author pasted.
///
/// # Errors
/// `BadInput` when it cannot be a key, `KeyringUnavailable` when no keyring keeps it.
pub async fn set_key(core: &Core, key: String) -> Result<KeyStatus> {
    let key = Secret::parse(&key)?;
    let status = blocking(core, move |secrets| secrets.set(&key).map(|()| secrets.status())).await?;
    core.changed(Topic::Settings);
    Ok(status)
}

/// Forgets the key.
///
/// # Errors
/// `KeyringUnavailable` when no keyring answers.
pub async fn delete_key(core: &Core) -> Result<KeyStatus> {
    let status = blocking(core, |secrets| secrets.delete().map(|()| secrets.status())).await?;
    core.changed(Topic::Settings);
    Ok(status)
}

/// The keyring may ask the author for a password and wait; no thread that drives the window waits with it.
async fn blocking<T: Send + 'static>(
    core: &Core,
    body: impl FnOnce(&dyn Secrets) -> Result<T> + Send + 'static,
) -> Result<T> {
    let secrets = Arc::clone(&core.secrets);
    tokio::task::spawn_blocking(move || body(&*secrets)).await.map_err(|error| {
        Error::new(Code::Internal, "The keyring could not be asked.").hint("Do it again.").because(error)
    })?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::tests::library;

    const KEY: &str = "tml-0123456789abcdef";

    #[tokio::test]
    async fn a_key_is_trimmed_kept_and_forgotten() {
        let (_folder, core) = library();
        assert_eq!(key_status(&core).await.unwrap(), KeyStatus::Missing);
        assert_eq!(set_key(&core, format!("  {KEY}\n")).await.unwrap(), KeyStatus::Set);
        assert_eq!(core.secrets.get().unwrap().unwrap().expose(), KEY);
        assert_eq!(delete_key(&core).await.unwrap(), KeyStatus::Missing);
        assert_eq!(delete_key(&core).await.unwrap(), KeyStatus::Missing);
    }

    #[tokio::test]
    async fn what_cannot_be_a_key_is_refused_without_repeating_it() {
        let (_folder, core) = library();
        for wrong in ["", " \n", "secret word", "sec\u{7}ret", "schlüssel", &"k".repeat(1001)] {
            let error = set_key(&core, wrong.into()).await.unwrap_err();
            assert_eq!(error.code, Code::BadInput);
            let shown = format!("{error:?} {:?}", error.hint);
            assert!(wrong.trim().is_empty() || !shown.contains(wrong), "{shown}");
        }
        assert_eq!(key_status(&core).await.unwrap(), KeyStatus::Missing);
    }

    #[test]
    fn printing_a_key_shows_nothing_of_it() {
        assert_eq!(format!("{:?}", Secret::parse(KEY).unwrap()), "Secret(…)");
    }

    #[test]
    fn an_item_that_cannot_be_read_does_not_show_up_in_the_error() {
        let error = unavailable(KeyringError::BadEncoding(KEY.as_bytes().to_vec()));
        let bytes = format!("{:?}", KEY.as_bytes());
        let shown = format!("{error:?} {:?} {:?}", error.source, error.detail());
        assert!(!shown.contains(KEY) && !shown.contains(&bytes), "{shown}");
    }
}
