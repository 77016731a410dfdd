//! Plain loops compiled for the widest vectors the processor has.
//!
//! The crate is built for the oldest processor of the platform; `wide` runs a closure compiled for AVX2 or AVX-512
//! when the processor has them, chosen at run time. The loops are written so that the compiler vectorises them:
//! sums keep 16 partial sums, in an order that is the same whatever the vectors' width.

/// Runs `f` compiled for the best instruction set found. `f` must be a closure of `#[inline(always)]` parts.
#[inline(always)]
pub(crate) fn wide<R>(f: impl FnOnce() -> R) -> R {
    pulp::Arch::new().dispatch(f)
}

const LANES: usize = 16;

/// Adds up 16 partial sums, always in the same order.
#[inline(always)]
pub(crate) fn total(lanes: [f32; LANES]) -> f32 {
    let mut half = LANES / 2;
    let mut lanes = lanes;
    while half > 0 {
        for i in 0..half {
            lanes[i] += lanes[i + half];
        }
        half /= 2;
    }
    lanes[0]
}

/// The inner product of two slices of the same length.
#[inline(always)]
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0f32; LANES];
    let (a16, a_rest) = a.as_chunks::<LANES>();
    let (b16, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a16.iter().zip(b16) {
        for i in 0..LANES {
            lanes[i] += a[i] * b[i];
        }
    }
    let mut rest = 0.0;
    for (a, b) in a_rest.iter().zip(b_rest) {
        rest += a * b;
    }
    total(lanes) + rest
}

/// The sum of a slice.
#[inline(always)]
pub(crate) fn sum(a: &[f32]) -> f32 {
    let mut lanes = [0f32; LANES];
    let (a16, rest) = a.as_chunks::<LANES>();
    for a in a16 {
        for i in 0..LANES {
            lanes[i] += a[i];
        }
    }
    total(lanes) + rest.iter().sum::<f32>()
}

/// The largest element, negative infinity when there is none.
#[inline(always)]
pub(crate) fn max(a: &[f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let (a16, rest) = a.as_chunks::<LANES>();
    for a in a16 {
        for i in 0..LANES {
            lanes[i] = if a[i] > lanes[i] { a[i] } else { lanes[i] };
        }
    }
    lanes.iter().chain(rest).fold(f32::NEG_INFINITY, |m, &x| if x > m { x } else { m })
}

/// `y += s * x`.
#[inline(always)]
pub(crate) fn add_scaled(y: &mut [f32], s: f32, x: &[f32]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += s * x;
    }
}

/// e^x within 2 units in the last place for -87 <= x <= 88, clamped outside; NaN stays NaN.
///
/// Written out because the library's `exp` is a call per element, which no compiler vectorises. The polynomial and
/// the split of ln 2 are those of Cephes `expf` (netlib.org/cephes, public domain).
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits.
    const MAGIC: f32 = 12_582_912.0;
    let x = if x < -87.0 { -87.0 } else { x };
    let x = if x > 88.0 { 88.0 } else { x };
    let t = x * std::f32::consts::LOG2_E + MAGIC;
    let n = t - MAGIC;
    let r = (x - n * 0.693_359_4) + n * 2.121_944_4e-4;
    let mut p = 1.987_569_1e-4;
    p = p * r + 1.398_199_9e-3;
    p = p * r + 8.333_452e-3;
    p = p * r + 4.166_579_6e-2;
    p = p * r + 1.666_666_6e-1;
    p = p * r + 0.5;
    let y = p * (r * r) + r + 1.0;
    y * f32::from_bits((t.to_bits() << 23).wrapping_add(0x3f80_0000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_agrees_with_the_library() {
        for i in -8700..8800 {
            let x = i as f32 / 100.0;
            let (ours, theirs) = (wide(|| exp(x)), x.exp());
            assert!((ours - theirs).abs() <= 3e-7 * theirs, "exp({x}) = {ours}, not {theirs}");
        }
        assert!(exp(f32::NAN).is_nan());
        assert!(exp(-1000.0) < 2e-38);
        assert_eq!(exp(0.0), 1.0);
    }

    #[test]
    fn reductions_agree_with_simple_loops_at_every_length() {
        for n in 0..70 {
            let a: Vec<f32> = (0..n).map(|i| (i * 7 % 11) as f32 - 5.0).collect();
            let b: Vec<f32> = (0..n).map(|i| (i * 5 % 13) as f32 - 6.0).collect();
            assert_eq!(wide(|| dot(&a, &b)), a.iter().zip(&b).map(|(a, b)| a * b).sum::<f32>());
            assert_eq!(sum(&a), a.iter().sum::<f32>());
            assert_eq!(max(&a), a.iter().copied().fold(f32::NEG_INFINITY, f32::max));
        }
    }
}
