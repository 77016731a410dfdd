//! Every way of storing weights gives the model that its weights are: the same file with all tensors as F32, read by
//! the tests' own slow reading, has the same losses and the same gradients.

use std::sync::Arc;

use idiolect_lora::{Model, Trainer};

use crate::gradient::random_adapter;
use crate::tiny::{Kind, Tiny, datum};

/// Loss and all gradients of one batch of two sequences with masked prompts.
fn gradients(model: &Arc<Model>) -> (f64, Vec<f32>) {
    let adapter = random_adapter(model);
    let mut trainer = Trainer::from_adapter(model.clone(), adapter.clone()).expect("it fits");
    let loss = trainer.forward_backward(&[datum(1, 150, 20), datum(2, 37, 5)], &|| false).expect("finite");
    let all = adapter.tensors().flat_map(|(name, ..)| trainer.gradient(&name).expect("there is one").to_vec());
    (loss.weighted_nll, all.collect())
}

fn agrees(tiny: Tiny, what: &str) {
    let (stored, plain) = (gradients(&tiny.open()), gradients(&Tiny { plain: true, ..tiny }.open()));
    assert!(stored.1.iter().any(|g| *g != 0.0), "{what}");
    // Dequantising is exact and what follows is the same code, so not a bit may differ.
    assert!(stored == plain, "{what}: {} instead of {}", stored.0, plain.0);
}

#[test]
fn losses_and_gradients_are_those_of_the_same_weights_in_f32() {
    for kind in Kind::READ {
        agrees(Tiny { matrices: kind, hidden: 256, ffn: 512, ..Tiny::default() }, &format!("{kind:?}"));
    }
}

#[test]
fn every_type_can_be_the_embedding_and_the_tied_head() {
    for kind in Kind::READ {
        agrees(Tiny { embedding: kind, hidden: 256, ..Tiny::default() }, &format!("{kind:?}"));
    }
}

/// As in Q4_K_M files: most matrices Q4_K, some Q6_K, the embedding Q6_K or Q8_0.
#[test]
fn one_file_may_mix_types() {
    for embedding in [Kind::Q6K, Kind::Q8_0] {
        let mixed = Tiny { matrices: Kind::Q4K, some_matrices: Some(Kind::Q6K), embedding, ..Tiny::default() };
        agrees(Tiny { hidden: 256, ffn: 256, ..mixed }, &format!("{embedding:?}"));
    }
}
