//! Runs: they end in a version, stop early, pause, resume, fail, and survive the death of their process.

use crate::support::{open, sample};
use idiolect_core::dataset::Preset;
use idiolect_core::engine::fake::FakeEngine;
use idiolect_core::training::{self, RunEvent, RunOptions, RunStatus};
use idiolect_core::{Code, Core, version};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

fn one_epoch() -> RunOptions {
    RunOptions { epochs: Some(1), ..RunOptions::default() }
}

async fn until(condition: impl Fn() -> bool) {
    // Polls: the condition is what is waited for, the pause only keeps the processor free.
    tokio::time::timeout(Duration::from_secs(20), async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .expect("the condition came true in time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_ends_in_the_first_version_which_is_current() {
    let (_folder, core, report) = sample(FakeEngine::default()).await;
    let plan = training::plan(&core, &one_epoch()).await.unwrap();
    assert_eq!((plan.held_out_posts, plan.training_posts), (2, report.new - 2));
    let id = training::start(&core, &one_epoch()).await.unwrap();
    assert_eq!(training::wait(&core, id).await.unwrap(), RunStatus::Succeeded);
    let detail = training::detail(&core, id).unwrap();
    assert_eq!(detail.train.iter().map(|point| point.step).collect::<Vec<_>>(), (1..=plan.steps).collect::<Vec<_>>());
    assert_eq!(detail.held_out.first().unwrap().step, 0);
    assert_eq!(detail.held_out.last().unwrap().step, plan.steps);
    assert_eq!(detail.posts.len(), 2);
    assert_eq!(detail.tests.len(), 3);
    let versions = version::list(&core).unwrap();
    assert_eq!((versions.len(), versions[0].current, versions[0].better_on), (1, true, 2));
    assert!(versions[0].sentence.contains("too few to be sure"));
    assert!(detail.run.outcome.unwrap().contains("2 of 2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_rises_in_a_row_end_a_run_and_the_best_weights_are_kept() {
    // After 0, 2, 4 … steps: best at step 2, then two rises.
    let mut held_out = vec![4.0, 3.9, 3.5, 3.6, 3.7];
    held_out.resize(40, 3.9);
    let (_folder, core, _) = sample(FakeEngine { held_out, ..FakeEngine::default() }).await;
    let options = RunOptions { epochs: Some(10), batch_size: Some(2), ..RunOptions::default() };
    let id = training::start(&core, &options).await.unwrap();
    training::wait(&core, id).await.unwrap();
    let detail = training::detail(&core, id).unwrap();
    let outcome = detail.run.outcome.unwrap();
    assert!(outcome.starts_with("Stopped early"), "{outcome}");
    assert!(detail.run.step < detail.run.steps);
    let version = &version::list(&core).unwrap()[0];
    let best = detail.held_out.iter().map(|point| point.loss).fold(f64::MAX, f64::min);
    assert!((version.held_out_loss - best).abs() < 1e-9, "{} {best}", version.held_out_loss);
    let best_step = detail.held_out.iter().min_by(|a, b| a.loss.total_cmp(&b.loss)).unwrap().step;
    let kept = std::fs::read_to_string(version::adapter_folder(&core.paths, version.id).join("step")).unwrap();
    assert_eq!(kept, best_step.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_run_says_why_and_goes_on_from_its_checkpoint() {
    let (folder, core, _) = sample(FakeEngine { fail_at: Some(7), ..FakeEngine::default() }).await;
    let options = RunOptions { epochs: Some(4), ..RunOptions::default() };
    let id = training::start(&core, &options).await.unwrap();
    assert_eq!(training::wait(&core, id).await.unwrap(), RunStatus::Failed);
    let run = training::get(&core, id).unwrap();
    assert!(run.outcome.unwrap().contains("failed as it was told to") && run.resumable);

    let mended = open(folder.path(), FakeEngine::default());
    training::resume(&mended, id).await.unwrap();
    assert_eq!(training::wait(&mended, id).await.unwrap(), RunStatus::Succeeded);
    let detail = training::detail(&mended, id).unwrap();
    let steps: Vec<u32> = detail.train.iter().map(|point| point.step).collect();
    assert_eq!(steps, (1..=detail.run.steps).collect::<Vec<_>>(), "every step once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_process_died_is_interrupted_and_resumes() {
    let (folder, core, _) = sample(FakeEngine { stall_at: Some(6), ..FakeEngine::default() }).await;
    let options = RunOptions { epochs: Some(3), ..RunOptions::default() };
    // The runtime is the process: dropping it lets go of every lock, as a crash would.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let starting = core.clone();
    let id = runtime.spawn(async move { training::start(&starting, &options).await.unwrap() }).await.unwrap();
    let watching = core.clone();
    until(move || training::get(&watching, id).unwrap().step >= 5).await;
    assert_eq!(training::get(&core, id).unwrap().status, RunStatus::Running, "listing does not disturb it");
    runtime.shutdown_background();
    let watching = core.clone();
    until(move || training::get(&watching, id).unwrap().status == RunStatus::Interrupted).await;

    let again = open(folder.path(), FakeEngine::default());
    training::resume(&again, id).await.unwrap();
    assert_eq!(training::wait(&again, id).await.unwrap(), RunStatus::Succeeded);
    assert_eq!(version::list(&again).unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn pause_saves_and_resume_goes_on_and_only_one_run_trains() {
    let (folder, core, _) = sample(FakeEngine { stall_at: Some(6), ..FakeEngine::default() }).await;
    let options = RunOptions { epochs: Some(3), ..RunOptions::default() };
    let id = training::start(&core, &options).await.unwrap();
    let watching = core.clone();
    until(move || training::get(&watching, id).unwrap().step >= 5).await;
    let error = training::start(&core, &one_epoch()).await.unwrap_err();
    assert_eq!(error.code, Code::RunActive);
    // The sixth step never ends by itself; another process asks for a pause, and the step is given up for it.
    let other = open(folder.path(), FakeEngine::default());
    training::pause(&other, id).unwrap();
    assert_eq!(training::wait(&core, id).await.unwrap(), RunStatus::Paused);
    assert_eq!(training::get(&core, id).unwrap().step, 5);
    training::resume(&core, id).await.unwrap();
    training::cancel(&other, id).unwrap();
    assert_eq!(training::wait(&core, id).await.unwrap(), RunStatus::Cancelled);
    assert!(training::resume(&core, id).await.is_err());
    assert!(version::list(&core).unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_run_is_at_rest_until_it_is_taken_up() {
    let (_folder, core, _) = sample(FakeEngine::default()).await;
    let options = RunOptions { epochs: Some(50), batch_size: Some(1), ..RunOptions::default() };
    let id = training::start(&core, &options).await.unwrap();
    let watching = core.clone();
    until(move || training::get(&watching, id).unwrap().step >= 3).await;
    training::pause(&core, id).unwrap();
    assert_eq!(training::wait(&core, id).await.unwrap(), RunStatus::Paused);
    let paused = training::get(&core, id).unwrap();
    assert!(paused.step < paused.steps);
    training::resume(&core, id).await.unwrap();
    let watching = core.clone();
    until(move || training::get(&watching, id).unwrap().step > paused.step).await;
    training::pause(&core, id).unwrap();
    assert_eq!(training::wait(&core, id).await.unwrap(), RunStatus::Paused);
    training::cancel(&core, id).unwrap();
    assert_eq!(training::get(&core, id).unwrap().status, RunStatus::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn watching_is_a_snapshot_then_the_tail_then_the_end() {
    let (_folder, core, _) = sample(FakeEngine::default()).await;
    let id = training::start(&core, &one_epoch()).await.unwrap();
    let mut steps = Vec::new();
    let mut snapshots = 0;
    let hear = |event: RunEvent| {
        match event {
            RunEvent::Snapshot { detail } => {
                snapshots += 1;
                steps = detail.train.iter().map(|point| point.step).collect();
            }
            RunEvent::Step { point } => steps.push(point.step),
            _ => {}
        }
        true
    };
    training::watch(&core, id, hear, &CancellationToken::new()).await.unwrap();
    let run = training::get(&core, id).unwrap();
    assert_eq!(run.status, RunStatus::Succeeded);
    assert_eq!(steps, (1..=run.steps).collect::<Vec<_>>());
    assert!(snapshots >= 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn held_out_posts_stay_and_later_versions_wait_for_promotion() {
    let (_folder, core, _) = sample(FakeEngine::default()).await;
    let titles = |core: &Core| {
        let core = core.clone();
        async move { training::plan(&core, &one_epoch()).await.unwrap().held_out_titles }
    };
    let before = titles(&core).await;
    for _ in 0..2 {
        let id = training::start(&core, &one_epoch()).await.unwrap();
        training::wait(&core, id).await.unwrap();
    }
    assert_eq!(titles(&core).await, before);
    let versions = version::list(&core).unwrap();
    assert_eq!(
        versions.iter().map(|v| (v.name.as_str(), v.current)).collect::<Vec<_>>(),
        [("v2", false), ("v1", true)]
    );
    version::promote(&core, versions[0].id).unwrap();
    assert!(version::list(&core).unwrap()[0].current);
    version::undo_promotion(&core).unwrap();
    assert!(version::list(&core).unwrap()[1].current);
    version::delete(&core, versions[0].id).unwrap();
    assert!(!version::adapter_folder(&core.paths, versions[0].id).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_library_gives_the_same_dataset() {
    let (_a, first, _) = sample(FakeEngine::default()).await;
    let (_b, second, _) = sample(FakeEngine::default()).await;
    let digest = |core: &Core| idiolect_core::dataset::freeze(core, &Preset::voice(), &[]).unwrap().digest();
    assert_eq!(digest(&first), digest(&second));
}

#[tokio::test(flavor = "multi_thread")]
async fn too_few_posts_are_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let core = open(folder.path(), FakeEngine::default());
    let error = training::plan(&core, &one_epoch()).await.unwrap_err();
    assert_eq!(error.code, Code::NothingToTrain);
    assert!(error.hint.unwrap().contains("Import a blog"));
}
