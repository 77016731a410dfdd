//! Causal attention in blocks of query rows; the matrix of all pairs never exists.
//!
//! One task per (sequence, query head). Forward keeps only the logarithm of each row's sum of exponentials, from
//! which backward computes the probabilities again: Dao et al. 2022 (FlashAttention), arXiv 2205.14135, without its
//! column blocks, because a block of 128 rows of scores fits a core's cache.

use std::ops::Range;

use rayon::prelude::*;

use crate::config::Config;
use crate::mm::{Mat, Threads, mm};
use crate::pack::Pack;
use crate::simd::{dot, exp, max, sum, wide};

/// Query rows per block.
const BLOCK: usize = 128;

/// Queries, keys and values head by head: `heads + 2 kv_heads` blocks of `n` rows of `head_dim`, q and k rotated.
pub(crate) struct Heads<'a> {
    pub(crate) config: &'a Config,
    pub(crate) pack: &'a Pack,
    pub(crate) qkv: &'a [f32],
    /// Tokens a row sees, itself included.
    pub(crate) window: usize,
}

impl<'a> Heads<'a> {
    fn q(&self, head: usize, span: &Range<usize>) -> &'a [f32] {
        self.rows(head, span)
    }

    fn k(&self, head: usize, span: &Range<usize>) -> &'a [f32] {
        let c = self.config;
        self.rows(c.heads + head / (c.heads / c.kv_heads), span)
    }

    fn v(&self, head: usize, span: &Range<usize>) -> &'a [f32] {
        let c = self.config;
        self.rows(c.heads + c.kv_heads + head / (c.heads / c.kv_heads), span)
    }

    fn rows(&self, block: usize, span: &Range<usize>) -> &'a [f32] {
        let (n, d) = (self.pack.len(), self.config.head_dim);
        &self.qkv[(block * n + span.start) * d..][..span.len() * d]
    }

    fn scale(&self) -> f32 {
        self.config.attention_scale
    }

    /// The keys that a block of query rows `first..end` sees.
    fn seen(&self, first: usize, end: usize) -> Range<usize> {
        (first + 1).saturating_sub(self.window)..end
    }
}

/// Writes attention's result to `out` (n rows of all heads side by side) and each row's log-sum-exp to `lse`
/// (`heads` blocks of n).
pub(crate) fn forward(heads: &Heads, out: &mut [f32], lse: &mut [f32]) {
    let (c, n, d) = (heads.config, heads.pack.len(), heads.config.head_dim);
    let mut by_head = vec![0.0; c.heads * n * d];
    let outs = split_spans(&mut by_head, heads.pack, d);
    let lses = split_spans(lse, heads.pack, 1);
    outs.into_par_iter().zip(lses).with_max_len(1).for_each(|((head, span, out), (_, _, lse))| {
        let (q, k, v) = (heads.q(head, &span), heads.k(head, &span), heads.v(head, &span));
        let t = span.len();
        let mut scores = vec![0.0; BLOCK.min(t) * t];
        for first in (0..t).step_by(BLOCK) {
            let rows = BLOCK.min(t - first);
            let Range { start, end } = heads.seen(first, first + rows);
            let seen = end - start;
            let keys = Mat::dense(&k[start * d..], seen, d);
            mm(&mut scores, seen, false, Mat::dense(&q[first * d..], rows, d), keys.t(), heads.scale(), Threads::One);
            let lse = &mut lse[first..end];
            wide(
                #[inline(always)]
                || softmax_rows(&mut scores, seen, first - start, heads.window, lse),
            );
            let values = Mat::dense(&v[start * d..], seen, d);
            mm(&mut out[first * d..], d, false, Mat::dense(&scores, rows, seen), values, 1.0, Threads::One);
        }
    });
    let width = c.q_width();
    out.par_chunks_mut(width).enumerate().with_min_len(64).for_each(|(row, out)| {
        for (head, out) in out.chunks_exact_mut(d).enumerate() {
            out.copy_from_slice(&by_head[(head * n + row) * d..][..d]);
        }
    });
}

/// Softmax over what row i may see (the last `window` of `first + i + 1` keys); the rest of the row becomes zero.
#[inline(always)]
fn softmax_rows(scores: &mut [f32], seen: usize, first: usize, window: usize, lse: &mut [f32]) {
    for (i, (row, lse)) in scores.chunks_exact_mut(seen).zip(lse).enumerate() {
        let row = visible(row, first + i + 1, window);
        let top = max(row);
        for x in row.iter_mut() {
            *x = exp(*x - top);
        }
        let total = sum(row);
        let inverse = 1.0 / total;
        for x in row.iter_mut() {
            *x *= inverse;
        }
        *lse = top + total.ln();
    }
}

/// The last `window` of the first `end` elements; all others become zero.
#[inline(always)]
fn visible(row: &mut [f32], end: usize, window: usize) -> &mut [f32] {
    let (row, later) = row.split_at_mut(end);
    later.fill(0.0);
    let (earlier, row) = row.split_at_mut(end.saturating_sub(window));
    earlier.fill(0.0);
    row
}

