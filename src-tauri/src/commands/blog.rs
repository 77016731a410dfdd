//! The blog: import, list, read, include, portrait.

use super::{Shared, off_thread, tell};
use crate::error::Answer;
use idiolect_core::Page;
use idiolect_core::blog::{
    self, BlogSummary, Extent, ImportEvent, ImportReport, OutOfReach, Passage, PostDetail, PostQuery, PostRow, Repeated,
};
use idiolect_core::id::{PostId, SourceId};
use idiolect_core::voice::{self, Portrait};
use tauri::ipc::Channel;

/// Imports a site, a post's or feed's address, or a feed file.
#[tauri::command]
#[specta::specta]
pub async fn import_blog(app: Shared<'_>, source: String, on_event: Channel<ImportEvent>) -> Answer<ImportReport> {
    let stop = app.import.begin();
    Ok(blog::import(app.core()?, &source, Extent::default(), |event| _ = tell(&on_event, event), &stop).await?)
}

/// Imports the sample blog inside the app.
#[tauri::command]
#[specta::specta]
pub async fn import_sample(app: Shared<'_>, on_event: Channel<ImportEvent>) -> Answer<ImportReport> {
    let stop = app.import.begin();
    Ok(blog::import_sample(app.core()?, |event| _ = tell(&on_event, event), &stop).await?)
}

/// Asks a source again for new and edited posts.
#[tauri::command]
#[specta::specta]
pub async fn refresh_source(app: Shared<'_>, id: SourceId, on_event: Channel<ImportEvent>) -> Answer<ImportReport> {
    let stop = app.import.begin();
    Ok(blog::refresh(app.core()?, id, Extent::default(), |event| _ = tell(&on_event, event), &stop).await?)
}

/// The posts of a source that could not be brought in, with the reasons.
#[tauri::command]
#[specta::specta]
pub async fn list_out_of_reach(app: Shared<'_>, id: SourceId) -> Answer<Vec<OutOfReach>> {
    off_thread(&app, move |core| blog::out_of_reach(&core.db, id)).await
}

/// Paragraphs that stand in many posts word for word.
#[tauri::command]
#[specta::specta]
pub async fn list_repeated(app: Shared<'_>) -> Answer<Vec<Repeated>> {
    off_thread(&app, blog::repeated).await
}

/// The author's word: leave a recurring paragraph out of what models learn from, or keep it.
#[tauri::command]
#[specta::specta]
pub async fn set_repeated_dropped(app: Shared<'_>, id: u32, dropped: bool) -> Answer<()> {
    off_thread(&app, move |core| blog::boilerplate::set_dropped(core, id, dropped)).await
}

/// The own passages nearest to a text, nearest first.
#[tauri::command]
#[specta::specta]
pub async fn nearest_passages(app: Shared<'_>, text: String, limit: u32) -> Answer<Vec<Passage>> {
    off_thread(&app, move |core| blog::nearest(core, &text, None, limit as usize)).await
}

/// Stops the import that goes on; what came in stays.
#[tauri::command]
#[specta::specta]
pub async fn cancel_import(app: Shared<'_>) -> Answer<()> {
    app.import.stop();
    Ok(())
}

/// The blog at a glance.
#[tauri::command]
#[specta::specta]
pub async fn blog_summary(app: Shared<'_>) -> Answer<BlogSummary> {
    off_thread(&app, |core| blog::summary(&core.db)).await
}

/// Posts, newest first, or the best hits first when searching.
#[tauri::command]
#[specta::specta]
pub async fn list_posts(app: Shared<'_>, query: PostQuery) -> Answer<Page<PostRow>> {
    off_thread(&app, move |core| blog::list_posts(&core.db, &query)).await
}

/// One post to read.
#[tauri::command]
#[specta::specta]
pub async fn get_post(app: Shared<'_>, id: PostId) -> Answer<PostDetail> {
    off_thread(&app, move |core| blog::post_detail(&core.db, id)).await
}

/// The author's word: use these posts, or leave them out.
#[tauri::command]
#[specta::specta]
pub async fn set_posts_included(app: Shared<'_>, ids: Vec<PostId>, included: bool) -> Answer<()> {
    off_thread(&app, move |core| blog::set_included(core, &ids, included)).await
}

/// What is particular about the writing.
#[tauri::command]
#[specta::specta]
pub async fn get_portrait(app: Shared<'_>) -> Answer<Portrait> {
    off_thread(&app, voice::portrait).await
}
