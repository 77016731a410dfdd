//! One token at a time: the stored weights are multiplied as they lie, the adapter stays beside them, and keys and
//! values of earlier tokens come from a cache.

use rayon::prelude::*;

use crate::activation;
use crate::adapter::{Adapter, LayerAdapter, Projection};
use crate::error::Error;
use crate::headnorm;
use crate::model::{Model, Weights};
use crate::ops::{self, Rope, rms_norm};
use crate::pack::Pack;
use crate::pass;
use crate::pool;
use crate::simd::{add_scaled, dot, exp, max, wide};

/// Keys and values of the tokens so far, per layer and position.
pub(crate) struct Decoder<'a> {
    model: &'a Model,
    adapter: Option<&'a Adapter>,
    keys: Vec<Vec<f32>>,
    values: Vec<Vec<f32>>,
    position: usize,
}

impl<'a> Decoder<'a> {
    pub(crate) fn new(model: &'a Model, adapter: Option<&'a Adapter>) -> Decoder<'a> {
        let layers = model.config().layers;
        Decoder { model, adapter, keys: vec![Vec::new(); layers], values: vec![Vec::new(); layers], position: 0 }
    }

    /// Reads the whole prompt at once, as training does, and returns the logits after its last token.
    pub(crate) fn prefill(&mut self, tokens: &[u32]) -> Result<Vec<f32>, Error> {
        let (model, c) = (self.model, self.model.config());
        let pack = Pack::prompt(model, tokens)?;
        let (n, d, kv) = (pack.len(), c.head_dim, c.kv_heads);
        let (keys, values) = (&mut self.keys, &mut self.values);
        let x = pass::forward(model, self.adapter, &pack, &|| false, |l, acts| {
            for (cache, first) in [(&mut keys[l], c.heads), (&mut values[l], c.heads + kv)] {
                for row in 0..n {
                    for head in first..first + kv {
                        cache.extend(&acts.qkv[(head * n + row) * d..][..d]);
                    }
                }
            }
        })?;
        self.position = n;
        Ok(pool::run(|| self.logits(&x[(n - 1) * c.hidden..])))
    }

    /// Reads one more token and returns the logits after it.
    pub(crate) fn step(&mut self, token: u32) -> Vec<f32> {
        pool::run(|| {
            let c = self.model.config();
            let mut x = vec![0.0; c.hidden];
            self.model.embed(token, &mut x);
            let here = self.position..self.position + 1;
            let rope = Rope::new(&self.model.frequencies, here.clone());
            let sliding_rope = Rope::new(&self.model.sliding_frequencies, here);
            for l in 0..c.layers {
                let rope = if c.sliding(l).is_some() { &sliding_rope } else { &rope };
                self.layer(l, rope, &mut x);
            }
            self.position += 1;
            self.logits(&x)
        })
    }

    fn logits(&self, x: &[f32]) -> Vec<f32> {
        let c = self.model.config();
        let mut normed = vec![0.0; c.hidden];
        rms_norm(x, &self.model.output_norm, c.norm_eps, &mut normed);
        let mut logits = vec![0.0; c.vocab];
        self.model.multiply(&self.model.head, &normed, &mut logits);
        logits
    }

    fn layer(&mut self, l: usize, rope: &Rope, x: &mut [f32]) {
        let (model, c, layer) = (self.model, self.model.config(), &self.model.layers[l]);
        let adapter = self.adapter.map(|a| a.layer(l));
        let project = |projection, weights: &Weights, x: &[f32], y: &mut [f32]| {
            model.multiply(weights, x, y);
            if let Some(adapter) = adapter {
                add_update(adapter, projection, x, y);
            }
        };
        let mut normed = vec![0.0; c.hidden];
        rms_norm(x, &layer.attn_norm, c.norm_eps, &mut normed);
        let mut fused = vec![0.0; c.qkv_width()];
        let (q, kv) = fused.split_at_mut(c.q_width());
        let (k, v) = kv.split_at_mut(c.kv_width());
        project(Projection::Q, &layer.q, &normed, q);
        project(Projection::K, &layer.k, &normed, k);
        project(Projection::V, &layer.v, &normed, v);
        if let Some(bias) = &layer.qkv_bias {
            ops::add_to_rows(&mut fused, bias);
        }
        if let Some(gains) = &layer.qk_norm {
            let mut raw = vec![0.0; headnorm::width(c)];
            headnorm::forward(c, gains, &mut fused, &mut raw);
        }
        self.values[l].extend(&fused[headnorm::width(c)..]);
        let mut turned = vec![0.0; c.q_width() + c.kv_width()];
        for (from, to) in fused.chunks_exact(c.head_dim).zip(turned.chunks_exact_mut(c.head_dim)) {
            rope.turn(self.position, false, from, to);
        }
        let (q, k) = turned.split_at(c.q_width());
        self.keys[l].extend(k);
        let attended = self.attend(l, q);
        let mut out = vec![0.0; c.hidden];
        project(Projection::O, &layer.o, &attended, &mut out);
        if let Some([gain, _]) = &layer.post_norms {
            rms_norm(&out, gain, c.norm_eps, &mut normed);
            out.copy_from_slice(&normed);
        }
        x.iter_mut().zip(&out).for_each(|(x, y)| *x += y);

        rms_norm(x, &layer.ffn_norm, c.norm_eps, &mut normed);
        let mut gate_up = vec![0.0; 2 * c.ffn];
        let (gate, up) = gate_up.split_at_mut(c.ffn);
        project(Projection::Gate, &layer.gate, &normed, gate);
        project(Projection::Up, &layer.up, &normed, up);
        let mut activation = vec![0.0; c.ffn];
        activation::forward(c, &gate_up, &mut activation);
        project(Projection::Down, &layer.down, &activation, &mut out);
        if let Some([_, gain]) = &layer.post_norms {
            rms_norm(&out, gain, c.norm_eps, &mut normed);
            out.copy_from_slice(&normed);
        }
        x.iter_mut().zip(&out).for_each(|(x, y)| *x += y);
    }

    /// One query row against the cache, head by head.
    fn attend(&self, l: usize, q: &[f32]) -> Vec<f32> {
        let c = self.model.config();
        let (d, width, group) = (c.head_dim, c.kv_width(), c.heads / c.kv_heads);
        let scale = c.attention_scale;
        // The whole cache is kept, and layers with a window pass over what lies before it.
        let seen = self.keys[l].len() / width;
        let before = c.sliding(l).map_or(0, |s| seen.saturating_sub(s.window)) * width;
        let mut out = vec![0.0; q.len()];
        out.par_chunks_mut(d).zip(q.par_chunks(d)).enumerate().for_each(|(head, (out, q))| {
            let at = head / group * d;
            wide(
                #[inline(always)]
                || {
                    let keys = self.keys[l][before..].chunks_exact(width);
                    let mut scores: Vec<f32> = keys.map(|k| dot(q, &k[at..at + d]) * scale).collect();
                    let top = max(&scores);
                    let mut total = 0.0;
                    for s in &mut scores {
                        *s = exp(*s - top);
                        total += *s;
                    }
                    for (s, v) in scores.iter().zip(self.values[l][before..].chunks_exact(width)) {
                        add_scaled(out, s / total, &v[at..at + d]);
                    }
                },
            );
        });
        out
    }
}

