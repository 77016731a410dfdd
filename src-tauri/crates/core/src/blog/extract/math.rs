//! Formulas: whatever draws them on a page, somewhere in it stands what the author typed.

use dom_query::{Document, NodeRef, Selection};

use super::{MATH, escape_html, replace};

/// Boxes that a program draws one formula in, from the outermost to the innermost.
const DRAWN: [&str; 6] = [".katex-display", ".katex", "mjx-container", ".MathJax_Display", ".MathJax", "math"];
/// What is drawn beside a formula whose source stands in a script.
const PREVIEWS: &str = ".MathJax_Preview, .MathJax_Display, .MathJax, .MathJax_SVG, .MathJax_CHTML";

pub(super) fn rewrite(document: &Document) {
    scripts(document);
    annotations(document);
    for node in document.select("span.math, div.math").nodes() {
        let block = node.has_class("display") || node.has_class("math-display") || node.has_name("div");
        put(node, &node.text(), block);
    }
    for image in document.select("img.latex[alt], img.tex[alt], img.mathtex[alt]").nodes() {
        let tex = image.attr("alt").unwrap_or_default().to_string();
        put(image, &tex, false);
    }
    written_out(document);
}

/// MathJax 2 keeps the source in a script beside what it draws.
fn scripts(document: &Document) {
    let scripts = document.select(r#"script[type^="math/tex"]"#);
    if scripts.exists() {
        document.select(PREVIEWS).remove();
    }
    for script in scripts.nodes() {
        let block = script.attr("type").is_some_and(|kind| kind.contains("mode=display"));
        put(script, &script.text(), block);
    }
}

/// KaTeX, MathJax 3 and WordPress write the source into an annotation of what they draw.
fn annotations(document: &Document) {
    for node in document.select(r#"annotation[encoding="application/x-tex"], math[alttext]"#).nodes() {
        let tex = node.attr("alttext").map_or_else(|| node.text().to_string(), |tex| tex.to_string());
        let above: Vec<NodeRef> = node.ancestors(Some(40));
        let mut drawn = *node;
        for outer in DRAWN.iter().rev() {
            drawn = above.iter().find(|candidate| candidate.is(outer)).copied().unwrap_or(drawn);
        }
        let own = Selection::from(drawn);
        let block = drawn.has_class("katex-display")
            || drawn.has_class("MathJax_Display")
            || drawn.attr("display").is_some_and(|display| display.as_ref() == "true" || display.as_ref() == "block")
            || own.select(r#"math[display="block"]"#).exists();
        // One that was put in its place already is gone from the page.
        if drawn.parent().is_some() {
            put(&drawn, &tex, block);
        }
    }
}

/// No formula in a text is longer, in bytes.
const LONGEST: usize = 2000;

/// Marks around a formula in plain text: how they open, how they close, and whether it stands alone.
const MARKS: [(&str, &str, bool); 4] =
    [("$$", "$$", true), ("\\[", "\\]", true), ("\\(", "\\)", false), ("$latex ", "$", false)];

/// Formulas that a script of the page was to draw stand in the text with their marks.
fn written_out(document: &Document) {
    for node in document.root().descendants().into_iter().filter(NodeRef::is_text) {
        let text = node.text();
        if !MARKS.iter().any(|(open, _, _)| text.contains(open)) {
            continue;
        }
        let code = |above: &NodeRef| ["code", "pre", "textarea", "script"].iter().any(|tag| above.has_name(tag));
        if node.ancestors_it(None).any(|above| code(&above)) {
            continue;
        }
        let html = marked(&text);
        if let Some(html) = html {
            node.before_html(html);
            node.remove_from_parent();
        }
    }
}

/// The text with its formulas as elements; `None` when it holds none.
fn marked(text: &str) -> Option<String> {
    let mut html = String::new();
    let mut rest = text;
    let mut found = false;
    while let Some(at) = rest.find(['$', '\\']) {
        let Some((open, close, block)) = MARKS.iter().find(|(open, _, _)| rest[at..].starts_with(open)) else {
            html.push_str(&escape_html(&rest[..=at]));
            rest = &rest[at + 1..];
            continue;
        };
        let after = &rest[at + open.len()..];
        let near = &after[..after.floor_char_boundary(LONGEST)];
        let tex = near.find(close).map(|end| &after[..end]);
        let Some(tex) = tex.filter(|tex| !tex.trim().is_empty() && !tex.contains("\n\n")) else {
            html.push_str(&escape_html(&rest[..at + open.len()]));
            rest = after;
            continue;
        };
        found = true;
        html.push_str(&escape_html(&rest[..at]));
        html.push_str(&element(tex, *block));
        rest = &after[tex.len() + close.len()..];
    }
    html.push_str(&escape_html(rest));
    found.then_some(html)
}

fn put(node: &NodeRef, tex: &str, block: bool) {
    let tex = tex.trim();
    let bare = [("\\(", "\\)"), ("\\[", "\\]"), ("$$", "$$")]
        .iter()
        .find_map(|(open, close)| tex.strip_prefix(open).and_then(|tex| tex.strip_suffix(close)));
    let tex = bare.unwrap_or(tex).trim();
    // WordPress and KaTeX wrap what was typed.
    let tex = tex.strip_prefix("{\\displaystyle ").and_then(|tex| tex.strip_suffix('}')).unwrap_or(tex);
    replace(node, if tex.is_empty() { String::new() } else { element(tex, block) });
}

fn element(tex: &str, block: bool) -> String {
    let display = if block { "block" } else { "inline" };
    format!(r#"<{MATH} display="{display}" tex="{}"></{MATH}>"#, escape_html(tex.trim()))
}
