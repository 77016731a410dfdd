//! `plan`: what a training would take. Starts nothing and changes nothing.

use super::train::PlanArgs;
use crate::context::Context;
use crate::exit::{End, Outcome};
use crate::text::{count, duration, size, thousands, wrap};
use idiolect_core::training::{self, Plan};

/// Tells what a training with these options would take.
pub async fn run(context: &Context<'_>, args: &PlanArgs) -> Outcome {
    let plan = training::plan(&context.core, &args.options.to_core()?).await?;
    context.out.either(&plan, || people(&plan));
    Ok(End::Done)
}

/// A plan in a few lines.
pub fn people(plan: &Plan) -> String {
    let cost = match plan.usd {
        Some(usd) if usd > 0.0 => format!("{usd:.2} USD"),
        Some(_) => "nothing; it happens on this computer".to_owned(),
        None => "not known".to_owned(),
    };
    let lines = [
        ("Model", format!("{} ({})", plan.model, plan.engine)),
        ("Learns from", format!("{}, {} in all", count(plan.training_posts, "post"), count(plan.tokens, "token"))),
        ("Held out", format!("{}: {}", count(plan.held_out_posts, "post"), titles(&plan.held_out_titles))),
        ("Steps", format!("{}, {} each, rate {}", thousands(plan.steps), each(plan), plan.recipe.learning_rate)),
        ("Takes about", duration(plan.minutes * 60.0)),
        ("Memory", format!("about {}", size(plan.memory_bytes))),
        ("Costs", cost),
    ];
    let lines = lines.iter().map(|(name, text)| format!("{name:<13}{text}"));
    let notes = plan.issues.iter().map(|issue| wrap(issue, "  "));
    lines.chain(notes).collect::<Vec<_>>().join("\n")
}

fn each(plan: &Plan) -> String {
    count(plan.recipe.batch_size, "example")
}

fn titles(titles: &[String]) -> String {
    let mut shown: Vec<String> = titles.iter().take(3).map(|title| format!("“{title}”")).collect();
    if titles.len() > shown.len() {
        shown.push(format!("{} more", titles.len() - shown.len()));
    }
    shown.join(", ")
}
