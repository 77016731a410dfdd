//! How examples are made: presets, their templates, and what a model writes for examples.

use super::{Shared, off_thread, tell};
use crate::error::Answer;
use idiolect_core::dataset::{ExampleSummary, Kind, Preset, PresetName};
use idiolect_core::dataset::{TemplatePreview, presets, preview};
use idiolect_core::id::PostId;
use idiolect_core::preparation::{self, Preparation, PrepareEvent};
use tauri::ipc::Channel;

/// Every preset, those of the app first.
#[tauri::command]
#[specta::specta]
pub async fn list_presets(app: Shared<'_>) -> Answer<Vec<Preset>> {
    off_thread(&app, presets::presets).await
}

/// Chooses a preset and builds its examples.
#[tauri::command]
#[specta::specta]
pub async fn choose_preset(app: Shared<'_>, name: PresetName) -> Answer<ExampleSummary> {
    off_thread(&app, move |core| presets::choose(core, &name)).await
}

/// A copy of a preset, to be changed.
#[tauri::command]
#[specta::specta]
pub async fn copy_preset(app: Shared<'_>, name: PresetName, title: String) -> Answer<Preset> {
    off_thread(&app, move |core| presets::copy(core, &name, &title)).await
}

/// Changes one of the author's own presets.
#[tauri::command]
#[specta::specta]
pub async fn save_preset(app: Shared<'_>, preset: Preset) -> Answer<Preset> {
    off_thread(&app, move |core| presets::save(core, &preset)).await
}

/// Deletes one of the author's own presets.
#[tauri::command]
#[specta::specta]
pub async fn delete_preset(app: Shared<'_>, name: PresetName) -> Answer<ExampleSummary> {
    off_thread(&app, move |core| presets::delete(core, &name)).await
}

/// What a template of a preset, as it is being edited, makes of a post; of the newest when none is named.
#[tauri::command]
#[specta::specta]
pub async fn preview_template(
    app: Shared<'_>,
    preset: Preset,
    template_id: String,
    post: Option<PostId>,
) -> Answer<TemplatePreview> {
    off_thread(&app, move |core| preview(core, &preset, &template_id, post)).await
}

/// What writing paraphrases or notes with a model takes.
#[tauri::command]
#[specta::specta]
pub async fn preparation(app: Shared<'_>, kind: Kind, model: String) -> Answer<Preparation> {
    off_thread(&app, move |core| preparation::preparation(core, kind, &model)).await
}

/// Has a model write what is still to write of a kind.
#[tauri::command]
#[specta::specta]
pub async fn prepare_examples(
    app: Shared<'_>,
    kind: Kind,
    model: String,
    channel: Channel<PrepareEvent>,
) -> Answer<()> {
    let stop = app.preparing.begin();
    let on_event = |event| {
        tell(&channel, event);
    };
    Ok(preparation::prepare(app.core()?, kind, &model, on_event, &stop).await?)
}

/// Stops writing paraphrases or notes; what is written stays.
#[tauri::command]
#[specta::specta]
pub async fn cancel_preparing(app: Shared<'_>) -> Answer<()> {
    app.preparing.stop();
    Ok(())
}
