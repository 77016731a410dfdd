//! `posts`: list and search them, read one, leave some out, export them.

use super::post_files::{self, PostFormat};
use crate::context::Context;
use crate::exit::{End, Outcome};
use crate::table::Table;
use crate::text::{count, day, thousands};
use clap::Subcommand;
use idiolect_core::Result;
use idiolect_core::blog::{self, Post, PostQuery, PostRow, PostState};
use idiolect_core::id::PostId;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Options of `posts`.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, after_help = HELP)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    /// Only posts in which all these words occur, best hits first
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// At most so many; all of them when not given
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
    /// Go on where the page before ended: its `next`
    #[arg(long, value_name = "NEXT")]
    cursor: Option<String>,
}

const HELP: &str = "\
JSON: {items: [post], next}
  post  id, source, url, title, subtitle, published_at, words, held_out, snippet (the place a search found, with <mark>),
        state (included, excluded, truncated, changed, draft, page, unpublished)
`nearest` gives items {post, title, url, published_at, text, nearness}, `repeated` items {id, text, posts, dropped}; `show` adds markdown, html and training_text; `include` and `exclude` give the posts they changed; `export` gives
{path, posts}.";

#[derive(Subcommand)]
enum Action {
    /// Read a post
    Show {
        /// Its number
        id: PostId,
    },
    /// Use these posts for training
    Include {
        /// Their numbers
        #[arg(required = true)]
        ids: Vec<PostId>,
    },
    /// Leave these posts out of the training
    Exclude {
        /// Their numbers
        #[arg(required = true)]
        ids: Vec<PostId>,
    },
    /// The own passages nearest to a text
    Nearest {
        /// A file with the text; `-` reads standard input
        file: PathBuf,
        /// At most so many
        #[arg(long, default_value_t = 5, value_name = "N")]
        limit: usize,
    },
    /// Paragraphs that stand in many posts word for word, and whether they are left out of the training
    Repeated {
        /// Leave this one out
        #[arg(long, value_name = "ID", conflicts_with = "keep")]
        drop: Option<u32>,
        /// Keep this one
        #[arg(long, value_name = "ID")]
        keep: Option<u32>,
    },
    /// Write every post into a new folder, all or nothing
    Export {
        /// The folder; it must be new or empty
        dir: PathBuf,
        /// Markdown with front matter, one JSON file, one JSON object a line, or the text a model learns from
        #[arg(long, value_enum, default_value = "markdown")]
        format: PostFormat,
    },
}

/// Does what was asked with posts.
pub fn run(context: &Context<'_>, args: Args) -> Outcome {
    match args.action {
        None => list(context, args)?,
        Some(Action::Show { id }) => show(context, id)?,
        Some(Action::Include { ids }) => use_them(context, &ids, true)?,
        Some(Action::Exclude { ids }) => use_them(context, &ids, false)?,
        Some(Action::Nearest { file, limit }) => nearest(context, &file, limit)?,
        Some(Action::Repeated { drop, keep }) => repeated(context, drop, keep)?,
        Some(Action::Export { dir, format }) => {
            let posts = post_files::export(&context.core, &dir, format)?;
            context.out.either(&json!({"path": dir, "posts": posts}), || {
                format!("{} written to {}.", count(posts, "post"), dir.display())
            });
        }
    }
    Ok(End::Done)
}

fn list(context: &Context<'_>, args: Args) -> Result<()> {
    let mut query = PostQuery { search: args.search, cursor: args.cursor, limit: args.limit };
    let mut page = blog::list_posts(&context.core.db, &query)?;
    while args.limit.is_none() && page.next.is_some() {
        query.cursor = page.next.take();
        let more = blog::list_posts(&context.core.db, &query)?;
        page.items.extend(more.items);
        page.next = more.next;
    }
    context.out.list(&page.items, page.next.as_deref(), people);
    Ok(())
}

