//! The operations between the matrix products: RMSNorm and rotary embedding, each with its derivative.

use std::ops::Range;

use rayon::prelude::*;

use crate::pack::Pack;
use crate::simd::{add_scaled, dot, wide};

/// Rows one task works through.
const ROWS: usize = 16;

/// `y = x / rms(x) * gain`, row by row. Zhang and Sennrich 2019, arXiv 1910.07467.
pub(crate) fn rms_norm(x: &[f32], gain: &[f32], eps: f32, y: &mut [f32]) {
    let h = gain.len();
    y.par_chunks_mut(ROWS * h).zip(x.par_chunks(ROWS * h)).for_each(|(y, x)| {
        wide(
            #[inline(always)]
            || {
                for (y, x) in y.chunks_exact_mut(h).zip(x.chunks_exact(h)) {
                    rms_norm_row(x, gain, eps, y);
                }
            },
        );
    });
}

#[inline(always)]
pub(crate) fn rms_norm_row(x: &[f32], gain: &[f32], eps: f32, y: &mut [f32]) {
    let inverse = inverse_rms(x, eps);
    for ((y, x), g) in y.iter_mut().zip(x).zip(gain) {
        *y = x * inverse * g;
    }
}

#[inline(always)]
fn inverse_rms(x: &[f32], eps: f32) -> f32 {
    1.0 / (dot(x, x) / x.len() as f32 + eps).sqrt()
}

/// Adds to `dx` the gradient that reaches x through `rms_norm`, given the gradient `dy` of its result.
pub(crate) fn rms_norm_backward(x: &[f32], gain: &[f32], eps: f32, dy: &[f32], dx: &mut [f32]) {
    let h = gain.len();
    let rows = ROWS * h;
    dx.par_chunks_mut(rows).zip(x.par_chunks(rows)).zip(dy.par_chunks(rows)).for_each(|((dx, x), dy)| {
        wide(
            #[inline(always)]
            || {
                for ((dx, x), dy) in dx.chunks_exact_mut(h).zip(x.chunks_exact(h)).zip(dy.chunks_exact(h)) {
                    rms_norm_backward_row(x, gain, eps, dy, dx);
                }
            },
        );
    });
}

#[inline(always)]
pub(crate) fn rms_norm_backward_row(x: &[f32], gain: &[f32], eps: f32, dy: &[f32], dx: &mut [f32]) {
    let inverse = inverse_rms(x, eps);
    let mut lanes = [0f32; 16];
    for ((x, g), dy) in x.chunks(16).zip(gain.chunks(16)).zip(dy.chunks(16)) {
        for i in 0..x.len() {
            lanes[i] += x[i] * g[i] * dy[i];
        }
    }
    let along = crate::simd::total(lanes) * inverse * inverse * inverse / x.len() as f32;
    for (((dx, x), g), dy) in dx.iter_mut().zip(x).zip(gain).zip(dy) {
        *dx += inverse * g * dy - along * x;
    }
}

/// Adds the same row to every row of `y`.
pub(crate) fn add_to_rows(y: &mut [f32], row: &[f32]) {
    y.par_chunks_mut(row.len()).with_min_len(ROWS).for_each(|y| y.iter_mut().zip(row).for_each(|(y, b)| *y += b));
}

/// Adds `x` to `y`.
pub(crate) fn add(y: &mut [f32], x: &[f32]) {
    y.par_chunks_mut(1 << 12).zip(x.par_chunks(1 << 12)).for_each(|(y, x)| add_scaled(y, 1.0, x));
}

/// Cosines and sines of the rotary embedding for each position: Su et al. 2021, arXiv 2104.09864. The pairs are
/// (i, i + d/2), as in Hugging Face's `rotate_half`.
pub(crate) struct Rope {
    half: usize,
    /// The position the table begins with.
    first: usize,
    /// Per position, `half` cosines and then `half` sines.
    table: Vec<f32>,
}

impl Rope {
    pub(crate) fn new(frequencies: &[f64], positions: Range<usize>) -> Rope {
        let first = positions.start;
        let mut table = Vec::with_capacity(positions.len() * frequencies.len() * 2);
        for position in positions {
            let angles = || frequencies.iter().map(|f| position as f64 * f);
            table.extend(angles().map(|a| a.cos() as f32));
            table.extend(angles().map(|a| a.sin() as f32));
        }
        Rope { half: frequencies.len(), first, table }
    }

    /// Writes `x` turned by its position to `y`; by the opposite angle when `back`.
    #[inline(always)]
    pub(crate) fn turn(&self, position: usize, back: bool, x: &[f32], y: &mut [f32]) {
        let half = self.half;
        let (cos, sin) = self.table[(position - self.first) * 2 * half..][..2 * half].split_at(half);
        let sign = if back { -1.0 } else { 1.0 };
        let (x0, x1) = x.split_at(half);
        let (y0, y1) = y.split_at_mut(half);
        for i in 0..half {
            let s = sign * sin[i];
            y0[i] = x0[i] * cos[i] - x1[i] * s;
            y1[i] = x1[i] * cos[i] + x0[i] * s;
        }
    }
}

/// From the fused product's layout (token by token) to one block of rows per head, rotating the first `turned`
/// heads, so that attention reads memory in order.
pub(crate) fn split_heads(pack: &Pack, rope: &Rope, turned: usize, fused: &[f32], heads: &mut [f32]) {
    let (n, d) = (pack.len(), 2 * rope.half);
    let width = fused.len() / n;
    heads.par_chunks_mut(n * d).enumerate().for_each(|(head, out)| {
        wide(
            #[inline(always)]
            || {
                for span in &pack.spans {
                    for row in span.clone() {
                        let (x, y) = (&fused[row * width + head * d..][..d], &mut out[row * d..][..d]);
                        if head < turned {
                            rope.turn(row - span.start, false, x, y);
                        } else {
                            y.copy_from_slice(x);
                        }
                    }
                }
            },
        );
    });
}

/// The way back: gradients per head into the fused layout, rotated backwards.
pub(crate) fn join_heads(pack: &Pack, rope: &Rope, turned: usize, heads: &[f32], fused: &mut [f32]) {
    let (n, d) = (pack.len(), 2 * rope.half);
    let width = fused.len() / n;
    let mut position = vec![0; n];
    for span in &pack.spans {
        for row in span.clone() {
            position[row] = row - span.start;
        }
    }
    fused.par_chunks_mut(width).enumerate().with_min_len(ROWS).for_each(|(row, out)| {
        wide(
            #[inline(always)]
            || {
                for (head, y) in out.chunks_exact_mut(d).enumerate() {
                    let x = &heads[(head * n + row) * d..][..d];
                    if head < turned {
                        rope.turn(position[row], true, x, y);
                    } else {
                        y.copy_from_slice(x);
                    }
                }
            },
        );
    });
}
