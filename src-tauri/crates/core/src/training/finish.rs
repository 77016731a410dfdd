//! The end of a run that was not given up: keep the right weights, draw the test drafts, make the version.

use super::train::{self, Ended};
use super::{Recipe, files, plan, results, run, store, test_drafts};
use crate::engine::{Surprise, Weights};
use crate::id::RunId;
use crate::version::{self, NewVersion};
use crate::{Core, Result, Topic, settings};
use std::path::Path;

/// Test drafts, then version and success in one transaction: a run that succeeded always has its version.
pub(super) async fn finish(
    core: &Core,
    id: RunId,
    recipe: &Recipe,
    model: &str,
    ended: &Ended,
    adapter: &Path,
    last: Option<Vec<Surprise>>,
) -> Result<()> {
    let folder = core.paths.run(id);
    let early = matches!(ended, Ended::StoppedEarly { .. });
    let best = folder.join(files::BEST);
    let kept = if early && best.is_dir() { best.as_path() } else { adapter };
    keep_measurements(core, id, early, last)?;
    let weights = Weights { model: model.to_owned(), adapter: Some(kept.to_path_buf()) };
    let tests = test_drafts::draw(core, recipe, &weights).await?;
    let sentence = outcome(core, id, ended)?;
    let stamp = core.clock.stamp();
    let new = NewVersion { run: id, model, recipe, posts: &results::measured_posts(core, id)? };
    core.db.write(|tx| {
        results::save_tests(tx, id, &tests)?;
        let version = version::insert(tx, &new, &stamp)?;
        // The folder is in place before the row is committed; a folder without a row is swept away later.
        files::copy_adapter(kept, &version::adapter_folder(&core.paths, version))?;
        store::update(tx, id, &[("version_id", &version)])?;
        store::change_status(tx, id, run::RunStatus::Succeeded, Some(&sentence), &stamp)
    })?;
    files::remove_weights(&folder)?;
    if let Some(speed) = run::row(core, id)?.0.tokens_per_second {
        settings::put(&core.db, &plan::speed_key(model), &speed)?;
    }
    core.changed(Topic::Runs);
    core.changed(Topic::Versions);
    Ok(())
}

/// The held-out posts as the kept weights foretell them.
fn keep_measurements(core: &Core, id: RunId, early: bool, last: Option<Vec<Surprise>>) -> Result<()> {
    let folder = core.paths.run(id);
    let dataset = files::read_dataset(&folder)?;
    let measured = match (early, last) {
        (true, _) => files::read_json(&folder.join(files::BEST_MEASURED))?,
        (false, Some(last)) => last,
        (false, None) => files::read_json(&folder.join(files::LAST_MEASURED))?,
    };
    let posts: Vec<_> = dataset.held_out.iter().map(|post| post.post).zip(measured).collect();
    let all = train::total(&posts.iter().map(|(_, surprise)| *surprise).collect::<Vec<_>>());
    let loss = all.nll / f64::from(all.tokens.max(1));
    core.db.write(|tx| {
        results::save_tuned_posts(tx, id, &posts)?;
        store::update(tx, id, &[("held_out_loss", &loss)])
    })
}

fn outcome(core: &Core, id: RunId, ended: &Ended) -> Result<String> {
    let (run, _) = run::row(core, id)?;
    let posts = results::posts(core, id)?;
    let better = posts.iter().filter(|post| post.tuned < post.base).count();
    let count = posts.len();
    let sure = if count < 6 { "; too few to be sure" } else { "" };
    let base = run.base_loss.unwrap_or_default();
    let loss = run.held_out_loss.unwrap_or_default();
    let result = format!(
        "Better than the base model on {better} of {count} posts left out of the training ({loss:.3} against {base:.3} nats per token){sure}."
    );
    Ok(match ended {
        Ended::StoppedEarly { best_step } => format!(
            "Stopped early at step {}: the loss on the held-out posts had risen twice. The weights of step {best_step} are kept; because the held-out posts chose them, the number flatters a little. {result}",
            run.step
        ),
        Ended::TimeUp => format!("Stopped at step {} of {}: the time given was over. {result}", run.step, run.steps),
        _ => format!("All {} steps done. {result}", run.steps),
    })
}
