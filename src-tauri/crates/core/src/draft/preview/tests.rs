use super::*;
use std::time::{Duration, Instant};

/// What must not be in any HTML that is shown, whatever it was made from.
fn assert_harmless(html: &str) {
    let document = dom_query::Document::fragment(html);
    let never =
        "script,style,iframe,object,embed,svg,math,form,input,button,link,meta,base,img,video,audio,textarea,[style]";
    assert!(!document.select(never).exists(), "{html}");
    for node in document.select("*").iter() {
        for attribute in node.attrs() {
            let (name, value) = (attribute.name.local.to_string(), attribute.value.to_lowercase());
            assert!(!name.starts_with("on"), "{name} in {html}");
            if name == "href" || name == "src" || name == "data-address" {
                let fine =
                    ["http://", "https://", "mailto:", "#text-", "#fn"].iter().any(|start| value.starts_with(start));
                assert!(fine, "{name}={value} in {html}");
            }
        }
    }
}

#[test]
fn what_blogs_use_is_rendered() {
    let html = render(concat!(
        "# Title\n\nA *word*, a **word**, ~~none~~, `code` -- \"straight\".\n\n",
        "1. one\n2. two\n   - nested\n\n- [x] done\n- [ ] open\n\n> quoted\n\n",
        "| a | b |\n|---|---|\n| 1 | 2 |\n\nNoted[^1]. The law is $e = mc^2$.\n\n[^1]: Here.\n"
    ));
    for part in [
        "<h1>Title</h1>",
        "<em>word</em>",
        "<strong>word</strong>",
        "<del>none</del>",
        "-- \"straight\"",
        "<span class=\"task\">☑</span> done",
        "<blockquote>",
        "<th>a</th>",
        "<td>2</td>",
        "<a href=\"#text-1\"",
        "id=\"text-1\"",
        "<code class=\"math\">e = mc^2</code>",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
    assert_harmless(&html);
}

#[test]
fn links_open_through_the_app_and_lead_nowhere_inside_it() {
    let html = render(
        "[web](https://a.example/x?y=1) [mail](mailto:a@b.example) [app](/settings) [also](//evil.example) <https://b.example>",
    );
    assert!(
        html.contains(r#"<a href="https://a.example/x?y=1" data-link="" rel="noopener noreferrer">web</a>"#),
        "{html}"
    );
    assert!(html.contains("https://b.example"));
    assert!(!html.contains("settings") && !html.contains("evil"), "{html}");
    assert_harmless(&html);
}

#[test]
fn images_are_named_and_never_loaded() {
    let html = render(
        "![A *red* boat](https://a.example/boat.png \"t\") ![](data:image/png;base64,AAAA)\n\n<figure><img src=\"https://a.example/2.png\" alt=\"Two\" onerror=\"x()\"></figure>",
    );
    let boat = r#"aria-label="A red boat" data-address="https://a.example/boat.png">A red boat</span>"#;
    assert!(html.contains(boat), "{html}");
    assert!(html.contains(r#"data-address="https://a.example/2.png">Two</span>"#), "{html}");
    assert!(html.contains(">Image</span>") && !html.contains("base64"), "{html}");
    assert_harmless(&html);
}

#[test]
fn the_clipboard_gets_images_and_plain_links() {
    let html = rich_html("[a](https://a.example) ![boat](https://a.example/boat.png)\n\n<img src=x onerror=alert(1)>");
    assert!(html.contains(r#"<a href="https://a.example">a</a>"#), "{html}");
    assert!(html.contains(r#"<img src="https://a.example/boat.png" alt="boat">"#), "{html}");
    assert!(!html.contains("onerror") && !html.contains("data-link"), "{html}");
    assert!(!rich_html("<script>alert(1)</script>\n\n[x](javascript:alert(1))").contains("alert"));
}

#[test]
fn sums_of_money_are_no_formulas() {
    assert_eq!(render("Between $5 and $10, or $5-$10."), "<p>Between $5 and $10, or $5-$10.</p>\n");
}

#[test]
fn nothing_that_was_typed_disappears() {
    assert_eq!(render("a <b3 and c> d"), "<p>a &lt;b3 and c&gt; d</p>\n");
    assert_eq!(render("x<sup>2</sup> and <u>open\n\nnext"), "<p>x<sup>2</sup> and <u>open</u></p>\n<p>next</p>\n");
}

#[test]
fn hostile_text_never_runs() {
    let hostile = [
        "<script>alert(1)</script>",
        "a <script>alert(1)</script> b",
        "<img src=x onerror=alert(1)>",
        "a <img src=x onerror=alert(1)> b",
        "[x](javascript:alert(1)) [x](JaVaScRiPt:alert(1)) [x](java\tscript:alert(1)) [x](&#106;avascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>) [x](vbscript:x) [x](file:///etc/passwd) [x](tauri://localhost)",
        "![x](javascript:alert(1)) ![\" onload=alert(1) x=\"](https://a.example/\"onload=alert(1))",
        "<svg onload=alert(1)><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<iframe src=https://evil.example></iframe><object data=x></object><embed src=x>",
        "<form action=https://evil.example><input name=a><button formaction=javascript:x>b</button></form>",
        "<div style=\"position:fixed;inset:0\" onclick=x() id=location class=toast>x</div>",
        "<base href=https://evil.example><meta http-equiv=refresh content=\"0;url=https://evil.example\"><link rel=stylesheet href=x>",
        "<span class=remote-image data-address=javascript:alert(1)>x</span>\n\n<p><span data-address=javascript:x>x</span></p>",
        "<a href=javascript:alert(1) data-link>x</a>\n\n<div><a href=\"javascript:alert(1)\">x</a></div>",
        "[^<script>]: x\n\na[^<script>]",
        "```\"><script>alert(1)</script>\nx\n```",
        "<plaintext>\n\nafter",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
        "\u{0}<scr\u{0}ipt>alert(1)</scr\u{0}ipt>",
    ];
    for text in hostile {
        assert_harmless(&render(text));
        let rich = rich_html(text).replace("<img", "<i");
        assert_harmless(&rich.replace(" src=\"", " title=\""));
    }
    assert!(render("<plaintext>\n\nafter").contains("<p>after</p>"));
}

#[test]
fn enormous_text_never_hangs_and_never_panics() {
    let enormous = [
        ">".repeat(10_000) + " deep",
        "> ".repeat(10_000) + "deep",
        (0..2_000).map(|depth| "  ".repeat(depth.min(300)) + "- x\n").collect(),
        "- ".repeat(10_000) + "x",
        "*a ".repeat(10_000) + &"b* ".repeat(10_000),
        "**".repeat(50_000),
        "_a_".repeat(50_000),
        "[".repeat(50_000) + &"](x)".repeat(50_000),
        "![".repeat(20_000) + "x" + &"](y)".repeat(20_000),
        "[a](".repeat(50_000),
        "`a``b```".repeat(20_000),
        "$a{".repeat(30_000),
        "<".repeat(100_000),
        "<div>".repeat(10_000),
        "a <b> ".repeat(10_000),
        "<b a=1>".repeat(399) + &"<p>".repeat(399),
        (0..100).map(|n| format!("<div>{}\n\n", format!("<font size={n}><p>").repeat(150))).collect(),
        "<table><tr><td>".repeat(3_000),
        "| a ".repeat(3_000) + "|\n" + &"|-".repeat(3_000) + "|\n" + &"x\n".repeat(3_000),
        "| a | b |\n|---|---|\n".to_owned() + &"| 1 | 2 |\n".repeat(30_000),
        (0..20_000).map(|n| format!("[^{n}] ")).collect(),
        (0..20_000).map(|n| format!("[^{n}]: x\n\n")).collect(),
        (0..20_000).map(|n| format!("[a{n}]: x\n")).collect::<String>() + &"[a1][a2]".repeat(10_000),
        format!("[a]: https://a.example/{}\n\n{}", "x".repeat(100_000), "[a] ![a] ".repeat(50_000)),
        "\u{301}a".repeat(600_000),
        "a\n".repeat(500_000),
        "&amp;".repeat(200_000),
    ];
    for text in enormous {
        let begun = Instant::now();
        let html = render(&text);
        let took = begun.elapsed();
        println!(
            "{:>8} bytes {:>8} html {took:?}  {:?}",
            text.len(),
            html.len(),
            text.chars().take(12).collect::<String>()
        );
        assert!(took < Duration::from_secs(20), "{took:?} for {:?}", text.chars().take(20).collect::<String>());
        if html.len() < 200_000 {
            assert_harmless(&html);
        }
        rich_html(&text);
        plain(&text);
    }
}

#[test]
fn a_preview_that_ends_early_says_so() {
    let long = "word ".repeat(300_000);
    assert!(render(&long).ends_with(CUT));
    assert!(!render("word").contains("ends here"));
}

#[test]
fn plain_text_is_what_a_reader_reads() {
    assert_eq!(plain("# A *b*\n\n[c](https://d.example)\ne `f`").trim(), "A b c e f");
}
