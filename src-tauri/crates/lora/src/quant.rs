//! The ways a row of weights can be stored, turned into f32 or multiplied as it lies.
//!
//! Layouts and type numbers are facts of ggml's file format (`ggml-common.h`, `ggml-quants.c`, `ggml.h`). A row is
//! never repacked: blocks are read where the file has them, so a K-quant costs no memory beyond the mapped file, and
//! one file may mix the types tensor by tensor, as Q4_K_M files do.
//!
//! [`blocks`] has the types of 32 weights per block, [`superblocks`] the K-quants of 256.

mod blocks;
mod superblocks;
#[cfg(test)]
mod tests;

use crate::simd::{dot, total};

/// How one tensor's weights are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    F32,
    F16,
    Bf16,
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q8_0,
    Q4K,
    Q5K,
    Q6K,
}

/// Weights per block of the simple types, and per sum in [`block_sums`].
const BLOCK: usize = 32;
/// Weights per super-block of the K-quants.
const SUPER: usize = 256;

impl Kind {
    /// What [`Kind::from_code`] knows, as a person would name it.
    pub(crate) const NAMES: &'static str = "F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K and Q6_K";

    /// From ggml's type number; the name of the type when it is not supported.
    pub(crate) fn from_code(code: u32) -> Result<Kind, String> {
        Ok(match code {
            0 => Kind::F32,
            1 => Kind::F16,
            2 => Kind::Q4_0,
            3 => Kind::Q4_1,
            6 => Kind::Q5_0,
            7 => Kind::Q5_1,
            8 => Kind::Q8_0,
            12 => Kind::Q4K,
            13 => Kind::Q5K,
            14 => Kind::Q6K,
            30 => Kind::Bf16,
            other => return Err(foreign_name(other)),
        })
    }

    /// Weights and bytes of one block.
    const fn block(self) -> (usize, usize) {
        match self {
            Kind::F32 => (1, 4),
            Kind::F16 | Kind::Bf16 => (1, 2),
            Kind::Q4_0 => (BLOCK, 18),
            Kind::Q4_1 => (BLOCK, 20),
            Kind::Q5_0 => (BLOCK, 22),
            Kind::Q5_1 => (BLOCK, 24),
            Kind::Q8_0 => (BLOCK, 34),
            Kind::Q4K => (SUPER, 144),
            Kind::Q5K => (SUPER, 176),
            Kind::Q6K => (SUPER, 210),
        }
    }

    /// Bytes of a row of `n` weights, or None when they do not fill whole blocks.
    pub(crate) fn row_bytes(self, n: usize) -> Option<usize> {
        let (per, bytes) = self.block();
        n.is_multiple_of(per).then(|| n / per * bytes)
    }

    /// Writes the weights of `row` to `out`. The lengths belong together as in [`Kind::row_bytes`].
    #[inline(always)]
    pub(crate) fn dequantise(self, row: &[u8], out: &mut [f32]) {
        match self {
            Kind::F32 => {
                for (x, b) in out.iter_mut().zip(row.as_chunks::<4>().0) {
                    *x = f32::from_le_bytes(*b);
                }
            }
            Kind::F16 => {
                for (x, b) in out.iter_mut().zip(row.as_chunks::<2>().0) {
                    *x = half_to_f32(*b);
                }
            }
            Kind::Bf16 => {
                for (x, b) in out.iter_mut().zip(row.as_chunks::<2>().0) {
                    *x = f32::from_bits((u16::from_le_bytes(*b) as u32) << 16);
                }
            }
            Kind::Q4_0 => {
                for (x, b) in out.as_chunks_mut::<BLOCK>().0.iter_mut().zip(row.as_chunks::<18>().0) {
                    let d = half_to_f32([b[0], b[1]]);
                    blocks::nibbles(&b[2..], d, -8.0 * d, x);
                }
            }
            Kind::Q4_1 => {
                for (x, b) in out.as_chunks_mut::<BLOCK>().0.iter_mut().zip(row.as_chunks::<20>().0) {
                    blocks::nibbles(&b[4..], half_to_f32([b[0], b[1]]), half_to_f32([b[2], b[3]]), x);
                }
            }
            Kind::Q8_0 => {
                for (x, b) in out.as_chunks_mut::<BLOCK>().0.iter_mut().zip(row.as_chunks::<34>().0) {
                    let d = half_to_f32([b[0], b[1]]);
                    for i in 0..BLOCK {
                        x[i] = d * (b[2 + i] as i8) as f32;
                    }
                }
            }
            Kind::Q5_0 => {
                for (x, b) in out.as_chunks_mut::<BLOCK>().0.iter_mut().zip(row.as_chunks::<22>().0) {
                    blocks::q5_0(b).write(x);
                }
            }
            Kind::Q5_1 => {
                for (x, b) in out.as_chunks_mut::<BLOCK>().0.iter_mut().zip(row.as_chunks::<24>().0) {
                    blocks::q5_1(b).write(x);
                }
            }
            Kind::Q4K => superblocks::dequantise(row, out, superblocks::q4_k),
            Kind::Q5K => superblocks::dequantise(row, out, superblocks::q5_k),
            Kind::Q6K => superblocks::dequantise(row, out, superblocks::q6_k),
        }
    }

