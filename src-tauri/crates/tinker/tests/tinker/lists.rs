//! What is kept at the server: lists, deletion, expiry, costs.

use crate::server::{Reply, Request, Server, client};
use idiolect_tinker::{CheckpointKind, StatusKind, TinkerPath};
use serde_json::json;
use std::time::{Duration, UNIX_EPOCH};

async fn always(reply: Reply) -> Server {
    Server::start(move |request: &Request| match request.path.as_str() {
        "/api/v1/client/config" => Reply::detail(404, "Not Found"),
        _ => reply.clone(),
    })
    .await
}

fn path() -> TinkerPath {
    TinkerPath::parse("tinker://u:train:0/weights/x").unwrap()
}

const KEPT: &str = "/api/v1/training_runs/u:train:0/checkpoints/weights/x";

#[tokio::test]
async fn pages_are_followed_to_their_end() {
    let entry = |number: usize| {
        json!({"checkpoint_id": format!("weights/{number}"), "checkpoint_type": "training",
        "tinker_path": format!("tinker://r/weights/{number}"), "expires_at": "2027-01-01T00:00:00Z", "new": {"a": 1}})
    };
    let server = Server::start(move |request: &Request| {
        let query = request.path.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default();
        let number = |name: &str| {
            query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')?.parse::<usize>().ok())
        };
        let (from, most) = (number("offset").unwrap_or(0), number("limit").unwrap_or(0));
        let entries: Vec<_> = (from..250.min(from + most)).map(entry).collect();
        Reply::ok(json!({"checkpoints": entries, "cursor": {"offset": from, "limit": most, "total_count": 250}}))
    })
    .await;
    let all = client(&server).all_checkpoints().await.unwrap();
    assert_eq!((all.len(), all[249].tinker_path.as_str()), (250, "tinker://r/weights/249"));
    assert_eq!(all[0].checkpoint_type, CheckpointKind::Training);
    assert_eq!(server.asked("/api/v1/checkpoints").len(), 3);
}

#[tokio::test]
async fn a_kind_that_is_new_is_no_error() {
    let server = always(Reply::ok(json!({"checkpoints": [
        {"checkpoint_id": "x", "checkpoint_type": "holographic", "tinker_path": "tinker://r/x"}]})))
    .await;
    assert_eq!(client(&server).run_checkpoints("r").await.unwrap()[0].checkpoint_type, CheckpointKind::Other);
}

#[tokio::test]
async fn deleting_is_repeatable() {
    for reply in [Reply::new(204, "text/plain", ""), Reply::ok(json!({})), Reply::detail(404, "no such checkpoint")] {
        let server = always(reply).await;
        client(&server).delete_checkpoint(&path()).await.unwrap();
        let asked = server.asked(KEPT);
        assert_eq!((asked.len(), asked[0].method.as_str()), (1, "DELETE"));
    }
    let server = always(Reply::detail(403, "not yours")).await;
    assert_eq!(
        client(&server).delete_checkpoint(&path()).await.unwrap_err().status_kind(),
        Some(StatusKind::Forbidden)
    );
}

#[tokio::test]
async fn expiry_can_be_changed_where_the_server_can() {
    let server = always(Reply::new(200, "text/plain", "")).await;
    let client_here = client(&server);
    assert!(client_here.set_checkpoint_ttl(&path(), Some(Duration::from_secs(7200))).await.unwrap());
    assert!(client_here.set_checkpoint_ttl(&path(), None).await.unwrap());
    let asked = server.asked(&format!("{KEPT}/ttl"));
    assert_eq!((asked[0].json(), asked[1].json()), (json!({"ttl_seconds": 7200}), json!({"ttl_seconds": null})));
    assert!(client_here.set_checkpoint_ttl(&path(), Some(Duration::from_secs(5))).await.is_err());

    for missing in
        [Reply::detail(405, "Method Not Allowed"), Reply::detail(404, "Not Found"), Reply::new(404, "text/html", "")]
    {
        assert!(!client(&always(missing).await).set_checkpoint_ttl(&path(), None).await.unwrap());
    }
    let server = always(Reply::detail(404, "No checkpoint x in this run")).await;
    assert!(
        client(&server).set_checkpoint_ttl(&path(), None).await.is_err(),
        "the endpoint is there, the weights are not"
    );
}

#[tokio::test]
async fn costs_are_told_where_they_are_known() {
    let server = always(Reply::ok(json!({
        "data": [{"bucket_start": "2026-11-22T10:00:00Z", "base_model": "a/b", "session_id": "s", "estimated_cost_usd": 0.12,
            "event_info": {"type": "training", "token_count": 1000}},
            {"event_info": {"type": "storage", "gigabyte_hours": 1.5}}],
        "sessions": {"s": {"user_metadata": {"app": "x"}}}, "cost_data_through": "2026-11-22T09:00:00Z"})))
    .await;
    let moment = UNIX_EPOCH + Duration::from_secs(1_795_342_561);
    let usage = client(&server).usage_events(moment, moment + Duration::from_secs(60)).await.unwrap().unwrap();
    assert_eq!(usage.data[0].event_info.token_count, Some(1000));
    assert_eq!(usage.data[1].event_info.kind, "storage");
    let asked = &server.asked("/api/v1/billing/usage/events")[0].path;
    assert!(asked.ends_with("?starting_on=2026-11-22T10:00:00Z&ending_before=2026-11-22T11:00:00Z"), "{asked}");
    assert!(client(&server).usage_events(moment, moment + Duration::from_secs(20 * 86400)).await.is_err());

    let server =
        always(Reply::ok(json!({"effective_rate_usd_per_gigabyte_month": 0.1, "data": [{"size_bytes": 5}]}))).await;
    assert_eq!(client(&server).storage_usage().await.unwrap().unwrap().data[0].size_bytes, Some(5));
    let server = always(Reply::detail(404, "Not Found")).await;
    assert_eq!(client(&server).storage_usage().await.unwrap(), None);
    let server = always(Reply::detail(403, "needs billing rights")).await;
    assert_eq!(client(&server).storage_usage().await.unwrap_err().status_kind(), Some(StatusKind::Forbidden));
}
