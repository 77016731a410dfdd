//! WordPress' shortcodes: `[caption]`, `[code]` and footnotes become what they show, players become links, and what
//! only a plugin could draw goes. Words in brackets that an author simply wrote stay.

use std::collections::HashMap;

use crate::blog::extract::escape_html;

/// Shortcodes inside one another are read to this depth.
const MAX_DEPTH: usize = 10;
/// No shortcode's opening is longer, in bytes.
const LONGEST: usize = 2000;

/// Shortcodes that hold code; most are named for the language.
const CODE: [&str; 24] = [
    "code",
    "sourcecode",
    "source",
    "php",
    "python",
    "py",
    "ruby",
    "java",
    "javascript",
    "js",
    "css",
    "html",
    "xml",
    "sql",
    "bash",
    "shell",
    "csharp",
    "cpp",
    "c",
    "r",
    "go",
    "rust",
    "perl",
    "text",
];
const NOTES: [&str; 4] = ["ref", "footnote", "fn", "note"];
const PLAYERS: [&str; 14] = [
    "embed",
    "youtube",
    "vimeo",
    "audio",
    "video",
    "soundcloud",
    "tweet",
    "twitter",
    "instagram",
    "spotify",
    "ted",
    "dailymotion",
    "gist",
    "playlist",
];
/// Shortcodes without text that are written without any attribute.
const BARE: [&str; 12] = [
    "gallery",
    "contact-form",
    "toc",
    "archives",
    "more",
    "nextpage",
    "divider",
    "clear",
    "spacer",
    "share",
    "sitemap",
    "subscribe",
];

/// The text with its shortcodes replaced, and the notes that stood in it as a list.
pub(super) fn replace(text: &str) -> (String, String) {
    let mut out = Out::default();
    out.read(text, 0);
    let notes: String = out.notes.iter().enumerate().map(|(at, note)| item(at + 1, note)).collect();
    let notes = if notes.is_empty() { notes } else { format!(r#"<ol class="footnotes">{notes}</ol>"#) };
    (out.text, notes)
}

fn item(number: usize, note: &str) -> String {
    format!(r#"<li id="shortcode-note-{number}">{note}</li>"#)
}

/// Where each name's closing shortcodes stand, in order: looked up instead of searched, or a text of a million
/// openings would take hours.
type Ends = HashMap<String, Vec<usize>>;

fn ends(text: &str) -> Ends {
    let mut ends = Ends::new();
    for (at, _) in text.match_indices("[/") {
        let length = closing(&text[at..]);
        if length > 0 {
            ends.entry(text[at + 2..at + length - 1].to_ascii_lowercase()).or_default().push(at);
        }
    }
    ends
}

/// The beginning of a text, in which a shortcode must end.
fn near(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST)]
}

#[derive(Default)]
struct Out {
    text: String,
    notes: Vec<String>,
}

/// A shortcode's opening: its name, its attributes as written, and how long it is.
struct Opening<'t> {
    name: String,
    attributes: &'t str,
    length: usize,
}

impl Out {
    fn read(&mut self, text: &str, depth: usize) {
        let ends = ends(text);
        let mut at = 0;
        while let Some(found) = text[at..].find('[') {
            self.text.push_str(&text[at..at + found]);
            at += found;
            let used = if depth > MAX_DEPTH { 0 } else { self.shortcode(text, at, &ends, depth) };
            if used == 0 {
                self.text.push('[');
            }
            at += used.max(1);
        }
        self.text.push_str(&text[at..]);
    }

