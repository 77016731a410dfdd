//! Text to tokens as SentencePiece's BPE does it, which Gemma's files ask for by `tokenizer.ggml.model` "llama".
//!
//! Kudo and Richardson 2018, arXiv 1808.06226; the order of merges is that of `bpe_model.cc`: of all neighbours that
//! together are a piece, those with the best score first, the leftmost of equals. Spaces are written as U+2581, so a
//! piece may begin with one and nothing is lost; characters without a piece become the tokens of their bytes. Pieces
//! that the makers added by hand (runs of line breaks, of spaces) are cut out first, the longest that fits, and
//! never merged.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashMap};

use crate::error::Error;
use crate::gguf::Gguf;
use crate::tokenizer::{BYTE, NORMAL, USER_DEFINED};

/// What a space is written as.
const SPACE: &str = "\u{2581}";

pub(crate) struct Pieces {
    /// Pieces that merges may make: id and score.
    ids: HashMap<Box<str>, (u32, f32)>,
    /// Pieces added by hand, by their first byte, the longest first.
    added: HashMap<u8, Vec<(Box<str>, u32)>>,
    /// The token of each byte.
    bytes: Vec<Option<u32>>,
    unknown: Option<u32>,
}

impl Pieces {
    pub(crate) fn read(gguf: &Gguf, tokens: &[&str], kinds: &[i32]) -> Result<Pieces, Error> {
        let said = |key: &str| gguf.flag(&format!("tokenizer.ggml.{key}"));
        if said("add_space_prefix") != Some(false) || said("remove_extra_whitespaces") == Some(true) {
            return Err(Error::unsupported(
                "its tokenizer adds or removes spaces around a text, and only SentencePiece tokenizers that leave the text \
                 as it is (such as Gemma's) can be read",
            ));
        }
        let scores = gguf.floats("tokenizer.ggml.scores").unwrap_or_default();
        if scores.len() != tokens.len() {
            return Err(gguf.wrong(format!("it has {} token scores for {} tokens", scores.len(), tokens.len())));
        }
        let mut pieces = Pieces::new(tokens, kinds, &scores).map_err(|why| gguf.wrong(why))?;
        let unknown = gguf.count("tokenizer.ggml.unknown_token_id")?.filter(|id| *id < tokens.len());
        pieces.unknown = unknown.map(|id| id as u32);
        Ok(pieces)
    }

    fn new(tokens: &[&str], kinds: &[i32], scores: &[f32]) -> Result<Pieces, String> {
        let mut pieces = Pieces { ids: HashMap::new(), added: HashMap::new(), bytes: vec![None; 256], unknown: None };
        for (i, (text, score)) in tokens.iter().zip(scores).enumerate() {
            let id = i as u32;
            match kinds[i] {
                NORMAL => {
                    pieces.ids.entry((*text).into()).or_insert((id, *score));
                }
                USER_DEFINED if !text.is_empty() => {
                    // The converter writes these as they read, with plain spaces.
                    let text = text.replace(' ', SPACE);
                    pieces.added.entry(text.as_bytes()[0]).or_default().push((text.into(), id));
                }
                BYTE => {
                    let byte = byte_of(text).ok_or_else(|| format!("its token {text:?} is not a byte"))?;
                    pieces.bytes[byte as usize] = Some(id);
                }
                _ => {}
            }
        }
        pieces.added.values_mut().for_each(|list| list.sort_by_key(|(text, id)| (Reverse(text.len()), *id)));
        Ok(pieces)
    }

    pub(crate) fn encode(&self, text: &str) -> Vec<u32> {
        let text = text.replace(' ', SPACE);
        let mut out = Vec::new();
        let (mut from, mut at) = (0, 0);
        while let Some(next) = text[at..].chars().next() {
            match self.added_at(&text[at..]) {
                Some((length, id)) => {
                    self.merge(&text[from..at], &mut out);
                    out.push(id);
                    at += length;
                    from = at;
                }
                None => at += next.len_utf8(),
            }
        }
        self.merge(&text[from..], &mut out);
        out
    }

