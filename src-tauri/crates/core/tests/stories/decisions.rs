//! The author's word on examples: it attaches to what it was said of, outlives everything, and can be taken back.

use crate::support::{feed, open, paragraph, sample};
use idiolect_core::Core;
use idiolect_core::blog::{self, Extent};
use idiolect_core::dataset::{self, ExampleQuery, ExampleRow, ExampleStatus, FlagCode, Kind, PresetName, presets};
use idiolect_core::draft::{self, WriteRequest};
use idiolect_core::engine::fake::FakeEngine;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use tokio_util::sync::CancellationToken;

async fn import(core: &Core, folder: &Path, posts: &[(&str, &str)]) {
    let path = folder.join("feed.xml");
    std::fs::write(&path, feed(posts)).unwrap();
    blog::import(core, path.to_str().unwrap(), Extent::default(), |_| {}, &CancellationToken::new()).await.unwrap();
}

fn find(core: &Core, title: &str, kind: Kind) -> ExampleRow {
    let query = ExampleQuery { kind: Some(kind), limit: Some(1000), ..Default::default() };
    let rows = dataset::list(core, &query).unwrap().items;
    rows.into_iter().find(|row| row.post_title == title).unwrap()
}

#[tokio::test]
async fn a_decision_holds_when_the_same_post_comes_under_another_address() {
    let (tea, rain, mud) = (paragraph("tea"), paragraph("rain"), paragraph("mud"));
    let folder = tempfile::tempdir().unwrap();
    let core = open(&folder.path().join("a"), FakeEngine::default());
    import(&core, folder.path(), &[("Tea", &tea), ("Rain", &rain), ("Mud", &mud)]).await;
    dataset::set_status(&core, &[find(&core, "Mud", Kind::Completion).id], ExampleStatus::Dropped).unwrap();
    // The blog moves: every address changes, the words do not.
    let path = folder.path().join("feed.xml");
    let moved = std::fs::read_to_string(&path).unwrap().replace("tests.example/p/", "moved.example/post/");
    std::fs::write(&path, moved.replace("<guid>", "<guid>new-")).unwrap();
    blog::import(&core, path.to_str().unwrap(), Extent::default(), |_| {}, &CancellationToken::new()).await.unwrap();
    let query = ExampleQuery { kind: Some(Kind::Completion), ..Default::default() };
    let mud = dataset::list(&core, &query).unwrap().items.into_iter().filter(|row| row.post_title == "Mud");
    assert!(mud.clone().count() >= 1);
    assert!(mud.into_iter().all(|row| row.status == ExampleStatus::Dropped));
}

#[tokio::test]
async fn a_library_that_moves_takes_its_decisions_along() {
    let (_folder, core, _) = sample(FakeEngine::default()).await;
    let dropped = dataset::list(&core, &ExampleQuery::default()).unwrap().items.remove(3);
    dataset::set_status(&core, &[dropped.id], ExampleStatus::Dropped).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("library.db");
    core.db.read(|c| Ok(c.execute("VACUUM INTO ?1", [copy.to_str().unwrap()])?)).unwrap();
    let moved = open(elsewhere.path(), FakeEngine::default());
    let again = find(&moved, &dropped.post_title, dropped.kind);
    assert_eq!((again.id, again.status), (dropped.id, ExampleStatus::Dropped));
    assert!(dataset::summary(&moved).unwrap().can_undo.is_some());
}

#[tokio::test]
async fn a_kept_example_asks_again_when_something_new_is_the_matter() {
    let folder = tempfile::tempdir().unwrap();
    let core = open(&folder.path().join("a"), FakeEngine::default());
    let (tea, mud) = (paragraph("tea"), paragraph("mud"));
    import(&core, folder.path(), &[("Tea", &tea), ("Short", "<p>So short.</p>"), ("Mud", &mud)]).await;
    let short = find(&core, "Short", Kind::Completion);
    assert_eq!((short.status, short.flags[0].code), (ExampleStatus::Flagged, FlagCode::TooShort));
    dataset::set_status(&core, &[short.id], ExampleStatus::Kept).unwrap();
    assert_eq!(find(&core, "Short", Kind::Completion).status, ExampleStatus::Kept);
    // Still short, and kept; but now it holds an address the author has not looked at.
    let mail = "<p>Write to ann.smith@example.org.</p>";
    import(&core, folder.path(), &[("Tea", &tea), ("Short", mail), ("Mud", &mud)]).await;
    let changed = find(&core, "Short", Kind::Completion);
    assert_eq!(changed.status, ExampleStatus::Flagged);
    assert!(changed.flags.iter().any(|flag| flag.code == FlagCode::PersonalData));
}

