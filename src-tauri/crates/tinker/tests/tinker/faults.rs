//! Connections that break off at every byte of an answer.

use crate::server::{Reply, Request, Service, client, config};
use crate::submissions::{batch, model};
use idiolect_tinker::{AdamParams, Client, Error, Loss, Resend};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// Breaks off the first answer to a path after so many bytes; tells how long the answer was.
struct Cut {
    path: &'static str,
    at: usize,
    done: AtomicBool,
    length: Mutex<usize>,
}

impl Cut {
    fn new(path: &'static str, at: usize) -> Arc<Self> {
        Arc::new(Self { path, at, done: AtomicBool::new(false), length: Mutex::new(usize::MAX) })
    }

    fn apply(&self, request: &Request, reply: Reply) -> Reply {
        if request.path != self.path || self.done.swap(true, Ordering::Relaxed) {
            return reply;
        }
        *self.length.lock().unwrap() = reply.bytes().len();
        reply.cut_at(self.at)
    }
}

#[tokio::test]
async fn a_submission_is_done_once_wherever_its_answer_breaks_off() {
    for resend in [Resend::Always, Resend::WhenCertain] {
        for at in 0.. {
            let cut = Cut::new("/api/v1/optim_step", at);
            let service = Service::default();
            let service = if resend == Resend::Always { service.recognising() } else { service };
            let hook = Arc::clone(&cut);
            let server = service.start_with(|_| None, move |request, reply| hook.apply(request, reply)).await;
            let model = model(&Client::new(config(&server.address()).resend(resend)).unwrap()).await;
            let step = model.step(&batch(1), &Loss::cross_entropy(), &AdamParams::default()).await;
            let whole = at >= *cut.length.lock().unwrap();
            match step {
                Ok(step) => {
                    step.wait().await.unwrap();
                    assert!(whole || resend == Resend::Always, "cut at {at}");
                }
                Err(error) => {
                    assert!(matches!(error, Error::Unsure { seq_id: 2, .. }), "cut at {at}: {error:?}");
                    assert!(!whole && resend == Resend::WhenCertain);
                    // It did arrive: saying so, the work goes on, and it is carried out once.
                    model.settle(true).await;
                    model
                        .save_weights(&idiolect_tinker::SaveOptions::named("s").unwrap())
                        .await
                        .unwrap()
                        .wait()
                        .await
                        .unwrap();
                }
            }
            assert_eq!(service.done(), (1, 1), "cut at {at} with {resend:?}");
            if whole {
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_result_comes_wherever_its_answer_breaks_off() {
    for at in 0.. {
        let cut = Cut::new("/api/v1/retrieve_future", at);
        let service = Service::default();
        let hook = Arc::clone(&cut);
        let server = service.start_with(|_| None, move |request, reply| hook.apply(request, reply)).await;
        // The first answer to a look is that to the new model.
        model(&client(&server)).await;
        if at >= *cut.length.lock().unwrap() {
            break;
        }
    }
}

#[tokio::test]
async fn slow_bodies_arrive_whole() {
    let service = Service::default();
    let server = service.start_with(|_| None, |_, reply| reply.in_pieces(30)).await;
    let model = model(&client(&server)).await;
    let output =
        model.step(&batch(3), &Loss::cross_entropy(), &AdamParams::default()).await.unwrap().wait().await.unwrap();
    assert_eq!(output.forward_backward.outputs.len(), 3);
}
