use wiremock::matchers::{path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::Core;
use crate::blog::fetch::{Manners, Patience};
use crate::blog::{self, Extent, ImportEvent, ImportReport, PostQuery, PostState};
use crate::clock::SystemClock;
use crate::engine::fake::FakeEngine;
use crate::paths::Paths;
use crate::secrets::SessionOnly;
use serde_json::json;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

fn open(folder: &std::path::Path) -> Core {
    let parts = (Arc::new(SystemClock), Arc::new(SessionOnly::default()), Arc::new(FakeEngine::default()));
    let mut core = Core::with(Paths::under(folder), parts.0, parts.1, parts.2).expect("a library");
    core.manners = Manners::hurried(Patience::default());
    core
}

async fn put(server: &MockServer, at: &str, answer: ResponseTemplate) {
    Mock::given(path(at)).respond_with(answer).mount(server).await;
}

fn text(body: impl Into<String>) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_string(body)
}

fn words(about: &str) -> String {
    format!("<p>{}</p>", format!("A long sentence about {about} that goes on for quite a while. ").repeat(6).trim())
}

fn item(site: &str, slug: &str, day: u32) -> String {
    format!(
        "<item><title>On {slug}</title><link>{site}/p/{slug}</link><guid>{site}/p/{slug}</guid>\
         <pubDate>Mon, {day:02} Jun 2026 08:00:00 GMT</pubDate>\
         <content:encoded><![CDATA[{}]]></content:encoded></item>",
        words(slug)
    )
}

fn feed(site: &str, generator: &str, items: &str) -> String {
    format!(
        "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>Paths</title>\
         <link>{site}</link><generator>{generator}</generator>{items}</channel></rss>"
    )
}

async fn import(core: &Core, server: &MockServer) -> ImportReport {
    blog::import(core, &server.uri(), Extent::WholeArchive, |_| {}, &CancellationToken::new()).await.expect("an import")
}

fn titles(core: &Core) -> Vec<String> {
    let rows = blog::list_posts(&core.db, &PostQuery::default()).expect("posts");
    rows.items.into_iter().map(|row| row.post.title).collect()
}

/// A Substack of five posts, of which the feed holds one; the second oldest is for paying readers.
async fn substack(server: &MockServer) {
    let site = server.uri();
    put(server, "/", text(feed(&site, "Substack", &item(&site, "five", 25)))).await;
    let listed: Vec<_> = ["five", "four", "three", "two", "one"]
        .map(|slug| json!({"slug": slug, "canonical_url": format!("{site}/p/{slug}"), "audience": "everyone"}))
        .to_vec();
    let archive = |offset: &'static str, items: serde_json::Value| {
        Mock::given(path("/api/v1/archive"))
            .and(query_param("offset", offset))
            .respond_with(ResponseTemplate::new(200).set_body_json(items))
    };
    archive("0", json!(listed[..3])).mount(server).await;
    archive("3", json!(listed[3..])).mount(server).await;
    archive("5", json!([])).mount(server).await;
    for (slug, audience) in [("four", "everyone"), ("three", "everyone"), ("two", "only_paid"), ("one", "everyone")] {
        let post = json!({
            "id": slug.len(), "title": format!("On {slug}"), "canonical_url": format!("{site}/p/{slug}"),
            "post_date": "2026-05-01T08:00:00.000Z", "audience": audience, "body_html": words(slug),
            "publishedBylines": [{"name": "A. Author"}], "unknown_field": {"kept": "out"},
        });
        put(server, &format!("/api/v1/posts/{slug}"), ResponseTemplate::new(200).set_body_json(post)).await;
    }
}

#[tokio::test]
async fn substacks_archive_comes_in_and_paid_posts_are_left_out() {
    let (folder, server) = (tempfile::tempdir().expect("a folder"), MockServer::start().await);
    let core = open(folder.path());
    substack(&server).await;
    let report = import(&core, &server).await;
    assert_eq!((report.new, report.waiting, report.site_posts), (5, 0, Some(5)), "{report:?}");
    let rows = blog::list_posts(&core.db, &PostQuery::default()).expect("posts");
    let state = |title: &str| rows.items.iter().find(|row| row.post.title == title).map(|row| row.post.state);
    assert_eq!(state("On two"), Some(PostState::Truncated));
    assert_eq!(state("On one"), Some(PostState::Included));

    // The next look asks for the feed alone.
    let before = server.received_requests().await.expect("recorded").len();
    let again = import_again(&core).await;
    assert_eq!((again.new, again.changed), (0, 0), "{again:?}");
    let asked: Vec<String> = server.received_requests().await.expect("recorded")[before..]
        .iter()
        .map(|request| request.url.path().to_owned())
        .collect();
    assert_eq!(asked, ["/", "/robots.txt"]);
}

