//! Tags of a blog's program in its texts: Hugo's shortcodes, Jekyll's Liquid. Code and pictures become what they
//! show, players become links, the rest goes. What stands in code stays.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::blog::extract::escape_html;
use crate::blog::markdown::dialect;

/// No tag is longer, in bytes.
const LONGEST: usize = 1000;

/// Replaces the tags of a text.
pub(super) fn replace(text: &str) -> String {
    if !text.contains("{{") && !text.contains("{%") && !text.contains("{:") {
        return text.to_owned();
    }
    // The list that Jekyll fills in; only the mark below it tells that it is one.
    let listed = ["* TOC", "- TOC", "1. TOC", "* toc", "- toc"]
        .iter()
        .fold(text.to_owned(), |text, list| text.replace(&format!("{list}\n{{:toc}}"), ""));
    let with_code = code_blocks(&listed);
    outside_code(&with_code, |part| tags(&part))
}

/// Changes what stands outside of code, and only that.
pub(super) fn outside_code(markdown: &str, change: impl Fn(String) -> String) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut at = 0;
    let mut depth = 0_u32;
    for (event, range) in Parser::new_ext(markdown, dialect()).into_offset_iter() {
        let code = match event {
            Event::Start(Tag::CodeBlock(_)) => {
                depth += 1;
                depth == 1
            }
            Event::End(TagEnd::CodeBlock) => {
                depth = depth.saturating_sub(1);
                false
            }
            Event::Code(_) => true,
            _ => false,
        };
        if code && range.start >= at {
            out.push_str(&change(markdown[at..range.start].to_owned()));
            out.push_str(&markdown[range.clone()]);
            at = range.end;
        }
    }
    out.push_str(&change(markdown[at..].to_owned()));
    out
}

/// `{% highlight ruby %}…{% endhighlight %}` and Hugo's own as fenced code, before anything reads what is inside.
fn code_blocks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // Where no end follows, none follows further on; looking again for every beginning would take hours.
    let mut ends = true;
    while let Some(at) = rest.find('{').filter(|_| ends) {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let tag = Templated::read(after).filter(|tag| tag.name == "highlight");
        let end = tag.as_ref().and_then(|tag| {
            let marks = [
                "{% endhighlight",
                "{%- endhighlight",
                "{{< /highlight",
                "{{</highlight",
                "{{< / highlight",
                "{{% /highlight",
            ];
            let body = &after[tag.length..];
            let (start, _) = marks.iter().filter_map(|mark| body.find(mark).map(|at| (at, mark))).min()?;
            let close =
                ["%}", "}}"].iter().filter_map(|mark| body[start..].find(mark)).min().map(|end| start + end + 2)?;
            Some((tag.length + start, (tag.length + close).min(after.len())))
        });
        let (Some(tag), Some((inner_end, close))) = (tag.as_ref(), end) else {
            ends = tag.is_none();
            out.push('{');
            rest = &after[1..];
            continue;
        };
        let language: String = tag
            .rest
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || "+#-".contains(*c))
            .collect();
        let code = after[tag.length..inner_end].trim_matches('\n');
        let fence = if code.contains("```") { "~~~~" } else { "```" };
        out.push_str(&format!("\n{fence}{language}\n{code}\n{fence}\n"));
        rest = after.get(close..).unwrap_or_default();
    }
    out + rest
}

/// A tag of a template: `{{< name rest >}}`, `{{% name rest %}}`, `{% name rest %}`, `{{ name rest }}`.
struct Templated<'t> {
    name: &'t str,
    rest: &'t str,
    length: usize,
}

impl<'t> Templated<'t> {
    fn read(text: &'t str) -> Option<Self> {
        const MARKS: [(&str, &str); 4] = [("{{<", ">}}"), ("{{%", "%}}"), ("{%", "%}"), ("{{", "}}")];
        let (open, close) = MARKS.into_iter().find(|(open, _)| text.starts_with(open))?;
        let near = &text[..text.floor_char_boundary(LONGEST)];
        let end = near[open.len()..].find(close)? + open.len();
        let inside = text[open.len()..end].trim_start_matches('-').trim_end_matches('-').trim();
        let (name, rest) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
        Some(Self {
            name: name.trim_end_matches('/'),
            rest: rest.trim_end_matches('/').trim(),
            length: end + close.len(),
        })
    }

