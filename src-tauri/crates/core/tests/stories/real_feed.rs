//! The real blog beside the project, where it is there: the numbers the old recipe and the reference notes give for it.

use crate::support::open;
use idiolect_core::blog::{self, Extent, PostQuery, PostState};
use idiolect_core::dataset::{self, Kind, Preset};
use idiolect_core::engine::fake::FakeEngine;
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

    let voice = dataset::build(&core, Preset::Voice).unwrap();
    assert_eq!((voice.training_posts, voice.held_out_posts), (16, 4));
    assert!((voice.exposure - 1.0).abs() < 1e-9);

    let seed = dataset::build(&core, Preset::Seed).unwrap();
    let count = |kind: Kind| seed.kinds.iter().find(|one| one.kind == kind).unwrap().examples;
    assert_eq!((count(Kind::Completion), count(Kind::Instruction), count(Kind::Question)), (20, 34, 80));
}
