//! Markdown to HTML, with what blogs' Markdown has beyond the common: tables, footnotes, formulas, wiki links.

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, html};

/// Renders a Markdown text.
pub(in crate::blog::files) fn render(markdown: &str) -> String {
    let options = crate::blog::markdown::dialect()
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_WIKILINKS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST;
    let mut hidden = 0_u32;
    let mut shown = Vec::new();
    let events = Parser::new_ext(markdown, options).filter_map(|event| match event {
        // A picture or another note shown here lies in the vault, where no reader could follow.
        Event::Start(Tag::Image { link_type: LinkType::WikiLink { .. }, .. }) => {
            hidden += 1;
            shown.push(false);
            None
        }
        Event::End(TagEnd::Image) if shown.pop() == Some(false) => {
            hidden -= 1;
            None
        }
        Event::Start(Tag::Image { .. }) if hidden == 0 => {
            shown.push(true);
            Some(event)
        }
        _ if hidden > 0 => None,
        // A link to another note leads nowhere outside of the vault; its words stay.
        Event::Start(Tag::Link { link_type: LinkType::WikiLink { .. }, .. }) => {
            Some(Event::InlineHtml(CowStr::Borrowed("<span>")))
        }
        Event::TaskListMarker(done) => Some(Event::Text(CowStr::Borrowed(if done { "[x] " } else { "[ ] " }))),
        other => Some(other),
    });
    let mut rendered = String::with_capacity(markdown.len() * 3 / 2);
    html::push_html(&mut rendered, events);
    rendered
}
