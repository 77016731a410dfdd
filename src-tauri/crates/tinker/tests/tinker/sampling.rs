//! Drawing tokens.

use crate::server::proto::{SampleResponse, SampledSequence};
use crate::server::{Reply, Request, Server, client};
use idiolect_tinker::{RequestKind, SampleOutput, SampleRequest, SamplingWeights, SessionOptions, StopReason, Ticket};
use prost::Message;
use serde_json::json;

fn le(numbers: &[i32]) -> bytes::Bytes {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>().into()
}

async fn server(response: SampleResponse) -> Server {
    let response = response.encode_to_vec();
    Server::start(move |request: &Request| match request.path.as_str() {
        "/api/v1/create_session" => Reply::ok(json!({"session_id": "s"})),
        "/api/v1/create_sampling_session" => Reply::json(201, json!({"sampling_session_id": "s:sample:0"})),
        "/api/v1/asample" => Reply::json(202, json!({"request_id": 7, "sample_sequence_ids": null})),
        "/api/v1/retrieve_future" => Reply::protobuf(response.clone()),
        "/api/v1/cancel_future" => Reply::detail(404, "Not Found"),
        _ => Reply::ok(json!({})),
    })
    .await
}

#[tokio::test]
async fn tokens_and_scores_come_back() {
    let scores: Vec<u8> = [f32::NAN, -0.5].iter().flat_map(|score: &f32| score.to_le_bytes()).collect();
    let sequence = |stop_reason| SampledSequence { stop_reason, tokens: le(&[4, 5]), logprobs: None };
    let response = SampleResponse {
        sequences: vec![sequence(0), sequence(1), sequence(9)],
        prompt_logprobs: Some(scores.into()),
        prompt_cache_hit_tokens: 3,
    };
    let server = server(response).await;
    let session = client(&server).create_session(SessionOptions::default()).await.unwrap();
    let sampler = session.sampling_session(&SamplingWeights::Base("a/b".into())).await.unwrap();
    for seq_id in 0..2 {
        let pending = sampler.sample(&SampleRequest::new(vec![1, 2]).prompt_logprobs()).await.unwrap();
        assert_eq!(pending.ticket().parts[0].request_id, "7");
        let output = pending.wait().await.unwrap();
        let reasons: Vec<StopReason> = output.sequences.iter().map(|sequence| sequence.stop_reason).collect();
        assert_eq!(reasons, [StopReason::Stop, StopReason::Length, StopReason::Other(9)]);
        assert_eq!((output.prompt_logprobs, output.prompt_cache_hit_tokens), (Some(vec![None, Some(-0.5)]), 3));
        let asked = &server.asked("/api/v1/asample")[seq_id];
        assert_eq!(
            (asked.json()["seq_id"].clone(), asked.header("x-tinker-sampling-backpressure")),
            (json!(seq_id), Some("1"))
        );
        assert!(!sampler.cancel(&pending).await.unwrap());
    }
    let made = server.asked("/api/v1/create_sampling_session")[0].json();
    assert_eq!(
        made,
        json!({"session_id": "s", "sampling_session_seq_id": 0, "base_model": "a/b", "type": "create_sampling_session"})
    );
}

#[tokio::test]
async fn an_older_servers_answer_is_understood() {
    let answer = json!({"sequences": [{"tokens": [4, 5], "logprobs": [-0.5, -1.0], "stop_reason": "length"}],
        "prompt_logprobs": [null, -0.5], "type": "sample"});
    let server = Server::start(move |_| Reply::ok(answer.clone())).await;
    let ticket = Ticket::new(RequestKind::Sample, "r", None);
    let output = client(&server).pending::<SampleOutput>(ticket).unwrap().wait().await.unwrap();
    assert_eq!((output.sequences[0].tokens.clone(), output.sequences[0].stop_reason), (vec![4, 5], StopReason::Length));
    assert_eq!(output.prompt_logprobs, Some(vec![None, Some(-0.5)]));
}

#[tokio::test]
async fn nonsense_in_a_result_is_an_error() {
    let sequence = SampledSequence { stop_reason: 0, tokens: le(&[-4]), logprobs: None };
    let response = SampleResponse { sequences: vec![sequence], ..SampleResponse::default() };
    let server = server(response).await;
    let session = client(&server).create_session(SessionOptions::default()).await.unwrap();
    let sampler = session.sampling_session(&SamplingWeights::Base("a/b".into())).await.unwrap();
    let error = sampler.sample(&SampleRequest::new(vec![1])).await.unwrap().wait().await.unwrap_err();
    assert!(matches!(&error, idiolect_tinker::Error::Decode { .. }), "{error:?}");
}
