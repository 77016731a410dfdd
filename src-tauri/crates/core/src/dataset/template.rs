//! How a prompt is put: a text with placeholders, which the author can change.

use super::Kind;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// Which text of a post a template's examples learn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Gives {
    /// The whole text.
    Whole,
    /// The first three paragraphs, or all where there are fewer.
    FirstThree,
    /// Every section, and the part before the first heading.
    Sections,
    /// The beginning, and the rest after it.
    Rest,
    /// Every paragraph.
    Paragraphs,
    /// The rows of a file as they are.
    AsImported,
}

/// How the prompts of some examples are put.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Template {
    /// Its name within its kind; decisions are remembered by it.
    pub id: String,
    /// The kind of its examples.
    pub kind: Kind,
    /// The prompt, with placeholders such as `{title}`.
    pub prompt: String,
    /// The prompt of a part that has no heading, no beginning or no paraphrase.
    pub lead_prompt: Option<String>,
    /// What its examples learn.
    pub gives: Gives,
    /// Whether it is used.
    pub on: bool,
}

/// What placeholders stand for, for one example. Empty where there is nothing.
#[derive(Debug, Clone, Default)]
pub struct Values<'a> {
    /// `{title}`, also `{title_lower}` in lower case.
    pub title: &'a str,
    /// `{subtitle}`
    pub subtitle: &'a str,
    /// `{date}`: year, month, day.
    pub date: &'a str,
    /// `{opening}`: the first 100 characters of a first paragraph of 21 to 199.
    pub opening: &'a str,
    /// `{heading}` of a section.
    pub heading: &'a str,
    /// `{beginning}`: the text before the part.
    pub beginning: &'a str,
    /// `{notes}`, one a line.
    pub notes: &'a str,
    /// `{plain}`: the paraphrase of a paragraph.
    pub plain: &'a str,
}

/// Placeholders an example cannot do without: where there is nothing to put in, there is no example.
const NEEDED: [&str; 5] = ["opening", "heading", "beginning", "notes", "plain"];
/// All placeholders.
const PLACEHOLDERS: [&str; 9] =
    ["title", "title_lower", "subtitle", "date", "opening", "heading", "beginning", "notes", "plain"];
const LONGEST: usize = 2000;

impl Template {
    fn new(kind: Kind, id: &str, gives: Gives, prompt: &str) -> Template {
        Template { id: id.into(), kind, prompt: prompt.into(), lead_prompt: None, gives, on: true }
    }

    fn lead(self, prompt: &str) -> Template {
        Template { lead_prompt: Some(prompt.into()), ..self }
    }

    /// Refuses a prompt that cannot be filled.
    ///
    /// # Errors
    /// `BadInput`, naming the template and what is the matter.
    pub fn check(&self) -> Result<()> {
        for prompt in [Some(&self.prompt), self.lead_prompt.as_ref()].into_iter().flatten() {
            let refuse = |what: String| Error::bad_input(format!("The template '{}' {what}", self.id));
            // Rows of a file bring their own prompts.
            if prompt.trim().is_empty() && self.gives != Gives::AsImported {
                return Err(refuse("has no prompt.".into()).hint("Say what the model is asked, or switch it off."));
            }
            if prompt.chars().count() > LONGEST {
                return Err(refuse(format!("is longer than {LONGEST} characters.")));
            }
            if let Some(name) = names(prompt).find(|name| !PLACEHOLDERS.contains(name)) {
                let known: Vec<String> = PLACEHOLDERS.iter().map(|name| format!("{{{name}}}")).collect();
                return Err(refuse(format!("asks for {{{name}}}, which no post has."))
                    .hint(format!("There are {}.", known.join(" "))));
            }
        }
        Ok(())
    }
}

/// A prompt with its placeholders filled; nothing where one it needs is empty. A line left empty by `{subtitle}` or
/// `{date}` goes. What a title or note says is never taken for a placeholder.
pub fn fill(prompt: &str, values: &Values<'_>) -> Option<String> {
    if names(prompt).any(|name| NEEDED.contains(&name) && value(name, values).is_empty()) {
        return None;
    }
    let lines = prompt.split('\n').filter_map(|line| {
        let filled = fill_line(line, values);
        let emptied = filled.trim().is_empty() && !line.trim().is_empty();
        (!emptied).then_some(filled)
    });
    Some(lines.collect::<Vec<_>>().join("\n").trim().to_owned())
}

