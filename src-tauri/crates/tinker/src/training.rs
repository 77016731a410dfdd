//! Training: adapters on base models, steps, and saved states.

mod batch;
mod create;
mod datum;
mod json;
mod load;
mod loss;
mod metrics;
mod model;
mod optim;
mod output;
mod pass;
mod pipeline;
mod save;
mod step;

pub use create::{CreatedModel, LoraConfig};
pub use datum::Datum;
pub(crate) use datum::check_tokens;
pub use load::LoadOptions;
pub use loss::Loss;
pub use model::{ModelInfo, ModelState, TrainingModel};
pub use optim::{AdamParams, OptimStepOutput};
pub use output::{DatumOutput, ForwardBackwardOutput, Surprise};
pub use pipeline::{Pipeline, PipelineState};
pub use save::{SaveOptions, SavedWeights};
pub use step::{Step, StepOutput, StepTickets};
