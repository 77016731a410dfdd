//! The credential of each request: the key itself, or the token that the server gives for it.

mod jwt;

use crate::http::{Answer, Attempt, Credential, Request, Wire};
use crate::key::KeyProvider;
use crate::{Error, Result, Secret};
pub(crate) use jwt::base64;
use jwt::{Age, Token};
use serde::Deserialize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// Keeps the token and renews it. Tokens are renewed on the way, when a request needs one: in the background at about
/// half of their life, before the request when less than a minute is left.
pub(crate) struct Auth {
    key: Arc<dyn KeyProvider>,
    token: Mutex<Option<Token>>,
    /// One exchange at a time.
    exchanging: tokio::sync::Mutex<()>,
}

#[derive(Deserialize)]
struct Exchanged {
    jwt: String,
}

impl Auth {
    pub(crate) fn new(key: Arc<dyn KeyProvider>) -> Self {
        Self { key, token: Mutex::new(None), exchanging: tokio::sync::Mutex::new(()) }
    }

    /// The key itself.
    pub(crate) async fn key(&self) -> Result<Secret> {
        let key = self.key.key().await?;
        if key.is_empty() {
            return Err(Error::NoKey("it is empty".to_owned()));
        }
        if Token::looks_like_one(&key)
            && Token::read(&key, 0.0).is_some_and(|token| token.age(SystemTime::now()) == Age::Over)
        {
            return Err(Error::NoKey("the token given as a key is no longer valid".to_owned()));
        }
        Ok(key)
    }

    /// The token, where the server wants one.
    pub(crate) async fn token(self: &Arc<Self>, wire: &Arc<Wire>, timeout: std::time::Duration) -> Result<Secret> {
        let key = self.key().await?;
        if Token::looks_like_one(&key) {
            return Ok(key);
        }
        let held = self.held();
        match held.as_ref().map(|token| token.age(SystemTime::now())) {
            Some(Age::Fresh) => {}
            Some(Age::Middling) => self.renew_in_background(wire, timeout),
            Some(Age::Ending | Age::Over) | None => return self.exchange(wire, timeout, held).await,
        }
        held.map(|token| token.text).ok_or_else(|| Error::NoKey("the token is gone".to_owned()))
    }

    /// Forgets a token that the server has refused, unless it was replaced in the meantime.
    pub(crate) fn refused(&self, text: &Secret) {
        let mut token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        if token.as_ref().is_some_and(|token| token.text == *text) {
            *token = None;
        }
    }

    fn held(&self) -> Option<Token> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn renew_in_background(self: &Arc<Self>, wire: &Arc<Wire>, timeout: std::time::Duration) {
        let (auth, wire) = (Arc::clone(self), Arc::clone(wire));
        tokio::spawn(async move {
            // Another request may be at it already. A failure costs nothing: the old token is valid for a while.
            let Ok(_turn) = auth.exchanging.try_lock() else { return };
            if let Ok(token) = auth.ask(&wire, timeout).await {
                auth.keep(token);
            }
        });
    }

    async fn exchange(&self, wire: &Wire, timeout: std::time::Duration, old: Option<Token>) -> Result<Secret> {
        let _turn = self.exchanging.lock().await;
        // While this waited for its turn, another may have brought a new one.
        if let Some(token) = self.held().filter(|token| Some(&token.text) != old.as_ref().map(|old| &old.text)) {
            return Ok(token.text);
        }
        match self.ask(wire, timeout).await {
            Ok(token) => {
                self.keep(token.clone());
                Ok(token.text)
            }
            // A server that says no means the key; anything else is worth a try with the token that is still valid.
            Err(error) if error.status().is_some_and(|status| matches!(status.status, 401 | 403)) => Err(error),
            Err(error) => match old.filter(|token| token.age(SystemTime::now()) != Age::Over) {
                Some(token) => Ok(token.text),
                None => Err(error),
            },
        }
    }

    fn keep(&self, token: Token) {
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = Some(token);
    }

    async fn ask(&self, wire: &Wire, timeout: std::time::Duration) -> Result<Token> {
        let key = self.key().await?;
        let request =
            Request::post("/api/v1/auth/token", &serde_json::json!({}), timeout)?.with_credential(Credential::Key);
        let mut answer = wire.attempt(&request, &key).await;
        if let Attempt::Answered(Answer { status: 500.., .. }) | Attempt::Lost(_) = answer {
            // Asking for a token twice harms nobody, and one bad moment should not end a run.
            answer = wire.attempt(&request, &key).await;
        }
        let answer = answer.answered()?;
        if !answer.is_success() {
            return Err(answer.into_error());
        }
        // A decoding error quotes the body, which is the token.
        let unreadable = || Error::NoKey("the server's token could not be read".to_owned());
        let exchanged: Exchanged = answer.json().map_err(|_| unreadable())?;
        let between = 0.45 + 0.1 * fastrand::f64();
        Token::read(&Secret::new(exchanged.jwt), between).ok_or_else(unreadable)
    }
}

/// Whether an answer says that the token, and not the key, is no longer valid.
pub(crate) fn token_refused(answer: &Answer) -> bool {
    answer.status == 401
        && answer
            .headers
            .get_all("www-authenticate")
            .iter()
            .any(|value| value.to_str().is_ok_and(|value| value.contains("error=\"invalid_token\"")))
}
