use super::*;
use crate::dataset::{FrozenExample, FrozenPost, Kind, Order, Preset, PresetName};
use crate::engine::fake::FakeEngine;
use crate::engine::{Engine, Start};
use crate::id::PostId;

/// Writes down what it hears; asks when it has been asked often enough.
#[derive(Default)]
struct Script {
    asks_at: Option<(usize, Request)>,
    asked: usize,
    steps: Vec<u32>,
    measured: Vec<u32>,
    saved: Vec<u32>,
}

#[async_trait]
impl Observer for Script {
    fn request(&mut self) -> Result<Option<Request>> {
        self.asked += 1;
        Ok(self.asks_at.filter(|(at, _)| self.asked >= *at).map(|(_, request)| request))
    }

    fn stepped(&mut self, progress: &Progress) -> Result<()> {
        self.steps.push(progress.step);
        Ok(())
    }

    fn measured(&mut self, step: u32, _: &[Surprise]) -> Result<()> {
        self.measured.push(step);
        Ok(())
    }

    async fn checkpoint(&mut self, step: u32, _: &mut dyn Trainer) -> Result<()> {
        self.saved.push(step);
        Ok(())
    }

    async fn best(&mut self, _: u32, _: &mut dyn Trainer) -> Result<()> {
        Ok(())
    }
}

fn dataset() -> FrozenDataset {
    let example = |post| FrozenExample {
        unit: post,
        post: Some(PostId(post)),
        kind: Kind::Completion,
        template: "whole".to_owned(),
        prompt: "Write:".to_owned(),
        completion: format!("Post {post} says this."),
    };
    let post =
        |post| FrozenPost { post: PostId(post), title: format!("Post {post}"), text: "It says that.".to_owned() };
    FrozenDataset {
        preset: PresetName::voice(),
        order: Order::OncePerPost,
        kinds: vec![Kind::Completion],
        examples: (1..=4).map(example).collect(),
        held_out: (5..=7).map(post).collect(),
    }
}

/// Four steps, measured before, half-way and at the end of each of two passes.
async fn run(script: &mut Script, from_step: u32, measured: Vec<(u32, f64)>) -> Ended {
    let engine = FakeEngine::default();
    let codec = engine.default_codec().expect("bytes");
    let recipe = Recipe { batch_size: 2, epochs: 2, ..Recipe::of(&Preset::voice()) };
    let start = Start::New { model: "fake".to_owned(), rank: 4, alpha: 8.0, seed: 1 };
    let mut trainer = engine.trainer(start).await.expect("a trainer");
    let dataset = dataset();
    let job = Job {
        recipe: &recipe,
        dataset: &dataset,
        codec: codec.as_ref(),
        longest: 512,
        steps: 4,
        from_step,
        measured,
        seconds_spent: 0.0,
    };
    train(&job, trainer.as_mut(), script).await.expect("a run")
}

#[tokio::test]
async fn a_pause_while_the_posts_are_measured_is_heeded_at_once_and_measured_again_later() {
    // Before the first step, at the second of three posts.
    let mut script = Script { asks_at: Some((2, Request::Pause)), ..Script::default() };
    assert_eq!(run(&mut script, 0, Vec::new()).await, Ended::Paused);
    assert_eq!((script.measured.as_slice(), script.saved.as_slice()), (&[][..], &[0][..]));

    // After the last step: what was not measured is measured when the run goes on, and no step is taken again.
    let mut script = Script::default();
    let ended = run(&mut script, 4, vec![(0, 4.0), (1, 3.9), (2, 3.8), (3, 3.7)]).await;
    assert_eq!((ended, script.steps.len()), (Ended::Finished, 0));
    assert_eq!(script.measured, [4]);
}

#[tokio::test]
async fn giving_up_while_the_posts_are_measured_saves_nothing() {
    let mut script = Script { asks_at: Some((1, Request::Cancel)), ..Script::default() };
    assert_eq!(run(&mut script, 0, Vec::new()).await, Ended::Cancelled);
    assert!(script.saved.is_empty() && script.measured.is_empty());
}

#[tokio::test]
async fn a_run_that_nobody_stops_measures_as_often_as_it_says() {
    let mut script = Script::default();
    assert_eq!(run(&mut script, 0, Vec::new()).await, Ended::Finished);
    assert_eq!(script.steps, [1, 2, 3, 4]);
    assert_eq!(script.measured, [0, 1, 2, 3, 4]);
    assert_eq!(script.measured.len() as u32, evaluations(4, 2));
}
