//! A model writes paraphrases and notes; what changes the facts is refused, what is written is never asked for again.

use crate::support::sample;
use idiolect_core::dataset::{self, ExampleQuery, Kind};
use idiolect_core::engine::fake::FakeEngine;
use idiolect_core::preparation::{PrepareEvent, preparation, prepare};
use tokio_util::sync::CancellationToken;

#[tokio::test(flavor = "multi_thread")]
async fn paraphrases_make_examples_of_the_kind_rewrite() {
    // The fake says every passage again in its own words, so no fact is lost.
    let (_folder, core, _) = sample(FakeEngine { echo: true, ..FakeEngine::default() }).await;
    // Nothing has looked at the examples yet, so nothing was held out; still nothing is asked for held-out posts.
    let before = preparation(&core, Kind::Rewrite, "fake").unwrap();
    assert!(before.to_do > 0 && before.minutes.is_none());
    let mut events = Vec::new();
    prepare(&core, Kind::Rewrite, "fake", |event| events.push(event), &CancellationToken::new()).await.unwrap();
    assert!(
        matches!(events.last(), Some(PrepareEvent::Done { done, refused: 0, stopped: false }) if *done == before.to_do)
    );
    let after = preparation(&core, Kind::Rewrite, "fake").unwrap();
    assert_eq!((after.to_do, after.done), (0, before.pieces));
    let found = dataset::list(&core, &ExampleQuery { kind: Some(Kind::Rewrite), ..Default::default() }).unwrap();
    assert!(found.total > 0);
    assert!(found.items.iter().all(|example| !example.held_out));
    assert!(found.items[0].prompt.starts_with("Say this in your own voice:"), "{}", found.items[0].prompt);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_tells_another_story_is_refused_and_can_be_tried_with_another_model() {
    let (_folder, core, _) = sample(FakeEngine::default()).await;
    dataset::summary(&core).unwrap();
    let mut reasons = Vec::new();
    let hear = |event| {
        if let PrepareEvent::Piece { text, .. } = event {
            reasons.push(text);
        }
    };
    prepare(&core, Kind::Rewrite, "fake", hear, &CancellationToken::new()).await.unwrap();
    let after = preparation(&core, Kind::Rewrite, "fake").unwrap();
    assert_eq!((after.to_do, after.done), (0, 0));
    assert!(after.refused > 0);
    assert!(reasons.iter().all(|reason| reason.ends_with('.')), "{reasons:?}");
    let mut pieces = 0;
    let hear = |event| {
        if let PrepareEvent::Started { pieces: count } = event {
            pieces = count;
        }
    };
    prepare(&core, Kind::Rewrite, "fake", hear, &CancellationToken::new()).await.unwrap();
    assert_eq!(pieces, after.refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_stopped_and_goes_on_where_it_was() {
    let (_folder, core, _) = sample(FakeEngine { echo: true, ..FakeEngine::default() }).await;
    dataset::summary(&core).unwrap();
    let stop = CancellationToken::new();
    let mut done = 0;
    let hear = |event| {
        if matches!(event, PrepareEvent::Piece { .. }) {
            done += 1;
            if done == 2 {
                stop.cancel();
            }
        }
    };
    prepare(&core, Kind::Rewrite, "fake", hear, &stop).await.unwrap();
    let after = preparation(&core, Kind::Rewrite, "fake").unwrap();
    assert_eq!((after.done, after.to_do), (2, after.pieces - 2));
    assert!(after.minutes.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_that_are_none_leave_the_apps_own() {
    let (_folder, core, _) = sample(FakeEngine::default()).await;
    dataset::summary(&core).unwrap();
    prepare(&core, Kind::Brief, "fake", |_| {}, &CancellationToken::new()).await.unwrap();
    let brief = ExampleQuery { kind: Some(Kind::Brief), ..Default::default() };
    let found = dataset::list(&core, &brief).unwrap();
    assert!(found.total > 0);
    assert!(found.items.iter().all(|example| !example.prompt.contains("It began with tea")));
    assert!(preparation(&core, Kind::Question, "fake").is_err());
}
