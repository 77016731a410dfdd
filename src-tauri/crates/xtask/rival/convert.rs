//! Converts posts with html-to-markdown-rs, over and over, and prints one JSON object.   convert FILE SECONDS

use std::time::{Duration, Instant};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let text = std::fs::read_to_string(arguments.next().expect("a file")).expect("a text");
    let seconds: u64 = arguments.next().expect("seconds").parse().expect("a number");
    let posts: Vec<&str> = text.split('\0').collect();
    let (start, cpu) = (Instant::now(), cpu_seconds());
    let (mut bytes, mut written) = (0, 0);
    while start.elapsed() < Duration::from_secs(seconds) {
        for post in &posts {
            written += html_to_markdown_rs::convert(post, None).ok().and_then(|done| done.content).map_or(0, |text| text.len());
            bytes += post.len();
        }
    }
    let rate = bytes as f64 / 1e6 / (cpu_seconds() - cpu).max(f64::EPSILON);
    println!("{{\"megabytes_per_cpu_second\": {rate}, \"written\": {written}}}", );
    let _ = start;
}

fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split_whitespace().next().and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}
