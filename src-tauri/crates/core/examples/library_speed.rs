//! How fast a large library answers: searching all posts, and finding the passages nearest to a paragraph.
//!
//! `cargo run --release -p idiolect-core --example library_speed -- --posts 10000` prints one JSON object; times are in
//! milliseconds. `cargo xtask bench search` runs it.

use idiolect_core::Core;
use idiolect_core::blog::{self, Extent, PostQuery};
use idiolect_core::clock::SystemClock;
use idiolect_core::engine::fake::FakeEngine;
use idiolect_core::paths::Paths;
use idiolect_core::secrets::SessionOnly;
use std::error::Error;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Instant;
use tokio_util::sync::CancellationToken;

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
fn at(times: &mut [f64], share: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    times[((times.len() - 1) as f64 * share).round() as usize]
}

/// Words as language has them: the k-th most frequent about 1/k as often as the first (Zipf).
struct Words(u64);

impl Words {
    fn random(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn next(&mut self) -> String {
        // The inverse of the logarithmic distribution gives 1/k over 20,000 words.
        let rank = 20_000_f64.powf(self.random()) as u64;
        let mut word = String::new();
        let mut rest = rank.wrapping_mul(2_654_435_761) % 100_000_007 + 27;
        while rest > 0 {
            let (consonant, vowel) = (b"bdfgklmnprstv"[(rest % 13) as usize], b"aeiou"[(rest / 13 % 5) as usize]);
            word.extend([char::from(consonant), char::from(vowel)]);
            rest /= 65;
        }
        word
    }

    fn paragraph(&mut self, words: usize) -> String {
        let all: Vec<String> = (0..words).map(|_| self.next()).collect();
        all.join(" ") + "."
    }

    fn post(&mut self, number: usize) -> String {
        let mut text = format!("---\ntitle: {}\ndate: 20{:02}-06-01\n---\n", self.paragraph(5), number / 500);
        for _ in 0..12 {
            let _ = write!(text, "\n{}\n", self.paragraph(70));
        }
        text
    }
}
