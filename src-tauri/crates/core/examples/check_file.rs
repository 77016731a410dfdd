//! How fast a large file of examples is checked, beside a plain Python script that parses each line.
//!
//! `… --example check_file -- [GIGABYTES] [prompt-completion|messages|text|csv|list]` makes a file in the system's
//! temporary folder, checks it, and prints one JSON object; the file is deleted afterwards. `… -- FILE` checks a file of
//! yours and prints the report. Linux tells the seconds of the processor and the memory; elsewhere they are null.

use idiolect_core::dataset::formats::{self, ExportFormat};
use serde_json::{Value, json};
use std::error::Error;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use tokio_util::sync::CancellationToken;

const PYTHON: &str = "\
import json, sys, resource
rows = 0
texts = set()
for line in open(sys.argv[1], encoding='utf-8'):
    row = json.loads(line)
    if 'messages' in row:
        text = row['messages'][-1]['content']
    else:
        text = row['text'] if 'text' in row else row['completion']
    texts.add(hash(text))
    rows += 1
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({'rows': rows, 'cpu_seconds': used.ru_utime + used.ru_stime, 'peak_mb': used.ru_maxrss / 1000}))
";

const WORDS: [&str; 24] = [
    "the",
    "tide",
    "went",
    "out",
    "and",
    "left",
    "a",
    "kettle",
    "on",
    "sand",
    "nobody",
    "claimed",
    "it",
    "café",
    "“quoted”",
    "\"said\"",
    "harbour",
    "morning",
    "with",
    "letters",
    "that",
    "never",
    "arrived",
    "—",
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let first = arguments.next().unwrap_or_else(|| "1".to_owned());
    let Ok(gigabytes) = first.parse::<f64>() else {
        let report = formats::check_file(Path::new(&first), |_| {}, &CancellationToken::new())?;
        println!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(());
    };
    let shape = arguments.next().unwrap_or_else(|| "prompt-completion".to_owned());
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("examples");
    make(&path, (gigabytes * 1e9) as u64, &shape)?;
    let (start, cpu) = (Instant::now(), cpu_seconds());
    let report = formats::check_file(&path, |_| {}, &CancellationToken::new())?;
    let (seconds, cpu) = (start.elapsed().as_secs_f64(), cpu_seconds().zip(cpu).map(|(now, then)| now - then));
    let python = python(&path);
    let theirs = python["cpu_seconds"].as_f64();
    println!(
        "{:#}",
        json!({
            "shape": shape, "bytes": report.bytes, "rows": report.rows, "faults": report.fault_count,
            "distinct_texts": report.distinct_texts, "seconds": seconds, "cpu_seconds": cpu,
            "mb_per_second": report.bytes as f64 / 1e6 / seconds, "peak_mb": peak_mb(), "python": python,
            "python_cpu_over_ours": theirs.zip(cpu).map(|(theirs, ours)| theirs / ours),
        })
    );
    Ok(())
}

/// Rows of posts between 100 and 800 words, until there are enough bytes.
fn make(path: &Path, bytes: u64, shape: &str) -> Result<(), Box<dyn Error>> {
    let list = shape == "list";
    let format: ExportFormat = if list { ExportFormat::PromptCompletion } else { shape.parse()? };
    let mut to = BufWriter::new(std::fs::File::create(path)?);
    let (mut written, mut state) = (0, 1u64);
    let mut random = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut number = 0;
    if list {
        to.write_all(b"[")?;
    }
    while written < bytes {
        let mut text = String::new();
        for word in 0..100 + random(700) {
            text.push_str(WORDS[random(WORDS.len() as u64) as usize]);
            text.push_str(if word % 60 == 59 { "\n\n" } else { " " });
        }
        number += 1;
        let mut row = Vec::new();
        formats::write([(format!("Write a blog post titled 'Letter {number}':"), text)], format, &mut row)?;
        let header = if format == ExportFormat::Csv && number > 1 { "prompt,completion\n".len() } else { 0 };
        if list && number > 1 {
            to.write_all(b",")?;
        }
        to.write_all(&row[header..])?;
        written += (row.len() - header) as u64;
    }
    if list {
        to.write_all(b"]")?;
    }
    Ok(to.flush()?)
}

fn python(path: &Path) -> Value {
    let output = Command::new("python3").arg("-c").arg(PYTHON).arg(path).output();
    output.ok().and_then(|output| serde_json::from_slice(&output.stdout).ok()).unwrap_or(Value::Null)
}

/// Seconds this thread has spent on a processor (Linux, "schedstat": nanoseconds first).
fn cpu_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split_whitespace().next()?.parse::<f64>().ok()? / 1e9)
}

/// The most memory this process ever held, in MB (Linux, "VmHWM" in kB).
fn peak_mb() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find(|line| line.starts_with("VmHWM"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1000.0)
}
