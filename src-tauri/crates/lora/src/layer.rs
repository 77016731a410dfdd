//! One transformer layer, forward and backward, for all tokens of a step at once.
//!
//! The layer's weights are dequantised into one scratch buffer and the update s B A is added, so one merged matrix
//! serves y = x W^T and dx = dy W; the base has no weight gradient, and each projection's update costs four thin
//! products more.

use std::ops::Range;

use crate::activation;
use crate::adapter::{LayerAdapter, Layout, Projection, Side};
use crate::attention::{self, Heads};
use crate::config::Config;
use crate::headnorm;
use crate::mm::{Mat, Threads, mm};
use crate::model::Model;
use crate::ops::{self, Rope};
use crate::pack::Pack;

/// What a pass over one step needs besides weights.
pub(crate) struct Context<'a> {
    pub(crate) model: &'a Model,
    pub(crate) pack: &'a Pack,
    rope: Rope,
    sliding_rope: Rope,
}

impl<'a> Context<'a> {
    pub(crate) fn new(model: &'a Model, pack: &'a Pack) -> Context<'a> {
        let rope = |frequencies: &[f64]| Rope::new(frequencies, 0..pack.longest());
        Context { model, pack, rope: rope(&model.frequencies), sliding_rope: rope(&model.sliding_frequencies) }
    }

    fn config(&self) -> &'a Config {
        self.model.config()
    }

    fn rope(&self, l: usize) -> &Rope {
        if self.config().sliding(l).is_some() { &self.sliding_rope } else { &self.rope }
    }

    fn heads<'b>(&'b self, l: usize, qkv: &'b [f32]) -> Heads<'b> {
        let window = self.config().sliding(l).map_or(usize::MAX, |s| s.window);
        Heads { config: self.config(), pack: self.pack, qkv, window }
    }
}

/// One layer's matrices in f32, the update merged in.
pub(crate) struct Scratch {
    loaded: Option<usize>,
    qkv: Vec<f32>,
    o: Vec<f32>,
    gate_up: Vec<f32>,
    down: Vec<f32>,
}

impl Scratch {
    pub(crate) fn new(c: &Config) -> Scratch {
        Scratch {
            loaded: None,
            qkv: vec![0.0; c.qkv_width() * c.hidden],
            o: vec![0.0; c.q_width() * c.hidden],
            gate_up: vec![0.0; 2 * c.ffn * c.hidden],
            down: vec![0.0; c.ffn * c.hidden],
        }
    }

    /// Fills the scratch with layer `l`, unless it is there already.
    pub(crate) fn load(&mut self, model: &Model, l: usize, adapter: Option<LayerAdapter>) {
        if self.loaded == Some(l) {
            return;
        }
        let (c, layer) = (model.config(), &model.layers[l]);
        let (q, kv) = self.qkv.split_at_mut(c.q_width() * c.hidden);
        let (k, v) = kv.split_at_mut(c.kv_width() * c.hidden);
        let (gate, up) = self.gate_up.split_at_mut(c.ffn * c.hidden);
        let parts = [
            (Projection::Q, &layer.q, q),
            (Projection::K, &layer.k, k),
            (Projection::V, &layer.v, v),
            (Projection::O, &layer.o, &mut self.o[..]),
            (Projection::Gate, &layer.gate, gate),
            (Projection::Up, &layer.up, up),
            (Projection::Down, &layer.down, &mut self.down[..]),
        ];
        for (projection, stored, out) in parts {
            model.dequantise(stored, 0, out);
            if let Some(adapter) = adapter {
                let rank = adapter.layout.rank;
                let b = Mat::dense(adapter.b(projection), stored.rows, rank);
                let a = Mat::dense(adapter.a(projection), rank, stored.cols);
                mm(out, stored.cols, true, b, a, adapter.scale, Threads::Pool);
            }
        }
        self.loaded = Some(l);
    }
}

/// What backward needs of a layer besides its input; `n` rows each.
pub(crate) struct Activations {
    /// Queries, keys, values head by head, rotated (see [`Heads`]).
    pub(crate) qkv: Vec<f32>,
    /// Queries and keys before their norm, token by token; empty when they have none.
    raw_qk: Vec<f32>,
    lse: Vec<f32>,
    attended: Vec<f32>,
    /// What attention and feed-forward give before their own norms; empty when they have none.
    attention_out: Vec<f32>,
    ffn_out: Vec<f32>,
    /// The residual stream between attention and feed-forward.
    middle: Vec<f32>,
    gate_up: Vec<f32>,
}

impl Activations {
    pub(crate) fn new(c: &Config, n: usize) -> Activations {
        let family = c.architecture;
        let only_if = |wanted: bool, width: usize| vec![0.0; if wanted { n * width } else { 0 }];
        Activations {
            qkv: vec![0.0; n * c.qkv_width()],
            raw_qk: only_if(family.has_qk_norm(), headnorm::width(c)),
            attention_out: only_if(family.has_post_norms(), c.hidden),
            ffn_out: only_if(family.has_post_norms(), c.hidden),
            lse: vec![0.0; n * c.heads],
            attended: vec![0.0; n * c.q_width()],
            middle: vec![0.0; n * c.hidden],
            gate_up: vec![0.0; n * 2 * c.ffn],
        }
    }

