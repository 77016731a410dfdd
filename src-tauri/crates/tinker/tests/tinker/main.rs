//! The client against a server of our own, which plays the service, its moods and its faults. It is written from the
//! description of the protocol; what only the production service shows is unproven.

#![allow(clippy::unwrap_used)]

mod auth;
mod calls;
mod chat;
mod conformance;
mod crash;
mod downloads;
mod exchanges;
mod faults;
mod futures;
mod journal;
mod lists;
mod loading;
mod pipeline;
mod redaction;
mod sampling;
mod server;
mod sessions;
mod submissions;
