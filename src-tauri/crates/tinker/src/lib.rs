#![doc = include_str!("../README.md")]
//!
//! # What is where
//!
//! | file | what |
//! |---|---|
//! | `config`, `key`, `secret`, `pace`, `listener` | where the server is, who asks, how patiently, and who hears of it |
//! | `error` | every failure, told apart by what can be done about it |
//! | `client`, `auth`, `flags` | requests with the right credential, and introducing oneself |
//! | `http` | one attempt of one request |
//! | `submit` | requests that must be carried out once: order, doubt, journal |
//! | `future` | results that come later |
//! | `session` | the frame for training and sampling, and its signs of life |
//! | `training`, `tensor` | adapters, batches, steps, saved states, the pipeline |
//! | `sampling`, `chat` | drawing tokens, and text |
//! | `remote`, `download`, `timestamp` | what is kept at the server, what it costs, and bringing it here |
//! | `proto` | the binary messages |
//!
//! *Invariants.* Nothing is sent but what the caller asked for, token exchange and signs of life aside; the telemetry
//! endpoint is never called. The key goes to the configured address alone. No secret is ever part of an error, a log
//! line or a `Debug` text. A submission is carried out once or reported as in doubt.

mod auth;
mod chat;
mod client;
mod config;
mod download;
mod error;
mod flags;
mod future;
mod http;
mod key;
mod listener;
mod pace;
mod proto;
mod remote;
mod sampling;
mod secret;
mod session;
mod submit;
mod tensor;
mod timestamp;
mod training;

pub use chat::{ChatDelta, ChatMessage, ChatRequest, ChatRole, ChatStream, ChatUsage};
pub use client::{BaseModel, Capabilities, Client, KeyOwner};
pub use config::{Config, PRODUCTION, PROTOCOL_VERSION, Proxy};
pub use download::{Archive, Downloaded, Progress, SignedFiles, SignedUrl};
pub use error::{Error, FailureCategory, Result, StatusError, StatusKind, TransportError, TransportKind};
pub use flags::Flags;
pub use future::{Outcome, Pending, Polled, QueueState, RequestKind, Ticket, TicketPart, Waiting};
pub use key::{BoxFuture, KeyProvider, OfficialKey, official_keys};
pub use listener::{Listener, Notice, NoticeLevel};
pub use pace::{Pace, Resend, Timeouts};
pub use remote::{
    Checkpoint, CheckpointKind, CheckpointPage, Cursor, SessionNote, StorageItem, StorageUsage, TinkerPath,
    TrainingRun, TrainingRunPage, UsageEvent, UsageEvents, UsageInfo, WeightsInfo,
};
pub use sampling::{SampleOutput, SampleRequest, SampledSequence, SamplingSession, SamplingWeights, Stop, StopReason};
pub use secret::Secret;
pub use session::{FinishReason, Life, Session, SessionOptions, SessionState};
pub use submit::{Intent, Journal};
pub use tensor::{Tensor, Values};
pub use timestamp::Timestamp;
pub use training::{
    AdamParams, CreatedModel, Datum, DatumOutput, ForwardBackwardOutput, LoadOptions, LoraConfig, Loss, ModelInfo,
    ModelState, OptimStepOutput, Pipeline, PipelineState, SaveOptions, SavedWeights, Step, StepOutput, StepTickets,
    Surprise, TrainingModel,
};
