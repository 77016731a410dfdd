//! Training checkpoints: everything that is needed to go on as if training had never stopped.
//!
//! One file is the truth, `training.safetensors` with adapter, moments and step count, so that one rename makes the
//! new checkpoint. The adapter stands beside it once more in PEFT's format, for other programs; `load` does not need
//! it. A gradient that has not been stepped along is not saved: save after a step.

use std::path::Path;
use std::sync::Arc;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use crate::adapter::Adapter;
use crate::error::Error;
use crate::file;
use crate::model::Model;
use crate::peft;
use crate::trainer::Trainer;

/// The file that is the checkpoint.
pub const TRAINING_FILE: &str = "training.safetensors";

/// Changes when the order of the flat buffers changes.
const FORMAT: &str = "idiolect-training-1";

const HEADER_KEY: &str = "training";

/// What a checkpoint holds besides its tensors.
#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    rank: usize,
    /// The bits of an f32 instead of decimals, so that nothing is rounded on the way.
    alpha_bits: u32,
    step: u64,
}

const PARTS: [&str; 3] = ["adapter", "first_moment", "second_moment"];

impl Trainer {
    /// Writes a training checkpoint to `dir`. Whenever the process dies, `dir` holds the old checkpoint or the new one.
    pub fn save(&self, dir: &Path) -> Result<(), Error> {
        let wrong = |e: safetensors::SafeTensorError| Error::adapter(dir, format!("it cannot be written ({e})"));
        let buffers = [&self.adapter.data, &self.moments.first, &self.moments.second].map(|data| file::to_bytes(data));
        let mut views = Vec::new();
        for (name, bytes) in PARTS.into_iter().zip(&buffers) {
            let shape = vec![bytes.len() / 4];
            views.push((name, TensorView::new(Dtype::F32, shape, bytes).map_err(wrong)?));
        }
        let header = Header {
            format: FORMAT.into(),
            rank: self.adapter.rank(),
            alpha_bits: self.adapter.alpha().to_bits(),
            step: self.moments.step,
        };
        let json = serde_json::to_string(&header);
        let json = json.map_err(|e| Error::adapter(dir, format!("its header cannot be written ({e})")))?;
        // One key only: the library writes several in no fixed order, and equal checkpoints should be equal files.
        let metadata = [(HEADER_KEY.to_owned(), json)].into();
        let bytes = safetensors::serialize(views, Some(metadata)).map_err(wrong)?;
        drop(buffers);
        file::replace(dir, TRAINING_FILE, &bytes)?;
        drop(bytes);
        self.adapter.save_peft(dir, self.model.name())
    }

    /// Goes on from a checkpoint that [`Trainer::save`] wrote, bit for bit as if there had been no stop.
    pub fn load(model: Arc<Model>, dir: &Path) -> Result<Trainer, Error> {
        let path = dir.join(TRAINING_FILE);
        let wrong = |why: String| Error::adapter(&path, why);
        let at_most = 12 * Adapter::zero(&model, 1024, 1.0)?.data.len() as u64 + peft::HEADER_AT_MOST;
        let bytes = file::read(&path, at_most)?;
        let damaged = |e| wrong(format!("it is damaged ({e})"));
        let (_, header) = SafeTensors::read_metadata(&bytes).map_err(damaged)?;
        let tensors = SafeTensors::deserialize(&bytes).map_err(damaged)?;
        let json = header.metadata().as_ref().and_then(|m| m.get(HEADER_KEY));
        let json = json.ok_or_else(|| wrong("it is not a training checkpoint".into()))?;
        let header: Header = serde_json::from_str(json).map_err(|e| wrong(format!("its header is damaged ({e})")))?;
        if header.format != FORMAT {
            return Err(wrong(format!("it has the form {:?}, and only {FORMAT:?} can be read", header.format)));
        }
        let adapter = Adapter::zero(&model, header.rank, f32::from_bits(header.alpha_bits));
        let adapter = adapter.map_err(|e| wrong(e.to_string().trim_end_matches('.').to_owned()))?;
        let mut trainer = Trainer::from_adapter(model, adapter)?;
        trainer.moments.step = header.step;
        let outs = [&mut trainer.adapter.data, &mut trainer.moments.first, &mut trainer.moments.second];
        for (name, out) in PARTS.into_iter().zip(outs) {
            let view = tensors.tensor(name).map_err(|_| wrong(format!("it has no part named {name}")))?;
            if view.shape() != [out.len()] || view.dtype() != Dtype::F32 {
                return Err(wrong(format!("its part {name} was made for another model")));
            }
            peft::fill(out, &view).map_err(|why| wrong(format!("its part {name} {why}")))?;
        }
        Ok(trainer)
    }
}
