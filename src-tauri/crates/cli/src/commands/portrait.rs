//! `portrait`: what the author does more than others, counted over the posts.

use crate::context::Context;
use crate::exit::{End, Outcome};
use crate::text::{count, wrap};
use idiolect_core::voice::portrait::{Portrait, WordRate};
use idiolect_core::{Code, Error, voice};

/// Options of `portrait`.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub struct Args {}

const HELP: &str = "\
JSON: posts, words, sentences, mean_sentence_words, sentence_lengths [{from, to, share}], rhythm [words of each sentence
of one stretch], marks [{mark, name, per_thousand, others}], words_used [{word, per_thousand, times_more, posts}],
openings [{text, count, posts}], phrases [{text, count, posts}]; posts are numbers of posts.";

/// Draws the portrait.
pub fn run(context: &Context<'_>) -> Outcome {
    let portrait = voice::portrait(&context.core)?;
    if portrait.posts == 0 {
        return Err(Error::new(Code::NotFound, "There are no posts to draw a portrait from.")
            .hint("Import a blog first: `idiolect-cli import ADDRESS`."));
    }
    context.out.either(&portrait, || people(&portrait, 12));
    Ok(End::Done)
}

/// The portrait in a few lines, `most` entries a line.
pub fn people(portrait: &Portrait, most: usize) -> String {
    let head = format!(
        "{}, {}. A sentence has {:.1} words on average.",
        count(portrait.posts, "post"),
        count(portrait.words, "word"),
        portrait.mean_sentence_words
    );
    let marks = portrait.marks.iter().take(most.min(6)).map(|mark| {
        let others = mark.others.map(|others| format!(" (others {others:.1})")).unwrap_or_default();
        format!("{} {:.1}{others}", mark.name, mark.per_thousand)
    });
    let words = portrait.words_used.iter().take(most).map(|word: &WordRate| word.word.clone());
    let times = |text: &str, times: u32, posts: usize| format!("“{text}” {times}× in {}", count(posts as u64, "post"));
    let openings = portrait.openings.iter().take(most.min(6)).map(|o| times(&o.text, o.count, o.posts.len()));
    let phrases = portrait.phrases.iter().take(most.min(6)).map(|p| times(&p.text, p.count, p.posts.len()));
    let lines = [
        ("Marks in 1,000 words", marks.collect::<Vec<_>>()),
        ("Words used more than others use them", words.collect()),
        ("How sentences begin", openings.collect()),
        ("Phrases that come back", phrases.collect()),
    ];
    let told = lines.into_iter().filter(|(_, entries)| !entries.is_empty());
    let told = told.map(|(name, entries)| format!("{name}\n{}", wrap(&entries.join(", "), "   ")));
    std::iter::once(head).chain(told).collect::<Vec<_>>().join("\n")
}
