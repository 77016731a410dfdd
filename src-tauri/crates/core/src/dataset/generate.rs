//! From a post to its examples: the templates of each preset. Pure: the same post gives the same examples everywhere.
//!
//! Preset `seed` is the old recipe word for word (contradictory prompts, lower-cased titles and all), so that it can be
//! compared with; preset `voice` puts the same questions grammatically.

use super::{Kind, Preset};
use crate::id::PostId;

/// A post as examples are made from it.
#[derive(Debug, Clone)]
pub struct PostInput {
    /// The post.
    pub id: PostId,
    /// Its title.
    pub title: String,
    /// Its training text: paragraphs separated by blank lines.
    pub text: String,
}

/// An example before the author has seen it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The post it is made from.
    pub post: PostId,
    /// What it asks of the model.
    pub kind: Kind,
    /// Which template of its kind made it.
    pub variant: &'static str,
    /// What the model is given.
    pub prompt: String,
    /// What it learns to write.
    pub completion: String,
}

/// The one prompt every held-out post is measured after, whatever the preset, so that numbers can be compared.
pub fn held_out_prompt(title: &str) -> String {
    format!("Write a blog post titled '{title}':")
}

/// All examples of the posts (newest first), in file order: all of one kind, then all of the next.
pub fn generate(posts: &[PostInput], preset: Preset) -> Vec<Candidate> {
    Kind::ALL.iter().flat_map(|kind| posts.iter().flat_map(|post| of_kind(post, *kind, preset))).collect()
}

fn of_kind(post: &PostInput, kind: Kind, preset: Preset) -> Vec<Candidate> {
    let make =
        |variant, prompt: String, completion: String| Candidate { post: post.id, kind, variant, prompt, completion };
    let whole = || post.text.clone();
    let title = &post.title;
    match kind {
        Kind::Completion => vec![make("whole", held_out_prompt(title), whole())],
        Kind::Instruction => {
            let mut made = vec![make("plain", format!("Write a blog post titled '{title}'"), whole())];
            if let Some(start) = opening(&post.text) {
                made.push(make(
                    "start_with",
                    format!("Write a blog post titled '{title}'. Start with: {start}..."),
                    whole(),
                ));
            }
            made
        }
        Kind::Question => {
            let ask = Questions::about(title, preset);
            vec![
                make("write_about", ask.write_about, whole()),
                make("summarize", ask.summarize, first_paragraphs(&post.text, 3)),
                make("tell", ask.tell, whole()),
                make("views", ask.views, whole()),
            ]
        }
    }
}

struct Questions {
    write_about: String,
    summarize: String,
    tell: String,
    views: String,
}

impl Questions {
    fn about(title: &str, preset: Preset) -> Questions {
        let summarize = format!("Can you summarize your thoughts on '{title}'?");
        match preset {
            Preset::Seed => Questions {
                write_about: format!("What did you write about {title}?"),
                summarize,
                tell: format!("Tell me about {title}"),
                views: format!("What are your views on {}?", title.to_lowercase()),
            },
            // Quotation marks keep a title that is itself a question or a sentence from breaking the grammar.
            Preset::Voice => Questions {
                write_about: format!("What did you write under the title '{title}'?"),
                summarize,
                tell: format!("Tell me about '{title}'."),
                views: format!("What are your views on '{title}'?"),
            },
        }
    }
}

/// The first 100 characters of the first paragraph, when that paragraph has more than 20 and fewer than 200.
fn opening(text: &str) -> Option<String> {
    let first = paragraphs(text).next()?;
    let length = first.chars().count();
    (length > 20 && length < 200).then(|| first.chars().take(100).collect())
}

fn first_paragraphs(text: &str, count: usize) -> String {
    paragraphs(text).take(count).collect::<Vec<_>>().join("\n\n")
}

fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(id: u32, title: &str, text: &str) -> PostInput {
        PostInput { id: PostId(id), title: title.into(), text: text.into() }
    }

    #[test]
    fn the_old_recipe_gives_its_prompts_word_for_word() {
        let text = "A first paragraph of fitting length.\n\nSecond.\n\nThird.\n\nFourth.";
        let made = generate(&[post(1, "What Is It?", text)], Preset::Seed);
        let prompts: Vec<&str> = made.iter().map(|example| example.prompt.as_str()).collect();
        assert_eq!(
            prompts,
            [
                "Write a blog post titled 'What Is It?':",
                "Write a blog post titled 'What Is It?'",
                "Write a blog post titled 'What Is It?'. Start with: A first paragraph of fitting length....",
                "What did you write about What Is It??",
                "Can you summarize your thoughts on 'What Is It?'?",
                "Tell me about What Is It?",
                "What are your views on what is it??",
            ]
        );
        assert_eq!(made[4].completion, "A first paragraph of fitting length.\n\nSecond.\n\nThird.");
        assert!(made.iter().enumerate().all(|(i, example)| i == 4 || example.completion == text));
    }

    #[test]
    fn the_opening_is_given_only_where_the_first_paragraph_is_neither_tiny_nor_long() {
        let with =
            |first: &str| generate(&[post(1, "T", first)], Preset::Seed).iter().any(|e| e.variant == "start_with");
        assert!(!with(&"x".repeat(20)));
        assert!(with(&"x".repeat(21)));
        assert!(with(&"é".repeat(199)));
        assert!(!with(&"x".repeat(200)));
    }

    #[test]
    fn file_order_is_kind_by_kind_with_the_newest_post_first() {
        let posts = [post(2, "New", "text"), post(1, "Old", "text")];
        let order: Vec<(Kind, u32)> = generate(&posts, Preset::Seed).iter().map(|e| (e.kind, e.post.0)).collect();
        assert_eq!(
            order[..4],
            [(Kind::Completion, 2), (Kind::Completion, 1), (Kind::Instruction, 2), (Kind::Instruction, 1)]
        );
    }

    #[test]
    fn voice_asks_without_doubled_marks_or_lower_cased_names() {
        for example in generate(&[post(1, "Who Is Ada?", "text")], Preset::Voice) {
            assert!(!example.prompt.contains("??"), "{}", example.prompt);
            assert!(example.prompt.contains("Who Is Ada?"), "{}", example.prompt);
        }
    }
}
