//! Submissions: repeated where that is right, reported as in doubt where it is not, and never carried out twice.

use crate::server::{Reply, Request, Service, client, config};
use idiolect_tinker::{
    AdamParams, Client, Datum, Error, LoraConfig, Loss, Resend, SessionOptions, StatusKind, TrainingModel,
};
use serde_json::json;
use std::sync::atomic::{AtomicU32, Ordering};

pub fn batch(sequences: usize) -> Vec<Datum> {
    (0..sequences).map(|_| Datum::cross_entropy(&[1, 2, 3, 4], &[0.0, 1.0, 1.0, 1.0]).unwrap()).collect()
}

pub async fn model(client: &Client) -> TrainingModel {
    let session = client.create_session(SessionOptions::default()).await.unwrap();
    session.new_model("tiny", LoraConfig::rank(8).unwrap()).await.unwrap()
}

const STEP: &str = "/api/v1/optim_step";

/// The first submission of an optimizer step is answered with this instead.
fn once_instead(reply: Reply) -> impl Fn(&Request) -> Option<Reply> + Send + Sync + 'static {
    let asked = AtomicU32::new(0);
    move |request| (request.path == STEP && asked.fetch_add(1, Ordering::Relaxed) == 0).then(|| reply.clone())
}

/// The first answer to a submission of an optimizer step is lost after the deed.
fn once_lost(lose: impl Fn(Reply) -> Reply + Send + Sync + 'static) -> impl Fn(&Request, Reply) -> Reply + Send + Sync {
    let asked = AtomicU32::new(0);
    move |request, reply| {
        let first = request.path == STEP && asked.fetch_add(1, Ordering::Relaxed) == 0;
        if first { lose(reply) } else { reply }
    }
}

#[tokio::test]
async fn steps_are_numbered_in_order_and_results_come() {
    let service = Service::default();
    let server = service.start().await;
    let model = model(&client(&server)).await;
    let (mut passes, mut steps) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        passes.push(model.forward_backward(&batch(2), &Loss::cross_entropy()).await.unwrap());
        steps.push(model.optim_step(&AdamParams::default()).await.unwrap());
    }
    assert_eq!(model.state().await.unwrap().next_seq_id, 7);
    let data = batch(2);
    let mut losses = Vec::new();
    for (pass, step) in passes.iter().zip(&steps) {
        losses.push(pass.wait().await.unwrap().surprise(&data)[1].unwrap().mean().unwrap());
        step.wait().await.unwrap();
    }
    assert_eq!(losses.iter().map(|loss| (loss * 1e3).round()).collect::<Vec<_>>(), [2000.0, 1000.0, 667.0]);
    assert_eq!(service.done(), (3, 3));
}

#[tokio::test]
async fn what_the_server_did_not_take_is_repeated_everywhere() {
    for reply in [
        Reply::detail(429, "busy").with("retry-after-ms", "1"),
        Reply::detail(500, "oops"),
        Reply::detail(503, "busy"),
        Reply::detail(408, "slow"),
        Reply::new(400, "text/plain", ""),
    ] {
        let service = Service::default();
        let server = service.start_with(once_instead(reply.clone()), |_, reply| reply).await;
        let model = model(&client(&server)).await;
        let step = model.step(&batch(1), &Loss::cross_entropy(), &AdamParams::default()).await;
        step.unwrap_or_else(|error| panic!("{reply:?}: {error}")).wait().await.unwrap();
        assert_eq!(service.done(), (1, 1));
        let keys: Vec<String> =
            server.asked(STEP).iter().map(|request| request.header("x-idempotency-key").unwrap().to_owned()).collect();
        assert_eq!(keys.len(), 2);
        assert_eq!(keys[0], keys[1], "a repetition keeps its key");
        let numbers: Vec<_> = server.asked(STEP).iter().map(|request| request.json()["seq_id"].clone()).collect();
        assert_eq!(numbers, [json!(2), json!(2)]);
    }
}

