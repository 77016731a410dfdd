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

#[test]
fn one_blank_line_stands_between_blocks() {
    assert_eq!(md("<pre>a\n  b</pre><blockquote>c</blockquote>"), "```\na\n  b\n```\n\n> c");
    assert_eq!(
        md("<pre>a</pre><blockquote>b</blockquote><pre>c</pre><p>d</p>"),
        "```\na\n```\n\n> b\n\n```\nc\n```\n\nd"
    );
}

#[test]
fn formulas_are_kept_whoever_draws_them() {
    let mathml = r#"<p>So <span class="katex"><span class="katex-mathml"><math><semantics><mrow><mi>x</mi></mrow><annotation encoding="application/x-tex">x_1 &lt; 2</annotation></semantics></math></span><span class="katex-html" aria-hidden="true">x1</span></span> holds.</p>"#;
    assert_eq!(md(mathml), "So $x_1 < 2$ holds.");
    let display = r#"<p>a</p><span class="katex-display"><span class="katex"><math display="block"><semantics><annotation encoding="application/x-tex">\\sum_i i</annotation></semantics></math></span></span>"#;
    assert_eq!(md(display), "a\n\n$$\\\\sum_i i$$");
    assert_eq!(
        md(r#"<p>b <span class="MathJax_Preview">?</span><script type="math/tex">y^2</script> c</p>"#),
        "b $y^2$ c"
    );
    assert_eq!(md(r#"<p>$$ E = mc^2 $$</p><p>and \(a_i\) of $5 or $6</p>"#), "$$E = mc^2$$\n\nand $a_i$ of $5 or $6");
    assert_eq!(
        md(r#"<p>c <img class="latex" src="https://s0.wp.com/latex.php?x" alt="\pi r^2"> d</p>"#),
        "c $\\pi r^2$ d"
    );
    assert_eq!(md(r#"<p><span class="math inline">\(z\)</span></p><pre>$$ x $$</pre>"#), "$z$\n\n```\n$$ x $$\n```");
}

#[test]
fn code_loses_its_line_numbers_and_keeps_its_language() {
    let rouge = r#"<div class="language-ruby highlighter-rouge"><div class="highlight"><pre class="highlight"><code><span class="k">def</span> wait
  sleep 1
<span class="k">end</span>
</code></pre></div></div>"#;
    assert_eq!(md(rouge), "```ruby\ndef wait\n  sleep 1\nend\n```");
    let chroma = r#"<div class="highlight"><div class="chroma"><table class="lntable"><tr><td class="lntd"><pre tabindex="0" class="chroma"><code><span class="lnt">1
</span><span class="lnt">2
</span></code></pre></td><td class="lntd"><pre tabindex="0" class="chroma"><code class="language-go" data-lang="go"><span class="line">func a() {
</span><span class="line">}
</span></code></pre></td></tr></table></div></div>"#;
    assert_eq!(md(chroma), "```go\nfunc a() {\n}\n```");
    let hexo = r#"<figure class="highlight js"><table><tr><td class="gutter"><pre><span class="line">1</span><br></pre></td><td class="code"><pre><span class="line">let a;</span><br><span class="line">  b()</span><br></pre></td></tr></table></figure>"#;
    assert_eq!(md(hexo), "```js\nlet a;\n  b()\n```");
    let linenos = r#"<figure class="highlight"><pre><code class="language-python" data-lang="python"><table class="rouge-table"><tbody><tr><td class="gutter gl"><pre class="lineno">1
2
</pre></td><td class="code"><pre>if a:
    b()
</pre></td></tr></tbody></table></code></pre></figure>"#;
    assert_eq!(md(linenos), "```python\nif a:\n    b()\n```");
    assert_eq!(md(r#"<pre><code class="hljs rust">let x;</code></pre>"#), "```rust\nlet x;\n```");
}

#[test]
fn notes_of_many_makes_are_paired() {
    let kramdown = r##"<p>a<sup id="fnref:1" role="doc-noteref"><a href="#fn:1" class="footnote" rel="footnote">1</a></sup></p><div class="footnotes" role="doc-endnotes"><ol><li id="fn:1" role="doc-endnote"><p>b <a href="#fnref:1" class="reversefootnote" role="doc-backlink">&#8617;</a></p></li></ol></div>"##;
    assert_eq!(md(kramdown), "a[^1]\n\n[^1]: b");
    let word =
        r##"<p>a<a href="#_ftn1" name="_ftnref1">[1]</a> c</p><p><a href="#_ftnref1" name="_ftn1">[1]</a> b</p>"##;
    assert_eq!(md(word), "a[^1] c\n\n[^1]: b");
}

#[test]
fn what_markdown_has_no_sign_for_is_said_in_others() {
    assert_eq!(md("<details><summary>More</summary><p>inside</p></details>"), "**More**\n\ninside");
    assert_eq!(md("<dl><dt>Rope</dt><dd>holds</dd></dl>"), "**Rope**\n\nholds");
    assert_eq!(md("<ul><li><input type=\"checkbox\" checked disabled> a</li></ul>"), "- [x] a");
    assert_eq!(md("<p>He said <q>no</q>.</p>"), "He said “no”.");
    assert_eq!(md("<p>a <span style=\"font-weight: 700\">b</span></p>"), "a **b**");
    assert_eq!(md("<blockquote><p>a</p><cite>B</cite></blockquote>"), "> a\n>\n> — B");
    assert_eq!(
        md("<table><caption>C</caption><tr><th>a</th></tr><tr><td>b</td></tr></table>"),
        "| a |\n| - |\n| b |\n\n*C*"
    );
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
        "<details><summary>", "</summary>", "</details>", "<math alttext='x'>", "</math>", "$$", "\\(", "\\)", "<dl><dt>", "<dd>", "<cite>",
        "</cite>", "<span style='font-weight:bold'>", "</span>", "<table class='lntable'><tr><td>", "<li id='fn1'>", "<a href='#fn1' id='r1'>",
        "<a href='#r1' id='fn1'>", "<p class='graf'>", "[1] ", "¹", "<figcaption>", "<section class='footnotes'>", "<q>", "<input type='checkbox'>",
    ]), 0..40)) {
        let html: String = parts.concat();
        let once = md(&html);
        prop_assert_eq!(&once, &md(&html));
        let training = crate::blog::training_view::training_text(&once);
        prop_assert!(!training.contains("/i.png"));
    }
}

#[test]
fn a_page_built_in_no_known_way_gives_its_article() {
    let page = include_str!("../../../tests/fixtures/files/single/page.html");
    let post = super::post_from_any_page(page, "https://lowtide.example/winter-quay").expect("a post");
    assert_eq!((post.title.as_str(), post.url.as_str()), ("Winter quay", "https://lowtide.example/winter-quay"));
    assert!(md(&post.html).starts_with("The quay in winter") && !md(&post.html).contains("All rights"));
    assert!(super::post_from_any_page("<html><body></body></html>", "").is_none());
}

#[test]
fn a_page_of_many_posts_is_no_post() {
    let card =
        |at: u32| format!("<article><h2><a href=\"/{at}\">Post {at}</a></h2><p>It begins like this.</p></article>");
    let page = format!(
        "<html><head><title>Blog</title><meta property=\"og:title\" content=\"Blog\"></head><body><main>{}</main></body></html>",
        (0..6).map(card).collect::<String>()
    );
    assert!(super::post_from_page(&page, "https://a.example/").is_none());
}

#[test]
fn a_list_left_in_pieces_is_one_list() {
    let html = "<ul><li><p>a</p></li></ul> <ul><li><p>b</p></li></ul><p>x</p><ul><li>c</li></ul><ol><li>d</li></ol>";
    assert_eq!(md(html), "- a\n- b\n\nx\n\n- c\n\n1. d");
}
