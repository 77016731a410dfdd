//! What a run would take: posts, steps, tokens, minutes, memory. Starts nothing and changes nothing.

use super::{Recipe, RunOptions, render};
use crate::blog::post;
use crate::dataset::{self, FrozenDataset, held_out};
use crate::engine::{Codec, Datum};
use crate::{Code, Core, Error, Result, settings};
use serde::Serialize;

/// What a run would take.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Plan {
    /// The engine.
    pub engine: String,
    /// The base model's name.
    pub model: String,
    /// The settings, defaults filled in.
    pub recipe: Recipe,
    /// How prompts and texts become tokens.
    pub rendering: super::Rendering,
    /// Posts it learns from.
    pub training_posts: u32,
    /// Posts it is tested on and never sees.
    pub held_out_posts: u32,
    /// Their titles, newest first.
    pub held_out_titles: Vec<String>,
    /// Optimizer steps.
    pub steps: u32,
    /// Tokens learned from over all steps, prompts included.
    pub tokens: u32,
    /// Money it costs; training on this computer costs none.
    pub usd: Option<f64>,
    /// The date of the price list, where there is one.
    pub price_date: Option<String>,
    /// About how many minutes it takes on this computer.
    pub minutes: f64,
    /// About how much memory it needs at its peak, in bytes.
    pub memory_bytes: f64,
    /// What the author should know before starting.
    pub issues: Vec<String>,
}

/// A run worked out in full: what `start` needs and `plan` shows.
pub(super) struct Prepared {
    pub plan: Plan,
    pub dataset: FrozenDataset,
}

/// What a run with these options would take.
///
/// # Errors
/// `NothingToTrain`, `ModelMissing`, or `BadInput` for options no run can have.
pub async fn plan(core: &Core, options: &RunOptions) -> Result<Plan> {
    Ok(prepare(core, options).await?.plan)
}

pub(super) async fn prepare(core: &Core, options: &RunOptions) -> Result<Prepared> {
    let preset = match &options.preset {
        Some(name) => dataset::preset(core, name)?,
        None => dataset::chosen(core)?,
    };
    let recipe = options.recipe(&preset)?;
    let held_out = held_out::wanted(core, options.hold_out.map(|number| number as usize))?;
    let dataset = dataset::freeze(core, &preset, &held_out)?;
    let training_posts = dataset.units();
    if dataset.examples.is_empty() || held_out.is_empty() {
        return Err(nothing_to_train(post::used_texts(&core.db)?.len()));
    }
    let codec = core.engine.codec(options.model()).await?;
    let needs = core.engine.estimate(options.model(), recipe.rank, 1024).await?;
    // A whole run on this computer tells more than a short trial.
    let speed = settings::get(&core.db, &speed_key(options.model()))?.unwrap_or(needs.tokens_per_second);
    let sizes = example_sizes(&recipe, codec.as_ref(), &dataset, needs.longest as usize)?;
    let mut schedule = StepSizes::of(&recipe, &dataset, &sizes);
    let measured: usize = dataset.held_out.iter().map(|p| codec.count(&p.text) as usize).sum();
    schedule.fit(&recipe, speed);
    #[allow(clippy::cast_precision_loss)]
    let seconds = {
        // Measuring is a forward pass only: about 0.4 of a training step for each token.
        let passes = f64::from(super::train::evaluations(schedule.steps(), schedule.per_epoch));
        (schedule.tokens() as f64 + 0.4 * measured as f64 * passes) / speed + TEST_DRAFT_SECONDS
    };
    let plan = Plan {
        engine: core.engine.id().to_owned(),
        model: options.model().to_owned(),
        rendering: recipe.rendering,
        training_posts: u32::try_from(training_posts).unwrap_or(u32::MAX),
        held_out_posts: u32::try_from(held_out.len()).unwrap_or(u32::MAX),
        held_out_titles: dataset.held_out.iter().map(|post| post.title.clone()).collect(),
        steps: schedule.steps(),
        tokens: u32::try_from(schedule.tokens()).unwrap_or(u32::MAX),
        usd: Some(0.0),
        price_date: None,
        minutes: (seconds / 60.0 * 10.0).ceil() / 10.0,
        memory_bytes: needs.memory_bytes,
        issues: issues(&dataset, &sizes, needs.longest as usize),
        recipe,
    };
    Ok(Prepared { plan, dataset })
}

