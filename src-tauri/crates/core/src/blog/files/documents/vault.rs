//! What Obsidian adds to Markdown: callouts, highlights, comments, names of blocks. Links between notes are read where
//! the Markdown is rendered.

use super::templates::outside_code;

/// Writes it in plain Markdown.
pub(super) fn replace(markdown: &str) -> String {
    if !["[!", "==", "%%", " ^", "{:", "[TOC]", "[[toc"].iter().any(|mark| markdown.contains(mark)) {
        return markdown.to_owned();
    }
    let lined: Vec<String> = without_comments(markdown).split('\n').map(line).collect();
    outside_code(&lined.join("\n"), |text| highlights(&text))
}

/// What stands between `%%` and `%%`, outside of code.
fn without_comments(markdown: &str) -> String {
    outside_code(markdown, |text| {
        let mut kept = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("%%") {
            let Some((_, behind)) = after.split_once("%%") else { break };
            kept.push_str(before);
            rest = behind;
        }
        kept + rest
    })
}

fn line(line: &str) -> String {
    let bare = line.trim();
    if bare.eq_ignore_ascii_case("[toc]") || bare.eq_ignore_ascii_case("[[toc]]") || is_kramdown(bare) {
        return String::new();
    }
    let quoted = line.trim_start().starts_with('>');
    if quoted
        && let Some((before, rest)) = line.split_once("[!")
        && before.chars().all(|c| matches!(c, '>' | ' '))
    {
        // The kind of a callout is no word of the author's; the title is.
        let title = rest.split_once(']').map_or("", |(_, title)| title.trim_start_matches(['+', '-']).trim());
        let quote = before.trim_end();
        return if title.is_empty() { quote.to_owned() } else { format!("{quote} **{title}**\n{quote}") };
    }
    without_block_name(line).to_owned()
}

/// A line that tells Jekyll how to dress the block beside it.
fn is_kramdown(line: &str) -> bool {
    line.starts_with("{:") && line.ends_with('}')
}

/// `text ^name`: a name that other notes point to.
fn without_block_name(line: &str) -> &str {
    match line.rsplit_once(" ^") {
        Some((text, name))
            if !name.is_empty()
                && !text.trim().is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') =>
        {
            text
        }
        _ => line,
    }
}

/// `==marked==` without its marks: Markdown has no sign for it.
fn highlights(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("==") {
        let marked = after.split_once("==").filter(|(inside, _)| {
            !inside.is_empty()
                && !inside.contains("\n\n")
                && !inside.starts_with(char::is_whitespace)
                && !inside.ends_with([' ', '='])
        });
        let Some((inside, behind)) = marked else {
            plain.push_str(before);
            plain.push_str("==");
            rest = after;
            continue;
        };
        plain.push_str(before);
        plain.push_str(inside);
        rest = behind;
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vaults_own_marks_go() {
        assert_eq!(replace("> [!note]- A title\n> text"), "> **A title**\n>\n> text");
        assert_eq!(replace("> [!tip]\n> text"), ">\n> text");
        assert_eq!(replace("a ==marked== word %%never shown%% here ^ab-1"), "a marked word  here");
        assert_eq!(replace("`a == b` and ```x ==y== z```"), "`a == b` and ```x ==y== z```");
        assert_eq!(replace("if a == b, c == d"), "if a == b, c == d");
    }
}
