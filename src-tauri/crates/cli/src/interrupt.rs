//! Ctrl-C, and the signal a system sends before it shuts down. A command that can stop cleanly says so and is told; any
//! other command ends at once, and so does everything at the second Ctrl-C.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio_util::sync::CancellationToken;

/// The exit status of a program that was interrupted.
pub const STATUS: u8 = 130;

/// Hears Ctrl-C for as long as the program runs.
pub struct Interrupt {
    gentle: Arc<AtomicBool>,
    asked: CancellationToken,
}

impl Interrupt {
    /// Begins to listen. Needs a runtime.
    pub fn listen() -> Interrupt {
        let heard = Interrupt { gentle: Arc::default(), asked: CancellationToken::new() };
        let (gentle, asked) = (heard.gentle.clone(), heard.asked.clone());
        tokio::spawn(async move {
            loop {
                signal().await;
                if asked.is_cancelled() || !gentle.load(Ordering::SeqCst) {
                    std::process::exit(i32::from(STATUS));
                }
                asked.cancel();
            }
        });
        heard
    }

    /// From now on the first Ctrl-C only cancels this token; whoever asked for it stops cleanly.
    pub fn gently(&self) -> CancellationToken {
        self.gentle.store(true, Ordering::SeqCst);
        self.asked.clone()
    }

    /// Whether Ctrl-C was pressed.
    pub fn happened(&self) -> bool {
        self.asked.is_cancelled()
    }
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
