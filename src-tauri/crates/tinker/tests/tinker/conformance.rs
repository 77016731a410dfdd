//! The same client against a real server, when `IDIOLECT_TUFT` names one. See `tests/README.md`.

use idiolect_tinker::{
    AdamParams, Archive, ChatRequest, CheckpointKind, Client, Config, Datum, Error, LoadOptions, LoraConfig, Loss,
    Pipeline, SampleRequest, SamplingWeights, SaveOptions, SessionOptions, StatusKind, StopReason, TinkerPath,
    TrainingModel,
};
use std::time::Duration;

/// The server to test against, or nothing after a word about it.
fn peer() -> Option<(String, String)> {
    let Ok(address) = std::env::var("IDIOLECT_TUFT") else {
        println!("Skipped: IDIOLECT_TUFT names no server to test against.");
        return None;
    };
    Some((address, std::env::var("IDIOLECT_TUFT_KEY").unwrap_or_else(|_| "tml-dev".into())))
}

fn connect((address, key): &(String, String)) -> Client {
    Client::new(Config::new(key.as_str()).base_address(address)).unwrap()
}

/// Other sequences in every process: all models of TuFT's test mode share one toy's weights, which stay trained.
fn batch() -> Vec<Datum> {
    let shift = std::process::id() % 400;
    let sequence = |tokens: &[u32]| {
        let mut weights = vec![1.0 / (tokens.len() - 2) as f32; tokens.len()];
        weights[1] = 0.0;
        let tokens: Vec<u32> = tokens.iter().map(|token| 3 + (token + shift) % 500).collect();
        Datum::cross_entropy(&tokens, &weights).unwrap()
    };
    vec![sequence(&[5, 17, 33, 60, 91, 44, 200, 301, 2]), sequence(&[54, 430, 223, 83, 87, 2])]
}

async fn train(model: &TrainingModel, steps: u64) -> Vec<f64> {
    let mut pipeline = Pipeline::new(model.clone(), 2);
    let (data, adam) = (batch(), AdamParams { learning_rate: 0.05, ..AdamParams::default() });
    let mut losses = Vec::new();
    let mut take = |output: idiolect_tinker::StepOutput| {
        let all: Vec<_> = output.forward_backward.surprise(&data).into_iter().flatten().collect();
        let (nll, weight) = all.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.nll, sum.1 + one.weight));
        losses.push(nll / weight);
    };
    for _ in 0..steps {
        if pipeline.is_full() {
            take(pipeline.next().await.unwrap().unwrap().1);
        }
        pipeline.submit(&data, &Loss::cross_entropy(), &adam).await.unwrap();
    }
    while let Some((_, output)) = pipeline.next().await.unwrap() {
        take(output);
    }
    losses
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_life_at_a_real_server() {
    let Some(peer) = peer() else { return };
    let client = connect(&peer);
    let base = client.check_key().await.unwrap().trainable().next().unwrap().name.clone();
    let session = client.create_session(SessionOptions::default().tag("conformance")).await.unwrap();

    // Train with a falling loss.
    let model = session.new_model(&base, LoraConfig::rank(8).unwrap().seed(1)).await.unwrap();
    assert_eq!(model.info().await.unwrap().lora_rank, Some(8));
    let before = model.forward(&batch(), &Loss::cross_entropy()).await.unwrap().wait().await.unwrap();
    assert_eq!(before.outputs.len(), 2);
    assert_eq!(before.outputs[0].logprobs().unwrap().len(), 8);
    let losses = train(&model, 12).await;
    let lowest = losses.iter().copied().fold(f64::INFINITY, f64::min);
    assert!(losses.len() == 12 && lowest < losses[0], "{losses:?}");

    // Save both kinds, and find them in the list.
    let hour = Duration::from_secs(3600);
    let state = model.save_weights(&SaveOptions::named("st-1").unwrap()).await.unwrap();
    let sampler = SaveOptions::named("sp-1").unwrap().expires_after(hour * 24).unwrap();
    let sampler = model.save_weights_for_sampler(&sampler).await.unwrap();
    let (state, sampler) = (state.wait().await.unwrap(), sampler.wait().await.unwrap());
    let state_path = TinkerPath::parse(&state.path).unwrap();
    let listed = client.run_checkpoints(state_path.run()).await.unwrap();
    let kind = |path: &str| listed.iter().find(|kept| kept.tinker_path == path).map(|kept| kept.checkpoint_type);
    assert_eq!(
        (kind(&state.path), kind(&sampler.path)),
        (Some(CheckpointKind::Training), Some(CheckpointKind::Sampler))
    );
    assert!(client.all_checkpoints().await.unwrap().iter().any(|kept| kept.tinker_path == state.path));
    assert!(
        client
            .training_runs(20, 0)
            .await
            .unwrap()
            .training_runs
            .iter()
            .any(|run| run.training_run_id == state_path.run())
    );
    assert_eq!(client.training_run(state_path.run()).await.unwrap().base_model, base);
    assert_eq!(client.weights_info(&state.path).await.unwrap().lora_rank, Some(8));

    sample(&client, &session, &sampler.path).await;
    let resumed = resume(&peer, &state.path).await;
    assert!(resumed < losses[0], "it went on from {resumed}, and had begun at {}", losses[0]);
    download_and_delete(&client, &state_path, &TinkerPath::parse(&sampler.path).unwrap()).await;
}

