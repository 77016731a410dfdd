//! A small WebDriver client: just what the stories need. A library for it would compile the desktop stack a second time
//! with other features (reference notes, section 3).

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use reqwest::Client;
use serde_json::{Value, json};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The name under which WebDriver hands out elements (W3C WebDriver, section 12.3).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A real window of the app, driven through WebKitWebDriver.
pub struct Window {
    driver: Child,
    http: Client,
    session: String,
}

impl Window {
    /// Opens the app on a data folder.
    pub async fn open(data: &Path) -> Window {
        assert!(
            std::env::var_os("DISPLAY").is_some(),
            "the window's story needs a display: run it through `cargo xtask test`"
        );
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let driver = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            // The window's own settings, apart from the developer's.
            .env("XDG_DATA_HOME", data.join("xdg"))
            .env("XDG_CONFIG_HOME", data.join("xdg"))
            .env("IDIOLECT_DATA_DIR", data)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("WebKitWebDriver is installed: `cargo xtask test` installs webkit2gtk-driver");
        let http = Client::builder().timeout(Duration::from_secs(60)).build().unwrap();
        let mut window = Window { driver, http, session: format!("http://127.0.0.1:{port}/session") };
        let options = json!({"binary": env!("CARGO_BIN_EXE_idiolect"), "args": []});
        let wanted = json!({"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}});
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            if let Ok(response) = window.http.post(&window.session).json(&wanted).send().await {
                let answer: Value = response.json().await.unwrap();
                let id = answer["value"]["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {answer}"));
                window.session = format!("{}/{id}", window.session);
                return window;
            }
            assert!(Instant::now() < until, "WebKitWebDriver did not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits for an element by its `data-testid` (or a CSS selector when it holds a dot or bracket) and gives it.
    pub async fn find(&self, name: &str) -> String {
        self.find_within(name, Duration::from_secs(20)).await
    }

    /// The same with a time of one's own.
    pub async fn find_within(&self, name: &str, wait: Duration) -> String {
        let until = Instant::now() + wait;
        loop {
            let found = self.post("elements", &json!({"using": "css selector", "value": selector(name)})).await;
            if let Some(id) = found[0][ELEMENT].as_str() {
                return id.to_owned();
            }
            assert!(Instant::now() < until, "'{name}' did not appear. The page says:\n{}", self.page_text().await);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// How many elements there are of a name.
    pub async fn count(&self, name: &str) -> usize {
        let found = self.post("elements", &json!({"using": "css selector", "value": selector(name)})).await;
        found.as_array().map_or(0, Vec::len)
    }

    /// Clicks an element.
    pub async fn click(&self, name: &str) {
        let id = self.find(name).await;
        self.post(&format!("element/{id}/click"), &json!({})).await;
    }

    /// Types into an element.
    pub async fn type_into(&self, name: &str, text: &str) {
        let id = self.find(name).await;
        self.post(&format!("element/{id}/value"), &json!({"text": text})).await;
    }

    /// Empties a field.
    pub async fn clear(&self, name: &str) {
        let id = self.find(name).await;
        self.post(&format!("element/{id}/clear"), &json!({})).await;
    }

    /// An element's visible text.
    pub async fn text(&self, name: &str) -> String {
        let id = self.find(name).await;
        self.get(&format!("element/{id}/text")).await.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until an element's text fulfils a condition, and gives it.
    pub async fn text_when(&self, name: &str, wait: Duration, holds: impl Fn(&str) -> bool) -> String {
        let until = Instant::now() + wait;
        loop {
            let text = self.text(name).await;
            if holds(&text) {
                return text;
            }
            assert!(Instant::now() < until, "'{name}' stayed at: {text}\nThe page says:\n{}", self.page_text().await);
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
    }

    /// What a script in the page returns.
    pub async fn script(&self, body: &str) -> Value {
        self.post("execute/sync", &json!({"script": body, "args": []})).await
    }

    /// Takes a picture of the page, where `IDIOLECT_SHOTS` names a folder for them.
    pub async fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("IDIOLECT_SHOTS") else { return };
        let shot = self.get("screenshot").await;
        let bytes = BASE64.decode(shot.as_str().unwrap_or_default()).unwrap();
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), bytes).unwrap();
    }

    /// Whether the app's process is there; a window that closes ends it.
    pub fn app_runs(&self) -> bool {
        let found = Command::new("pgrep").args(["-P", &self.driver.id().to_string()]).args(["-x", "idiolect"]).output();
        !found.unwrap().stdout.is_empty()
    }

    /// Memory of the app and its web processes together, in bytes; pages that several share count once (PSS).
    pub fn memory(&self) -> u64 {
        let mut family = vec![self.driver.id()];
        let mut next = 0;
        while next < family.len() {
            let found = Command::new("pgrep").args(["-P", &family[next].to_string()]).output().unwrap();
            family.extend(String::from_utf8_lossy(&found.stdout).lines().filter_map(|id| id.parse::<u32>().ok()));
            next += 1;
        }
        let pss = |id: &u32| {
            let rollup = std::fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
            let line = rollup.lines().find(|line| line.starts_with("Pss:"))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        };
        // The driver itself is no part of the app.
        family[1..].iter().filter_map(pss).sum::<u64>() * 1024
    }

    /// All that the page shows.
    pub async fn page_text(&self) -> String {
        self.script("return document.body.innerText").await.as_str().unwrap_or_default().to_owned()
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let answer = self.http.post(format!("{}/{path}", self.session)).json(body).send().await.unwrap();
        Self::value(path, answer).await
    }

    async fn get(&self, path: &str) -> Value {
        Self::value(path, self.http.get(format!("{}/{path}", self.session)).send().await.unwrap()).await
    }

    async fn value(path: &str, answer: reqwest::Response) -> Value {
        let ok = answer.status().is_success();
        let mut body: Value = answer.json().await.unwrap();
        assert!(ok, "WebDriver refused {path}: {body}");
        body["value"].take()
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // The app first and at once, like a crash, which the stories count on; then its driver.
        let app = Command::new("pgrep").args(["-P", &self.driver.id().to_string()]).output();
        let _ = Command::new("pkill").args(["-KILL", "-P", &self.driver.id().to_string()]).status();
        // The app is the only one of its kind: until it has let go of its name, the next window would end at once.
        for id in app.iter().flat_map(|found| found.stdout.split(|byte| *byte == b'\n')) {
            let stat = format!("/proc/{}/stat", String::from_utf8_lossy(id));
            let until = Instant::now() + Duration::from_secs(10);
            while std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z ")) && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn selector(name: &str) -> String {
    if name.contains(['.', '[', ' ']) { name.to_owned() } else { format!("[data-testid=\"{name}\"]") }
}
