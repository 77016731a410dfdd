//! The real blog beside the project, where it is there: the numbers the old recipe and the reference notes give for it.

use crate::support::open;
use idiolect_core::blog::{self, Extent, PostQuery, PostState};
use idiolect_core::dataset::{self, ExampleQuery, ExampleStatus, FlagCode, Kind, PresetName, held_out};
use idiolect_core::engine::fake::FakeEngine;
use idiolect_core::training::{Recipe, render};
use std::path::Path;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn twenty_posts_give_the_old_recipes_counts() {
    let feed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data/blog/substack-feed.rss");
    if !feed.is_file() {
        println!("skipped: the real feed is not beside the project");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let core = open(folder.path(), FakeEngine::default());
    let report = blog::import(&core, feed.to_str().unwrap(), Extent::default(), |_| {}, &CancellationToken::new())
        .await
        .unwrap();
    assert_eq!((report.new, report.skipped.len()), (20, 0));
    let posts = blog::list_posts(&core.db, &PostQuery::default()).unwrap().items;
    assert!(posts.iter().all(|row| row.post.state == PostState::Included));

    let voice = dataset::choose(&core, &PresetName::voice()).unwrap();
    // One post gives an e-mail address; it waits for the author's word.
    assert_eq!((voice.training_posts, voice.held_out_posts, voice.flagged > 0), (15, 4, true));
    let personal = ExampleQuery { flag: Some(FlagCode::PersonalData), ..ExampleQuery::default() };
    let voice = dataset::decide_all(&core, &personal, ExampleStatus::Kept).unwrap();
    assert_eq!((voice.training_posts, voice.held_out_posts), (16, 4));
    assert!((voice.exposure - 1.0).abs() < 1e-9);
    let pictures = dataset::statistics(&core, None).await.unwrap();
    for post in pictures.exposures {
        let expected = if post.held_out { 0.0 } else { 1.0 };
        assert!((post.exposure - expected).abs() < 1e-9, "{} is learned from {} times", post.title, post.exposure);
    }
    let preset = dataset::chosen(&core).unwrap();
    let frozen = dataset::freeze(&core, &preset, &held_out::wanted(&core, None).unwrap()).unwrap();
    let codec = core.engine.default_codec().unwrap();
    let recipe = Recipe::of(&preset);
    for example in &frozen.examples {
        let parts = render::example(&recipe, codec.as_ref(), &example.prompt, &example.completion, 2048).unwrap();
        let marks = parts.iter().flat_map(|part| &part.tokens).filter(|token| **token == codec.end()).count();
        assert_eq!((marks, parts.last().unwrap().tokens.last()), (1, Some(&codec.end())), "{}", example.prompt);
    }
    assert!(pictures.duplicates.iter().all(|pair| pair.same_side), "nothing alike is on both sides");

    let seed = dataset::choose(&core, &PresetName::seed()).unwrap();
    let count = |kind: Kind| seed.kinds.iter().find(|one| one.kind == kind).unwrap().examples;
    assert_eq!((count(Kind::Completion), count(Kind::Instruction), count(Kind::Question)), (20, 34, 80));
    // The old cleaning: under 200 characters, or a summary under 500; nothing else.
    let query = ExampleQuery { limit: Some(1000), ..ExampleQuery::default() };
    for row in dataset::list(&core, &query).unwrap().items {
        let example = dataset::get(&core.db, row.id).unwrap();
        let (length, prompt) = (example.completion.chars().count(), example.prompt.to_lowercase());
        let summary = prompt.contains("summarize") || prompt.contains("summary");
        let dropped = length < 200 || summary && length < 500;
        let old = [Kind::Completion, Kind::Instruction, Kind::Question].contains(&row.kind);
        // What the author kept above is kept here, too: it is the same example.
        let decided = row.flags.iter().any(|flag| flag.code == FlagCode::PersonalData);
        assert!(
            !old || decided || dropped == (row.status == ExampleStatus::Flagged),
            "{prompt}: {length}, {:?}",
            row.status
        );
    }
}
