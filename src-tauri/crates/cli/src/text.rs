//! Small matters of wording: numbers with commas, durations people say, text wrapped as it comes.

use console::{Term, measure_text_width};

/// `1 post`, `20 posts`, `1,204 words`.
pub fn count(number: impl Into<u64>, one: &str) -> String {
    let number = number.into();
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {one}{plural}", thousands(number))
}

/// `1,234,567`.
pub fn thousands(number: impl Into<u64>) -> String {
    let digits = number.into().to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `98 MB`, `1.4 GB`.
pub fn size(bytes: f64) -> String {
    if bytes >= 1e9 { format!("{:.1} GB", bytes / 1e9) } else { format!("{:.0} MB", bytes / 1e6) }
}

/// `40 seconds`, `3 minutes`, `2.5 hours`.
pub fn duration(seconds: f64) -> String {
    if seconds < 1.5 {
        "a second".to_owned()
    } else if seconds < 90.0 {
        format!("{seconds:.0} seconds")
    } else if seconds < 5400.0 {
        format!("{:.0} minutes", seconds / 60.0)
    } else {
        format!("{:.1} hours", seconds / 3600.0)
    }
}

/// A loss as people read it, or a dash.
pub fn loss(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |loss| format!("{loss:.3}"))
}

/// The day of a stored moment, or a dash.
pub fn day(stamp: Option<&str>) -> String {
    stamp.and_then(|at| at.get(..10)).unwrap_or("–").to_owned()
}

/// Day and minute of a stored moment, in UTC, or a dash.
pub fn minute(stamp: Option<&str>) -> String {
    stamp.and_then(|at| at.get(..16)).map_or_else(|| "–".to_owned(), |at| at.replace('T', " "))
}

/// Wraps text that comes in pieces: a word is given once it is certain where it stands.
pub struct Wrapper {
    indent: &'static str,
    width: usize,
    column: usize,
    word: String,
    /// Blanks and breaks before the word.
    before: String,
    began: bool,
}

impl Wrapper {
    /// Lines that begin with `indent` and are as wide as the terminal, at most 80.
    pub fn new(indent: &'static str) -> Wrapper {
        let width = usize::from(Term::stdout().size().1).clamp(30, 80);
        Wrapper { indent, width, column: 0, word: String::new(), before: String::new(), began: false }
    }

    /// Takes a piece and gives what can be printed now.
    pub fn push(&mut self, piece: &str) -> String {
        let mut ready = String::new();
        for character in piece.chars() {
            if character.is_whitespace() {
                ready.push_str(&self.take_word());
                self.before.push(character);
            } else {
                self.word.push(character);
            }
        }
        ready
    }

    /// The last word.
    pub fn finish(&mut self) -> String {
        self.take_word()
    }

    fn take_word(&mut self) -> String {
        if self.word.is_empty() {
            return String::new();
        }
        let word = std::mem::take(&mut self.word);
        let before = std::mem::take(&mut self.before);
        let breaks = before.chars().filter(|character| *character == '\n').count();
        let length = measure_text_width(&word);
        let gap = if !self.began {
            self.indent.to_owned()
        } else if breaks > 0 {
            format!("{}{}", "\n".repeat(breaks.min(2)), self.indent)
        } else if self.column + 1 + length > self.width {
            format!("\n{}", self.indent)
        } else {
            " ".to_owned()
        };
        self.began = true;
        self.column = if gap == " " { self.column + 1 + length } else { self.indent.len() + length };
        format!("{gap}{word}")
    }
}

/// A whole text, wrapped and indented.
pub fn wrap(text: &str, indent: &'static str) -> String {
    let mut wrapper = Wrapper::new(indent);
    let mut wrapped = wrapper.push(text);
    wrapped.push_str(&wrapper.finish());
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_read_them() {
        let posts = [1u64, 20, 1204, 1_000_000].map(|number| count(number, "post"));
        assert_eq!(posts, ["1 post", "20 posts", "1,204 posts", "1,000,000 posts"]);
        assert_eq!([0.2, 89.0, 200.0, 9000.0].map(duration), ["a second", "89 seconds", "3 minutes", "2.5 hours"]);
        assert_eq!([98_362_432.0, 1.44e9].map(size), ["98 MB", "1.4 GB"]);
    }

    #[test]
    fn pieces_are_wrapped_at_words_and_paragraphs_are_kept() {
        let mut wrapper = Wrapper { width: 20, ..Wrapper::new("  ") };
        let pieces = [" The ket", "tle was not ", "mine, she said.\n\n\n", "Nor", " yours."];
        let mut text: String = pieces.iter().map(|piece| wrapper.push(piece)).collect();
        text.push_str(&wrapper.finish());
        assert_eq!(text, "  The kettle was not\n  mine, she said.\n\n  Nor yours.");
    }
}
