//! The K-quants: 256 weights in eight parts of 32, whose scales are themselves quantised.
//!
//! Layouts from `ggml-common.h`, the order of the bits from `ggml-quants.c`. All multi-byte fields are half floats.
//!
//! | type | bytes | fields |
//! |---|---|---|
//! | Q4_K | 144 | scale of scales, scale of minima, 12 bytes of 6-bit scales and minima, 128 of nibbles |
//! | Q5_K | 176 | the same with 32 bytes of fifth bits before the nibbles |
//! | Q6_K | 210 | 128 bytes of low nibbles, 64 of upper bit pairs, 16 signed scales, scale of scales |

use super::blocks::Part;
use super::{BLOCK, SUPER, half_to_f32};

/// Writes the weights of a row of super-blocks of `N` bytes; `part` reads one of a super-block's eight parts.
#[inline(always)]
pub(super) fn dequantise<const N: usize>(row: &[u8], out: &mut [f32], part: impl Fn(&[u8; N], usize) -> Part) {
    for (x, b) in out.as_chunks_mut::<SUPER>().0.iter_mut().zip(row.as_chunks::<N>().0) {
        for (j, x) in x.as_chunks_mut::<BLOCK>().0.iter_mut().enumerate() {
            part(b, j).write(x);
        }
    }
}

/// Adds the product of a row with `xs` to `lanes`, except for the minima's share, which is returned.
#[inline(always)]
pub(super) fn dot<const N: usize>(
    row: &[u8],
    xs: &[[f32; BLOCK]],
    sums: &[f32],
    lanes: &mut [f32; 16],
    part: impl Fn(&[u8; N], usize) -> Part,
) -> f32 {
    let mut offset = 0.0;
    let (xs, sums) = (xs.as_chunks::<8>().0, sums.as_chunks::<8>().0);
    for ((b, xs), sums) in row.as_chunks::<N>().0.iter().zip(xs).zip(sums) {
        for j in 0..8 {
            offset += part(b, j).dot(&xs[j], sums[j], lanes);
        }
    }
    offset
}

#[inline(always)]
pub(super) fn q4_k(b: &[u8; 144], j: usize) -> Part {
    let (scale, min) = scale_and_min(b, j);
    let mut levels = [0.0; BLOCK];
    for (level, q) in levels.iter_mut().zip(&b[16 + j / 2 * 32..][..32]) {
        *level = (q >> (j % 2 * 4) & 15) as f32;
    }
    Part { levels, scales: [scale, scale], min }
}

#[inline(always)]
pub(super) fn q5_k(b: &[u8; 176], j: usize) -> Part {
    let (scale, min) = scale_and_min(b, j);
    let mut levels = [0.0; BLOCK];
    for ((level, high), q) in levels.iter_mut().zip(&b[16..48]).zip(&b[48 + j / 2 * 32..][..32]) {
        *level = (q >> (j % 2 * 4) & 15 | (high >> j & 1) << 4) as f32;
    }
    Part { levels, scales: [scale, scale], min }
}

#[inline(always)]
pub(super) fn q6_k(b: &[u8; 210], j: usize) -> Part {
    let d = half_to_f32([b[208], b[209]]);
    let scale = |at: usize| d * (b[192 + at] as i8) as f32;
    // Each half of the super-block has its own 64 bytes of nibbles and 32 of bit pairs.
    let (half, quarter) = (j / 4, j % 4);
    let low = &b[64 * half + quarter % 2 * 32..][..32];
    let high = &b[128 + 32 * half..][..32];
    let mut levels = [0.0; BLOCK];
    for ((level, low), high) in levels.iter_mut().zip(low).zip(high) {
        let q = low >> (quarter / 2 * 4) & 15 | (high >> (quarter * 2) & 3) << 4;
        *level = (q as i8 - 32) as f32;
    }
    Part { levels, scales: [scale(2 * j), scale(2 * j + 1)], min: 0.0 }
}

/// Part j's scale and what it adds to every weight. Parts 0 to 3 have their six bits in one byte; of the others, four
/// bits share a byte and the upper two fill the gaps of the first.
#[inline(always)]
fn scale_and_min(b: &[u8], j: usize) -> (f32, f32) {
    let (d, dmin) = (half_to_f32([b[0], b[1]]), half_to_f32([b[2], b[3]]));
    let s = &b[4..16];
    let (scale, min) = match j < 4 {
        true => (s[j] & 63, s[j + 4] & 63),
        false => (s[j + 4] & 15 | s[j - 4] >> 6 << 4, s[j + 4] >> 4 | s[j] >> 6 << 4),
    };
    (d * scale as f32, -(dmin * min as f32))
}
