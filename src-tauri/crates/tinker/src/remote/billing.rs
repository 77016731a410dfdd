//! What was used, and what it is estimated to cost. *Unproven against the production service.*

use crate::http::query;
use crate::timestamp::Timestamp;
use crate::{Client, Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What was used in a time, hours behind the present. Costs are estimates, not invoices.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct UsageEvents {
    /// What was used, in pieces of time.
    #[serde(default)]
    pub data: Vec<UsageEvent>,
    /// The sessions that are named in it.
    #[serde(default)]
    pub sessions: BTreeMap<String, SessionNote>,
    /// Up to when costs are known.
    #[serde(default)]
    pub cost_data_through: Option<Timestamp>,
}

/// What a session's owner noted down about it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SessionNote {
    /// The notes.
    #[serde(default)]
    pub user_metadata: Option<BTreeMap<String, serde_json::Value>>,
}

/// Something that was used in a piece of time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct UsageEvent {
    /// When the piece of time begins.
    pub bucket_start: Option<Timestamp>,
    /// When it ends.
    pub bucket_end: Option<Timestamp>,
    /// The base model's name.
    pub base_model: Option<String>,
    /// The session it was used in.
    pub session_id: Option<String>,
    /// The project it was used in.
    pub project_id: Option<String>,
    /// The estimated cost.
    pub estimated_cost_usd: Option<f64>,
    /// The price it was estimated with.
    pub effective_rate_usd_per_million_tokens: Option<f64>,
    /// What was used, and how much of it.
    pub event_info: UsageInfo,
}

/// What was used, and how much of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct UsageInfo {
    /// `training`, `sampling_prefill`, `sampling_sample`, `checkpoint`, `storage`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// Tokens, where it is counted in them.
    pub token_count: Option<u64>,
    /// Pieces, where it is counted in them.
    pub count: Option<u64>,
    /// Storage times time, where it is counted in that.
    pub gigabyte_hours: Option<f64>,
}

/// What is stored now, one to two hours behind the present.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StorageUsage {
    /// The price.
    pub effective_rate_usd_per_gigabyte_month: Option<f64>,
    /// What is stored.
    pub data: Vec<StorageItem>,
}

/// A group of stored weights.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StorageItem {
    /// How many.
    pub checkpoint_count: Option<u64>,
    /// Their size.
    pub size_bytes: Option<u64>,
    /// Their size in gigabytes.
    pub size_gigabytes: Option<f64>,
    /// What keeping them for a month is estimated to cost.
    pub estimated_monthly_cost_usd: Option<f64>,
    /// The project they belong to.
    pub project_id: Option<String>,
}

/// The longest time that can be asked about at once.
const LONGEST: Duration = Duration::from_secs(14 * 86400);
const HOUR: u64 = 3600;

impl Client {
    /// What was used from one moment to another, at most 14 days later; both are widened to full hours. Nothing where
    /// the server does not say. Members of an organisation are often not allowed to see this (403).
    ///
    /// ```no_run
    /// # async fn example(client: idiolect_tinker::Client) -> idiolect_tinker::Result<()> {
    /// use std::time::{Duration, SystemTime};
    ///
    /// let now = SystemTime::now();
    /// if let Some(usage) = client.usage_events(now - Duration::from_secs(86400), now).await? {
    ///     let cost: f64 = usage.data.iter().filter_map(|event| event.estimated_cost_usd).sum();
    ///     println!("about {cost:.2} USD");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] for a longer time or none, and as every request.
    pub async fn usage_events(&self, from: SystemTime, to: SystemTime) -> Result<Option<UsageEvents>> {
        let (from, to) = (hours(from), hours(to).max(hours(from)) + u64::from(!is_full(to)));
        let length = Duration::from_secs((to - from) * HOUR);
        if length.is_zero() || length > LONGEST {
            return Err(Error::invalid("Usage can be asked for an hour at least, and 14 days at most."));
        }
        let moment = |hours: u64| Timestamp::from(UNIX_EPOCH + Duration::from_secs(hours * HOUR)).as_str().to_owned();
        let query = query(&[("starting_on", Some(moment(from))), ("ending_before", Some(moment(to)))])?;
        let request = self.get(format!("/api/v1/billing/usage/events{query}"));
        self.send_if_offered(&request).await?.map(|answer| answer.json()).transpose()
    }

    /// What is stored now. Nothing where the server does not say.
    ///
    /// ```no_run
    /// # async fn example(client: idiolect_tinker::Client) -> idiolect_tinker::Result<()> {
    /// let rate = client.storage_usage().await?.and_then(|usage| usage.effective_rate_usd_per_gigabyte_month);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As every request.
    pub async fn storage_usage(&self) -> Result<Option<StorageUsage>> {
        let request = self.get("/api/v1/billing/usage/checkpoints/current");
        self.send_if_offered(&request).await?.map(|answer| answer.json()).transpose()
    }
}

fn since_epoch(time: SystemTime) -> Duration {
    time.duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn hours(time: SystemTime) -> u64 {
    since_epoch(time).as_secs() / HOUR
}

fn is_full(time: SystemTime) -> bool {
    since_epoch(time).as_nanos().is_multiple_of(u128::from(HOUR) * 1_000_000_000)
}
