//! The older form of passes, in JSON, which some servers still speak and no other. It is used where the binary form is
//! refused.

use super::{Datum, DatumOutput, ForwardBackwardOutput, Loss};
use crate::tensor::{Tensor, Values};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The path and the body of a pass. Passes without gradients had an endpoint of their own.
pub(super) fn request(
    data: &[Datum],
    model_id: &str,
    seq_id: u32,
    loss: &Loss,
    forward_only: bool,
) -> (&'static str, Value) {
    let data: Vec<Value> = data.iter().map(datum).collect();
    let mut input = json!({ "data": data, "loss_fn": loss.name() });
    if !loss.settings().is_empty() {
        input["loss_fn_config"] = json!(loss.settings());
    }
    let (path, field, word) = if forward_only {
        ("/api/v1/forward", "forward_input", "forward")
    } else {
        ("/api/v1/forward_backward", "forward_backward_input", "forward_backward")
    };
    (path, json!({ "model_id": model_id, "seq_id": seq_id, field: input, "type": word }))
}

fn datum(datum: &Datum) -> Value {
    let inputs: BTreeMap<&str, Value> = datum.inputs().map(|(name, input)| (name, tensor(input))).collect();
    json!({
        "model_input": { "chunks": [{ "type": "encoded_text", "tokens": datum.tokens() }] },
        "loss_fn_inputs": inputs,
    })
}

fn tensor(tensor: &Tensor) -> Value {
    let (data, dtype) = match tensor.values() {
        Values::F32(values) => (json!(values), "float32"),
        Values::I64(values) => (json!(values), "int64"),
        Values::I32(values) => (json!(values), "int32"),
    };
    json!({ "data": data, "dtype": dtype, "shape": tensor.shape() })
}

#[derive(Deserialize)]
struct Output {
    #[serde(default)]
    loss_fn_output_type: String,
    loss_fn_outputs: Vec<BTreeMap<String, Array>>,
    #[serde(default)]
    metrics: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct Array {
    data: Vec<Option<f64>>,
    #[serde(default)]
    dtype: String,
    shape: Option<Vec<i64>>,
}

/// Reads the result of a pass.
pub(super) fn output(bytes: &[u8]) -> Result<ForwardBackwardOutput, String> {
    let output: Output = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let outputs = output.loss_fn_outputs.into_iter().map(|fields| {
        let fields = fields.into_iter().map(|(name, array)| Ok((name, array.into_tensor()?)));
        Ok(DatumOutput { fields: fields.collect::<Result<_, String>>()? })
    });
    let metrics = output.metrics.into_iter().filter_map(|(name, value)| Some((name, value.as_f64()?)));
    Ok(ForwardBackwardOutput {
        output_type: output.loss_fn_output_type,
        outputs: outputs.collect::<Result<_, String>>()?,
        metrics: metrics.collect(),
    })
}

impl Array {
    #[allow(clippy::cast_possible_truncation)] // 32-bit numbers, written with more digits than they have.
    fn into_tensor(self) -> Result<Tensor, String> {
        let numbers = self.data.into_iter().map(|number| number.unwrap_or(f64::NAN));
        let values = match self.dtype.as_str() {
            "int64" | "int32" => Values::I64(numbers.map(|number| number as i64).collect()),
            _ => Values::F32(numbers.map(|number| number as f32).collect()),
        };
        match self.shape {
            Some(shape) => {
                Tensor::shaped(values, shape).ok_or_else(|| "a shape that does not fit its numbers".to_owned())
            }
            None => Ok(Tensor::vector(values)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_directions_are_as_older_clients_had_them() {
        let data = [Datum::cross_entropy(&[5, 17, 33], &[0.0, 0.0, 1.0]).unwrap()];
        let (path, body) = request(&data, "m", 3, &Loss::cross_entropy(), false);
        assert_eq!(path, "/api/v1/forward_backward");
        let inputs = json!({
            "target_tokens": {"data": [17, 33], "dtype": "int64", "shape": [2]},
            "weights": {"data": [0.0, 1.0], "dtype": "float32", "shape": [2]},
        });
        let datum =
            json!({"model_input": {"chunks": [{"type": "encoded_text", "tokens": [5, 17]}]}, "loss_fn_inputs": inputs});
        let input = json!({"data": [datum], "loss_fn": "cross_entropy"});
        assert_eq!(
            body,
            json!({"model_id": "m", "seq_id": 3, "forward_backward_input": input, "type": "forward_backward"})
        );
        assert_eq!(request(&data, "m", 3, &Loss::cross_entropy(), true).0, "/api/v1/forward");

        let answer = r#"{"loss_fn_output_type": "x", "loss_fn_outputs": [{"logprobs": {"data": [-0.5, null], "dtype": "float32", "shape": [2]}}],
            "metrics": {"loss:sum": 0.5, "odd": "word"}}"#;
        let output = output(answer.as_bytes()).unwrap();
        assert_eq!(output.outputs[0].logprobs().unwrap()[0], -0.5);
        assert_eq!(output.metrics.len(), 1);
        let bad = r#"{"loss_fn_outputs": [{"logprobs": {"data": [1], "shape": [2]}}]}"#;
        assert!(super::output(bad.as_bytes()).is_err());
    }
}
