//! A text as its blocks: paragraphs, headings, lists and whole code blocks, separated by blank lines. Blocks joined by
//! blank lines give the text back.

/// The blocks of a text, in order. Blank lines within a code block do not end it.
pub fn blocks(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut at, mut fence) = (None, 0, None);
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        match fence {
            Some(mark) if closes(bare, mark) => fence = None,
            Some(_) => {}
            None if bare.is_empty() => {
                if let Some(from) = start.take() {
                    found.push(text[from..at].trim_end());
                }
            }
            None => fence = opens(bare),
        }
        if start.is_none() && !bare.is_empty() {
            start = Some(at);
        }
        at += line.len();
    }
    if let Some(from) = start {
        found.push(text[from..].trim_end());
    }
    found
}

/// The title of a heading block; nothing for any other.
pub fn heading(block: &str) -> Option<&str> {
    let title = block.trim_start_matches('#');
    let level = block.len() - title.len();
    let one_line = !block.contains('\n');
    ((1..=6).contains(&level) && title.starts_with(' ') && one_line).then(|| title.trim().trim_end_matches('#').trim())
}

/// The mark that opens a code block: three or more backticks or tildes.
fn opens(line: &str) -> Option<char> {
    let line = line.trim_start_matches([' ', '>']);
    ['`', '~'].into_iter().find(|mark| line.chars().take_while(|c| c == mark).count() >= 3)
}

fn closes(line: &str, mark: char) -> bool {
    let line = line.trim_matches([' ', '>']);
    line.len() >= 3 && line.chars().all(|c| c == mark)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn code_is_one_block() {
        let text = "One.\n\n```rust\nlet a;\n\n# not a heading\n```\n\n## Two\n\n- a\n- b";
        assert_eq!(blocks(text), ["One.", "```rust\nlet a;\n\n# not a heading\n```", "## Two", "- a\n- b"]);
    }

    #[test]
    fn headings_are_told_from_tags_and_paragraphs() {
        assert_eq!(heading("## What *is* it? ##"), Some("What *is* it?"));
        assert_eq!(heading("#tag"), None);
        assert_eq!(heading("# a\nb"), None);
    }

    proptest! {
        #[test]
        fn blocks_give_the_text_back(parts in proptest::collection::vec("[a-z#>`-][a-z#` -]{0,30}[a-z.]", 1..12)) {
            let text = parts.join("\n\n");
            prop_assert_eq!(blocks(&text).join("\n\n"), text);
        }
    }
}
