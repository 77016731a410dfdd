use proptest::prelude::*;

use super::*;
use crate::stored::{self, Kind as Stored};

/// The engine's name and the tests' name of every type.
const KINDS: [(Kind, Stored); 11] = [
    (Kind::F32, Stored::F32),
    (Kind::F16, Stored::F16),
    (Kind::Bf16, Stored::Bf16),
    (Kind::Q4_0, Stored::Q4_0),
    (Kind::Q4_1, Stored::Q4_1),
    (Kind::Q5_0, Stored::Q5_0),
    (Kind::Q5_1, Stored::Q5_1),
    (Kind::Q8_0, Stored::Q8_0),
    (Kind::Q4K, Stored::Q4K),
    (Kind::Q5K, Stored::Q5K),
    (Kind::Q6K, Stored::Q6K),
];

#[test]
fn half_precision_agrees_with_the_half_crate_on_all_values() {
    for bits in 0..=u16::MAX {
        let (ours, theirs) = (half_to_f32(bits.to_le_bytes()), half::f16::from_bits(bits).to_f32());
        assert!(ours == theirs || (ours.is_nan() && theirs.is_nan()), "{bits:04x}: {ours} {theirs}");
    }
}

#[test]
fn types_have_ggmls_numbers_and_sizes() {
    for (kind, stored) in KINDS {
        assert_eq!(Kind::from_code(stored.code()), Ok(kind));
        let (per, bytes) = stored.block();
        assert_eq!(kind.row_bytes(3 * per), Some(3 * bytes), "{kind:?}");
        assert!(per == 1 || kind.row_bytes(per / 2).is_none(), "{kind:?}");
    }
    assert_eq!(Kind::from_code(11), Err("Q3_K".into()));
    assert_eq!(Kind::from_code(77), Err("type 77".into()));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Any bytes at all, the scales included: equal to the slow reading. A scale that is no finite number may turn into
    /// either infinity or NaN.
    #[test]
    fn every_type_decodes_as_the_slow_reading_does(noise in prop::collection::vec(any::<u8>(), 1024)) {
        for (kind, stored) in KINDS {
            let (per, size) = stored.block();
            let row = &noise[..noise.len() / size * size];
            let mut fast = vec![0.0; row.len() / size * per];
            crate::simd::wide(|| kind.dequantise(row, &mut fast));
            for (i, (fast, slow)) in fast.iter().zip(stored::load(row, stored)).enumerate() {
                let same = *fast == slow || !(fast.is_finite() || slow.is_finite());
                prop_assert!(same, "{:?} weight {}: {} instead of {}", kind, i, fast, slow);
            }
        }
    }

    #[test]
    fn dot_of_a_stored_row_is_the_dot_of_its_weights(
        w in prop::collection::vec(-1f32..1.0, 512),
        x in prop::collection::vec(-3f32..3.0, 512),
    ) {
        let sums = block_sums(&x);
        for (kind, stored) in KINDS {
            let row = stored::store(&w, stored, 1.0);
            let weights = stored::load(&row, stored);
            let terms = weights.iter().zip(&x).map(|(w, x)| *w as f64 * *x as f64);
            let (expected, size) = terms.fold((0.0, 0.0), |(sum, size), t| (sum + t, size + t.abs()));
            let got = crate::simd::wide(|| kind.dot(&row, &x, &sums)) as f64;
            // A type with a minimum adds two large parts that nearly cancel.
            prop_assert!((got - expected).abs() <= 3e-6 * (1.0 + size), "{:?}: {} {}", kind, got, expected);
        }
    }
}

fn halves(row: &mut [u8], values: &[(usize, f32)]) {
    for (at, x) in values {
        row[*at..at + 2].copy_from_slice(&half::f16::from_f32(*x).to_le_bytes());
    }
}

#[test]
fn q4_1_block_decodes_as_ggml_lays_it_out() {
    let mut row = vec![0u8; 20];
    halves(&mut row, &[(0, 2.0), (2, -1.0)]);
    row[4] = 0x3f; // weight 0 has nibble 15, weight 16 has nibble 3
    let mut x = [0.0; 32];
    Kind::Q4_1.dequantise(&row, &mut x);
    assert_eq!((x[0], x[16], x[1]), (29.0, 5.0, -1.0));
}

#[test]
fn q5_0_block_by_hand() {
    let mut row = vec![0u8; 22];
    halves(&mut row, &[(0, 0.5)]);
    row[2] = 0b0000_0010; // fifth bit of weight 1
    row[5] = 0b1000_0000; // fifth bit of weight 31
    row[6] = 0x21;
    row[21] = 0x40;
    let mut x = [0.0; 32];
    Kind::Q5_0.dequantise(&row, &mut x);
    assert_eq!((x[0], x[16], x[1], x[31], x[2]), (-7.5, -7.0, 0.0, 2.0, -8.0));
}

