//! Exchanges that were recorded between the official client (or plain HTTP) and a real server: ours are the same.

use crate::server::{Reply, Request, Server, client};
use idiolect_tinker::{
    AdamParams, CreatedModel, Datum, ForwardBackwardOutput, LoraConfig, Loss, ModelState, OptimStepOutput, RequestKind,
    SampleOutput, SampleRequest, SamplingWeights, SaveOptions, SavedWeights, SessionState, Stop, StopReason, Ticket,
};
use serde_json::{Value, json};
use std::path::Path;

fn recorded(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    let hex = value["hex"].as_str().unwrap();
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap()).collect()
}

fn answer_of(exchange: &Value) -> Reply {
    let status = u16::try_from(exchange["status"].as_u64().unwrap()).unwrap();
    match &exchange["response_body"] {
        body if body.get("hex").is_some() => Reply::protobuf(bytes(body)),
        body if body.get("json").is_some() => Reply::json(status, body["json"].clone()),
        body => Reply::json(status, body.clone()),
    }
}

/// A server that gives the recorded answer to its path, and promises results to everything else.
async fn replaying(names: &[&str]) -> Server {
    let exchanges: Vec<Value> = names.iter().map(|name| recorded(name)).collect();
    Server::start(move |request: &Request| {
        let known = exchanges.iter().find(|exchange| exchange["path"] == request.path);
        match (known, request.path.as_str()) {
            (Some(exchange), _) => answer_of(exchange),
            (None, "/api/v1/client/config") => Reply::detail(404, "Not Found"),
            _ => Reply::json(202, json!({"request_id": "r", "model_id": null})),
        }
    })
    .await
}

async fn result<T: idiolect_tinker::Outcome>(name: &str, kind: RequestKind) -> T {
    let server = replaying(&[name]).await;
    let pending = client(&server).pending(Ticket::new(kind, "r", None)).unwrap();
    let result = pending.wait().await.unwrap();
    let asked = &server.asked("/api/v1/retrieve_future")[0];
    let recorded = recorded(name);
    assert_eq!(asked.header("accept"), recorded["request_headers"]["accept"].as_str());
    assert_eq!(asked.json()["allow_metadata_only"], recorded["request_body"]["json"]["allow_metadata_only"]);
    result
}

#[tokio::test]
async fn recorded_results_decode() {
    let output: ForwardBackwardOutput = result("retrieve_ForwardBackward.json", RequestKind::ForwardBackward).await;
    let lengths: Vec<usize> = output.outputs.iter().map(|output| output.logprobs().unwrap().len()).collect();
    assert_eq!(lengths, [35, 9, 29]);
    assert!((output.outputs[0].logprobs().unwrap()[0] - -1.232).abs() < 1e-3);
    assert!((output.metrics["loss:sum"] - 8.0087).abs() < 1e-3);

    let output: SampleOutput = result("retrieve_Sample.json", RequestKind::Sample).await;
    assert_eq!(output.sequences.len(), 2);
    assert_eq!(output.sequences[0].tokens, (78..90).collect::<Vec<u32>>());
    assert_eq!(output.sequences[1].logprobs.as_ref().unwrap().len(), 12);
    assert_eq!(output.sequences[1].stop_reason, StopReason::Length);

    let output: OptimStepOutput = result("retrieve_OptimStep.json", RequestKind::OptimStep).await;
    assert_eq!(output.metrics["learning_rate:mean"], 0.01);
    let saved: SavedWeights = result("retrieve_SaveWeights.json", RequestKind::SaveWeights).await;
    assert!(saved.path.ends_with("/weights/st-0001"));
    let created: CreatedModel = result("retrieve_CreateModel.json", RequestKind::CreateModel).await;
    assert_eq!(created.model_id.len(), 36);
}

#[tokio::test]
async fn recorded_lists_decode() {
    let server =
        replaying(&["checkpoints.json", "training_runs.json", "client_config.json", "capabilities.json"]).await;
    let client = client(&server);
    assert_eq!(client.flags().await.unwrap(), &idiolect_tinker::Flags::default());
    assert_eq!(client.capabilities().await.unwrap().models[0].name, "tiny/qwen3");
    let page = client.checkpoints(100, 0).await.unwrap();
    assert_eq!((page.checkpoints[0].size_bytes, page.cursor.unwrap().total_count), (Some(693), 1));
    assert!(page.checkpoints[0].time.as_ref().unwrap().time().is_some());
}

#[tokio::test]
async fn training_data_is_the_recorded_bytes() {
    let exchange = recorded("forward_backward_plain.json");
    let (wanted, whole) = (bytes(&exchange["request_body"]), exchange["request_body"]["bytes"].as_u64().unwrap());
    let server = replaying(&[]).await;
    let model = attached(&server, "26230b91-2074-4234-afde-f5553a60606e", 1).await;
    let tokens = [5, 17, 33, 60, 91, 44, 200, 301, 2];
    let datum = Datum::cross_entropy(&tokens, &[1.0; 9]).unwrap();
    model.forward_backward(&[datum], &Loss::cross_entropy()).await.unwrap();
    let sent = &server.asked("/api/v1/forward_backward")[0].body;
    // The record keeps the beginning of long bodies.
    assert_eq!(sent[..wanted.len()], wanted[..]);
    assert!(sent.len() as u64 >= whole);
}

