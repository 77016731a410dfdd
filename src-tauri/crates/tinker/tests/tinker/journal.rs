//! The journal: written before anything is sent, and enough to go on from.

use crate::server::{Service, client};
use crate::submissions::batch;
use idiolect_tinker::{
    AdamParams, Error, Intent, Journal, LoraConfig, Loss, ModelState, RequestKind, SessionOptions, TicketPart,
};
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct Lines {
    lines: Mutex<Vec<String>>,
    broken: Mutex<bool>,
}

impl Journal for Lines {
    fn sending(&self, intent: &Intent) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        if *self.broken.lock().unwrap() {
            return Err("the disk is full".into());
        }
        self.lines.lock().unwrap().push(format!("sending {:?} {}", intent.kind, intent.seq_id));
        Ok(())
    }

    fn accepted(&self, intent: &Intent, part: &TicketPart) {
        self.lines.lock().unwrap().push(format!("accepted {} as {}", intent.seq_id, part.request_id));
    }

    fn refused(&self, intent: &Intent) {
        self.lines.lock().unwrap().push(format!("refused {}", intent.seq_id));
    }
}

#[tokio::test]
async fn it_is_written_before_anything_is_sent() {
    let service = Service::default();
    let server = service.start().await;
    let journal = Arc::new(Lines::default());
    let options = SessionOptions::default().journal(Arc::clone(&journal) as Arc<dyn Journal>);
    let session = client(&server).create_session(options).await.unwrap();
    let model = session.new_model("tiny", LoraConfig::rank(8).unwrap()).await.unwrap();
    model.step(&batch(1), &Loss::cross_entropy(), &AdamParams::default()).await.unwrap();
    let wanted = [
        "sending CreateModel 0",
        "accepted 0 as 0",
        "sending ForwardBackward 1",
        "accepted 1 as 1",
        "sending OptimStep 2",
        "accepted 2 as 2",
    ];
    assert_eq!(*journal.lines.lock().unwrap(), wanted);

    *journal.broken.lock().unwrap() = true;
    let before = server.seen().iter().filter(|request| request.path != "/api/v1/session_heartbeat").count();
    let error = model.optim_step(&AdamParams::default()).await.unwrap_err();
    assert!(matches!(error, Error::Journal(_)), "{error:?}");
    let after = server.seen().iter().filter(|request| request.path != "/api/v1/session_heartbeat").count();
    assert_eq!(before, after);
    assert_eq!(model.state().await.unwrap().next_seq_id, 3, "the number is not used up");
}

#[tokio::test]
async fn after_a_crash_before_the_answer_the_same_number_is_sent_again() {
    let service = Service::default().recognising();
    let server = service.start().await;
    let first = client(&server).create_session(SessionOptions::default()).await.unwrap();
    let model = first.new_model("tiny", LoraConfig::rank(8).unwrap()).await.unwrap();
    model.step(&batch(1), &Loss::cross_entropy(), &AdamParams::default()).await.unwrap();
    let (state, id) = (first.state().await.unwrap(), model.id().to_owned());
    drop((first, model));
    // Another process knows only that number 2 was about to be sent.
    let second = client(&server).attach_session(state, None);
    let model = second.attach_model(ModelState { model_id: id, next_seq_id: 2 });
    let step = model.optim_step(&AdamParams::default()).await.unwrap();
    assert_eq!(step.ticket().kind, RequestKind::OptimStep);
    step.wait().await.unwrap();
    assert_eq!(service.done(), (1, 1));
}
