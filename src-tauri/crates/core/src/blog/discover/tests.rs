use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::blog::fetch::Patience;

const FEED: &str = "<rss version=\"2.0\"><channel><title>t</title></channel></rss>";

fn calm() -> Manners {
    Manners::hurried(Patience::default())
}

async fn site(pages: &[(&str, &str)]) -> (MockServer, Url) {
    let server = MockServer::start().await;
    for (at, body) in pages {
        let body = body.replace("HERE", &server.uri());
        Mock::given(path(*at)).respond_with(ResponseTemplate::new(200).set_body_string(body)).mount(&server).await;
    }
    let url = Url::parse(&server.uri()).expect("the server has an address");
    (server, url)
}

async fn found(typed: &str) -> Result<String, DiscoverError> {
    discover(typed, &CancellationToken::new(), &calm()).await.map(|found| {
        let url = Url::parse(&found.feed_url).expect("an address");
        url[url::Position::BeforePath..].to_owned()
    })
}

fn completed(typed: &str) -> String {
    match complete_address(typed) {
        Ok(urls) => urls.iter().map(Url::as_str).collect::<Vec<_>>().join(" or "),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_authors_type_is_completed() {
    let typed = [
        "https://blog.example/feed",
        " blog.example ",
        "<https://blog.example/a-post?x=1#top>",
        "feed://blog.example/rss",
        "substack.com/@Somebody",
        "https://open.substack.com/pub/somebody/p/a-post",
        "@somebody",
        "name.substack.com",
        "",
        "my blog",
        "ftp://blog.example",
        "blog",
        "me@blog@x",
    ];
    let told: Vec<String> = typed.iter().map(|typed| format!("{typed:?} → {}", completed(typed))).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[tokio::test]
async fn a_feed_is_taken_as_it_is() {
    let (_server, url) = site(&[("/some/feed", FEED)]).await;
    assert_eq!(found(&format!("{url}some/feed")).await, Ok("/some/feed".to_owned()));
}

#[tokio::test]
async fn a_page_names_its_feed() {
    let page = "<html><head>\
        <link rel='alternate' type='application/rss+xml' title='Comments' href='/comments/feed'>\
        <link rel='alternate' type='application/json' href='/wp-json/wp/v2/posts/1'>\
        <link rel='alternate' type='application/atom+xml' href='HERE/posts.atom'></head><body>post</body></html>";
    let (_server, url) = site(&[
        ("/a-post", page),
        ("/posts.atom", "<feed xmlns='http://www.w3.org/2005/Atom'></feed>"),
        ("/comments/feed", FEED),
    ])
    .await;
    // Without a scheme: the protected connection fails, the plain one answers.
    let bare = format!("{}a-post", url.as_str().trim_start_matches("http://"));
    assert_eq!(found(&bare).await, Ok("/posts.atom".to_owned()));
}

#[tokio::test]
async fn the_usual_places_come_last() {
    let (_server, url) =
        site(&[("/", "<html><body>hello</body></html>"), ("/rss", "<html>not here</html>"), ("/atom.xml", FEED)]).await;
    assert_eq!(found(url.as_str()).await, Ok("/atom.xml".to_owned()));
    let (_server, url) = site(&[("/blog/", "<html></html>"), ("/blog/index.xml", FEED)]).await;
    assert_eq!(found(&format!("{url}blog/")).await, Ok("/blog/index.xml".to_owned()));
}

#[tokio::test]
async fn a_site_without_a_feed_is_told_so() {
    let (_server, url) = site(&[("/", "<html><body>hello</body></html>")]).await;
    let error = found(url.as_str()).await.expect_err("no feed");
    let told = error.to_string().replace(&host_of(&url), "blog.example");
    insta::assert_snapshot!(told, @"blog.example names no feed, and none was found in the 7 usual places. Paste the feed's own address if you know it, or export the posts to a file and add the file.");
    let missing = found(&format!("{url}gone")).await;
    assert!(matches!(missing, Err(DiscoverError::Fetch(FetchError::Status { status: 404, .. }))), "{missing:?}");
}

#[tokio::test]
async fn a_site_tells_how_many_posts_it_has() {
    let index = "<sitemapindex><sitemap><loc>HERE/page-sitemap.xml</loc></sitemap><sitemap><loc>HERE/post-sitemap.xml</loc></sitemap>\
        <sitemap><loc>https://elsewhere.example/post-sitemap.xml</loc></sitemap></sitemapindex>";
    let posts: String = (1..=212).map(|n| format!("<url><loc>HERE/about-things-{n}</loc></url>")).collect();
    let pages = "<urlset><url><loc>HERE/a-long-page-name</loc></url></urlset>";
    let (_server, url) = site(&[
        ("/sitemap.xml", index),
        ("/post-sitemap.xml", &format!("<urlset>{posts}</urlset>")),
        ("/page-sitemap.xml", pages),
    ])
    .await;
    let fetcher = Fetcher::new(&url, CancellationToken::new(), &calm()).expect("a fetcher");
    assert_eq!(count_site_posts(&fetcher, &url).await, Some(212));
    let (_server, silent) = site(&[]).await;
    let fetcher = Fetcher::new(&silent, CancellationToken::new(), &calm()).expect("a fetcher");
    assert_eq!(count_site_posts(&fetcher, &silent).await, None);
}