#[test]
fn q4_k_block_by_hand() {
    let mut row = vec![0u8; 144];
    halves(&mut row, &[(0, 0.25), (2, 2.0)]);
    row[4] = 0b1100_0011; // scale 0 is 3; its top bits belong to scale 4
    row[8] = 0b0100_0001; // minimum 0 is 1; its top bits belong to minimum 4
    row[12] = 0x25; // scale 4 is 5 + 48 = 53, minimum 4 is 2 + 16 = 18
    row[16] = 0x0f; // weight 0 has nibble 15
    row[16 + 64] = 0x03; // weight 128, in part 4, has nibble 3
    let mut x = [0.0; 256];
    Kind::Q4K.dequantise(&row, &mut x);
    assert_eq!((x[0], x[1], x[32]), (11.25 - 2.0, -2.0, 0.0));
    assert_eq!((x[128], x[129]), (0.25 * 53.0 * 3.0 - 36.0, -36.0));
}

#[test]
fn q5_k_block_by_hand() {
    let mut row = vec![0u8; 176];
    halves(&mut row, &[(0, 1.0), (2, 0.5)]);
    row[7] = 2; // scale 3
    row[11] = 4; // minimum 3
    row[16 + 5] = 1 << 3; // fifth bit of weight 5 of part 3, which is weight 101
    row[48 + 32 + 5] = 0x70; // parts 2 and 3 share the second 32 bytes
    let mut x = [0.0; 256];
    Kind::Q5K.dequantise(&row, &mut x);
    assert_eq!((x[101], x[100], x[69]), (2.0 * 23.0 - 2.0, -2.0, 0.0));
}

#[test]
fn q6_k_block_by_hand() {
    let mut row = vec![0u8; 210];
    halves(&mut row, &[(208, 0.5)]);
    row[192] = 1; // weights 0 to 15
    row[192 + 15] = (-2i8) as u8; // weights 240 to 255
    row[0] = 0x0f; // weight 0: low nibble 15
    row[127] = 0x90; // weight 255: low nibble 9, the upper half of the last byte
    row[128] = 0b01; // weight 0: upper bits 1
    row[191] = 0b11 << 6; // weight 255: upper bits 3
    let mut x = [0.0; 256];
    Kind::Q6K.dequantise(&row, &mut x);
    assert_eq!((x[0], x[1], x[16]), (0.5 * (31.0 - 32.0), 0.5 * -32.0, 0.0));
    assert_eq!((x[255], x[254]), (-(57.0 - 32.0), 32.0));
}

/// A checksum over the bits of 512 weights per type, from the `gguf` package for Python (0.19.0, `gguf.quants.dequantize`,
/// ggml's own reference) on the same bytes. Zeros count as positive.
#[test]
fn weights_are_those_of_the_gguf_package_to_the_bit() {
    let known: [(Kind, &[usize], u64); 8] = [
        (Kind::Q4_0, &[1], 0xc215_4cbb_a35b_5325),
        (Kind::Q4_1, &[1, 3], 0x1b78_4f14_3250_5f25),
        (Kind::Q5_0, &[1], 0x2b4d_98dd_54fe_1725),
        (Kind::Q5_1, &[1, 3], 0xd386_fe87_3897_0f25),
        (Kind::Q8_0, &[1], 0xfeee_be81_13ee_ffa5),
        (Kind::Q4K, &[1, 3], 0x1114_1281_b9ef_9445),
        (Kind::Q5K, &[1, 3], 0x6274_e6f0_a026_febd),
        (Kind::Q6K, &[209], 0xd9cf_4cbf_b5af_1961),
    ];
    for (kind, scales, checksum) in known {
        let (per, size) = kind.block();
        let mut row: Vec<u8> = (0..512 / per * size).map(|i| (i * i * 31 + i * 7 + 3) as u8).collect();
        for block in row.chunks_exact_mut(size) {
            // The high bytes of the half floats, so that scales are small and finite.
            scales.iter().for_each(|&at| block[at] = 0x20 | block[at] & 3);
        }
        let mut x = vec![0.0; 512];
        kind.dequantise(&row, &mut x);
        let mix = |h: u64, x: &f32| (h ^ (x + 0.0).to_bits() as u64).wrapping_mul(0x100_0000_01b3);
        let found = x.iter().fold(0xcbf2_9ce4_8422_2325, mix);
        assert_eq!(found, checksum, "{kind:?}: {:?}", &x[..4]);
    }
}