    /// Floats per token.
    pub(crate) fn floats(c: &Config) -> usize {
        let raw_qk = if c.architecture.has_qk_norm() { headnorm::width(c) } else { 0 };
        let outs = if c.architecture.has_post_norms() { 2 * c.hidden } else { 0 };
        c.qkv_width() + raw_qk + c.heads + c.q_width() + outs + c.hidden + 2 * c.ffn
    }
}

/// Runs layer `l` on `x` as far as backward needs it, filling `acts`.
pub(crate) fn activate(cx: &Context, w: &Scratch, l: usize, x: &[f32], acts: &mut Activations) {
    let (c, n, layer) = (cx.config(), cx.pack.len(), &cx.model.layers[l]);
    let mut normed = vec![0.0; n * c.hidden];
    ops::rms_norm(x, &layer.attn_norm, c.norm_eps, &mut normed);
    let mut fused = vec![0.0; n * c.qkv_width()];
    project(&mut fused, false, &normed, &w.qkv, n, c.hidden);
    if let Some(bias) = &layer.qkv_bias {
        ops::add_to_rows(&mut fused, bias);
    }
    if let Some(gains) = &layer.qk_norm {
        headnorm::forward(c, gains, &mut fused, &mut acts.raw_qk);
    }
    ops::split_heads(cx.pack, cx.rope(l), c.heads + c.kv_heads, &fused, &mut acts.qkv);
    drop(fused);
    attention::forward(&cx.heads(l, &acts.qkv), &mut acts.attended, &mut acts.lse);
    acts.middle.copy_from_slice(x);
    match &layer.post_norms {
        None => project(&mut acts.middle, true, &acts.attended, &w.o, n, c.q_width()),
        Some([gain, _]) => {
            project(&mut acts.attention_out, false, &acts.attended, &w.o, n, c.q_width());
            ops::rms_norm(&acts.attention_out, gain, c.norm_eps, &mut normed);
            ops::add(&mut acts.middle, &normed);
        }
    }
    ops::rms_norm(&acts.middle, &layer.ffn_norm, c.norm_eps, &mut normed);
    project(&mut acts.gate_up, false, &normed, &w.gate_up, n, c.hidden);
    if layer.post_norms.is_some() {
        let mut activation = vec![0.0; n * c.ffn];
        activation::forward(c, &acts.gate_up, &mut activation);
        project(&mut acts.ffn_out, false, &activation, &w.down, n, c.ffn);
    }
}

/// Runs layer `l` on `x` in place, filling `acts`.
pub(crate) fn forward(cx: &Context, w: &Scratch, l: usize, x: &mut [f32], acts: &mut Activations) {
    activate(cx, w, l, x, acts);
    let (c, n) = (cx.config(), cx.pack.len());
    match &cx.model.layers[l].post_norms {
        None => {
            let mut activation = vec![0.0; n * c.ffn];
            activation::forward(c, &acts.gate_up, &mut activation);
            x.copy_from_slice(&acts.middle);
            project(x, true, &activation, &w.down, n, c.ffn);
        }
        Some([_, gain]) => {
            ops::rms_norm(&acts.ffn_out, gain, c.norm_eps, x);
            ops::add(x, &acts.middle);
        }
    }
}

/// One layer's part of the adapter and, of the same layout, where its gradient goes.
pub(crate) struct Learner<'a> {
    pub(crate) adapter: LayerAdapter<'a>,
    pub(crate) grad: &'a mut [f32],
}

/// Turns the gradient `d` of layer `l`'s result into that of its input `x`, and writes the adapter's gradient. Uses
/// `acts` up. Layer 0 leaves `d` undefined: nothing below it learns.
pub(crate) fn backward(
    cx: &Context,
    w: &Scratch,
    l: usize,
    x: &[f32],
    acts: &mut Activations,
    mut learner: Learner,
    d: &mut [f32],
) {
    let (c, n) = (cx.config(), cx.pack.len());
    feed_forward_backward(cx, w, l, acts, &mut learner, d);

    let (layer, h) = (&cx.model.layers[l], c.hidden);
    let dout = layer.post_norms.as_ref().map(|[gain, _]| through_norm(&acts.attention_out, gain, c, d));
    let dout = dout.as_deref().unwrap_or(d);
    learner.learn(&[Projection::O], &acts.attended, dout, n);
    let mut dattended = vec![0.0; n * c.q_width()];
    project_back(&mut dattended, dout, &w.o, n, c.q_width());
    let mut dheads = vec![0.0; n * c.qkv_width()];
    attention::backward(&cx.heads(l, &acts.qkv), &acts.lse, &dattended, &mut dheads);
    let dfused = &mut acts.qkv;
    ops::join_heads(cx.pack, cx.rope(l), c.heads + c.kv_heads, &dheads, dfused);
    if let Some(gains) = &layer.qk_norm {
        headnorm::backward(c, gains, &acts.raw_qk, dfused);
    }

    let mut normed = vec![0.0; n * h];
    ops::rms_norm(x, &layer.attn_norm, c.norm_eps, &mut normed);
    learner.learn(&[Projection::Q, Projection::K, Projection::V], &normed, dfused, n);
    if l > 0 {
        let mut dnormed = vec![0.0; n * h];
        project_back(&mut dnormed, dfused, &w.qkv, n, h);
        ops::rms_norm_backward(x, &layer.attn_norm, c.norm_eps, &dnormed, d);
    }
}

