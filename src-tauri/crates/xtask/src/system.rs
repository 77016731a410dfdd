//! The system's own packages: which are missing, and how they come.
//!
//! Debian and Ubuntu get them installed. Elsewhere the missing ones are named with the command that brings them:
//! guessing at another system's package names would do more harm than a clear sentence.

use crate::failure::{Failure, Outcome};
use crate::process::{capture, find, succeed};
use std::env;
use std::io::{IsTerminal, Write, stdin, stdout};
use std::process::Command;

/// What the packages are for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Building and opening the window.
    Window,
    /// That, and every test: an invisible screen, a browser driver, a session bus and a keyring.
    Tests,
}

/// Headers of the web view; they bring those of GTK and of everything else that the window links to.
const WINDOW: &[&str] = &["libwebkit2gtk-4.1-dev", "libgtk-3-dev", "pkg-config"];

const TESTS: &[&str] = &["xvfb", "xauth", "webkit2gtk-driver", "dbus", "gnome-keyring"];

/// Installs what is missing, or says how to.
pub fn ensure(purpose: Purpose) -> Outcome {
    if cfg!(target_os = "macos") {
        return command_line_tools();
    }
    if cfg!(windows) {
        return web_view2();
    }
    if find("apt-get").is_none() || find("dpkg-query").is_none() {
        return elsewhere(purpose);
    }
    let missing = missing(purpose);
    if missing.is_empty() {
        return Ok(());
    }
    println!("System packages that are missing: {}.", missing.join(", "));
    let prefix = elevation(&missing)?;
    if !agreed() {
        return Err(Failure::new("Nothing was installed.", format!("To install them yourself: {}", by_hand(&missing))));
    }
    apt(&prefix, &["update"])?;
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(&missing);
    apt(&prefix, &install)
}

fn missing(purpose: Purpose) -> Vec<&'static str> {
    let tests: &[&str] = if purpose == Purpose::Tests { TESTS } else { &[] };
    WINDOW.iter().chain(tests).copied().filter(|package| !installed(package)).collect()
}

fn installed(package: &str) -> bool {
    capture(Command::new("dpkg-query").args(["--show", "--showformat=${db:Status-Status}\\n", package]))
        .is_some_and(|status| status.lines().any(|line| line == "installed"))
}

/// What stands before `apt-get`: nothing for root, `sudo` for others.
fn elevation(missing: &[&str]) -> Outcome<Vec<&'static str>> {
    if capture(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0") {
        return Ok(vec![]);
    }
    if find("sudo").is_none() {
        return Err(Failure::new(
            "Installing them needs an administrator, and `sudo` is not here.",
            format!("Ask one to run: {}", by_hand(missing)),
        ));
    }
    // Without a terminal nobody could type a password: sudo then fails at once instead of waiting.
    Ok(if stdin().is_terminal() { vec!["sudo"] } else { vec!["sudo", "--non-interactive"] })
}

/// Asks where somebody can answer; where nobody can, the command itself was the consent.
fn agreed() -> bool {
    if !(stdin().is_terminal() && stdout().is_terminal()) {
        return true;
    }
    print!("Install them now with apt-get? [Y/n] ");
    let mut answer = String::new();
    if stdout().flush().is_err() || stdin().read_line(&mut answer).is_err() {
        return false;
    }
    matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes")
}

fn apt(prefix: &[&str], words: &[&str]) -> Outcome {
    // `env` sets the variable behind sudo, which clears the environment.
    let mut line: Vec<&str> = prefix.to_vec();
    line.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"]);
    line.extend(words);
    let (program, rest) = line.split_first().unwrap_or((&"apt-get", &[]));
    succeed(
        Command::new(program).args(rest),
        "Look at what apt-get says above; often the network or its list of sources is at fault.",
    )
}

fn by_hand(missing: &[&str]) -> String {
    format!("sudo apt-get install {}", missing.join(" "))
}

/// Linux without apt: what counts is whether the libraries and programs are there, whatever their packages' names.
fn elsewhere(purpose: Purpose) -> Outcome {
    let web_view = capture(Command::new("pkg-config").args(["--exists", "webkit2gtk-4.1"])).is_some();
    if !web_view {
        return Err(Failure::new(
            "The WebKitGTK 4.1 headers (or pkg-config) are missing; the window is built with them.",
            "Fedora: sudo dnf install webkit2gtk4.1-devel pkgconf. Arch: sudo pacman -S webkit2gtk-4.1 base-devel. \
             openSUSE: sudo zypper install webkit2gtk3-devel. Then run this again.",
        ));
    }
    if purpose == Purpose::Tests {
        let programs = ["xvfb-run", "xauth", "WebKitWebDriver", "dbus-run-session", "gnome-keyring-daemon"];
        let missing: Vec<_> = programs.into_iter().filter(|program| find(program).is_none()).collect();
        if !missing.is_empty() {
            return Err(Failure::new(
                format!("Programs that the tests need are missing: {}.", missing.join(", ")),
                "Install them with your package manager, then run this again.",
            ));
        }
    }
    Ok(())
}

fn command_line_tools() -> Outcome {
    if capture(Command::new("xcode-select").arg("--print-path")).is_some() {
        return Ok(());
    }
    Err(Failure::new("Xcode's command line tools are missing.", "Run `xcode-select --install`, then run this again."))
}

/// The compiler's own tools are there, or this program would not have been linked; only the web view can be missing.
fn web_view2() -> Outcome {
    let found = ["ProgramFiles(x86)", "ProgramFiles", "LOCALAPPDATA"]
        .into_iter()
        .filter_map(env::var_os)
        .any(|folder| std::path::Path::new(&folder).join("Microsoft/EdgeWebView/Application").is_dir());
    if found {
        return Ok(());
    }
    Err(Failure::new(
        "The WebView2 runtime is missing (Windows 11 has it from the start).",
        "Run `winget install Microsoft.EdgeWebView2Runtime`, then run this again.",
    ))
}
