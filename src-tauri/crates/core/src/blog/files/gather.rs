//! Posts on their way out of a file: handed on one at a time, counted, and what cannot be used noted.

use std::collections::HashSet;
use std::ops::ControlFlow;

use super::limits::Limits;
use super::{FilePost, Role};
use crate::blog::feed::{ParsedPost, Skipped, words_of};
use crate::blog::words::excerpt;

/// What takes the posts.
pub(super) type Each<'a> = &'a mut dyn FnMut(FilePost) -> ControlFlow<()>;

pub(super) struct Gather<'a> {
    each: Each<'a>,
    /// The blog's address, if the author told it.
    pub site: Option<url::Url>,
    /// The blog's name, if the file tells it.
    pub title: String,
    pub posts: u32,
    pub skipped: Vec<Skipped>,
    pub notes: Vec<String>,
    guids: HashSet<String>,
    listed: usize,
    unlisted: u32,
}

impl<'a> Gather<'a> {
    pub(super) fn new(each: Each<'a>, site: Option<&str>, limits: &Limits) -> Self {
        Self {
            each,
            site: site.and_then(folder),
            title: String::new(),
            posts: 0,
            skipped: Vec::new(),
            notes: Vec::new(),
            guids: HashSet::new(),
            listed: limits.listed,
            unlisted: 0,
        }
    }

    /// Takes the blog's address out of the file, unless the author told it.
    pub(super) fn lives_at(&mut self, address: &str) {
        let found = || folder(address).filter(|url| url.scheme().starts_with("http"));
        self.site = self.site.take().or_else(found);
    }

    /// Hands a post on, unless it is empty or came before. Breaks when the taker wants no more.
    pub(super) fn post(&mut self, mut post: ParsedPost, role: Role) -> ControlFlow<()> {
        if is_empty(&post.html) {
            return self.skip(&post.title, "It holds no text.");
        }
        if !self.guids.insert(post.guid.clone()) {
            return self.skip(&post.title, "It stands in the file twice; the first one was taken.");
        }
        post.title = one_line(&post.title);
        if post.title.is_empty() {
            post.title = excerpt(&words_of(&post.html), 60);
        }
        post.subtitle = post.subtitle.map(|subtitle| one_line(&subtitle)).filter(|subtitle| !subtitle.is_empty());
        self.posts += 1;
        (self.each)(FilePost { post, role })
    }

    /// Notes what could not be used, and goes on.
    pub(super) fn skip(&mut self, title: &str, reason: impl Into<String>) -> ControlFlow<()> {
        if self.skipped.len() >= self.listed {
            self.unlisted += 1;
            return ControlFlow::Continue(());
        }
        let title = excerpt(&one_line(title), 120);
        let title = if title.is_empty() { "Untitled item".to_owned() } else { title };
        self.skipped.push(Skipped { title, reason: reason.into() });
        ControlFlow::Continue(())
    }

    pub(super) fn note(&mut self, sentence: impl Into<String>) {
        self.notes.push(sentence.into());
    }

    /// The address of a page of this blog, if the author told the blog's.
    pub(super) fn page(&self, path: &str) -> String {
        let site = self.site.as_ref();
        site.and_then(|site| site.join(path.trim_start_matches('/')).ok()).map(String::from).unwrap_or_default()
    }

    /// The last word, once everything was read.
    pub(super) fn close(&mut self) {
        if self.unlisted > 0 {
            self.notes.push(format!("{} more items could not be used; they are not listed.", self.unlisted));
        }
    }
}

/// An address to which paths can be added: without the closing slash its last part would be replaced.
fn folder(address: &str) -> Option<url::Url> {
    url::Url::parse(&format!("{}/", address.trim_end_matches('/'))).ok()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text shows nothing: no letter outside of tags, and no picture or player either.
fn is_empty(html: &str) -> bool {
    let shows = ["<img", "<iframe", "<video", "<audio", "data-attrs"].iter().any(|tag| html.contains(tag));
    let mut outside = html.split('<').enumerate().map(|(index, piece)| match (index, piece.split_once('>')) {
        (0, _) => piece,
        (_, Some((_, text))) => text,
        (_, None) => "",
    });
    !shows && outside.all(|text| text.replace("&nbsp;", " ").trim().is_empty())
}
