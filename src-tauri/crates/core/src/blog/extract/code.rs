//! Code, whatever colours and numbers its lines: one `<pre><code>` with plain text in it, and its language.

use dom_query::{Document, NodeRef, Selection};

use super::{escape_html, replace};

/// Numbers that highlighters set before lines.
const NUMBERS: &str = ".lnt, .ln, .lineno, .line-number, .line-numbers-rows, .linenumber, .linenos, .hljs-ln-numbers, \
    td.gutter, td.rouge-gutter, td.blob-num, td.crayon-nums, .gutter";
/// Attributes in which editors keep the language.
const NAMED: [&str; 6] =
    ["data-lang", "data-language", "data-enlighter-language", "data-code-block-lang", "data-lexer", "lang"];

pub(super) fn rewrite(document: &Document) {
    numbered(document);
    blocks(document);
    inline(document);
}

/// Highlighters that number lines set them in a table: numbers in one cell, the code in the other.
fn numbered(document: &Document) {
    document.select(NUMBERS).remove();
    let tables = "table.lntable, table.rouge-table, table.highlighttable, .highlight table, .syntaxhighlighter table, \
        table.hljs-ln";
    for table in document.select(tables).nodes() {
        let within = Selection::from(*table);
        let cells = within.select("td").nodes().to_vec();
        let Some(cell) = cells.iter().rfind(|cell| !cell.text().trim().is_empty()) else { continue };
        // Some give every line a row.
        let rows = within.select("tr").length();
        let html = if rows > 1 {
            let lines: Vec<String> = within.select("tr").nodes().iter().map(|row| escape_html(&row.text())).collect();
            format!("<pre>{}</pre>", lines.join("\n"))
        } else if Selection::from(*cell).select("pre").exists()
            || table.ancestors_it(None).any(|above| above.has_name("pre"))
        {
            cell.inner_html().to_string()
        } else {
            let lines = Selection::from(*cell).select(".line").nodes().to_vec();
            let lines: Vec<String> = lines.iter().map(|line| escape_html(&line.text())).collect();
            if lines.is_empty() { cell.inner_html().to_string() } else { format!("<pre>{}</pre>", lines.join("\n")) }
        };
        replace(table, html);
    }
}

fn blocks(document: &Document) {
    for block in document.select("pre").nodes() {
        if block.has_class("text") || block.has_class("wp-block-verse") {
            continue;
        }
        for line_break in Selection::from(*block).select("br").nodes() {
            replace(line_break, "\n");
        }
        let language = language_of(block).map(|name| format!(r#" class="language-{}""#, escape_html(&name)));
        let text = block.text();
        let text = text.trim_end().trim_start_matches(['\n', '\r']);
        if text.trim().is_empty() {
            block.remove_from_parent();
            continue;
        }
        let html = format!("<pre><code{}>{}\n</code></pre>", language.unwrap_or_default(), escape_html(text));
        replace(block, html);
    }
}

/// Code inside a line is text and nothing else.
fn inline(document: &Document) {
    for code in document.select("code").nodes() {
        let in_block = code.ancestors_it(None).any(|above| above.has_name("pre"));
        if !in_block && code.first_element_child().is_some() {
            code.set_text(code.text());
        }
    }
}

/// The language a highlighter was told: on the block itself, on the code in it, or on one of the boxes around it.
fn language_of(block: &NodeRef) -> Option<String> {
    let mut places = vec![*block];
    places.extend(Selection::from(*block).select("code, .pre--content").nodes().first());
    places.extend(block.ancestors(Some(3)).into_iter().filter(|above| above.is("div, figure")));
    let named = places.iter().find_map(|place| place.class().and_then(|class| in_classes(&class)));
    let told = || {
        let attribute = |name| places.iter().take(2).find_map(|place| place.attr(name));
        NAMED.into_iter().find_map(attribute).map(|name| name.to_string())
    };
    let clean = |name: String| {
        let kept = name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '-'));
        kept.collect::<String>().to_ascii_lowercase()
    };
    let none = |name: &String| {
        matches!(name.as_str(), "" | "plaintext" | "none" | "text" | "generic" | "plain" | "en" | "en-us")
    };
    named.or_else(told).map(clean).filter(|name| !none(name))
}

fn in_classes(classes: &str) -> Option<String> {
    let words: Vec<&str> = classes.split_whitespace().collect();
    let marked = words.iter().find_map(|name| {
        let prefixes = ["language-", "lang-", "brush:", "highlight-source-"];
        prefixes.iter().find_map(|prefix| name.strip_prefix(prefix))
    });
    // highlight.js and Hexo set the bare name beside their own.
    let beside = || {
        let own = words.iter().position(|name| *name == "hljs" || *name == "highlight" || *name == "sourceCode")?;
        let known = |name: &&&str| name.len() < 15 && !["highlighter-rouge", "chroma", "notranslate"].contains(*name);
        words.iter().enumerate().filter(|(at, _)| *at != own).map(|(_, name)| name).find(known).copied()
    };
    marked.or_else(beside).map(str::to_owned)
}
