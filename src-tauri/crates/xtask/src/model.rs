//! The default model: where it is looked for, and how it is proved to be the right one.

mod fetch;

use crate::failure::{Explain, Failure, Outcome};
use crate::places;
use sha2::{Digest, Sha256};
use std::env;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// SmolLM2-135M-Instruct in four bits, Apache-2.0. The core's catalogue states the same facts; a test below compares.
pub const FILE: &str = "SmolLM2-135M-Instruct.Q4_1.gguf";
const BYTES: u64 = 98_362_432;
const SHA256: &str = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";

/// `cargo xtask model`.
pub fn run() -> Outcome {
    println!("The model is at {}.", ensure()?.display());
    Ok(())
}

/// The model, fetched first when it is nowhere on this computer.
pub fn ensure() -> Outcome<PathBuf> {
    let lent = env::var_os("IDIOLECT_MODELS").filter(|value| !value.is_empty());
    let lent = lent.iter().flat_map(env::split_paths).map(|folder| places::root().join(folder).join(FILE));
    for file in lent.filter(|file| file.is_file()) {
        if is_right(&file)? {
            return Ok(file);
        }
        println!("The file {} is not the expected model, and is left alone.", file.display());
    }
    let folder = own_folder()?;
    let file = folder.join(FILE);
    if file.is_file() {
        if is_right(&file)? {
            return Ok(file);
        }
        println!("The model at {} is damaged, so it is fetched again.", file.display());
        std::fs::remove_file(&file).explain(|| format!("{} could not be removed", file.display()))?;
    }
    std::fs::create_dir_all(&folder).explain(|| format!("The folder {} could not be made", folder.display()))?;
    fetch::into(&folder)?;
    Ok(file)
}

fn own_folder() -> Outcome<PathBuf> {
    let data = places::data().ok_or_else(|| {
        Failure::new(
            "No data folder is known: neither a home folder nor its variables are set.",
            "Set IDIOLECT_DATA_DIR to a folder, then run this again.",
        )
    })?;
    Ok(places::root().join(data).join("models"))
}

/// Whether a file is the model, to the last byte.
fn is_right(file: &Path) -> Outcome<bool> {
    let what = || format!("{} could not be read", file.display());
    if file.metadata().explain(what)?.len() != BYTES {
        return Ok(false);
    }
    let mut proof = Proof::new(io::sink());
    io::copy(&mut File::open(file).explain(what)?, &mut proof).explain(what)?;
    Ok(proof.holds())
}

/// Copies to `out` what it reads, and knows at the end whether that was the model.
fn copy_proved(from: &mut impl Read, out: impl Write) -> io::Result<bool> {
    let mut proof = Proof::new(out);
    io::copy(&mut io::BufReader::with_capacity(1 << 20, from), &mut proof)?;
    proof.flush()?;
    Ok(proof.holds())
}

/// A writer that counts and hashes on the way.
struct Proof<W> {
    out: W,
    bytes: u64,
    hash: Sha256,
}

impl<W: Write> Proof<W> {
    fn new(out: W) -> Self {
        Self { out, bytes: 0, hash: Sha256::new() }
    }

    fn holds(self) -> bool {
        let hash: String = self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        self.bytes == BYTES && hash == SHA256
    }
}

impl<W: Write> Write for Proof<W> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let written = self.out.write(data)?;
        self.bytes += written as u64;
        self.hash.update(&data[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The core keeps its own catalogue so that it need not know this tool; both must mean the same file.
    #[test]
    fn the_core_expects_the_same_file() {
        let Ok(catalogue) = std::fs::read_to_string(places::root().join("src-tauri/crates/core/src/engine/models.rs"))
        else {
            return;
        };
        let plain = catalogue.replace('_', "");
        assert!(catalogue.contains(SHA256) && catalogue.contains(FILE) && plain.contains(&BYTES.to_string()));
    }

    #[test]
    fn another_file_is_not_taken_for_the_model() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        assert!(!is_right(file.path()).expect("it can be read"));
        assert!(!copy_proved(&mut &b"not a model"[..], io::sink()).expect("memory does not fail"));
    }
}
