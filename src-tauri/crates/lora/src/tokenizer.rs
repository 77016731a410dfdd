//! Text to tokens and back, built from what the model's own file says.
//!
//! Two kinds: byte-level BPE as in GPT-2, and SentencePiece's BPE (see [`Pieces`]). How byte-level BPE cuts text into
//! words before merging depends on the model family, which the file names in `tokenizer.ggml.pre`. The table of those
//! names is [`splitter`]: an unknown name is refused, because a wrong split gives plausible but wrong tokens.

use std::collections::HashMap;

use tokenizers::models::bpe::{BPE, Vocab};
use tokenizers::normalizers::unicode::NFC;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::digits::Digits;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::{NormalizerWrapper, PreTokenizerWrapper, SplitDelimiterBehavior};

use crate::error::Error;
use crate::gguf::Gguf;
use crate::pieces::{self, Pieces};

/// The model's tokenizer.
pub struct Tokenizer {
    encoder: Encoder,
    /// The bytes of each token; None for control tokens.
    bytes: Vec<Option<Box<[u8]>>>,
    /// Control tokens by their text, longest first.
    specials: Vec<(String, u32)>,
    ends: Vec<u32>,
    eos: u32,
    bos: Option<u32>,
}

/// Control tokens that end a text whatever else the file says.
const END_NAMES: [&str; 5] = ["<|endoftext|>", "<|im_end|>", "<|eot_id|>", "<|end_of_text|>", "<end_of_turn>"];

enum Encoder {
    Bytes(Box<tokenizers::Tokenizer>),
    Pieces(Pieces),
}

/// Token kinds in `tokenizer.ggml.token_type`.
pub(crate) const NORMAL: i32 = 1;
const UNKNOWN: i32 = 2;
const CONTROL: i32 = 3;
pub(crate) const USER_DEFINED: i32 = 4;
pub(crate) const BYTE: i32 = 6;

impl Tokenizer {
    pub(crate) fn read(gguf: &Gguf, vocab_size: usize) -> Result<Tokenizer, Error> {
        let kind = gguf.text("tokenizer.ggml.model").unwrap_or("missing");
        if !["gpt2", "llama"].contains(&kind) {
            return Err(Error::unsupported(format!(
                "its tokenizer is of the kind {kind:?}, and only \"gpt2\" and \"llama\" can be read"
            )));
        }
        let tokens = gguf.texts("tokenizer.ggml.tokens")?;
        if tokens.len() != vocab_size {
            return Err(gguf.wrong(format!("it has {} tokens for {vocab_size} embeddings", tokens.len())));
        }
        let kinds = gguf.ints("tokenizer.ggml.token_type").unwrap_or_else(|| vec![1; tokens.len()]);
        if kinds.len() != tokens.len() {
            return Err(gguf.wrong(format!("it has {} token types for {} tokens", kinds.len(), tokens.len())));
        }
        let pre = gguf.text("tokenizer.ggml.pre").unwrap_or("missing");
        let sentence_piece = kind == "llama";
        let encoder = match sentence_piece {
            true => Encoder::Pieces(Pieces::read(gguf, &tokens, &kinds)?),
            false => Encoder::Bytes(Box::new(build(gguf, &tokens, &kinds, pre)?)),
        };
        let id = |key: &str| match gguf.count(key)? {
            Some(id) if id >= vocab_size => Err(gguf.wrong(format!("{key} is {id}, outside the vocabulary"))),
            id => Ok(id.map(|id| id as u32)),
        };
        let eos = id("tokenizer.ggml.eos_token_id")?
            .ok_or_else(|| gguf.wrong("it does not name a token that ends a text"))?;
        // Files that do not say get the habit of their family (llama.cpp, `llama-vocab.cpp`).
        let add_bos = gguf.flag("tokenizer.ggml.add_bos_token").unwrap_or(sentence_piece || pre == "llama-bpe");
        let bos = id("tokenizer.ggml.bos_token_id")?.filter(|_| add_bos);

        let unbyte: HashMap<char, u8> = byte_chars().into_iter().zip(0..=255).collect();
        let mut specials = Vec::new();
        let mut ends = vec![eos];
        ends.extend(id("tokenizer.ggml.eot_token_id")?);
        let mut bytes = Vec::with_capacity(tokens.len());
        for (i, text) in tokens.iter().enumerate() {
            if sentence_piece && ![UNKNOWN, CONTROL].contains(&kinds[i]) {
                bytes.push(Some(pieces::spelled(text, kinds[i]).into_boxed_slice()));
                continue;
            }
            if !sentence_piece && kinds[i] != CONTROL {
                // Tokens added by hand are stored as they read, all others in byte letters.
                let spelled = text.chars().map(|c| unbyte.get(&c).copied()).collect::<Option<Vec<u8>>>();
                let plain = || text.as_bytes().to_vec();
                let value = if kinds[i] == USER_DEFINED { plain() } else { spelled.unwrap_or_else(plain) };
                bytes.push(Some(value.into_boxed_slice()));
                continue;
            }
            bytes.push(None);
            if text.is_empty() {
                continue;
            }
            specials.push((text.to_string(), i as u32));
            if END_NAMES.contains(text) {
                ends.push(i as u32);
            }
        }
        specials.sort_by_key(|(text, id)| (std::cmp::Reverse(text.len()), *id));
        Ok(Tokenizer { encoder, bytes, specials, ends, eos, bos })
    }