    /// Length and id of the longest piece added by hand that `text` begins with.
    fn added_at(&self, text: &str) -> Option<(usize, u32)> {
        let list = self.added.get(text.as_bytes().first()?)?;
        list.iter().find(|(piece, _)| text.starts_with(&**piece)).map(|(piece, id)| (piece.len(), *id))
    }

    /// Merges neighbours, starting from single characters, until no two of them make a piece.
    fn merge(&self, text: &str, out: &mut Vec<u32>) {
        let mut symbols: Vec<Symbol> = text.char_indices().map(|(at, c)| Symbol::new(at, c.len_utf8())).collect();
        let last = symbols.len();
        symbols.iter_mut().enumerate().for_each(|(i, s)| (s.before, s.after) = (i.wrapping_sub(1), i + 1));
        let candidate = |symbols: &[Symbol], left: usize, right: usize| {
            let (begin, end) = (symbols.get(left)?.begin, symbols.get(right)?.end);
            let (_, score) = self.ids.get(&text[begin..end])?;
            Some(Merge { score: *score, left, right, end })
        };
        let mut queue: BinaryHeap<Merge> = (1..last).filter_map(|i| candidate(&symbols, i - 1, i)).collect();
        while let Some(Merge { left, right, end, .. }) = queue.pop() {
            // Either half may have been merged with its other neighbour since.
            let gone = symbols[left].is_empty() || symbols[right].is_empty();
            if gone || symbols[left].after != right || symbols[right].end != end {
                continue;
            }
            let after = symbols[right].after;
            (symbols[left].end, symbols[left].after) = (end, after);
            symbols[right].begin = end;
            if after < last {
                symbols[after].before = left;
            }
            queue.extend(candidate(&symbols, symbols[left].before, left));
            queue.extend(candidate(&symbols, left, after));
        }
        for symbol in symbols.iter().filter(|s| !s.is_empty()) {
            self.push(&text[symbol.begin..symbol.end], out);
        }
    }

    fn push(&self, piece: &str, out: &mut Vec<u32>) {
        match self.ids.get(piece) {
            Some((id, _)) => out.push(*id),
            None => out.extend(piece.bytes().filter_map(|b| self.bytes[b as usize].or(self.unknown))),
        }
    }
}

/// What a token's text stands for: U+2581 for a space, `<0x41>` for a byte.
pub(crate) fn spelled(text: &str, kind: i32) -> Vec<u8> {
    match byte_of(text).filter(|_| kind == BYTE) {
        Some(byte) => vec![byte],
        None => text.replace(SPACE, " ").into_bytes(),
    }
}

fn byte_of(text: &str) -> Option<u8> {
    let hex = text.strip_prefix("<0x")?.strip_suffix('>')?;
    u8::from_str_radix(hex, 16).ok()
}

/// A stretch of the text that is one piece so far; empty once its left neighbour has taken it in.
struct Symbol {
    begin: usize,
    end: usize,
    before: usize,
    after: usize,
}

impl Symbol {
    fn new(begin: usize, length: usize) -> Symbol {
        Symbol { begin, end: begin + length, before: 0, after: 0 }
    }

    fn is_empty(&self) -> bool {
        self.begin == self.end
    }
}

/// Two neighbours that would make a piece. It is void when one of them has changed meanwhile.
struct Merge {
    score: f32,
    left: usize,
    right: usize,
    end: usize,
}

impl Ord for Merge {
    fn cmp(&self, other: &Merge) -> Ordering {
        self.score.total_cmp(&other.score).then(other.left.cmp(&self.left))
    }
}

