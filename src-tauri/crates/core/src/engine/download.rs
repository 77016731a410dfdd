//! Fetching a model's file: with progress, resumable, checked before it counts.

use super::models::{self, DEFAULT};
use crate::{Code, Core, Error, Result, hosts};
use futures_util::StreamExt;
use reqwest::StatusCode;
use reqwest::header::RANGE;
use serde::Serialize;
use std::path::Path;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio_util::sync::CancellationToken;

/// How a download goes on.
#[derive(Debug, Clone, Serialize, specta::Type)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum DownloadEvent {
    /// So many bytes are here.
    Progress {
        /// Bytes here.
        done: f64,
        /// Bytes in all.
        total: f64,
    },
    /// The model is here and checked.
    Done,
}

/// Fetches a model of the catalogue into the models folder. What was fetched before an interruption is kept.
///
/// # Errors
/// `NotFound` for a name outside the catalogue, `Network`, `DiskFull`, `ModelDamaged` when what came is not the model,
/// `Cancelled`.
pub async fn download(
    core: &Core,
    name: &str,
    on_event: impl Fn(DownloadEvent) + Send,
    stop: &CancellationToken,
) -> Result<()> {
    if name != DEFAULT.name {
        return Err(Error::not_found(format!("A model named {name}")));
    }
    if models::locate(&core.paths, name).is_ok_and(|path| models::verify(&path, name).is_ok()) {
        on_event(DownloadEvent::Done);
        return Ok(());
    }
    let folder = core.paths.models();
    tokio::fs::create_dir_all(&folder).await?;
    let part = folder.join(format!("{}.part", DEFAULT.file));
    tokio::select! {
        fetched = fetch(core, DEFAULT.address, &part, &on_event) => fetched?,
        () = stop.cancelled() => {
            return Err(Error::new(Code::Cancelled, "The download was stopped; what is here is kept.")
                .hint("Start it again to go on from there."));
        }
    }
    finish(&part, &folder.join(DEFAULT.file)).await?;
    core.changed(crate::Topic::Settings);
    on_event(DownloadEvent::Done);
    Ok(())
}

async fn fetch(core: &Core, address: &str, part: &Path, on_event: &(impl Fn(DownloadEvent) + Send)) -> Result<()> {
    let have = tokio::fs::metadata(part).await.map_or(0, |meta| meta.len());
    let client = reqwest::Client::builder()
        .user_agent(concat!("Idiolect/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(15))
        .read_timeout(Duration::from_secs(60))
        .build()
        .map_err(unreachable)?;
    hosts::asked(core, "huggingface.co", "model download")?;
    let response = client.get(address).header(RANGE, format!("bytes={have}-")).send().await.map_err(unreachable)?;
    let resumed = response.status() == StatusCode::PARTIAL_CONTENT;
    if !response.status().is_success() {
        return Err(Error::new(Code::Network, format!("The model hub answered {}.", response.status()))
            .hint("Try again later, or put the model's file into the models folder yourself."));
    }
    let mut file =
        tokio::fs::OpenOptions::new().create(true).write(true).append(resumed).truncate(!resumed).open(part).await?;
    let mut done = if resumed { have } else { 0 };
    let mut body = response.bytes_stream();
    let mut shown = 0;
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(unreachable)?;
        done += chunk.len() as u64;
        if done > DEFAULT.bytes {
            break;
        }
        file.write_all(&chunk).await?;
        if done - shown > DEFAULT.bytes / 200 {
            shown = done;
            #[allow(clippy::cast_precision_loss)]
            on_event(DownloadEvent::Progress { done: done as f64, total: DEFAULT.bytes as f64 });
        }
    }
    file.sync_all().await?;
    Ok(())
}

/// Checks what came and gives it its name; what fails the check is removed.
async fn finish(part: &Path, file: &Path) -> Result<()> {
    if let Err(error) = models::verify(part, DEFAULT.name) {
        tokio::fs::remove_file(part).await?;
        return Err(error.hint("Download it again. If it fails again, the file on the model hub has changed."));
    }
    tokio::fs::rename(part, file).await?;
    Ok(())
}

fn unreachable(error: reqwest::Error) -> Error {
    Error::new(Code::Network, "The model hub did not answer, or the connection broke.")
        .hint("Check the connection and start the download again; it goes on where it stopped.")
        .because(error)
}
