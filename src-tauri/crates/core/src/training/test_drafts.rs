//! The test prompts: what the fresh version writes to them is kept with the run, so that versions can be read side by
//! side.

use super::{Recipe, TestDraft};
use crate::engine::Weights;
use crate::version::{Draw, draw as draw_text};
use crate::{Core, Result, settings};
use tokio_util::sync::CancellationToken;

/// Tokens a test draft may take, as in the old recipe.
const TOKENS: u32 = 200;

/// A draft to each of the author's test prompts.
pub(super) async fn draw(core: &Core, recipe: &Recipe, weights: &Weights) -> Result<Vec<TestDraft>> {
    let settings = settings::load(&core.db)?;
    let codec = core.engine.codec(&weights.model).await?;
    let mut sampler = core.engine.sampler(weights).await?;
    let mut tests = Vec::new();
    for prompt in settings.test_prompts {
        let draw = Draw {
            prompt: recipe.prompt_tokens(codec.as_ref(), &prompt)?,
            max_tokens: TOKENS,
            temperature: 0.7,
            top_p: 1.0,
            stop: Vec::new(),
            seed: recipe.seed,
        };
        let stop = CancellationToken::new();
        let drawn = draw_text(sampler.as_mut(), codec.clone(), draw, |_| true, &stop).await?;
        tests.push(TestDraft { prompt, text: drawn.text.trim().to_owned(), finish: drawn.finish });
    }
    Ok(tests)
}
