//! Files made to do harm, and files that time has harmed: each ends with a sentence or with posts, soon, and never
//! with a panic.

use std::io::Write;
use std::path::Path;

use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::super::*;
use super::support::{fixture, read_all, zip_of, zip_with};

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> std::path::PathBuf {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(&path, content).expect("written");
        path
    }
}

fn sentence(path: &Path) -> String {
    read_all(path).expect_err("nothing to read").to_string()
}

fn small(change: impl Fn(&mut Limits)) -> Options {
    let mut options = Options::default();
    change(&mut options.limits);
    options
}

fn read_small(path: &Path, options: &Options) -> Result<FileReport, FileError> {
    read_with(path, options, &mut |_| ControlFlow::Continue(()))
}

fn reasons(report: &FileReport) -> String {
    report.skipped.iter().map(|skipped| format!("{}: {}", skipped.title, skipped.reason)).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_holds_no_posts_is_named() {
    let folder = Folder::new();
    let named = [
        folder.file("empty.txt", ""),
        folder.file("paper.pdf", "%PDF-1.7\n%\u{fffd}\n1 0 obj"),
        folder.file("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0"),
        folder.file("data.json", "{\"users\": [1, 2]}"),
        folder.file("map.xml", "<?xml version=\"1.0\"?><urlset></urlset>"),
        folder.file("half.xml", "<rss version=\"2.0\"><channel><title>x</title><item><title>a</title>"),
        folder.0.path().join("missing.zip"),
        folder.file("nothing/.hidden.md", "# hidden").parent().expect("a folder").to_owned(),
        folder.file("cut.zip", &std::fs::read(zip_of("substack", &[]).path()).expect("a zip")[..900]),
    ];
    let document =
        zip_with([("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<w/>")].map(owned).into_iter());
    let nested = zip_with([("inner.zip", "PK\u{3}\u{4}")].map(owned).into_iter());
    let mut sentences: Vec<String> = named.iter().map(|path| sentence(path)).collect();
    for zip in [document, nested] {
        let name = zip.path().file_name().expect("a name").to_string_lossy().into_owned();
        sentences.push(sentence(zip.path()).replace(&name, "export.zip"));
    }
    let limits = [
        FileError::Encrypted { name: "export.zip".to_owned() },
        super::super::refused_name("feed.xml", Unread::TooLarge, 50_000_000),
        FileError::TooMany { name: "Documents".to_owned(), limit: 100_000 },
        FileError::Empty { name: "a.txt".to_owned(), advice: super::super::advice(FileKind::WordPress, None) },
    ];
    sentences.extend(limits.iter().map(ToString::to_string));
    let all = [Unread::TooLarge, Unread::Encrypted, Unread::Damaged, Unread::Budget];
    sentences.extend(all.map(|unread| unread.sentence(&Limits::default())));
    insta::assert_snapshot!("refusals", sentences.join("\n"));
}

fn owned((name, content): (&str, &str)) -> (String, Vec<u8>) {
    (name.to_owned(), content.as_bytes().to_vec())
}

#[test]
fn each_limit_is_held() {
    let folder = Folder::new();
    let feed = fixture("../feeds/atom.xml");
    assert!(matches!(read_small(&feed, &small(|l| l.feed = 100)), Err(FileError::TooLarge { .. })));
    let zip = zip_of("substack", &[]);
    assert!(matches!(read_small(zip.path(), &small(|l| l.archive = 100)), Err(FileError::TooLarge { .. })));
    assert!(matches!(read_small(zip.path(), &small(|l| l.entries = 5)), Err(FileError::TooMany { limit: 5, .. })));
    assert!(matches!(
        read_small(&fixture("hugo"), &small(|l| l.entries = 2)),
        Err(FileError::TooMany { limit: 2, .. })
    ));
    let report = read_small(zip.path(), &small(|l| l.page = 200)).expect("the short posts");
    assert!(report.posts >= 2 && reasons(&report).contains("which no post is"), "{report:?}");
    let report = read_small(zip.path(), &small(|l| l.unpacked = 3500)).expect("the first posts");
    assert!(reasons(&report).contains("unpacks to more than"), "{report:?}");
    let wordpress = read_small(&fixture("wordpress/export.xml"), &small(|l| l.page = 1500)).expect("the short posts");
    assert!(wordpress.posts >= 3 && reasons(&wordpress).contains("Boats & other rooms"), "{wordpress:?}");
    let few = read_small(&fixture("ghost/export.json"), &small(|l| l.listed = 1)).expect("posts");
    assert_eq!(
        (few.skipped.len(), few.notes),
        (1, vec!["1 more items could not be used; they are not listed.".to_owned()])
    );
    let mut path = String::new();
    for level in 0..8 {
        path.push_str(&format!("{level}/"));
        folder.file(&format!("{path}post.md"), format!("# Post {level}\n\nText."));
    }
    assert_eq!(read_small(folder.0.path(), &small(|l| l.depth = 3)).expect("posts").posts, 3);
}

#[test]
fn a_bomb_is_counted_as_it_unpacks() {
    // 40 MB of nothing in a few KB; what the zip says of its sizes is believed by nobody.
    let zeros = vec![b' '; 40_000_000];
    let zip = zip_with(
        [("posts/bomb.md".to_owned(), zeros.clone()), owned(("posts/small.md", "# Small\n\nText."))].into_iter(),
    );
    let report = read_small(zip.path(), &Options::default()).expect("the other post");
    assert_eq!(report.posts, 1);
    assert!(reasons(&report).contains("larger than 10 MB"), "{report:?}");
    let mut lying = std::fs::read(zip.path()).expect("a zip");
    let real = 40_000_000_u32.to_le_bytes();
    let places: Vec<usize> = lying.windows(4).enumerate().filter(|(_, four)| *four == real).map(|(at, _)| at).collect();
    for at in places {
        lying[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
    }
    let folder = Folder::new();
    let path = folder.file("lying.zip", lying);
    if let Ok((report, posts)) = read_all(&path) {
        assert!(report.posts <= 2 && posts.iter().all(|post| post.post.html.len() < 10_000_000));
    }
}

#[test]
fn names_that_lead_out_of_a_zip_lead_nowhere() {
    let names = ["../../evil.md", "/etc/evil.md", "C:\\evil.md", "a/../../evil.md", "posts/fine.md", "..\\evil.md"];
    let zip = zip_with(names.map(|name| owned((name, "# Title\n\nText."))).into_iter());
    let (_, posts) = read_all(zip.path()).expect("the fine one");
    let guids: Vec<&str> = posts.iter().map(|post| post.post.guid.as_str()).collect();
    assert!(posts.iter().all(|post| !post.post.guid.contains("..")), "{guids:?}");
    assert!(!Path::new("/etc/evil.md").exists() && guids.iter().any(|guid| guid.ends_with("posts/fine.md")));
}

#[test]
fn links_are_not_followed_out_of_a_folder() {
    #[cfg(unix)]
    {
        let (inside, outside) = (Folder::new(), Folder::new());
        let secret = outside.file("secret.md", "# Secret\n\nNot chosen.");
        inside.file("post.md", "# Post\n\nText.");
        let link = |target: &Path, name: &str| {
            std::os::unix::fs::symlink(target, inside.0.path().join(name)).expect("a link");
        };
        link(&secret, "link.md");
        link(outside.0.path(), "folder");
        link(inside.0.path(), "circle");
        link(&inside.0.path().join("post.md"), "twin.md");
        let (_, posts) = read_all(inside.0.path()).expect("posts");
        assert_eq!(posts.iter().map(|post| post.post.title.as_str()).collect::<Vec<_>>(), ["Post", "Post"]);
    }
}

#[test]
fn a_locked_zip_says_so() {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    let mut zip = ZipWriter::new(file.as_file_mut());
    zip.start_file("export.xml", SimpleFileOptions::default()).expect("an entry");
    zip.write_all(&std::fs::read(fixture("wordpress/export.xml")).expect("a fixture")).expect("written");
    zip.finish().expect("a zip");
    // The sign for "encrypted" in both places where a zip keeps it.
    let mut bytes = std::fs::read(file.path()).expect("a zip");
    bytes[6] |= 1;
    let central = bytes.windows(4).position(|four| four == b"PK\x01\x02").expect("a list");
    bytes[central + 8] |= 1;
    let folder = Folder::new();
    let path = folder.file("locked.zip", bytes);
    assert!(matches!(read_all(&path), Err(FileError::Encrypted { .. })), "{:?}", read_all(&path).map(|all| all.0));
}

#[test]
fn entities_do_not_grow() {
    let mut lol = String::from("<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY l0 \"laugh\">");
    for level in 1..30 {
        lol.push_str(&format!("<!ENTITY l{level} \"&l{0};&l{0};&l{0};&l{0};&l{0};&l{0};&l{0};&l{0};\">", level - 1));
    }
    let item = |body: &str| {
        format!(
            "<item><title>A &l29; title</title><guid>g</guid><content:encoded>{body} &l29; &amp; text</content:encoded></item>"
        )
    };
    let folder = Folder::new();
    let wordpress = format!(
        "{lol}]><rss xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel><title>T</title>{}</channel></rss>",
        item("<![CDATA[<p>Some</p>]]>")
    );
    let (_, posts) = read_all(&folder.file("wxr.xml", &wordpress)).expect("posts");
    assert!(posts[0].post.html.len() < 200, "{}", posts[0].post.html);
    let feed = wordpress.replace(
        " xmlns:wp=\"http://wordpress.org/export/1.2/\"",
        " xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"",
    );
    if let Ok((_, posts)) = read_all(&folder.file("feed.xml", feed)) {
        assert!(posts.iter().all(|post| post.post.html.len() < 1000));
    }
}

#[test]
fn depth_and_width_without_end_are_survived() {
    let folder = Folder::new();
    let deep = format!(
        "<html><body><article><h1>Deep</h1>{}x{}</article></body></html>",
        "<div>".repeat(10_000),
        "</div>".repeat(10_000)
    );
    let _ = read_all(&folder.file("deep.html", deep));
    let wide = format!(
        "<html><body><article><h1 title=\"{}\">Wide</h1><p>Text.</p></article></body></html>",
        "x".repeat(1_000_000)
    );
    assert_eq!(read_all(&folder.file("wide.html", wide)).expect("a post").1[0].post.title, "Wide");
    let xml = format!("<rss xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel>{}", "<a>".repeat(100_000));
    let _ = sentence(&folder.file("deep.xml", xml));
    let json = format!("{{\"db\":[{{\"data\":{{\"posts\":{}", "[".repeat(100_000));
    let _ = sentence(&folder.file("deep.json", json));
    let yaml = format!("---\ntitle: {}\n---\nText.", "[".repeat(50_000));
    let _ = read_all(&folder.file("deep.md", yaml));
    let quotes = format!("# Title\n\n{}text", "> ".repeat(5_000));
    let _ = read_all(&folder.file("quotes.md", quotes));
}

#[test]
fn an_item_without_end_ends() {
    let folder = Folder::new();
    let head = "<rss xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel><item><title>First</title><guid>1</guid><content:encoded>Text.</content:encoded></item><item><title>Second</title><content:encoded><![CDATA[";
    let path = folder.file("endless.xml", format!("{head}{}", "x".repeat(1_000_000)));
    let report = read_small(&path, &small(|l| l.page = 1000)).expect("the first post");
    assert_eq!(report.posts, 1);
    assert!(report.notes[0].contains("without end"), "{:?}", report.notes);
    let json = format!(
        "{{\"db\":[{{\"data\":{{\"posts\":[{{\"id\":\"1\",\"html\":\"<p>a</p>\"}},{{\"html\":\"{}",
        "x".repeat(3_000_000)
    );
    let report = read_small(&folder.file("endless.json", json), &small(|l| l.page = 1000)).expect("the first post");
    assert_eq!((report.posts, report.notes.len()), (1, 1));
}

#[test]
fn a_cut_export_gives_what_came_before_the_cut() {
    let folder = Folder::new();
    for (name, posts) in [("wordpress/export.xml", 2), ("ghost/export.json", 2), ("blogger/takeout.atom", 1)] {
        let bytes = std::fs::read(fixture(name)).expect("a fixture");
        let path = folder.file("cut", &bytes[..bytes.len() * 8 / 10]);
        let report = read_small(&path, &Options::default()).expect("the first posts");
        assert!(report.posts >= posts, "{name}: {report:?}");
        assert!(report.notes.iter().any(|note| note.contains("stops partway")), "{name}: {:?}", report.notes);
        for part in 1..60 {
            let _ = read_all(&folder.file("cut", &bytes[..bytes.len() * part / 60]));
        }
    }
}

#[test]
fn odd_items_cost_only_themselves() {
    let folder = Folder::new();
    let xml = "<rss xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel><title>T</title>\
        <item><title>A & B &lt; C</title><guid>1</guid><content:encoded><![CDATA[one ]]]]><![CDATA[> two]]></content:encoded></item>\
        <item><title/><guid>2</guid><content:encoded>&lt;p&gt;escaped &#x1F30A; &nbsp;&hellip;&lt;/p&gt;</content:encoded></item>\
        <item><title>Bad <b>nesting</title></b><guid>3</guid><content:encoded><![CDATA[three]]></content:encoded></item>\
        <item><title>A < B</title><guid>lost</guid><content:encoded>x</content:encoded></item>\
        <item><title>Empty</title><guid>4</guid><content:encoded><![CDATA[   ]]></content:encoded></item>\
        <item><title>Twice</title><guid>1</guid><content:encoded><![CDATA[again]]></content:encoded></item>\
        <item><title>When</title><guid>5</guid><pubDate>31 Foo 20x4</pubDate><content:encoded><![CDATA[four\u{1}\u{200b}]]></content:encoded></item>\
        </channel></rss>";
    let (report, posts) = read_all(&folder.file("odd.xml", xml)).expect("posts");
    let shown: Vec<String> = posts
        .iter()
        .map(|post| format!("{} = {}", post.post.title, crate::blog::markdown::to_markdown(&post.post.html, None)))
        .collect();
    insta::assert_snapshot!("odd_items", format!("{}\n{}", shown.join("\n"), reasons(&report)));
}

#[test]
fn an_export_made_by_others_has_whole_addresses() {
    let folder = Folder::new();
    let xml = "<rss xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel><title>T</title><link>https://lowtide.example</link>\
        <item><title>A</title><link>/blog/a.html</link><content:encoded><![CDATA[<p>Text.</p>]]></content:encoded><excerpt:encoded/>\
        <wp:post_id>4</wp:post_id><wp:post_type>post</wp:post_type><wp:status>publish</wp:status></item></channel></rss>";
    let (_, posts) = read_all(&folder.file("others.xml", xml)).expect("a post");
    assert_eq!(posts[0].post.url, "https://lowtide.example/blog/a.html");
}

#[test]
fn wrong_bytes_cost_letters_and_not_posts() {
    let folder = Folder::new();
    let mut bytes = std::fs::read(fixture("wordpress/export.xml")).expect("a fixture");
    let at = bytes.windows(10).position(|ten| ten == b"A boat is ").expect("the text");
    bytes[at] = 0xFF;
    bytes[at + 1] = 0xC0;
    assert_eq!(read_all(&folder.file("bad.xml", bytes)).expect("posts").1.len(), 5);
    let mut page = std::fs::read(fixture("single/page.html")).expect("a fixture");
    page[700] = 0xFE;
    assert_eq!(read_all(&folder.file("bad.html", page)).expect("a post").1.len(), 1);
}

#[test]
fn a_feed_with_bad_dates_keeps_its_posts() {
    let folder = Folder::new();
    let item = |at: usize, date: &str| {
        format!(
            "<item><title>Post {at}</title><guid>g{at}</guid><link>https://a.example/{at}</link><description>&lt;p&gt;Text of {at}.&lt;/p&gt;</description><pubDate>{date}</pubDate></item>"
        )
    };
    let dates = ["yesterday", "2024-05-01", "Wed, 32 May 2024 00:00:00 GMT", "Wed, 01 May 2024 08:00 EST", ""];
    let items: String = dates.iter().enumerate().map(|(at, date)| item(at, date)).collect();
    let feed = format!("<rss version=\"2.0\"><channel><title>T</title>{items}</channel></rss>");
    let (report, posts) = read_all(&folder.file("dates.xml", feed)).expect("posts");
    assert_eq!((posts.len(), report.skipped.len()), (dates.len(), 0));
    let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>T</title><id>x</id><updated>never</updated><entry><id>1</id><title>A</title><updated>soon</updated><content type=\"html\">&lt;p&gt;Text.&lt;/p&gt;</content></entry></feed>";
    assert_eq!(read_all(&folder.file("dates.atom", atom)).expect("posts").1.len(), 1);
}
