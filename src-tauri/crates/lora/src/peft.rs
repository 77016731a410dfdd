//! Adapters in the format of Hugging Face's PEFT: `adapter_config.json` and `adapter_model.safetensors`.
//!
//! Written so that PEFT, and what reads PEFT, loads them unchanged; read strictly, because a tensor that is quietly
//! left out gives a model that is quietly wrong.

use std::path::Path;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use crate::adapter::{Adapter, Projection, Side};
use crate::error::Error;
use crate::file;
use crate::model::Model;

/// The settings' file.
pub const CONFIG_FILE: &str = "adapter_config.json";
/// The tensors' file.
pub const TENSORS_FILE: &str = "adapter_model.safetensors";

/// What is written: the keys PEFT needs and those that state what this adapter is not.
#[derive(Serialize)]
struct Written<'a> {
    base_model_name_or_path: &'a str,
    bias: &'a str,
    fan_in_fan_out: bool,
    inference_mode: bool,
    init_lora_weights: bool,
    lora_alpha: f32,
    lora_dropout: f32,
    modules_to_save: Option<Vec<String>>,
    peft_type: &'a str,
    r: usize,
    target_modules: [&'a str; 7],
    task_type: &'a str,
    use_rslora: bool,
}

/// What is read: everything that decides what the tensors mean. Other keys are about training and are ignored.
#[derive(Deserialize)]
struct Read {
    peft_type: String,
    r: usize,
    lora_alpha: f32,
    #[serde(default)]
    bias: Option<String>,
    #[serde(default)]
    fan_in_fan_out: bool,
    #[serde(default)]
    use_rslora: bool,
    #[serde(default)]
    use_dora: bool,
    #[serde(default)]
    modules_to_save: Option<Vec<String>>,
    #[serde(default)]
    rank_pattern: Option<serde_json::Map<String, serde_json::Value>>,
    #[serde(default)]
    alpha_pattern: Option<serde_json::Map<String, serde_json::Value>>,
}

/// A tensor's key in the file.
pub(crate) fn tensor_name(layer: usize, projection: Projection, side: Side) -> String {
    format!("base_model.model.model.layers.{layer}.{}.lora_{side:?}.weight", projection.module())
}

impl Adapter {
    /// Writes the adapter to `dir`. Each of the two files is either the old or the new one at any time.
    pub fn save_peft(&self, dir: &Path, base_model_name: &str) -> Result<(), Error> {
        let tensors: Vec<_> = self.tensors().map(|(name, shape, data)| (name, shape, file::to_bytes(data))).collect();
        let views = tensors.iter().map(|(name, shape, bytes)| {
            TensorView::new(Dtype::F32, shape.to_vec(), bytes).map(|view| (name.as_str(), view))
        });
        let wrong = |e: safetensors::SafeTensorError| Error::adapter(dir, format!("it cannot be written ({e})"));
        let views = views.collect::<Result<Vec<_>, _>>().map_err(wrong)?;
        let metadata = [("format".to_owned(), "pt".to_owned())].into();
        let bytes = safetensors::serialize(views, Some(metadata)).map_err(wrong)?;
        file::replace(dir, TENSORS_FILE, &bytes)?;
        let config = Written {
            base_model_name_or_path: base_model_name,
            bias: "none",
            fan_in_fan_out: false,
            inference_mode: true,
            init_lora_weights: true,
            lora_alpha: self.alpha,
            lora_dropout: 0.0,
            modules_to_save: None,
            peft_type: "LORA",
            r: self.rank(),
            target_modules: ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
            task_type: "CAUSAL_LM",
            use_rslora: false,
        };
        let json = serde_json::to_vec_pretty(&config);
        let json = json.map_err(|e| Error::adapter(dir, format!("its settings cannot be written ({e})")))?;
        file::replace(dir, CONFIG_FILE, &json)
    }

