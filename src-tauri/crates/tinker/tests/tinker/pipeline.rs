//! Cycles of the service per step, counted and not timed: a cycle passes whenever the client waits.

use crate::server::{Reply, Request, Service, client};
use crate::submissions::{batch, model};
use idiolect_tinker::{AdamParams, Error, Loss, Pipeline, PipelineState};
use std::sync::atomic::{AtomicU32, Ordering};

const STEPS: u64 = 40;

#[tokio::test]
async fn a_step_ahead_costs_one_cycle_per_step_and_the_naive_loop_two() {
    let service = Service::default();
    let server = service.start().await;
    let mut pipeline = Pipeline::new(model(&client(&server)).await, 2);
    let before = service.cycles();
    let mut numbers = Vec::new();
    for _ in 0..STEPS {
        if pipeline.is_full() {
            numbers.push(pipeline.next().await.unwrap().unwrap().0);
        }
        pipeline.submit(&batch(2), &Loss::cross_entropy(), &AdamParams::default()).await.unwrap();
    }
    while let Some((number, _)) = pipeline.next().await.unwrap() {
        numbers.push(number);
    }
    assert_eq!(numbers, (0..STEPS).collect::<Vec<_>>());
    assert_eq!(service.cycles() - before, STEPS);

    let model = model(&client(&server)).await;
    let before = service.cycles();
    for _ in 0..STEPS {
        model.forward_backward(&batch(2), &Loss::cross_entropy()).await.unwrap().wait().await.unwrap();
        model.optim_step(&AdamParams::default()).await.unwrap().wait().await.unwrap();
    }
    assert_eq!(service.cycles() - before, 2 * STEPS);
}

#[tokio::test]
async fn another_process_takes_it_up_with_steps_in_flight() {
    let service = Service::default();
    let server = service.start().await;
    let mut pipeline = Pipeline::new(model(&client(&server)).await, 3);
    for _ in 0..3 {
        pipeline.submit(&batch(1), &Loss::cross_entropy(), &AdamParams::default()).await.unwrap();
    }
    assert!(pipeline.submit(&batch(1), &Loss::cross_entropy(), &AdamParams::default()).await.is_err());
    pipeline.next().await.unwrap();
    let session = pipeline.model().session().state().await.unwrap();
    let kept = serde_json::to_string(&(session, pipeline.state().await.unwrap())).unwrap();
    drop(pipeline);

    let (session, state): (_, PipelineState) = serde_json::from_str(&kept).unwrap();
    let session = client(&server).attach_session(session, None);
    let mut pipeline = Pipeline::resume(&session, state, 3).unwrap();
    assert_eq!(pipeline.submit(&batch(1), &Loss::cross_entropy(), &AdamParams::default()).await.unwrap(), 3);
    let mut numbers = Vec::new();
    while let Some((number, _)) = pipeline.next().await.unwrap() {
        numbers.push(number);
    }
    assert_eq!((numbers, service.done()), (vec![1, 2, 3], (4, 4)));
}

#[tokio::test]
async fn half_a_step_is_completed_and_not_repeated() {
    let service = Service::default();
    let asked = AtomicU32::new(0);
    let instead = move |request: &Request| {
        let first = request.path == "/api/v1/optim_step" && asked.fetch_add(1, Ordering::Relaxed) == 0;
        first.then(|| Reply::detail(402, "add a card"))
    };
    let server = service.start_with(instead, |_, reply| reply).await;
    let mut pipeline = Pipeline::new(model(&client(&server)).await, 2);
    let loss = Loss::cross_entropy();
    let error = pipeline.submit(&batch(1), &loss, &AdamParams::default()).await.unwrap_err();
    assert!(matches!(error, Error::HalfStep { .. }), "{error:?}");
    assert!(pipeline.submit(&batch(1), &loss, &AdamParams::default()).await.is_err());
    assert_eq!(pipeline.complete().await.unwrap(), Some(0));
    assert_eq!(pipeline.complete().await.unwrap(), None);
    pipeline.next().await.unwrap().unwrap();
    assert_eq!(service.done(), (1, 1));
}
