//! Writing: the one-token path against training's, limits, end of text, seeds.

use std::ops::ControlFlow;

use idiolect_lora::{Error, FinishReason, SampleParams, Sampler};

use crate::gradient::random_adapter;
use crate::tiny::{Kind, Tiny, datum};

fn params() -> SampleParams {
    SampleParams { max_tokens: 20, temperature: 1.0, top_p: 1.0, repetition_penalty: 1.0, seed: 4 }
}

fn write(sampler: &mut Sampler, prompt: &[u32], params: &SampleParams) -> (Vec<u32>, FinishReason) {
    let mut text = Vec::new();
    let finish = sampler.sample(prompt, params, &mut |token| {
        text.push(token);
        ControlFlow::Continue(())
    });
    let finish = finish.expect("sound prompt");
    assert_eq!(finish.tokens, text.len());
    (text, finish.reason)
}

/// The likeliest token by the cache, the stored weights and the unmerged adapter is the likeliest by training's
/// forward with merged weights, at every position of a text.
#[test]
fn greedy_text_is_what_the_training_forward_finds_likeliest() {
    for matrices in [Kind::F32, Kind::Q4_1, Kind::Q8_0] {
        let model = Tiny { matrices, ..Tiny::default() }.open();
        let adapter = random_adapter(&model);
        let mut sampler = Sampler::new(model, Some(adapter)).expect("it fits");
        let prompt = datum(3, 30, 0).tokens;
        let (text, _) = write(&mut sampler, &prompt, &SampleParams { temperature: 0.0, ..params() });
        let whole = [prompt.as_slice(), text.as_slice()].concat();
        let scores = sampler.score(&whole).expect("sound");
        for at in prompt.len()..whole.len() {
            for other in 0..260 {
                let mut tokens = whole[..=at].to_vec();
                tokens[at] = other;
                let rival = sampler.score(&tokens).expect("sound")[at];
                assert!(rival <= scores[at] + 1e-4, "at {at}: {rival} {}", scores[at]);
            }
        }
    }
}

#[test]
fn same_seed_same_text_other_seed_other_text() {
    let model = Tiny::default().open();
    let mut sampler = Sampler::new(model, None).expect("no adapter");
    let prompt = datum(3, 12, 0).tokens;
    let first = write(&mut sampler, &prompt, &params());
    assert_eq!(first, write(&mut sampler, &prompt, &params()));
    assert_ne!(first, write(&mut sampler, &prompt, &SampleParams { seed: 5, ..params() }));
}

#[test]
fn text_ends_at_its_length_and_at_the_context() {
    let model = Tiny { context: 40, ..Tiny::default() }.open();
    let mut sampler = Sampler::new(model, None).expect("no adapter");
    let greedy = SampleParams { temperature: 0.0, ..params() };
    let prompt = datum(3, 33, 0).tokens;
    assert_eq!(write(&mut sampler, &prompt, &SampleParams { max_tokens: 0, ..greedy.clone() }).0.len(), 0);
    let (text, reason) = write(&mut sampler, &prompt, &greedy);
    assert_eq!((text.len(), reason), (7, FinishReason::Length));
    let full = datum(3, 40, 0).tokens;
    assert_eq!(write(&mut sampler, &full, &greedy), (vec![], FinishReason::Length));
    let answer = sampler.sample(&datum(3, 41, 0).tokens, &greedy, &mut |_| ControlFlow::Continue(()));
    assert!(matches!(answer, Err(Error::TooLong { tokens: 41, context: 40 })));
    let answer = sampler.sample(&[], &greedy, &mut |_| ControlFlow::Continue(()));
    assert_eq!(answer.expect_err("nothing to go on").to_string(), "The input cannot be used: the prompt is empty.");
}

#[test]
fn end_token_ends_the_text_unseen() {
    let model = Tiny::default().open();
    let eos = model.tokenizer().eos();
    let mut sampler = Sampler::new(model, None).expect("no adapter");
    // Random weights find the end token sooner or later among 260 tokens.
    let ended = (0..200).any(|seed| {
        let (text, reason) = write(&mut sampler, &[5, 6, 7], &SampleParams { seed, ..params() });
        assert!(!text.contains(&eos));
        reason == FinishReason::EndOfText
    });
    assert!(ended);
}

#[test]
fn caller_can_stop_at_any_token() {
    let model = Tiny::default().open();
    let mut sampler = Sampler::new(model, None).expect("no adapter");
    let mut seen = 0;
    let finish = sampler.sample(&[5, 6], &SampleParams { temperature: 0.0, ..params() }, &mut |_| {
        seen += 1;
        if seen == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let finish = finish.expect("sound prompt");
    assert_eq!((finish.reason, finish.tokens), (FinishReason::Stopped, 3));
}

#[test]
fn senseless_settings_are_refused() {
    let mut sampler = Sampler::new(Tiny::default().open(), None).expect("no adapter");
    for bad in [
        SampleParams { temperature: f32::NAN, ..params() },
        SampleParams { temperature: -1.0, ..params() },
        SampleParams { top_p: 0.0, ..params() },
        SampleParams { repetition_penalty: 0.0, ..params() },
    ] {
        let answer = sampler.sample(&[3], &bad, &mut |_| ControlFlow::Continue(()));
        assert!(matches!(answer, Err(Error::BadInput { .. })), "{bad:?}");
    }
}
