//! Writes down what the training loop tells, as it tells it.

use super::train::{self, Observer, Progress, Request};
use super::{curve, files, results, store};
use crate::dataset::FrozenDataset;
use crate::engine::{Surprise, Trainer};
use crate::id::RunId;
use crate::{Core, Result};
use async_trait::async_trait;
use std::path::Path;

/// Writes down what the loop tells.
pub(super) struct Scribe<'a> {
    pub core: &'a Core,
    pub id: RunId,
    pub folder: &'a Path,
    pub dataset: &'a FrozenDataset,
    pub steps: u32,
    pub seconds_spent: f64,
    /// Seconds and tokens of the steps of this sitting.
    pub rates: Vec<(f64, u32)>,
    pub last: Option<Vec<Surprise>>,
}

#[async_trait]
impl Observer for Scribe<'_> {
    fn request(&mut self) -> Result<Option<Request>> {
        Ok(match store::asked(self.core, self.id)?.as_deref() {
            Some("pause") => Some(Request::Pause),
            Some("cancel") => Some(Request::Cancel),
            _ => None,
        })
    }

    fn stepped(&mut self, progress: &Progress) -> Result<()> {
        self.rates.push((progress.seconds, progress.metrics.tokens));
        self.seconds_spent += progress.seconds;
        let seconds: f64 = self.rates.iter().map(|rate| rate.0).sum();
        let tokens: f64 = self.rates.iter().map(|rate| f64::from(rate.1)).sum();
        #[allow(clippy::cast_precision_loss)]
        let left = f64::from(self.steps.saturating_sub(progress.step)) * seconds / self.rates.len() as f64;
        let speed = tokens / seconds.max(1e-6);
        let (step, epoch, loss, spent) = (progress.step, progress.epoch, progress.metrics.loss, self.seconds_spent);
        self.core.db.write(|tx| {
            curve::save_point(tx, self.id, "train", step, loss, Some(progress.metrics.tokens))?;
            store::update(
                tx,
                self.id,
                &[
                    ("step", &step),
                    ("epoch", &epoch),
                    ("train_loss", &loss),
                    ("tokens_per_second", &speed),
                    ("seconds_left", &left),
                    ("seconds_spent", &spent),
                ],
            )
        })
    }

    fn measured(&mut self, step: u32, posts: &[Surprise]) -> Result<()> {
        let all = train::total(posts);
        let loss = all.nll / f64::from(all.tokens.max(1));
        files::write_atomically(&self.folder.join(files::LAST_MEASURED), &serde_json::to_vec(posts)?)?;
        let stamp = self.core.clock.stamp();
        self.core.db.write(|tx| {
            curve::save_point(tx, self.id, "held_out", step, loss, None)?;
            store::update(tx, self.id, &[("held_out_loss", &loss)])?;
            store::write_log(
                tx,
                self.id,
                &format!("After step {step}: {loss:.4} nats per token on the held-out posts."),
                &stamp,
            )?;
            if step == 0 {
                store::update(tx, self.id, &[("base_loss", &loss)])?;
                results::save_base_posts(tx, self.id, &base_posts(self.dataset, posts))?;
            }
            Ok(())
        })?;
        self.last = Some(posts.to_vec());
        Ok(())
    }

    async fn checkpoint(&mut self, step: u32, trainer: &mut dyn Trainer) -> Result<()> {
        let folder = files::checkpoint_folder(self.folder, step);
        trainer.save(&folder).await?;
        let before = store::checkpoint_step(self.core, self.id)?;
        let stamp = self.core.clock.stamp();
        self.core.db.write(|tx| {
            store::update(tx, self.id, &[("checkpoint_step", &step)])?;
            store::write_log(tx, self.id, &format!("Saved a checkpoint at step {step}."), &stamp)
        })?;
        // Only now is the older one useless.
        if let Some(old) = before.filter(|old| *old != step) {
            let old = files::checkpoint_folder(self.folder, old);
            if old.is_dir() {
                std::fs::remove_dir_all(old)?;
            }
        }
        Ok(())
    }

    async fn best(&mut self, _step: u32, trainer: &mut dyn Trainer) -> Result<()> {
        trainer.save_adapter(&self.folder.join(files::BEST)).await?;
        if let Some(posts) = &self.last {
            files::write_atomically(&self.folder.join(files::BEST_MEASURED), &serde_json::to_vec(posts)?)?;
        }
        Ok(())
    }
}

fn base_posts<'a>(dataset: &'a FrozenDataset, posts: &[Surprise]) -> Vec<results::BasePost<'a>> {
    let of = |(post, base): (&'a crate::dataset::FrozenPost, &Surprise)| results::BasePost {
        post: post.post,
        title: &post.title,
        bytes: u32::try_from(post.text.len()).unwrap_or(u32::MAX),
        base: *base,
    };
    dataset.held_out.iter().zip(posts).map(of).collect()
}
