//! Items one at a time, for a feed that the parser refuses as a whole because of one of them.

use feed_rs::model::Feed;

use super::{Skipped, read};

const ITEMS: [(&str, &str); 2] = [("<item", "</item>"), ("<entry", "</entry>")];

/// Bytes read at most while each item is tried in the feed's frame, which is read again for every one.
const MOST_READ: usize = 500_000_000;

/// How many items a text holds from beginning to end.
pub(super) fn count_complete(bytes: &[u8]) -> u32 {
    let text = String::from_utf8_lossy(bytes);
    let count = if text.trim_start().starts_with('{') {
        text.matches("\"id\"").count().saturating_sub(1)
    } else {
        ITEMS.iter().map(|(_, close)| text.matches(close).count()).max().unwrap_or(0)
    };
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Parses every item inside the feed's own frame; what fails is skipped with its title. `None` when the text has
/// no items, or not even the frame can be read.
pub(super) fn read_one_by_one(bytes: &[u8], address: Option<&str>, skipped: &mut Vec<Skipped>) -> Option<Feed> {
    let text = String::from_utf8_lossy(bytes);
    let (open, close) = ITEMS.into_iter().find(|(open, _)| find_tag(&text, open).is_some())?;
    let first = find_tag(&text, open)?;
    let end = first + text[first..].rfind(close)? + close.len();
    let (head, tail) = (&text[..first], &text[end..]);
    let mut feed: Option<Feed> = None;
    let mut rest = &text[first..end];
    let mut budget = MOST_READ;
    while let Some(start) = find_tag(rest, open) {
        let Some(length) = rest[start..].find(close).map(|at| at + close.len()) else { break };
        let item = &rest[start..start + length];
        let cost = head.len() + item.len() + tail.len();
        let Some(left) = budget.checked_sub(cost) else {
            skipped.push(Skipped {
                title: title_of(item),
                reason: "The feed is too badly damaged to read this item and those after it.".to_owned(),
            });
            break;
        };
        budget = left;
        match read(format!("{head}{item}{tail}").as_bytes(), address) {
            Ok(one) => match &mut feed {
                Some(feed) => feed.entries.extend(one.entries),
                None => feed = Some(one),
            },
            Err(_) => skipped.push(Skipped {
                title: title_of(item),
                reason: "Its part of the feed is damaged, so it could not be read.".to_owned(),
            }),
        }
        rest = &rest[start + length..];
    }
    feed
}

/// Where an element of this name opens: `<item>` or `<item rdf:about=…>`, not `<items>`.
fn find_tag(text: &str, open: &str) -> Option<usize> {
    text.match_indices(open)
        .map(|(at, _)| at)
        .find(|at| text[at + open.len()..].starts_with(|c: char| c == '>' || c.is_whitespace()))
}

fn title_of(item: &str) -> String {
    let title = item
        .split_once("<title")
        .and_then(|(_, rest)| rest.split_once('>'))
        .and_then(|(_, rest)| rest.split_once("</title>"));
    let title = title.map(|(title, _)| title.trim().trim_start_matches("<![CDATA[").trim_end_matches("]]>").trim());
    title.filter(|title| !title.is_empty()).unwrap_or("Untitled item").to_owned()
}
