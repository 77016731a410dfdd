//! The window around `idiolect-core`: commands, events, dialogs, closing. Decides nothing about blogs or models.
//!
//! | file | |
//! |---|---|
//! | `ipc` | every command and event, declared once; writes the interface's TypeScript |
//! | `commands/` | one file a noun, each command a few lines over `idiolect-core` |
//! | `error` | an error as it crosses to the interface |
//! | `state` | what the commands share |
//! | `closing` | closing the window while a run goes on |
//! | `awake` | keeps the computer awake while it trains |
//! | `checks`, `metered` | asks the blogs for new posts now and then; not over a line paid by volume |
//! | `dialogs`, `about` | the system's dialogs; facts about this installation |

mod about;
mod awake;
mod checks;
mod closing;
mod commands;
mod dialogs;
mod error;
pub mod ipc;
mod metered;
mod state;

use error::WireError;
use idiolect_core::Core;
use idiolect_core::paths::Paths;
use ipc::Changed;
use state::App;
use std::path::PathBuf;
use tauri::{AppHandle, Manager};
use tauri_specta::Event;

/// Opens the window and stays until it is closed.
pub fn run() {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let ipc = ipc::builder();
    let handler = ipc.invoke_handler();
    let app = tauri::Builder::default()
        // First, so that a second start only brings the first window forward.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| show(app)))
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_clipboard_manager::init())
        .invoke_handler(handler)
        .on_window_event(closing::on_window_event)
        .setup(move |app| {
            ipc.mount_events(app);
            app.manage(App::new(open(app.handle())));
            tauri::async_runtime::spawn(forward_changes(app.handle().clone()));
            if let Ok(core) = app.state::<App>().core() {
                tauri::async_runtime::spawn(checks::keep_looking(core.clone()));
            }
            Ok(())
        })
        .run(tauri::generate_context!("tauri.conf.json"));
    if let Err(error) = app {
        eprintln!("The window could not be opened: {error}\nOn a machine without a display use idiolect-cli.");
        std::process::exit(1);
    }
}

/// Opens the library; models are looked for in the installer's resource folder too.
fn open(handle: &AppHandle) -> Result<Core, WireError> {
    let resources: Vec<PathBuf> =
        handle.path().resource_dir().into_iter().flat_map(|dir| [dir.join("models"), dir]).collect();
    let data_dir = std::env::args_os().skip_while(|arg| arg != "--data-dir").nth(1).map(PathBuf::from);
    // The runtime must be there before anything of the core spawns work on it.
    let core = Core::open(Paths::discover(data_dir, &resources));
    core.map_err(WireError::from)
}

/// Tells the interface of every change made through this process, and keeps the computer awake while it trains.
async fn forward_changes(handle: AppHandle) {
    let Ok(core) = handle.state::<App>().core().cloned() else { return };
    let mut awake = awake::Awake::default();
    let mut changes = core.changes();
    loop {
        use tokio::sync::broadcast::error::RecvError;
        let topic = match changes.recv().await {
            Ok(topic) => topic,
            Err(RecvError::Lagged(_)) => continue,
            Err(RecvError::Closed) => return,
        };
        awake.follow(&core);
        if let Err(error) = (Changed { topic }).emit(&handle) {
            tracing::warn!(%error, "a change could not be told to the interface");
        }
    }
}

fn show(handle: &AppHandle) {
    for window in handle.webview_windows().values() {
        let shown = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
        if let Err(error) = shown {
            tracing::warn!(%error, "the window could not be brought forward");
        }
    }
}
