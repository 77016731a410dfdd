//! The author's journeys through the core, without a window and without a real model: what is asked, what is kept, what
//! survives. The real model is used by the terminal's and the window's tests.

// Helper functions of tests are not seen as tests by clippy.
#![allow(clippy::unwrap_used)]

mod bad_input;
mod curating;
mod decisions;
mod example_files;
mod importing;
mod preparing;
mod presets;
mod real_feed;
mod round_trip;
mod split;
mod support;
mod training;