    /// Writes what the shortcode at this place shows. How much of the text that was; 0 if there is none.
    fn shortcode(&mut self, all: &str, at: usize, ends: &Ends, depth: usize) -> usize {
        let text = &all[at..];
        // Two brackets show a shortcode instead of running it.
        if let Some(end) = text.strip_prefix("[[").and_then(|_| near(text).find("]]")) {
            self.text.push_str(&text[1..=end]);
            return end + 2;
        }
        let Some(opening) = opening(text) else { return closing(text) };
        let name = opening.name.as_str();
        let start = at + opening.length;
        let body = ends.get(name).and_then(|ends| ends.get(ends.partition_point(|end| *end < start)));
        let body = body.map(|end| &all[start..*end]);
        let whole = opening.length + body.map_or(0, |body| body.len() + name.len() + 3);
        let inside = body.unwrap_or_default();
        if CODE.contains(&name) && body.is_some() {
            self.code(&opening, inside);
        } else if NOTES.contains(&name) && body.is_some() {
            self.notes.push(inside.trim().to_owned());
            let number = self.notes.len();
            self.text.push_str(&format!(r##"<sup class="fn"><a href="#shortcode-note-{number}">{number}</a></sup>"##));
        } else if matches!(name, "caption" | "wp_caption") && body.is_some() {
            self.text.push_str(&figure(&opening, inside));
        } else if matches!(name, "latex" | "math" | "katex") && body.is_some() {
            self.text.push_str(&format!(r#"<span class="math math-inline">{}</span>"#, inside.trim()));
        } else if PLAYERS.contains(&name) {
            self.text.push_str(&player(&opening, inside));
        } else if body.is_some() {
            // A layout or a box of some plugin: what stands in it is the author's.
            self.read(inside, depth + 1);
        } else if !opening.attributes.is_empty() || BARE.contains(&name) || name.contains(['_', '-']) {
            return opening.length;
        } else {
            return 0;
        }
        whole
    }

    /// Old editors store the code as typed, newer ones with its angle brackets already safe.
    fn code(&mut self, opening: &Opening, inside: &str) {
        let language = attribute(opening.attributes, "lang").or(attribute(opening.attributes, "language"));
        let language = language.unwrap_or(if opening.name.contains("code") || opening.name == "source" {
            ""
        } else {
            &opening.name
        });
        let code = inside.trim_matches('\n').replace('<', "&lt;").replace('>', "&gt;");
        let code = code.replace("&lt;br /&gt;", "");
        self.text.push_str(&format!("\n<pre><code class=\"language-{}\">{code}</code></pre>\n", escape_html(language)));
    }
}

/// The shortcode that a text begins with, if it is written like one.
fn opening(text: &str) -> Option<Opening<'_>> {
    let inside = near(text).strip_prefix('[')?;
    let name: String = inside.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect();
    let rest = &inside[name.len()..];
    let end = rest.find(']')?;
    let attributes = rest[..end].trim();
    // `[name attribute=…]`, `[name]`, `[name/]`, `[youtube=…]`; a sentence in brackets is none of these.
    let shaped =
        rest.starts_with(']') || rest.starts_with("/]") || attributes.contains('=') || PLAYERS.contains(&name.as_str());
    let named = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    if !named || !shaped || rest[..end].contains('[') {
        return None;
    }
    // A link's text in Markdown looks the same.
    if rest[end + 1..].starts_with('(') {
        return None;
    }
    Some(Opening {
        name: name.to_ascii_lowercase(),
        attributes: attributes.trim_end_matches('/'),
        length: 1 + name.len() + end + 1,
    })
}

/// A closing shortcode without opening: how long it is.
fn closing(text: &str) -> usize {
    let Some(inside) = text.strip_prefix("[/") else { return 0 };
    let name = inside.chars().take(60).take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).count();
    if name > 0 && inside[name..].starts_with(']') { name + 3 } else { 0 }
}

fn attribute<'t>(attributes: &'t str, name: &str) -> Option<&'t str> {
    let at = attributes.match_indices(name).find(|(at, _)| {
        attributes[at + name.len()..].starts_with('=') && (*at == 0 || attributes[..*at].ends_with(char::is_whitespace))
    })?;
    let value = &attributes[at.0 + name.len() + 1..];
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    match quote {
        Some(quote) => value[1..].split(quote).next(),
        None => value.split_whitespace().next(),
    }
}

