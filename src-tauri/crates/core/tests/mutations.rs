//! The fuzz targets' bodies over mutated fixtures: bits flipped, ends cut off, pieces spliced together. A short run
//! each time; `IDIOLECT_MUTATIONS` says how many mutations of each kind a longer one makes. A failure names the seed.

#[path = "../../../fuzz/bodies.rs"]
mod bodies;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Mutations per target when nothing else is said: few enough for every test run.
const FEW: u64 = 200;

/// A small generator of numbers that only has to be the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides.max(1)).unwrap_or(1)).unwrap_or(0)
    }
}

/// Pieces that mean something to one format or another.
const PIECES: [&str; 36] = [
    "<",
    ">",
    "</",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "&#",
    "&amp;",
    "&",
    "<div>",
    "</p>",
    "<table><tr><td>",
    "<pre>",
    "[caption]",
    "[/code]",
    "[ref]",
    "$$",
    "\\(",
    "```",
    "---\n",
    "+++\n",
    "{{<",
    "%}",
    "\u{202E}",
    "\u{0}",
    "🌊",
    "\r\n",
    "\"",
    "{",
    "]",
    "<item>",
    "</item>",
    "<a href=\"#x\" id=\"y\">",
    "<blockquote>",
    "%%==",
];

fn mutate(seed: u64, sources: &[Vec<u8>]) -> Vec<u8> {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut bytes = sources[dice.roll(sources.len())].clone();
    for _ in 0..=dice.roll(6) {
        let length = bytes.len();
        match dice.roll(7) {
            0 | 1 if length > 0 => {
                let at = dice.roll(length);
                bytes[at] ^= 1 << dice.roll(8);
            }
            2 => bytes.truncate(dice.roll(length + 1)),
            3 => {
                let other = &sources[dice.roll(sources.len())];
                let from = dice.roll(other.len() + 1);
                let to = from + dice.roll((other.len() - from).min(2000) + 1);
                let at = dice.roll(length + 1);
                bytes.splice(at..at, other[from..to].iter().copied());
            }
            4 => {
                let at = dice.roll(length + 1);
                let piece = PIECES[dice.roll(PIECES.len())].repeat(1 + dice.roll(3) * dice.roll(40));
                bytes.splice(at..at, piece.bytes());
            }
            5 => {
                let from = dice.roll(length + 1);
                let to = from + dice.roll((length - from).min(500) + 1);
                bytes.drain(from..to);
            }
            _ => {
                let from = dice.roll(length + 1);
                let to = from + dice.roll((length - from).min(300) + 1);
                let piece = bytes[from..to].repeat(dice.roll(5));
                bytes.splice(from..from, piece);
            }
        }
    }
    bytes
}

fn fixtures(ending: &[&str]) -> Vec<Vec<u8>> {
    let mut found: Vec<PathBuf> = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() { open.push(entry.path()) } else { found.push(entry.path()) }
        }
    }
    found.retain(|path| ending.iter().any(|ending| path.to_string_lossy().ends_with(ending)));
    found.sort();
    found.iter().map(|path| std::fs::read(path).expect("a fixture")).collect()
}

fn run(name: &str, body: fn(&[u8]), sources: &[Vec<u8>]) {
    sources.iter().for_each(|source| body(source));
    let count = std::env::var("IDIOLECT_MUTATIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(FEW);
    let first = std::env::var("IDIOLECT_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut slowest = (Duration::ZERO, 0);
    for seed in first..first + count {
        let bytes = mutate(seed, sources);
        let started = Instant::now();
        if let Err(panic) = std::panic::catch_unwind(|| body(&bytes)) {
            eprintln!("{name}: seed {seed} fails; IDIOLECT_SEED={seed} IDIOLECT_MUTATIONS=1 repeats it");
            std::panic::resume_unwind(panic);
        }
        slowest = slowest.max((started.elapsed(), seed));
    }
    println!("{name}: {count} mutations; the slowest was seed {} with {:?}", slowest.1, slowest.0);
}

#[test]
fn feeds() {
    run("feed_to_posts", bodies::feed_to_posts, &fixtures(&[".xml", "feed.json", ".atom"]));
}

#[test]
fn html() {
    run("html_to_markdown", bodies::html_to_markdown, &fixtures(&[".html", ".xml"]));
}

#[test]
fn front_matter() {
    run("front_matter", bodies::front_matter, &fixtures(&[".md", ".mdx"]));
}

#[test]
fn exports() {
    run("wxr", bodies::wxr, &fixtures(&["export.xml", ".json", ".atom", "old.xml", ".md", ".mdx", ".txt", ".html"]));
}

#[test]
fn zips() {
    let zip = |files: &[(&str, &[u8])]| {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, bytes) in files {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("an entry");
            zip.write_all(bytes).expect("written");
        }
        zip.finish().expect("a zip").into_inner()
    };
    let fixture = |path: &str| {
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/files").join(path)).expect("a fixture")
    };
    let substack = [
        ("posts.csv", fixture("substack/posts.csv")),
        ("posts/1001.low-tide.html", fixture("substack/posts/1001.low-tide.html")),
        ("posts/1002.rope-work.html", fixture("substack/posts/1002.rope-work.html")),
    ];
    let medium = fixture("medium/posts/2024-04-02_What-the-tide-knows-0123456789ab.html");
    let sources = [
        zip(&substack.each_ref().map(|(name, bytes)| (*name, bytes.as_slice()))),
        zip(&[("posts/2024-04-02_What-0123456789ab.html", &medium)]),
        zip(&[("export.xml", &fixture("wordpress/export.xml"))]),
        zip(&[("a/b.md", b"# Title\n\nText."), ("c.json", &fixture("ghost/export.json"))]),
    ];
    run("zip_export", bodies::zip_export, &sources);
}
