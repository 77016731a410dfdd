//! Paragraphs as WordPress' old editor means them: a blank line ends one, a line's end is a break, and blocks that
//! are written as HTML stay blocks.

/// Tags that stand for themselves and in no paragraph.
const BLOCKS: [&str; 38] = [
    "table",
    "thead",
    "tfoot",
    "caption",
    "col",
    "colgroup",
    "tbody",
    "tr",
    "td",
    "th",
    "div",
    "dl",
    "dd",
    "dt",
    "ul",
    "ol",
    "li",
    "pre",
    "form",
    "map",
    "area",
    "blockquote",
    "address",
    "style",
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "fieldset",
    "section",
    "article",
    "figure",
    "figcaption",
    "details",
];

/// Tags whose inside is left exactly as it is.
const KEPT: [&str; 4] = ["pre", "script", "style", "svg"];

/// Turns blank lines into paragraphs and line ends into breaks.
pub(super) fn paragraphs(text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    let lower = text.to_ascii_lowercase();
    let mut html = String::with_capacity(text.len() + 64);
    let mut done = 0;
    for (at, _) in lower.match_indices('<') {
        let kept = tag_at_start(&lower[at..]).filter(|(name, closing)| !closing && KEPT.contains(&name.as_str()));
        let Some((name, _)) = kept.filter(|_| at >= done) else { continue };
        let close = format!("</{name}>");
        let end = lower[at..].find(&close).map_or(text.len(), |end| at + end + close.len());
        html.push_str(&plain(&text[done..at]));
        html.push_str(&text[at..end]);
        done = end;
    }
    html.push_str(&plain(&text[done..]));
    html
}

fn plain(text: &str) -> String {
    let spaced = around_blocks(text);
    let mut html = String::with_capacity(spaced.len());
    for part in split_at_blank_lines(&spaced) {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        let first = tag_at_start(part).filter(|(name, _)| is_block(name));
        // Text directly in a quotation has paragraphs of its own; in an item or a cell it has none.
        let start = match &first {
            Some((name, false)) if name == "blockquote" => part.find('>').map_or(0, |end| end + 1),
            _ => 0,
        };
        let end = closing_blocks(part).max(start);
        let inside = part[start..end].trim();
        let wrapped = (first.is_none() || start > 0) && !inside.is_empty();
        let written = breaks(inside);
        html.push_str(&part[..start]);
        html.push_str(&if wrapped { format!("<p>{written}</p>") } else { written });
        html.push_str(&part[end..]);
        html.push('\n');
    }
    html
}

/// Where the block tags begin that close at the end of a text.
fn closing_blocks(part: &str) -> usize {
    let mut end = part.len();
    while let Some(at) = part[..end].trim_end().rfind("</") {
        let closed = part[..end].trim_end().ends_with('>') && part[at..end].matches('>').count() == 1;
        if !closed || !tag_at_start(&part[at..]).is_some_and(|(name, _)| is_block(&name)) {
            break;
        }
        end = at;
    }
    end
}

/// Blank lines before a block opens and after it closes, so that text beside it becomes a paragraph.
fn around_blocks(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        spaced.push_str(before);
        let Some((name, closing)) = tag_at_start(tag) else {
            spaced.push('<');
            rest = &tag[1..];
            continue;
        };
        let end = tag.find('>').map_or(tag.len(), |end| end + 1);
        let block = is_block(&name);
        if block && !closing {
            spaced.push_str("\n\n");
        }
        spaced.push_str(&tag[..end]);
        if block && (closing || name == "hr") {
            spaced.push_str("\n\n");
        }
        rest = &tag[end..];
    }
    spaced.push_str(rest);
    // Two breaks in a row say the same as a blank line.
    for double in ["<br />\n<br />", "<br>\n<br>", "<br /><br />", "<br/><br/>", "<br><br>"] {
        spaced = spaced.replace(double, "\n\n");
    }
    spaced
}

fn split_at_blank_lines(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for line in text.split('\n') {
        if line.trim().is_empty() {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            if !part.is_empty() {
                part.push('\n');
            }
            part.push_str(line);
        }
    }
    parts
}

/// Line ends as breaks, except beside tags of blocks.
fn breaks(part: &str) -> String {
    let lines: Vec<&str> = part.lines().map(str::trim).collect();
    let mut html = String::with_capacity(part.len() + 32);
    for (at, line) in lines.iter().enumerate() {
        html.push_str(line);
        let Some(next) = lines.get(at + 1) else { break };
        let ends_block = ends_with_block(line) || line.ends_with("<br>") || line.ends_with("<br />");
        let begins_block = tag_at_start(next).is_some_and(|(name, _)| is_block(&name));
        html.push_str(if ends_block || begins_block { "\n" } else { "<br>\n" });
    }
    html
}

fn ends_with_block(line: &str) -> bool {
    let last = line.rfind('<').filter(|_| line.ends_with('>'));
    last.and_then(|at| tag_at_start(&line[at..])).is_some_and(|(name, _)| is_block(&name))
}

/// The name of the tag that a text begins with, and whether it closes.
fn tag_at_start(text: &str) -> Option<(String, bool)> {
    let inside = text.strip_prefix('<')?;
    let (inside, closing) = inside.strip_prefix('/').map_or((inside, false), |inside| (inside, true));
    let name: String = inside.chars().take(20).take_while(char::is_ascii_alphanumeric).collect();
    (!name.is_empty()).then(|| (name.to_ascii_lowercase(), closing))
}

fn is_block(name: &str) -> bool {
    BLOCKS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(text: &str) -> String {
        paragraphs(text).replace('\n', "")
    }

    #[test]
    fn blank_lines_are_paragraphs_and_line_ends_are_breaks() {
        assert_eq!(flat("one\ntwo\n\nthree"), "<p>one<br>two</p><p>three</p>");
        assert_eq!(flat("one<br />\n<br />two"), "<p>one</p><p>two</p>");
        assert_eq!(flat("  \n\n "), "");
    }

    #[test]
    fn blocks_stay_outside_of_paragraphs() {
        assert_eq!(flat("before\n<h2>Title</h2>\nafter"), "<p>before</p><h2>Title</h2><p>after</p>");
        assert_eq!(flat("<ul>\n\t<li>a</li>\n\t<li>b</li>\n</ul>\nend"), "<ul><li>a</li><li>b</li></ul><p>end</p>");
        assert_eq!(flat("a <em>b\nc</em> d"), "<p>a <em>b<br>c</em> d</p>");
    }

    #[test]
    fn code_is_left_as_it_is() {
        assert_eq!(paragraphs("<pre>a\n\n  b</pre>"), "<pre>a\n\n  b</pre>");
    }

    #[test]
    fn quotations_have_paragraphs_inside() {
        assert_eq!(flat("<blockquote>one\n\ntwo</blockquote>"), "<blockquote><p>one</p><p>two</p></blockquote>");
    }
}
