//! Files of examples the author brings: learned from like any other, kept with their provenance, forgotten in one go.

use crate::support::{open, sample};
use idiolect_core::dataset::{self, ExampleQuery, ExampleStatus, ExportFormat, FlagCode, Kind, imported};
use idiolect_core::engine::fake::FakeEngine;
use idiolect_core::{Code, Core};
use std::path::PathBuf;

fn file(folder: &std::path::Path, rows: &[(&str, String)]) -> PathBuf {
    let path = folder.join("rows.jsonl");
    let line =
        |(prompt, text): &(&str, String)| serde_json::json!({"prompt": prompt, "completion": text}).to_string() + "\n";
    std::fs::write(&path, rows.iter().map(line).collect::<String>()).unwrap();
    path
}

fn rows_of(core: &Core) -> Vec<dataset::ExampleRow> {
    dataset::list(core, &ExampleQuery { kind: Some(Kind::Imported), ..Default::default() }).unwrap().items
}

fn essay(about: &str) -> String {
    (0..60).map(|n| format!("{about}{n} and then some")).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn rows_are_learned_from_with_file_and_line_and_can_be_forgotten() {
    let (folder, core, _) = sample(FakeEngine::default()).await;
    let before = dataset::summary(&core).unwrap();
    let path = file(folder.path(), &[("About kites", essay("kite")), ("About boats", essay("boat"))]);
    let came = imported::import(&core, &path).unwrap();
    assert_eq!((came.rows, came.texts, came.sentence.as_deref()), (2, 2, None));
    let rows = rows_of(&core);
    let whole = dataset::get(&core.db, rows[1].id).unwrap();
    assert_eq!(whole.source.as_deref(), Some("rows.jsonl, line 2"));
    assert_eq!((whole.post, whole.prompt.as_str()), (None, "About boats"));
    let after = dataset::summary(&core).unwrap();
    assert_eq!(after.training_posts, before.training_posts + 2);
    assert!((after.exposure - 1.0).abs() < 1e-9);
    assert!(imported::import(&core, &path).unwrap_err().message.contains("in the library already"));
    dataset::set_status(&core, &[rows[0].id], ExampleStatus::Dropped).unwrap();
    let summary = imported::forget(&core, came.id).unwrap();
    assert_eq!(summary.training_posts, before.training_posts);
    imported::import(&core, &path).unwrap();
    assert_eq!(rows_of(&core)[0].status, ExampleStatus::Dropped, "the decision waited for the row");
}

#[tokio::test]
async fn many_rows_of_few_texts_are_said_and_learned_from_once() {
    let (folder, core, _) = sample(FakeEngine::default()).await;
    let before = dataset::summary(&core).unwrap().training_posts;
    let prompts: Vec<String> = (0..12).map(|n| format!("Prompt {n}")).collect();
    let rows: Vec<(&str, String)> =
        prompts.iter().enumerate().map(|(n, prompt)| (prompt.as_str(), essay(["kite", "boat"][n % 2]))).collect();
    let came = imported::import(&core, &file(folder.path(), &rows)).unwrap();
    let sentence = came.sentence.unwrap();
    assert!(sentence.contains("12 rows hold 2 different texts"), "{sentence}");
    let summary = dataset::summary(&core).unwrap();
    assert_eq!(summary.training_posts, before + 2);
    assert!((summary.exposure - 1.0).abs() < 1e-9);
}

#[tokio::test]
async fn a_row_that_repeats_a_held_out_post_is_held_out() {
    let (folder, core, _) = sample(FakeEngine::default()).await;
    dataset::summary(&core).unwrap();
    let posts = idiolect_core::blog::list_posts(&core.db, &Default::default()).unwrap().items;
    let text = |held: bool| {
        let row = posts.iter().find(|row| row.post.held_out == held).unwrap();
        idiolect_core::blog::post_detail(&core.db, row.post.id).unwrap().training_text
    };
    let rows = [("Held out", format!("{}\n\nOne more line.", text(true))), ("Learned", text(false))];
    imported::import(&core, &file(folder.path(), &rows)).unwrap();
    let rows = rows_of(&core);
    assert!(rows[0].held_out);
    assert!(!rows[1].held_out);
    let copies = [FlagCode::Duplicate, FlagCode::NearDuplicate];
    assert!(rows[1].flags.iter().any(|flag| copies.contains(&flag.code)), "{:?}", rows[1].flags);
    assert_eq!(rows[1].status, ExampleStatus::Flagged);
}

#[tokio::test]
async fn a_file_with_a_fault_changes_nothing_and_the_fault_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let core = open(&folder.path().join("a"), FakeEngine::default());
    let path = folder.path().join("broken.jsonl");
    std::fs::write(&path, "{\"prompt\": \"a\", \"completion\": \"b\"}\n{\"prompt\": \"a\"}\n").unwrap();
    let error = imported::import(&core, &path).unwrap_err();
    assert_eq!(error.code, Code::BadInput);
    assert!(error.message.contains("line 2"), "{}", error.message);
    assert!(rows_of(&core).is_empty());
    let empty = folder.path().join("empty.jsonl");
    std::fs::write(&empty, "").unwrap();
    assert!(imported::import(&core, &empty).is_err());
    assert!(imported::import(&core, folder.path()).is_err());
    assert!(imported::import(&core, &folder.path().join("nothing.jsonl")).is_err());
    assert!(imported::forget(&core, 7).is_err());
}

#[tokio::test]
async fn what_is_exported_comes_back_as_it_was_in_every_format() {
    let (folder, core, _) = sample(FakeEngine::default()).await;
    for format in [ExportFormat::PromptCompletion, ExportFormat::Messages, ExportFormat::Csv] {
        let path = folder.path().join(format!("out-{}.{}", format.name(), format.extension()));
        let written = dataset::export(&core, &path, format).unwrap();
        let other = tempfile::tempdir().unwrap();
        let fresh = open(other.path(), FakeEngine::default());
        let came = imported::import(&fresh, &path).unwrap();
        assert_eq!(came.rows, written, "{format:?}");
        let back = folder.path().join(format!("back-{}.{}", format.name(), format.extension()));
        // Rows of one text are copies of each other only in the check's eyes: everything is kept here.
        dataset::decide_all(&fresh, &ExampleQuery::default(), ExampleStatus::Kept).unwrap();
        dataset::export(&fresh, &back, format).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), std::fs::read(&back).unwrap(), "{format:?}");
    }
}