async fn sample(client: &Client, session: &idiolect_tinker::Session, path: &str) {
    let drawn = session.sampling_session(&SamplingWeights::Saved(path.into())).await.unwrap();
    let request = SampleRequest::new(vec![5, 17, 33, 60]).max_tokens(6).temperature(0.8).seed(1).samples(2);
    let output = drawn.sample(&request).await.unwrap().wait().await.unwrap();
    assert_eq!(output.sequences.len(), 2);
    assert!(output.sequences.iter().all(|drawn| !drawn.tokens.is_empty() && drawn.tokens.len() <= 6));
    assert!(output.sequences.iter().all(|drawn| matches!(drawn.stop_reason, StopReason::Stop | StopReason::Length)));

    let answer = client.chat(&ChatRequest::new(path).user("Write a post").max_tokens(16)).await.unwrap();
    assert!(!answer.collect().await.unwrap().text.is_empty());
    let unknown = client.chat(&ChatRequest::new("tinker://nope/sampler_weights/x").user("x")).await.unwrap_err();
    assert_eq!(unknown.status_kind(), Some(StatusKind::NotFound));
}

/// As another process would: with nothing but the path.
async fn resume(peer: &(String, String), path: &str) -> f64 {
    let session = connect(peer).create_session(SessionOptions::default()).await.unwrap();
    let model = session.load_model(&LoadOptions { path: path.into(), optimizer: true }).await.unwrap();
    train(&model, 1).await[0]
}

async fn download_and_delete(client: &Client, state: &TinkerPath, sampler: &TinkerPath) {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("adapter.tar.gz");
    match client.archive(sampler).await.unwrap() {
        None => println!("This server offers no archives."),
        Some(Archive::OnServer(place)) => {
            // TuFT names a folder of its own, which nobody should read on its word.
            println!("This server keeps its archives to itself, in {place}.");
            let refused = client.download_archive(sampler, &target, &mut |_| {}).await;
            assert!(matches!(refused, Err(Error::Unsafe(_))));
        }
        Some(_) => {
            let got = client.download_archive(sampler, &target, &mut |_| {}).await.unwrap().unwrap();
            assert!(got.bytes > 0 && target.exists());
        }
    }
    assert!(
        client
            .download_external(sampler, folder.path(), &mut |_| {})
            .await
            .unwrap()
            .is_none_or(|files| !files.is_empty())
    );
    for path in [state, sampler] {
        client.delete_checkpoint(path).await.unwrap();
    }
    let left = client.run_checkpoints(state.run()).await.unwrap();
    assert!(left.iter().all(|kept| kept.tinker_path != state.to_string() && kept.tinker_path != sampler.to_string()));
}

#[tokio::test]
async fn a_wrong_key_is_refused_by_a_real_server() {
    let Some((address, _)) = peer() else { return };
    let error = connect(&(address, "tml-wrong".into())).check_key().await.unwrap_err();
    assert!(matches!(error.status_kind(), Some(StatusKind::BadKey | StatusKind::Forbidden)), "{error}");
}
