//! What is learned from and what is only measured on: by post, with everything that is much alike on one side.

use crate::support::{feed, open, sample};
use idiolect_core::Core;
use idiolect_core::blog::{self, Extent};
use idiolect_core::dataset::{self, ExampleQuery, Kind, Preset, PresetName, held_out};
use idiolect_core::engine::fake::FakeEngine;
use std::collections::HashSet;
use tokio_util::sync::CancellationToken;

/// A text of its own for each number, of about 120 words.
fn text(number: usize) -> String {
    let words: Vec<String> = (0..120).map(|word| format!("w{}x{number}", word * 7 % 113)).collect();
    format!("<p>{}.</p>", words.join(" "))
}

async fn library(posts: &[(String, String)]) -> (tempfile::TempDir, Core) {
    let folder = tempfile::tempdir().unwrap();
    let core = open(&folder.path().join("a"), FakeEngine::default());
    let path = folder.path().join("feed.xml");
    let posts: Vec<(&str, &str)> = posts.iter().map(|(title, text)| (title.as_str(), text.as_str())).collect();
    std::fs::write(&path, feed(&posts)).unwrap();
    blog::import(&core, path.to_str().unwrap(), Extent::default(), |_| {}, &CancellationToken::new()).await.unwrap();
    (folder, core)
}

fn numbered(count: usize) -> Vec<(String, String)> {
    (0..count).map(|number| (format!("Post {number}"), text(number))).collect()
}

#[tokio::test]
async fn a_cross_post_of_a_held_out_post_is_held_out_with_all_its_examples() {
    let mut posts = numbered(10);
    // The oldest post is the newest one again, with a line of its own.
    posts[9].1 = format!("<p>First published elsewhere.</p>{}", posts[0].1);
    let (_folder, core) = library(&posts).await;
    let summary = dataset::summary(&core).unwrap();
    assert_eq!(summary.held_out_posts, 3, "the two newest, and the twin of one of them");
    let rows = dataset::list(&core, &ExampleQuery { limit: Some(1000), ..Default::default() }).unwrap().items;
    let out: HashSet<&str> = rows.iter().filter(|row| row.held_out).map(|row| row.post_title.as_str()).collect();
    assert_eq!(out, HashSet::from(["Post 0", "Post 1", "Post 9"]));
    assert!(rows.iter().all(|row| row.held_out == out.contains(row.post_title.as_str())), "no post on both sides");
    let pictures = dataset::statistics(&core, None).await.unwrap();
    assert_eq!(pictures.duplicates.len(), 1);
    assert!(pictures.duplicates[0].same_side);
}

#[tokio::test]
async fn a_run_with_more_posts_left_out_leaves_their_twins_out_too() {
    let mut posts = numbered(10);
    posts[8].1 = posts[3].1.clone();
    // Nothing has looked at the examples yet.
    let (_folder, core) = library(&posts).await;
    let out = held_out::wanted(&core, Some(4)).unwrap();
    assert_eq!(out.len(), 5);
    let frozen = dataset::freeze(&core, &Preset::voice(), &out).unwrap();
    let titles: HashSet<&str> = frozen.held_out.iter().map(|post| post.title.as_str()).collect();
    assert_eq!(titles, HashSet::from(["Post 0", "Post 1", "Post 2", "Post 3", "Post 8"]));
    let learned: HashSet<String> = frozen.examples.iter().map(|example| example.completion.clone()).collect();
    assert!(frozen.held_out.iter().all(|post| !learned.contains(&post.text)));
}

#[tokio::test]
async fn in_every_epoch_each_post_is_learned_from_once_whatever_kinds_are_on() {
    let (_folder, core, _) = sample(FakeEngine::default()).await;
    for kind in [Kind::Section, Kind::Continue, Kind::Brief, Kind::Question] {
        dataset::set_kind_enabled(&core, kind, true).unwrap();
    }
    let preset = dataset::chosen(&core).unwrap();
    let out = held_out::wanted(&core, None).unwrap();
    let frozen = dataset::freeze(&core, &preset, &out).unwrap();
    let used: Vec<String> = blog::list_posts(&core.db, &Default::default())
        .unwrap()
        .items
        .iter()
        .filter(|row| !out.contains(&row.post.id))
        .map(|row| blog::post_detail(&core.db, row.post.id).unwrap().training_text)
        .collect();
    for number in 0..6 {
        let mut learned: Vec<(u32, usize)> = Vec::new();
        for at in frozen.epoch(1, number) {
            let example = &frozen.examples[at];
            match learned.iter_mut().find(|(unit, _)| *unit == example.unit) {
                // Parts are separated by blank lines in the post.
                Some((_, length)) => *length += example.completion.chars().count() + 2,
                None => learned.push((example.unit, example.completion.chars().count())),
            }
        }
        let mut lengths: Vec<usize> = learned.iter().map(|(_, length)| *length).collect();
        let mut whole: Vec<usize> = used.iter().map(|text| text.chars().count()).collect();
        lengths.sort_unstable();
        whole.sort_unstable();
        // A summary gives only the first paragraphs, so a question may fall short of the post, never exceed it.
        assert_eq!(lengths.len(), whole.len(), "epoch {number}");
        assert!(lengths.iter().sum::<usize>() <= whole.iter().sum::<usize>(), "epoch {number}");
        assert!(lengths.iter().all(|length| whole.iter().any(|whole| length <= whole)));
    }
}

#[tokio::test]
async fn the_same_posts_give_the_same_digest_whatever_their_row_numbers() {
    let posts = numbered(6);
    let (_a, first) = library(&posts).await;
    // The second library met other posts first, so its rows have other numbers.
    let folder = tempfile::tempdir().unwrap();
    let second = open(&folder.path().join("a"), FakeEngine::default());
    let path = folder.path().join("feed.xml");
    let elsewhere = feed(&[("Elsewhere", text(99).as_str())]).replace("/p/0", "/p/77").replace("<guid>0-", "<guid>77-");
    std::fs::write(&path, elsewhere).unwrap();
    blog::import(&second, path.to_str().unwrap(), Extent::default(), |_| {}, &CancellationToken::new()).await.unwrap();
    let rows: Vec<(&str, &str)> = posts.iter().map(|(title, text)| (title.as_str(), text.as_str())).collect();
    std::fs::write(&path, feed(&rows)).unwrap();
    blog::import(&second, path.to_str().unwrap(), Extent::default(), |_| {}, &CancellationToken::new()).await.unwrap();
    let all = blog::list_posts(&second.db, &Default::default()).unwrap().items;
    let other = all.iter().find(|row| row.post.title == "Elsewhere").unwrap().post.id;
    blog::set_included(&second, &[other], false).unwrap();
    let digest = |core: &Core| {
        dataset::choose(core, &PresetName::voice()).unwrap();
        let out = held_out::wanted(core, Some(2)).unwrap();
        dataset::freeze(core, &Preset::voice(), &out).unwrap().digest()
    };
    assert_eq!(digest(&first), digest(&second));
}
