//! Sessions and their signs of life.

use crate::server::{Reply, Request, Server, client, config};
use idiolect_tinker::{Client, FinishReason, Life, Listener, Notice, NoticeLevel, SessionOptions, SessionState};
use serde_json::json;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

const BEAT: &str = "/api/v1/session_heartbeat";

async fn beating(answer: impl Fn(u32) -> Reply + Send + Sync + 'static) -> Server {
    let beats = AtomicU32::new(0);
    Server::start(move |request: &Request| match request.path.as_str() {
        BEAT => answer(beats.fetch_add(1, Ordering::Relaxed)),
        "/api/v1/client/config" => Reply::ok(json!({})),
        "/api/v1/create_session" => Reply::ok(json!({
            "session_id": "s-1", "info_message": "hello", "warning_message": null, "error_message": "project is full"
        }))
        .with("x-deprecation-note", "please update"),
        _ => Reply::detail(404, "Not Found"),
    })
    .await
}

fn state() -> SessionState {
    SessionState { session_id: "s-1".into(), next_model: 0, next_sampler: 0 }
}

#[tokio::test]
async fn it_beats_until_it_is_dropped() {
    let server = beating(|_| Reply::ok(json!({"type": "session_heartbeat"}))).await;
    let session = client(&server).create_session(SessionOptions::default().tag("a").project("p")).await.unwrap();
    let body = server.asked("/api/v1/create_session")[0].json();
    assert_eq!(
        body,
        json!({"tags": ["a"], "user_metadata": {}, "sdk_version": "0.38.0", "project_id": "p", "type": "create_session"})
    );
    let mut life = session.life();
    for _ in 0..3 {
        life.changed().await.unwrap();
        assert_eq!(*life.borrow(), Life::Alive);
    }
    let other = session.clone();
    drop(session);
    life.changed().await.unwrap();
    drop(other);
    // The sender ends with the task.
    while life.changed().await.is_ok() {}
    assert_eq!(server.asked(BEAT)[0].json(), json!({"session_id": "s-1", "type": "session_heartbeat"}));
}

#[tokio::test]
async fn a_session_that_is_over_is_known_to_be() {
    for status in [410, 404, 403] {
        let server = beating(move |beat| match beat {
            0 => Reply::ok(json!({})),
            1 => Reply::new(500, "text/plain", "Internal Server Error"),
            _ => Reply::detail(status, "session finished"),
        })
        .await;
        let session = client(&server).attach_session(state(), None);
        let mut life = session.life();
        let over = life.wait_for(|life| *life == Life::Over).await.map(|life| *life);
        assert_eq!(over.unwrap(), Life::Over);
        assert!(life.changed().await.is_err(), "it beats no more");
        assert_eq!(server.asked(BEAT).len(), 3);
    }
}

#[tokio::test]
async fn finishing_is_optional() {
    let server = beating(|_| Reply::ok(json!({}))).await;
    let session = client(&server).attach_session(state(), None);
    assert!(!session.finish(FinishReason::Interrupted, None).await.unwrap());

    let server = Server::start(|_| Reply::new(200, "text/plain", "")).await;
    let client = Client::new(config(&server.address())).unwrap();
    // The handshake wants JSON, and a server without it is an old one; here it is broken.
    assert!(client.flags().await.is_err());

    let server = Server::start(|request: &Request| match request.path.as_str() {
        "/api/v1/client/config" => Reply::ok(json!({})),
        _ => Reply::new(200, "text/plain", ""),
    })
    .await;
    let session = Client::new(config(&server.address())).unwrap().attach_session(state(), None);
    assert!(session.finish(FinishReason::Success, Some("done")).await.unwrap());
    let body = server.asked("/api/v1/sessions/s-1/finish")[0].json();
    assert_eq!(body, json!({"reason": {"type": "success"}, "detail": "done"}));
}

#[derive(Default)]
struct Heard(Mutex<Vec<Notice>>);

impl Listener for Heard {
    fn notice(&self, notice: &Notice) {
        self.0.lock().unwrap().push(notice.clone());
    }
}

#[tokio::test]
async fn what_the_server_has_to_say_is_passed_on() {
    let server = beating(|_| Reply::ok(json!({}))).await;
    let heard = Arc::new(Heard::default());
    let config = config(&server.address()).listener(Arc::clone(&heard) as Arc<dyn Listener>);
    Client::new(config).unwrap().create_session(SessionOptions::default()).await.unwrap();
    let heard: Vec<(NoticeLevel, String)> =
        heard.0.lock().unwrap().iter().map(|notice| (notice.level, notice.text.clone())).collect();
    let wanted = [
        (NoticeLevel::Warning, "please update"),
        (NoticeLevel::Info, "hello"),
        (NoticeLevel::Error, "project is full"),
    ];
    assert_eq!(heard, wanted.map(|(level, text)| (level, text.to_owned())));
}
