//! What a pass through the model comes to.

use crate::proto;
use crate::tensor::{Tensor, numbers};
use crate::training::{Datum, metrics};
use prost::Message;
use std::collections::BTreeMap;

/// What a pass through the model comes to: one output a sequence, in the order they were given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ForwardBackwardOutput {
    /// What the loss function calls its outputs.
    pub output_type: String,
    /// One a sequence.
    pub outputs: Vec<DatumOutput>,
    /// Numbers about the whole batch, such as `loss:sum`.
    pub metrics: BTreeMap<String, f64>,
}

/// What a pass came to for one sequence.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DatumOutput {
    /// By name; `logprobs` for most losses.
    pub fields: BTreeMap<String, Tensor>,
}

impl DatumOutput {
    /// The log-probability of each target token, in nats.
    #[must_use]
    pub fn logprobs(&self) -> Option<&[f32]> {
        self.fields.get("logprobs")?.as_f32()
    }
}

/// How surprised a model was by weighted tokens.
///
/// ```
/// let surprise = idiolect_tinker::Surprise { nll: 3.0, weight: 2.0 };
/// assert_eq!(surprise.mean(), Some(1.5));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Surprise {
    /// The sum of −log-probability times weight, in nats.
    pub nll: f64,
    /// The sum of the weights.
    pub weight: f64,
}

impl Surprise {
    /// Nats per unit of weight, which is the loss to show. Nothing when nothing had weight.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.weight > 0.0).then(|| self.nll / self.weight)
    }
}

impl ForwardBackwardOutput {
    /// How surprised the model was by each sequence, given the data the pass was made over. Nothing where the server
    /// gave no log-probabilities, or as many as do not fit.
    ///
    /// ```
    /// # use idiolect_tinker::*;
    /// # let data = [Datum::cross_entropy(&[1, 2, 3], &[0.0, 0.0, 2.0]).unwrap()];
    /// # let logprobs = Tensor::vector(Values::F32(vec![-9.0, -0.5]));
    /// # let outputs = vec![DatumOutput { fields: [("logprobs".to_owned(), logprobs)].into() }];
    /// # let output = ForwardBackwardOutput { outputs, ..ForwardBackwardOutput::default() };
    /// let surprises = output.surprise(&data);
    /// assert_eq!(surprises[0], Some(Surprise { nll: 1.0, weight: 2.0 }));
    /// ```
    #[must_use]
    pub fn surprise(&self, data: &[Datum]) -> Vec<Option<Surprise>> {
        data.iter()
            .enumerate()
            .map(|(at, datum)| {
                let (logprobs, weights) = (self.outputs.get(at)?.logprobs()?, datum.weights()?);
                surprise(logprobs, weights)
            })
            .collect()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, String> {
        let message = proto::ForwardBackwardOutput::decode(bytes).map_err(|error| error.to_string())?;
        let mut outputs = Vec::new();
        for record in &message.loss_fn_outputs {
            outputs.extend(datums(record)?);
        }
        Ok(Self { output_type: message.loss_fn_output_type, outputs, metrics: message.metrics })
    }

    /// Puts the outputs of a batch's pieces together again.
    pub(crate) fn combine(parts: Vec<Self>) -> Self {
        let mut parts = parts;
        if parts.len() == 1 {
            return parts.swap_remove(0);
        }
        let weighted: Vec<(&BTreeMap<String, f64>, usize)> =
            parts.iter().map(|part| (&part.metrics, part.outputs.len())).collect();
        let metrics = metrics::combine(&weighted);
        let output_type = parts.first().map(|part| part.output_type.clone()).unwrap_or_default();
        Self { output_type, metrics, outputs: parts.into_iter().flat_map(|part| part.outputs).collect() }
    }
}

fn surprise(logprobs: &[f32], weights: &[f32]) -> Option<Surprise> {
    if logprobs.len() != weights.len() {
        return None;
    }
    let pairs = logprobs.iter().zip(weights).filter(|(_, weight)| **weight != 0.0);
    Some(pairs.fold(Surprise::default(), |sum, (logprob, weight)| Surprise {
        nll: sum.nll - f64::from(*logprob) * f64::from(*weight),
        weight: sum.weight + f64::from(*weight),
    }))
}

/// Takes a record apart, datum by datum.
fn datums(record: &proto::ArrayRecord) -> Result<Vec<DatumOutput>, String> {
    let count = usize::try_from(record.num_datums).map_err(|_| "a negative number of outputs")?;
    let mut outputs: Vec<DatumOutput> = Vec::new();
    for (name, tensor) in &record.fields {
        let offsets = numbers(&tensor.offsets, i64::from_le_bytes)?;
        if offsets.len() != count + 1 {
            return Err(format!("{name} has {} offsets for {count} outputs", offsets.len()));
        }
        outputs.resize(count, DatumOutput::default());
        for (output, ends) in outputs.iter_mut().zip(offsets.windows(2)) {
            let range = || Some(usize::try_from(ends[0]).ok()?..usize::try_from(ends[1]).ok()?);
            let bytes = range().and_then(|range| tensor.data.get(range));
            let bytes = bytes.ok_or_else(|| format!("{name} has offsets outside its data"))?;
            let rows = Tensor::from_rows(bytes, tensor.dtype, &tensor.trailing_shape)?;
            output.fields.insert(name.clone(), rows);
        }
    }
    // A record without fields still stands for its datums, whose number is bounded by what else could be in a message.
    if record.fields.is_empty() && count <= 1 << 20 {
        outputs.resize(count, DatumOutput::default());
    }
    Ok(outputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_records_are_refused() {
        let bad = |offsets: &[i64], count: i64| {
            let offsets: Vec<u8> = offsets.iter().flat_map(|offset| offset.to_le_bytes()).collect();
            let tensor = proto::BatchedTensor {
                data: vec![0; 8].into(),
                offsets: offsets.into(),
                dtype: 1,
                trailing_shape: vec![],
            };
            let record = proto::ArrayRecord { fields: [("logprobs".to_owned(), tensor)].into(), num_datums: count };
            datums(&record)
        };
        assert_eq!(bad(&[0, 4, 8], 2).unwrap().len(), 2);
        for (offsets, count) in [(&[0, 4, 8][..], 1), (&[0, 16], 1), (&[4, 0], 1), (&[-1, 4], 1), (&[0], -1), (&[], 0)]
        {
            assert!(bad(offsets, count).is_err(), "{offsets:?} {count}");
        }
    }
}
