//! How fast a large library answers: searching all posts, and finding the passages nearest to a paragraph; or, with
//! `--examples`, going through the examples made from the posts.
//!
//! `cargo run --release -p idiolect-core --example library_speed -- --posts 10000` prints one JSON object; times are in
//! milliseconds. `cargo xtask bench search` and `cargo xtask bench examples` run it.

mod examples;
mod words;

use idiolect_core::Core;
use idiolect_core::blog::{self, Extent, PostQuery};
use idiolect_core::clock::SystemClock;
use idiolect_core::engine::fake::FakeEngine;
use idiolect_core::paths::Paths;
use idiolect_core::secrets::SessionOnly;
use std::error::Error;
use std::sync::Arc;
use std::time::Instant;
use tokio_util::sync::CancellationToken;
use words::Words;

/// How often each question is asked.
const QUESTIONS: usize = 200;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let posts: usize = std::env::args().skip_while(|word| word != "--posts").nth(1).map_or(Ok(1000), |n| n.parse())?;
    let room = tempfile::tempdir()?;
    let core = Core::with(
        Paths::under(room.path()),
        Arc::new(SystemClock),
        Arc::new(SessionOnly::default()),
        Arc::new(FakeEngine::default()),
    )?;
    let mut words = Words(7);
    let folder = room.path().join("posts");
    std::fs::create_dir(&folder)?;
    for post in 0..posts {
        std::fs::write(folder.join(format!("{post:05}.md")), words.post(post))?;
    }
    let start = Instant::now();
    let path = folder.to_string_lossy().into_owned();
    blog::import(&core, &path, Extent::default(), |_| {}, &CancellationToken::new()).await?;
    let import_s = start.elapsed().as_secs_f64();
    if std::env::args().any(|word| word == "--examples") {
        println!("{}", examples::measure(&core)?);
        return Ok(());
    }

    let (mut search, mut nearest) = (Vec::new(), Vec::new());
    for _ in 0..QUESTIONS {
        let query = PostQuery { search: Some(format!("{} {}", words.next(), words.next())), ..PostQuery::default() };
        let start = Instant::now();
        blog::list_posts(&core.db, &query)?;
        search.push(start.elapsed().as_secs_f64() * 1e3);
        let paragraph = words.paragraph(60);
        let start = Instant::now();
        blog::nearest(&core, &paragraph, None, 5)?;
        nearest.push(start.elapsed().as_secs_f64() * 1e3);
    }
    let report = serde_json::json!({
        "posts": posts, "import_s": import_s,
        "search_p50_ms": at(&mut search, 0.5), "search_p95_ms": at(&mut search, 0.95),
        "nearest_p50_ms": at(&mut nearest, 0.5), "nearest_p95_ms": at(&mut nearest, 0.95),
    });
    println!("{report}");
    Ok(())
}

/// The value below which this share of the times lies.
pub(crate) fn at(times: &mut [f64], share: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    times[((times.len() - 1) as f64 * share).round() as usize]
}