fn fill_line(line: &str, values: &Values<'_>) -> String {
    let mut filled = String::with_capacity(line.len() + 40);
    let mut rest = line;
    while let Some((before, name, after)) = next(rest) {
        filled.push_str(before);
        filled.push_str(&value(name, values));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

fn value(name: &str, values: &Values<'_>) -> String {
    let text = match name {
        "title" => values.title,
        "title_lower" => return values.title.to_lowercase(),
        "subtitle" => values.subtitle,
        "date" => values.date,
        "opening" => values.opening,
        "heading" => values.heading,
        "beginning" => values.beginning,
        "notes" => values.notes,
        "plain" => values.plain,
        other => return format!("{{{other}}}"),
    };
    text.to_owned()
}

/// The next placeholder: what stands before it, its name, what stands after it.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(open) = text[from..].find('{').map(|at| at + from) {
        let close = text[open..].find('}').map(|at| at + open)?;
        let name = &text[open + 1..close];
        if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
            return Some((&text[..open], name, &text[close + 1..]));
        }
        from = open + 1;
    }
    None
}

fn names(prompt: &str) -> impl Iterator<Item = &str> {
    let mut rest = prompt;
    std::iter::from_fn(move || {
        let (_, name, after) = next(rest)?;
        rest = after;
        Some(name)
    })
}

/// The templates of preset `voice`.
pub(super) fn voice() -> Vec<Template> {
    use Gives::{AsImported, FirstThree, Paragraphs, Rest, Sections, Whole};
    vec![
        Template::new(Kind::Completion, "whole", Whole, "{title}\n{subtitle}\n{date}"),
        Template::new(Kind::Instruction, "plain", Whole, "Write a blog post titled '{title}'"),
        Template::new(
            Kind::Instruction,
            "start_with",
            Whole,
            "Write a blog post titled '{title}'. Start with: {opening}...",
        ),
        // Quotation marks keep a title that is itself a question or a sentence from breaking the grammar.
        Template::new(Kind::Question, "write_about", Whole, "What did you write under the title '{title}'?"),
        Template::new(Kind::Question, "summarize", FirstThree, "Can you summarize your thoughts on '{title}'?"),
        Template::new(Kind::Question, "tell", Whole, "Tell me about '{title}'."),
        Template::new(Kind::Question, "views", Whole, "What are your views on '{title}'?"),
        Template::new(
            Kind::Section,
            "section",
            Sections,
            "Write the section '{heading}' of a blog post titled '{title}'",
        )
        .lead("Write the opening of a blog post titled '{title}'"),
        Template::new(Kind::Continue, "continue", Rest, "Continue this blog post titled '{title}':\n\n{beginning}")
            .lead("Write the beginning of a blog post titled '{title}'"),
        Template::new(Kind::Brief, "brief", Whole, "Write a blog post titled '{title}' from these notes:\n{notes}"),
        Template::new(Kind::Rewrite, "rewrite", Paragraphs, "Say this in your own voice:\n\n{plain}")
            .lead("Write what follows in a blog post:\n\n{beginning}"),
        Template::new(Kind::Imported, "row", AsImported, ""),
    ]
}

/// The templates of preset `seed`: as those of `voice`, but where the old recipe had its own words.
pub(super) fn seed() -> Vec<Template> {
    let old = |template: Template| {
        let prompt = match template.id.as_str() {
            "whole" => "Write a blog post titled '{title}':",
            "write_about" => "What did you write about {title}?",
            "tell" => "Tell me about '{title}'",
            "views" => "What are your views on {title_lower}?",
            _ => return template,
        };
        Template { prompt: prompt.into(), ..template }
    };
    voice().into_iter().map(old).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn filled(prompt: &str, values: &Values<'_>) -> String {
        fill(prompt, values).unwrap()
    }

    #[test]
    fn lines_of_what_a_post_lacks_go() {
        let with = Values { title: "Tea", subtitle: "Or not", date: "2026-03-01", ..Values::default() };
        assert_eq!(filled("{title}\n{subtitle}\n{date}", &with), "Tea\nOr not\n2026-03-01");
        let without = Values { title: "Tea", ..Values::default() };
        assert_eq!(filled("{title}\n{subtitle}\n{date}", &without), "Tea");
    }

    #[test]
    fn there_is_no_example_where_what_it_needs_is_missing() {
        assert_eq!(fill("Start with: {opening}", &Values { title: "Tea", ..Values::default() }), None);
    }

    #[test]
    fn unknown_placeholders_are_refused_by_name() {
        let template = Template::new(Kind::Completion, "whole", Gives::Whole, "About {topic}");
        let error = template.check().unwrap_err();
        assert_eq!(error.message, "The template 'whole' asks for {topic}, which no post has.");
        assert!(Template { prompt: "{ not one } {}".into(), ..template }.check().is_ok());
    }

    #[test]
    fn every_template_that_comes_with_the_app_is_sound() {
        for template in voice().into_iter().chain(seed()) {
            template.check().unwrap();
        }
    }

    proptest! {
        #[test]
        fn what_a_title_says_is_never_filled(title in ".{0,40}") {
            let title = title.replace('\n', " ");
            let values = Values { title: &title, notes: "secret", ..Values::default() };
            prop_assert_eq!(filled("A '{title}' B", &values), format!("A '{title}' B"));
        }
    }
}
