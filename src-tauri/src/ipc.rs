//! What the interface and Rust say to each other, declared once. The TypeScript in `ui/src/ipc/bindings.ts` is written
//! from here; a test fails when it is stale.

use crate::commands::{blog, drafts, examples, presets, runs, settings, versions, window};
use idiolect_core::Topic;
use idiolect_core::id::RunId;
use serde::Serialize;
use specta_typescript::{Typescript, semantic};
use std::path::Path;
use tauri_specta::{Builder, Event, collect_commands, collect_events};

/// Something changed: whoever shows it asks again. Carries no data on purpose.
#[derive(Debug, Clone, Serialize, specta::Type, Event)]
pub struct Changed {
    /// What changed.
    pub topic: Topic,
}

/// The window was asked to close; `close_window` takes the answer.
#[derive(Debug, Clone, Serialize, specta::Type, Event)]
pub struct CloseAsked {
    /// The run that goes on.
    pub run: Option<RunId>,
}

/// Every command and event.
pub fn builder() -> Builder<tauri::Wry> {
    Builder::new()
        // One shape a type: what Rust sends and takes never differs here.
        .disable_serde_phases()
        // The core sends finite numbers only.
        .semantic_types(semantic::Configuration::empty().enable_lossless_floats())
        .commands(collect_commands![
            blog::import_blog,
            blog::import_sample,
            blog::refresh_source,
            blog::list_out_of_reach,
            blog::list_repeated,
            blog::set_repeated_dropped,
            blog::nearest_passages,
            blog::cancel_import,
            blog::blog_summary,
            blog::list_posts,
            blog::get_post,
            blog::set_posts_included,
            blog::get_portrait,
            examples::example_summary,
            examples::set_kind_enabled,
            examples::set_check_holds,
            examples::list_examples,
            examples::get_example,
            examples::diff_example,
            examples::count_tokens,
            examples::remember_triage,
            examples::set_examples_status,
            examples::decide_examples,
            examples::edit_example,
            examples::undo_examples,
            examples::export_examples,
            examples::import_examples,
            examples::forget_imported,
            examples::dataset_statistics,
            examples::starter_prompts,
            presets::list_presets,
            presets::choose_preset,
            presets::copy_preset,
            presets::save_preset,
            presets::delete_preset,
            presets::preview_template,
            presets::preparation,
            presets::prepare_examples,
            presets::cancel_preparing,
            runs::list_models,
            runs::download_model,
            runs::cancel_download,
            runs::plan_run,
            runs::start_run,
            runs::list_runs,
            runs::get_run,
            runs::watch_run,
            runs::pause_run,
            runs::resume_run,
            runs::cancel_run,
            versions::list_versions,
            versions::promote_version,
            versions::undo_promotion,
            versions::delete_version,
            versions::export_version,
            drafts::list_drafts,
            drafts::create_draft,
            drafts::get_draft,
            drafts::save_draft,
            drafts::delete_draft,
            drafts::render_markdown,
            drafts::write_text,
            drafts::stop_writing,
            drafts::copy_markdown,
            drafts::copy_html,
            settings::get_settings,
            settings::save_settings,
            settings::key_status,
            settings::set_key,
            settings::delete_key,
            settings::list_hosts,
            settings::app_info,
            settings::export_everything,
            settings::delete_everything,
            settings::open_address,
            settings::startup_problem,
            window::choose_posts_file,
            window::choose_posts_folder,
            window::close_window,
        ])
        .events(collect_events![Changed, CloseAsked])
}

/// Writes the TypeScript.
///
/// # Errors
/// When a type cannot be said in TypeScript or the file not written.
pub fn write_bindings(to: &Path) -> Result<(), Box<dyn std::error::Error>> {
    Ok(builder().export(Typescript::default(), to)?)
}
