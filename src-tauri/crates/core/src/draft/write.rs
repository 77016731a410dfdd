//! Text written by a version while the author watches: streamed, stoppable, and with the reason why it ended.

use crate::engine::models::DEFAULT;
use crate::id::VersionId;
use crate::version::{self, Drafter, Draw, Finish};
use crate::{Core, Result};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

/// What to write.
#[derive(Debug, Clone, Deserialize, specta::Type)]
pub struct WriteRequest {
    /// What the model is asked.
    pub prompt: String,
    /// The version; the current one when not given.
    pub version: Option<VersionId>,
    /// Whether to write with the base model instead.
    pub base_model: bool,
    /// At most this many tokens.
    pub max_tokens: u32,
    /// 0 always takes the likeliest token.
    pub temperature: f64,
    /// Only the likeliest tokens that together reach this probability.
    pub top_p: f64,
    /// Texts that end it.
    pub stop: Vec<String>,
    /// Where chance begins; drawn anew when not given.
    pub seed: Option<u32>,
}

/// Text as it comes.
#[derive(Debug, Clone, Serialize, specta::Type)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum WriteEvent {
    /// Nothing yet, and why.
    Waiting {
        /// The reason, in words.
        reason: String,
    },
    /// A piece of text.
    Token {
        /// The piece.
        text: String,
    },
    /// It ended.
    Done {
        /// The whole text.
        text: String,
        /// Why it ended.
        finish: Finish,
        /// Tokens drawn.
        tokens: u32,
        /// Tokens drawn per second.
        tokens_per_second: f64,
        /// What wrote it: `v1`, or the base model's name.
        version: String,
        /// Where chance began; the same seed gives the same text.
        seed: u32,
        /// How it ended, in a sentence.
        sentence: String,
    },
}

/// Writes. A prompt that is no instruction yet is used as it is.
///
/// # Errors
/// `BadInput` for numbers no request can have, `NotFound` for an unknown version, and what the engine says.
pub async fn write(
    core: &Core,
    request: &WriteRequest,
    mut on_event: impl FnMut(WriteEvent) -> bool + Send,
    stop: &CancellationToken,
) -> Result<()> {
    version::check(request.max_tokens, request.temperature, request.top_p)?;
    if request.prompt.trim().is_empty() {
        return Err(
            crate::Error::bad_input("There is no prompt yet.").hint("Give the draft a title, or say what to write.")
        );
    }
    let drafter = version::drafter(core, request.version, request.base_model)?;
    on_event(WriteEvent::Waiting { reason: format!("Reading the prompt with {}", drafter.name) });
    let codec = core.engine.codec(&drafter.weights.model).await?;
    let mut sampler = core.engine.sampler(&drafter.weights).await?;
    let seed = request.seed.unwrap_or_else(|| fresh_seed(core));
    let draw = Draw {
        prompt: drafter.recipe.prompt_tokens(codec.as_ref(), request.prompt.trim())?,
        max_tokens: request.max_tokens,
        temperature: request.temperature,
        top_p: request.top_p,
        stop: stops(request, &drafter),
        seed,
    };
    let drawn = version::draw(
        sampler.as_mut(),
        codec,
        draw,
        |text| on_event(WriteEvent::Token { text: text.to_owned() }),
        stop,
    )
    .await?;
    let sentence = sentence(&drafter, drawn.finish, drawn.tokens);
    super::drafted::keep(core, drawn.text.trim(), &drafter.name)?;
    on_event(WriteEvent::Done {
        text: drawn.text.trim().to_owned(),
        finish: drawn.finish,
        tokens: drawn.tokens,
        tokens_per_second: drawn.tokens_per_second,
        version: drafter.name,
        seed,
        sentence,
    });
    Ok(())
}

/// A version trained without an end mark cannot end by itself; the old recipe's stop ends it.
fn stops(request: &WriteRequest, drafter: &Drafter) -> Vec<String> {
    if request.stop.is_empty() && !drafter.recipe.end_mark() { vec!["\n\n\n".to_owned()] } else { request.stop.clone() }
}

fn fresh_seed(core: &Core) -> u32 {
    // Any number will do as long as it differs from time to time; it is shown, so that the text can be had again.
    core.clock.now().timestamp_subsec_nanos() ^ core.clock.now().timestamp().unsigned_abs() as u32
}

fn sentence(drafter: &Drafter, finish: Finish, tokens: u32) -> String {
    let end = match finish {
        Finish::EndOfText => "The text ended by itself.".to_owned(),
        Finish::Length => format!("Cut at the length you set ({tokens} tokens)."),
        Finish::StopText => "Ended at your stop text.".to_owned(),
        Finish::Stopped => "You stopped it.".to_owned(),
    };
    if drafter.weights.model == DEFAULT.name { format!("{end} {}", DEFAULT.note) } else { end }
}