    /// The tokens of `text`, nothing added. The text of a control token inside it is ordinary text: what an author
    /// writes can never end a prompt or change who speaks. Bytes the vocabulary lacks (SmolLM2: six control
    /// characters) are left out, as Hugging Face's tokenizer does; Qwen's composes accents first (Unicode's NFC).
    pub fn encode(&self, text: &str) -> Vec<u32> {
        match &self.encoder {
            // Without truncation and padding, the library has no way to fail on text.
            Encoder::Bytes(bpe) => bpe.encode(text, false).map(|e| e.get_ids().to_vec()).unwrap_or_default(),
            Encoder::Pieces(pieces) => pieces.encode(text),
        }
    }

    /// Like [`Tokenizer::encode`], except that the text of a control token becomes that token. For prompts that the
    /// program itself puts together from a chat template.
    pub fn encode_with_specials(&self, text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let found = self.specials.iter().filter_map(|(s, id)| rest.find(s.as_str()).map(|at| (at, s.len(), *id)));
            // The leftmost; of those at one place the longest, which the list has first.
            let Some((at, length, id)) = found.min_by_key(|(at, ..)| *at) else {
                break;
            };
            ids.extend(self.encode(&rest[..at]));
            ids.push(id);
            rest = &rest[at + length..];
        }
        ids.extend(self.encode(rest));
        ids
    }

    /// The text of `ids`. Control tokens give nothing; bytes that are not UTF-8 give replacement characters.
    pub fn decode(&self, ids: &[u32]) -> String {
        let bytes: Vec<u8> = ids.iter().flat_map(|&id| self.token_bytes(id)).copied().collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The raw bytes of one token, which may be part of a character; empty for control tokens and unknown ids.
    pub fn decode_bytes(&self, id: u32) -> Vec<u8> {
        self.token_bytes(id).to_vec()
    }

    fn token_bytes(&self, id: u32) -> &[u8] {
        self.bytes.get(id as usize).and_then(|b| b.as_deref()).unwrap_or(&[])
    }

    /// The token that ends a text.
    pub fn eos(&self) -> u32 {
        self.eos
    }

    /// Whether sampling ends at this token: the file's end tokens and the well-known ones by name.
    pub fn is_end(&self, id: u32) -> bool {
        self.ends.contains(&id)
    }

    /// The token to put before every text, only when the file asks for one to be added.
    pub fn bos(&self) -> Option<u32> {
        self.bos
    }

    /// The id of a control token by its text, such as `<|im_start|>`.
    pub fn special(&self, text: &str) -> Option<u32> {
        self.specials.iter().find(|(s, _)| s == text).map(|(_, id)| *id)
    }

    /// The number of tokens, control tokens included.
    pub fn vocab_size(&self) -> usize {
        self.bytes.len()
    }
}

fn build(gguf: &Gguf, tokens: &[&str], kinds: &[i32], pre: &str) -> Result<tokenizers::Tokenizer, Error> {
    let Splitter { words, whole_words, normalizer } = splitter(pre)?;
    let mut vocab = Vocab::default();
    for (i, token) in tokens.iter().enumerate() {
        // No merge makes a control token, and leaving them out makes sure that no text can.
        if kinds[i] != CONTROL {
            vocab.insert(token.to_string(), i as u32);
        }
    }
    let mut merges = Vec::new();
    for merge in gguf.texts("tokenizer.ggml.merges")? {
        let pair = merge.split_once(' ').filter(|(a, b)| vocab.contains_key(*a) && vocab.contains_key(*b));
        let pair = pair.filter(|(a, b)| vocab.contains_key(&format!("{a}{b}")));
        let (a, b) = pair.ok_or_else(|| gguf.wrong(format!("its tokenizer merges {merge:?}, which is no token")))?;
        merges.push((a.to_owned(), b.to_owned()));
    }
    let bpe = BPE::builder().vocab_and_merges(vocab, merges).ignore_merges(whole_words).build();
    let bpe = bpe.map_err(|e| gguf.wrong(format!("its tokenizer cannot be built ({e})")))?;
    let mut tokenizer = tokenizers::Tokenizer::new(bpe);
    tokenizer.with_pre_tokenizer(Some(words));
    tokenizer.with_normalizer(normalizer);
    let added: Vec<_> = tokens.iter().zip(kinds).filter(|(_, kind)| **kind == USER_DEFINED).collect();
    let added = added.into_iter().map(|(text, _)| tokenizers::AddedToken::from(text.to_string(), false));
    tokenizer.add_tokens(&added.collect::<Vec<_>>());
    Ok(tokenizer)
}

