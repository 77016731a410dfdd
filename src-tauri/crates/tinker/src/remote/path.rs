//! Names of kept weights.

use crate::{Error, Result, http};
use std::fmt;

/// The path of kept weights, `tinker://<run>/<kind>/<name>`. Servers differ in what stands between run and name, so
/// nothing is read into that but what is needed to ask for them.
///
/// ```
/// use idiolect_tinker::TinkerPath;
///
/// let path = TinkerPath::parse("tinker://0d1e:train:0/weights/step-20").unwrap();
/// assert_eq!((path.run(), path.rest()), ("0d1e:train:0", "weights/step-20"));
/// // Pasted without its beginning.
/// assert_eq!(TinkerPath::parse(" 0d1e:train:0/weights/step-20 ").unwrap(), path);
/// assert!(TinkerPath::parse("tinker://0d1e/../../x").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TinkerPath {
    run: String,
    rest: String,
}

impl TinkerPath {
    /// Reads a path, with or without `tinker://`.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is none.
    pub fn parse(text: &str) -> Result<Self> {
        let invalid =
            || Error::invalid(format!("\"{text}\" is not the path of kept weights, like tinker://run/weights/name."));
        let text = text.trim();
        let text = text.strip_prefix("tinker://").unwrap_or(text);
        let (run, rest) = text.split_once('/').ok_or_else(invalid)?;
        let bad = |part: &str| {
            matches!(part, "" | "." | "..") || part.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\')
        };
        if text.split('/').any(bad) {
            return Err(invalid());
        }
        Ok(Self { run: run.to_owned(), rest: rest.to_owned() })
    }

    /// The training run.
    #[must_use]
    pub fn run(&self) -> &str {
        &self.run
    }

    /// What follows the run: kind and name at most servers.
    #[must_use]
    pub fn rest(&self) -> &str {
        &self.rest
    }

    /// The last part, which is the name they were saved under.
    #[must_use]
    pub fn name(&self) -> &str {
        self.rest.rsplit('/').next().unwrap_or(&self.rest)
    }

    /// Where the API keeps them.
    pub(crate) fn endpoint(&self) -> Result<String> {
        let rest: Vec<String> = self.rest.split('/').map(http::segment).collect::<Result<_>>()?;
        Ok(format!("/api/v1/training_runs/{}/checkpoints/{}", http::segment(&self.run)?, rest.join("/")))
    }
}

impl fmt::Display for TinkerPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tinker://{}/{}", self.run, self.rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_servers_paths_lead_to_their_endpoints() {
        let endpoint = |text: &str| TinkerPath::parse(text).unwrap().endpoint().unwrap();
        assert_eq!(
            endpoint("tinker://u:train:0/sampler_weights/x"),
            "/api/v1/training_runs/u:train:0/checkpoints/sampler_weights/x"
        );
        assert_eq!(endpoint("tinker://model_1/x"), "/api/v1/training_runs/model_1/checkpoints/x");
        for bad in ["", "tinker://", "tinker://run", "run/", "run//x", "run/a b", "run/a\\b", "/x"] {
            assert!(TinkerPath::parse(bad).is_err(), "{bad}");
        }
    }
}
