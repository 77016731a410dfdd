//! The ways a row of weights can be stored, turned into f32 or multiplied as it lies.
//!
//! Block layouts are those of ggml (`ggml-common.h`): 32 weights per block; Q4_0 is a half-float scale and 16 bytes of
//! nibbles around 8, Q4_1 a scale, a minimum and nibbles, Q8_0 a scale and 32 signed bytes. Nibble i of the low half
//! is weight i, of the high half weight i + 16.

use crate::simd::{dot, total};

/// How one tensor's weights are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    F32,
    F16,
    Bf16,
    Q4_0,
    Q4_1,
    Q8_0,
}

/// Weights per quantised block.
const BLOCK: usize = 32;

impl Kind {
    /// From ggml's type number; the name of the type when it is not supported.
    pub(crate) fn from_code(code: u32) -> Result<Kind, String> {
        const NAMES: [&str; 31] = [
            "F32", "F16", "Q4_0", "Q4_1", "Q4_2", "Q4_3", "Q5_0", "Q5_1", "Q8_0", "Q8_1", "Q2_K", "Q3_K", "Q4_K",
            "Q5_K", "Q6_K", "Q8_K", "IQ2_XXS", "IQ2_XS", "IQ3_XXS", "IQ1_S", "IQ4_NL", "IQ3_S", "IQ2_S", "IQ4_XS",
            "I8", "I16", "I32", "I64", "F64", "IQ1_M", "BF16",
        ];
        Ok(match code {
            0 => Kind::F32,
            1 => Kind::F16,
            2 => Kind::Q4_0,
            3 => Kind::Q4_1,
            8 => Kind::Q8_0,
            30 => Kind::Bf16,
            other => {
                let name = NAMES.get(other as usize).map(|n| n.to_string());
                return Err(name.unwrap_or_else(|| format!("type {other}")));
            }
        })
    }

    /// Bytes of a row of `n` weights, or None when they do not fill whole blocks.
    pub(crate) fn row_bytes(self, n: usize) -> Option<usize> {
        let (per, bytes) = match self {
            Kind::F32 => (1, 4),
            Kind::F16 | Kind::Bf16 => (1, 2),
            Kind::Q4_0 => (BLOCK, 18),
            Kind::Q4_1 => (BLOCK, 20),
            Kind::Q8_0 => (BLOCK, 34),
        };
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
                    nibbles(&b[2..], d, -8.0 * d, x);
                }
            }
            Kind::Q4_1 => {
                for (x, b) in out.as_chunks_mut::<BLOCK>().0.iter_mut().zip(row.as_chunks::<20>().0) {
                    nibbles(&b[4..], half_to_f32([b[0], b[1]]), half_to_f32([b[2], b[3]]), x);
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
                    dot_nibbles(&b[2..], d, x, &mut lanes);
                    offset -= 8.0 * d * sum;
                }
            }
            Kind::Q4_1 => {
                for ((b, x), sum) in row.as_chunks::<20>().0.iter().zip(xs).zip(sums) {
                    dot_nibbles(&b[4..], half_to_f32([b[0], b[1]]), x, &mut lanes);
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

#[inline(always)]
fn nibbles(q: &[u8], d: f32, m: f32, x: &mut [f32; BLOCK]) {
    let q: &[u8; 16] = q.as_array().unwrap_or(&[0; 16]);
    for i in 0..16 {
        x[i] = (q[i] & 15) as f32 * d + m;
    }
    for i in 0..16 {
        x[i + 16] = (q[i] >> 4) as f32 * d + m;
    }
}

#[inline(always)]
fn dot_nibbles(q: &[u8], d: f32, x: &[f32; BLOCK], lanes: &mut [f32; 16]) {
    let q: &[u8; 16] = q.as_array().unwrap_or(&[0; 16]);
    for i in 0..16 {
        lanes[i] += d * ((q[i] & 15) as f32 * x[i] + (q[i] >> 4) as f32 * x[i + 16]);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_precision_agrees_with_the_half_crate_on_all_values() {
        for bits in 0..=u16::MAX {
            let (ours, theirs) = (half_to_f32(bits.to_le_bytes()), half::f16::from_bits(bits).to_f32());
            assert!(ours == theirs || (ours.is_nan() && theirs.is_nan()), "{bits:04x}: {ours} {theirs}");
        }
    }

    #[test]
    fn dot_of_a_stored_row_is_the_dot_of_the_dequantised_row() {
        let x: Vec<f32> = (0..64).map(|i| ((i * 37 % 17) as f32 - 8.0) / 3.0).collect();
        let sums = block_sums(&x);
        for kind in [Kind::F32, Kind::F16, Kind::Bf16, Kind::Q4_0, Kind::Q4_1, Kind::Q8_0] {
            let n = kind.row_bytes(64).expect("64 is two blocks");
            // Bytes below 0x40 keep every half and single float small and finite.
            let row: Vec<u8> = (0..n).map(|i| (i * 29 % 61) as u8).collect();
            let mut w = vec![0.0; 64];
            kind.dequantise(&row, &mut w);
            let expected: f64 = w.iter().zip(&x).map(|(w, x)| *w as f64 * *x as f64).sum();
            let got = kind.dot(&row, &x, &sums) as f64;
            assert!((got - expected).abs() <= 1e-4 * (1.0 + expected.abs()), "{kind:?}: {got} {expected}");
        }
    }

    #[test]
    fn q4_1_block_decodes_as_ggml_lays_it_out() {
        let mut row = vec![0u8; 20];
        row[..2].copy_from_slice(&half::f16::from_f32(2.0).to_le_bytes());
        row[2..4].copy_from_slice(&half::f16::from_f32(-1.0).to_le_bytes());
        row[4] = 0x3f; // weight 0 has nibble 15, weight 16 has nibble 3
        let mut x = [0.0; 32];
        Kind::Q4_1.dequantise(&row, &mut x);
        assert_eq!((x[0], x[16], x[1]), (29.0, 5.0, -1.0));
    }
}
