//! Tests.
use super::*;

#[test]
fn scratch() {
    let bytes = std::fs::read("/work/shared/data/blog/substack-feed.rss").unwrap();
    let feed = parse_feed(&bytes, None).unwrap();
    println!("{} {:?} {} skipped {:?}", feed.title.len(), feed.site_url, feed.posts.len(), feed.skipped);
    std::fs::create_dir_all("/tmp/out").unwrap();
    let started = std::time::Instant::now();
    for (i, p) in feed.posts.iter().enumerate() {
        println!("{i} {:?} {:?} {:?} {:?} {}", p.title, p.subtitle, p.truncated, p.published_at, p.author.len());
        let md = crate::blog::markdown::to_markdown(&p.html, Some(&p.url));
        std::fs::write(format!("/tmp/out/{i:02}.md"), &md).unwrap();
        std::fs::write(format!("/tmp/out/{i:02}.txt"), crate::blog::training_view::training_text(&md)).unwrap();
        std::fs::write(format!("/tmp/out/{i:02}.html"), &p.html).unwrap();
    }
    println!("{:?}", started.elapsed());
}
