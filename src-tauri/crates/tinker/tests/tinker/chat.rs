//! The chat endpoint: streamed, cut anywhere, and ended by being dropped. That production streams is unproven.

use crate::server::{KEY, Reply, Server, client};
use idiolect_tinker::{ChatRequest, Error};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

const PATH: &str = "/oai/api/v1/chat/completions";

fn request() -> ChatRequest {
    ChatRequest::new("tinker://r/sampler_weights/x")
        .system("short")
        .user("hi")
        .max_tokens(8)
        .temperature(0.7)
        .stop("\n\n\n")
}

fn events() -> String {
    let delta = |text: &str| json!({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": null}]});
    let last = json!({"choices": [{"delta": {}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 3, "completion_tokens": 2}});
    format!(": warm\n\ndata: {}\n\ndata: {}\r\n\r\ndata: {last}\n\ndata: [DONE]\n\n", delta("Grüße"), delta(", du"))
}

fn streamed() -> Reply {
    Reply::new(200, "text/event-stream", events())
}

#[tokio::test]
async fn text_comes_piece_by_piece() {
    let server = Server::start(|_| streamed().in_pieces(50)).await;
    let mut stream = client(&server).chat(&request()).await.unwrap();
    let mut texts = Vec::new();
    while let Some(delta) = stream.next().await.unwrap() {
        texts.push(delta.text);
    }
    assert_eq!(texts, ["Grüße", ", du", ""]);
    let whole = client(&server).chat(&request()).await.unwrap().collect().await.unwrap();
    assert_eq!((whole.text.as_str(), whole.finish_reason.as_deref()), ("Grüße, du", Some("stop")));
    assert_eq!(whole.usage.unwrap().completion_tokens, 2);

    let asked = &server.asked(PATH)[0];
    assert_eq!(asked.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(asked.header("x-api-key"), None);
    assert_eq!(
        asked.json(),
        json!({"model": "tinker://r/sampler_weights/x", "stream": true, "max_tokens": 8, "temperature": 0.7, "stop": ["\n\n\n"],
            "messages": [{"role": "system", "content": "short"}, {"role": "user", "content": "hi"}]})
    );
    assert_eq!(server.seen().len(), 2, "no handshake is needed");
}

#[tokio::test]
async fn an_answer_cut_at_any_byte_is_never_taken_for_a_whole_one() {
    let whole = streamed().bytes().len();
    let last = "data: [DONE]\n\n".len();
    for at in (0..whole).step_by(3) {
        let server = Server::start(move |_| streamed().cut_at(at)).await;
        let outcome = match client(&server).chat(&request()).await {
            Ok(stream) => stream.collect().await,
            Err(error) => Err(error),
        };
        match outcome {
            Err(error) => assert!(matches!(error, Error::Transport(_)), "cut at {at}: {error:?}"),
            // Everything was there but the mark of its end.
            Ok(delta) => assert!(at > whole - last && delta.text == "Grüße, du", "cut at {at}"),
        }
    }
}

#[tokio::test]
async fn a_server_that_does_not_stream_is_understood() {
    let answer =
        json!({"choices": [{"message": {"role": "assistant", "content": "all at once"}, "finish_reason": "length"}]});
    let server = Server::start(move |_| Reply::ok(answer.clone())).await;
    let whole = client(&server).chat(&request()).await.unwrap().collect().await.unwrap();
    assert_eq!((whole.text.as_str(), whole.finish_reason.as_deref()), ("all at once", Some("length")));
}

#[tokio::test]
async fn failures_are_told_before_and_in_the_middle() {
    let server = Server::start(|_| Reply::detail(404, "Failed to read metadata for checkpoint x.")).await;
    let error = client(&server).chat(&request()).await.unwrap_err();
    assert!(error.to_string().contains("checkpoint x"), "{error}");

    let text =
        "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"error\":{\"message\":\"out of room\"}}\n\n";
    let server = Server::start(move |_| Reply::new(200, "text/event-stream", text)).await;
    let error = client(&server).chat(&request()).await.unwrap().collect().await.unwrap_err();
    assert!(matches!(&error, Error::Failed { message, .. } if message == "out of room"), "{error:?}");
    assert!(client(&server).chat(&ChatRequest::new("m")).await.is_err());
}

#[tokio::test]
async fn a_busy_server_is_asked_again_and_a_broken_one_is_not() {
    for (first, times) in
        [(Reply::detail(429, "busy"), 2), (Reply::detail(503, "busy"), 2), (Reply::detail(500, "oops"), 1)]
    {
        let asked = AtomicU32::new(0);
        let server =
            Server::start(move |_| if asked.fetch_add(1, Ordering::Relaxed) == 0 { first.clone() } else { streamed() })
                .await;
        assert_eq!(client(&server).chat(&request()).await.is_ok(), times == 2);
        assert_eq!(server.asked(PATH).len(), times);
    }
}

#[tokio::test]
async fn dropping_it_ends_the_request() {
    let gone = Arc::new(AtomicBool::new(false));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::clone(&gone);
    let writer = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = Vec::new();
        while !asked.ends_with(b"}") {
            asked.push(stream.read_u8().await.unwrap());
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n").await.unwrap();
        // Writes until the other side is gone.
        while stream.write_all(b"data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n").await.is_ok() {
            tokio::task::yield_now().await;
        }
        seen.store(true, Ordering::Relaxed);
    });
    let client = idiolect_tinker::Client::new(crate::server::config(&address)).unwrap();
    let mut stream = client.chat(&request()).await.unwrap();
    assert_eq!(stream.next().await.unwrap().unwrap().text, "x");
    drop(stream);
    writer.await.unwrap();
    assert!(gone.load(Ordering::Relaxed));
}
