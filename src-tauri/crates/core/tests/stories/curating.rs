//! Examples: counts, decisions that survive everything, undo.

use crate::support::{feed, open, paragraph, sample};
use idiolect_core::blog::{self, Extent, PostQuery};
use idiolect_core::dataset::{self, ExampleQuery, ExampleStatus, ExportFormat, Kind, PresetName};
use idiolect_core::engine::fake::FakeEngine;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn voice_learns_every_sentence_once_an_epoch() {
    let (_folder, core, report) = sample(FakeEngine::default()).await;
    let summary = dataset::choose(&core, &PresetName::voice()).unwrap();
    assert_eq!(summary.held_out_posts, 2);
    assert_eq!(summary.training_posts, report.new - 2);
    assert!((summary.exposure - 1.0).abs() < 1e-9);
    assert!(summary.tokens_per_epoch.unwrap() > 1000);
    let on: Vec<Kind> = summary.kinds.iter().filter(|kind| kind.enabled).map(|kind| kind.kind).collect();
    assert_eq!(on, [Kind::Completion, Kind::Instruction, Kind::Imported]);
}

#[tokio::test]
async fn a_decision_survives_refresh_rebuild_and_preset_and_can_be_undone() {
    let (_folder, core, _) = sample(FakeEngine::default()).await;
    dataset::choose(&core, &PresetName::voice()).unwrap();
    let first = dataset::list(&core, &ExampleQuery::default()).unwrap().items.remove(0);
    dataset::set_status(&core, &[first.id], ExampleStatus::Dropped).unwrap();
    blog::import_sample(&core, |_| {}, &CancellationToken::new()).await.unwrap();
    dataset::choose(&core, &PresetName::seed()).unwrap();
    dataset::choose(&core, &PresetName::voice()).unwrap();
    assert_eq!(dataset::get(&core.db, first.id).unwrap().status, ExampleStatus::Dropped);
    let summary = dataset::summary(&core).unwrap();
    assert_eq!(summary.can_undo.unwrap(), format!("Dropped an example of '{}'", first.post_title));
    dataset::undo(&core).unwrap();
    assert_eq!(dataset::get(&core.db, first.id).unwrap().status, ExampleStatus::Kept);
}

#[tokio::test]
async fn an_edit_survives_a_changed_post_and_undo_gives_the_posts_text_back() {
    let folder = tempfile::tempdir().unwrap();
    let core = open(folder.path(), FakeEngine::default());
    let stop = CancellationToken::new();
    let path = folder.path().join("feed.xml");
    let posts = |text: &str| feed(&[("Tea", text), ("Rain", &paragraph("rain")), ("Mud", &paragraph("mud"))]);
    std::fs::write(&path, posts(&paragraph("tea"))).unwrap();
    blog::import(&core, path.to_str().unwrap(), Extent::default(), |_| {}, &stop).await.unwrap();
    dataset::choose(&core, &PresetName::voice()).unwrap();
    let query = ExampleQuery { search: Some("tea".into()), ..ExampleQuery::default() };
    let id = dataset::list(&core, &query).unwrap().items[0].id;
    dataset::edit(&core, id, "My prompt", &"My own words. ".repeat(30)).unwrap();
    std::fs::write(&path, posts(&paragraph("green tea"))).unwrap();
    blog::import(&core, path.to_str().unwrap(), Extent::default(), |_| {}, &stop).await.unwrap();
    dataset::choose(&core, &PresetName::voice()).unwrap();
    let edited = dataset::get(&core.db, id).unwrap();
    assert_eq!((edited.prompt.as_str(), edited.edited), ("My prompt", true));
    dataset::undo(&core).unwrap();
    let back = dataset::get(&core.db, id).unwrap();
    assert!(back.completion.contains("green tea") && !back.edited);
}

#[tokio::test]
async fn excluded_posts_give_no_examples_and_come_back_with_their_decisions() {
    let (_folder, core, _) = sample(FakeEngine::default()).await;
    dataset::choose(&core, &PresetName::voice()).unwrap();
    let post = blog::list_posts(&core.db, &PostQuery::default()).unwrap().items[4].post.id;
    let of_post = || {
        let query = ExampleQuery { post: Some(post), ..ExampleQuery::default() };
        dataset::list(&core, &query).unwrap().items
    };
    let before = of_post();
    dataset::set_status(&core, &[before[0].id], ExampleStatus::Dropped).unwrap();
    blog::set_included(&core, &[post], false).unwrap();
    assert!(of_post().is_empty());
    blog::set_included(&core, &[post], true).unwrap();
    let after = of_post();
    assert_eq!(after.len(), before.len());
    assert_eq!(after[0].status, ExampleStatus::Dropped);
}

#[tokio::test]
async fn export_leaves_held_out_posts_and_dropped_examples_out() {
    let (folder, core, _) = sample(FakeEngine::default()).await;
    let summary = dataset::choose(&core, &PresetName::voice()).unwrap();
    let to = folder.path().join("examples.jsonl");
    let rows = dataset::export(&core, &to, ExportFormat::Messages).unwrap();
    assert_eq!(rows, summary.kept);
    let text = std::fs::read_to_string(&to).unwrap();
    assert_eq!(text.lines().count(), rows as usize);
    for line in text.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(row["messages"][0]["role"], "user");
    }
    let held: Vec<String> = blog::list_posts(&core.db, &PostQuery::default())
        .unwrap()
        .items
        .into_iter()
        .filter(|row| row.post.held_out)
        .map(|row| row.post.title)
        .collect();
    assert_eq!(held.len(), 2);
    assert!(held.iter().all(|title| !text.contains(&format!("titled '{title}'"))));
}

#[tokio::test]
async fn the_last_kind_cannot_be_switched_off() {
    let (_folder, core, _) = sample(FakeEngine::default()).await;
    dataset::set_kind_enabled(&core, Kind::Instruction, false).unwrap();
    dataset::set_kind_enabled(&core, Kind::Imported, false).unwrap();
    let error = dataset::set_kind_enabled(&core, Kind::Completion, false).unwrap_err();
    assert!(error.message.starts_with("At least one kind"), "{}", error.message);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn examples_looked_at_while_posts_come_in_are_those_of_all_posts_in_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let core = open(&folder.path().join("a"), FakeEngine::default());
    let looking = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    // Two windows' worth of looking, as the page does whenever something changed.
    let lookers: Vec<_> = (0..2)
        .map(|_| {
            let (core, looking) = (core.clone(), looking.clone());
            std::thread::spawn(move || {
                while looking.load(std::sync::atomic::Ordering::Relaxed) {
                    dataset::summary(&core).unwrap();
                    std::thread::yield_now();
                }
            })
        })
        .collect();
    blog::import_sample(&core, |_| {}, &CancellationToken::new()).await.unwrap();
    looking.store(false, std::sync::atomic::Ordering::Relaxed);
    lookers.into_iter().for_each(|looker| looker.join().unwrap());
    let summary = dataset::summary(&core).unwrap();
    assert_eq!((summary.training_posts, summary.held_out_posts), (8, 2));
}