    /// The value of `name="…"` or `name=…`.
    fn value(&self, name: &str) -> Option<String> {
        let at = self.rest.match_indices(name).map(|(at, _)| at).find(|at| {
            let before = self.rest[..*at].chars().next_back();
            before.is_none_or(char::is_whitespace) && self.rest[at + name.len()..].trim_start().starts_with(['=', ':'])
        })?;
        let value = self.rest[at + name.len()..].trim_start().trim_start_matches(['=', ':']).trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
        let found = match quote {
            Some(quote) => value[1..].split(quote).next(),
            None => value.split_whitespace().next(),
        };
        found.map(str::to_owned)
    }

    /// The first word that is not named.
    fn first(&self) -> &'t str {
        self.rest.split_whitespace().next().unwrap_or_default().trim_matches(['"', '\'', '`', ','])
    }

    /// What it shows, as HTML or Markdown.
    fn shown(&self) -> String {
        let link =
            |address: String, words: &str| format!(r#"<a href="{}">{}</a>"#, escape_html(&address), escape_html(words));
        match self.name {
            "figure" | "image" | "img" | "picture" => {
                let source = self.value("src").unwrap_or_else(|| self.first().to_owned());
                let alt = self.value("alt").unwrap_or_default();
                let caption = self.value("caption").or(self.value("title")).unwrap_or_default();
                format!(
                    "<figure><img src=\"{}\" alt=\"{}\"><figcaption>{}</figcaption></figure>",
                    escape_html(&source),
                    escape_html(&alt),
                    in_line(&caption)
                )
            }
            "youtube" => {
                let id = self.value("id").unwrap_or_else(|| self.first().to_owned());
                link(format!("https://www.youtube.com/watch?v={id}"), "Video")
            }
            "vimeo" => link(
                format!("https://vimeo.com/{}", self.value("id").unwrap_or_else(|| self.first().to_owned())),
                "Video",
            ),
            "tweet" | "x" | "twitter" => match (self.value("user"), self.value("id")) {
                (Some(user), Some(id)) => link(format!("https://x.com/{user}/status/{id}"), "Tweet"),
                _ => String::new(),
            },
            "gist" => {
                let words: Vec<&str> = self.rest.split_whitespace().collect();
                match words[..] {
                    [user, id, ..] => link(format!("https://gist.github.com/{user}/{id}"), "Gist"),
                    _ => String::new(),
                }
            }
            _ => String::new(),
        }
    }
}

/// A caption may be Markdown itself.
fn in_line(caption: &str) -> String {
    let html = super::render(caption);
    html.trim().trim_start_matches("<p>").trim_end_matches("</p>").to_owned()
}

fn tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        if let Some(end) =
            after.strip_prefix("{:").and_then(|inside| inside[..inside.floor_char_boundary(200)].find('}'))
        {
            rest = &after[end + 3..];
            continue;
        }
        match Templated::read(after) {
            Some(tag) => {
                out.push_str(&tag.shown());
                rest = &after[tag.length..];
            }
            None => {
                out.push('{');
                rest = &after[1..];
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_become_what_they_show() {
        assert_eq!(
            replace("a {{< figure src=\"/x.jpg\" alt=\"A pier\" caption=\"At dusk\" >}} b"),
            "a <figure><img src=\"/x.jpg\" alt=\"A pier\"><figcaption>At dusk</figcaption></figure> b"
        );
        assert_eq!(replace("{{< youtube abc123 >}}"), "<a href=\"https://www.youtube.com/watch?v=abc123\">Video</a>");
        assert_eq!(replace("a {% include toc.html %}{{ site.name }} b"), "a  b");
        assert_eq!(replace("[text](/x){:target=\"_blank\"} on"), "[text](/x) on");
    }

    #[test]
    fn code_in_tags_becomes_fenced_and_code_stays() {
        assert_eq!(
            replace("{% highlight ruby linenos %}\nputs \"{{ x }}\"\n{% endhighlight %}\n"),
            "\n```ruby\nputs \"{{ x }}\"\n```\n\n"
        );
        assert_eq!(replace("{{< highlight go >}}\nx := 1\n{{< /highlight >}}"), "\n```go\nx := 1\n```\n");
        assert_eq!(replace("`{{ kept }}`\n\n```\n{% kept %}\n```\n"), "`{{ kept }}`\n\n```\n{% kept %}\n```\n");
        assert_eq!(replace("{ {x} {{ open"), "{ {x} {{ open");
    }
}
