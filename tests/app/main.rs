//! User stories through a real window, and the contract between interface and Rust.

#[cfg(test)]
mod bindings;
#[cfg(all(test, target_os = "linux"))]
mod journey;
#[cfg(all(test, target_os = "linux"))]
mod webdriver;
