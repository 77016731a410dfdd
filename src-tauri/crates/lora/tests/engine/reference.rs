//! A second implementation of every architecture, for checking the first: one sequence, plain loops, f64, the weights
//! as the file has them. Slow, and sharing no code and no layout with the engine.

use crate::tiny::{EPS, HEAD_DIM, LAYERS, THETA, Tiny, WINDOW};
use std::collections::HashMap;

/// The negative log-likelihood of each token but the first.
pub fn losses(tiny: &Tiny, tokens: &[u32]) -> Vec<f64> {
    let r = Reference { tiny, tensors: tiny.weights() };
    let embedding = r.tensor("token_embd.weight");
    let gemma = tiny.architecture == "gemma3";
    let scale = if gemma { (tiny.hidden as f64).sqrt() } else { 1.0 };
    let row = |t: u32| embedding[t as usize * tiny.hidden..][..tiny.hidden].iter().map(|x| x * scale).collect();
    let mut xs: Vec<Vec<f64>> = tokens.iter().map(|&t| row(t)).collect();
    for l in 0..LAYERS {
        r.layer(l, &mut xs);
    }
    let mut losses = Vec::new();
    for (x, &next) in xs.iter().zip(&tokens[1..]) {
        let logits = product(&embedding, &norm(x, &r.tensor("output_norm.weight")));
        let top = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = logits.iter().map(|x| (x - top).exp()).sum();
        losses.push(top + total.ln() - logits[next as usize]);
    }
    losses
}

struct Reference<'a> {
    tiny: &'a Tiny,
    tensors: HashMap<String, Vec<f32>>,
}

impl Reference<'_> {
    fn tensor(&self, name: &str) -> Vec<f64> {
        self.tensors[name].iter().map(|x| *x as f64).collect()
    }

    fn is(&self, families: &[&str]) -> bool {
        families.contains(&self.tiny.architecture)
    }

    fn layer(&self, l: usize, xs: &mut [Vec<f64>]) {
        let w = |part: &str| self.tensor(&format!("blk.{l}.{part}.weight"));
        let (mut queries, mut keys, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for (position, x) in xs.iter().enumerate() {
            let x = norm(x, &w("attn_norm"));
            let [mut q, mut k, mut v] = ["attn_q", "attn_k", "attn_v"].map(|part| product(&w(part), &x));
            if self.is(&["qwen2"]) {
                for (y, part) in [(&mut q, "attn_q"), (&mut k, "attn_k"), (&mut v, "attn_v")] {
                    let bias = self.tensor(&format!("blk.{l}.{part}.bias"));
                    y.iter_mut().zip(bias).for_each(|(y, b)| *y += b);
                }
            }
            for (y, part) in [(&mut q, "attn_q_norm"), (&mut k, "attn_k_norm")] {
                for head in y.chunks_exact_mut(HEAD_DIM) {
                    if self.is(&["qwen3", "gemma3"]) {
                        head.copy_from_slice(&norm(head, &w(part)));
                    }
                    self.turn(l, position, head);
                }
            }
            queries.push(q);
            keys.push(k);
            values.push(v);
        }
        for (at, x) in xs.iter_mut().enumerate() {
            let mut added = product(&w("attn_output"), &self.attend(l, at, &queries[at], &keys, &values));
            if self.is(&["gemma3"]) {
                added = norm(&added, &w("post_attention_norm"));
            }
            x.iter_mut().zip(added).for_each(|(x, y)| *x += y);
            let normed = norm(x, &w("ffn_norm"));
            let (gate, up) = (product(&w("ffn_gate"), &normed), product(&w("ffn_up"), &normed));
            let gated: Vec<f64> = gate.iter().zip(up).map(|(g, u)| self.gate(*g) * u).collect();
            let mut added = product(&w("ffn_down"), &gated);
            if self.is(&["gemma3"]) {
                added = norm(&added, &w("post_ffw_norm"));
            }
            x.iter_mut().zip(added).for_each(|(x, y)| *x += y);
        }
    }

    /// The tiny gemma3's even layers have a window.
    fn slides(&self, l: usize) -> bool {
        self.is(&["gemma3"]) && l.is_multiple_of(2)
    }

    fn turn(&self, l: usize, position: usize, head: &mut [f64]) {
        let half = HEAD_DIM / 2;
        let theta = if self.slides(l) { 10_000.0 } else { THETA as f64 };
        let stretch = self
            .tiny
            .scaling
            .filter(|(kind, _)| *kind == "linear" && !self.slides(l))
            .map_or(1.0, |(_, factor)| factor as f64);
        for i in 0..half {
            let angle = position as f64 / stretch / theta.powf(i as f64 / half as f64);
            // In llama files a pair is two neighbours; in the others it is half a head apart.
            let (a, b) = if self.is(&["llama"]) { (2 * i, 2 * i + 1) } else { (i, i + half) };
            (head[a], head[b]) =
                (head[a] * angle.cos() - head[b] * angle.sin(), head[a] * angle.sin() + head[b] * angle.cos());
        }
    }

    fn attend(&self, l: usize, at: usize, q: &[f64], keys: &[Vec<f64>], values: &[Vec<f64>]) -> Vec<f64> {
        let group = (self.tiny.heads / self.tiny.kv_heads) as usize;
        let visible = |other: &usize| *other <= at && !(self.slides(l) && at - other >= WINDOW);
        let mut out = Vec::new();
        for (head, q) in q.chunks_exact(HEAD_DIM).enumerate() {
            let part = |row: &[f64]| row[head / group * HEAD_DIM..][..HEAD_DIM].to_vec();
            let others: Vec<usize> = (0..keys.len()).filter(visible).collect();
            let score = |o: &usize| dot(q, &part(&keys[*o])) / (HEAD_DIM as f64).sqrt();
            let weights: Vec<f64> = others.iter().map(|o| score(o).exp()).collect();
            let total: f64 = weights.iter().sum();
            for d in 0..HEAD_DIM {
                out.push(others.iter().zip(&weights).map(|(o, w)| w / total * part(&values[*o])[d]).sum());
            }
        }
        out
    }

    fn gate(&self, x: f64) -> f64 {
        match self.is(&["gemma3"]) {
            true => 0.5 * x * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x.powi(3))).tanh()),
            false => x / (1.0 + (-x).exp()),
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// A matrix with rows as long as `x`, times `x`.
fn product(w: &[f64], x: &[f64]) -> Vec<f64> {
    w.chunks_exact(x.len()).map(|row| dot(row, x)).collect()
}

fn norm(x: &[f64], gain: &[f64]) -> Vec<f64> {
    let rms = (dot(x, x) / x.len() as f64 + EPS as f64).sqrt();
    x.iter().zip(gain).map(|(x, g)| x / rms * g).collect()
}
