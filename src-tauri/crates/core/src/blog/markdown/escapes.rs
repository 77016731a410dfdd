//! Takes out the backslashes that a text reads the same without. The converter puts one before every mark that could
//! mean something; the author wrote none of them.
//!
//! Each block is tried by itself: trying them all in the whole text for every one that must stay would take hours for a
//! text of nothing but asterisks. What a block may cost is bounded as well; beyond that the backslashes stay, which
//! is less pretty and reads the same.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TextMergeStream};

use super::dialect;

/// Bytes that may be read while trying, beside this many times the length of the text.
const LEAST: usize = 2_000_000;
const TIMES: usize = 30;

pub(super) fn drop_needless(markdown: String) -> String {
    if !markdown.contains('\\') {
        return markdown;
    }
    let (blocks, notes) = blocks(&markdown);
    let mut budget = LEAST + markdown.len().saturating_mul(TIMES);
    let mut tried = String::with_capacity(markdown.len());
    let mut at = 0;
    for block in blocks {
        tried.push_str(&markdown[at..block.start]);
        let source = &markdown[block.clone()];
        tried.push_str(&if source.contains('\\') { tidy(source, &notes, &mut budget) } else { source.to_owned() });
        at = block.end;
    }
    tried.push_str(&markdown[at..]);
    // Blocks may lean on one another in ways nobody thought of; then the text is tried as a whole.
    if reads_the_same(&markdown, &tried) { tried } else { tidy(&markdown, "", &mut budget) }
}

/// The blocks that stand for themselves, and a stand-in for every note, without which a reference to it is no reference.
fn blocks(markdown: &str) -> (Vec<Range<usize>>, String) {
    let mut blocks = Vec::new();
    let mut notes = String::new();
    let mut depth = 0_usize;
    for (event, range) in Parser::new_ext(markdown, dialect()).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                if let Tag::FootnoteDefinition(name) = &tag {
                    notes.push_str(&format!("\n\n[^{name}]: x"));
                }
                if depth == 0 && blocks.last().is_none_or(|last: &Range<usize>| last.end <= range.start) {
                    blocks.push(range);
                }
                depth += 1;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    (blocks, notes)
}

/// One block without its needless backslashes.
fn tidy(block: &str, notes: &str, budget: &mut usize) -> String {
    let notes = if block.contains("[^") { notes } else { "" };
    let mut kept = format!("{block}{notes}");
    let escapes: Vec<usize> = Parser::new_ext(&kept, dialect())
        .into_offset_iter()
        .filter(|(event, _)| matches!(event, Event::Text(_)))
        .filter_map(|(_, range)| range.start.checked_sub(1))
        .filter(|&at| kept.as_bytes()[at] == b'\\')
        .collect();
    // From the end, so that positions before stay true.
    drop_these(&mut kept, &escapes, budget);
    kept.truncate(kept.len() - notes.len());
    kept
}

/// Drops as many of these escapes as reading allows; halves the list where all at once is too many.
fn drop_these(markdown: &mut String, escapes: &[usize], budget: &mut usize) {
    let cost = markdown.len() * 2;
    if escapes.is_empty() || *budget < cost {
        return;
    }
    *budget -= cost;
    let mut candidate = String::with_capacity(markdown.len());
    let mut at = 0;
    for &escape in escapes {
        candidate.push_str(&markdown[at..escape]);
        at = escape + 1;
    }
    candidate.push_str(&markdown[at..]);
    if reads_the_same(markdown, &candidate) {
        *markdown = candidate;
    } else if escapes.len() > 1 {
        let (before, after) = escapes.split_at(escapes.len() / 2);
        drop_these(markdown, after, budget);
        drop_these(markdown, before, budget);
    }
}

fn reads_the_same(one: &str, other: &str) -> bool {
    let one = TextMergeStream::new(Parser::new_ext(one, dialect()));
    let other = TextMergeStream::new(Parser::new_ext(other, dialect()));
    one.eq(other)
}
