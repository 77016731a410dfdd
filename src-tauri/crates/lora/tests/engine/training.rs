//! What a step sees and does.

use idiolect_lora::{AdamParams, Datum, Error, LoraConfig, Sampler, Trainer};

use crate::gradient::random_adapter;
use crate::tiny::{Kind, Tiny, datum};

const CONFIG: LoraConfig = LoraConfig { rank: 4, alpha: 8.0, seed: 9 };

#[test]
fn packed_sequences_do_not_see_each_other() {
    let model = Tiny::default().open();
    let adapter = random_adapter(&model);
    let mut trainer = Trainer::from_adapter(model.clone(), adapter).expect("it fits");
    let (a, b, c) = (datum(1, 140, 3), datum(2, 33, 5), datum(3, 20, 1));
    let mut alone = 0.0;
    for d in [&a, &b, &c] {
        alone += trainer.forward_backward(std::slice::from_ref(d), &|| false).expect("finite").nll;
    }
    let packed = trainer.forward_backward(&[a.clone(), b.clone(), c], &|| false).expect("finite");
    assert!((packed.nll - alone).abs() < 1e-3, "{} {alone}", packed.nll);
    // Other neighbours leave a sequence's own loss as it is.
    let mut changed = b.clone();
    changed.tokens.iter_mut().for_each(|t| *t = 3);
    let only_a = |other: &Datum| {
        let silent =
            Datum { weights: vec![0.0; other.tokens.len() - 1].into_iter().chain([1e-30]).collect(), ..other.clone() };
        let mut trainer = Trainer::new(model.clone(), &CONFIG).expect("a sound rank");
        trainer.forward_backward(&[silent, a.clone()], &|| false).expect("finite").weighted_nll
    };
    assert!((only_a(&b) - only_a(&changed)).abs() < 1e-9);
}

/// A token can only be predicted from what stands before it.
#[test]
fn later_tokens_do_not_change_earlier_scores() {
    let model = Tiny::default().open();
    let sampler = Sampler::new(model, None).expect("no adapter");
    let mut tokens = datum(4, 160, 0).tokens;
    let before = sampler.score(&tokens).expect("sound");
    tokens[150] = 5;
    let after = sampler.score(&tokens).expect("sound");
    assert!(before[..150].iter().zip(&after).all(|(a, b)| (a - b).abs() < 1e-5));
    assert!(before[150..] != after[150..]);
}

#[test]
fn fresh_adapter_is_exactly_the_base_model() {
    let model = Tiny { matrices: Kind::Q4_1, ..Tiny::default() }.open();
    let trainer = Trainer::new(model.clone(), &CONFIG).expect("a sound rank");
    let tokens = datum(4, 90, 0).tokens;
    let base = Sampler::new(model.clone(), None).expect("no adapter").score(&tokens).expect("sound");
    let fresh = Sampler::new(model, Some(trainer.adapter().clone())).expect("it fits").score(&tokens).expect("sound");
    assert_eq!(base, fresh);
    assert_eq!(base[0], 0.0);
}

#[test]
fn steps_lower_the_loss() {
    let model = Tiny { matrices: Kind::Q4_1, ..Tiny::default() }.open();
    let mut trainer = Trainer::new(model, &CONFIG).expect("a sound rank");
    let batch = [datum(1, 50, 5), datum(2, 50, 5)];
    let adam = AdamParams { learning_rate: 1e-2, ..AdamParams::default() };
    let mut losses = Vec::new();
    for step in 1..=30 {
        losses.push(trainer.forward_backward(&batch, &|| false).expect("finite").nll);
        assert_eq!(trainer.optim_step(&adam).expect("finite").step, step);
    }
    assert!(losses[29] < 0.7 * losses[0], "{losses:?}");
}

#[test]
fn result_does_not_depend_on_the_number_of_threads() {
    let model = Tiny { matrices: Kind::Q4_1, ..Tiny::default() }.open();
    let train = |threads: usize| {
        idiolect_lora::set_threads(threads);
        let mut trainer = Trainer::new(model.clone(), &CONFIG).expect("a sound rank");
        for seed in 0..3 {
            trainer.forward_backward(&[datum(seed, 300, 5), datum(seed + 9, 100, 5)], &|| false).expect("finite");
            trainer.optim_step(&AdamParams::default()).expect("finite");
        }
        trainer.adapter().clone()
    };
    let one = train(1);
    assert!(one == train(3));
    idiolect_lora::set_threads(idiolect_lora::default_threads());
}

#[test]
fn stopping_between_any_two_layers_adds_nothing() {
    let model = Tiny::default().open();
    let (first, second) = ([datum(1, 40, 5)], [datum(2, 40, 5)]);
    let mut expected = Trainer::new(model.clone(), &CONFIG).expect("a sound rank");
    expected.forward_backward(&first, &|| false).expect("finite");
    let names: Vec<String> = expected.adapter().tensors().map(|(name, ..)| name).collect();
    // Two layers forward, the head, two layers backward.
    for stop_at in 0..5 {
        let mut trainer = Trainer::new(model.clone(), &CONFIG).expect("a sound rank");
        trainer.forward_backward(&first, &|| false).expect("finite");
        let asked = std::cell::Cell::new(0);
        let stop = || asked.replace(asked.get() + 1) == stop_at;
        assert!(matches!(trainer.forward_backward(&second, &stop), Err(Error::Stopped)), "at {stop_at}");
        for name in &names {
            assert_eq!(trainer.gradient(name), expected.gradient(name), "at {stop_at}");
        }
    }
}

#[test]
fn divergence_leaves_the_weights_untouched() {
    let model = Tiny::default().open();
    let mut adapter = random_adapter(&model);
    let name = adapter.tensors().next().expect("some").0;
    adapter.tensor_mut(&name).expect("it is there")[0] = f32::INFINITY;
    let mut trainer = Trainer::from_adapter(model, adapter.clone()).expect("it fits");
    let answer = trainer.forward_backward(&[datum(1, 40, 5)], &|| false);
    assert!(matches!(answer, Err(Error::Diverged { .. })), "{answer:?}");
    assert!(matches!(trainer.optim_step(&AdamParams::default()), Err(Error::BadInput { .. })));
    assert!(trainer.adapter() == &adapter);
}

#[test]
fn unusable_batches_are_refused_in_words() {
    let model = Tiny::default().open();
    let mut trainer = Trainer::new(model, &CONFIG).expect("a sound rank");
    let mut refuse = |tokens: Vec<u32>, weights: Vec<f32>| {
        trainer.forward_backward(&[Datum { tokens, weights }], &|| false).expect_err("unusable").to_string()
    };
    assert_eq!(refuse(vec![1, 2], vec![1.0]), "The input cannot be used: a sequence has 2 tokens but 1 weights.");
    assert_eq!(
        refuse(vec![1, 999], vec![0.0, 1.0]),
        "The input cannot be used: token 999 is outside the model's vocabulary."
    );
    assert_eq!(
        refuse(vec![1, 2], vec![0.0, f32::NAN]),
        "The input cannot be used: a weight is negative or not a finite number."
    );
    assert_eq!(
        refuse(vec![1; 401], vec![1.0; 401]),
        "The text has 401 tokens, but this model reads at most 400. Use a shorter text."
    );
    // Nothing to learn is not an error.
    for empty in [vec![], vec![Datum::default()], vec![Datum { tokens: vec![3, 4], weights: vec![1.0, 0.0] }]] {
        assert_eq!(trainer.forward_backward(&empty, &|| false).expect("harmless").tokens, 0);
    }
}
