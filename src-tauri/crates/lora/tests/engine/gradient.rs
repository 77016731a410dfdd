//! The gradient against finite differences of the loss.

use idiolect_lora::{Adapter, LoraConfig, Model, Trainer};
use std::sync::Arc;

use crate::tiny::{Kind, Tiny, datum, numbers};

const CONFIG: LoraConfig = LoraConfig { rank: 3, alpha: 6.0, seed: 5 };

/// B is zero in a fresh adapter, which would hide errors in A's gradient.
pub fn random_adapter(model: &Model) -> Adapter {
    let mut adapter = Adapter::new(model, &CONFIG).expect("a sound rank");
    let names: Vec<String> = adapter.tensors().map(|(name, ..)| name).collect();
    for (i, name) in names.iter().enumerate().filter(|(_, name)| name.contains("lora_B")) {
        let tensor = adapter.tensor_mut(name).expect("the name is its own");
        tensor.iter_mut().zip(numbers(i as u64 + 1)).for_each(|(x, r)| *x = 0.2 * r);
    }
    adapter
}

fn loss(model: &Arc<Model>, adapter: &Adapter) -> f64 {
    let batch = [datum(1, 150, 20), datum(2, 37, 5)];
    let trainer = Trainer::from_adapter(model.clone(), adapter.clone()).expect("it fits");
    let one = |d: &idiolect_lora::Datum| {
        // Evaluate gives the plain sum, so each weight class is scored on its own.
        [0.01f32, 0.02, 0.03].map(|w| {
            let weights = d.weights.iter().map(|x| if (x - w).abs() < 1e-6 { 1.0 } else { 0.0 }).collect();
            let part = idiolect_lora::Datum { tokens: d.tokens.clone(), weights };
            w as f64 * trainer.evaluate(&part).expect("sound tokens").nll
        })
    };
    batch.iter().flat_map(one).sum()
}

/// Every tensor of both layers, in the direction of its own gradient, on two sequences with masked prompts, one of
/// them longer than an attention block.
#[test]
fn gradient_equals_finite_differences_for_every_tensor() {
    let stored = [Kind::F32, Kind::Q4_1, Kind::Q8_0].map(|matrices| Tiny { matrices, ..Tiny::default() });
    let k_quants = [Kind::Q4K, Kind::Q5K, Kind::Q6K];
    let k_quants = k_quants.map(|matrices| Tiny { matrices, hidden: 256, ffn: 256, ..Tiny::default() });
    let families = ["qwen2", "qwen3", "gemma3"].map(|architecture| Tiny { architecture, ..Tiny::default() });
    for tiny in stored.into_iter().chain(k_quants).chain(families) {
        let (what, model) = (format!("{} {:?}", tiny.architecture, tiny.matrices), tiny.open());
        let adapter = random_adapter(&model);
        let mut trainer = Trainer::from_adapter(model.clone(), adapter.clone()).expect("it fits");
        let batch = [datum(1, 150, 20), datum(2, 37, 5)];
        let batch_loss = trainer.forward_backward(&batch, &|| false).expect("finite");
        let base = loss(&model, &adapter);
        assert!((batch_loss.weighted_nll - base).abs() < 1e-4 * base, "{} {base}", batch_loss.weighted_nll);
        for (name, ..) in adapter.tensors() {
            let gradient = trainer.gradient(&name).expect("there is one").to_vec();
            let norm = gradient.iter().map(|g| (*g as f64).powi(2)).sum::<f64>().sqrt();
            assert!(norm > 1e-4, "{what}: {name} has no gradient");
            // Long enough that the loss moves by more than its rounding, short enough to stay straight.
            let step = 0.02;
            let moved = |sign: f64| {
                let mut adapter = adapter.clone();
                let tensor = adapter.tensor_mut(&name).expect("the name is its own");
                tensor.iter_mut().zip(&gradient).for_each(|(x, g)| *x += (sign * step * *g as f64 / norm) as f32);
                loss(&model, &adapter)
            };
            let measured = (moved(1.0) - moved(-1.0)) / (2.0 * step);
            assert!((measured - norm).abs() < 0.01 * norm + 2e-4, "{what}: {name}: {measured} instead of {norm}");
        }
    }
}

/// Guards one direction only along the gradient: single elements must be right as well.
#[test]
fn gradient_of_single_weights_equals_finite_differences() {
    let model = Tiny::default().open();
    let adapter = random_adapter(&model);
    let mut trainer = Trainer::from_adapter(model.clone(), adapter.clone()).expect("it fits");
    trainer.forward_backward(&[datum(1, 150, 20), datum(2, 37, 5)], &|| false).expect("finite");
    for (name, ..) in adapter.tensors() {
        let gradient = trainer.gradient(&name).expect("there is one");
        // The largest element of each tensor stands out of the rounding noise.
        let at = (0..gradient.len()).max_by(|&a, &b| gradient[a].abs().total_cmp(&gradient[b].abs())).expect("some");
        let step = 0.02f32;
        let moved = |sign: f32| {
            let mut adapter = adapter.clone();
            adapter.tensor_mut(&name).expect("the name is its own")[at] += sign * step;
            loss(&model, &adapter)
        };
        let measured = (moved(1.0) - moved(-1.0)) / (2.0 * step as f64);
        let expected = gradient[at] as f64;
        assert!((measured - expected).abs() < 0.02 * expected.abs() + 2e-4, "{name}[{at}]: {measured}, {expected}");
    }
}

#[test]
fn gradients_of_micro_batches_add_up_to_that_of_the_whole() {
    let model = Tiny::default().open();
    let adapter = random_adapter(&model);
    let new = || Trainer::from_adapter(model.clone(), adapter.clone()).expect("it fits");
    let (mut whole, mut parts) = (new(), new());
    let batch = [datum(1, 60, 20), datum(2, 37, 5)];
    whole.forward_backward(&batch, &|| false).expect("finite");
    for d in batch {
        parts.forward_backward(&[d], &|| false).expect("finite");
    }
    for (name, ..) in adapter.tensors() {
        let (a, b) = (whole.gradient(&name).expect("there is one"), parts.gradient(&name).expect("there is one"));
        let scale = a.iter().fold(0f32, |m, x| m.max(x.abs()));
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-4 * scale), "{name}");
    }
}

/// Layers that are run twice must give the same bits as layers that are kept.
#[test]
fn memory_budget_does_not_change_the_gradient() {
    let model = Tiny::default().open();
    let adapter = random_adapter(&model);
    let gradient = |budget: u64| {
        let mut trainer = Trainer::from_adapter(model.clone(), adapter.clone()).expect("it fits");
        trainer.set_memory_budget(budget);
        trainer.forward_backward(&[datum(1, 150, 20), datum(2, 37, 5)], &|| false).expect("finite");
        adapter.tensors().flat_map(|(name, ..)| trainer.gradient(&name).expect("there is one").to_vec()).collect()
    };
    let kept: Vec<f32> = gradient(u64::MAX);
    assert!(kept == gradient(0));
}