fn people(posts: &[PostRow]) -> String {
    if posts.is_empty() {
        return "No posts. `idiolect-cli import ADDRESS` brings some in.".to_owned();
    }
    let mut table = Table::new(&[">ID", "DATE", ">WORDS", "STATE", "TITLE"]);
    for PostRow { post, .. } in posts {
        table.row([
            post.id.to_string(),
            day(post.published_at.as_deref()),
            thousands(post.words),
            state(post).to_owned(),
            post.title.clone(),
        ]);
    }
    table.render()
}

fn state(post: &Post) -> &'static str {
    match post.state {
        PostState::Excluded => "excluded",
        PostState::Truncated => "truncated",
        PostState::Included | PostState::Changed if post.held_out => "held out",
        PostState::Included => "included",
        PostState::Changed => "changed",
        PostState::Draft => "draft",
        PostState::Page => "page",
        PostState::Unpublished => "unpublished",
    }
}

fn nearest(context: &Context<'_>, file: &Path, limit: usize) -> Result<()> {
    let text = if file == Path::new("-") {
        std::io::read_to_string(std::io::stdin())?
    } else {
        std::fs::read_to_string(file)?
    };
    let passages = blog::nearest(&context.core, &text, None, limit)?;
    context.out.list(&passages, None, |passages| {
        let told = passages.iter().map(|passage| {
            let date = day(passage.published_at.as_deref());
            let address = passage.url.as_deref().unwrap_or_default();
            let title = console::style(&passage.title).bold();
            format!("{title} · {date} · post {}  {address}\n{}\n", passage.post, passage.text)
        });
        let all: Vec<String> = told.collect();
        if all.is_empty() { "No passage comes near.".to_owned() } else { all.join("\n") }
    });
    Ok(())
}

fn repeated(context: &Context<'_>, drop: Option<u32>, keep: Option<u32>) -> Result<()> {
    for (id, dropped) in drop.map(|id| (id, true)).into_iter().chain(keep.map(|id| (id, false))) {
        blog::boilerplate::set_dropped(&context.core, id, dropped)?;
    }
    let found = blog::repeated(&context.core)?;
    context.out.list(&found, None, |found| {
        if found.is_empty() {
            return "No paragraph recurs.".to_owned();
        }
        let mut table = Table::new(&[">ID", ">POSTS", "IN TRAINING", "PARAGRAPH"]);
        for item in found {
            let used = if item.dropped { "left out" } else { "kept" };
            table.row([item.id.to_string(), item.posts.to_string(), used.to_owned(), item.text.clone()]);
        }
        table.render()
    });
    Ok(())
}

fn show(context: &Context<'_>, id: PostId) -> Result<()> {
    let detail = blog::post_detail(&context.core.db, id)?;
    let mut value = serde_json::to_value(&detail.post)?;
    value["markdown"] = json!(detail.markdown);
    value["html"] = json!(detail.html);
    value["training_text"] = json!(detail.training_text);
    context.out.either(&value, || {
        let post = &detail.post;
        let date = day(post.published_at.as_deref());
        let facts = format!("{date} · {} · {}", count(post.words, "word"), state(post));
        let address = post.url.as_ref().map(|url| format!("\n{url}")).unwrap_or_default();
        let subtitle = post.subtitle.as_ref().map(|text| format!("\n{text}")).unwrap_or_default();
        format!("{}{subtitle}\n{facts}{address}\n\n{}", console::style(&post.title).bold(), detail.markdown)
    });
    Ok(())
}

fn use_them(context: &Context<'_>, ids: &[PostId], included: bool) -> Result<()> {
    blog::set_included(&context.core, ids, included)?;
    let find = |id: &PostId| blog::post_detail(&context.core.db, *id).map(|detail| detail.post);
    let posts = ids.iter().map(find).collect::<Result<Vec<Post>>>()?;
    context.out.list(&posts, None, |posts| {
        let what = if included { "used for training from now on" } else { "left out of the training from now on" };
        format!("{} {what}.", count(posts.len() as u64, "post"))
    });
    Ok(())
}
