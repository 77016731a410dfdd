//! Requests that may be repeated without harm: when they are, and what an error says.

use crate::server::{Reply, Server, client};
use idiolect_tinker::{Error, StatusKind};
use serde_json::json;
use std::sync::atomic::{AtomicU32, Ordering};

const CAPABILITIES: &str = "/api/v1/get_server_capabilities";

/// A server that fails a number of times and then answers.
async fn failing(times: u32, failure: Reply) -> Server {
    let asked = AtomicU32::new(0);
    Server::start(move |request| match request.path.as_str() {
        CAPABILITIES if asked.fetch_add(1, Ordering::Relaxed) < times => failure.clone(),
        CAPABILITIES => Reply::ok(json!({"supported_models": [
            {"model_name": "a/b", "max_context_length": 2048, "capabilities": ["training"]},
            {"model_name": "c/d", "trainable": false},
        ]})),
        _ => Reply::detail(404, "Not Found"),
    })
    .await
}

#[tokio::test]
async fn trouble_that_passes_is_waited_out() {
    for failure in [
        Reply::detail(500, "oops"),
        Reply::new(502, "text/html", "<html>bad gateway</html>"),
        Reply::detail(503, "busy"),
        Reply::detail(429, "slow down").with("retry-after-ms", "3"),
        Reply::detail(429, "slow down").with("retry-after", "0"),
        Reply::detail(408, "too slow"),
        Reply::new(400, "text/plain", ""),
        Reply::detail(418, "odd").with("x-should-retry", "true"),
        Reply::ok(json!({})).cut_at(0),
        Reply::ok(json!({})).cut_at(20),
    ] {
        let server = failing(2, failure.clone()).await;
        let capabilities = client(&server).capabilities().await.unwrap_or_else(|error| panic!("{failure:?}: {error}"));
        assert_eq!(server.asked(CAPABILITIES).len(), 3);
        assert_eq!(capabilities.trainable().map(|model| model.name.as_str()).collect::<Vec<_>>(), ["a/b"]);
        assert_eq!(capabilities.model("a/b").unwrap().sampleable, Some(false));
        assert_eq!(capabilities.model("a/b").unwrap().max_context_length, Some(2048));
    }
}

#[tokio::test]
async fn what_will_not_change_is_asked_once_and_told_apart() {
    for (status, kind) in [
        (400, StatusKind::Refused),
        (401, StatusKind::BadKey),
        (402, StatusKind::Billing),
        (403, StatusKind::Forbidden),
        (404, StatusKind::NotFound),
        (409, StatusKind::Conflict),
        (410, StatusKind::Gone),
        (422, StatusKind::Refused),
    ] {
        let server = failing(9, Reply::detail(status, "the reason")).await;
        let error = client(&server).capabilities().await.unwrap_err();
        assert_eq!(error.status_kind(), Some(kind));
        assert!(error.to_string().contains("the reason"), "{error}");
        assert!(error.status().unwrap().body.contains("detail"));
        assert_eq!(server.asked(CAPABILITIES).len(), 1);
    }
    let server = failing(9, Reply::detail(503, "down").with("x-should-retry", "false")).await;
    client(&server).capabilities().await.unwrap_err();
    assert_eq!(server.asked(CAPABILITIES).len(), 1);
}

#[tokio::test]
async fn the_key_is_checked_without_repetitions() {
    let server = failing(9, Reply::detail(503, "down")).await;
    let error = client(&server).check_key().await.unwrap_err();
    assert_eq!(error.status_kind(), Some(StatusKind::Server));
    assert_eq!(server.asked(CAPABILITIES).len(), 1);
}

#[tokio::test]
async fn nobody_home_is_no_word_about_the_key() {
    let server = failing(0, Reply::hang()).await;
    let client = client(&server);
    drop(server);
    let error = client.check_key().await.unwrap_err();
    assert!(matches!(&error, Error::Transport(error) if !error.may_have_arrived()), "{error:?}");
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_is_quoted() {
    for body in ["<html>Sign in to the hotel's network</html>", "[1,2", "{\"supported_models\": 3}"] {
        let server = failing(9, Reply::new(200, "text/html", body)).await;
        let error = client(&server).capabilities().await.unwrap_err();
        assert!(matches!(&error, Error::Decode { excerpt, .. } if excerpt.contains(&body[..4])), "{error:?}");
    }
}

#[tokio::test]
async fn slow_bodies_arrive() {
    let server = failing(1, Reply::ok(json!({"supported_models": []})).in_pieces(40)).await;
    assert!(client(&server).capabilities().await.unwrap().models.is_empty());
}
