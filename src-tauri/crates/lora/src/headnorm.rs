//! The norm that Qwen3 and Gemma 3 put on each head of queries and keys before turning it (Henry et al. 2020,
//! arXiv 2010.04245, with RMSNorm).

use rayon::prelude::*;

use crate::config::Config;
use crate::ops::{rms_norm_backward_row, rms_norm_row};
use crate::simd::wide;

/// Tokens one task works through.
const ROWS: usize = 16;

/// Widths of a token's queries and keys together.
pub(crate) fn width(c: &Config) -> usize {
    c.q_width() + c.kv_width()
}

/// Normalises queries and keys in `fused` (rows of queries, keys and values) and keeps them as they were in `raw`
/// (rows of queries and keys).
pub(crate) fn forward(c: &Config, gains: &[Vec<f32>; 2], fused: &mut [f32], raw: &mut [f32]) {
    let (all, turned, d) = (c.qkv_width(), width(c), c.head_dim);
    fused.par_chunks_mut(ROWS * all).zip(raw.par_chunks_mut(ROWS * turned)).for_each(|(fused, raw)| {
        wide(
            #[inline(always)]
            || {
                for (fused, raw) in fused.chunks_exact_mut(all).zip(raw.chunks_exact_mut(turned)) {
                    raw.copy_from_slice(&fused[..turned]);
                    for (head, (y, x)) in fused.chunks_exact_mut(d).zip(raw.chunks_exact(d)).enumerate() {
                        rms_norm_row(x, gain(c, gains, head), c.norm_eps, y);
                    }
                }
            },
        );
    });
}

/// Turns the gradients of normalised queries and keys in `dfused` into those of `raw`, in place.
pub(crate) fn backward(c: &Config, gains: &[Vec<f32>; 2], raw: &[f32], dfused: &mut [f32]) {
    let (all, turned, d) = (c.qkv_width(), width(c), c.head_dim);
    dfused.par_chunks_mut(ROWS * all).zip(raw.par_chunks(ROWS * turned)).for_each(|(dfused, raw)| {
        wide(
            #[inline(always)]
            || {
                let mut dy = vec![0.0; d];
                for (dfused, raw) in dfused.chunks_exact_mut(all).zip(raw.chunks_exact(turned)) {
                    for (head, (dx, x)) in dfused.chunks_exact_mut(d).zip(raw.chunks_exact(d)).enumerate() {
                        dy.copy_from_slice(dx);
                        dx.fill(0.0);
                        rms_norm_backward_row(x, gain(c, gains, head), c.norm_eps, &dy, dx);
                    }
                }
            },
        );
    });
}

/// Query heads share one gain, key heads the other.
#[inline(always)]
fn gain<'a>(c: &Config, gains: &'a [Vec<f32>; 2], head: usize) -> &'a [f32] {
    &gains[(head >= c.heads) as usize]
}