#[tokio::test]
async fn the_official_clients_training_data_is_ours() {
    let exchange = recorded("forward_backward_sdk.json");
    let (wanted, whole) = (bytes(&exchange["request_body"]), exchange["request_body"]["bytes"].as_u64().unwrap());
    let message = first_datums(&wanted);
    let server = replaying(&[]).await;
    let model = attached(&server, "fcad0e7d-00d6-4915-be39-9ff318cf5660", 1).await;
    let data: Vec<Datum> = message
        .iter()
        .map(|(input, last)| {
            let tokens: Vec<u32> = input.iter().copied().chain([*last]).collect();
            let mut weights = vec![1.0; tokens.len()];
            weights[..3].fill(0.0);
            Datum::cross_entropy(&tokens, &weights).unwrap()
        })
        .collect();
    model.forward_backward(&data, &Loss::cross_entropy()).await.unwrap();
    let sent = &server.asked("/api/v1/forward_backward")[0].body;
    let differs = sent.iter().zip(&wanted).position(|(sent, wanted)| sent != wanted);
    assert_eq!(differs, None);
    assert_eq!(sent.len() as u64, whole);
}

/// The token ids of the record's sequences, read straight from its bytes: each chunk of tokens stands after its tags
/// (`0a 0a 0a` with their lengths), and is followed by the end mark as the last target.
fn first_datums(bytes: &[u8]) -> Vec<(Vec<u32>, u32)> {
    use crate::server::proto::Datum as Wire;
    use prost::Message;
    let mut at = 2 + 36 + 2;
    let mut found = Vec::new();
    while bytes.get(at) == Some(&0x1a) {
        let mut rest = &bytes[at + 1..];
        let length = usize::try_from(prost::encoding::decode_varint(&mut rest).unwrap()).unwrap();
        let start = bytes.len() - rest.len();
        // The last sequence is cut off by the record; its tokens come first and are there.
        let whole = bytes.get(start..start + length);
        let input = match whole {
            Some(whole) => {
                let datum = Wire::decode(whole).unwrap();
                datum.model_input[0].encoded_text.as_ref().unwrap().tokens.to_vec()
            }
            None => bytes[start + 6..start + 6 + usize::from(bytes[start + 5])].to_vec(),
        };
        let tokens: Vec<u32> = input.chunks_exact(4).map(|id| u32::from_le_bytes(id.try_into().unwrap())).collect();
        found.push((tokens, 2));
        at = start + length;
    }
    found
}

async fn attached(server: &Server, model_id: &str, next_seq_id: u32) -> idiolect_tinker::TrainingModel {
    let session =
        client(server).attach_session(SessionState { session_id: "s".into(), next_model: 0, next_sampler: 0 }, None);
    session.attach_model(ModelState { model_id: model_id.into(), next_seq_id })
}

#[tokio::test]
async fn what_is_asked_for_is_what_was_recorded() {
    let server = replaying(&["create_sampling_session.json"]).await;
    let id = "26230b91-2074-4234-afde-f5553a60606e";
    let state = |next_sampler| SessionState {
        session_id: "f644fde7-870c-4697-85b9-afd3e2545d18".into(),
        next_model: 0,
        next_sampler,
    };
    let session = client(&server).attach_session(state(1), None);
    let model = |next_seq_id| session.attach_model(ModelState { model_id: id.into(), next_seq_id });
    let adam = AdamParams { learning_rate: 0.01, ..AdamParams::default() };
    model(2).optim_step(&adam).await.unwrap();
    session.create_model("tiny/qwen3", LoraConfig::rank(8).unwrap()).await.unwrap();
    model(8).save_weights(&SaveOptions::named("st-1").unwrap()).await.unwrap();
    let day = std::time::Duration::from_secs(86400);
    let kept = SaveOptions::named("sp-1").unwrap().expires_after(day).unwrap();
    model(10).save_weights_for_sampler(&kept).await.unwrap();
    let weights = SamplingWeights::Saved(format!("tinker://{id}/sampler_weights/sp-1"));
    let sampler = session.sampling_session(&weights).await.unwrap();
    let request =
        SampleRequest::new(vec![5, 17, 33, 60]).max_tokens(6).temperature(0.8).seed(1).stop(Stop::Tokens(vec![2]));
    sampler.sample(&request).await.unwrap();

    for name in [
        "optim_step.json",
        "create_model.json",
        "save_weights.json",
        "save_weights_for_sampler.json",
        "create_sampling_session.json",
        "asample.json",
    ] {
        let exchange = recorded(name);
        let sent = &server.asked(exchange["path"].as_str().unwrap())[0];
        // 0.8 has no exact form, and is written with more digits in 64 bits than in 32.
        assert_eq!(rounded(&sent.json()), rounded(&exchange["request_body"]), "{name}");
        assert_eq!(sent.header("content-type"), Some("application/json"));
        assert!(sent.header("x-idempotency-key").is_some());
    }
}

fn rounded(value: &Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => json!((number.as_f64().unwrap() * 1e13).round() / 1e13),
        Value::Array(all) => all.iter().map(rounded).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), rounded(value))).collect(),
        other => other.clone(),
    }
}
