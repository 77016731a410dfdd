//! Text from weights, as it comes: tokens to text across characters that span several, stops matched on text (a stop
//! such as a blank line may lie inside a token), and an honest reason why it ended.

use crate::engine::{Codec, SampleEnd, SampleParams, Sampler};
use crate::{Code, Error, Result};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Why a text ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// The model ended it.
    EndOfText,
    /// It reached the length that was set: it is cut.
    Length,
    /// It reached a stop text.
    StopText,
    /// The author stopped it.
    Stopped,
}

/// A text to be drawn.
#[derive(Debug, Clone)]
pub struct Draw {
    /// Tokens before it.
    pub prompt: Vec<u32>,
    /// At most this many tokens.
    pub max_tokens: u32,
    /// 0 always takes the likeliest token.
    pub temperature: f64,
    /// Only the likeliest tokens that together reach this probability.
    pub top_p: f64,
    /// Texts that end it; not part of it.
    pub stop: Vec<String>,
    /// Where chance begins.
    pub seed: u32,
}

/// A text that was drawn.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// The text, without the stop.
    pub text: String,
    /// Why it ended.
    pub finish: Finish,
    /// Tokens drawn.
    pub tokens: u32,
    /// Tokens drawn per second, the prompt's time left out.
    pub tokens_per_second: f64,
}

/// Draws a text and tells `on_text` each piece as it becomes certain; `false` from it stops.
///
/// # Errors
/// What the engine says.
pub async fn draw(
    sampler: &mut dyn Sampler,
    codec: Arc<dyn Codec>,
    draw: Draw,
    mut on_text: impl FnMut(&str) -> bool + Send,
    stop: &CancellationToken,
) -> Result<Drawn> {
    let (sender, mut receiver) = mpsc::channel(64);
    #[allow(clippy::cast_possible_truncation)]
    let params = SampleParams {
        max_tokens: draw.max_tokens,
        temperature: draw.temperature as f32,
        top_p: draw.top_p as f32,
        seed: u64::from(draw.seed),
    };
    let inner = stop.child_token();
    let sampling = sampler.sample(draw.prompt, params, sender, inner.clone());
    let reading = async {
        let mut text = Emerging::new(draw.stop);
        let (mut tokens, mut first) = (0u32, None);
        while let Some(token) = receiver.recv().await {
            tokens += 1;
            first.get_or_insert_with(Instant::now);
            let piece = text.push(&codec.bytes(token));
            let heard = piece.is_empty() || on_text(&piece);
            if text.stopped || !heard {
                inner.cancel();
                break;
            }
        }
        // A dropped receiver ends a sampler that waits to send.
        drop(receiver);
        if !text.stopped {
            let rest = text.finish();
            if !rest.is_empty() {
                on_text(&rest);
            }
        }
        let seconds = first.map_or(0.0, |at| at.elapsed().as_secs_f64());
        (text, tokens, seconds)
    };
    let (end, (text, tokens, seconds)) = tokio::join!(sampling, reading);
    let finish = match end {
        _ if text.stopped => Finish::StopText,
        Ok(SampleEnd::EndOfText) => Finish::EndOfText,
        Ok(SampleEnd::Length) => Finish::Length,
        Ok(SampleEnd::Stopped) => Finish::Stopped,
        Err(error) if error.code == Code::Cancelled => Finish::Stopped,
        Err(error) => return Err(error),
    };
    let tokens_per_second = if seconds > 0.0 { f64::from(tokens.saturating_sub(1)) / seconds } else { 0.0 };
    Ok(Drawn { text: text.told, finish, tokens, tokens_per_second })
}

/// Checks a request's numbers.
///
/// # Errors
/// `BadInput`, naming the number and what fits.
pub(crate) fn check(max_tokens: u32, temperature: f64, top_p: f64) -> Result<()> {
    if !(1..=8192).contains(&max_tokens) {
        return Err(Error::bad_input("The length must be from 1 to 8192 tokens."));
    }
    if !(0.0..=2.0).contains(&temperature) {
        return Err(Error::bad_input("The temperature must be from 0 to 2."));
    }
    if !(top_p > 0.0 && top_p <= 1.0) {
        return Err(Error::bad_input("Top-p must be above 0 and at most 1."));
    }
    Ok(())
}

