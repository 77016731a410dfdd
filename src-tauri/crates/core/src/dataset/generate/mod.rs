//! From a post to its examples, by a preset's templates. Pure: the same post gives the same examples everywhere.

pub mod blocks;
pub mod parts;

use super::template::{Gives, Template, Values, fill};
use super::{Kind, Preset};
use crate::id::PostId;
use std::collections::HashMap;

/// A post as examples are made from it.
#[derive(Debug, Clone, Default)]
pub struct PostInput {
    /// The post.
    pub id: PostId,
    /// What makes it the same post on every computer.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Its subtitle; may be empty.
    pub subtitle: String,
    /// Its day, as `2026-03-01`; may be empty.
    pub date: String,
    /// Its training text: paragraphs separated by blank lines.
    pub text: String,
    /// Notes to write it from, one a line; may be empty.
    pub notes: String,
}

/// An example before the author has seen it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The post it is made from.
    pub post: PostId,
    /// What it asks of the model.
    pub kind: Kind,
    /// Which template of its kind made it.
    pub template: String,
    /// Which part of the post it learns: a heading, `rest`, a passage's hash; nothing for the whole.
    pub part: Option<String>,
    /// Where decisions find it again: post, kind, template and part, the same on every computer.
    pub place: String,
    /// What the model is given.
    pub prompt: String,
    /// What it learns to write.
    pub completion: String,
}

/// The one prompt every held-out post is measured after, whatever the preset, so that numbers can be compared.
pub fn held_out_prompt(title: &str) -> String {
    format!("Write a blog post titled '{title}':")
}

/// Plain paraphrases, by the hash of the passage.
pub type Paraphrases = HashMap<String, String>;

/// All examples of the posts (newest first), in file order: all of one kind, then all of the next.
pub fn generate(posts: &[PostInput], preset: &Preset, plain: &Paraphrases) -> Vec<Candidate> {
    let of_kind = |kind: Kind| {
        let templates: Vec<&Template> = preset.templates.iter().filter(|one| one.kind == kind && one.on).collect();
        posts.iter().flat_map(move |post| {
            let made = templates.iter().flat_map(|template| of_template(post, template, plain)).collect::<Vec<_>>();
            distinct(made)
        })
    };
    Kind::ALL.into_iter().flat_map(of_kind).collect()
}

/// The examples one template makes of a post.
pub fn of_template(post: &PostInput, template: &Template, plain: &Paraphrases) -> Vec<Candidate> {
    let opening = parts::opening(&post.text).unwrap_or_default();
    let values = Values {
        title: &post.title,
        subtitle: &post.subtitle,
        date: &post.date,
        opening: &opening,
        notes: &post.notes,
        ..Values::default()
    };
    match template.gives {
        Gives::Whole => one(post, template, &values, post.text.clone()),
        Gives::FirstThree => one(post, template, &values, parts::first_paragraphs(&post.text, 3)),
        Gives::Sections => sections(post, template, &values),
        Gives::Rest => halves(post, template, &values),
        Gives::Paragraphs => passages(post, template, &values, plain),
        Gives::AsImported => Vec::new(),
    }
}

fn one(post: &PostInput, template: &Template, values: &Values<'_>, completion: String) -> Vec<Candidate> {
    let prompt = fill(&template.prompt, values);
    prompt.map(|prompt| candidate(post, template, None, prompt, completion)).into_iter().collect()
}

fn sections(post: &PostInput, template: &Template, values: &Values<'_>) -> Vec<Candidate> {
    let mut made = Vec::new();
    for part in parts::sections(&post.text) {
        let heading = part.heading.unwrap_or_default();
        let prompt = prompt_of(template, &Values { heading: &heading, ..values.clone() }, heading.is_empty());
        let Some(prompt) = prompt else { return Vec::new() };
        let name = if heading.is_empty() { "lead".to_owned() } else { heading };
        made.push(candidate(post, template, Some(name), prompt, part.text));
    }
    made
}

fn halves(post: &PostInput, template: &Template, values: &Values<'_>) -> Vec<Candidate> {
    let Some((beginning, rest)) = parts::halves(&post.text) else { return Vec::new() };
    let lead = prompt_of(template, values, true);
    let prompt = fill(&template.prompt, &Values { beginning: &beginning, ..values.clone() });
    match (lead, prompt) {
        (Some(lead), Some(prompt)) => vec![
            candidate(post, template, Some("beginning".into()), lead, beginning),
            candidate(post, template, Some("rest".into()), prompt, rest),
        ],
        _ => Vec::new(),
    }
}

/// One example a passage; the post has this form only where at least half of its passages have a paraphrase.
fn passages(post: &PostInput, template: &Template, values: &Values<'_>, plain: &Paraphrases) -> Vec<Candidate> {
    let passages = parts::passages(&post.text);
    let paraphrase = |passage: &str| plain.get(&super::hash(passage)).map(String::as_str).unwrap_or_default();
    let with = passages.iter().filter(|passage| !paraphrase(passage).is_empty()).count();
    if with == 0 || with * 2 < passages.len() {
        return Vec::new();
    }
    let mut made = Vec::new();
    // A passage without a paraphrase follows from the one before it; the first from the title.
    let mut before = post.title.clone();
    for passage in passages {
        let values = Values { plain: paraphrase(&passage), beginning: &before, ..values.clone() };
        let Some(prompt) = prompt_of(template, &values, values.plain.is_empty()) else { return Vec::new() };
        let part = super::hash(&passage)[..16].to_owned();
        made.push(candidate(post, template, Some(part), prompt, passage.clone()));
        before = passage;
    }
    made
}

/// The prompt of a part; where it lacks what the template asks for, the template's other prompt.
fn prompt_of(template: &Template, values: &Values<'_>, lead: bool) -> Option<String> {
    if lead {
        template.lead_prompt.as_deref().and_then(|prompt| fill(prompt, values))
    } else {
        fill(&template.prompt, values)
    }
}

fn candidate(
    post: &PostInput,
    template: &Template,
    part: Option<String>,
    prompt: String,
    completion: String,
) -> Candidate {
    let mut place = format!("{}#{}/{}", post.key, template.kind.name(), template.id);
    if let Some(part) = &part {
        place = format!("{place}/{part}");
    }
    Candidate { post: post.id, kind: template.kind, template: template.id.clone(), part, place, prompt, completion }
}

/// Two sections of one heading are told apart by their number.
fn distinct(mut made: Vec<Candidate>) -> Vec<Candidate> {
    let mut seen: HashMap<String, u32> = HashMap::new();
    for example in &mut made {
        let times = seen.entry(example.place.clone()).and_modify(|times| *times += 1).or_insert(1);
        if *times > 1 {
            example.place = format!("{} ({times})", example.place);
        }
    }
    made
}

#[cfg(test)]
mod tests;