async fn import_again(core: &Core) -> ImportReport {
    let source = blog::source::list(&core.db).expect("sources")[0].id;
    let stop = CancellationToken::new();
    blog::refresh(core, source, Extent::WholeArchive, |_| {}, &stop).await.expect("a refresh")
}

#[tokio::test]
async fn a_stopped_archive_goes_on_where_it_was() {
    let (folder, server) = (tempfile::tempdir().expect("a folder"), MockServer::start().await);
    let core = open(folder.path());
    substack(&server).await;
    let stop = CancellationToken::new();
    let stopper = stop.clone();
    let hear = |event: ImportEvent| {
        if matches!(event, ImportEvent::Post { ref title, .. } if title == "On three") {
            stopper.cancel();
        }
    };
    let report = blog::import(&core, &server.uri(), Extent::WholeArchive, hear, &stop).await.expect("what came in");
    assert_eq!((report.new, report.waiting), (3, 2), "{report:?}");
    assert!(report.message.contains("2 posts of the archive are still to come"), "{}", report.message);
    let fetched_before = posts_asked(&server).await;

    let report = import_again(&core).await;
    assert_eq!((report.new, report.waiting), (2, 0), "{report:?}");
    let fetched: Vec<String> = posts_asked(&server).await.split_off(fetched_before.len());
    assert_eq!(fetched, ["/api/v1/posts/two", "/api/v1/posts/one"], "nothing is asked for twice");
}

async fn posts_asked(server: &MockServer) -> Vec<String> {
    let requests = server.received_requests().await.expect("recorded");
    let paths = requests.iter().map(|request| request.url.path().to_owned());
    paths.filter(|path| path.starts_with("/api/v1/posts/")).collect()
}

#[tokio::test]
async fn wordpress_gives_its_posts_whole_and_later_only_what_was_edited() {
    let (folder, server) = (tempfile::tempdir().expect("a folder"), MockServer::start().await);
    let core = open(folder.path());
    let site = server.uri();
    put(&server, "/", text(feed(&site, "https://wordpress.org/?v=6.8", &item(&site, "b", 20)))).await;
    let post = |id: u32, slug: &str, html: String| {
        json!({"id": id, "link": format!("{site}/p/{slug}/"), "date_gmt": "2026-06-01T08:00:00",
            "title": {"rendered": format!("On {slug} &#8211; again")}, "excerpt": {"rendered": "<p>A line of its own.</p>"},
            "content": {"rendered": html, "protected": false}})
    };
    let edited =
        Mock::given(path("/wp-json/wp/v2/posts")).and(wiremock::matchers::query_param_is_missing("modified_after"));
    let all = json!([post(2, "b", words("b")), post(1, "a", words("a"))]);
    edited
        .and(query_param("page", "1"))
        .respond_with(ResponseTemplate::new(200).insert_header("x-wp-total", "2").set_body_json(all))
        .mount(&server)
        .await;
    Mock::given(path("/wp-json/wp/v2/posts"))
        .and(query_param("page", "1"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!([post(1, "a", words("a") + &words("rain"))])))
        .mount(&server)
        .await;
    put(&server, "/wp-json/wp/v2/posts", ResponseTemplate::new(400)).await;

    let report = import(&core, &server).await;
    assert_eq!((report.new, report.site_posts, report.waiting), (2, Some(2), 0), "{report:?}");
    assert!(titles(&core).contains(&"On a – again".to_owned()), "{:?}", titles(&core));
    let report = import_again(&core).await;
    assert_eq!((report.new, report.changed), (0, 1), "{report:?}");
}

