//! Weights as files store them, and a second, slow reading of them: weight by weight, straight from the layouts in
//! ggml's `ggml-common.h` and `ggml-quants.c`, sharing nothing with the engine.

/// How a tensor of the tiny model is stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
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
    /// A type the engine refuses.
    Q3K,
}

impl Kind {
    /// Every type the engine reads.
    pub const READ: [Kind; 11] = [
        Kind::F32,
        Kind::F16,
        Kind::Bf16,
        Kind::Q4_0,
        Kind::Q4_1,
        Kind::Q5_0,
        Kind::Q5_1,
        Kind::Q8_0,
        Kind::Q4K,
        Kind::Q5K,
        Kind::Q6K,
    ];

    /// ggml's number.
    pub fn code(self) -> u32 {
        match self {
            Kind::F32 => 0,
            Kind::F16 => 1,
            Kind::Q4_0 => 2,
            Kind::Q4_1 => 3,
            Kind::Q5_0 => 6,
            Kind::Q5_1 => 7,
            Kind::Q8_0 => 8,
            Kind::Q3K => 11,
            Kind::Q4K => 12,
            Kind::Q5K => 13,
            Kind::Q6K => 14,
            Kind::Bf16 => 30,
        }
    }

    /// Weights and bytes per block.
    pub fn block(self) -> (usize, usize) {
        match self {
            Kind::F32 => (1, 4),
            Kind::F16 | Kind::Bf16 => (1, 2),
            Kind::Q4_0 => (32, 18),
            Kind::Q4_1 => (32, 20),
            Kind::Q5_0 => (32, 22),
            Kind::Q5_1 => (32, 24),
            Kind::Q8_0 => (32, 34),
            Kind::Q3K => (256, 110),
            Kind::Q4K => (256, 144),
            Kind::Q5K => (256, 176),
            Kind::Q6K => (256, 210),
        }
    }
}

/// Stores `values` (each within `spread`). The simple types round them; of K-quants only the scale follows `spread`,
/// and the levels are whatever the values' bits give, which is as random.
pub fn store(values: &[f32], kind: Kind, spread: f32) -> Vec<u8> {
    let half = |x: f32| half::f16::from_f32(x).to_le_bytes();
    let (per, size) = kind.block();
    let mut out = Vec::new();
    for block in values.chunks_exact(per) {
        let largest = block.iter().fold(0f32, |m, x| m.max(x.abs()));
        let low = block.iter().copied().fold(f32::INFINITY, f32::min);
        let range = block.iter().copied().fold(f32::NEG_INFINITY, f32::max) - low;
        match kind {
            Kind::F32 => out.extend(block[0].to_le_bytes()),
            Kind::F16 => out.extend(half(block[0])),
            Kind::Bf16 => out.extend(half::bf16::from_f32(block[0]).to_le_bytes()),
            Kind::Q8_0 => {
                let d = largest / 127.0;
                out.extend(half(d));
                out.extend(block.iter().map(|x| (x / d).round() as i8 as u8));
            }
            Kind::Q4_0 => {
                out.extend(half(largest / 7.0));
                let q = |x: f32| (x / largest * 7.0 + 8.0).round() as u8;
                out.extend((0..16).map(|i| q(block[i]) | q(block[i + 16]) << 4));
            }
            Kind::Q4_1 => {
                let d = range / 15.0;
                out.extend(half(d));
                out.extend(half(low));
                let q = |x: f32| ((x - low) / d).round() as u8;
                out.extend((0..16).map(|i| q(block[i]) | q(block[i + 16]) << 4));
            }
            Kind::Q5_0 | Kind::Q5_1 => {
                let symmetric = kind == Kind::Q5_0;
                let (d, from) = if symmetric { (largest / 15.0, -16.0 * largest / 15.0) } else { (range / 31.0, low) };
                out.extend(half(d));
                if !symmetric {
                    out.extend(half(from));
                }
                let q: Vec<u32> = block.iter().map(|x| ((x - from) / d).round() as u32).collect();
                let fifth = q.iter().enumerate().fold(0u32, |bits, (i, q)| bits | (q >> 4) << i);
                out.extend(fifth.to_le_bytes());
                out.extend((0..16).map(|i| (q[i] & 15 | (q[i + 16] & 15) << 4) as u8));
            }
            Kind::Q4K | Kind::Q5K | Kind::Q6K | Kind::Q3K => {
                let begin = out.len();
                let noise = |at: usize| (block[at % per].to_bits() >> (3 + at / per)) as u8;
                out.extend((0..size).map(noise));
                let b = &mut out[begin..];
                match kind {
                    Kind::Q6K => b[208..].copy_from_slice(&half(spread / 128.0 / 32.0)),
                    _ => {
                        let levels = if kind == Kind::Q4K { 15.0 } else { 31.0 };
                        b[..2].copy_from_slice(&half(2.0 * spread / 63.0 / levels));
                        b[2..4].copy_from_slice(&half(spread / 63.0));
                    }
                }
            }
        }
    }
    out
}

