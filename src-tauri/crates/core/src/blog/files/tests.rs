//! Every kind of file, read as an author would drop it: plain files in the repository, zipped here where a platform
//! zips, shown as Markdown.

mod hostile;
mod support;

use super::*;
use support::{fixture, read_all, shown, shown_with, zip_of};

/// Nothing with this in it may ever be opened.
const POISON: &str = "reader-whose-address-must-never-be-read@a.example";

#[test]
fn a_substack_export() {
    let zip = zip_of("substack", &[]);
    insta::assert_snapshot!("substack", shown(zip.path()));
    let site = Options { site: Some("https://lowtide.example".to_owned()), ..Options::default() };
    let mut urls = Vec::new();
    let report = read_with(zip.path(), &site, &mut |post| {
        urls.push((post.post.url, substack_slug(&post.post.guid).map(str::to_owned)));
        ControlFlow::Continue(())
    });
    assert!(report.is_ok());
    assert_eq!(urls[0], ("https://lowtide.example/p/low-tide".to_owned(), Some("low-tide".to_owned())));
}

#[test]
fn an_unpacked_substack_export_reads_the_same() {
    let zip = zip_of("substack", &[]);
    let posts = |path: &Path| read_all(path).expect("posts").1;
    assert_eq!(posts(&fixture("substack")), posts(zip.path()));
}

#[test]
fn lists_of_readers_are_never_opened() {
    for path in [fixture("substack"), zip_of("substack", &[]).path().to_owned()] {
        if !path.exists() {
            continue;
        }
        let mut tree = Tree::open(&path, Limits::default()).expect("a tree");
        let plan = kind::plan(&mut tree).expect("a plan");
        let mut each = |_| ControlFlow::Continue(());
        let mut gather = Gather::new(&mut each, None, &Limits::default());
        assert!(run(&mut tree, &plan, &mut gather).is_ok());
        assert!(tree.opened.iter().all(|path| path == "posts.csv" || path.ends_with(".html")), "{:?}", tree.opened);
    }
    for (name, _) in [("ghost/export.json", 0), ("medium", 0)] {
        let (_, posts) = read_all(&fixture(name)).expect("posts");
        assert!(posts.iter().all(|post| !format!("{post:?}").contains(POISON)), "{name}");
    }
}

#[test]
fn a_wordpress_export() {
    insta::assert_snapshot!("wordpress", shown(&fixture("wordpress/export.xml")));
}

#[test]
fn a_ghost_export() {
    let site = Options { site: Some("https://lowtide.example".to_owned()), ..Options::default() };
    insta::assert_snapshot!("ghost", shown_with(&fixture("ghost/export.json"), &site));
    let (_, posts) = read_all(&fixture("ghost/export.json")).expect("posts");
    assert!(posts.iter().all(|post| !post.post.html.contains("GHOST_URL") && post.post.url.is_empty()));
}

#[test]
fn a_medium_export() {
    insta::assert_snapshot!("medium", shown(zip_of("medium", &[]).path()));
}

#[test]
fn blogger_exports() {
    insta::assert_snapshot!("blogger_takeout", shown(zip_of("blogger", &["old.xml"]).path()));
    insta::assert_snapshot!("blogger_old", shown(&fixture("blogger/old.xml")));
}

#[test]
fn folders_of_blogs_made_by_programs() {
    let site = Options { site: Some("https://lowtide.example/".to_owned()), ..Options::default() };
    insta::assert_snapshot!("hugo", shown_with(&fixture("hugo"), &site));
    insta::assert_snapshot!("jekyll", shown_with(&fixture("jekyll"), &site));
    insta::assert_snapshot!("astro", shown(zip_of("astro", &[]).path()));
    insta::assert_snapshot!("vault", shown(&fixture("vault")));
}

#[test]
fn single_files() {
    for name in ["page.html", "note.txt", "fragment.html"] {
        insta::assert_snapshot!(
            format!("single_{}", name.replace('.', "_")),
            shown(&fixture(&format!("single/{name}")))
        );
    }
    insta::assert_snapshot!("single_md", shown(&fixture("hugo/content/posts/low-tide.md")));
    insta::assert_snapshot!("feed", shown(&fixture("../feeds/atom.xml")));
}

#[test]
fn a_name_says_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    for (from, to, kind) in [
        ("wordpress/export.xml", "posts.txt", FileKind::WordPress),
        ("ghost/export.json", "download", FileKind::Ghost),
        ("blogger/old.xml", "blog.md.bak", FileKind::Blogger),
        ("hugo/content/posts/low-tide.md", "x.txt", FileKind::Markdown),
        ("single/page.html", "y", FileKind::Page),
        ("single/note.txt", "z.xml", FileKind::PlainText),
        ("../feeds/feed.json", "w.html", FileKind::Feed),
    ] {
        let path = folder.path().join(to);
        std::fs::copy(fixture(from), &path).expect("copied");
        assert_eq!(read_all(&path).expect("posts").0.kind, kind, "{from} as {to}");
    }
    let zip = zip_of("substack", &[]);
    let path = folder.path().join("no-ending");
    std::fs::copy(zip.path(), &path).expect("copied");
    assert_eq!(read_all(&path).expect("posts").0.kind, FileKind::SubstackExport);
}

#[test]
fn exports_in_old_encodings_read_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = std::fs::read_to_string(fixture("wordpress/export.xml")).expect("a fixture");
    let (_, expected) = read_all(&fixture("wordpress/export.xml")).expect("posts");
    let wide: Vec<u8> = format!("\u{FEFF}{source}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = format!("\u{FEFF}{}", source.replace('\n', "\r\n")).into_bytes();
    for (name, bytes) in [("wide.xml", wide), ("marked.xml", marked)] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        let (_, found) = read_all(&path).expect("posts");
        assert_eq!(found.len(), expected.len(), "{name}");
        for (one, other) in found.iter().zip(&expected) {
            assert_eq!(one.post.title, other.post.title);
            let markdown = |html: &str| crate::blog::markdown::to_markdown(html, None);
            assert_eq!(markdown(&one.post.html), markdown(&other.post.html), "{name}");
        }
    }
}

#[test]
fn an_export_inside_a_zip_is_found() {
    for (folder, kind) in
        [("wordpress", FileKind::WordPress), ("ghost", FileKind::Ghost), ("blogger", FileKind::Blogger)]
    {
        assert_eq!(read_all(zip_of(folder, &[]).path()).expect("posts").0.kind, kind);
    }
}

#[test]
fn a_taker_may_break_off() {
    for path in ["wordpress/export.xml", "ghost/export.json", "hugo", "substack", "medium", "blogger/old.xml"] {
        let mut count = 0;
        let report = read(&fixture(path), &mut |_| {
            count += 1;
            ControlFlow::Break(())
        });
        assert_eq!((report.expect("a report").posts, count), (1, 1), "{path}");
    }
}

#[test]
fn progress_has_an_end_where_it_costs_nothing() {
    assert_eq!(estimate(&fixture("substack")), Some(6));
    assert_eq!(estimate(&fixture("hugo")), Some(3));
    assert_eq!(estimate(&fixture("wordpress/export.xml")), None);
}
