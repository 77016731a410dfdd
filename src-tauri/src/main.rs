//! The window. Everything it shows and does lives in the library crate and in `idiolect-core`.

// No console window beside the app on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() {
    idiolect_lib::run();
}