#[tokio::test]
async fn a_lost_answer_is_in_doubt_at_an_unknown_server() {
    let lost: [fn(Reply) -> Reply; 3] =
        [|reply| reply.cut_at(0), |reply| reply.cut_at(60), |_| Reply::new(504, "text/html", "<html>")];
    for lose in lost {
        let service = Service::default();
        let server = service.start_with(|_| None, once_lost(lose)).await;
        let model = model(&client(&server)).await;
        model.forward_backward(&batch(1), &Loss::cross_entropy()).await.unwrap();
        let error = model.optim_step(&AdamParams::default()).await.unwrap_err();
        assert!(matches!(error, Error::Unsure { seq_id: 2, .. }), "{error:?}");
        // Nothing more is taken, so nothing is done twice and no hole is left.
        let error = model.optim_step(&AdamParams::default()).await.unwrap_err();
        assert!(matches!(error, Error::Unsure { seq_id: 2, .. }));
        assert!(model.state().await.is_err());
        assert_eq!(server.asked(STEP).len(), 1);
        // Somebody who knows better may settle it.
        model.settle(true).await;
        model.step(&batch(1), &Loss::cross_entropy(), &AdamParams::default()).await.unwrap().wait().await.unwrap();
        assert_eq!(service.done(), (2, 2));
    }
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_where_repetitions_are_recognised() {
    let service = Service::default().recognising();
    let server = service.start_with(|_| None, once_lost(|reply| reply.cut_at(10))).await;
    let model = model(&Client::new(config(&server.address()).resend(Resend::Always)).unwrap()).await;
    model.step(&batch(1), &Loss::cross_entropy(), &AdamParams::default()).await.unwrap().wait().await.unwrap();
    assert_eq!((service.done(), server.asked(STEP).len()), ((1, 1), 2));
}

#[tokio::test]
async fn a_conflict_after_a_lost_answer_means_that_it_arrived() {
    let service = Service::default();
    let repeated = AtomicU32::new(0);
    let instead = move |request: &Request| {
        let second = request.path == STEP && repeated.fetch_add(1, Ordering::Relaxed) == 1;
        second.then(|| Reply::detail(409, "already accepted"))
    };
    let server = service.start_with(instead, once_lost(|reply| reply.cut_at(0))).await;
    let model = model(&Client::new(config(&server.address()).resend(Resend::Always)).unwrap()).await;
    model.forward_backward(&batch(1), &Loss::cross_entropy()).await.unwrap();
    let error = model.optim_step(&AdamParams::default()).await.unwrap_err();
    assert!(matches!(error, Error::AlreadyAccepted { seq_id: 2 }), "{error:?}");
    model.step(&batch(1), &Loss::cross_entropy(), &AdamParams::default()).await.unwrap().wait().await.unwrap();
    assert_eq!(service.done(), (2, 2));
}

#[tokio::test]
async fn a_refusal_uses_up_no_number_and_leaves_half_a_step() {
    let service = Service::default();
    let server = service.start_with(once_instead(Reply::detail(402, "add a card")), |_, reply| reply).await;
    let model = model(&client(&server)).await;
    let error = model.step(&batch(1), &Loss::cross_entropy(), &AdamParams::default()).await.unwrap_err();
    assert!(matches!(error, Error::HalfStep { .. }));
    assert_eq!(error.status_kind(), Some(StatusKind::Billing));
    assert_eq!(model.state().await.unwrap().next_seq_id, 2);
    model.optim_step(&AdamParams::default()).await.unwrap().wait().await.unwrap();
    assert_eq!(service.done(), (1, 1));
}

#[tokio::test]
async fn a_submission_that_nobody_waits_for_is_carried_through() {
    let service = Service::default();
    let server = service.start().await;
    let model = model(&client(&server)).await;
    for _ in 0..5 {
        let (data, loss) = (batch(1), Loss::cross_entropy());
        tokio::select! {
            biased;
            _ = model.forward_backward(&data, &loss) => {}
            () = tokio::task::yield_now() => {}
        }
    }
    // However many were begun, each was sent once and in order.
    let next = model.state().await.unwrap().next_seq_id;
    assert_eq!(server.asked("/api/v1/forward_backward").len(), next as usize - 1);
    model.optim_step(&AdamParams::default()).await.unwrap().wait().await.unwrap();
    assert_eq!(service.done().1, 1);
}

#[tokio::test]
async fn a_forgotten_result_is_submitted_again_only_where_that_is_safe() {
    for (resend, again) in [(Resend::Always, true), (Resend::ByServer, false)] {
        let service = Service::default().recognising();
        let gone = AtomicU32::new(0);
        let instead = move |request: &Request| {
            let first = request.path == "/api/v1/retrieve_future"
                && request.json()["request_id"] == "2"
                && gone.fetch_add(1, Ordering::Relaxed) == 0;
            first.then(|| Reply::detail(410, "promise gone"))
        };
        let server = service.start_with(instead, |_, reply| reply).await;
        let model = model(&Client::new(config(&server.address()).resend(resend)).unwrap()).await;
        let step = model.step(&batch(1), &Loss::cross_entropy(), &AdamParams::default()).await.unwrap();
        let before = step.optim_step.ticket();
        let outcome = step.wait().await;
        assert_eq!(outcome.is_ok(), again, "{outcome:?}");
        assert_eq!(before.parts[0].seq_id, step.optim_step.ticket().parts[0].seq_id);
        assert_eq!(service.done(), (1, 1));
    }
}

#[tokio::test]
async fn large_batches_go_out_in_pieces_and_come_back_as_one() {
    let service = Service::default();
    let flags = |request: &Request| {
        (request.path == "/api/v1/client/config").then(|| Reply::ok(json!({"fwdbwd_max_chunk_len": 4})))
    };
    let server = service.start_with(flags, |_, reply| reply).await;
    let model = model(&client(&server)).await;
    let pass = model.forward_backward(&batch(10), &Loss::cross_entropy()).await.unwrap();
    assert_eq!(pass.ticket().parts.iter().map(|part| part.seq_id.unwrap()).collect::<Vec<_>>(), [1, 2, 3]);
    let output = pass.wait().await.unwrap();
    assert_eq!((output.outputs.len(), output.metrics["loss:sum"]), (10, 60.0));
}

#[tokio::test]
async fn a_large_batch_that_breaks_off_is_in_doubt() {
    let service = Service::default();
    let asked = AtomicU32::new(0);
    let instead = move |request: &Request| match request.path.as_str() {
        "/api/v1/client/config" => Some(Reply::ok(json!({"fwdbwd_max_chunk_len": 4}))),
        "/api/v1/forward_backward" if asked.fetch_add(1, Ordering::Relaxed) == 1 => Some(Reply::detail(402, "card")),
        _ => None,
    };
    let server = service.start_with(instead, |_, reply| reply).await;
    let model = model(&client(&server)).await;
    let error = model.forward_backward(&batch(10), &Loss::cross_entropy()).await.unwrap_err();
    assert!(matches!(error, Error::Unsure { seq_id: 2, .. }), "{error:?}");
}

#[cfg(feature = "zstd")]
#[tokio::test]
async fn training_data_is_compressed_where_the_server_asks_for_it() {
    let flags = |request: &Request| match request.path.as_str() {
        "/api/v1/client/config" => Some(Reply::ok(json!({"proto_compress_fwdbwd": true}))),
        "/api/v1/forward_backward" => Some(Reply::json(202, json!({"request_id": "x"}))),
        _ => None,
    };
    let server = Service::default().start_with(flags, |_, reply| reply).await;
    let model = model(&client(&server)).await;
    model.forward_backward(&batch(50), &Loss::cross_entropy()).await.unwrap();
    let sent = &server.asked("/api/v1/forward_backward")[0];
    assert_eq!(
        (sent.header("content-encoding"), sent.header("content-type")),
        (Some("zstd"), Some("application/x-protobuf"))
    );
    let plain = zstd::bulk::decompress(&sent.body, 1 << 20).unwrap();
    assert!(sent.body.len() * 10 < plain.len());
}

#[tokio::test]
async fn an_older_server_gets_its_passes_in_json() {
    let logprobs = json!({"data": [-0.5, -0.5, -0.5], "dtype": "float32", "shape": [3]});
    let result = json!({"loss_fn_output_type": "x", "loss_fn_outputs": [{"logprobs": logprobs}], "metrics": {}});
    let instead = move |request: &Request| match request.path.as_str() {
        "/api/v1/forward_backward" | "/api/v1/forward" => match request.header("content-type") {
            Some("application/json") => Some(Reply::json(202, json!({"request_id": "old"}))),
            _ => Some(Reply::detail(422, "Input should be a valid dictionary")),
        },
        "/api/v1/retrieve_future" if request.json()["request_id"] == "old" => Some(Reply::ok(result.clone())),
        _ => None,
    };
    let server = Service::default().start_with(instead, |_, reply| reply).await;
    let model = model(&client(&server)).await;
    for seq_id in 1..3 {
        let output = model.forward_backward(&batch(1), &Loss::cross_entropy()).await.unwrap().wait().await.unwrap();
        assert_eq!(output.surprise(&batch(1))[0].unwrap().mean(), Some(0.5));
        assert_eq!(server.asked("/api/v1/forward_backward")[seq_id].json()["seq_id"], json!(seq_id));
    }
    assert_eq!(server.asked("/api/v1/forward_backward").len(), 3, "the binary form is tried once");
    model.forward(&batch(1), &Loss::cross_entropy()).await.unwrap().wait().await.unwrap();
    assert_eq!(server.asked("/api/v1/forward")[0].json()["seq_id"], 3);
}

#[tokio::test]
async fn a_pass_that_is_refused_in_both_forms_is_refused_for_the_first_reason() {
    let instead = |request: &Request| {
        let first = request.header("content-type") == Some("application/x-protobuf");
        let reply = if first { Reply::detail(422, "no such loss") } else { Reply::detail(415, "speak protobuf") };
        (request.path == "/api/v1/forward_backward").then_some(reply)
    };
    let server = Service::default().start_with(instead, |_, reply| reply).await;
    let model = model(&client(&server)).await;
    let error = model.forward_backward(&batch(1), &Loss::named("cross_entropy")).await.unwrap_err();
    assert!(error.to_string().contains("no such loss"), "{error}");
    assert_eq!(model.state().await.unwrap().next_seq_id, 1);
}
