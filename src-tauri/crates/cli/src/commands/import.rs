//! `import`: from what the author names to posts in the library, telling each as it comes.

use crate::context::Context;
use crate::exit::{End, Outcome};
use crate::output::Out;
use crate::progress::Progress;
use crate::text::count;
use idiolect_core::blog::{self, Extent, ImportEvent, ImportReport, PostState};
use idiolect_core::{Code, Error, Result};
use serde_json::json;
use std::path::Path;

/// Options of `import`.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub struct Args {
    /// A site's, post's or feed's address, `substack.com/@name`, a feed file, an export (zip, xml, json), a file or folder
    /// of Markdown, HTML or plain text, or the word `sample`
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<String>,
    /// Only what the feed holds, not the rest of the archive
    #[arg(long)]
    feed_only: bool,
}

const HELP: &str = "\
After the feed come the older posts, at most two requests a second. Ctrl-C stops; what came in stays, and the same
command goes on from there. Importing again changes nothing but what changed on the blog.

JSON, one object a line, each with \"event\":
  looking  address
  found    title, posts, site_posts
  post     id, title, words, state (included, excluded, truncated, changed, draft, page, unpublished)
  archive  left, total
  done     source, title, posts, new, changed, unchanged, unpublished, skipped [{title, reason}], site_posts, waiting,
           interrupted, notes, message
  failed   source, error {code, message, hint}; only where several sources were named";

/// Imports every source in turn; one that fails does not keep the others out.
pub async fn run(context: &Context<'_>, args: Args) -> Outcome {
    let several = args.sources.len() > 1;
    let mut failures = Failures::new(context, several);
    for source in &args.sources {
        match one(context, source, extent(args.feed_only)).await {
            // Stopped while the archive came in: what came is told, and the exit status says the rest.
            Ok(report) if report.waiting > 0 && context.interrupt.happened() => return Ok(stopped(report.waiting)),
            Ok(_) => {}
            Err(error) => failures.add(source, error)?,
        }
    }
    failures.end()
}

/// Stopped on the way through an archive.
pub fn stopped(waiting: u32) -> End {
    End::Interrupted {
        message: format!("Stopped. {} of the archive are still to come.", count(waiting, "post")),
        hint: "The same command goes on from here.".to_owned(),
    }
}

/// How much of a site the author asked for.
pub fn extent(feed_only: bool) -> Extent {
    if feed_only { Extent::FeedOnly } else { Extent::WholeArchive }
}

/// Imports one source.
pub async fn one(context: &Context<'_>, source: &str, extent: Extent) -> Result<ImportReport> {
    refuse_missing_file(source)?;
    let mut told = Told::new(context);
    let stop = context.interrupt.gently();
    let report = blog::import(&context.core, source, extent, |event| told.hear(event), &stop).await?;
    told.end(&report);
    Ok(report)
}

/// A path to nothing is told from an address, so that nobody looks for a fault in the network.
fn refuse_missing_file(source: &str) -> Result<()> {
    let is_path = ["/", "./", "../", "~"].iter().any(|begin| source.starts_with(begin));
    if is_path && !Path::new(source).exists() {
        return Err(Error::new(Code::NotFound, format!("There is no file {source}."))
            .hint("Check the path; an address begins with https:// or with the site's name."));
    }
    Ok(())
}

/// Tells an import's events.
pub struct Told<'a> {
    context: &'a Context<'a>,
    progress: Progress,
    done: u64,
    total: u32,
    truncated: u32,
}

impl<'a> Told<'a> {
    /// Tells nothing yet.
    pub fn new(context: &'a Context<'a>) -> Told<'a> {
        Told { context, progress: Progress::none(), done: 0, total: 0, truncated: 0 }
    }

    /// Tells one event.
    pub fn hear(&mut self, event: ImportEvent) {
        let out = self.context.out;
        stream(out, &event);
        match event {
            ImportEvent::Looking { address } if !out.is_json() => out.notice(&format!("Looking at {address}")),
            ImportEvent::Looking { .. } => {}
            ImportEvent::Found { title, posts, .. } => {
                self.progress = out.progress(u64::from(posts));
                self.total = posts;
                self.progress.say(&format!("Found {title}: {}", count(posts, "post")));
            }
            ImportEvent::Post { title, state, .. } => {
                self.done += 1;
                self.truncated += u32::from(state == PostState::Truncated);
                self.progress.at(self.done, &format!("{} of {}  {title}", self.done, self.total));
            }
            ImportEvent::Archive { left, total } => {
                let all = u64::from(total.unwrap_or(0)).max(self.done + u64::from(left));
                self.progress.length(all);
                self.total = u32::try_from(all).unwrap_or(u32::MAX);
            }
            ImportEvent::Done { .. } => self.progress.end(),
        }
    }

    /// Tells people what came of it.
    pub fn end(&self, report: &ImportReport) {
        let out = self.context.out;
        out.line(&format!("{}: {}", report.title, report.message));
        for note in &report.notes {
            out.line(&format!("  {note}"));
        }
        for item in &report.skipped {
            out.line(&format!("  left out: {} ({})", item.title, item.reason.trim_end_matches('.')));
        }
        if self.truncated > 0 {
            let posts = count(self.truncated, "post");
            out.line(&format!("  {posts} public only in part; left out until you include them with `posts include`"));
        }
    }
}

/// An event as a line of the stream.
pub fn stream(out: &Out, event: &ImportEvent) {
    match event {
        ImportEvent::Looking { address } => out.event("looking", &json!({"address": address})),
        ImportEvent::Found { title, posts, site_posts } => {
            out.event("found", &json!({"title": title, "posts": posts, "site_posts": site_posts}));
        }
        ImportEvent::Post { id, title, words, state } => {
            out.event("post", &json!({"id": id, "title": title, "words": words, "state": state}));
        }
        ImportEvent::Archive { left, total } => out.event("archive", &json!({"left": left, "total": total})),
        ImportEvent::Done { report } => out.event("done", report),
    }
}

/// Sources that failed while others were asked.
pub struct Failures<'a> {
    context: &'a Context<'a>,
    several: bool,
    last: Option<Error>,
}

impl<'a> Failures<'a> {
    /// None yet.
    pub fn new(context: &'a Context<'a>, several: bool) -> Failures<'a> {
        Failures { context, several, last: None }
    }

    /// Notes a failure; one source alone, and Ctrl-C, end it all.
    pub fn add(&mut self, source: &str, error: Error) -> Result<()> {
        if !self.several || error.code == Code::Cancelled {
            return Err(error);
        }
        let words = json!({"code": error.code, "message": error.message, "hint": error.hint});
        self.context.out.event("failed", &json!({"source": source, "error": words}));
        self.context.out.notice(&format!("{source}: {}", error.message));
        self.last = Some(error);
        Ok(())
    }

    /// The last failure, or done.
    pub fn end(self) -> Outcome {
        self.last.map_or(Ok(End::Done), Err)
    }
}