/// Text emerging from bytes: what may still become a stop or a character is held back.
struct Emerging {
    stops: Vec<String>,
    bytes: Vec<u8>,
    held: String,
    told: String,
    stopped: bool,
}

impl Emerging {
    fn new(stops: Vec<String>) -> Self {
        let stops = stops.into_iter().filter(|stop| !stop.is_empty()).collect();
        Emerging { stops, bytes: Vec::new(), held: String::new(), told: String::new(), stopped: false }
    }

    /// Takes the bytes of a token and gives what is certain now.
    fn push(&mut self, bytes: &[u8]) -> String {
        self.bytes.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.bytes) {
            Ok(_) => self.bytes.len(),
            // An unfinished character waits for its rest; a broken one is passed on as the replacement mark.
            Err(error) => error.error_len().map_or(error.valid_up_to(), |_| self.bytes.len()),
        };
        self.held.push_str(&String::from_utf8_lossy(&self.bytes.drain(..whole).collect::<Vec<u8>>()));
        if let Some(at) = self.stops.iter().filter_map(|stop| self.held.find(stop.as_str())).min() {
            self.stopped = true;
            self.held.truncate(at);
            return self.tell(at);
        }
        let keep = self.stops.iter().map(|stop| unfinished(&self.held, stop)).max().unwrap_or(0);
        self.tell(self.held.len() - keep)
    }

    /// Gives what was held back: no stop came.
    fn finish(&mut self) -> String {
        self.held.push_str(&String::from_utf8_lossy(&std::mem::take(&mut self.bytes)));
        self.tell(self.held.len())
    }

    fn tell(&mut self, length: usize) -> String {
        let piece: String = self.held.drain(..length).collect();
        self.told.push_str(&piece);
        piece
    }
}

/// Bytes at the end of `text` that are the beginning of `stop`.
fn unfinished(text: &str, stop: &str) -> usize {
    let ends = stop.char_indices().map(|(at, _)| at).skip(1).collect::<Vec<_>>();
    ends.into_iter().rev().find(|length| text.ends_with(&stop[..*length])).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run(stops: &[&str], pieces: &[&[u8]]) -> (Vec<String>, bool) {
        let mut text = Emerging::new(stops.iter().map(|stop| (*stop).to_owned()).collect());
        let mut told = Vec::new();
        for piece in pieces {
            told.push(text.push(piece));
            if text.stopped {
                return (told, true);
            }
        }
        told.push(text.finish());
        (told, false)
    }

    #[test]
    fn a_stop_is_found_across_tokens_and_is_not_told() {
        let (told, stopped) = run(&["\n\n\n"], &[b"One.\n", b"\n\nTwo"]);
        assert_eq!((told.concat(), stopped), ("One.".to_owned(), true));
    }

    #[test]
    fn what_only_looks_like_a_stop_is_told_in_the_end() {
        let (told, stopped) = run(&["\n\n\n"], &[b"One.\n\n", b"Two\n"]);
        assert_eq!((told.concat(), stopped), ("One.\n\nTwo\n".to_owned(), false));
        assert_eq!(told[0], "One.");
    }

    #[test]
    fn a_character_spread_over_tokens_is_told_whole() {
        let dash = "—".as_bytes();
        let (told, _) = run(&[], &[&dash[..1], &dash[1..2], &dash[2..], b"!"]);
        assert_eq!(told, ["", "", "—", "!", ""]);
    }

    #[test]
    fn broken_bytes_do_not_hold_the_text_up() {
        let (told, _) = run(&[], &[&[0xff, b'a'], b"b"]);
        assert_eq!(told.concat(), "\u{fffd}ab");
    }

    proptest! {
        #[test]
        fn without_a_stop_the_text_is_the_bytes(text in "\\PC{0,40}", cuts in proptest::collection::vec(1usize..5, 0..20)) {
            let bytes = text.as_bytes();
            let mut pieces = Vec::new();
            let mut at = 0;
            for cut in cuts {
                let end = (at + cut).min(bytes.len());
                pieces.push(&bytes[at..end]);
                at = end;
            }
            pieces.push(&bytes[at..]);
            let (told, _) = run(&["\u{1}\u{1}"], &pieces);
            prop_assert_eq!(told.concat(), text);
        }
    }
}
