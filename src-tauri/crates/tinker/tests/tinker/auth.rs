//! The exchange of the key for a token, and its renewal. Unproven: no open server has it.

use crate::server::{KEY, Reply, Request, Server, client};
use idiolect_tinker::{Error, StatusKind};
use serde_json::json;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A token with a life from so many seconds before now to so many after, and a number to tell it by.
fn token(before: u64, after: u64, number: u32) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let claims = json!({"iat": now - before, "exp": now + after, "jti": number}).to_string();
    format!("eyJhbGciOiJub25lIn0.{}.c2ln", base64(claims.as_bytes()))
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let digits = |chunk: &[u8]| {
        let bits = chunk.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        (0..=chunk.len()).map(move |at| char::from(ALPHABET[(bits >> (18 - 6 * at)) as usize & 63]))
    };
    bytes.chunks(3).flat_map(digits).collect()
}

/// A server that hands out tokens of this life, and takes only those that `takes` likes.
async fn server(before: u64, after: u64, takes: impl Fn(&str, u32) -> bool + Send + Sync + 'static) -> Server {
    let (given, asked) = (AtomicU32::new(0), AtomicU32::new(0));
    Server::start(move |request: &Request| {
        let shown = request.header("x-api-key").unwrap_or_default();
        match request.path.as_str() {
            "/api/v1/client/config" => Reply::ok(json!({"pjwt_auth_enabled": true})),
            "/api/v1/auth/token" if shown != KEY => Reply::detail(401, "not the key"),
            "/api/v1/auth/token" => {
                let number = given.fetch_add(1, Ordering::Relaxed) + 1;
                Reply::ok(json!({"jwt": token(before, after, number)}))
            }
            _ if takes(shown, asked.fetch_add(1, Ordering::Relaxed)) => Reply::ok(json!({"supported_models": []})),
            _ => Reply::detail(401, "expired").with("www-authenticate", "Bearer error=\"invalid_token\""),
        }
    })
    .await
}

fn exchanges(server: &Server) -> usize {
    server.asked("/api/v1/auth/token").len()
}

#[tokio::test]
async fn the_key_is_exchanged_once_and_the_token_is_shown_from_then_on() {
    let server = server(0, 3600, |shown, _| shown.starts_with("eyJ")).await;
    let client = client(&server);
    for _ in 0..3 {
        client.capabilities().await.unwrap();
    }
    assert_eq!(exchanges(&server), 1);
    assert_eq!(server.asked("/api/v1/client/config")[0].header("x-api-key"), Some(KEY));
}

#[tokio::test]
async fn a_token_with_less_than_a_minute_left_is_renewed_first() {
    let server = server(3600, 30, |_, _| true).await;
    let client = client(&server);
    client.capabilities().await.unwrap();
    client.capabilities().await.unwrap();
    assert_eq!(exchanges(&server), 2);
}

#[tokio::test]
async fn a_middling_token_is_used_and_renewed_beside() {
    let server = server(1000, 500, |_, _| true).await;
    let client = client(&server);
    for _ in 0..50 {
        client.capabilities().await.unwrap();
        if exchanges(&server) > 1 {
            return;
        }
    }
    panic!("it was never renewed");
}

#[tokio::test]
async fn a_token_that_is_refused_is_renewed_once() {
    // The second request of the run meets a server that has thrown the first token away.
    let server = server(0, 3600, |_, asked| asked != 1).await;
    let client = client(&server);
    client.capabilities().await.unwrap();
    client.capabilities().await.unwrap();
    assert_eq!(exchanges(&server), 2);
}

#[tokio::test]
async fn a_server_that_refuses_every_token_is_not_asked_for_ever() {
    let server = server(0, 3600, |_, _| false).await;
    let error = client(&server).capabilities().await.unwrap_err();
    assert_eq!(error.status_kind(), Some(StatusKind::BadKey));
    assert_eq!(exchanges(&server), 2);
}

#[tokio::test]
async fn many_requests_at_once_exchange_once() {
    let server = server(0, 3600, |_, _| true).await;
    let client = client(&server);
    let all = (0..20).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.capabilities().await.map(drop) })
    });
    for one in all.collect::<Vec<_>>() {
        one.await.unwrap().unwrap();
    }
    assert_eq!(exchanges(&server), 1);
    assert_eq!(server.asked("/api/v1/client/config").len(), 1);
}

#[tokio::test]
async fn a_bad_key_is_a_bad_key() {
    let server = Server::start(|request| match request.path.as_str() {
        "/api/v1/client/config" => Reply::ok(json!({"pjwt_auth_enabled": true})),
        _ => Reply::detail(401, "unknown key"),
    })
    .await;
    let error = client(&server).check_key().await.unwrap_err();
    assert!(matches!(&error, Error::Status(status) if status.status == 401 && status.doing.contains("auth/token")));
    assert_eq!(server.asked("/api/v1/auth/token").len(), 1);
}
