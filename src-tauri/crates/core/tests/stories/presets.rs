//! How examples are made: presets, their templates, and what a copy changes.

use crate::support::{open, sample};
use idiolect_core::Code;
use idiolect_core::dataset::{self, ExampleQuery, ExampleStatus, FlagCode, Kind, PresetName, presets};
use idiolect_core::engine::fake::FakeEngine;

#[tokio::test]
async fn what_comes_with_the_app_is_copied_and_the_copy_changed() {
    let (_folder, core, _) = sample(FakeEngine::default()).await;
    let voice = presets::preset(&core, &PresetName::voice()).unwrap();
    assert_eq!(presets::save(&core, &voice).unwrap_err().code, Code::BadInput);
    let mut mine = presets::copy(&core, &voice.name, "My voice").unwrap();
    assert_eq!((mine.name.as_str(), mine.built_in), ("my-voice", false));
    let plain = mine.templates.iter_mut().find(|template| template.id == "plain").unwrap();
    plain.prompt = "A post about '{title}', please".into();
    let shown = dataset::preview(&core, &mine, "plain", None).unwrap();
    assert_eq!(shown.examples[0].prompt, format!("A post about '{}', please", shown.post_title));
    presets::save(&core, &mine).unwrap();
    dataset::choose(&core, &mine.name).unwrap();
    let found = dataset::list(&core, &ExampleQuery { kind: Some(Kind::Instruction), ..Default::default() }).unwrap();
    assert!(found.items.iter().any(|example| example.prompt.starts_with("A post about '")));
    let summary = presets::delete(&core, &mine.name).unwrap();
    assert_eq!(summary.preset, PresetName::voice());
}

#[tokio::test]
async fn a_template_that_cannot_be_filled_is_refused_and_the_preview_says_why() {
    let (_folder, core, _) = sample(FakeEngine::default()).await;
    let mut mine = presets::copy(&core, &PresetName::voice(), "Mine").unwrap();
    mine.templates[0].prompt = "About {mood}".into();
    let error = presets::save(&core, &mine).unwrap_err();
    assert_eq!(error.message, "The template 'whole' asks for {mood}, which no post has.");
    let shown = dataset::preview(&core, &mine, "whole", None).unwrap();
    assert!(shown.problem.unwrap().contains("{mood}"));
    assert!(presets::copy(&core, &PresetName::voice(), "  ").is_err());
    assert!(presets::preset(&core, &"nobody".parse().unwrap()).is_err());
}

#[tokio::test]
async fn titles_that_are_alike_get_names_of_their_own() {
    let (_folder, core, _) = sample(FakeEngine::default()).await;
    let names: Vec<String> =
        (0..3).map(|_| presets::copy(&core, &PresetName::seed(), "Über alles").unwrap().name.to_string()).collect();
    assert_eq!(names, ["ber-alles", "ber-alles-2", "ber-alles-3"]);
}

#[tokio::test]
async fn a_check_that_no_longer_holds_lets_its_finds_be_learned_from() {
    let (_folder, core, _) = sample(FakeEngine::default()).await;
    dataset::choose(&core, &PresetName::seed()).unwrap();
    let waiting = |core: &idiolect_core::Core| {
        let query = ExampleQuery { status: Some(ExampleStatus::Flagged), ..Default::default() };
        dataset::list(core, &query).unwrap().total
    };
    // The seed preset knows two checks; the sample's short summaries wait for them.
    let checks = dataset::summary(&core).unwrap().checks;
    let of = |code| checks.iter().find(|check| check.code == code).unwrap().clone();
    assert!(of(FlagCode::SummaryTooShort).holds && !of(FlagCode::PersonalData).holds);
    let before = waiting(&core);
    let summary = dataset::set_check_holds(&core, FlagCode::SummaryTooShort, false).unwrap();
    let now = summary.checks.iter().find(|check| check.code == FlagCode::SummaryTooShort).unwrap();
    assert_eq!((now.holds, now.waiting), (false, 0));
    assert_eq!(waiting(&core), before - of(FlagCode::SummaryTooShort).waiting);
}

#[tokio::test]
async fn a_library_without_posts_has_presets_and_no_examples() {
    let folder = tempfile::tempdir().unwrap();
    let core = open(folder.path(), FakeEngine::default());
    assert_eq!(presets::presets(&core).unwrap().len(), 2);
    let summary = dataset::summary(&core).unwrap();
    assert_eq!((summary.kept, summary.held_out_posts), (0, 0));
    assert!(dataset::starters(&core).unwrap().is_empty());
    assert!(dataset::statistics(&core, None).await.unwrap().months.is_empty());
}

#[tokio::test]
async fn counts_are_of_kinds_that_are_on_and_so_is_the_list_that_asks_for_them() {
    let (_folder, core, _) = sample(FakeEngine::default()).await;
    let count = |query: ExampleQuery| dataset::list(&core, &query).unwrap().total;
    let on = || ExampleQuery { enabled: Some(true), ..Default::default() };
    let summary = dataset::summary(&core).unwrap();
    let kept = ExampleQuery { status: Some(ExampleStatus::Kept), held_out: Some(false), ..on() };
    assert_eq!(count(kept), summary.kept);
    assert_eq!(count(ExampleQuery { status: Some(ExampleStatus::Flagged), ..on() }), summary.flagged);
    let off = ExampleQuery { enabled: Some(false), ..Default::default() };
    assert_eq!(count(on()) + count(off), count(ExampleQuery::default()));
    assert!(count(ExampleQuery { kind: Some(Kind::Question), ..on() }) == 0);
}
