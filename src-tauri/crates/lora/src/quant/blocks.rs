//! Types of 32 weights per block: each block has a half-float scale, and the levels follow it.
//!
//! Layouts from `ggml-common.h`: Q4_0 has a scale and 16 bytes of nibbles around 8; Q4_1 a scale, a minimum and
//! nibbles; Q5_0 and Q5_1 the same with a little-endian word between, whose bit i is the fifth bit of weight i; Q8_0 a
//! scale and 32 signed bytes. Nibble i of the low half is weight i, of the high half weight i + 16.

use super::{BLOCK, half_to_f32};

/// Up to 32 weights of the form `scale * level + min`.
pub(super) struct Part {
    pub(super) levels: [f32; BLOCK],
    /// One scale for each 16 weights; the same twice except in Q6_K.
    pub(super) scales: [f32; 2],
    pub(super) min: f32,
}

impl Part {
    #[inline(always)]
    pub(super) fn write(&self, x: &mut [f32; BLOCK]) {
        let halves = x.as_chunks_mut::<16>().0.iter_mut().zip(self.levels.as_chunks::<16>().0);
        for ((x, levels), scale) in halves.zip(self.scales) {
            for (x, level) in x.iter_mut().zip(levels) {
                *x = scale * level + self.min;
            }
        }
    }

    /// Adds the product with `x` to `lanes`, except for what the minimum adds to all alike, which is returned.
    #[inline(always)]
    pub(super) fn dot(&self, x: &[f32; BLOCK], sum: f32, lanes: &mut [f32; 16]) -> f32 {
        for i in 0..16 {
            lanes[i] += self.scales[0] * (self.levels[i] * x[i]) + self.scales[1] * (self.levels[i + 16] * x[i + 16]);
        }
        self.min * sum
    }
}

#[inline(always)]
pub(super) fn q5_0(b: &[u8; 22]) -> Part {
    let d = half_to_f32([b[0], b[1]]);
    let mut levels = five_bits([b[2], b[3], b[4], b[5]], &b[6..]);
    levels.iter_mut().for_each(|q| *q -= 16.0);
    Part { levels, scales: [d, d], min: 0.0 }
}

#[inline(always)]
pub(super) fn q5_1(b: &[u8; 24]) -> Part {
    let d = half_to_f32([b[0], b[1]]);
    let levels = five_bits([b[4], b[5], b[6], b[7]], &b[8..]);
    Part { levels, scales: [d, d], min: half_to_f32([b[2], b[3]]) }
}

#[inline(always)]
fn five_bits(high: [u8; 4], low: &[u8]) -> [f32; BLOCK] {
    let high = u32::from_le_bytes(high);
    let low: &[u8; 16] = low.as_array().unwrap_or(&[0; 16]);
    let mut levels = [0.0; BLOCK];
    for i in 0..16 {
        levels[i] = ((low[i] & 15) as u32 | (high >> i & 1) << 4) as f32;
    }
    for i in 0..16 {
        levels[i + 16] = ((low[i] >> 4) as u32 | (high >> (i + 16) & 1) << 4) as f32;
    }
    levels
}

#[inline(always)]
pub(super) fn nibbles(q: &[u8], d: f32, m: f32, x: &mut [f32; BLOCK]) {
    let q: &[u8; 16] = q.as_array().unwrap_or(&[0; 16]);
    for i in 0..16 {
        x[i] = (q[i] & 15) as f32 * d + m;
    }
    for i in 0..16 {
        x[i + 16] = (q[i] >> 4) as f32 * d + m;
    }
}

#[inline(always)]
pub(super) fn dot_nibbles(q: &[u8], d: f32, x: &[f32; BLOCK], lanes: &mut [f32; 16]) {
    let q: &[u8; 16] = q.as_array().unwrap_or(&[0; 16]);
    for i in 0..16 {
        lanes[i] += d * ((q[i] & 15) as f32 * x[i] + (q[i] >> 4) as f32 * x[i + 16]);
    }
}
