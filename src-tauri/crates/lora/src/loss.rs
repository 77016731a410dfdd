//! The output head and cross-entropy, only for the tokens that are to be predicted.
//!
//! In chunks of tokens, because the logits of a whole step would outweigh everything else, and with the head's
//! weights dequantised in tiles that stay in a core's cache, because the whole head in f32 would too.

use rayon::prelude::*;

use crate::mm::{Mat, Threads, mm};
use crate::model::Model;
use crate::ops;
use crate::pack::Target;
use crate::simd::{exp, max, sum, wide};

/// Tokens per chunk.
pub(crate) const CHUNK: usize = 128;
/// Rows of the head dequantised at a time.
pub(crate) const TILE: usize = 1024;

/// Negative log-likelihood of each target, in nats, and adds the gradient of their weighted sum to `dx` if it is
/// given. `x` is the last layer's result, before the output norm.
pub(crate) fn cross_entropy(model: &Model, x: &[f32], targets: &[Target], dx: Option<&mut [f32]>) -> Vec<f32> {
    let (c, h) = (model.config(), model.config().hidden);
    let mut normed = vec![0.0; targets.len() * h];
    let mut gathered = vec![0.0; targets.len() * h];
    for (row, target) in gathered.chunks_exact_mut(h).zip(targets) {
        row.copy_from_slice(&x[target.row * h..][..h]);
    }
    ops::rms_norm(&gathered, &model.output_norm, c.norm_eps, &mut normed);
    let want_gradient = dx.is_some();
    let mut dnormed = vec![0.0; if want_gradient { normed.len() } else { 0 }];
    let mut logits = vec![0.0; CHUNK.min(targets.len()) * c.vocab];
    let mut tile = vec![0.0; TILE.min(c.vocab) * h];
    let mut nll = Vec::with_capacity(targets.len());
    for first in (0..targets.len()).step_by(CHUNK) {
        let n = CHUNK.min(targets.len() - first);
        let (chunk, logits) = (&targets[first..first + n], &mut logits[..n * c.vocab]);
        let x = Mat::dense(&normed[first * h..], n, h);
        for_tiles(model, &mut tile, |row, tile| {
            let rows = tile.len() / h;
            mm(&mut logits[row..], c.vocab, false, x, Mat::dense(tile, rows, h).t(), 1.0, Threads::Pool);
        });
        nll.par_extend(logits.par_chunks_exact_mut(c.vocab).zip(chunk).map(|(logits, target)| {
            wide(
                #[inline(always)]
                || softmax_gradient(logits, target, want_gradient),
            )
        }));
        if want_gradient {
            let dnormed = &mut dnormed[first * h..][..n * h];
            for_tiles(model, &mut tile, |row, tile| {
                let rows = tile.len() / h;
                let dlogits = Mat::new(&logits[row..], n, rows, c.vocab);
                mm(dnormed, h, true, dlogits, Mat::dense(tile, rows, h), 1.0, Threads::Pool);
            });
        }
    }
    if let Some(dx) = dx {
        let mut dgathered = vec![0.0; normed.len()];
        ops::rms_norm_backward(&gathered, &model.output_norm, c.norm_eps, &dnormed, &mut dgathered);
        for (row, target) in dgathered.chunks_exact(h).zip(targets) {
            dx[target.row * h..][..h].iter_mut().zip(row).for_each(|(dx, d)| *dx += d);
        }
    }
    nll
}

/// Returns the negative log-likelihood; turns logits into their gradient in place when asked to.
#[inline(always)]
fn softmax_gradient(logits: &mut [f32], target: &Target, want_gradient: bool) -> f32 {
    let wanted = logits[target.token as usize];
    let top = max(logits);
    for x in logits.iter_mut() {
        *x = exp(*x - top);
    }
    let total = sum(logits);
    if want_gradient {
        let factor = target.weight / total;
        for x in logits.iter_mut() {
            *x *= factor;
        }
        logits[target.token as usize] -= target.weight;
    }
    top + total.ln() - wanted
}

/// Calls `work` with the first row and the f32 weights of each tile of the head.
fn for_tiles(model: &Model, tile: &mut [f32], mut work: impl FnMut(usize, &[f32])) {
    let (vocab, h) = (model.config().vocab, model.config().hidden);
    for row in (0..vocab).step_by(TILE) {
        let tile = &mut tile[..TILE.min(vocab - row) * h];
        model.dequantise(&model.head, row, tile);
        work(row, tile);
    }
}
