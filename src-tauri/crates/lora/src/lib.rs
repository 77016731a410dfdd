//! LoRA finetuning and sampling of small language models on this computer.
//!
//! Written by hand rather than on a tensor library, because the base model is frozen and quantised: a general
//! autodiff library computes gradients nobody needs and keeps the model in f32, for three times the time and ten
//! times the memory. What is here knows four architectures (see [`Architecture`]) and reads their dimensions, and how each
//! tensor is stored, from the GGUF file.
//!
//! | file | what |
//! |---|---|
//! | `error` | every failure, in sentences |
//! | `gguf`, `quant`, `architecture`, `config`, `tensors`, `model` | the base model in its file |
//! | `tokenizer`, `pieces` | text to tokens and back, from the same file |
//! | `adapter`, `peft` | the trained part, and its format on disk |
//! | `pack`, `pass`, `layer`, `attention`, `headnorm`, `activation`, `ops`, `loss` | forward and backward |
//! | `memory` | what is kept for backward and what is computed again |
//! | `trainer`, `adam`, `checkpoint` | training |
//! | `sampler`, `decode`, `choose` | writing |
//! | `mm`, `simd`, `pool`, `rng`, `file` | matrix products, vector loops, threads, random numbers, atomic files |
//!
//! *Invariants.* No network, no clock, no files but those named by the caller. All tensor work runs in the crate's own
//! thread pool, and no result depends on its size. Nothing read from a file is believed before it is checked.

mod activation;
mod adam;
mod adapter;
mod architecture;
mod attention;
mod checkpoint;
mod choose;
mod config;
mod decode;
mod error;
mod file;
mod gguf;
mod headnorm;
mod layer;
mod loss;
mod memory;
mod mm;
mod model;
mod ops;
mod pack;
mod pass;
mod peft;
mod pieces;
mod pool;
mod quant;
mod rng;
mod sampler;
mod simd;
mod tensors;
mod tokenizer;
mod trainer;

// The tests beside the code use the tiny model of the tests outside it, which know the crate by its name.
#[cfg(test)]
extern crate self as idiolect_lora;
#[cfg(test)]
#[path = "../tests/engine/stored.rs"]
#[allow(dead_code)]
mod stored;
#[cfg(test)]
#[path = "../tests/engine/tiny.rs"]
#[allow(dead_code)]
mod tiny;

pub use adam::{AdamParams, StepInfo};
pub use adapter::{Adapter, LoraConfig};
pub use architecture::Architecture;
pub use checkpoint::TRAINING_FILE;
pub use choose::SampleParams;
pub use config::{Config, Sliding};
pub use error::Error;
pub use model::Model;
pub use pack::Datum;
pub use peft::{CONFIG_FILE, TENSORS_FILE};
pub use pool::{default_threads, set_threads};
pub use sampler::{Finish, FinishReason, Sampler};
pub use tokenizer::Tokenizer;
pub use trainer::{BatchLoss, Score, Trainer};
