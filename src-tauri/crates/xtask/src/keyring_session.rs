//! A desktop session of its own for the tests: a message bus, an unlocked GNOME Keyring and an invisible screen.
//!
//! The keyring tests then meet the real thing without touching the keyring of the person who runs them, and
//! windows open where nobody is disturbed. Linux only; other systems bring their keyring and screen along.

use crate::failure::{Explain, Failure, Outcome};
use crate::process::{become_it, find};
use std::env;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// The hidden command of this program that runs inside the new bus.
pub const INSIDE: &str = "in-keyring-session";

/// A command line that runs `program` in such a session.
pub fn command(program: &Command) -> Outcome<Command> {
    let this = env::current_exe().explain(|| "This program does not know where it lies".into())?;
    let mut command = Command::new("dbus-run-session");
    command.arg("--").arg(this).arg(INSIDE);
    command.args(["xvfb-run", "--auto-servernum", "--server-args", "-screen 0 1280x900x24"]);
    command.arg(program.get_program()).args(program.get_args());
    for (name, value) in program.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    // The screen is the invisible one, also for toolkits that would prefer a Wayland session at hand.
    command.env_remove("WAYLAND_DISPLAY").env("GDK_BACKEND", "x11");
    Ok(command)
}

/// Runs inside the bus: unlocks a fresh keyring, then starts the program.
pub fn inside(words: &[String]) -> Outcome {
    let Some((program, arguments)) = words.split_first() else {
        return Err(Failure::new("No program was named.", "This command is used by `cargo xtask test` only."));
    };
    let room = TempDir::with_prefix("idiolect-session-").explain(|| "No temporary folder could be made".into())?;
    let folder = |name: &str| -> Outcome<_> {
        let path = room.path().join(name);
        std::fs::create_dir(&path).explain(|| format!("{} could not be made", path.display()))?;
        private(&path)?;
        Ok(path)
    };
    let (home, runtime, data) = (folder("home")?, folder("runtime")?, folder("data")?);

    // Only the daemon gets another home: under a changed one, cargo would not find its toolchain.
    let daemon = daemon(room.path())?;
    unlock(Command::new(daemon).env("HOME", home).env("XDG_RUNTIME_DIR", &runtime).env("XDG_DATA_HOME", &data))?;
    // Nothing that a test writes by mistake may reach the person's own Idiolect.
    become_it(Command::new(program).args(arguments).env("XDG_RUNTIME_DIR", &runtime).env("XDG_DATA_HOME", &data))
}

/// The keyring's program, as a copy: the installed file carries a capability (locking memory) that containers refuse
/// to grant, and then the kernel does not start it at all. A copy carries none, and runs everywhere.
fn daemon(folder: &Path) -> Outcome<std::path::PathBuf> {
    let installed = find("gnome-keyring-daemon").ok_or_else(|| {
        Failure::new("gnome-keyring-daemon is missing.", "Install the package gnome-keyring, then run this again.")
    })?;
    let copy = folder.join("gnome-keyring-daemon");
    std::fs::copy(&installed, &copy).explain(|| format!("{} could not be copied", installed.display()))?;
    Ok(copy)
}

/// Starts the daemon with an empty password, which makes its keyring and unlocks it. It goes to the background by
/// itself once it answers, and ends with the bus.
fn unlock(daemon: &mut Command) -> Outcome {
    let what = || "The keyring could not be started".to_owned();
    daemon.args(["--unlock", "--components=secrets"]).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut daemon = daemon.spawn().explain(what)?;
    if let Some(mut password) = daemon.stdin.take() {
        password.write_all(b"\n").explain(what)?;
    }
    let status = daemon.wait().explain(what)?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!("The keyring did not start ({status})."), "Its reason stands above."))
    }
}

/// The bus and the keyring refuse folders that others may enter.
fn private(folder: &Path) -> Outcome {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
            .explain(|| format!("{} could not be made private", folder.display()))?;
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
