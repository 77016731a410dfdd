//! A program that is killed at any of its requests, before the server has it or after, and started again with nothing
//! but what its journal had written: every step is carried out once.

use crate::server::{Reply, Request, Service, config};
use crate::submissions::batch;
use idiolect_tinker::{
    AdamParams, Client, Intent, Journal, LoraConfig, Loss, ModelState, RequestKind, Resend, Result, SessionOptions,
    SessionState, TicketPart,
};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

const STEPS: u32 = 3;

/// What would be on the disk.
#[derive(Default)]
struct Disk {
    session: Option<SessionState>,
    model: Option<String>,
    /// The number after the last that was accepted.
    next: u32,
}

#[derive(Default)]
struct Book(Mutex<Disk>);

impl Journal for Book {
    fn sending(&self, intent: &Intent) -> std::result::Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let disk = self.0.lock().unwrap();
        assert!(intent.kind == RequestKind::CreateModel || intent.seq_id == disk.next);
        Ok(())
    }

    fn accepted(&self, intent: &Intent, part: &TicketPart) {
        let mut disk = self.0.lock().unwrap();
        if intent.kind == RequestKind::CreateModel {
            disk.model.clone_from(&part.model_id);
            disk.next = 1;
        } else {
            disk.next = intent.seq_id + 1;
        }
    }
}

/// The program: begins or goes on, submits what is missing, and waits for the last result.
async fn program(address: String, book: Arc<Book>) -> Result<()> {
    let client = Client::new(config(&address).resend(Resend::Always))?;
    let (kept, made) = {
        let disk = book.0.lock().unwrap();
        (disk.session.clone(), disk.model.clone())
    };
    let journal = Arc::clone(&book) as Arc<dyn Journal>;
    let session = match kept {
        Some(state) => client.attach_session(state, Some(journal)),
        None => client.create_session(SessionOptions::default().journal(journal)).await?,
    };
    book.0.lock().unwrap().session = Some(session.state().await?);
    let model = match made {
        Some(model_id) => {
            let next_seq_id = book.0.lock().unwrap().next;
            session.attach_model(ModelState { model_id, next_seq_id })
        }
        None => session.new_model("tiny", LoraConfig::rank(8)?).await?,
    };
    loop {
        let next = model.state().await?.next_seq_id;
        if next > 2 * STEPS {
            // Something that comes after everything else.
            let last = model.forward(&batch(1), &Loss::cross_entropy()).await?;
            return last.wait().await.map(drop);
        }
        if next % 2 == 1 {
            model.forward_backward(&batch(1), &Loss::cross_entropy()).await?;
        } else {
            model.optim_step(&AdamParams::default()).await?;
        }
    }
}

/// Runs the program in a runtime of its own until it ends or is killed, with everything it has begun.
fn run(address: String, book: Arc<Book>, kill: Arc<Notify>) -> std::thread::JoinHandle<bool> {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let ended = runtime.block_on(async {
            tokio::select! {
                outcome = program(address, book) => {
                    outcome.unwrap();
                    true
                }
                () = kill.notified() => false,
            }
        });
        runtime.shutdown_background();
        ended
    })
}

/// True when the program was killed.
async fn killed_at(at: usize, after_the_deed: bool) -> bool {
    let service = Service::default().recognising();
    let (kill, count) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
    let hook = {
        let (kill, count) = (Arc::clone(&kill), Arc::clone(&count));
        move |request: &Request, mine: bool| {
            let counts = mine && request.path != "/api/v1/session_heartbeat";
            let now = counts && count.fetch_add(1, Ordering::Relaxed) == at;
            if now {
                kill.notify_one();
            }
            now.then(Reply::hang)
        }
    };
    let (before, after) = (hook.clone(), hook);
    let server = service
        .start_with(
            move |request| before(request, !after_the_deed),
            move |request, reply| after(request, after_the_deed).unwrap_or(reply),
        )
        .await;
    let book = Arc::new(Book::default());
    let first = run(server.address(), Arc::clone(&book), kill);
    let ended = tokio::task::spawn_blocking(move || first.join().unwrap()).await.unwrap();
    // Nobody kills the second one.
    count.store(usize::MAX / 2, Ordering::Relaxed);
    let again = run(server.address(), book, Arc::new(Notify::new()));
    assert!(tokio::task::spawn_blocking(move || again.join().unwrap()).await.unwrap());
    assert_eq!(service.done(), (STEPS, STEPS), "killed at request {at}, after the deed: {after_the_deed}");
    !ended
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_killed_at_any_request_goes_on_and_every_step_counts_once() {
    for after_the_deed in [false, true] {
        let mut at = 0;
        while killed_at(at, after_the_deed).await {
            at += 1;
        }
        assert!(at > 8, "it was killed at {at} places only");
    }
}