#[tokio::test]
async fn a_feed_in_pages_is_read_to_its_end() {
    let (folder, server) = (tempfile::tempdir().expect("a folder"), MockServer::start().await);
    let core = open(folder.path());
    let site = server.uri();
    let entry = |slug: &str, day: u32| {
        format!(
            "<entry><id>{site}/p/{slug}</id><title>On {slug}</title><link href=\"{site}/p/{slug}\"/>\
             <updated>2026-06-{day:02}T08:00:00Z</updated><content type=\"html\">{}</content></entry>",
            words(slug).replace('<', "&lt;")
        )
    };
    let page = |entries: String, next: &str| {
        let next = if next.is_empty() { String::new() } else { format!("<link rel=\"next\" href=\"{site}{next}\"/>") };
        format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>{site}</id><title>Paths</title><updated>2026-06-20T08:00:00Z</updated>\
             <generator>Blogger</generator><link rel=\"alternate\" type=\"text/html\" href=\"{site}\"/>{next}{entries}</feed>"
        )
    };
    put(&server, "/", text(page(entry("three", 20), "/more"))).await;
    put(&server, "/more", text(page(entry("two", 19), "/last"))).await;
    // The last page names itself as the next, as some servers do.
    put(&server, "/last", text(page(entry("one", 18), "/last"))).await;
    let report = import(&core, &server).await;
    assert_eq!(titles(&core), ["On three", "On two", "On one"]);
    assert_eq!((report.new, report.waiting), (3, 0), "{report:?}");
}

/// A site with a map: one page is forbidden to programs, one is gone, one shows no post.
async fn mapped(server: &MockServer) {
    let site = server.uri();
    put(server, "/", text(feed(&site, "Something", &item(&site, "new", 25)))).await;
    put(server, "/robots.txt", text("User-agent: *\nDisallow: /p/secret\n")).await;
    let urls: String = ["new", "old", "secret", "lost", "empty"]
        .map(|slug| format!("<url><loc>{site}/p/{slug}</loc><lastmod>2026-05-02</lastmod></url>"))
        .concat();
    put(server, "/sitemap.xml", text(format!("<urlset>{urls}</urlset>"))).await;
    let page = format!(
        "<html><head><title>x</title></head><body><h1>On old</h1><article>{}</article></body></html>",
        words("old")
    );
    put(server, "/p/old", text(page)).await;
    put(server, "/p/lost", ResponseTemplate::new(404)).await;
    put(server, "/p/empty", text("<html><body></body></html>")).await;
}

#[tokio::test]
async fn other_sites_are_read_page_by_page_and_what_stays_out_of_reach_is_said() {
    let (folder, server) = (tempfile::tempdir().expect("a folder"), MockServer::start().await);
    let core = open(folder.path());
    mapped(&server).await;
    let report = import(&core, &server).await;
    assert_eq!((report.new, report.waiting), (2, 0), "{report:?}");
    let source = blog::source::list(&core.db).expect("sources").remove(0);
    assert_eq!(source.out_of_reach, 3);
    let mut reasons: Vec<String> =
        blog::out_of_reach(&core.db, source.id).expect("reasons").into_iter().map(|post| post.reason).collect();
    reasons.sort();
    assert_eq!(
        reasons,
        [
            "The page is no longer there.",
            "The page shows no post.",
            "The site asks programs not to read this page (robots.txt)."
        ]
    );
    assert!(
        !server.received_requests().await.expect("recorded").iter().any(|request| request.url.path() == "/p/secret")
    );
}

#[tokio::test]
async fn a_site_that_breaks_down_keeps_what_came_and_is_asked_again() {
    let (folder, server) = (tempfile::tempdir().expect("a folder"), MockServer::start().await);
    let core = open(folder.path());
    let site = server.uri();
    put(&server, "/", text(feed(&site, "Something", &item(&site, "new", 25)))).await;
    let urls = ["a-b-c", "d-e-f"].map(|slug| format!("<url><loc>{site}/{slug}</loc></url>")).concat();
    put(&server, "/sitemap.xml", text(format!("<urlset>{urls}</urlset>"))).await;
    let long = ResponseTemplate::new(503).insert_header("retry-after", "86400");
    Mock::given(path("/a-b-c")).respond_with(long).up_to_n_times(1).mount(&server).await;
    for slug in ["a-b-c", "d-e-f"] {
        put(&server, &format!("/{slug}"), text(format!("<h1>{slug}</h1><article>{}</article>", words(slug)))).await;
    }
    let report = import(&core, &server).await;
    assert_eq!((report.new, report.waiting), (1, 2), "{report:?}");
    assert!(report.message.contains("stopped partway"), "{}", report.message);
    let report = import_again(&core).await;
    assert_eq!((report.new, report.waiting), (2, 0), "{report:?}");
}

