//! What Markdown has and pasted HTML has only by custom: footnotes, captions and formulas. They are written as the
//! importer (and most editors) read them, so that a post which was drafted here comes back the same when it is imported.

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};
use std::collections::HashMap;

/// The events with footnotes as numbered links to a list at the end, and captions under their pictures.
pub(super) fn for_blogs(events: Vec<Event<'_>>) -> Vec<Event<'_>> {
    with_notes(with_captions(events))
}

/// A formula between the marks that typesetters on the web look for.
pub(super) fn formula<'a>(tex: CowStr<'a>, block: bool) -> [Event<'a>; 3] {
    let (open, close, class) = if block { ("\\[", "\\]", "display") } else { ("\\(", "\\)", "inline") };
    [
        Event::InlineHtml(format!("<span class=\"math {class}\">{open}").into()),
        Event::Text(tex),
        Event::InlineHtml(format!("{close}</span>").into()),
    ]
}

/// Footnotes in the form of most Markdown programs: `fnref1` in the text, `fn1` in the list.
fn with_notes(events: Vec<Event<'_>>) -> Vec<Event<'_>> {
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut notes: Vec<(usize, Vec<Event<'_>>)> = Vec::new();
    let mut text = Vec::with_capacity(events.len());
    let mut number = |label: &str| {
        let next = numbers.len() + 1;
        *numbers.entry(label.to_owned()).or_insert(next)
    };
    let mut note: Option<(usize, Vec<Event<'_>>)> = None;
    for event in events {
        let event = match event {
            Event::FootnoteReference(label) => {
                let n = number(&label);
                Event::InlineHtml(format!("<sup><a href=\"#fn{n}\" id=\"fnref{n}\">{n}</a></sup>").into())
            }
            other => other,
        };
        match event {
            // A note within a note is not written; it would end the outer one.
            Event::Start(Tag::FootnoteDefinition(label)) if note.is_none() => note = Some((number(&label), Vec::new())),
            Event::End(TagEnd::FootnoteDefinition) => notes.extend(note.take()),
            event => note.as_mut().map_or(&mut text, |(_, inside)| inside).push(event),
        }
    }
    notes.extend(note);
    if notes.is_empty() {
        return text;
    }
    notes.sort_by_key(|(number, _)| *number);
    text.push(Event::Html("<section class=\"footnotes\">\n<ol>\n".into()));
    for (n, inside) in notes {
        text.push(Event::Html(format!("<li id=\"fn{n}\">").into()));
        text.extend(inside);
        text.push(Event::Html("</li>\n".into()));
    }
    text.push(Event::Html("</ol>\n</section>\n".into()));
    text
}

/// Pictures whose paragraph ends in a line of emphasis are figures, and the emphasis is their caption: that is how the
/// importer writes captions.
fn with_captions(events: Vec<Event<'_>>) -> Vec<Event<'_>> {
    let mut out = Vec::with_capacity(events.len());
    let mut paragraph: Option<Vec<Event<'_>>> = None;
    for event in events {
        match (event, &mut paragraph) {
            (Event::Start(Tag::Paragraph), _) => paragraph = Some(Vec::new()),
            (Event::End(TagEnd::Paragraph), Some(inside)) => {
                let inside = std::mem::take(inside);
                paragraph = None;
                match caption_at(&inside) {
                    Some(at) => out.extend(figure(inside, at)),
                    None => {
                        out.push(Event::Start(Tag::Paragraph));
                        out.extend(inside);
                        out.push(Event::End(TagEnd::Paragraph));
                    }
                }
            }
            (event, Some(inside)) => inside.push(event),
            (event, None) => out.push(event),
        }
    }
    out.extend(paragraph.into_iter().flatten());
    out
}

/// Where the caption begins in a paragraph of pictures, each on a line of its own.
fn caption_at(inside: &[Event<'_>]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut children: Vec<(usize, &Event<'_>)> = Vec::new();
    for (at, event) in inside.iter().enumerate() {
        if depth == 0 {
            children.push((at, event));
        }
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    children.retain(|(_, event)| !matches!(event, Event::End(_)));
    let ((at, last), pictures) = children.split_last()?;
    let shows_pictures = pictures.iter().any(|(_, event)| matches!(event, Event::Start(Tag::Image { .. })));
    let only_pictures = pictures.iter().all(|(at, event)| match event {
        Event::Start(Tag::Image { .. }) | Event::SoftBreak => true,
        Event::Start(Tag::Link { .. }) => matches!(inside.get(at + 1), Some(Event::Start(Tag::Image { .. }))),
        _ => false,
    });
    let below = matches!(pictures.last(), Some((_, Event::SoftBreak)));
    (matches!(last, Event::Start(Tag::Emphasis)) && shows_pictures && only_pictures && below).then_some(*at)
}

fn figure(mut inside: Vec<Event<'_>>, at: usize) -> Vec<Event<'_>> {
    let mut caption = inside.split_off(at);
    // The break before it, and the emphasis around it: both are drawn by the figure.
    inside.pop();
    caption.pop();
    caption.remove(0);
    let mut out = vec![Event::Html("<figure>".into())];
    out.extend(inside);
    out.push(Event::Html("<figcaption>".into()));
    out.extend(caption);
    out.push(Event::Html("</figcaption></figure>\n".into()));
    out
}
