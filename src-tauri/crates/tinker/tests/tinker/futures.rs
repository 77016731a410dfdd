//! Every outcome of asking for a result.

use crate::server::{Reply, Request, Server, client, config, output};
use idiolect_tinker::{
    Client, Error, FailureCategory, ForwardBackwardOutput, Listener, OptimStepOutput, Outcome, Pending, Polled,
    QueueState, RequestKind, StatusKind, Ticket, Timeouts, Waiting,
};
use prost::Message;
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A server that answers looks with these in turn, and with the last for ever.
async fn script(replies: Vec<Reply>) -> Server {
    script_with(replies, json!({})).await
}

async fn script_with(replies: Vec<Reply>, flags: serde_json::Value) -> Server {
    let at = AtomicUsize::new(0);
    Server::start(move |request: &Request| match request.path.as_str() {
        "/api/v1/retrieve_future" => replies[at.fetch_add(1, Ordering::Relaxed).min(replies.len() - 1)].clone(),
        _ => Reply::ok(flags.clone()),
    })
    .await
}

fn pending<T: Outcome>(server: &Server, kind: RequestKind) -> Pending<T> {
    client(server).pending(Ticket::new(kind, "r-1", Some(2))).unwrap()
}

fn step(server: &Server) -> Pending<OptimStepOutput> {
    pending(server, RequestKind::OptimStep)
}

fn done() -> Reply {
    Reply::ok(json!({"metrics": {"norm:mean": 1.5, "bad:mean": null}, "new_field": {}}))
}

fn looks(server: &Server) -> usize {
    server.asked("/api/v1/retrieve_future").len()
}

