//! Downloads: from storage hosts that never see the key, resumed, checked, and kept in their folder.

use crate::server::{KEY, Reply, Request, Server, client};
use idiolect_tinker::{Archive, Downloaded, Error, Result, StatusKind, TinkerPath};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

const RUN: &str = "/api/v1/training_runs/u:train:0/checkpoints";

fn external() -> TinkerPath {
    TinkerPath::parse("tinker://u:train:0/external_weights/x").unwrap()
}

fn content() -> Vec<u8> {
    (0..5000_u32).flat_map(|number| number.to_le_bytes()).collect()
}

/// A storage host with one file, which breaks off each answer after `most` bytes of it.
async fn storage(most: usize, headers: &'static [(&'static str, &'static str)]) -> Server {
    Server::start(move |request: &Request| {
        let content = content();
        let from =
            request.header("range").and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
        let from = from.filter(|_| request.header("if-range") == Some("\"v1\"")).unwrap_or(0_usize);
        let mut reply = match from {
            0 => Reply::new(200, "application/octet-stream", content.clone()),
            from if from >= content.len() => Reply::new(416, "text/plain", ""),
            from => Reply::new(206, "application/octet-stream", &content[from..])
                .with("content-range", format!("bytes {from}-{}/{}", content.len() - 1, content.len())),
        }
        .with("etag", "\"v1\"");
        for (name, value) in headers {
            reply = reply.with(name, *value);
        }
        let head = reply.bytes().len() - (content.len() - from);
        reply.cut_at(head + most)
    })
    .await
}

/// The API, whose files lie at another host.
async fn api(files: serde_json::Value, expires: &'static str) -> Server {
    Server::start(move |request: &Request| match request.path.as_str() {
        "/api/v1/client/config" => Reply::ok(json!({})),
        path if path == format!("{RUN}/external_weights/x/external_weights_urls") => {
            Reply::ok(json!({"urls": files, "expires": expires}))
        }
        _ => Reply::detail(404, "Not Found"),
    })
    .await
}

async fn fetch(api: &Server, folder: &Path) -> Result<Option<Vec<Downloaded>>> {
    client(api).download_external(&external(), folder, &mut |_| {}).await
}

fn assert_no_key(host: &Server) {
    assert!(!host.seen().is_empty());
    for request in host.seen() {
        assert!(!format!("{request:?}").contains(KEY));
        assert!(request.header("x-api-key").is_none() && request.header("authorization").is_none());
    }
}

#[tokio::test]
async fn files_arrive_whole_although_every_answer_breaks_off() {
    let host = storage(3000, &[]).await;
    let address = format!("{}/f?X-Signature=abc", host.address());
    let api =
        api(json!({"adapter_model.safetensors": address, "sub/adapter_config.json": address}), "2099-01-01T00:00:00Z")
            .await;
    let folder = tempfile::tempdir().unwrap();
    let files = fetch(&api, folder.path()).await.unwrap().unwrap();
    let sum: String = Sha256::digest(content()).iter().map(|byte| format!("{byte:02x}")).collect();
    for file in &files {
        assert_eq!(std::fs::read(&file.path).unwrap(), content());
        assert_eq!((file.bytes, &file.sha256, file.checked), (20_000, &sum, None));
    }
    let mut left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["adapter_model.safetensors", "sub"], "nothing half is left");
    assert_eq!(host.seen().len(), 14, "seven answers a file, none from the start again");
    assert_no_key(&host);
}

#[tokio::test]
async fn another_process_goes_on_where_one_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("f");
    std::fs::write(folder.path().join("f.part"), &content()[..12_345]).unwrap();
    std::fs::write(folder.path().join("f.part.tag"), "\"v1\"").unwrap();
    let host = storage(usize::MAX / 2, &[]).await;
    let api = api(json!({"f": host.address()}), "2099-01-01T00:00:00Z").await;
    fetch(&api, folder.path()).await.unwrap();
    assert_eq!(std::fs::read(&target).unwrap(), content());
    assert_eq!(host.seen()[0].header("range"), Some("bytes=12345-"));

    // A part of another file, and one that is not known to be of this one, are worth nothing.
    for tag in [Some("\"v0\""), None] {
        std::fs::write(folder.path().join("f.part"), [0; 777]).unwrap();
        let _ = std::fs::remove_file(folder.path().join("f.part.tag"));
        if let Some(tag) = tag {
            std::fs::write(folder.path().join("f.part.tag"), tag).unwrap();
        }
        fetch(&api, folder.path()).await.unwrap();
        assert_eq!(std::fs::read(&target).unwrap(), content());
    }
}

