//! What is kept of a text while a file is read: the words themselves for whoever learns from them, a few numbers for
//! whoever only checks. The same parser serves both, so what is checked is what will be read.

use twox_hash::XxHash3_64;

/// Something a text can be turned into at once, while its bytes are still in the reader's buffer.
pub(super) trait Text: Default {
    /// Takes a text.
    fn of(text: &str) -> Self;
    /// This text, the separator and the next one; without the separator where one of them is empty.
    fn join(self, separator: &str, next: Self) -> Self;
    /// Whether there is nothing but white space.
    fn is_blank(&self) -> bool;
    /// Whether U+0000 is in it.
    fn holds_nul(&self) -> bool;
}

impl Text for String {
    fn of(text: &str) -> Self {
        text.to_owned()
    }

    fn join(mut self, separator: &str, next: Self) -> Self {
        if self.is_empty() {
            return next;
        }
        if !next.is_empty() {
            self.push_str(separator);
            self.push_str(&next);
        }
        self
    }

    fn is_blank(&self) -> bool {
        self.trim_start().is_empty()
    }

    fn holds_nul(&self) -> bool {
        memchr::memchr(0, self.as_bytes()).is_some()
    }
}

/// A text as numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Digest {
    /// Equal for equal texts, and next to never for others: XXH3 with 64 bits, the same on every computer. A text that
    /// was joined from several has another hash than the same text in one piece.
    pub hash: u64,
    /// Unicode scalar values.
    pub characters: u64,
    blank: bool,
    nul: bool,
}

impl Default for Digest {
    fn default() -> Self {
        Digest { hash: 0, characters: 0, blank: true, nul: false }
    }
}

impl Text for Digest {
    fn of(text: &str) -> Self {
        Digest {
            hash: XxHash3_64::oneshot(text.as_bytes()),
            characters: text.chars().count() as u64,
            blank: text.trim_start().is_empty(),
            nul: memchr::memchr(0, text.as_bytes()).is_some(),
        }
    }

    fn join(self, separator: &str, next: Self) -> Self {
        if self.characters == 0 {
            return next;
        }
        if next.characters == 0 {
            return self;
        }
        let mut both = [0; 16];
        both[..8].copy_from_slice(&self.hash.to_le_bytes());
        both[8..].copy_from_slice(&next.hash.to_le_bytes());
        Digest {
            hash: XxHash3_64::oneshot(&both),
            characters: self.characters + separator.chars().count() as u64 + next.characters,
            blank: self.blank && next.blank,
            nul: self.nul || next.nul,
        }
    }

    fn is_blank(&self) -> bool {
        self.blank
    }

    fn holds_nul(&self) -> bool {
        self.nul
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_numbers_of_a_joined_text_are_those_of_its_words(one in any::<String>(), two in any::<String>()) {
            let words = String::of(&one).join("\n\n", String::of(&two));
            let numbers = Digest::of(&one).join("\n\n", Digest::of(&two));
            prop_assert_eq!(numbers.characters, words.chars().count() as u64);
            prop_assert_eq!(numbers.is_blank(), words.is_blank());
            prop_assert_eq!(numbers.holds_nul(), words.holds_nul());
        }
    }

    #[test]
    fn the_hash_is_the_same_on_every_computer() {
        // XXH3's published value for the empty input.
        assert_eq!(Digest::of("").hash, 0x2d06_8005_38d3_94c2);
        assert_ne!(Digest::of("a").join("", Digest::of("b")).hash, Digest::of("b").join("", Digest::of("a")).hash);
    }
}