#[tokio::test]
async fn queues_are_waited_for_and_told() {
    let server = script(vec![
        Reply::ok(json!({"type": "try_again", "request_id": "r-1", "queue_state": "active"})),
        Reply::ok(json!({"type": "try_again", "queue_state": "paused_capacity", "queue_state_reason": "full"})),
        Reply::json(408, json!({"queue_state": "paused_rate_limit"})),
        Reply::new(408, "text/plain", ""),
        Reply::json(408, json!({"queue_state": "paused_by_moon"})),
        done(),
    ])
    .await;
    let mut heard = Vec::new();
    let output = step(&server).wait_watched(|waiting| heard.push(waiting.clone())).await.unwrap();
    assert_eq!(output.metrics, [("norm:mean".to_owned(), 1.5)].into());
    let states: Vec<QueueState> = heard
        .iter()
        .map(|waiting| match waiting {
            Waiting::Queued { state, .. } => state.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    use QueueState::{Active, Other, PausedCapacity, PausedRateLimit, Unsaid};
    assert_eq!(states, [Active, PausedCapacity, PausedRateLimit, Unsaid, Other("paused_by_moon".into())]);
    assert_eq!(states.iter().map(QueueState::is_paused).collect::<Vec<_>>(), [false, true, true, false, true]);
    assert!(heard[1].to_string().ends_with("(full)"));
}

#[tokio::test]
async fn trouble_is_waited_out() {
    for trouble in [
        Reply::detail(429, "too many"),
        Reply::new(500, "text/plain", "Internal Server Error"),
        Reply::new(504, "text/html", "<html>"),
        Reply::new(400, "text/html", "<html>cloudflare</html>"),
        Reply::detail(402, "billing"),
        done().cut_at(0),
        done().cut_at(30),
    ] {
        let server = script(vec![trouble.clone(), trouble.clone(), trouble.clone(), done()]).await;
        step(&server).wait().await.unwrap_or_else(|error| panic!("{trouble:?}: {error}"));
        assert_eq!(looks(&server), 4);
    }
}

#[tokio::test]
async fn our_own_patience_with_one_look_is_not_the_end() {
    let server = script(vec![Reply::hang(), Reply::hang(), done()]).await;
    let timeouts = Timeouts { poll: Duration::from_millis(20), ..Timeouts::default() };
    let client = Client::new(config(&server.address()).timeouts(timeouts)).unwrap();
    let pending: Pending<OptimStepOutput> = client.pending(Ticket::new(RequestKind::OptimStep, "r", None)).unwrap();
    pending.wait().await.unwrap();
}

#[tokio::test]
async fn a_result_announced_is_asked_for_as_a_whole() {
    let payload = output(&[3, 2], 0).encode_to_vec();
    let announced = Reply::ok(json!({"status": "complete_metadata", "response_payload_size": payload.len()}));
    let server = script(vec![announced.clone(), Reply::protobuf(payload)]).await;
    let pending: Pending<ForwardBackwardOutput> = pending(&server, RequestKind::ForwardBackward);
    assert_eq!(pending.wait().await.unwrap().outputs.len(), 2);
    let asked = server.asked("/api/v1/retrieve_future");
    let whole: Vec<_> = asked.iter().map(|request| request.json()["allow_metadata_only"].clone()).collect();
    assert_eq!(whole, [json!(true), json!(false)]);
    assert!(asked.iter().all(|request| request.header("accept") == Some("application/x-protobuf")));

    let server = script(vec![announced]).await;
    assert!(matches!(step(&server).wait().await, Err(Error::Decode { .. })));
}

#[tokio::test]
async fn failures_of_every_servers_shape_are_final() {
    for (reply, category, message) in [
        (
            Reply::ok(json!({"error": "NonFiniteInTensor", "category": "user"})),
            FailureCategory::User,
            "NonFiniteInTensor",
        ),
        (Reply::ok(json!({"error": "lost a worker", "category": "server"})), FailureCategory::Server, "lost a worker"),
        (Reply::ok(json!({"error": "no idea", "category": "unknown"})), FailureCategory::Unknown, "no idea"),
        (Reply::detail(400, "bad rank"), FailureCategory::User, "bad rank"),
        (Reply::detail(422, "no such loss"), FailureCategory::User, "no such loss"),
        (Reply::detail(409, "expected 8, got 9"), FailureCategory::User, "expected 8, got 9"),
    ] {
        let server = script(vec![reply]).await;
        match step(&server).wait().await {
            Err(Error::Failed { request_id, category: said, message: words }) => {
                assert_eq!((request_id.as_str(), said, words.as_str()), ("r-1", category, message));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(looks(&server), 1);
    }
}

#[tokio::test]
async fn a_failure_reported_as_trouble_is_believed_when_it_stays() {
    let server = script(vec![Reply::detail(500, "checkpoint is corrupt")]).await;
    assert!(matches!(step(&server).wait().await, Err(Error::Failed { category: FailureCategory::Server, .. })));
    assert_eq!(looks(&server), 5);
    let server = script(vec![Reply::new(400, "text/html", "<html>")]).await;
    assert_eq!(step(&server).wait().await.unwrap_err().status_kind(), Some(StatusKind::Refused));
    assert_eq!(looks(&server), 4);
}

#[tokio::test]
async fn what_is_forgotten_or_forbidden_is_told_apart() {
    let server = script(vec![Reply::detail(410, "gone")]).await;
    assert!(matches!(step(&server).wait().await, Err(Error::Gone { request_id }) if request_id == "r-1"));
    for (status, kind) in [(401, StatusKind::BadKey), (403, StatusKind::Forbidden), (404, StatusKind::NotFound)] {
        let server = script(vec![Reply::detail(status, "no")]).await;
        assert_eq!(step(&server).wait().await.unwrap_err().status_kind(), Some(kind));
        assert_eq!(looks(&server), 1);
    }
}

#[tokio::test]
async fn an_unpaid_bill_is_waited_for_as_long_as_the_server_says() {
    let flags = json!({"billing_exception_max_pause_duration_sec": 0});
    let server = script_with(vec![Reply::detail(402, "add a card")], flags).await;
    assert_eq!(step(&server).wait().await.unwrap_err().status_kind(), Some(StatusKind::Billing));
}

#[derive(Default)]
struct Heard(Mutex<Vec<String>>);

impl Listener for Heard {
    fn waiting(&self, waiting: &Waiting) {
        self.0.lock().unwrap().push(waiting.to_string());
    }
}

#[tokio::test]
async fn the_listener_hears_it_and_patience_has_an_end() {
    let server = script(vec![Reply::ok(json!({"type": "try_again", "queue_state": "paused_capacity"}))]).await;
    let heard = Arc::new(Heard::default());
    let client = Client::new(config(&server.address()).listener(Arc::clone(&heard) as Arc<dyn Listener>)).unwrap();
    let pending: Pending<OptimStepOutput> = client.pending(Ticket::new(RequestKind::OptimStep, "r", None)).unwrap();
    match pending.wait_for(Duration::from_millis(60)).await {
        Err(error @ Error::StillWaiting { .. }) => assert!(error.to_string().contains("no room"), "{error}"),
        other => panic!("{other:?}"),
    }
    assert!(heard.0.lock().unwrap()[0].contains("no room"));
    assert!(matches!(pending.poll().await.unwrap(), Polled::NotYet(Waiting::Queued { .. })));
}

#[tokio::test]
async fn a_ticket_outlives_the_client_and_can_be_read_twice() {
    let server = script(vec![done()]).await;
    let kept = serde_json::to_string(&step(&server).ticket()).unwrap();
    let again = client(&server).pending::<OptimStepOutput>(serde_json::from_str(&kept).unwrap()).unwrap();
    assert_eq!(again.wait().await.unwrap(), again.wait().await.unwrap());
    assert!(client(&server).pending::<ForwardBackwardOutput>(again.ticket()).is_err());
}
