//! The feed-forward's gate: SiLU in most models, GELU in Gemma's. Shazeer 2020, arXiv 2002.05202.

use rayon::prelude::*;

use crate::config::Config;
use crate::simd::{exp, wide};

/// Rows one task works through.
const ROWS: usize = 16;

/// A gate's function, one element at a time.
trait Gate {
    fn value(x: f32) -> f32;
    /// The value and its derivative.
    fn slope(x: f32) -> (f32, f32);
}

/// `x / (1 + e^-x)`.
struct Silu;

impl Gate for Silu {
    #[inline(always)]
    fn value(x: f32) -> f32 {
        x / (1.0 + exp(-x))
    }

    #[inline(always)]
    fn slope(x: f32) -> (f32, f32) {
        let sigmoid = 1.0 / (1.0 + exp(-x));
        let silu = x * sigmoid;
        (silu, sigmoid + silu * (1.0 - sigmoid))
    }
}

/// GELU by its tanh approximation (Hendrycks and Gimpel 2016, arXiv 1606.08415), written with the sigmoid:
/// (1 + tanh u) / 2 = 1 / (1 + e^(-2u)).
struct Gelu;

const TWICE_SQRT_2_OVER_PI: f32 = 1.595_769_2;
const CUBIC: f32 = 0.044_715;

impl Gelu {
    /// `e^(-2u)` and twice the derivative of u. Beyond 10 the gate is open or shut, and powers of x would overflow.
    #[inline(always)]
    fn inner(x: f32) -> (f32, f32) {
        let x = if x < -10.0 { -10.0 } else { x };
        let x = if x > 10.0 { 10.0 } else { x };
        let square = CUBIC * x * x;
        (exp(-TWICE_SQRT_2_OVER_PI * x * (1.0 + square)), TWICE_SQRT_2_OVER_PI * (1.0 + 3.0 * square))
    }
}

impl Gate for Gelu {
    #[inline(always)]
    fn value(x: f32) -> f32 {
        x / (1.0 + Gelu::inner(x).0)
    }

    #[inline(always)]
    fn slope(x: f32) -> (f32, f32) {
        let (e, du) = Gelu::inner(x);
        let sigmoid = 1.0 / (1.0 + e);
        let gelu = x * sigmoid;
        let bend = if x.abs() < 10.0 { gelu * (1.0 - sigmoid) * du } else { 0.0 };
        (gelu, sigmoid + bend)
    }
}

/// `a = f(gate) * up`, where a row of `gu` is gate and up side by side.
pub(crate) fn forward(c: &Config, gu: &[f32], a: &mut [f32]) {
    match c.architecture.gates_with_gelu() {
        true => gated::<Gelu>(gu, a, c.ffn),
        false => gated::<Silu>(gu, a, c.ffn),
    }
}

/// Replaces gate and up in `gu` by their gradients, given the gradient `da` of the activation.
pub(crate) fn backward(c: &Config, gu: &mut [f32], da: &[f32]) {
    match c.architecture.gates_with_gelu() {
        true => gated_backward::<Gelu>(gu, da, c.ffn),
        false => gated_backward::<Silu>(gu, da, c.ffn),
    }
}

fn gated<G: Gate>(gu: &[f32], a: &mut [f32], ffn: usize) {
    a.par_chunks_mut(ROWS * ffn).zip(gu.par_chunks(2 * ROWS * ffn)).for_each(|(a, gu)| {
        wide(
            #[inline(always)]
            || {
                for (a, gu) in a.chunks_exact_mut(ffn).zip(gu.chunks_exact(2 * ffn)) {
                    let (gate, up) = gu.split_at(ffn);
                    for ((a, g), u) in a.iter_mut().zip(gate).zip(up) {
                        *a = G::value(*g) * u;
                    }
                }
            },
        );
    });
}

fn gated_backward<G: Gate>(gu: &mut [f32], da: &[f32], ffn: usize) {
    gu.par_chunks_mut(2 * ROWS * ffn).zip(da.par_chunks(ROWS * ffn)).for_each(|(gu, da)| {
        wide(
            #[inline(always)]
            || {
                for (gu, da) in gu.chunks_exact_mut(2 * ffn).zip(da.chunks_exact(ffn)) {
                    let (gate, up) = gu.split_at_mut(ffn);
                    for ((g, u), da) in gate.iter_mut().zip(up).zip(da) {
                        let (value, slope) = G::slope(*g);
                        let dg = da * *u * slope;
                        *u = da * value;
                        *g = dg;
                    }
                }
            },
        );
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agrees<G: Gate>(known: impl Fn(f64) -> f64) {
        for i in -1200..1200 {
            let x = i as f64 / 100.0;
            let (value, slope) = G::slope(x as f32);
            let difference = (known(x + 1e-5) - known(x - 1e-5)) / 2e-5;
            assert!((value as f64 - known(x)).abs() < 1e-5 && (G::value(x as f32) - value).abs() < 1e-5, "f({x})");
            assert!((slope as f64 - difference).abs() < 1e-5, "f'({x}) = {slope}, not {difference}");
        }
    }

    #[test]
    fn gates_and_their_slopes_agree_with_the_formulas_in_f64() {
        agrees::<Silu>(|x| x / (1.0 + (-x).exp()));
        let inner = |x: f64| (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x.powi(3));
        agrees::<Gelu>(|x| 0.5 * x * (1.0 + inner(x).tanh()));
    }

    #[test]
    fn far_out_gates_are_open_or_shut() {
        for x in [50.0f32, 1e4, 1e18] {
            assert_eq!((Gelu::value(x), Gelu::value(-x).abs() < 1e-18), (x, true));
            assert!(Gelu::slope(x).1 == 1.0 && Gelu::slope(-x).1.abs() < 1e-5, "{x}: {:?}", Gelu::slope(-x));
        }
    }
}
