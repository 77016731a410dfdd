//! What the interface can ask, one file a noun. Each command only translates: no SQL, no HTTP, no decisions.

pub mod blog;
pub mod drafts;
pub mod examples;
pub mod presets;
pub mod runs;
pub mod settings;
pub mod versions;
pub mod window;

use crate::error::WireError;
use crate::state::App;
use idiolect_core::Core;
use serde::Serialize;
use tauri::State;
use tauri::ipc::Channel;

/// The open application, as every command is given it.
pub(crate) type Shared<'a> = State<'a, App>;

/// Sends an event and tells whether anyone still listens.
pub(crate) fn tell<T: Serialize + Clone + Send + Sync + 'static>(channel: &Channel<T>, event: T) -> bool {
    channel.send(event).is_ok()
}

/// Runs a blocking body off the threads that answer other commands.
pub(crate) async fn off_thread<T: Send + 'static>(
    app: &Shared<'_>,
    body: impl FnOnce(&Core) -> idiolect_core::Result<T> + Send + 'static,
) -> Result<T, WireError> {
    let core = app.core()?.clone();
    let done = tauri::async_runtime::spawn_blocking(move || body(&core)).await;
    Ok(done.map_err(WireError::from)??)
}
