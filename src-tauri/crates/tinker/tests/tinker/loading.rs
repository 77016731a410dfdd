//! Training on from a saved state, at servers new and old.

use crate::server::{Reply, Request, Server, client};
use idiolect_tinker::{Error, LoadOptions, SessionOptions};
use serde_json::json;

const PATH: &str = "tinker://old:train:0/weights/st-1";

/// A server that answers creation by loading with this status.
async fn server(via_load: u16) -> Server {
    Server::start(move |request: &Request| {
        let body = request.json();
        match request.path.as_str() {
            "/api/v1/create_session" => Reply::ok(json!({"session_id": "s"})),
            "/api/v1/load_weights" if body.get("session_id").is_some() => match via_load {
                202 => Reply::json(202, json!({"request_id": "via"})),
                status => Reply::detail(status, "Missing model_id"),
            },
            "/api/v1/load_weights" => Reply::json(202, json!({"request_id": "load"})),
            "/api/v1/create_model" => Reply::json(202, json!({"request_id": "create"})),
            "/api/v1/weights_info" => Reply::ok(json!({
                "base_model": "a/b", "is_lora": true, "lora_rank": 16, "train_unembed": false, "train_mlp": true, "train_attn": true
            })),
            "/api/v1/retrieve_future" => match body["request_id"].as_str().unwrap() {
                "create" => Reply::ok(json!({"model_id": "m-legacy"})),
                _ => Reply::ok(json!({"path": PATH, "model_id": null})),
            },
            _ => Reply::ok(json!({})),
        }
    })
    .await
}

fn options() -> LoadOptions {
    LoadOptions { path: PATH.into(), optimizer: true }
}

#[tokio::test]
async fn a_current_server_makes_the_model_by_loading_it() {
    let server = server(202).await;
    let session = client(&server).create_session(SessionOptions::default()).await.unwrap();
    let model = session.load_model(&options()).await.unwrap();
    let body = server.asked("/api/v1/load_weights")[0].json();
    let wanted = json!({"session_id": "s", "model_seq_id": 0, "path": PATH, "optimizer": true, "type": "load_weights"});
    assert_eq!(body, wanted);
    assert_eq!((model.id(), model.state().await.unwrap().next_seq_id), ("s:train:0", 1));
    assert_eq!(session.state().await.unwrap().next_model, 1);
    assert!(server.asked("/api/v1/create_model").is_empty());
}

#[tokio::test]
async fn an_older_server_makes_it_and_then_loads() {
    for status in [400, 422] {
        let server = server(status).await;
        let session = client(&server).create_session(SessionOptions::default()).await.unwrap();
        let model = session.load_model(&options()).await.unwrap();
        let created = server.asked("/api/v1/create_model")[0].json();
        assert_eq!(created["model_seq_id"], 0, "the refused attempt used up no number");
        assert_eq!(
            created["lora_config"],
            json!({"rank": 16, "train_unembed": false, "train_mlp": true, "train_attn": true})
        );
        let loaded = server.asked("/api/v1/load_weights")[1].json();
        assert_eq!(
            loaded,
            json!({"model_id": "m-legacy", "seq_id": 1, "path": PATH, "optimizer": true, "type": "load_weights"})
        );
        assert_eq!((model.id(), model.state().await.unwrap().next_seq_id), ("m-legacy", 2));
    }
}

#[tokio::test]
async fn a_state_that_is_gone_is_no_reason_to_try_the_old_way() {
    let server = server(404).await;
    let session = client(&server).create_session(SessionOptions::default()).await.unwrap();
    assert!(matches!(session.load_model(&options()).await, Err(Error::Status(status)) if status.status == 404));
    assert!(server.asked("/api/v1/create_model").is_empty());
}
