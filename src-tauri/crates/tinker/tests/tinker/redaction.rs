//! No secret is ever shown: every error path is taken at a server that repeats the key, the token and a signed address
//! in whatever it says, and everything that could be shown is searched for them.

use crate::server::{KEY, Reply, Request, Server, config};
use idiolect_tinker::{
    ChatRequest, Client, Listener, Notice, OptimStepOutput, RequestKind, SampleRequest, SamplingWeights, Secret,
    SessionOptions, Ticket, TinkerPath, Waiting,
};
use serde_json::json;
use std::sync::{Arc, Mutex};

const JWT: &str = "eyJhbGciOiJub25lIn0.eyJpYXQiOjEwMDAsImV4cCI6NDAwMDAwMDAwMH0.c2VjcmV0c2ln";
const SIGNATURE: &str = "X-Signature=topsecret123";

/// The kinds of answers that quote what they should not.
fn loud(kind: usize) -> Reply {
    let words = format!("bad {KEY} or {JWT} for https://host.example/f?{SIGNATURE}&x=1");
    match kind {
        0 => Reply::detail(400, &words),
        1 => Reply::detail(401, &words),
        2 => Reply::detail(403, &words),
        3 => Reply::new(500, "text/plain", words),
        4 => Reply::new(200, "text/html", words),
        5 => Reply::json(422, json!({"detail": [{"loc": ["body", "x"], "msg": words}]})),
        6 => Reply::ok(json!({"error": words, "category": "user"})),
        7 => Reply::ok(json!({"type": "try_again", "queue_state": words, "queue_state_reason": words})),
        8 => Reply::ok(json!({"request_id": {"nested": words}, "supported_models": words, "session_id": [words]})),
        9 => Reply::ok(
            json!({"urls": {"f": format!("http://127.0.0.1:1/f?{SIGNATURE}")}, "jwt": JWT, "supported_models": [],
            "session_id": "s", "request_id": "r", "sampling_session_id": "q", "info_message": words}),
        ),
        10 => Reply::new(302, "text/plain", "").with("location", format!("http://127.0.0.1:1/f?{SIGNATURE}")),
        11 => Reply::new(200, "text/event-stream", format!("data: {{\"error\":\"{words}\"}}\n\n")),
        12 => Reply::new(200, "text/event-stream", format!("data: {words}\n\n")),
        13 => Reply::ok(json!({"urls": [words], "jwt": [JWT]})),
        _ => Reply::ok(json!({})).cut_at(25),
    }
    .with("x-deprecation-note", format!("soon {KEY} {JWT}"))
}

#[derive(Default)]
struct Everything(Mutex<String>);

impl Everything {
    fn add(&self, what: &str, thing: &impl std::fmt::Debug) {
        let mut all = self.0.lock().unwrap();
        all.push_str(&format!("\n{what}: {thing:?}"));
    }

    fn outcome<T: std::fmt::Debug>(&self, what: &str, outcome: Result<T, idiolect_tinker::Error>) -> Option<T> {
        self.add(what, &outcome);
        match outcome {
            Ok(value) => Some(value),
            Err(error) => {
                self.0.lock().unwrap().push_str(&format!("\n{what}: {error}"));
                let mut source = std::error::Error::source(&error);
                while let Some(cause) = source {
                    self.0.lock().unwrap().push_str(&format!("\n{cause} {cause:?}"));
                    source = cause.source();
                }
                None
            }
        }
    }
}

impl Listener for Everything {
    fn waiting(&self, waiting: &Waiting) {
        self.add("waiting", &(waiting, waiting.to_string()));
    }

    fn notice(&self, notice: &Notice) {
        self.add("notice", notice);
    }
}

async fn every_path(client: &Client, all: &Everything) {
    let path = TinkerPath::parse("tinker://r/external_weights/x").unwrap();
    let folder = tempfile::tempdir().unwrap();
    all.outcome("key", client.check_key().await);
    all.outcome("owner", client.key_owner().await);
    all.outcome("flags", client.flags().await.cloned());
    all.outcome("runs", client.training_runs(5, 0).await);
    all.outcome("list", client.checkpoints(5, 0).await);
    all.outcome("delete", client.delete_checkpoint(&path).await);
    all.outcome("ttl", client.set_checkpoint_ttl(&path, None).await);
    all.outcome("info", client.weights_info("tinker://r/weights/x").await);
    all.outcome("storage", client.storage_usage().await);
    all.outcome("files", client.external_files(&path).await);
    all.outcome("external", client.download_external(&path, folder.path(), &mut |_| {}).await);
    all.outcome("archive", client.archive(&path).await);
    all.outcome("archived", client.download_archive(&path, &folder.path().join("a"), &mut |_| {}).await);
    if let Some(stream) = all.outcome("chat", client.chat(&ChatRequest::new("m").user("x")).await) {
        all.outcome("chatted", stream.collect().await);
    }
    let pending = client.pending::<OptimStepOutput>(Ticket::new(RequestKind::OptimStep, "r", None)).unwrap();
    all.outcome("pending", pending.wait_for(std::time::Duration::from_millis(20)).await);
    all.outcome("poll", pending.poll().await);
    if let Some(session) = all.outcome("session", client.create_session(SessionOptions::default()).await) {
        let lora = idiolect_tinker::LoraConfig::rank(8).unwrap();
        all.outcome("create", session.create_model("m", lora).await);
        if let Some(sampler) =
            all.outcome("sampler", session.sampling_session(&SamplingWeights::Base("m".into())).await)
        {
            all.outcome("sample", sampler.sample(&SampleRequest::new(vec![1])).await);
        }
        all.outcome("finish", session.finish(idiolect_tinker::FinishReason::Success, None).await);
    }
}

#[tokio::test]
async fn no_path_shows_a_secret() {
    for kind in 0..15 {
        for exchanging in [false, true] {
            let server = Server::start(move |request: &Request| match request.path.as_str() {
                "/api/v1/client/config" if kind != 3 => Reply::ok(json!({"pjwt_auth_enabled": exchanging})),
                "/api/v1/auth/token" if kind % 2 == 0 => Reply::ok(json!({"jwt": JWT})),
                _ => loud(kind),
            })
            .await;
            let all = Arc::new(Everything::default());
            let config = config(&server.address()).listener(Arc::clone(&all) as Arc<dyn Listener>);
            all.add("config", &config);
            let client = Client::new(config).unwrap();
            all.add("client", &client);
            every_path(&client, &all).await;
            let text = all.0.lock().unwrap().clone();
            assert!(text.len() > 1000);
            for secret in [KEY, JWT, "eyJpYXQi", "c2VjcmV0c2ln", "topsecret123"] {
                let at = text.find(secret);
                assert!(at.is_none(), "kind {kind} shows {secret}: {}", &text[at.unwrap().saturating_sub(300)..]);
            }
        }
    }
}

#[tokio::test]
async fn a_proxys_password_is_not_shown_either() {
    let proxy = idiolect_tinker::Proxy::Address(Secret::new("http://user:hunter22@127.0.0.1:1"));
    let config = config("http://127.0.0.1:2").proxy(proxy);
    let shown = format!("{config:?}");
    let error = Client::new(config).unwrap().check_key().await.unwrap_err();
    assert!(!format!("{shown}{error}{error:?}").contains("hunter22"));
}
