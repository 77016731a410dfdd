//! A session's signs of life.

use crate::http::Request;
use crate::{Client, Result, StatusKind};
use serde::Serialize;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// How a session's signs of life are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Life {
    /// The last one was answered, or none has been sent yet.
    Alive,
    /// None has been answered for a while. Servers give up on a session after some minutes of silence.
    Silent {
        /// Since when.
        since: Duration,
    },
    /// The server says that the session is over (410), or that it does not know it (403, 404). Go on from the last
    /// saved state in a new one.
    Over,
}

/// The task that gives the signs; it ends with its owner.
pub(super) struct Heart {
    task: JoinHandle<()>,
    life: watch::Receiver<Life>,
}

#[derive(Serialize)]
struct Beat {
    session_id: String,
    r#type: &'static str,
}

impl Heart {
    pub(super) fn start(client: &Client, session_id: &str) -> Self {
        let (say, life) = watch::channel(Life::Alive);
        let beat = Beat { session_id: session_id.to_owned(), r#type: "session_heartbeat" };
        let task = tokio::spawn(beat_on(client.clone(), beat, say));
        Self { task, life }
    }

    pub(super) fn life(&self) -> watch::Receiver<Life> {
        self.life.clone()
    }

    pub(super) fn stop(&self) {
        self.task.abort();
    }
}

impl Drop for Heart {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn beat_on(client: Client, beat: Beat, say: watch::Sender<Life>) {
    let pause = client.config().pace.heartbeat;
    let mut answered = Instant::now();
    loop {
        tokio::time::sleep(pause).await;
        let life = match once(&client, &beat).await {
            Ok(()) => {
                answered = Instant::now();
                Life::Alive
            }
            Err(error) => match error.status_kind() {
                Some(StatusKind::Gone | StatusKind::NotFound | StatusKind::Forbidden) => Life::Over,
                _ => Life::Silent { since: answered.elapsed() },
            },
        };
        say.send_replace(life);
        if life == Life::Over {
            return;
        }
    }
}

/// One sign of life; the next one is its repetition.
async fn once(client: &Client, beat: &Beat) -> Result<()> {
    let request = Request::post("/api/v1/session_heartbeat", beat, client.config().timeouts.heartbeat)?;
    let answer = client.once(&request).await.answered()?;
    if answer.is_success() { Ok(()) } else { Err(answer.into_error()) }
}
