//! What is kept at the server: training runs, their checkpoints, and what they cost.

mod billing;
mod checkpoints;
mod path;
mod runs;
mod weights;

pub use billing::{SessionNote, StorageItem, StorageUsage, UsageEvent, UsageEvents, UsageInfo};
pub use checkpoints::{Checkpoint, CheckpointKind, CheckpointPage};
pub use path::TinkerPath;
pub use runs::{Cursor, TrainingRun, TrainingRunPage};
pub use weights::WeightsInfo;
