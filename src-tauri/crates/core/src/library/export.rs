//! The whole library as one zip: every text in a form that needs no Idiolect to be read, and the library itself.
//! The key is not in it, since it is in the keyring and nowhere else; nor are base models, which can be fetched again.

use crate::blog::post::{PostText, all_texts};
use crate::dataset::{self, ExportFormat};
use crate::draft::{self, Draft};
use crate::{Code, Core, Error, Result, settings};
use serde_json::json;
use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};
use std::path::Path;
use tempfile::NamedTempFile;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const README: &str = "\
Everything Idiolect knew when this file was made.

posts/          every post as Markdown, and posts.json with what is known about it
drafts/         every draft as Markdown
examples.jsonl  the examples that training learns from, one a line
versions/       every version: its adapter in PEFT's format, and what is known about it
settings.json   your settings
library.db      the library itself (SQLite): put it into an empty data folder to go on from here

Base models are left out; they can be downloaded again. Your key is left out; it never leaves the system's keyring.
";

/// Writes everything into a zip. The file appears whole or not at all; one that was there before is replaced.
///
/// # Errors
/// When the place cannot be written to (`BadInput`, `DiskFull`) or the library not be read.
pub fn export_everything(core: &Core, to: &Path) -> Result<()> {
    if to.is_dir() {
        return Err(Error::bad_input(format!("{} is a folder.", to.display())).hint("Name a file to write to."));
    }
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(Error::bad_input(format!("There is no folder {}.", folder.display()))
            .hint("Choose a folder that exists, or make it first."));
    }
    let mut file = NamedTempFile::new_in(folder)?;
    let mut archive = Archive { zip: ZipWriter::new(BufWriter::new(file.as_file_mut())) };
    archive.file("README.txt", README.as_bytes())?;
    posts(core, &mut archive)?;
    drafts(core, &mut archive)?;
    archive.start("examples.jsonl", CompressionMethod::Deflated)?;
    dataset::write_rows(core, &mut archive.zip, ExportFormat::PromptCompletion)?;
    archive.json("settings.json", &settings::load(&core.db)?)?;
    versions(core, &mut archive)?;
    database(core, folder, &mut archive)?;
    archive.finish()?;
    file.as_file().sync_all()?;
    file.persist(to).map_err(|error| error.error)?;
    Ok(())
}

fn posts(core: &Core, archive: &mut Archive<impl Write + Seek>) -> Result<()> {
    let texts = all_texts(&core.db)?;
    let known: Vec<_> = texts.iter().map(|text| json!({"file": post_name(text), "post": text.post})).collect();
    archive.json("posts/posts.json", &known)?;
    for text in &texts {
        let post = &text.post;
        let head = front_matter(&[
            ("title", Some(&post.title)),
            ("subtitle", post.subtitle.as_ref()),
            ("date", post.published_at.as_ref()),
            ("url", post.url.as_ref()),
        ])?;
        archive
            .file(&format!("posts/{}", post_name(text)), format!("{head}{}\n", text.markdown.trim_end()).as_bytes())?;
    }
    Ok(())
}

fn drafts(core: &Core, archive: &mut Archive<impl Write + Seek>) -> Result<()> {
    for row in draft::list(core)? {
        let Draft { id, title, body, updated_at, .. } = draft::get(core, row.id)?;
        let head = front_matter(&[("title", Some(&title)), ("updated", Some(&updated_at))])?;
        archive.file(&format!("drafts/{}.md", file_name(id.0, &title)), format!("{head}{body}\n").as_bytes())?;
    }
    Ok(())
}

/// Each version's folder as it is, beside what is known about them all.
fn versions(core: &Core, archive: &mut Archive<impl Write + Seek>) -> Result<()> {
    archive.json("versions/versions.json", &crate::version::list(core)?)?;
    archive.folder("versions", &core.paths.versions())
}

/// A copy that is consistent whatever is being written meanwhile, made beside the target: there is room or there is not.
fn database(core: &Core, folder: &Path, archive: &mut Archive<impl Write + Seek>) -> Result<()> {
    let aside = tempfile::tempdir_in(folder)?;
    let copy = aside.path().join("library.db");
    core.db.read(|connection| Ok(connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?))?;
    archive.copy("library.db", &copy)
}

fn post_name(text: &PostText) -> String {
    let date = text.post.published_at.as_deref().and_then(|at| at.get(..10)).map(|day| format!("{day}-"));
    format!("{}{}.md", date.unwrap_or_default(), file_name(text.post.id.0, &text.post.title))
}

/// A name every file system takes: the number keeps it unique, the title makes it findable.
fn file_name(id: u32, title: &str) -> String {
    let plain: String = title.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let words: Vec<_> = plain.split('-').filter(|word| !word.is_empty()).take(8).collect();
    // Some file systems take 255 bytes, and a letter may have four.
    let slug: String = words.join("-").chars().take(48).collect();
    if slug.is_empty() { format!("{id:04}") } else { format!("{id:04}-{slug}") }
}

/// The head other blog tools read. A JSON text is a YAML text, so any title is quoted rightly.
fn front_matter(fields: &[(&str, Option<&String>)]) -> Result<String> {
    let mut head = String::from("---\n");
    for (name, value) in fields {
        if let Some(value) = value {
            head.push_str(&format!("{name}: {}\n", serde_json::to_string(value)?));
        }
    }
    head.push_str("---\n\n");
    Ok(head)
}

/// The zip being written.
struct Archive<W: Write + Seek> {
    zip: ZipWriter<W>,
}

impl<W: Write + Seek> Archive<W> {
    fn start(&mut self, name: &str, method: CompressionMethod) -> Result<()> {
        // Large: an adapter or a library may pass four gigabytes, and the writer cannot know before it is written.
        let options = SimpleFileOptions::default().compression_method(method).large_file(true);
        self.zip.start_file(name, options).map_err(unwritten)
    }

    fn file(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        self.start(name, CompressionMethod::Deflated)?;
        Ok(self.zip.write_all(bytes)?)
    }

    fn json(&mut self, name: &str, value: &impl serde::Serialize) -> Result<()> {
        self.file(name, &serde_json::to_vec_pretty(value)?)
    }

    fn copy(&mut self, name: &str, from: &Path) -> Result<()> {
        // Weights do not get smaller, only slower.
        let weights = from.extension().is_some_and(|kind| kind == "safetensors");
        self.start(name, if weights { CompressionMethod::Stored } else { CompressionMethod::Deflated })?;
        io::copy(&mut File::open(from)?, &mut self.zip)?;
        Ok(())
    }

    fn folder(&mut self, name: &str, from: &Path) -> Result<()> {
        if !from.is_dir() {
            return Ok(());
        }
        for entry in std::fs::read_dir(from)? {
            let entry = entry?;
            let (kind, name) = (entry.file_type()?, format!("{name}/{}", entry.file_name().to_string_lossy()));
            // Links are left alone: what they lead to is not the library's.
            if kind.is_dir() {
                self.folder(&name, &entry.path())?;
            } else if kind.is_file() {
                self.copy(&name, &entry.path())?;
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<()> {
        self.zip.finish().map_err(unwritten)?.flush()?;
        Ok(())
    }
}

fn unwritten(error: zip::result::ZipError) -> Error {
    match error {
        zip::result::ZipError::Io(error) => error.into(),
        other => Error::new(Code::Internal, "The export could not be written.")
            .hint("Choose another place and do it again.")
            .because(other),
    }
}

#[cfg(test)]
mod tests;
