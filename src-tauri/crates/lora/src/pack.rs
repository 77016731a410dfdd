//! The sequences of one step laid end to end, so that every matrix product sees all tokens at once.
//!
//! No padding and no mask matrix: attention walks the spans one by one, so sequences cannot see each other.

use std::ops::Range;

use crate::error::Error;
use crate::model::Model;

/// One training sequence: token i is predicted from the tokens before it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Datum {
    /// Token ids.
    pub tokens: Vec<u32>,
    /// The weight of predicting each token in the loss, zero for a prompt. The first one is ignored, because nothing
    /// comes before it.
    pub weights: Vec<f32>,
}

/// A token to be predicted.
pub(crate) struct Target {
    /// The row of the pack whose output predicts it.
    pub(crate) row: usize,
    pub(crate) token: u32,
    pub(crate) weight: f32,
}

pub(crate) struct Pack {
    pub(crate) tokens: Vec<u32>,
    /// Where each sequence lies in `tokens`.
    pub(crate) spans: Vec<Range<usize>>,
    pub(crate) targets: Vec<Target>,
}

impl Pack {
    pub(crate) fn new(model: &Model, batch: &[Datum]) -> Result<Pack, Error> {
        let mut pack = Pack { tokens: Vec::new(), spans: Vec::new(), targets: Vec::new() };
        for datum in batch {
            let (n, weights) = (datum.tokens.len(), datum.weights.len());
            if n != weights {
                return Err(Error::input(format!("a sequence has {n} tokens but {weights} weights")));
            }
            check(model, &datum.tokens)?;
            if datum.weights.iter().any(|w| !w.is_finite() || *w < 0.0) {
                return Err(Error::input("a weight is negative or not a finite number"));
            }
            // What comes after the last token to be predicted, itself included, has no influence on the loss.
            let Some(last) = (1..n).rev().find(|&i| datum.weights[i] > 0.0) else {
                continue;
            };
            let start = pack.tokens.len();
            pack.tokens.extend(&datum.tokens[..last]);
            pack.spans.push(start..start + last);
            let predicted = (1..=last).filter(|&i| datum.weights[i] > 0.0);
            pack.targets.extend(predicted.map(|i| Target {
                row: start + i - 1,
                token: datum.tokens[i],
                weight: datum.weights[i],
            }));
        }
        Ok(pack)
    }

    /// One sequence without anything to predict.
    pub(crate) fn prompt(model: &Model, tokens: &[u32]) -> Result<Pack, Error> {
        check(model, tokens)?;
        Ok(Pack { tokens: tokens.to_vec(), spans: std::iter::once(0..tokens.len()).collect(), targets: Vec::new() })
    }

    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(crate) fn longest(&self) -> usize {
        self.spans.iter().map(|span| span.len()).max().unwrap_or(0)
    }
}

fn check(model: &Model, tokens: &[u32]) -> Result<(), Error> {
    let context = model.config().context_length;
    if tokens.len() > context {
        return Err(Error::TooLong { tokens: tokens.len(), context });
    }
    match tokens.iter().find(|&&t| t as usize >= model.config().vocab) {
        Some(t) => Err(Error::input(format!("token {t} is outside the model's vocabulary"))),
        None => Ok(()),
    }
}