#[tokio::test]
async fn new_edited_and_unpublished_posts_are_told_apart() {
    let (folder, server) = (tempfile::tempdir().expect("a folder"), MockServer::start().await);
    let core = open(folder.path());
    let site = server.uri();
    let first = feed(&site, "Something", &[item(&site, "c", 22), item(&site, "b", 21), item(&site, "a", 20)].concat());
    Mock::given(path("/")).respond_with(text(first)).up_to_n_times(1).mount(&server).await;
    let edited = item(&site, "c", 22).replace("quite a while", "a very long while");
    let second = feed(&site, "Something", &[item(&site, "d", 23), edited, item(&site, "a", 20)].concat());
    put(&server, "/", text(second)).await;
    put(&server, "/p/b", ResponseTemplate::new(410)).await;
    let stop = CancellationToken::new();
    blog::import(&core, &site, Extent::FeedOnly, |_| {}, &stop).await.expect("an import");
    let source = blog::source::list(&core.db).expect("sources")[0].id;
    let report = blog::refresh(&core, source, Extent::FeedOnly, |_| {}, &stop).await.expect("a refresh");
    assert_eq!((report.new, report.changed, report.unchanged, report.unpublished), (1, 1, 1, 1), "{report:?}");
    let rows = blog::list_posts(&core.db, &PostQuery::default()).expect("posts");
    let gone = rows.items.iter().find(|row| row.post.title == "On b").expect("it stays in the library");
    assert_eq!(gone.post.state, PostState::Unpublished);
    assert_eq!(blog::post::used_texts(&core.db).expect("texts").len(), 3);
}

#[tokio::test]
async fn an_import_that_was_cut_off_is_not_told_that_nothing_changed() {
    let (folder, server) = (tempfile::tempdir().expect("a folder"), MockServer::start().await);
    let core = open(folder.path());
    let site = server.uri();
    let unchanged = Mock::given(path("/")).and(wiremock::matchers::header_exists("if-none-match"));
    unchanged.respond_with(ResponseTemplate::new(304)).mount(&server).await;
    let items = [item(&site, "c", 22), item(&site, "b", 21), item(&site, "a", 20)].concat();
    put(&server, "/", text(feed(&site, "Something", &items)).insert_header("etag", "\"1\"")).await;
    let stop = CancellationToken::new();
    let stopper = stop.clone();
    let hear = |event: ImportEvent| {
        if matches!(event, ImportEvent::Post { .. }) {
            stopper.cancel();
        }
    };
    blog::import(&core, &site, Extent::FeedOnly, hear, &stop).await.expect_err("it was stopped");
    let source = blog::source::list(&core.db).expect("sources")[0].id;
    let go_on = CancellationToken::new();
    let report = blog::refresh(&core, source, Extent::FeedOnly, |_| {}, &go_on).await.expect("a refresh");
    assert_eq!((report.new, report.unchanged), (2, 1), "{report:?}");
    let report = blog::refresh(&core, source, Extent::FeedOnly, |_| {}, &go_on).await.expect("a refresh");
    assert_eq!(report.posts, 0, "now the server says that nothing changed, and is believed: {report:?}");
}

#[tokio::test]
async fn a_list_that_was_cut_off_says_how_many_are_still_to_come() {
    let (folder, server) = (tempfile::tempdir().expect("a folder"), MockServer::start().await);
    let core = open(folder.path());
    let site = server.uri();
    put(&server, "/", text(feed(&site, "https://wordpress.org/", &item(&site, "b", 20)))).await;
    let first = json!([{"id": 1, "link": format!("{site}/p/a"), "date_gmt": "2026-06-01T08:00:00",
        "title": {"rendered": "On a"}, "content": {"rendered": words("a")}}]);
    Mock::given(path("/wp-json/wp/v2/posts"))
        .and(query_param("page", "1"))
        .respond_with(ResponseTemplate::new(200).insert_header("x-wp-total", "5").set_body_json(first))
        .mount(&server)
        .await;
    put(&server, "/wp-json/wp/v2/posts", ResponseTemplate::new(503).insert_header("retry-after", "86400")).await;
    let report = import(&core, &server).await;
    assert_eq!((report.new, report.waiting), (2, 3), "{report:?}");
    assert!(report.interrupted.is_some());
}
