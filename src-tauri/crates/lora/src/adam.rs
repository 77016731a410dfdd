//! AdamW over one flat buffer.
//!
//! Loshchilov and Hutter 2019, arXiv 1711.05101: bias-corrected moments, weight decay apart from the gradient.

use rayon::prelude::*;

use crate::error::Error;
use crate::simd::{dot, wide};

/// The optimizer's settings for one step.
#[derive(Clone, Debug, PartialEq)]
pub struct AdamParams {
    /// Step size.
    pub learning_rate: f32,
    /// Decay of the first moment, in [0, 1).
    pub beta1: f32,
    /// Decay of the second moment, in [0, 1).
    pub beta2: f32,
    /// Added to the root of the second moment.
    pub eps: f32,
    /// Share of the weights taken away per step and unit of learning rate.
    pub weight_decay: f32,
    /// The gradient is scaled down to this norm if it is larger; 0 leaves it alone.
    pub max_grad_norm: f32,
}

impl Default for AdamParams {
    fn default() -> AdamParams {
        AdamParams { learning_rate: 5e-4, beta1: 0.9, beta2: 0.999, eps: 1e-8, weight_decay: 0.0, max_grad_norm: 1.0 }
    }
}

/// What an optimizer step did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepInfo {
    /// The number of this step, the first being 1.
    pub step: u64,
    /// The gradient's Euclidean norm before clipping.
    pub grad_norm: f64,
}

/// First and second moments of every weight.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Moments {
    pub(crate) step: u64,
    pub(crate) first: Vec<f32>,
    pub(crate) second: Vec<f32>,
}

/// Elements per task and per partial sum; part of the result, because it fixes the order of the norm's sum.
const CHUNK: usize = 1 << 14;

impl Moments {
    pub(crate) fn new(len: usize) -> Moments {
        Moments { step: 0, first: vec![0.0; len], second: vec![0.0; len] }
    }

    /// Changes `weights` by one step. Fails before changing anything when the gradient is not finite.
    pub(crate) fn step(&mut self, weights: &mut [f32], grad: &[f32], p: &AdamParams) -> Result<StepInfo, Error> {
        check(p)?;
        let parts: Vec<f64> = grad
            .par_chunks(CHUNK)
            .map(|g| {
                wide(
                    #[inline(always)]
                    || dot(g, g),
                ) as f64
            })
            .collect();
        let grad_norm = parts.iter().sum::<f64>().sqrt();
        if !grad_norm.is_finite() {
            return Err(Error::Diverged { what: "gradient" });
        }
        let clip = match p.max_grad_norm > 0.0 && grad_norm > p.max_grad_norm as f64 {
            true => (p.max_grad_norm as f64 / grad_norm) as f32,
            false => 1.0,
        };
        self.step += 1;
        let correction = |beta: f32| 1.0 - (beta as f64).powf(self.step as f64);
        let rate = (p.learning_rate as f64 / correction(p.beta1)) as f32;
        let second_correction = (1.0 / correction(p.beta2)) as f32;
        let keep = 1.0 - p.learning_rate * p.weight_decay;
        let moments = self.first.par_chunks_mut(CHUNK).zip(self.second.par_chunks_mut(CHUNK));
        let chunks = weights.par_chunks_mut(CHUNK).zip(grad.par_chunks(CHUNK)).zip(moments);
        chunks.for_each(|((w, g), (m, v))| {
            wide(
                #[inline(always)]
                || {
                    for (((w, g), m), v) in w.iter_mut().zip(g).zip(m).zip(v) {
                        let g = g * clip;
                        *m = p.beta1 * *m + (1.0 - p.beta1) * g;
                        *v = p.beta2 * *v + (1.0 - p.beta2) * g * g;
                        *w = *w * keep - rate * *m / ((*v * second_correction).sqrt() + p.eps);
                    }
                },
            );
        });
        Ok(StepInfo { step: self.step, grad_norm })
    }
}

fn check(p: &AdamParams) -> Result<(), Error> {
    let unit = |x: f32| (0.0..1.0).contains(&x);
    let positive = |x: f32| x.is_finite() && x >= 0.0;
    let sizes = [p.learning_rate, p.eps, p.weight_decay, p.max_grad_norm];
    match unit(p.beta1) && unit(p.beta2) && sizes.into_iter().all(positive) {
        true => Ok(()),
        false => Err(Error::input("an optimizer setting is negative, not a number, or a beta is not below 1")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two steps of torch.optim.AdamW(lr=0.1, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.1), worked by hand:
    /// with a constant gradient of sign g both corrected moments are g and g^2, so each step is -0.1 sign(g).
    #[test]
    fn constant_gradient_moves_by_the_learning_rate() {
        let p = AdamParams { learning_rate: 0.1, weight_decay: 0.1, max_grad_norm: 0.0, ..AdamParams::default() };
        let mut weights = [1.0, -2.0];
        let mut moments = Moments::new(2);
        for _ in 0..2 {
            moments.step(&mut weights, &[0.5, -3.0], &p).expect("finite");
        }
        let by_hand = |w: f32, sign: f32| (w * 0.99 - 0.1 * sign) * 0.99 - 0.1 * sign;
        assert!((weights[0] - by_hand(1.0, 1.0)).abs() < 1e-6, "{weights:?}");
        assert!((weights[1] - by_hand(-2.0, -1.0)).abs() < 1e-6, "{weights:?}");
    }

    #[test]
    fn clipping_scales_the_gradient_to_the_norm() {
        let p = AdamParams { max_grad_norm: 1.0, ..AdamParams::default() };
        let mut moments = Moments::new(2);
        let info = moments.step(&mut [0.0, 0.0], &[3.0, 4.0], &p).expect("finite");
        assert_eq!(info, StepInfo { step: 1, grad_norm: 5.0 });
        assert!((moments.first[0] - 0.06).abs() < 1e-7 && (moments.first[1] - 0.08).abs() < 1e-7);
    }

    #[test]
    fn gradient_that_is_not_finite_changes_nothing() {
        let (mut weights, mut moments) = ([1.0, 2.0], Moments::new(2));
        let answer = moments.step(&mut weights, &[f32::NAN, 0.0], &AdamParams::default());
        assert!(matches!(answer, Err(Error::Diverged { .. })));
        assert_eq!((weights, moments), ([1.0, 2.0], Moments::new(2)));
    }
}
