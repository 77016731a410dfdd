//! Elements for which Markdown has no sign, said in others: what folds out, what is defined, what is ticked, what is
//! bold only by its style.

use dom_query::{Document, NodeRef, Selection};

use super::{escape_html, replace, unwrap};

pub(super) fn rewrite(document: &Document) {
    styles(document);
    captioned_tables(document);
    for box_ in document.select("li input[type=checkbox]").nodes() {
        replace(box_, if box_.has_attr("checked") { "[x] " } else { "[ ] " });
    }
    for script in document.select(r#"script[src*="gist.github.com"]"#).nodes() {
        let source = script.attr("src").unwrap_or_default();
        let address = source.split(".js").next().unwrap_or_default();
        replace(script, format!(r#"<p><a href="{}">Gist</a></p>"#, escape_html(address)));
    }
    for summary in document.select("summary").nodes() {
        let inside = summary.inner_html();
        let heading = Selection::from(*summary).select("h1, h2, h3, h4, h5, h6").exists();
        replace(summary, if heading { inside.to_string() } else { format!("<p><strong>{inside}</strong></p>") });
    }
    for node in document.select("details, dl").nodes() {
        node.rename("div");
    }
    for term in document.select("dt").nodes() {
        replace(term, format!("<p><strong>{}</strong></p>", term.inner_html()));
    }
    for node in document.select("dd").nodes() {
        node.rename("div");
    }
    for quote in document.select("q").nodes() {
        quote.before_html("“");
        quote.after_html("”");
        unwrap(quote);
    }
    sources(document);
}

/// The source under a quotation, on a line of its own.
fn sources(document: &Document) {
    for source in document.select("blockquote cite, blockquote footer, figure.wp-block-quote figcaption").nodes() {
        if source
            .ancestors_it(None)
            .any(|above| above.has_name("p") || above.has_name("cite") || above.has_name("footer"))
        {
            continue;
        }
        let inside = source.inner_html();
        let dash = if source.text().trim_start().starts_with(['—', '–', '-', '―']) { "" } else { "— " };
        let empty = source.text().trim().is_empty();
        replace(source, if empty { String::new() } else { format!("<p>{dash}{}</p>", inside.trim()) });
    }
}

/// Editors that paste from word processors say bold and italic by style alone.
fn styles(document: &Document) {
    for span in document.select("span[style]").nodes() {
        let style: String = span.attr("style").unwrap_or_default().to_ascii_lowercase().split_whitespace().collect();
        let bold = ["font-weight:bold", "font-weight:600", "font-weight:700", "font-weight:800", "font-weight:900"];
        let bold = bold.iter().any(|one| style.contains(one));
        let italic = style.contains("font-style:italic");
        let in_heading = || span.ancestors_it(None).any(|above| above.is("h1, h2, h3, h4, h5, h6"));
        if bold && !in_heading() {
            span.rename("strong");
        } else if italic {
            span.rename("em");
        }
        if bold && italic {
            let inside = span.inner_html();
            span.set_html(format!("<em>{inside}</em>"));
        }
        span.remove_attr("style");
    }
}

/// Blogger sets a picture and its caption in a table.
fn captioned_tables(document: &Document) {
    for table in document.select("table.tr-caption-container").nodes() {
        let within = Selection::from(*table);
        let pictures: String =
            within.select("img").nodes().iter().map(NodeRef::html).map(|html| html.to_string()).collect();
        let caption = within.select(".tr-caption").inner_html();
        replace(table, format!("<figure>{pictures}<figcaption>{caption}</figcaption></figure>"));
    }
}
