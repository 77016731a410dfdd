//! `score`: how well a version foretells a text, beside its base model.

use super::versions::number;
use crate::context::Context;
use crate::exit::{End, Outcome};
use crate::text::thousands;
use idiolect_core::blog::training_view::training_text;
use idiolect_core::id::VersionId;
use idiolect_core::voice::{self, Score};
use idiolect_core::{Code, Error, Result, dataset};
use std::path::{Path, PathBuf};

/// Options of `score`.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub struct Args {
    /// A text or Markdown file
    file: PathBuf,
    /// The version [default: the current one, or the base model while there is none]
    #[arg(long, value_name = "V", value_parser = number)]
    version: Option<VersionId>,
}

const HELP: &str = "\
The text is measured after the prompt \"Write a blog post titled '…':\" with the title of its front matter, else its
first heading, else the file's name; the title itself is not measured. Markdown (.md, .markdown) is read as training
reads it: without images, link targets and footnotes. So an exported post scores as it does among the held-out posts.

JSON: nll (nats per token), tokens, bytes, bits_per_byte, base_bits_per_byte, title.";

/// Measures a file.
pub async fn run(context: &Context<'_>, args: Args) -> Outcome {
    let Piece { title, text } = read(&args.file)?;
    let prompt = dataset::held_out_prompt(&title);
    let score = voice::score(&context.core, &prompt, &text, args.version).await?;
    let mut value = serde_json::to_value(&score)?;
    value["title"] = title.clone().into();
    context.out.either(&value, || people(&title, &score));
    Ok(End::Done)
}

fn people(title: &str, score: &Score) -> String {
    let Score { nll, bits_per_byte, base_bits_per_byte, .. } = score;
    let difference = base_bits_per_byte - bits_per_byte;
    let compared = if difference.abs() < 5e-4 {
        "the same as the base model".to_owned()
    } else {
        let word = if difference > 0.0 { "better" } else { "worse" };
        format!("base model {base_bits_per_byte:.3}; {word} by {:.3}", difference.abs())
    };
    let (tokens, bytes) = (thousands(score.tokens), thousands(score.bytes));
    format!(
        "“{title}”: {nll:.3} nats per token over {tokens} tokens\n{bits_per_byte:.3} bits per byte over {bytes} bytes ({compared})"
    )
}

struct Piece {
    title: String,
    text: String,
}

fn read(file: &Path) -> Result<Piece> {
    let content = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(Error::new(Code::NotFound, format!("There is no file {}.", file.display()))
                .hint("Check the path.")
                .because(error));
        }
        Err(error) => return Err(error.into()),
    };
    let content = String::from_utf8(content).map_err(|error| {
        Error::bad_input(format!("{} is no text in UTF-8.", file.display()))
            .hint("Save it as plain text or Markdown, then do it again.")
            .because(error)
    })?;
    let name = file.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let markdown = file.extension().is_some_and(|e| e.eq_ignore_ascii_case("md") || e.eq_ignore_ascii_case("markdown"));
    Ok(piece(&content.replace("\r\n", "\n"), &name, markdown))
}

fn piece(content: &str, name: &str, markdown: bool) -> Piece {
    let (front, body) = split_front_matter(content);
    let titled = front.and_then(title_of);
    let body = body.trim();
    // A heading that opens the text is its title and not part of it, as on a blog.
    let (heading, rest) = match body.strip_prefix("# ") {
        Some(after) => after.split_once('\n').map_or((Some(after), ""), |(heading, rest)| (Some(heading), rest)),
        None => (None, body),
    };
    let inside = body.lines().find_map(|line| line.strip_prefix('#')).map(|line| line.trim_start_matches('#'));
    let title = titled.or_else(|| heading.or(inside).map(|text| text.trim().to_owned()));
    let title = title.filter(|title| !title.is_empty()).unwrap_or_else(|| name.to_owned());
    let text = if markdown { training_text(rest.trim()) } else { rest.trim().to_owned() };
    Piece { title, text }
}

fn split_front_matter(content: &str) -> (Option<&str>, &str) {
    let inside = content.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    inside.map_or((None, content), |(front, body)| (Some(front), body))
}

fn title_of(front: &str) -> Option<String> {
    let value = front.lines().find_map(|line| line.strip_prefix("title:"))?.trim();
    Some(serde_json::from_str(value).unwrap_or_else(|_| value.trim_matches('\'').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::piece;

    #[test]
    fn the_title_is_front_matter_then_heading_then_name_and_is_not_measured() {
        let of = |content: &str| {
            let piece = piece(content, "file", true);
            (piece.title, piece.text)
        };
        let pair = |title: &str, text: &str| (title.to_owned(), text.to_owned());
        assert_eq!(of("---\ntitle: \"On \\\"kettles\\\"\"\ndate: x\n---\n\nOne.\n"), pair("On \"kettles\"", "One."));
        assert_eq!(of("# On kettles\n\nOne.\n"), pair("On kettles", "One."));
        assert_eq!(of("One.\n"), pair("file", "One."));
        assert_eq!(of("One [two](https://a.example).\n"), pair("file", "One two."));
    }
}