/// The gradients of queries, keys and values, laid out as `heads.qkv`, given the gradient `dout` of the result.
pub(crate) fn backward(heads: &Heads, lse: &[f32], dout: &[f32], dqkv: &mut [f32]) {
    let (c, n, d) = (heads.config, heads.pack.len(), heads.config.head_dim);
    // Each query head gets its own gradient of the keys and values it shares with others, added up in a fixed order
    // afterwards, so that the result does not depend on which finishes first.
    let (dq, dkv) = dqkv.split_at_mut(c.heads * n * d);
    let mut dk_by_head = vec![0.0; c.heads * n * d];
    let mut dv_by_head = vec![0.0; c.heads * n * d];
    let dks = split_spans(&mut dk_by_head, heads.pack, d);
    let dvs = split_spans(&mut dv_by_head, heads.pack, d);
    let tasks = split_spans(dq, heads.pack, d).into_par_iter().zip(dks).zip(dvs).with_max_len(1);
    tasks.for_each(|(((head, span, dq), (_, _, dk)), (_, _, dv))| {
        let lse = &lse[head * n..][span.clone()];
        let dout = &dout[span.start * c.q_width() + head * d..];
        head_backward(heads, head, &span, lse, dout, [dq, dk, dv]);
    });
    let group = c.heads / c.kv_heads;
    let (dk, dv) = dkv.split_at_mut(c.kv_heads * n * d);
    for (shared, by_head) in [(dk, &dk_by_head), (dv, &dv_by_head)] {
        shared.par_chunks_mut(d).enumerate().with_min_len(256).for_each(|(at, shared)| {
            let (kv_head, row) = (at / n, at % n);
            shared.fill(0.0);
            for head in kv_head * group..(kv_head + 1) * group {
                for (s, x) in shared.iter_mut().zip(&by_head[(head * n + row) * d..][..d]) {
                    *s += x;
                }
            }
        });
    }
}

/// One head of one sequence. `dout` begins at the head's first element; its rows are all heads wide.
fn head_backward(h: &Heads, head: usize, span: &Range<usize>, lse: &[f32], dout: &[f32], grads: [&mut [f32]; 3]) {
    let (q, k, v) = (h.q(head, span), h.k(head, span), h.v(head, span));
    let [dq, dk, dv] = grads;
    let (t, d, width, scale) = (span.len(), h.config.head_dim, h.config.q_width(), h.scale());
    let mut p = vec![0.0; BLOCK.min(t) * t];
    let mut dp = vec![0.0; BLOCK.min(t) * t];
    for first in (0..t).step_by(BLOCK) {
        let rows = BLOCK.min(t - first);
        let Range { start, end } = h.seen(first, first + rows);
        let seen = end - start;
        let (keys, values) = (Mat::dense(&k[start * d..], seen, d), Mat::dense(&v[start * d..], seen, d));
        let queries = Mat::dense(&q[first * d..], rows, d);
        let dout = Mat::new(&dout[first * width..], rows, d, width);
        mm(&mut p, seen, false, queries, keys.t(), scale, Threads::One);
        mm(&mut dp, seen, false, dout, values.t(), 1.0, Threads::One);
        let lse = &lse[first..end];
        wide(
            #[inline(always)]
            || softmax_rows_backward(&mut p, &mut dp, seen, [first - start, h.window], lse, scale),
        );
        let (p, ds) = (Mat::dense(&p, rows, seen), Mat::dense(&dp, rows, seen));
        mm(&mut dq[first * d..], d, false, ds, keys, 1.0, Threads::One);
        mm(&mut dk[start * d..], d, true, ds.t(), queries, 1.0, Threads::One);
        mm(&mut dv[start * d..], d, true, p.t(), dout, 1.0, Threads::One);
    }
}

/// Turns scores into probabilities, and the gradients of the probabilities into those of the unscaled scores.
#[inline(always)]
fn softmax_rows_backward(
    p: &mut [f32],
    dp: &mut [f32],
    seen: usize,
    [first, window]: [usize; 2],
    lse: &[f32],
    scale: f32,
) {
    let rows = p.chunks_exact_mut(seen).zip(dp.chunks_exact_mut(seen)).zip(lse);
    for (i, ((p, dp), lse)) in rows.enumerate() {
        let (p, dp) = (visible(p, first + i + 1, window), visible(dp, first + i + 1, window));
        for x in p.iter_mut() {
            *x = exp(*x - lse);
        }
        let mean = dot(p, dp);
        for (p, dp) in p.iter().zip(dp.iter_mut()) {
            *dp = p * (*dp - mean) * scale;
        }
    }
}

/// Cuts a buffer of heads x n rows of `d` into its (head, sequence) parts.
fn split_spans<'a>(buffer: &'a mut [f32], pack: &Pack, d: usize) -> Vec<(usize, Range<usize>, &'a mut [f32])> {
    let mut parts = Vec::new();
    for (head, mut rows) in buffer.chunks_exact_mut(pack.len() * d).enumerate() {
        for span in &pack.spans {
            let (part, rest) = rows.split_at_mut(span.len() * d);
            parts.push((head, span.clone(), part));
            rows = rest;
        }
    }
    parts
}
