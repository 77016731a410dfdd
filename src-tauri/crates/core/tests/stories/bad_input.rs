//! What a person reads when something is wrong: every sentence in one file, so that a change to one is seen.

use crate::support::open;
use idiolect_core::blog::{self, Extent};
use idiolect_core::engine::fake::FakeEngine;
use idiolect_core::engine::models;
use idiolect_core::paths::Paths;
use idiolect_core::{Error, Result};
use std::fmt::Write;
use tokio_util::sync::CancellationToken;

fn say(error: &Error) -> String {
    format!("{:?}\n  {}\n  {}\n", error.code, error.message, error.hint.as_deref().unwrap_or("(nothing to do)"))
}

async fn import(typed: &str, file: Option<&[u8]>) -> Result<()> {
    let folder = tempfile::tempdir().unwrap();
    let core = open(folder.path(), FakeEngine::default());
    let path = folder.path().join("feed.xml");
    if let Some(bytes) = file {
        std::fs::write(&path, bytes).unwrap();
    }
    let typed = if file.is_some() { path.to_str().unwrap() } else { typed };
    let outcome = blog::import(&core, typed, Extent::default(), |_| {}, &CancellationToken::new()).await.map(drop);
    assert_eq!(blog::summary(&core.db).unwrap().posts, 0, "a refused import leaves nothing");
    outcome
}

#[tokio::test]
async fn every_refusal_is_a_sentence_and_what_to_do() {
    let cut = &blog::sample::SAMPLE_FEED.as_bytes()[..blog::sample::SAMPLE_FEED.len() / 2];
    let cases: [(&str, Result<()>); 6] = [
        ("nothing typed", import("  ", None).await),
        ("words", import("my blog about tea", None).await),
        ("an empty web page", import("", Some(b"<!doctype html><title>Hi</title>")).await),
        ("a cut feed", import("", Some(cut)).await),
        ("an empty file", import("", Some(b"")).await),
        ("an image", import("", Some(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")).await),
    ];
    let mut page = String::new();
    for (name, outcome) in cases {
        writeln!(page, "{name}: {}", say(&outcome.unwrap_err())).unwrap();
    }
    insta::assert_snapshot!(page);
}

#[tokio::test]
async fn an_address_that_does_not_answer_is_named() {
    // Nobody listens on a port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = import(&format!("http://127.0.0.1:{port}/feed"), None).await.unwrap_err();
    assert_eq!(error.code, idiolect_core::Code::SiteUnreachable);
    assert!(error.message.contains("127.0.0.1"), "{}", error.message);
}

#[test]
fn a_model_file_that_is_not_the_model_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(models::DEFAULT.file);
    std::fs::write(&path, b"GGUF").unwrap();
    let error = models::verify(&path, models::DEFAULT.name).unwrap_err();
    assert_eq!(error.code, idiolect_core::Code::ModelDamaged);
    assert!(error.detail().unwrap().contains("it has 4 bytes"));
    let missing = models::locate(&Paths::under(folder.path().join("empty")), "No-Such-Model").unwrap_err();
    assert_eq!(missing.code, idiolect_core::Code::ModelMissing);
    assert!(models::locate(&Paths::under(folder.path()), "../outside").is_err());
}
