//! All layers in turn: forward alone, or forward and backward.

use crate::adapter::Adapter;
use crate::error::Error;
use crate::layer::{self, Activations, Context, Learner, Scratch};
use crate::loss::cross_entropy;
use crate::memory::Plan;
use crate::model::Model;
use crate::pack::Pack;
use crate::pool;

/// Asked between layers whether to give up.
pub(crate) type Stop<'a> = &'a dyn Fn() -> bool;

fn go_on(stop: Stop) -> Result<(), Error> {
    if stop() { Err(Error::Stopped) } else { Ok(()) }
}

/// The residual stream after the last layer, one row per token; `see` gets each layer's activations in passing.
pub(crate) fn forward(
    model: &Model,
    adapter: Option<&Adapter>,
    pack: &Pack,
    stop: Stop,
    mut see: impl FnMut(usize, &Activations) + Send,
) -> Result<Vec<f32>, Error> {
    let cx = Context::new(model, pack);
    let mut scratch = Scratch::new(model.config());
    let mut acts = Activations::new(model.config(), pack.len());
    let mut x = embed(model, pack);
    for l in 0..model.config().layers {
        go_on(stop)?;
        pool::run(|| {
            scratch.load(model, l, adapter.map(|a| a.layer(l)));
            layer::forward(&cx, &scratch, l, &mut x, &mut acts);
            see(l, &acts);
        });
    }
    Ok(x)
}

/// Negative log-likelihoods of the pack's targets.
pub(crate) fn evaluate(model: &Model, adapter: Option<&Adapter>, pack: &Pack, stop: Stop) -> Result<Vec<f32>, Error> {
    if pack.targets.is_empty() {
        return Ok(Vec::new());
    }
    let x = forward(model, adapter, pack, stop, |_, _| {})?;
    Ok(pool::run(|| cross_entropy(model, &x, &pack.targets, None)))
}

/// Negative log-likelihoods of the pack's targets, and the gradient of their weighted sum for every weight of the
/// adapter, in the adapter's layout. The pack must have targets.
pub(crate) fn gradient(
    model: &Model,
    adapter: &Adapter,
    pack: &Pack,
    plan: Plan,
    stop: Stop,
) -> Result<(Vec<f32>, Vec<f32>), Error> {
    let (c, n) = (model.config(), pack.len());
    let first_kept = c.layers - plan.keep.min(c.layers);
    let cx = Context::new(model, pack);
    let mut scratch = Scratch::new(c);
    let mut inputs = Vec::with_capacity(c.layers);
    let mut kept = Vec::with_capacity(plan.keep);
    // One set of buffers serves all layers that are run twice.
    let mut spare = (first_kept > 0).then(|| Activations::new(c, n));
    let mut x = embed(model, pack);
    for l in 0..c.layers {
        go_on(stop)?;
        inputs.push(x.clone());
        let mut own = (l >= first_kept).then(|| Activations::new(c, n));
        if let Some(acts) = own.as_mut().or(spare.as_mut()) {
            pool::run(|| {
                scratch.load(model, l, Some(adapter.layer(l)));
                layer::forward(&cx, &scratch, l, &mut x, acts);
            });
        }
        kept.extend(own);
    }
    go_on(stop)?;
    let mut d = vec![0.0; x.len()];
    let nll = pool::run(|| cross_entropy(model, &x, &pack.targets, Some(&mut d)));
    drop(x);

    let mut grad = vec![0.0; adapter.data.len()];
    for (l, grad) in grad.chunks_exact_mut(adapter.layout.layer).enumerate().rev() {
        go_on(stop)?;
        let Some(x) = inputs.pop() else { break };
        let mut own = kept.pop();
        let again = own.is_none();
        if let Some(acts) = own.as_mut().or(spare.as_mut()) {
            pool::run(|| {
                scratch.load(model, l, Some(adapter.layer(l)));
                if again {
                    layer::activate(&cx, &scratch, l, &x, acts);
                }
                let learner = Learner { adapter: adapter.layer(l), grad };
                layer::backward(&cx, &scratch, l, &x, acts, learner, &mut d);
            });
        }
    }
    Ok((nll, grad))
}

fn embed(model: &Model, pack: &Pack) -> Vec<f32> {
    let h = model.config().hidden;
    let mut x = vec![0.0; pack.len() * h];
    for (row, &token) in x.chunks_exact_mut(h).zip(&pack.tokens) {
        model.embed(token, row);
    }
    x
}