#[tokio::test]
async fn all_that_a_choice_finds_is_decided_on_and_taken_back_at_once() {
    let (_folder, core, _) = sample(FakeEngine::default()).await;
    let query = ExampleQuery { kind: Some(Kind::Question), ..Default::default() };
    let before: Vec<ExampleStatus> = dataset::list(&core, &query).unwrap().items.iter().map(|e| e.status).collect();
    let summary = dataset::decide_all(&core, &query, ExampleStatus::Dropped).unwrap();
    assert_eq!(summary.can_undo.unwrap(), format!("Dropped {} examples", before.len()));
    assert!(dataset::list(&core, &query).unwrap().items.iter().all(|e| e.status == ExampleStatus::Dropped));
    dataset::undo(&core).unwrap();
    let after: Vec<ExampleStatus> = dataset::list(&core, &query).unwrap().items.iter().map(|e| e.status).collect();
    assert_eq!(after, before);
}

#[tokio::test]
async fn a_decision_made_in_one_preset_holds_in_the_other_where_the_example_is_the_same() {
    let (_folder, core, _) = sample(FakeEngine::default()).await;
    dataset::choose(&core, &PresetName::seed()).unwrap();
    dataset::choose(&core, &PresetName::voice()).unwrap();
    let plain = dataset::list(&core, &ExampleQuery { kind: Some(Kind::Instruction), ..Default::default() }).unwrap();
    let title = plain.items[0].post_title.clone();
    dataset::set_status(&core, &[plain.items[0].id], ExampleStatus::Dropped).unwrap();
    dataset::choose(&core, &PresetName::seed()).unwrap();
    assert_eq!(find(&core, &title, Kind::Instruction).status, ExampleStatus::Dropped);
}

#[tokio::test]
async fn an_edit_is_laid_beside_its_post_and_putting_the_words_back_is_no_edit() {
    let (_folder, core, _) = sample(FakeEngine::default()).await;
    let row = dataset::list(&core, &ExampleQuery::default()).unwrap().items.remove(0);
    let example = dataset::get(&core.db, row.id).unwrap();
    let edited = dataset::edit(&core, row.id, &example.prompt, &format!("{}\n\nOne more line.", example.completion));
    assert!(edited.unwrap().edited);
    let parts = dataset::diff(&core, row.id).unwrap();
    let added: String = parts
        .iter()
        .filter(|part| part.side == dataset::DiffSide::OnlyExample)
        .map(|part| part.text.as_str())
        .collect();
    assert!(added.contains("One more line."), "{added}");
    let back = dataset::edit(&core, row.id, &example.prompt, &example.completion).unwrap();
    assert!(!back.edited);
}

#[tokio::test]
async fn a_post_that_the_app_drafted_waits_for_the_authors_word() {
    let folder = tempfile::tempdir().unwrap();
    let core = open(&folder.path().join("a"), FakeEngine { echo: true, ..FakeEngine::default() });
    let drafted = (0..70).map(|n| format!("kite{}", n * 3 % 67)).collect::<Vec<_>>().join(" ");
    let request = WriteRequest {
        prompt: drafted.clone(),
        version: None,
        base_model: true,
        max_tokens: 4000,
        temperature: 0.0,
        top_p: 1.0,
        stop: Vec::new(),
        seed: Some(1),
    };
    draft::write(&core, &request, |_| true, &CancellationToken::new()).await.unwrap();
    let own = |about: &str| format!("<p>{}</p>", (0..70).map(|n| format!("{about}{n}")).collect::<Vec<_>>().join(" "));
    let (tea, mud, kite) = (own("tea"), own("mud"), format!("<p>{drafted}</p>"));
    import(&core, folder.path(), &[("Tea", &tea), ("Mud", &mud), ("Kites", &kite)]).await;
    let found = find(&core, "Kites", Kind::Completion);
    assert_eq!(found.status, ExampleStatus::Flagged);
    assert!(found.flags.iter().any(|flag| flag.code == FlagCode::DraftedHere), "{:?}", found.flags);
    assert!(find(&core, "Tea", Kind::Completion).flags.is_empty());
}