/// How a family prepares text before merging.
struct Splitter {
    words: PreTokenizerWrapper,
    /// A word that is a token skips the merges.
    whole_words: bool,
    normalizer: Option<NormalizerWrapper>,
}

/// The table of `tokenizer.ggml.pre`, from the families' own `tokenizer.json`.
fn splitter(pre: &str) -> Result<Splitter, Error> {
    let bytes = |regex: bool| PreTokenizerWrapper::ByteLevel(ByteLevel::new(false, false, regex));
    let plain = |words| Splitter { words, whole_words: false, normalizer: None };
    Ok(match pre {
        "gpt-2" => plain(bytes(true)),
        "smollm" => {
            let digits = PreTokenizerWrapper::Digits(Digits::new(true));
            plain(Sequence::new(vec![digits, bytes(true)]).into())
        }
        "llama-bpe" | "llama3" | "llama-v3" => {
            let words = Sequence::new(vec![split(&words_with("{1,3}"))?, bytes(false)]).into();
            Splitter { whole_words: true, ..plain(words) }
        }
        "qwen2" => {
            let words = Sequence::new(vec![split(&words_with(""))?, bytes(false)]).into();
            Splitter { normalizer: Some(NormalizerWrapper::NFC(NFC)), ..plain(words) }
        }
        other => {
            return Err(Error::unsupported(format!(
                "its tokenizer cuts text in the unknown way {other:?}; gpt-2, smollm, llama-bpe and qwen2 are known"
            )));
        }
    })
}

/// The word pattern that Llama 3 and Qwen share but for the length of numbers.
fn words_with(digits: &str) -> String {
    format!(
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}{digits}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    )
}

fn split(words: &str) -> Result<PreTokenizerWrapper, Error> {
    let split = Split::new(SplitPattern::Regex(words.into()), SplitDelimiterBehavior::Isolated, false);
    let split = split.map_err(|e| Error::unsupported(format!("its word pattern cannot be built ({e})")))?;
    Ok(PreTokenizerWrapper::Split(split))
}

/// The letter that byte-level BPE writes for each byte: printable ones stand for themselves, the others follow from
/// U+0100 on (`bytes_to_unicode` in GPT-2's encoder.py).
fn byte_chars() -> Vec<char> {
    let mut next = 256u32;
    let letter = |byte: u32| {
        if matches!(byte, 0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff) {
            return char::from_u32(byte);
        }
        next += 1;
        char::from_u32(next - 1)
    };
    (0..256).filter_map(letter).collect()
}

#[cfg(test)]
mod tests {
    use tokenizers::{Normalizer, OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer};

    use super::*;

    fn words(pre: &str, text: &str) -> Vec<String> {
        let mut text = PreTokenizedString::from(text);
        splitter(pre).expect("known").words.pre_tokenize(&mut text).expect("plain text");
        let splits = text.get_splits(OffsetReferential::Original, OffsetType::Byte);
        splits.into_iter().map(|(word, ..)| word.to_owned()).collect()
    }

    /// The letter Ġ is byte-level BPE's space.
    #[test]
    fn families_cut_numbers_and_contractions_in_their_own_ways() {
        assert_eq!(words("gpt-2", "don't 12345"), ["don", "'t", "Ġ12345"]);
        assert_eq!(words("smollm", "a 123"), ["a", "Ġ", "1", "2", "3"]);
        assert_eq!(words("llama-bpe", "DON'T 12345"), ["DON", "'T", "Ġ", "123", "45"]);
        assert_eq!(words("qwen2", "DON'T 123"), ["DON", "'T", "Ġ", "1", "2", "3"]);
    }

    #[test]
    fn qwen_composes_accents_and_the_others_do_not() {
        let normalizer = splitter("qwen2").expect("known").normalizer.expect("it has one");
        let mut text = "cafe\u{301}".into();
        normalizer.normalize(&mut text).expect("plain text");
        assert_eq!(text.get(), "caf\u{e9}");
        for pre in ["gpt-2", "smollm", "llama-bpe"] {
            assert!(splitter(pre).expect("known").normalizer.is_none());
        }
    }
}