#[tokio::test]
async fn what_does_not_match_its_checksum_is_removed() {
    let host = storage(usize::MAX / 2, &[("x-goog-hash", "crc32c=AAAAAA==")]).await;
    let api = api(json!({"f": host.address()}), "2099-01-01T00:00:00Z").await;
    let folder = tempfile::tempdir().unwrap();
    let error = fetch(&api, folder.path()).await.unwrap_err();
    assert!(matches!(error, Error::Checksum { algorithm: "CRC-32C", .. }), "{error:?}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_host_that_keeps_breaking_off_is_given_up_and_the_part_is_kept() {
    let host = Server::start(|_| Reply::new(200, "x/y", content()).with("etag", "\"v1\"").cut_at(500)).await;
    let api = api(json!({"f": host.address()}), "2099-01-01T00:00:00Z").await;
    let folder = tempfile::tempdir().unwrap();
    let error = fetch(&api, folder.path()).await.unwrap_err();
    assert!(matches!(error, Error::CutShort { .. }) && error.is_temporary(), "{error:?}");
    assert!(folder.path().join("f.part").exists());
}

#[tokio::test]
async fn nothing_is_written_outside_the_folder() {
    let host = storage(usize::MAX / 2, &[]).await;
    for name in ["../evil", "/etc/evil", "a/../../evil", "C:\\evil"] {
        let api = api(json!({"good": host.address(), name: host.address()}), "2099-01-01T00:00:00Z").await;
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("inner");
        assert!(matches!(fetch(&api, &folder).await, Err(Error::Unsafe(_))), "{name}");
        assert!(!outer.path().join("evil").exists() && !folder.join("good").exists());
    }
    assert!(host.seen().is_empty(), "names are judged before anything is fetched");
}

#[tokio::test]
async fn addresses_that_end_soon_are_asked_for_again() {
    let host = storage(usize::MAX / 2, &[]).await;
    let soon = api(json!({"f": host.address()}), "2020-01-01T00:00:00Z").await;
    let folder = tempfile::tempdir().unwrap();
    fetch(&soon, folder.path()).await.unwrap();
    let signed = |api: &Server| api.asked(&format!("{RUN}/external_weights/x/external_weights_urls")).len();
    assert_eq!(signed(&soon), 2);

    let refused = AtomicUsize::new(0);
    let host = Server::start(move |_| match refused.fetch_add(1, Ordering::Relaxed) {
        0 => Reply::new(403, "text/xml", "<Error>Request has expired</Error>"),
        _ => Reply::new(200, "x/y", "now"),
    })
    .await;
    let early = api(json!({"f": host.address()}), "2099-01-01T00:00:00Z").await;
    fetch(&early, folder.path()).await.unwrap();
    assert_eq!((signed(&early), std::fs::read_to_string(folder.path().join("f")).unwrap()), (2, "now".to_owned()));
}

#[tokio::test]
async fn a_server_without_external_weights_says_so() {
    let api = Server::start(|_| Reply::detail(404, "Not Found")).await;
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(fetch(&api, folder.path()).await.unwrap(), None);
    assert_eq!(client(&api).archive(&external()).await.unwrap(), None);
}

async fn archiving(reply: Reply) -> Server {
    Server::start(move |request: &Request| match request.path.as_str() {
        "/api/v1/client/config" => Reply::ok(json!({})),
        path if path.ends_with("/archive") => reply.clone(),
        "/stored/second" => Reply::new(200, "application/gzip", "archive"),
        _ => Reply::detail(404, "no such thing"),
    })
    .await
}

#[tokio::test]
async fn an_archive_is_followed_by_hand_and_without_the_key() {
    let host = Server::start(|request: &Request| match request.path.as_str() {
        "/first?sig=1" => Reply::new(302, "text/plain", "").with("location", "/second"),
        _ => Reply::new(200, "application/gzip", "archive"),
    })
    .await;
    let api =
        archiving(Reply::new(302, "text/plain", "").with("location", format!("{}/first?sig=1", host.address()))).await;
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a.tar.gz");
    let got = client(&api).download_archive(&external(), &target, &mut |_| {}).await.unwrap().unwrap();
    assert_eq!((got.bytes, std::fs::read_to_string(&target).unwrap().as_str()), (7, "archive"));
    assert_eq!(host.seen().len(), 2);
    assert_no_key(&host);

    // Relative to where it was asked for, and then it is the API's own host; the key stays away all the same.
    let api = archiving(Reply::new(302, "text/plain", "").with("location", "/stored/second")).await;
    client(&api).download_archive(&external(), &target, &mut |_| {}).await.unwrap().unwrap();
    assert!(api.asked("/stored/second")[0].header("x-api-key").is_none());

    let api = archiving(Reply::new(200, "application/gzip", "itself")).await;
    client(&api).download_archive(&external(), &target, &mut |_| {}).await.unwrap().unwrap();
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "itself");
}

#[tokio::test]
async fn redirects_to_where_they_should_not_lead_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a");
    for location in ["file:///etc/passwd", "file://./tuft/ckpt/x", "ftp://host/x", "data:text/plain,x"] {
        let api = archiving(Reply::new(302, "text/plain", "").with("location", location)).await;
        let error = client(&api).download_archive(&external(), &target, &mut |_| {}).await.unwrap_err();
        assert!(matches!(error, Error::Unsafe(_)), "{location}: {error:?}");
    }
    let api = archiving(Reply::new(302, "text/plain", "").with("location", "file://./ckpt/x")).await;
    assert_eq!(client(&api).archive(&external()).await.unwrap(), Some(Archive::OnServer("./ckpt/x".into())));
    let host = Server::start(|_| Reply::new(302, "text/plain", "").with("location", "/round")).await;
    let api = archiving(Reply::new(302, "text/plain", "").with("location", host.address())).await;
    assert!(matches!(client(&api).download_archive(&external(), &target, &mut |_| {}).await, Err(Error::Unsafe(_))));
    let host = Server::start(|_| Reply::detail(404, "no object")).await;
    let api = archiving(Reply::new(302, "text/plain", "").with("location", host.address())).await;
    let error = client(&api).download_archive(&external(), &target, &mut |_| {}).await.unwrap_err();
    assert_eq!(error.status_kind(), Some(StatusKind::NotFound));
}
