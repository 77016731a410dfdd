//! How fast a post's HTML becomes Markdown, all of the cleaning included.
//!
//! `… --example convert_speed -- FILE SECONDS` reads posts separated by a zero byte, converts them over and over on one
//! thread and prints one JSON object. `cargo xtask bench convert` runs it beside others.

use idiolect_core::blog::markdown::to_markdown;
use std::error::Error;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let text = std::fs::read_to_string(arguments.next().ok_or("name the file")?)?;
    let seconds: u64 = arguments.next().ok_or("say for how many seconds")?.parse()?;
    let posts: Vec<&str> = text.split('\0').collect();
    let (start, cpu) = (Instant::now(), cpu_seconds());
    let (mut bytes, mut written) = (0, 0);
    while start.elapsed() < Duration::from_secs(seconds) {
        for post in &posts {
            written += to_markdown(post, Some("https://large.example/1")).len();
            bytes += post.len();
        }
    }
    // Where the system does not tell, the clock on the wall is all there is.
    let spent = cpu_seconds().zip(cpu).map_or(start.elapsed().as_secs_f64(), |(now, then)| now - then);
    let rate = bytes as f64 / 1e6 / spent;
    println!("{}", serde_json::json!({"megabytes_per_cpu_second": rate, "written": written}));
    Ok(())
}

/// Seconds this thread has spent on a processor (Linux, "schedstat": nanoseconds first).
fn cpu_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split_whitespace().next()?.parse::<f64>().ok()? / 1e9)
}
