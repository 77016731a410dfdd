//! What every command is given: the open library, where to print, and whether Ctrl-C was pressed.

use crate::interrupt::Interrupt;
use crate::output::Out;
use idiolect_core::paths::Paths;
use idiolect_core::{Core, Result};
use std::path::PathBuf;

/// The open library and the terminal.
pub struct Context<'a> {
    /// The application.
    pub core: Core,
    /// Where to print.
    pub out: &'a Out,
    /// Ctrl-C.
    pub interrupt: Interrupt,
}

impl<'a> Context<'a> {
    /// Opens the library and listens for Ctrl-C.
    ///
    /// # Errors
    /// What [`Core::open`] says.
    pub fn open(paths: Paths, out: &'a Out) -> Result<Context<'a>> {
        Ok(Context { core: Core::open(paths)?, out, interrupt: Interrupt::listen() })
    }
}

/// The data folder: the one that was named, else the window's own.
pub fn paths(data_dir: Option<PathBuf>) -> Paths {
    Paths::discover(data_dir, &[])
}