#[tokio::test]
async fn a_search_finds_words_in_any_order_and_unfinished() {
    let folder = tempfile::tempdir().unwrap();
    let core = open(&folder.path().join("a"), FakeEngine::default());
    let (tea, rain, mud) = (paragraph("green tea"), paragraph("rain"), paragraph("mud"));
    import(&core, folder.path(), &[("Tea", &tea), ("Rain", &rain), ("Mud", &mud)]).await;
    let titles = |search: &str| {
        let query =
            ExampleQuery { search: Some(search.into()), kind: Some(Kind::Completion), ..ExampleQuery::default() };
        let found = dataset::list(&core, &query).unwrap().items;
        found.into_iter().map(|row| row.post_title).collect::<Vec<_>>()
    };
    assert_eq!(titles("tea gre"), ["Tea"]);
    assert_eq!(titles("goes while"), ["Tea", "Rain", "Mud"]);
    assert!(titles("teapot").is_empty());
    assert!(titles("\"; DROP TABLE example; --").is_empty());
}

/// What can happen to a library between two looks at it.
#[derive(Debug, Clone, Copy)]
enum Happening {
    Drop(usize),
    Keep(usize),
    Edit(usize),
    Refresh(usize),
    Rebuild,
    OtherPreset,
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let one = prop_oneof![
        (0usize..9).prop_map(Happening::Drop),
        (0usize..9).prop_map(Happening::Keep),
        (0usize..9).prop_map(Happening::Edit),
        (0usize..3).prop_map(Happening::Refresh),
        Just(Happening::Rebuild),
        Just(Happening::OtherPreset),
    ];
    proptest::collection::vec(one, 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn decisions_survive_any_order_of_refresh_edit_and_regenerate(steps in happenings()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(check_order(&steps));
    }
}

async fn check_order(steps: &[Happening]) {
    let folder = tempfile::tempdir().unwrap();
    let core = open(&folder.path().join("a"), FakeEngine::default());
    // Texts of which nothing is the matter, whatever is added to them.
    let own = |about: &str| {
        let words: Vec<String> = (0..80).map(|n| format!("{about}{}", n * 7 % 79)).collect();
        format!("<p>{}.</p>", words.join(" "))
    };
    let mut texts = [own("tea"), own("rain"), own("mud")];
    let titles = ["Tea", "Rain", "Mud"];
    let posts = |texts: &[String; 3]| -> Vec<(String, String)> {
        titles.iter().zip(texts).map(|(title, text)| ((*title).to_owned(), text.clone())).collect()
    };
    let bring = |posts: Vec<(String, String)>| {
        let (core, folder) = (&core, folder.path());
        async move {
            let posts: Vec<(&str, &str)> = posts.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            import(core, folder, &posts).await;
        }
    };
    bring(posts(&texts)).await;
    let pick = |at: usize| {
        let kinds = [Kind::Completion, Kind::Instruction, Kind::Question];
        find(&core, titles[at % 3], kinds[at / 3]).id
    };
    let mut said: BTreeMap<usize, (ExampleStatus, Option<String>)> = BTreeMap::new();
    for step in steps {
        match *step {
            Happening::Drop(at) | Happening::Keep(at) => {
                let status =
                    if matches!(step, Happening::Drop(_)) { ExampleStatus::Dropped } else { ExampleStatus::Kept };
                dataset::set_status(&core, &[pick(at)], status).unwrap();
                let words = said.get(&at).and_then(|(_, words)| words.clone());
                said.insert(at, (status, words));
            }
            Happening::Edit(at) => {
                let words = format!("My own words on this. {}", "And more of them. ".repeat(20).trim());
                let prompt = dataset::get(&core.db, pick(at)).unwrap().prompt;
                dataset::edit(&core, pick(at), &prompt, &words).unwrap();
                said.insert(at, (ExampleStatus::Kept, Some(words)));
            }
            Happening::Refresh(at) => {
                let more = texts[at].len();
                texts[at].push_str(&format!("<p>And {more} more things of {}, added later.</p>", titles[at]));
                bring(posts(&texts)).await;
            }
            Happening::Rebuild => {
                // A changed template and back makes every example anew.
                let copy = presets::copy(&core, &PresetName::voice(), "Aside").unwrap();
                dataset::choose(&core, &copy.name).unwrap();
                presets::delete(&core, &copy.name).unwrap();
            }
            Happening::OtherPreset => {
                dataset::choose(&core, &PresetName::seed()).unwrap();
                dataset::choose(&core, &PresetName::voice()).unwrap();
            }
        }
    }
    for (at, (status, words)) in said {
        let example = dataset::get(&core.db, pick(at)).unwrap();
        assert_eq!(example.status, status, "{at} after {steps:?}");
        if let Some(words) = words {
            assert_eq!(example.completion, words, "{at} after {steps:?}");
        }
    }
}