/// A picture with its caption, which is an attribute in old texts and the words after the picture in newer ones.
fn figure(opening: &Opening, inside: &str) -> String {
    let end_of_picture = inside.rfind("</a>").map(|at| at + 4).or_else(|| {
        let image = inside.find("<img")?;
        inside[image..].find('>').map(|end| image + end + 1)
    });
    let (picture, words) = inside.split_at(end_of_picture.unwrap_or(0));
    let caption = attribute(opening.attributes, "caption").map(escape_html);
    let caption = caption.unwrap_or_else(|| words.trim().to_owned());
    format!("\n<figure>{picture}<figcaption>{caption}</figcaption></figure>\n")
}

/// A player as a link to what it plays; nothing where no address is given.
fn player(opening: &Opening, inside: &str) -> String {
    let given =
        ["url", "src", "mp4", "mp3", "m4a", "m4v", "webm"].iter().find_map(|name| attribute(opening.attributes, name));
    let bare =
        || opening.attributes.trim_start_matches('=').split_whitespace().next().filter(|word| !word.contains('"'));
    let address =
        [inside.trim(), given.unwrap_or_default(), bare().unwrap_or_default()].into_iter().find(|one| !one.is_empty());
    let Some(address) = address else { return String::new() };
    let address = if address.starts_with("http") {
        address.to_owned()
    } else {
        match opening.name.as_str() {
            "youtube" => format!("https://www.youtube.com/watch?v={address}"),
            "vimeo" => format!("https://vimeo.com/{address}"),
            _ => return String::new(),
        }
    };
    let shown = match opening.name.as_str() {
        "youtube" | "vimeo" | "video" | "ted" | "dailymotion" => "Video",
        "audio" | "soundcloud" | "spotify" => "Recording",
        _ => address.trim_start_matches("https://").trim_start_matches("http://"),
    };
    format!("\n\n<p><a href=\"{}\">{}</a></p>\n\n", escape_html(&address), escape_html(shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        replace(text).0.trim().to_owned()
    }

    #[test]
    fn captions_and_code_become_html() {
        assert_eq!(
            shown("[caption id=\"a\" width=\"300\"]<a href=\"x\"><img src=\"y\"></a> A pier[/caption]"),
            "<figure><a href=\"x\"><img src=\"y\"></a><figcaption>A pier</figcaption></figure>"
        );
        assert_eq!(
            shown("[php]\nif (a < b) {\n  c();\n}\n[/php]"),
            "<pre><code class=\"language-php\">if (a &lt; b) {\n  c();\n}</code></pre>"
        );
    }

    #[test]
    fn players_are_links_and_drawings_of_plugins_go() {
        assert_eq!(shown("[youtube https://youtu.be/abc]"), "<p><a href=\"https://youtu.be/abc\">Video</a></p>");
        assert_eq!(shown("a [gallery ids=\"1,2\"] b [contact-form-7 id=\"1\"] c"), "a  b  c");
        assert_eq!(shown("[one_half]kept[/one_half]"), "kept");
    }

    #[test]
    fn words_in_brackets_stay() {
        for text in
            ["he said [sic] so", "see [1] and [2]", "[as I said before]", "[[gallery]]", "[x](https://a.example)"]
        {
            assert!(shown(text).contains('['), "{text}");
        }
        assert_eq!(shown("[[gallery]]"), "[gallery]");
    }

    #[test]
    fn a_million_openings_are_read_at_once() {
        let text = (0..200_000).map(|at| format!("[a{at} x=1]")).collect::<String>();
        assert_eq!(shown(&text), "");
    }

    #[test]
    fn notes_in_the_text_are_collected() {
        let (text, notes) = replace("one[ref]A note.[/ref] two");
        assert!(
            text.contains("href=\"#shortcode-note-1\"") && notes.contains("<li id=\"shortcode-note-1\">A note.</li>")
        );
    }
}