/// `y += s B (A x)`.
fn add_update(adapter: LayerAdapter, projection: Projection, x: &[f32], y: &mut [f32]) {
    wide(
        #[inline(always)]
        || {
            let rank = adapter.layout.rank;
            let inner: Vec<f32> = adapter.a(projection).chunks_exact(x.len()).map(|row| dot(row, x)).collect();
            for (y, row) in y.iter_mut().zip(adapter.b(projection).chunks_exact(rank)) {
                *y += adapter.scale * dot(row, &inner);
            }
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::LoraConfig;
    use crate::pack::Datum;
    use crate::tiny::{Kind, Tiny, datum, numbers};

    /// The two ways through the model must agree on every token's probability, or drafts come from another model than
    /// the one that was trained.
    #[test]
    fn token_by_token_agrees_with_the_training_forward() {
        let stored = Kind::READ.map(|matrices| Tiny { matrices, hidden: 256, ffn: 256, ..Tiny::default() });
        let families = ["qwen2", "qwen3", "gemma3"].map(|architecture| Tiny { architecture, ..Tiny::default() });
        for tiny in stored.into_iter().chain(families) {
            let model = tiny.open();
            let mut adapter = Adapter::new(&model, &LoraConfig { rank: 3, alpha: 6.0, seed: 5 }).expect("sound");
            adapter.data.iter_mut().zip(numbers(8)).for_each(|(x, r)| *x += 0.1 * r);
            let tokens = datum(4, 150, 0).tokens;
            let data = Datum { weights: vec![1.0; tokens.len()], tokens: tokens.clone() };
            let pack = Pack::new(&model, &[data]).expect("sound");
            let expected = pass::evaluate(&model, Some(&adapter), &pack, &|| false).expect("never stopped");
            let mut decoder = Decoder::new(&model, Some(&adapter));
            let mut logits = decoder.prefill(&tokens[..20]).expect("sound");
            for at in 20..tokens.len() {
                let total: f64 = logits.iter().map(|x| (*x as f64).exp()).sum();
                let nll = total.ln() - logits[tokens[at] as usize] as f64;
                assert!((nll - expected[at - 1] as f64).abs() < 1e-4, "at {at}: {nll} {}", expected[at - 1]);
                logits = decoder.step(tokens[at]);
            }
        }
    }
}