    /// The inner product of a stored row with `x`; `sums` are the sums of x's blocks of 32 (see [`block_sums`]).
    #[inline(always)]
    pub(crate) fn dot(self, row: &[u8], x: &[f32], sums: &[f32]) -> f32 {
        let xs = x.as_chunks::<BLOCK>().0;
        let mut lanes = [0f32; 16];
        let mut offset = 0.0;
        match self {
            Kind::Q4_0 => {
                for ((b, x), sum) in row.as_chunks::<18>().0.iter().zip(xs).zip(sums) {
                    let d = half_to_f32([b[0], b[1]]);
                    blocks::dot_nibbles(&b[2..], d, x, &mut lanes);
                    offset -= 8.0 * d * sum;
                }
            }
            Kind::Q4_1 => {
                for ((b, x), sum) in row.as_chunks::<20>().0.iter().zip(xs).zip(sums) {
                    blocks::dot_nibbles(&b[4..], half_to_f32([b[0], b[1]]), x, &mut lanes);
                    offset += half_to_f32([b[2], b[3]]) * sum;
                }
            }
            Kind::Q8_0 => {
                for (b, x) in row.as_chunks::<34>().0.iter().zip(xs) {
                    let d = half_to_f32([b[0], b[1]]);
                    let q: &[u8; BLOCK] = b[2..].as_array().unwrap_or(&[0; BLOCK]);
                    for i in 0..16 {
                        lanes[i] += d * ((q[i] as i8) as f32 * x[i] + (q[i + 16] as i8) as f32 * x[i + 16]);
                    }
                }
            }
            Kind::Q5_0 => {
                for ((b, x), sum) in row.as_chunks::<22>().0.iter().zip(xs).zip(sums) {
                    offset += blocks::q5_0(b).dot(x, *sum, &mut lanes);
                }
            }
            Kind::Q5_1 => {
                for ((b, x), sum) in row.as_chunks::<24>().0.iter().zip(xs).zip(sums) {
                    offset += blocks::q5_1(b).dot(x, *sum, &mut lanes);
                }
            }
            Kind::Q4K => offset += superblocks::dot(row, xs, sums, &mut lanes, superblocks::q4_k),
            Kind::Q5K => offset += superblocks::dot(row, xs, sums, &mut lanes, superblocks::q5_k),
            Kind::Q6K => offset += superblocks::dot(row, xs, sums, &mut lanes, superblocks::q6_k),
            Kind::F32 | Kind::F16 | Kind::Bf16 => {
                let width = if self == Kind::F32 { 4 } else { 2 };
                let mut part = [0f32; 64];
                for (b, x) in row.chunks(64 * width).zip(x.chunks(64)) {
                    self.dequantise(b, &mut part[..x.len()]);
                    offset += dot(&part[..x.len()], x);
                }
            }
        }
        total(lanes) + offset
    }
}

/// The sums of each 32 elements of `x`, which [`Kind::dot`] needs once per vector instead of once per row.
pub(crate) fn block_sums(x: &[f32]) -> Vec<f32> {
    x.as_chunks::<BLOCK>().0.iter().map(|block| crate::simd::sum(block)).collect()
}

/// The name of a type that cannot be read.
fn foreign_name(code: u32) -> String {
    let name = match code {
        4 => "Q4_2",
        5 => "Q4_3",
        9 => "Q8_1",
        10 => "Q2_K",
        11 => "Q3_K",
        15 => "Q8_K",
        16 => "IQ2_XXS",
        17 => "IQ2_XS",
        18 => "IQ3_XXS",
        19 => "IQ1_S",
        20 => "IQ4_NL",
        21 => "IQ3_S",
        22 => "IQ2_S",
        23 => "IQ4_XS",
        24 => "I8",
        25 => "I16",
        26 => "I32",
        27 => "I64",
        28 => "F64",
        29 => "IQ1_M",
        34 => "TQ1_0",
        35 => "TQ2_0",
        39 => "MXFP4",
        other => return format!("type {other}"),
    };
    name.to_owned()
}

/// IEEE half precision to single, without branches: shift into place, then rescale the exponent by a multiplication.
#[inline(always)]
fn half_to_f32(bytes: [u8; 2]) -> f32 {
    let h = u16::from_le_bytes(bytes) as u32;
    let magnitude = f32::from_bits((h & 0x7fff) << 13) * f32::from_bits(0x7780_0000);
    // Infinity and NaN have the largest exponent, which the multiplication would make finite.
    let special = if h & 0x7c00 == 0x7c00 { 0x7f80_0000 } else { 0 };
    f32::from_bits(magnitude.to_bits() | special | (h & 0x8000) << 16)
}
