//! User stories through a real window, and the contract between interface and Rust.

// Helper functions of tests are not seen as tests by clippy.
#![allow(clippy::unwrap_used)]

#[cfg(test)]
mod bindings;
#[cfg(all(test, target_os = "linux"))]
mod closing;
#[cfg(all(test, target_os = "linux"))]
mod curating;
#[cfg(all(test, target_os = "linux"))]
mod journey;
#[cfg(all(test, target_os = "linux"))]
mod ten_thousand;
#[cfg(all(test, target_os = "linux"))]
mod webdriver;
#[cfg(all(test, target_os = "linux"))]
mod x11;