impl PartialOrd for Merge {
    fn partial_cmp(&self, other: &Merge) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Merge {
    fn eq(&self, other: &Merge) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Merge {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Letters a to c and a space, some of their combinations, line breaks by hand, and the bytes of a dash.
    const TOKENS: [(&str, i32, f32); 20] = [
        ("<unk>", 2, 0.0),
        ("<end>", 3, 0.0),
        ("<0xE2>", BYTE, 0.0),
        ("<0x80>", BYTE, 0.0),
        ("<0x94>", BYTE, 0.0),
        ("\n", USER_DEFINED, -1000.0),
        ("\n\n", USER_DEFINED, -1000.0),
        ("  ", USER_DEFINED, -1000.0),
        ("ab", NORMAL, -1.0),
        ("bc", NORMAL, -2.0),
        ("aa", NORMAL, -2.0),
        ("abc", NORMAL, -3.0),
        ("\u{2581}a", NORMAL, -4.0),
        ("\u{2581}ab", NORMAL, -5.0),
        ("aab", NORMAL, -6.0),
        ("cab", NORMAL, -7.0),
        ("\u{2581}", NORMAL, -8.0),
        ("a", NORMAL, -9.0),
        ("b", NORMAL, -10.0),
        ("c", NORMAL, -11.0),
    ];

    fn pieces() -> Pieces {
        let (tokens, kinds) = (TOKENS.map(|t| t.0), TOKENS.map(|t| t.1));
        Pieces { unknown: Some(0), ..Pieces::new(&tokens, &kinds, &TOKENS.map(|t| t.2)).expect("sound") }
    }

    #[test]
    fn better_scores_merge_first_and_the_left_of_equals() {
        let p = pieces();
        assert_eq!(p.encode("abc"), [11]); // ab, then abc
        assert_eq!(p.encode("aaa"), [10, 17]);
        assert_eq!(p.encode(" ab"), [13]); // the space joins what has merged already
        assert_eq!(p.encode(""), [0u32; 0]);
    }

    #[test]
    fn pieces_added_by_hand_come_first_and_do_not_merge() {
        let p = pieces();
        assert_eq!(p.encode("a\n\n\nb"), [17, 6, 5, 18]);
        assert_eq!(p.encode("a   b"), [17, 7, 16, 18]);
        assert_eq!(p.encode("  a"), [7, 17]);
    }

    #[test]
    fn what_has_no_piece_becomes_bytes_and_control_tokens_stay_text() {
        let p = pieces();
        assert_eq!(p.encode("a\u{2014}"), [17, 2, 3, 4]);
        assert_eq!(p.encode("x"), [0]);
        assert!(!p.encode("<end>").contains(&1));
        assert_eq!((spelled("<0xE2>", BYTE), spelled("\u{2581}a", NORMAL)), (vec![0xe2], b" a".to_vec()));
        assert!(Pieces::new(&["<0xZZ>"], &[BYTE], &[0.0]).is_err());
    }

    /// The definition without a queue: merge the best pair of the whole text, the leftmost of equals, over and over.
    fn slow(p: &Pieces, text: &str) -> Vec<u32> {
        let mut parts: Vec<String> = text.replace(' ', SPACE).chars().map(String::from).collect();
        loop {
            let mut best: Option<(f32, usize)> = None;
            for i in 1..parts.len() {
                let score = p.ids.get(&*format!("{}{}", parts[i - 1], parts[i])).map(|(_, score)| *score);
                if let Some(score) = score.filter(|s| best.is_none_or(|(b, _)| *s > b)) {
                    best = Some((score, i));
                }
            }
            let Some((_, i)) = best else { break };
            let right = parts.remove(i);
            parts[i - 1].push_str(&right);
        }
        let mut ids = Vec::new();
        parts.iter().for_each(|part| p.push(part, &mut ids));
        ids
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn queue_merges_as_the_definition_does(text in "([abc]| [abc]){0,40}") {
            let p = pieces();
            prop_assert_eq!(p.encode(&text), slow(&p, &text));
        }
    }
}
