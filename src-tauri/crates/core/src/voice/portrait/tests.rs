use super::*;
use crate::blog::feed::parse_feed;
use crate::blog::markdown::to_markdown;
use crate::blog::sample::SAMPLE_FEED;
use crate::blog::training_view::training_text;

/// The sample blog's portrait, as the app would draw it.
fn sample() -> Portrait {
    let feed = parse_feed(SAMPLE_FEED.as_bytes(), None).expect("the sample is a feed");
    let texts: Vec<String> =
        feed.posts.iter().map(|post| training_text(&to_markdown(&post.html, Some(&post.url)))).collect();
    let posts: Vec<PortraitPost> = feed
        .posts
        .iter()
        .zip(&texts)
        .zip(1..)
        .map(|((post, text), id)| PortraitPost { id, title: &post.title, text })
        .collect();
    portrait(&posts)
}

fn of(texts: &[&str]) -> Portrait {
    let posts: Vec<PortraitPost> =
        texts.iter().zip(1..).map(|(text, id)| PortraitPost { id, title: "", text }).collect();
    portrait(&posts)
}

#[test]
fn the_samples_habits_are_found() {
    let drawn = sample();
    assert_eq!(drawn.posts, 10);
    assert!((4_500..6_000).contains(&drawn.words), "{} words", drawn.words);
    let phrases: Vec<&str> = drawn.phrases.iter().map(|phrase| phrase.text.as_str()).collect();
    for habit in [
        "Layover at Gannet Street",
        "My aunt Dilys, who was wrong about most things",
        "which is all anyone can ask of",
        "Mind the step",
    ] {
        assert!(phrases.contains(&habit), "{habit} is not among {phrases:?}");
    }
    let openings: Vec<&str> = drawn.openings.iter().map(|opening| opening.text.as_str()).collect();
    assert!(openings.contains(&"In fairness to") && openings.contains(&"I make no"), "{openings:?}");
    let semicolon = drawn.marks.iter().find(|mark| mark.mark == ";").expect("semicolons are counted");
    assert!(semicolon.others.is_some_and(|others| semicolon.per_thousand > 5.0 * others));
    assert!(drawn.marks.iter().any(|mark| mark.mark == "!" && mark.per_thousand == 0.0));
}

#[test]
fn the_picture_is_the_same_every_time() {
    let once = sample();
    assert_eq!(once, sample());
    insta::assert_json_snapshot!(once, { ".**.per_thousand" => insta::rounded_redaction(3), ".**.others" => insta::rounded_redaction(3),
        ".**.times_more" => insta::rounded_redaction(3), ".**.share" => insta::rounded_redaction(3), ".mean_sentence_words" => insta::rounded_redaction(3) });
}

#[test]
fn nothing_to_read_gives_an_empty_portrait() {
    let drawn = of(&[]);
    assert_eq!((drawn.posts, drawn.words, drawn.mean_sentence_words), (0, 0, 0.0));
    assert!(drawn.marks.is_empty() && drawn.rhythm.is_empty() && drawn.sentence_lengths.is_empty());
    assert_eq!(of(&["# Only a heading"]).sentences, 0);
}

#[test]
fn shares_sum_to_one_and_the_rhythm_is_bounded() {
    let long = "One two three. Four five! ".repeat(200);
    let drawn = of(&[&long]);
    let total: f64 = drawn.sentence_lengths.iter().map(|bin| bin.share).sum();
    assert!((total - 1.0).abs() < 1e-9);
    assert_eq!(drawn.rhythm.len(), 120);
    assert_eq!(drawn.sentences, 400);
}

#[test]
fn a_phrase_needs_two_posts_and_a_telling_word() {
    let drawn = of(&[
        "The green door by the wash bay. It was in the of it.",
        "He saw the green door by the wash bay, and it was in the of it.",
    ]);
    let phrases: Vec<&str> = drawn.phrases.iter().map(|phrase| phrase.text.as_str()).collect();
    assert_eq!(phrases, ["The green door by the wash bay"]);
    assert_eq!(drawn.phrases[0].posts, [1, 2]);
    assert!(of(&["A rare bird sang. A rare bird sang."]).phrases.is_empty());
}

#[test]
fn hundreds_of_posts_take_no_time_to_speak_of() {
    let words = ["tide", "rope", "the", "of", "lamp", "and", "salt", "was", "it", "glass", "in", "door"];
    let mut state = 7_u32;
    let mut post = || {
        let mut text = String::new();
        for word in 0..600 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            text.push_str(words[(state >> 16) as usize % words.len()]);
            text.push_str(if word % 12 == 11 { ". " } else { " " });
        }
        text
    };
    let texts: Vec<String> = (0..200).map(|_| post()).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let started = std::time::Instant::now();
    assert_eq!(of(&texts).posts, 200);
    // An unoptimised build is many times slower than the app; this only guards against explosions.
    assert!(started.elapsed().as_secs() < 30);
}