/// Where the speed of the last run with a model is remembered, in tokens per second.
pub(super) fn speed_key(model: &str) -> String {
    format!("training.speed.{model}")
}

/// The test drafts at the end of a run take about this long on a laptop.
const TEST_DRAFT_SECONDS: f64 = 20.0;

/// Tokens of each example, all of its sequences together.
fn example_sizes(recipe: &Recipe, codec: &dyn Codec, dataset: &FrozenDataset, longest: usize) -> Result<Vec<usize>> {
    let size = |data: Vec<Datum>| data.iter().map(|datum| datum.tokens.len()).sum();
    dataset
        .examples
        .iter()
        .map(|example| Ok(size(render::example(recipe, codec, &example.prompt, &example.completion, longest)?)))
        .collect()
}

/// Tokens of every step of a run.
struct StepSizes {
    sizes: Vec<usize>,
    per_epoch: u32,
}

impl StepSizes {
    fn of(recipe: &Recipe, dataset: &FrozenDataset, sizes: &[usize]) -> StepSizes {
        let mut steps = Vec::new();
        let mut per_epoch = 0;
        for epoch in 0..recipe.epochs {
            let order = dataset.epoch(u64::from(recipe.seed), epoch);
            let chunks = order.chunks(recipe.batch_size as usize);
            per_epoch = u32::try_from(chunks.len()).unwrap_or(u32::MAX);
            steps.extend(chunks.map(|chunk| chunk.iter().map(|index| sizes[*index]).sum::<usize>()));
        }
        if let Some(limit) = recipe.max_steps {
            steps.truncate(limit as usize);
        }
        StepSizes { sizes: steps, per_epoch }
    }

    /// Leaves out the steps for which the minutes do not suffice, so that the schedule fits what will be done.
    fn fit(&mut self, recipe: &Recipe, tokens_per_second: f64) {
        let Some(minutes) = recipe.minutes else { return };
        let budget = minutes * 60.0 * tokens_per_second;
        let mut spent = 0.0;
        let fitting = self.sizes.iter().take_while(|size| {
            #[allow(clippy::cast_precision_loss)]
            let size = **size as f64;
            spent += size;
            spent <= budget
        });
        let count = fitting.count().max(1);
        self.sizes.truncate(count);
    }

    fn steps(&self) -> u32 {
        u32::try_from(self.sizes.len()).unwrap_or(u32::MAX)
    }

    fn tokens(&self) -> usize {
        self.sizes.iter().sum()
    }
}

fn issues(dataset: &FrozenDataset, sizes: &[usize], longest: usize) -> Vec<String> {
    let mut found = Vec::new();
    if dataset.held_out.len() < 6 {
        let count = dataset.held_out.len();
        found.push(format!(
            "{count} posts are left out of the training; fewer than 6 are too few to be sure of anything."
        ));
    }
    let long = sizes.iter().filter(|size| **size > longest).count();
    if long > 0 {
        let (examples, is) = if long == 1 { ("example", "is") } else { ("examples", "are") };
        found.push(format!("{long} {examples} longer than {longest} tokens {is} learned from in parts."));
    }
    found
}

fn nothing_to_train(posts: usize) -> Error {
    let error = |message: String| Error::new(Code::NothingToTrain, message);
    match posts {
        0 => {
            error("There are no posts to learn from.".into()).hint("Import a blog, or include posts again under Blog.")
        }
        1 | 2 => error(format!("The library has {posts} posts to use; learning and testing need at least 3."))
            .hint("Import more posts, or include some again under Blog."),
        _ => error("No example is kept: there is nothing to learn from.".into())
            .hint("Keep some examples, or switch a kind on, under Examples."),
    }
}
