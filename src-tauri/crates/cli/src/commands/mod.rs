//! One file a noun: what can be asked, and how the answer is told.

pub mod demo;
mod example_files;
mod example_list;
pub mod examples;
pub mod import;
pub mod key;
pub mod models;
pub mod plan;
pub mod portrait;
pub mod post_files;
pub mod posts;
mod prepare;
pub mod presets;
pub mod refresh;
pub mod runs;
pub mod score;
pub mod stats;
pub mod train;
pub mod versions;
pub mod write;
