//! Importing a large blog: 500 posts of about 1,000 words, then the same feed again, which must change nothing.

use super::{Options, median, megabytes};
use crate::failure::{Explain, Failure, Outcome};
use crate::places;
use crate::process::{cargo, line, succeed};
use std::fmt::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const POSTS: usize = 500;

pub fn run(options: &Options) -> Outcome {
    println!("Building idiolect-cli for release.");
    succeed(cargo().args(["build", "--release", "--package", "idiolect-cli"]), "Look at the first error above.")?;
    let program = places::target().join("release").join(format!("idiolect-cli{}", std::env::consts::EXE_SUFFIX));
    let room = TempDir::with_prefix("idiolect-bench-").explain(|| "No temporary folder could be made".into())?;
    let feed_file = room.path().join("feed.xml");
    let text = feed();
    std::fs::write(&feed_file, &text).explain(|| format!("{} could not be written", feed_file.display()))?;

    println!("{POSTS} posts, {:.1} MB; {} rounds.", megabytes(text.len() as f64), options.rounds);
    let (mut first, mut again) = (vec![], vec![]);
    for round in 0..options.rounds {
        let data = room.path().join(format!("data-{round}"));
        first.push(import(&program, &data, &feed_file)?);
        again.push(import(&program, &data, &feed_file)?);
    }
    println!("\n{:<26}{:>10}{:>12}{:>14}", "medians", "seconds", "posts/s", "peak, MB");
    for (name, runs) in [("first import", first), ("again, nothing new", again)] {
        let seconds = median(runs.iter().map(|run| run.seconds));
        let peak = megabytes(median(runs.iter().map(|run| run.peak_bytes)));
        println!("{name:<26}{seconds:>10.2}{:>12.0}{peak:>14.0}", POSTS as f64 / seconds);
    }
    Ok(())
}

struct Run {
    seconds: f64,
    peak_bytes: f64,
}

fn import(program: &Path, data: &Path, feed: &Path) -> Outcome<Run> {
    let mut command = Command::new(program);
    command.arg("--data-dir").arg(data).args(["--json", "import"]).arg(feed);
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().map_err(|error| {
        Failure::new(format!("`{}` could not be started: {error}.", line(&command)), "Run it by hand to see why.")
    })?;
    let (succeeded, peak_bytes) = watch(&mut child).explain(|| format!("`{}` could not be watched", line(&command)))?;
    if !succeeded {
        return Err(Failure::new(format!("`{}` did not succeed.", line(&command)), "Its reason stands above."));
    }
    Ok(Run { seconds: start.elapsed().as_secs_f64(), peak_bytes })
}

/// Waits for the end, and looks at the peak memory on the way, which the system forgets with the process.
fn watch(child: &mut Child) -> std::io::Result<(bool, f64)> {
    let mut peak = f64::NAN;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok((status.success(), peak));
        }
        peak = peak_bytes(child.id()).unwrap_or(peak);
        sleep(Duration::from_millis(2));
    }
}

fn peak_bytes(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<f64>().ok()? * 1024.0)
}

/// A feed of such posts.
fn feed() -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>A large blog</title><link>https://large.example</link>",
    );
    for (post, body) in bodies(POSTS).into_iter().enumerate() {
        let _ = write!(
            text,
            "<item><title>Post {post}</title><link>https://large.example/{post}</link><guid>https://large.example/{post}</guid><pubDate>0{} Jun 20{:02} 08:00:00 GMT</pubDate><content:encoded><![CDATA[{body}]]></content:encoded></item>",
            post % 9 + 1,
            post / 25 + 1
        );
    }
    text + "</channel></rss>"
}

/// Posts that have what real ones have: paragraphs, links, emphasis, lists and quotations.
pub fn bodies(posts: usize) -> Vec<String> {
    const WORDS: &[&str] =
        &["the", "harbour", "was", "a", "slow", "letter", "that", "nobody", "had", "meant", "to", "send", "again"];
    let mut at = 0_u64;
    let mut sentence = |words: usize| {
        let mut said = String::new();
        for _ in 0..words {
            at = at.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let _ = write!(said, "{} ", WORDS[(at >> 33) as usize % WORDS.len()]);
        }
        said.trim_end().to_owned() + "."
    };
    let mut body = |_| {
        let mut text = String::new();
        for paragraph in 0..12 {
            let (one, two, three) = (sentence(30), sentence(25), sentence(25));
            let _ = match paragraph % 4 {
                0 => write!(text, "<p>{one} <em>{two}</em> {three}</p>"),
                1 => write!(text, "<p>{one} <a href=\"https://large.example/{paragraph}\">{two}</a> {three}</p>"),
                2 => write!(text, "<blockquote><p>{one}</p><p>{two}</p></blockquote><h2>{}</h2>", sentence(5)),
                _ => write!(text, "<ul><li>{one}</li><li>{two}<ul><li>{three}</li></ul></li></ul>"),
            };
        }
        text
    };
    (0..posts).map(&mut body).collect()
}
