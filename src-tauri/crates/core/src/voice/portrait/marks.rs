//! Marks: the small habits between the words.

use super::MarkRate;
use super::background::mark_rate;
use super::prose::Prose;

/// Every mark that is counted: how it is shown, its name, and the ways it is written.
const MARKS: [(&str, &str, &[&str]); 13] = [
    ("—", "em dash", &["—"]),
    ("–", "en dash", &["–"]),
    (";", "semicolon", &[";"]),
    (":", "colon", &[":"]),
    ("(", "parenthesis", &["("]),
    ("!", "exclamation mark", &["!"]),
    ("?", "question mark", &["?"]),
    ("…", "ellipsis", &["…", "..."]),
    ("&", "ampersand", &["&"]),
    ("\"", "quotation mark", &["\"", "“", "”"]),
    ("→", "arrow", &["→", "->"]),
    (":)", "smiley", &[":)", ":-)", ":D", ";)", "🙂"]),
    ("/", "slash", &["/"]),
];

/// How often each mark is used, most used first. Marks never used are told only where others use them.
pub(super) fn rates(posts: &[Prose], words: usize) -> Vec<MarkRate> {
    let rate = |times: usize| times as f64 * 1000.0 / words.max(1) as f64;
    let mut found: Vec<MarkRate> = Vec::new();
    for (mark, name, written) in MARKS {
        let mut times: usize =
            posts.iter().map(|post| written.iter().map(|form| post.text.matches(form).count()).sum::<usize>()).sum();
        if mark == ":" {
            // A smiley's eyes are no colon.
            let smileys =
                |post: &Prose| [":)", ":-)", ":D"].iter().map(|form| post.text.matches(form).count()).sum::<usize>();
            times = times.saturating_sub(posts.iter().map(smileys).sum());
        }
        let others = mark_rate(mark);
        if times > 0 || (others.is_some() && words > 0) {
            found.push(MarkRate { mark: mark.to_owned(), name: name.to_owned(), per_thousand: rate(times), others });
        }
    }
    let italics: u32 = posts.iter().map(|post| post.italics).sum();
    let bolds: u32 = posts.iter().map(|post| post.bolds).sum();
    for (mark, name, times) in [("*a*", "italics", italics), ("**a**", "bold", bolds)] {
        if times > 0 {
            let per_thousand = rate(times as usize);
            found.push(MarkRate { mark: mark.to_owned(), name: name.to_owned(), per_thousand, others: None });
        }
    }
    found.sort_by(|one, other| other.per_thousand.total_cmp(&one.per_thousand).then_with(|| one.name.cmp(&other.name)));
    found
}
