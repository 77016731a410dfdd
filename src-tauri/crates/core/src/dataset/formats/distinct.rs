//! How many texts and prompts differ, counted by their hashes in bounded memory.

use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// So many different hashes are remembered at most: about 40 MB for the texts and 70 MB for the prompts.
pub(super) const MOST: usize = 3_600_000;

/// How many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct Count {
    /// So many.
    #[specta(type = u32)]
    pub number: u64,
    /// Whether that is all of them. In a file with more than 3.6 million different ones it is only "at least".
    pub exact: bool,
}

/// What was seen so far.
pub(super) struct Distinct {
    most: usize,
    texts: HashSet<u64, Same>,
    /// Of each prompt its first text, and whether another one came.
    prompts: HashMap<u64, (u64, bool), Same>,
    contradicting: u64,
    texts_exact: bool,
    prompts_exact: bool,
}

impl Distinct {
    /// Counts up to so many.
    pub fn new(most: usize) -> Self {
        Distinct {
            most,
            texts: HashSet::default(),
            prompts: HashMap::default(),
            contradicting: 0,
            texts_exact: true,
            prompts_exact: true,
        }
    }

    /// A row: the hash of its prompt, if it has one, and of its text.
    pub fn see(&mut self, prompt: Option<u64>, text: u64) {
        if self.texts.len() < self.most {
            self.texts.insert(text);
        } else {
            self.texts_exact &= self.texts.contains(&text);
        }
        let Some(prompt) = prompt else { return };
        if let Some((first, told)) = self.prompts.get_mut(&prompt) {
            if *first != text && !*told {
                *told = true;
                self.contradicting += 1;
            }
        } else if self.prompts.len() < self.most {
            self.prompts.insert(prompt, (text, false));
        } else {
            self.prompts_exact = false;
        }
    }

    /// Different texts.
    pub fn texts(&self) -> Count {
        Count { number: self.texts.len() as u64, exact: self.texts_exact }
    }

    /// Prompts that lead to more than one text.
    pub fn contradicting(&self) -> Count {
        Count { number: self.contradicting, exact: self.prompts_exact }
    }
}

type Same = BuildHasherDefault<AsItIs>;

/// The keys are hashes already.
#[derive(Default)]
pub(super) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn past_the_bound_it_says_at_least() {
        let mut distinct = Distinct::new(2);
        for (prompt, text) in [(1, 10), (1, 11), (1, 12), (2, 10)] {
            distinct.see(Some(prompt), text);
        }
        assert_eq!(distinct.texts(), Count { number: 2, exact: false });
        assert_eq!(distinct.contradicting(), Count { number: 1, exact: true });
        distinct.see(Some(3), 10);
        assert_eq!(distinct.contradicting(), Count { number: 1, exact: false });
    }
}
