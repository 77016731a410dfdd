//! Asks the blogs for new posts now and then while the app is open, if the author wants that.

use crate::metered;
use idiolect_core::Core;
use idiolect_core::blog::{self, Extent};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often it is looked whether a blog is due. A site that could not be asked is tried again then.
const LOOK: Duration = Duration::from_secs(30 * 60);
/// The first look waits until the window is there.
const FIRST_LOOK: Duration = Duration::from_secs(60);

/// Looks for as long as the app runs.
pub async fn keep_looking(core: Core) {
    tokio::time::sleep(FIRST_LOOK).await;
    loop {
        if let Err(error) = look(&core).await {
            tracing::warn!(error = %error.message, "the blogs could not be checked");
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn look(core: &Core) -> idiolect_core::Result<()> {
    let due = blog::refresh::due(core)?;
    // The author pays for what goes over such a line.
    if due.is_empty() || metered::is_metered().await {
        return Ok(());
    }
    for source in due {
        let stop = CancellationToken::new();
        // What is new shows by itself: every change is broadcast.
        if let Err(error) = blog::refresh(core, source.id, Extent::WholeArchive, |_| {}, &stop).await {
            tracing::info!(source = source.address, error = %error.message, "a blog could not be checked");
        }
    }
    Ok(())
}
