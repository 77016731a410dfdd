use proptest::prelude::*;

use crate::blog::markdown::to_markdown;

fn md(html: &str) -> String {
    to_markdown(html, Some("https://a.example/p/post"))
}

#[test]
fn paragraphs_never_break_at_inline_tags() {
    let html = "<p>From <a href=\"/x\">the pier</a>, <em>in</em> <strong>fact</strong> <code>x_y</code> H<sub>2</sub>O<br>and on.</p>";
    assert_eq!(md(html), "From [the pier](https://a.example/x), *in* **fact** `x_y` H<sub>2</sub>O\\\nand on.");
}

#[test]
fn spaces_survive_at_the_edges_of_inline_tags() {
    assert_eq!(
        md("<p>one<a href=\"/x\"> two </a>three<em> four </em>five</p>"),
        "one [two](https://a.example/x) three *four* five"
    );
}

#[test]
fn emphasis_is_written_so_that_it_closes() {
    assert_eq!(md("<p><strong>Note:</strong>then</p>"), "**Note**:then");
    assert_eq!(md("<p>word<em>(aside)</em>word</p>"), "word(*aside*)word");
    assert_eq!(md("<p>an <em></em>empty one</p>"), "an empty one");
}

#[test]
fn only_needed_backslashes_stay() {
    assert_eq!(
        md("<p>5 * 3, snake_case, [sic], a_b_c, $5 and ~6 #1</p>"),
        "5 * 3, snake_case, [sic], a_b_c, $5 and ~6 #1"
    );
    assert_eq!(md("<p>*not* and _not_ and $not$</p>"), "\\*not* and \\_not_ and \\$not$");
    assert_eq!(
        md("<p>1. not a list</p><p># not a heading</p><p>- nor this</p>"),
        "1\\. not a list\n\n\\# not a heading\n\n\\- nor this"
    );
    assert_eq!(md("<p>&lt;b&gt;not bold&lt;/b&gt; &amp;amp; 1 &lt; 2</p>"), "\\<b>not bold\\</b> \\&amp; 1 < 2");
}

#[test]
fn code_keeps_its_indentation_and_language() {
    let html = "<pre class=\"brush: rust\"><code><code>\n  fn main() {\n\n\n      loop {}\n  }</code></code></pre>";
    assert_eq!(md(html), "```\n  fn main() {\n\n\n      loop {}\n  }\n```");
    assert_eq!(
        md("<div class=\"highlight-source-rust\"><pre class=\"language-rust\">let x = 1;</pre></div>"),
        "```rust\nlet x = 1;\n```"
    );
    assert_eq!(
        md("<ul><li><p>a</p><pre><code>x\n\n\n  y</code></pre></li></ul>"),
        "- a\n\n  ```\n  x\n\n\n    y\n  ```"
    );
}

#[test]
fn breaks_in_pairs_are_paragraphs() {
    assert_eq!(md("<div>one<br><br>two <b>bold</b><br>three<br><br></div>"), "one\n\ntwo **bold**\\\nthree");
    assert_eq!(
        md("first line\nsecond line\n\nnext <em>paragraph</em>"),
        "first line\\\nsecond line\n\nnext *paragraph*"
    );
}

#[test]
fn blocks_inside_inline_tags_stay_blocks() {
    assert_eq!(md("<h2>Title<pre>code</pre></h2>"), "Title\n\n```\ncode\n```");
    assert_eq!(md("<h2><p>Title</p></h2><b><p>one</p><p>two</p></b>"), "## Title\n\none\n\ntwo");
}

#[test]
fn lists_are_tight_unless_an_item_has_paragraphs() {
    assert_eq!(md("<ol><li><p>a</p><ul><li><p>b</p></li></ul></li><li><p>c</p></li></ol>"), "1. a\n   - b\n2. c");
    assert_eq!(md("<ul><li>a</li><ul><li>b</li></ul></ul>"), "- a\n  - b");
}

#[test]
fn tables_get_a_heading_row() {
    let html = "<table><tr><td><p>a</p></td><td>b | c</td></tr><tr><td>1</td><td>2<br>3</td></tr></table>";
    assert_eq!(md(html), "| a | b \\| c |\n| - | ----- |\n| 1 | 2 3   |");
}

#[test]
fn letters_come_in_one_form() {
    assert_eq!(md("<p>cafe\u{301}\u{200B}&nbsp;&nbsp;noir\u{AD}e</p>"), "café noire");
}

#[test]
fn a_post_page_gives_its_post() {
    let page = include_str!("../../../tests/fixtures/pages/substack-post.html");
    let post = super::post_from_page(page, "https://harbour.example/p/knots").expect("a post");
    let told = (post.title.as_str(), post.subtitle.as_deref(), post.author.as_str(), post.truncated);
    assert_eq!(told, ("On knots", Some("All four of them"), "Tove Marsh", None));
    assert_eq!(post.published_at.map(|date| date.to_rfc3339()).as_deref(), Some("2024-11-02T08:00:00+00:00"));
    assert_eq!(md(&post.html), "A knot is a promise[^1].\n\n[^1]: Kept, mostly.");
    assert!(
        super::post_from_page("<html><head><title>Gone</title></head><body></body></html>", "https://a.example")
            .is_none()
    );
}

#[test]
fn nesting_without_end_is_survived() {
    let html = format!("{}deep{}", "<div><em>".repeat(20_000), "</em></div>".repeat(20_000));
    assert_eq!(md(&html), "deep");
    let html = format!("{}deep{}", "<blockquote>".repeat(300), "</blockquote>".repeat(300));
    assert!(md(&html).ends_with("deep"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever tags stand in whatever order: no panic, the same result twice, and no word lost.
    #[test]
    fn any_soup_of_tags_is_converted(parts in prop::collection::vec(prop::sample::select(vec![
        "<p>", "</p>", "<em>", "</em>", "<strong>", "</strong>", "<a href='/x'>", "</a>", "<ul>", "<li>", "</li>", "</ul>",
        "<ol>", "</ol>", "<blockquote>", "</blockquote>", "<br>", "<table>", "<tr>", "<td>", "</table>", "<pre>", "</pre>",
        "<code>", "</code>", "<figure>", "<img src='/i.png'>", "<figcaption>", "</figure>", "<div class='footnote'>", "</div>",
        "<a class='footnote-anchor' href='#footnote-1'>", "<h2>", "</h2>", "<sup>", "</sup>", "<iframe src='/f'></iframe>",
        "<div class='tweet' data-attrs='{\"full_text\":\"t\"}'>", "word ", "wort ", "*", "_", "$", "[x]", "~", "\n\n", "`",
    ]), 0..40)) {
        let html: String = parts.concat();
        let once = md(&html);
        prop_assert_eq!(&once, &md(&html));
        let training = crate::blog::training_view::training_text(&once);
        prop_assert!(!training.contains("/i.png"));
    }
}
