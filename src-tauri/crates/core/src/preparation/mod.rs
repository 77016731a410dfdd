//! What a model writes for examples before any training: paraphrases and notes. Piece by piece, newest post first; what is
//! written is kept at once, so it can be stopped at any time and goes on where it was.

use crate::dataset::Kind;
use crate::dataset::pieces::{self, Piece};
use crate::engine::models::DEFAULT;
use crate::engine::{Codec, Sampler, Weights};
use crate::version::{Draw, Finish, draw};
use crate::{Core, Result, settings};
use serde::Serialize;
use std::sync::Arc;
use std::time::Instant;
use tokio_util::sync::CancellationToken;

/// What writing the pieces of a kind takes.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct Preparation {
    /// The kind of example.
    pub kind: Kind,
    /// The model that is to write.
    pub model: String,
    /// Pieces in all.
    pub pieces: u32,
    /// Those written and used.
    pub done: u32,
    /// Those refused, because what was written changed the facts.
    pub refused: u32,
    /// Those to write.
    pub to_do: u32,
    /// About how many minutes it takes; nothing before the first piece was written on this computer.
    pub minutes: Option<f64>,
    /// What it costs; nothing on this computer.
    pub usd: Option<f64>,
    /// The same in a sentence.
    pub sentence: String,
}

/// What happens while pieces are written.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum PrepareEvent {
    /// The model is open and begins.
    Started {
        /// Pieces to write.
        pieces: u32,
    },
    /// A piece is written.
    Piece {
        /// Pieces written and used, of those to write.
        done: u32,
        /// Pieces refused, of those to write.
        refused: u32,
        /// Pieces to write.
        pieces: u32,
        /// About how many seconds are left.
        seconds_left: Option<f64>,
        /// What was written, or why it was refused.
        text: String,
    },
    /// All are written, or the author stopped it.
    Done {
        /// Pieces written and used.
        done: u32,
        /// Pieces refused.
        refused: u32,
        /// Whether the author stopped it.
        stopped: bool,
    },
}

/// What to expect of the model that comes with the app.
const TINY: &str = "This is a very small model: most of what it writes here changes the facts and is refused. Choose a larger one where you can.";

/// What writing the pieces of a kind would take. Opens no model and writes nothing.
///
/// # Errors
/// `BadInput` for a kind no model writes for; otherwise when the library cannot be read.
pub fn preparation(core: &Core, kind: Kind, model: &str) -> Result<Preparation> {
    let found = pieces::pieces(core, kind)?;
    let to_do = u32::try_from(found.to_do.len()).unwrap_or(u32::MAX);
    let speed: Option<f64> = settings::get(&core.db, &speed_key(model))?;
    let characters: usize = found.to_do.iter().map(expected).sum();
    #[allow(clippy::cast_precision_loss)]
    let minutes = speed.map(|speed| (characters as f64 / speed / 60.0 * 10.0).ceil() / 10.0);
    let what = if kind == Kind::Rewrite { "paraphrases" } else { "notes" };
    let sentence = match (found.all, to_do) {
        (0, _) => "There are no posts to write for yet.".to_owned(),
        (_, 0) => format!("All {what} are written; {} were refused because they changed the facts.", found.refused),
        (all, _) => format!("{} of {all} {what} are written. The rest is free on this computer.", found.done),
    };
    let honest = to_do > 0 && model == DEFAULT.name;
    let sentence = if honest { format!("{sentence} {TINY}") } else { sentence };
    let (pieces, done, refused) = (found.all, found.done, found.refused);
    Ok(Preparation { kind, model: model.to_owned(), pieces, done, refused, to_do, minutes, usd: Some(0.0), sentence })
}

/// Has a base model write what is still to write of a kind.
///
/// # Errors
/// `ModelMissing`, `ModelDamaged`, or what the engine says; what was written before stays.
pub async fn prepare(
    core: &Core,
    kind: Kind,
    model: &str,
    mut on_event: impl FnMut(PrepareEvent) + Send,
    stop: &CancellationToken,
) -> Result<()> {
    // Another model may do what one could not.
    pieces::forget_refused(core, kind)?;
    let to_do = pieces::pieces(core, kind)?.to_do;
    let count = u32::try_from(to_do.len()).unwrap_or(u32::MAX);
    let codec = core.engine.codec(model).await?;
    let mut sampler = core.engine.sampler(&Weights { model: model.to_owned(), adapter: None }).await?;
    on_event(PrepareEvent::Started { pieces: count });
    let (mut done, mut refused, mut written) = (0, 0, 0);
    let mut left: usize = to_do.iter().map(expected).sum();
    let began = Instant::now();
    for piece in &to_do {
        let Some(text) = write(sampler.as_mut(), &codec, piece, stop).await? else { break };
        let fault = pieces::keep(core, piece, &text, model)?;
        if fault.is_some() {
            refused += 1
        } else {
            done += 1
        }
        written += expected(piece);
        left -= expected(piece);
        #[allow(clippy::cast_precision_loss)]
        let speed = written as f64 / began.elapsed().as_secs_f64().max(1e-3);
        settings::put(&core.db, &speed_key(model), &speed)?;
        #[allow(clippy::cast_precision_loss)]
        let seconds_left = Some(left as f64 / speed);
        on_event(PrepareEvent::Piece { done, refused, pieces: count, seconds_left, text: fault.unwrap_or(text) });
    }
    on_event(PrepareEvent::Done { done, refused, stopped: stop.is_cancelled() });
    Ok(())
}

/// What the model writes for a piece; nothing when the author stopped it.
async fn write(
    sampler: &mut dyn Sampler,
    codec: &Arc<dyn Codec>,
    piece: &Piece,
    stop: &CancellationToken,
) -> Result<Option<String>> {
    if stop.is_cancelled() {
        return Ok(None);
    }
    let asked = pieces::prompt(piece);
    // A base model without a template continues the plain prompt.
    let prompt = match codec.chat_prompt(&asked) {
        Ok(chat) => codec.encode_template(&chat),
        Err(_) => codec.encode(&format!("{asked}\n\n")),
    };
    let max_tokens = codec.count(&piece.text) * 3 / 2 + 32;
    let request = Draw { prompt, max_tokens, temperature: 0.0, top_p: 1.0, stop: Vec::new(), seed: 1 };
    let drawn = draw(sampler, codec.clone(), request, |_| true, stop).await?;
    Ok((drawn.finish != Finish::Stopped).then_some(drawn.text))
}

/// About how many characters are written for a piece.
fn expected(piece: &Piece) -> usize {
    if piece.kind == Kind::Rewrite { piece.text.len() } else { 400 }
}

/// Where the speed of a model is remembered, in characters per second.
fn speed_key(model: &str) -> String {
    format!("preparation.speed.{model}")
}
