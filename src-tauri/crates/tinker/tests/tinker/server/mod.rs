//! An HTTP server small enough to misbehave in every way: it can say anything, slowly, and break off at any byte.

// The client's own messages: that they are right is shown by the recorded exchanges.
#[allow(dead_code)]
#[path = "../../../src/proto.rs"]
pub mod proto;
mod service;
mod wire;

pub use service::{Service, output};
pub use wire::{Reply, Request, Server};

use idiolect_tinker::{Client, Config, Pace, Proxy, Timeouts};
use std::time::Duration;

/// The key that tests use; the redaction test looks for it everywhere.
pub const KEY: &str = "tml-test-4f9a-secret-key";

/// A configuration with pauses too short to notice.
pub fn config(address: &str) -> Config {
    let ms = Duration::from_millis;
    let pace = Pace {
        submission_retries: 4,
        other_retries: 2,
        first_pause: ms(1),
        longest_pause: ms(4),
        longest_asked: ms(50),
        poll_first_pause: ms(1),
        poll_longest_pause: ms(4),
        poll_floor: ms(1),
        billing_pause: ms(1),
        heartbeat: ms(5),
    };
    let timeouts = Timeouts { poll: ms(5000), heartbeat: ms(5000), ..Timeouts::default() };
    Config::new(KEY).base_address(address).pace(pace).timeouts(timeouts).proxy(Proxy::None)
}

pub fn client(server: &Server) -> Client {
    Client::new(config(&server.address())).unwrap()
}
