//! What a template makes of a post, while it is being edited.

use super::generate::of_template;
use super::sources::{drawn_from, input};
use super::{Preset, hash, pieces};
use crate::blog::post;
use crate::id::PostId;
use crate::{Core, Error, Result};
use serde::Serialize;

/// A prompt and its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct PreviewExample {
    /// What the model is given.
    pub prompt: String,
    /// What it learns to write.
    pub completion: String,
}

/// What a template makes of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct TemplatePreview {
    /// The post's title.
    pub post_title: String,
    /// Its examples.
    pub examples: Vec<PreviewExample>,
    /// Why there are none.
    pub problem: Option<String>,
}

/// What a template of a preset, saved or not, makes of a post; of the newest when none is named.
///
/// # Errors
/// `NotFound` for a template the preset does not have, or when there is no post.
pub fn preview(core: &Core, preset: &Preset, template_id: &str, chosen: Option<PostId>) -> Result<TemplatePreview> {
    let template = preset.templates.iter().find(|template| template.id == template_id);
    let template = template.ok_or_else(|| Error::not_found(format!("The template '{template_id}'")))?;
    let used = post::used_texts(&core.db)?;
    let text = used.iter().find(|text| chosen.is_none_or(|id| text.post.id == id));
    let text = text.ok_or_else(|| Error::not_found("The post").hint("Import a blog first, or choose another post."))?;
    let mut shown = TemplatePreview { post_title: text.post.title.clone(), examples: Vec::new(), problem: None };
    if let Err(error) = template.check() {
        shown.problem = Some(format!("{} {}", error.message, error.hint.unwrap_or_default()).trim().to_owned());
        return Ok(shown);
    }
    let whole = text.training_text();
    let written = pieces::notes(&core.db)?.remove(&hash(&whole));
    let post = input(text, &whole, &written.unwrap_or_else(|| drawn_from(&text.post.title, &whole)));
    let made = of_template(&post, template, &pieces::paraphrases(&core.db)?);
    shown.examples =
        made.into_iter().map(|made| PreviewExample { prompt: made.prompt, completion: made.completion }).collect();
    if shown.examples.is_empty() {
        shown.problem = Some("This post gives no example here: it lacks what the prompt asks for.".to_owned());
    }
    Ok(shown)
}