    /// Reads an adapter that fits `model` from `dir`. Every tensor must be there with its shape, and nothing else.
    pub fn load_peft(dir: &Path, model: &Model) -> Result<Adapter, Error> {
        let config = read_config(&dir.join(CONFIG_FILE))?;
        let path = dir.join(TENSORS_FILE);
        let mut adapter = Adapter::zero(model, config.r, config.lora_alpha)
            .map_err(|e| Error::adapter(dir.join(CONFIG_FILE), e.to_string().trim_end_matches('.').to_owned()))?;
        let bytes = file::read(&path, 4 * adapter.data.len() as u64 + HEADER_AT_MOST)?;
        let tensors = SafeTensors::deserialize(&bytes);
        let tensors = tensors.map_err(|e| Error::adapter(&path, format!("it is damaged ({e})")))?;
        let Adapter { layout, data, .. } = &mut adapter;
        for (layer, projection, side, range) in layout.tensors() {
            let name = tensor_name(layer, projection, side);
            let view = tensors.tensor(&name).map_err(|_| Error::adapter(&path, format!("it has no {name}")))?;
            let shape = layout.shape(projection, side);
            if view.shape() != shape {
                let found = view.shape();
                return Err(Error::adapter(&path, format!("{name} has the shape {found:?}, not {shape:?}")));
            }
            fill(&mut data[range], &view).map_err(|why| Error::adapter(&path, format!("{name} {why}")))?;
        }
        let expected = layout.tensors().count();
        if tensors.len() != expected {
            let known: std::collections::HashSet<String> =
                layout.tensors().map(|(l, p, s, _)| tensor_name(l, p, s)).collect();
            let stranger = tensors.names().into_iter().find(|name| !known.contains(*name)).unwrap_or_default();
            return Err(Error::adapter(&path, format!("it has a tensor {stranger:?} that this engine does not know")));
        }
        Ok(adapter)
    }
}

/// A safetensors header for the largest models, generously.
pub(crate) const HEADER_AT_MOST: u64 = 4 << 20;

fn read_config(path: &Path) -> Result<Read, Error> {
    let json = file::read(path, 1 << 20)?;
    let config: Read = serde_json::from_slice(&json)
        .map_err(|e| Error::adapter(path, format!("its settings are not those of a LoRA adapter ({e})")))?;
    let patterned = |map: &Option<serde_json::Map<_, _>>| map.as_ref().is_some_and(|m| !m.is_empty());
    let refused = [
        (config.peft_type != "LORA", "it is not a LoRA adapter"),
        (config.bias.as_deref().is_some_and(|bias| bias != "none"), "it trains biases"),
        (config.fan_in_fan_out, "it was made for transposed weights"),
        (config.use_rslora, "it uses rank-stabilised scaling"),
        (config.use_dora, "it is a DoRA adapter"),
        (config.modules_to_save.as_ref().is_some_and(|m| !m.is_empty()), "it replaces whole modules"),
        (patterned(&config.rank_pattern) || patterned(&config.alpha_pattern), "its rank differs between modules"),
    ];
    match refused.iter().find(|(is, _)| *is) {
        Some((_, why)) => Err(Error::adapter(path, *why)),
        None => Ok(config),
    }
}

pub(crate) fn fill(out: &mut [f32], view: &TensorView) -> Result<(), String> {
    let bytes = view.data();
    match view.dtype() {
        Dtype::F32 => {
            for (x, b) in out.iter_mut().zip(bytes.as_chunks::<4>().0) {
                *x = f32::from_le_bytes(*b);
            }
        }
        Dtype::F16 => {
            for (x, b) in out.iter_mut().zip(bytes.as_chunks::<2>().0) {
                *x = half::f16::from_le_bytes(*b).to_f32();
            }
        }
        Dtype::BF16 => {
            for (x, b) in out.iter_mut().zip(bytes.as_chunks::<2>().0) {
                *x = half::bf16::from_le_bytes(*b).to_f32();
            }
        }
        other => return Err(format!("is stored as {other:?}")),
    }
    match out.iter().all(|x| x.is_finite()) {
        true => Ok(()),
        false => Err("holds values that are not finite numbers".into()),
    }
}
