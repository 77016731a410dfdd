//! What a model learns from: one sequence with its targets and weights.

use crate::tensor::{Tensor, Values, le_bytes};
use crate::{Error, Result, proto};
use std::collections::BTreeMap;

/// One training sequence: the tokens that go in, and what the loss needs to know about each position.
#[derive(Debug, Clone, PartialEq)]
pub struct Datum {
    tokens: Vec<u32>,
    inputs: BTreeMap<String, Tensor>,
}

impl Datum {
    /// A sequence for the cross-entropy loss. `weights[i]` is the weight of foretelling `tokens[i]`; the shift by one
    /// position that the service expects is made here. The weight of the first token, which nothing foretells, is not
    /// used.
    ///
    /// ```
    /// use idiolect_tinker::Datum;
    ///
    /// let datum = Datum::cross_entropy(&[5, 17, 33], &[0.0, 0.0, 1.0]).unwrap();
    /// assert_eq!(datum.tokens(), [5, 17]);
    /// assert!(Datum::cross_entropy(&[5, 17, 33], &[1.0]).is_err());
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] when there are fewer than two tokens, a token too large for the wire, as many weights as no
    /// tokens, or a weight that is not a finite number. Servers are known to take such data without a word.
    pub fn cross_entropy(tokens: &[u32], weights: &[f32]) -> Result<Self> {
        if tokens.len() != weights.len() {
            let (tokens, weights) = (tokens.len(), weights.len());
            return Err(Error::invalid(format!("{tokens} tokens need {tokens} weights, but there are {weights}.")));
        }
        if tokens.len() < 2 {
            return Err(Error::invalid("A training sequence needs at least two tokens."));
        }
        if let Some(at) = weights.iter().position(|weight| !weight.is_finite()) {
            return Err(Error::invalid(format!("Weight {at} is not a finite number.")));
        }
        check_tokens(tokens)?;
        let targets = tokens[1..].iter().map(|token| i64::from(*token)).collect();
        Self::new(tokens[..tokens.len() - 1].to_vec())?
            .with_input("target_tokens", Tensor::vector(Values::I64(targets)))?
            .with_input("weights", Tensor::vector(Values::F32(weights[1..].to_vec())))
    }

    /// A sequence for a loss of another kind; its inputs are added by name.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is no token, or one too large for the wire.
    pub fn new(tokens: Vec<u32>) -> Result<Self> {
        check_tokens(&tokens)?;
        Ok(Self { tokens, inputs: BTreeMap::new() })
    }

    /// Adds an input of the loss; its first side is as long as the sequence.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is not.
    pub fn with_input(mut self, name: impl Into<String>, tensor: Tensor) -> Result<Self> {
        let name = name.into();
        let (first, length) = (tensor.shape().first().copied(), self.tokens.len());
        if first.and_then(|side| usize::try_from(side).ok()) != Some(length) {
            return Err(Error::invalid(format!(
                "The input {name} needs {length} rows, one a token; it has {first:?}."
            )));
        }
        self.inputs.insert(name, tensor);
        Ok(self)
    }

    /// The tokens that go in.
    #[must_use]
    pub fn tokens(&self) -> &[u32] {
        &self.tokens
    }

    /// An input of the loss.
    #[must_use]
    pub fn input(&self, name: &str) -> Option<&Tensor> {
        self.inputs.get(name)
    }

    /// The loss weights, where there are any.
    #[must_use]
    pub fn weights(&self) -> Option<&[f32]> {
        self.input("weights")?.as_f32()
    }

    pub(super) fn inputs(&self) -> impl Iterator<Item = (&str, &Tensor)> {
        self.inputs.iter().map(|(name, tensor)| (name.as_str(), tensor))
    }

    pub(crate) fn to_proto(&self) -> proto::Datum {
        let text = proto::EncodedText { tokens: le_bytes(&self.tokens, u32::to_le_bytes) };
        proto::Datum {
            model_input: vec![proto::Chunk { encoded_text: Some(text) }],
            loss_fn_inputs: self.inputs.iter().map(|(name, tensor)| (name.clone(), tensor.to_proto())).collect(),
        }
    }
}

/// Token ids travel as 32-bit signed integers.
pub(crate) fn check_tokens(tokens: &[u32]) -> Result<()> {
    if tokens.is_empty() {
        return Err(Error::invalid("There are no tokens."));
    }
    match tokens.iter().find(|token| i32::try_from(**token).is_err()) {
        Some(token) => Err(Error::invalid(format!("{token} is not a token id."))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shift_is_made_here() {
        let datum = Datum::cross_entropy(&[1, 2, 3, 4], &[9.0, 0.0, 0.5, 1.0]).unwrap();
        assert_eq!(datum.tokens(), [1, 2, 3]);
        assert_eq!(datum.input("target_tokens").unwrap().values(), &Values::I64(vec![2, 3, 4]));
        assert_eq!(datum.weights(), Some(&[0.0, 0.5, 1.0][..]));
    }

    #[test]
    fn what_servers_would_swallow_is_refused_here() {
        assert!(Datum::cross_entropy(&[1], &[1.0]).is_err());
        assert!(Datum::cross_entropy(&[1, 2], &[1.0, f32::NAN]).is_err());
        assert!(Datum::cross_entropy(&[1, u32::MAX], &[1.0, 1.0]).is_err());
        assert!(Datum::new(vec![]).is_err());
        let short = Tensor::vector(Values::F32(vec![1.0]));
        assert!(Datum::new(vec![1, 2]).unwrap().with_input("advantages", short).is_err());
    }
}