/// Turns the gradient `d` of the layer's result into that of the residual stream before the feed-forward.
fn feed_forward_backward(
    cx: &Context,
    w: &Scratch,
    l: usize,
    acts: &mut Activations,
    learner: &mut Learner,
    d: &mut [f32],
) {
    let (c, n, layer) = (cx.config(), cx.pack.len(), &cx.model.layers[l]);
    let dout = layer.post_norms.as_ref().map(|[_, gain]| through_norm(&acts.ffn_out, gain, c, d));
    let dout = dout.as_deref().unwrap_or(d);
    let mut activation = vec![0.0; n * c.ffn];
    activation::forward(c, &acts.gate_up, &mut activation);
    learner.learn(&[Projection::Down], &activation, dout, n);
    project_back(&mut activation, dout, &w.down, n, c.ffn);
    activation::backward(c, &mut acts.gate_up, &activation);
    drop(activation);

    let mut normed = vec![0.0; n * c.hidden];
    ops::rms_norm(&acts.middle, &layer.ffn_norm, c.norm_eps, &mut normed);
    learner.learn(&[Projection::Gate, Projection::Up], &normed, &acts.gate_up, n);
    let dnormed = &mut normed;
    project_back(dnormed, &acts.gate_up, &w.gate_up, n, c.hidden);
    ops::rms_norm_backward(&acts.middle, &layer.ffn_norm, c.norm_eps, dnormed, d);
}

/// The gradient of a norm's input `x`, given that of its result.
fn through_norm(x: &[f32], gain: &[f32], c: &Config, dy: &[f32]) -> Vec<f32> {
    let mut dx = vec![0.0; x.len()];
    ops::rms_norm_backward(x, gain, c.norm_eps, dy, &mut dx);
    dx
}

/// `y = x W^T` (or `y += x W^T`), where each of W's rows has `inputs` weights.
fn project(y: &mut [f32], add: bool, x: &[f32], w: &[f32], n: usize, inputs: usize) {
    let outputs = w.len() / inputs;
    mm(y, outputs, add, Mat::dense(x, n, inputs), Mat::dense(w, outputs, inputs).t(), 1.0, Threads::Pool);
}

/// `dx = dy W`.
fn project_back(dx: &mut [f32], dy: &[f32], w: &[f32], n: usize, inputs: usize) {
    let outputs = w.len() / inputs;
    mm(dx, inputs, false, Mat::dense(dy, n, outputs), Mat::dense(w, outputs, inputs), 1.0, Threads::Pool);
}

fn joined(layout: &Layout, group: &[Projection], side: Side) -> Range<usize> {
    let ranges = || group.iter().map(|p| layout.range(*p, side));
    ranges().map(|r| r.start).min().unwrap_or(0)..ranges().map(|r| r.end).max().unwrap_or(0)
}

impl Learner<'_> {
    /// The gradients of A and B of neighbouring projections with the same input `x`; `dy` has their outputs side by side.
    ///
    /// With u = s dy B and v = x A^T: dA = u^T x and dB = s dy^T v.
    fn learn(&mut self, group: &[Projection], x: &[f32], dy: &[f32], n: usize) {
        let (adapter, grad) = (self.adapter, &mut *self.grad);
        let (layout, s) = (adapter.layout, adapter.scale);
        let (rank, inputs) = (layout.rank, x.len() / n);
        let wide = group.len() * rank;
        let all_a = joined(layout, group, Side::A);
        let x = Mat::dense(x, n, inputs);
        let mut u = vec![0.0; n * wide];
        let mut v = vec![0.0; n * wide];
        mm(&mut v, wide, false, x, Mat::dense(&adapter.data[all_a.clone()], wide, inputs).t(), 1.0, Threads::Pool);
        let width = dy.len() / n;
        let mut first = 0;
        for (i, &projection) in group.iter().enumerate() {
            let outputs = layout.shape(projection, Side::B)[0];
            let dy = Mat::new(&dy[first..], n, outputs, width);
            let b = Mat::dense(adapter.b(projection), outputs, rank);
            mm(&mut u[i * rank..], wide, false, dy, b, s, Threads::Pool);
            let v = Mat::new(&v[i * rank..], n, rank, wide);
            mm(&mut grad[layout.range(projection, Side::B)], rank, false, dy.t(), v, s, Threads::Pool);
            first += outputs;
        }
        mm(&mut grad[all_a], inputs, false, Mat::dense(&u, n, wide).t(), x, 1.0, Threads::Pool);
    }
}
