//! The real program, driven as a person or a script would: what it prints, and with which status it ends.
//!
//! | file | |
//! |---|---|
//! | `curating` | presets, checks, decisions on many, files of examples |
//! | `journey` | import to draft with the real model |
//! | `pause_and_kill` | Ctrl-C, `kill -9` and resume |
//! | `shapes` | the JSON that scripts rely on |
//! | `mistakes` | wrong usage and bad input |

#![allow(clippy::unwrap_used)]

mod curating;
mod journey;
mod mistakes;
#[cfg(unix)]
mod pause_and_kill;
mod shapes;
mod support;