/// The stored weights, one after the other.
pub fn load(bytes: &[u8], kind: Kind) -> Vec<f32> {
    let (per, size) = kind.block();
    bytes.chunks_exact(size).flat_map(|block| (0..per).map(|i| weight(block, kind, i))).collect()
}

/// Weight `i` of one block.
fn weight(b: &[u8], kind: Kind, i: usize) -> f32 {
    let half = |at: usize| half::f16::from_le_bytes([b[at], b[at + 1]]).to_f32();
    // Nibbles of blocks of 32: the low ones are the first sixteen weights.
    let nibble = |from: usize| if i < 16 { b[from + i] & 0x0f } else { b[from + i - 16] >> 4 };
    let fifth = |from: usize| (b[from + i / 8] >> (i % 8) & 1) << 4;
    match kind {
        Kind::F32 => f32::from_le_bytes([b[0], b[1], b[2], b[3]]),
        Kind::F16 => half(0),
        Kind::Bf16 => half::bf16::from_le_bytes([b[0], b[1]]).to_f32(),
        Kind::Q4_0 => half(0) * (nibble(2) as i32 - 8) as f32,
        Kind::Q4_1 => half(0) * nibble(4) as f32 + half(2),
        Kind::Q5_0 => half(0) * ((nibble(6) | fifth(2)) as i32 - 16) as f32,
        Kind::Q5_1 => half(0) * (nibble(8) | fifth(4)) as f32 + half(2),
        Kind::Q8_0 => half(0) * (b[2 + i] as i8) as f32,
        Kind::Q4K | Kind::Q5K => {
            let (scale, min) = six_bit_scale(&b[4..16], i / 32);
            // 64 weights share 32 bytes: the first half has the low nibbles.
            let from = if kind == Kind::Q4K { 16 } else { 48 };
            let byte = b[from + i / 64 * 32 + i % 32];
            let mut q = if i % 64 < 32 { byte & 0x0f } else { byte >> 4 };
            if kind == Kind::Q5K && b[16 + i % 32] & (1 << (i / 32)) != 0 {
                q += 16;
            }
            half(0) * scale as f32 * q as f32 - half(2) * min as f32
        }
        Kind::Q6K => {
            let (part, at) = (i / 128, i % 128);
            let byte = b[part * 64 + at % 64];
            let low = if at < 64 { byte & 0x0f } else { byte >> 4 };
            let high = b[128 + part * 32 + at % 32] >> (2 * (at / 32)) & 3;
            let q = (low | high << 4) as i32 - 32;
            half(208) * (b[192 + i / 16] as i8) as f32 * q as f32
        }
        Kind::Q3K => unreachable!("the engine does not read it"),
    }
}

/// The twelve bytes hold 8 scales and 8 minima of 6 bits. The first four of each are the low six bits of bytes 0 to 3
/// and 4 to 7; of the last four, the low halves share bytes 8 to 11 and the top bits are those left over.
fn six_bit_scale(s: &[u8], j: usize) -> (u8, u8) {
    if j < 4 {
        (s[j] % 64, s[4 + j] % 64)
    } else {
        (s[4 + j] % 16 + s[j - 4] / 64 * 16, s[4 + j] / 16 + s[j] / 64 * 16)
    }
}
