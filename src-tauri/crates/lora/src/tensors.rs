//! Finds the tensors an architecture needs in the file, each with the shape it must have.

use std::collections::HashSet;

use crate::config::Config;
use crate::error::Error;
use crate::gguf::Gguf;
use crate::model::Weights;

/// Looks tensors up, checks their shapes, and remembers what it found.
pub(crate) struct Finder<'a> {
    gguf: &'a Gguf,
    used: HashSet<String>,
    parameters: u64,
}

impl<'a> Finder<'a> {
    pub(crate) fn new(gguf: &'a Gguf) -> Finder<'a> {
        Finder { gguf, used: HashSet::new(), parameters: 0 }
    }

    /// The number of weights found, or the name of a tensor that was left over.
    pub(crate) fn finish(self) -> Result<u64, String> {
        let left = self.gguf.tensors().keys().filter(|name| !self.used.contains(*name)).min();
        left.map_or(Ok(self.parameters), |name| Err(name.clone()))
    }

    pub(crate) fn matrix(&mut self, name: &str, rows: usize, cols: usize) -> Result<Weights, Error> {
        let entry = self.gguf.tensors().get(name).ok_or_else(|| Error::tensor(name, "it is missing"))?;
        if entry.dims != [cols, rows] {
            let found = &entry.dims;
            return Err(Error::tensor(name, format!("its shape is {found:?}, not [{cols}, {rows}]")));
        }
        self.used.insert(name.to_owned());
        self.parameters += (rows * cols) as u64;
        Ok(Weights { rows, cols, kind: entry.kind, bytes: entry.bytes.clone(), head_dim: 0 })
    }

    pub(crate) fn vector(&mut self, name: &str, n: usize) -> Result<Vec<f32>, Error> {
        let entry = self.gguf.tensors().get(name).ok_or_else(|| Error::tensor(name, "it is missing"))?;
        if entry.dims != [n] {
            return Err(Error::tensor(name, format!("its shape is {:?}, not [{n}]", entry.dims)));
        }
        self.used.insert(name.to_owned());
        self.parameters += n as u64;
        let mut out = vec![0.0; n];
        entry.kind.dequantise(self.gguf.bytes(entry.bytes.clone()), &mut out);
        if out.iter().any(|x| !x.is_finite()) {
            return Err(Error::tensor(name, "it holds values that are not finite numbers"));
        }
        Ok(out)
    }
}

/// Rotary frequencies theta^(-2i/d), divided by the file's factors where it has them (Llama 3.1 and later) and by the
/// stretch of linear scaling.
pub(crate) fn frequencies(c: &Config, find: &mut Finder) -> Result<Vec<f64>, Error> {
    let half = c.head_dim / 2;
    let factors = match find.gguf.tensors().contains_key("rope_freqs.weight") {
        true => find.vector("rope_freqs.weight", half)?,
        false => vec![1.0; half],
    };
    if factors.iter().any(|&f| f <= 0.0) {
        return Err(Error::tensor("rope_freqs.weight", "it holds a factor that is not positive"));
    }
    let stretch = c.rope_stretch as f64;
    let plain = plain_frequencies(c.head_dim, c.rope_theta);
    Ok(plain.zip(factors).map(|(frequency, factor)| frequency / factor as f64 / stretch).collect())
}

/// theta^(-2i/d) for each pair.
pub(crate) fn plain_frequencies(head_dim: usize, theta: f32) -> impl Iterator<Item = f64> {
    (0..head_dim / 2).map(move |i| (theta as f64).powf(-(2.0 * i as f64) / head_dim as f64))
}
