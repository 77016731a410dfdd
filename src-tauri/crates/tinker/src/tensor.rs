//! Numbers with a shape, and their bytes on the wire.

use crate::proto;
use bytes::Bytes;

/// Numbers with a shape.
///
/// ```
/// use idiolect_tinker::{Tensor, Values};
///
/// let tensor = Tensor::vector(Values::F32(vec![0.0, 1.0]));
/// assert_eq!(tensor.shape(), [2]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    values: Values,
    shape: Vec<i64>,
}

/// The numbers of a [`Tensor`], row by row.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Values {
    /// 32-bit floating point; the service's `bfloat16` answers end up here too.
    F32(Vec<f32>),
    /// 64-bit integers.
    I64(Vec<i64>),
    /// 32-bit integers.
    I32(Vec<i32>),
}

impl Values {
    /// How many numbers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::F32(values) => values.len(),
            Self::I64(values) => values.len(),
            Self::I32(values) => values.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Tensor {
    /// Numbers in a row.
    #[must_use]
    pub fn vector(values: Values) -> Self {
        let shape = vec![i64::try_from(values.len()).unwrap_or(i64::MAX)];
        Self { values, shape }
    }

    /// Numbers with a shape, or nothing when there are more or fewer than it needs.
    #[must_use]
    pub fn shaped(values: Values, shape: Vec<i64>) -> Option<Self> {
        let size = shape.iter().try_fold(1_i64, |size, side| size.checked_mul(*side).filter(|_| *side >= 0))?;
        (usize::try_from(size).ok()? == values.len()).then_some(Self { values, shape })
    }

    /// The numbers.
    #[must_use]
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// The lengths of its sides.
    #[must_use]
    pub fn shape(&self) -> &[i64] {
        &self.shape
    }

    /// The numbers, when they are 32-bit floating point.
    #[must_use]
    pub fn as_f32(&self) -> Option<&[f32]> {
        match &self.values {
            Values::F32(values) => Some(values),
            _ => None,
        }
    }

    pub(crate) fn to_proto(&self) -> proto::Tensor {
        let (dense, dtype) = match &self.values {
            Values::F32(values) => (le_bytes(values, |v| v.to_le_bytes()), proto::DType::Float32),
            Values::I64(values) => (le_bytes(values, |v| v.to_le_bytes()), proto::DType::Int64),
            Values::I32(values) => (le_bytes(values, |v| v.to_le_bytes()), proto::DType::Int32),
        };
        proto::Tensor { dense: Some(dense), dtype: dtype.into(), shape: self.shape.clone() }
    }

    /// One datum's part of a batch: as many rows as the bytes make.
    pub(crate) fn from_rows(bytes: &[u8], dtype: i32, trailing: &[i64]) -> Result<Self, String> {
        let values = values(bytes, dtype)?;
        let row = trailing.iter().try_fold(1_i64, |size, side| size.checked_mul(*side)).unwrap_or(0);
        let row = usize::try_from(row).ok().filter(|row| *row > 0).ok_or("a row without numbers")?;
        if values.len() % row != 0 {
            return Err(format!("{} numbers do not make rows of {row}", values.len()));
        }
        let mut shape = vec![i64::try_from(values.len() / row).unwrap_or(i64::MAX)];
        shape.extend_from_slice(trailing);
        Ok(Self { values, shape })
    }
}

fn values(bytes: &[u8], dtype: i32) -> Result<Values, String> {
    match proto::DType::try_from(dtype) {
        Ok(proto::DType::Float32) => floats(bytes).map(Values::F32),
        Ok(proto::DType::Int64) => numbers(bytes, i64::from_le_bytes).map(Values::I64),
        Ok(proto::DType::Int32) => numbers(bytes, i32::from_le_bytes).map(Values::I32),
        // The upper half of a 32-bit float.
        Ok(proto::DType::Bfloat16) => {
            numbers(bytes, |pair: [u8; 2]| f32::from_bits(u32::from(u16::from_le_bytes(pair)) << 16)).map(Values::F32)
        }
        _ => Err(format!("number type {dtype} is not known")),
    }
}

/// `float32`s from little-endian bytes.
pub(crate) fn floats(bytes: &[u8]) -> Result<Vec<f32>, String> {
    numbers(bytes, f32::from_le_bytes)
}

/// Numbers of N bytes each.
pub(crate) fn numbers<const N: usize, T>(bytes: &[u8], from: impl Fn([u8; N]) -> T) -> Result<Vec<T>, String> {
    let (chunks, rest) = bytes.as_chunks::<N>();
    if !rest.is_empty() {
        return Err(format!("{} bytes do not make numbers of {N} bytes", bytes.len()));
    }
    Ok(chunks.iter().map(|chunk| from(*chunk)).collect())
}

/// The little-endian bytes of numbers.
pub(crate) fn le_bytes<const N: usize, T: Copy>(values: &[T], bytes: impl Fn(T) -> [u8; N]) -> Bytes {
    let mut out = Vec::with_capacity(values.len() * N);
    for value in values {
        out.extend_from_slice(&bytes(*value));
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_floats_widen_and_odd_bytes_are_refused() {
        let tensor = Tensor::from_rows(&[0x80, 0x3f, 0x00, 0xc0], 4, &[]).unwrap();
        assert_eq!(tensor.as_f32(), Some(&[1.0, -2.0][..]));
        assert!(Tensor::from_rows(&[0; 3], 4, &[]).is_err());
        assert!(Tensor::from_rows(&[0; 4], 9, &[]).is_err());
        assert_eq!(Tensor::from_rows(&[0; 24], 1, &[3]).unwrap().shape(), [2, 3]);
        assert!(Tensor::from_rows(&[0; 20], 1, &[3]).is_err());
    }

    #[test]
    fn a_shape_must_fit() {
        assert!(Tensor::shaped(Values::I64(vec![1; 6]), vec![2, 3]).is_some());
        assert!(Tensor::shaped(Values::I64(vec![1; 6]), vec![2, 2]).is_none());
        assert!(Tensor::shaped(Values::I64(vec![1; 6]), vec![-2, -3]).is_none());
    }
}
