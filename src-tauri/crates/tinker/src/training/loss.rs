//! Which loss is computed.

use crate::training::Datum;
use crate::{Error, Result};
use std::collections::BTreeMap;

/// A loss function and its settings. The service adds the loss up over tokens and sequences and does not average.
///
/// ```
/// use idiolect_tinker::Loss;
///
/// let clipped = Loss::named("ppo").with("clip_low_threshold", 0.8);
/// assert_eq!(clipped.name(), "ppo");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Loss {
    name: String,
    settings: BTreeMap<String, f64>,
}

const CROSS_ENTROPY: &str = "cross_entropy";

impl Loss {
    /// The usual one: how surprising each target token is, times its weight.
    #[must_use]
    pub fn cross_entropy() -> Self {
        Self::named(CROSS_ENTROPY)
    }

    /// One of the others the service knows: `importance_sampling`, `ppo`, `cispo`, `dro`, `gspo`, …
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), settings: BTreeMap::new() }
    }

    /// Adds a setting.
    #[must_use]
    pub fn with(mut self, setting: impl Into<String>, value: f64) -> Self {
        self.settings.insert(setting.into(), value);
        self
    }

    /// Its name at the service.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn settings(&self) -> &BTreeMap<String, f64> {
        &self.settings
    }

    pub(crate) fn check(&self, data: &[Datum]) -> Result<()> {
        if data.is_empty() {
            return Err(Error::invalid("There is nothing to learn from: the batch is empty."));
        }
        if self.name == CROSS_ENTROPY {
            for (at, datum) in data.iter().enumerate() {
                let missing = ["target_tokens", "weights"].into_iter().find(|name| datum.input(name).is_none());
                if let Some(name) = missing {
                    return Err(Error::invalid(format!("Sequence {at} of the batch lacks its {name}.")));
                }
            }
        }
        Ok(())
    }
}

impl Default for Loss {
    fn default() -> Self {
        Self::cross_entropy()
    }
}
