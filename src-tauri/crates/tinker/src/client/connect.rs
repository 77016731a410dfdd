//! Introducing the client to the server, and finding out whether the key is good.

use super::Client;
use crate::flags::Flags;
use crate::http::Credential;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// What the server has to offer.
///
/// ```
/// let answer = r#"{"supported_models": [{"model_name": "a/b", "trainable": true, "unknown": 1}]}"#;
/// let capabilities: idiolect_tinker::Capabilities = serde_json::from_str(answer).unwrap();
/// assert_eq!(capabilities.trainable().count(), 1);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Capabilities {
    /// The base models it knows.
    #[serde(default, rename = "supported_models")]
    pub models: Vec<BaseModel>,
}

/// A base model at the server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(from = "WireModel")]
pub struct BaseModel {
    /// The name by which it is asked for.
    pub name: String,
    /// Tokens it can look at.
    pub max_context_length: Option<u32>,
    /// Whether adapters can be trained on it, where the server says so.
    pub trainable: Option<bool>,
    /// Whether it can be drawn from, where the server says so.
    pub sampleable: Option<bool>,
}

/// As servers write it: some say what a model can do in a list instead.
#[derive(Deserialize)]
struct WireModel {
    #[serde(alias = "model_id", alias = "name")]
    model_name: String,
    max_context_length: Option<u32>,
    trainable: Option<bool>,
    sampleable: Option<bool>,
    capabilities: Option<Vec<String>>,
}

impl From<WireModel> for BaseModel {
    fn from(wire: WireModel) -> Self {
        let listed = |word: &str| wire.capabilities.as_ref().map(|list| list.iter().any(|entry| entry == word));
        Self {
            max_context_length: wire.max_context_length,
            trainable: wire.trainable.or_else(|| listed("training")),
            sampleable: wire.sampleable.or_else(|| listed("sampling")),
            name: wire.model_name,
        }
    }
}

impl Capabilities {
    /// The models that adapters can be trained on: those of which the server does not deny it.
    pub fn trainable(&self) -> impl Iterator<Item = &BaseModel> {
        self.models.iter().filter(|model| model.trainable != Some(false))
    }

    /// A model by its exact name.
    #[must_use]
    pub fn model(&self, name: &str) -> Option<&BaseModel> {
        self.models.iter().find(|model| model.name == name)
    }
}

/// Whose key it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyOwner {
    /// The key's id; not the key.
    pub key_id: String,
    /// What its owner called it.
    pub name: Option<String>,
    /// The organisation it belongs to.
    pub organisation: Option<String>,
    /// The person it belongs to.
    pub email: Option<String>,
}

#[derive(Serialize)]
struct Introduction<'a> {
    sdk_version: &'a str,
}

impl Client {
    /// What the server has to offer.
    ///
    /// ```no_run
    /// # async fn example(client: idiolect_tinker::Client) -> idiolect_tinker::Result<()> {
    /// let capabilities = client.capabilities().await?;
    /// let longest = capabilities.model("Qwen/Qwen3-8B").and_then(|model| model.max_context_length);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As every request.
    pub async fn capabilities(&self) -> Result<Capabilities> {
        self.send(&self.get(CAPABILITIES)).await?.json()
    }

    /// The cheapest question that shows whether the key is good. It is asked once, without repetitions, creates nothing
    /// and costs nothing.
    ///
    /// A status error says why the key is no good: [`StatusKind::BadKey`](crate::StatusKind::BadKey),
    /// [`Billing`](crate::StatusKind::Billing) (there is no way to pay yet) or
    /// [`Forbidden`](crate::StatusKind::Forbidden). A transport error says nothing about the key.
    ///
    /// ```no_run
    /// # async fn example(client: idiolect_tinker::Client) -> idiolect_tinker::Result<()> {
    /// use idiolect_tinker::StatusKind;
    ///
    /// match client.check_key().await {
    ///     Ok(_) => println!("The key is good."),
    ///     Err(error) => match error.status_kind() {
    ///         Some(StatusKind::BadKey | StatusKind::Forbidden) => println!("Copy the key again."),
    ///         Some(StatusKind::Billing) => println!("Add a way to pay in the console."),
    ///         Some(_) => println!("The service has trouble."),
    ///         None => println!("The service was not reached: {error}"),
    ///     },
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As above.
    pub async fn check_key(&self) -> Result<Capabilities> {
        let answer = self.once(&self.get(CAPABILITIES)).await.answered()?;
        if answer.is_success() { answer.json() } else { Err(answer.into_error()) }
    }

    /// The server's settings for clients; asked for once.
    ///
    /// ```no_run
    /// # async fn example(client: idiolect_tinker::Client) -> idiolect_tinker::Result<()> {
    /// assert!(client.flags().await?.max_datums > 0);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As every request.
    pub async fn flags(&self) -> Result<&Flags> {
        self.inner.flags.get_or_try_init(|| self.introduce()).await
    }

    /// Whose key it is. Nothing where the server does not say. *Unproven against the production service.*
    ///
    /// ```no_run
    /// # async fn example(client: idiolect_tinker::Client) -> idiolect_tinker::Result<()> {
    /// if let Some(owner) = client.key_owner().await? {
    ///     println!("Connected as {}", owner.email.unwrap_or(owner.key_id));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As every request.
    pub async fn key_owner(&self) -> Result<Option<KeyOwner>> {
        #[derive(Deserialize)]
        struct Wire {
            key_id: String,
            name: Option<String>,
            #[serde(default)]
            details: Details,
        }
        #[derive(Deserialize, Default)]
        struct Details {
            org_details: Option<Named>,
            user_details: Option<Named>,
        }
        #[derive(Deserialize)]
        struct Named {
            name: Option<String>,
            email: Option<String>,
        }
        let request = self.get("/api/v1/auth/apikey/me").with_credential(Credential::Key);
        let Some(answer) = self.send_if_offered(&request).await? else { return Ok(None) };
        let found: Wire = answer.json()?;
        Ok(Some(KeyOwner {
            key_id: found.key_id,
            name: found.name,
            organisation: found.details.org_details.and_then(|organisation| organisation.name),
            email: found.details.user_details.and_then(|user| user.email),
        }))
    }

    /// A server without this endpoint is an old one, which works by the defaults.
    async fn introduce(&self) -> Result<Flags> {
        let body = Introduction { sdk_version: &self.config().protocol_version };
        let request = self.post("/api/v1/client/config", &body)?.with_credential(Credential::Key);
        let answer = match self.send(&request).await {
            Ok(answer) => answer,
            Err(Error::Status(status)) if matches!(status.status, 404 | 405 | 501) => return Ok(Flags::default()),
            Err(error) => return Err(error),
        };
        answer.json()
    }
}

const CAPABILITIES: &str = "/api/v1/get_server_capabilities";
