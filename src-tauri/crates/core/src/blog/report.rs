//! What came of an import, in numbers and in words.

use serde::Serialize;

use super::feed::Skipped;
use super::post::Saved;
use crate::id::SourceId;

/// What came of an import.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct ImportReport {
    /// The source.
    pub source: SourceId,
    /// The blog's name.
    pub title: String,
    /// Posts that arrived.
    pub posts: u32,
    /// Posts that were not here before.
    pub new: u32,
    /// Posts whose text changed.
    pub changed: u32,
    /// Posts that were here and are the same.
    pub unchanged: u32,
    /// Posts that the blog no longer shows.
    pub unpublished: u32,
    /// Items that could not be used, and why.
    pub skipped: Vec<Skipped>,
    /// Posts the site says it has.
    pub site_posts: Option<u32>,
    /// Posts of the site that are still to come.
    pub waiting: u32,
    /// Why no more came today, when the site stopped giving.
    pub interrupted: Option<String>,
    /// What else the author should know, in sentences.
    pub notes: Vec<String>,
    /// The same in a sentence or two.
    pub message: String,
}

/// Counts what came.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub new: u32,
    pub changed: u32,
    pub unchanged: u32,
    pub unpublished: u32,
    pub site_posts: Option<u32>,
    pub waiting: u32,
    pub interrupted: Option<String>,
    pub skipped: Vec<Skipped>,
    pub notes: Vec<String>,
    /// Sample posts that were set aside.
    pub set_aside: u32,
}

impl Tally {
    pub fn count(&mut self, saved: Saved) {
        match saved {
            Saved::New => self.new += 1,
            Saved::Changed => self.changed += 1,
            Saved::Unchanged => self.unchanged += 1,
        }
    }

    pub fn all(&self) -> u32 {
        self.new + self.changed + self.unchanged
    }

    pub fn report(self, source: SourceId, title: String) -> ImportReport {
        let message = self.sentence();
        ImportReport {
            source,
            title,
            posts: self.all(),
            new: self.new,
            changed: self.changed,
            unchanged: self.unchanged,
            unpublished: self.unpublished,
            skipped: self.skipped,
            site_posts: self.site_posts,
            waiting: self.waiting,
            interrupted: self.interrupted,
            notes: self.notes,
            message,
        }
    }

    fn sentence(&self) -> String {
        let all = self.all();
        let mut text = match (self.new, self.changed) {
            (0, 0) if all == 0 => "No posts arrived.".to_owned(),
            (0, 0) => format!("Nothing new: all {} were here already, unchanged.", posts(all)),
            (new, 0) => format!("{} imported.", posts(new)),
            (0, changed) => format!("{} changed.", posts(changed)),
            (new, changed) => format!("{} imported, {changed} changed.", posts(new)),
        };
        match self.unpublished {
            0 => {}
            1 => text.push_str(" 1 post is no longer on the blog; it stays here, left out of training."),
            gone => text
                .push_str(&format!(" {gone} posts are no longer on the blog; they stay here, left out of training.")),
        }
        if self.waiting > 0 {
            text.push_str(&format!(" {} of the archive are still to come.", posts(self.waiting)));
        }
        if let Some(reason) = &self.interrupted {
            text.push_str(&format!(" The archive stopped partway: {reason}"));
        }
        if !self.skipped.is_empty() {
            text.push_str(&format!(" {} could not be used.", self.skipped.len()));
        }
        if self.set_aside > 0 {
            text.push_str(&format!(
                " The {} sample posts were set aside, so that they do not mix with yours.",
                self.set_aside
            ));
        }
        text
    }
}

fn posts(n: u32) -> String {
    if n == 1 { "1 post".to_owned() } else { format!("{n} posts") }
}
