//! The trained part: two thin matrices A (rank x inputs) and B (outputs x rank) per projection.
//!
//! Hu et al. 2021 (LoRA), arXiv 2106.09685: a projection becomes W + alpha / rank * B A. All tensors lie in one flat
//! buffer, so that gradients and moments are buffers of the same shape and the optimizer is one loop.

use std::ops::Range;

use crate::config::Config;
use crate::error::Error;
use crate::model::Model;
use crate::rng::Rng;

/// What a fresh adapter looks like.
#[derive(Clone, Debug, PartialEq)]
pub struct LoraConfig {
    /// Inner dimension of every projection's update.
    pub rank: usize,
    /// The update is scaled by alpha / rank.
    pub alpha: f32,
    /// Decides A's first values; the same seed gives the same adapter on every computer.
    pub seed: u64,
}

/// The seven projections of a layer that carry an update, in the order of the layer's buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Projection {
    Q,
    K,
    V,
    Gate,
    Up,
    O,
    Down,
}

impl Projection {
    pub(crate) const ALL: [Projection; 7] = [
        Projection::Q,
        Projection::K,
        Projection::V,
        Projection::Gate,
        Projection::Up,
        Projection::O,
        Projection::Down,
    ];

    /// Outputs and inputs.
    pub(crate) fn shape(self, c: &Config) -> (usize, usize) {
        match self {
            Projection::Q => (c.q_width(), c.hidden),
            Projection::K | Projection::V => (c.kv_width(), c.hidden),
            Projection::Gate | Projection::Up => (c.ffn, c.hidden),
            Projection::O => (c.hidden, c.q_width()),
            Projection::Down => (c.hidden, c.ffn),
        }
    }

    /// The module's name in Hugging Face's llama.
    pub(crate) fn module(self) -> &'static str {
        match self {
            Projection::Q => "self_attn.q_proj",
            Projection::K => "self_attn.k_proj",
            Projection::V => "self_attn.v_proj",
            Projection::O => "self_attn.o_proj",
            Projection::Gate => "mlp.gate_proj",
            Projection::Up => "mlp.up_proj",
            Projection::Down => "mlp.down_proj",
        }
    }
}

/// Where each tensor lies in a layer's part of the buffer: all A in the order of [`Projection::ALL`], then all B. The
/// A of projections with the same input are neighbours, so one product serves them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Layout {
    pub(crate) rank: usize,
    pub(crate) layers: usize,
    shapes: [(usize, usize); 7],
    a: [usize; 7],
    b: [usize; 7],
    /// Elements per layer.
    pub(crate) layer: usize,
}

/// A or B of one projection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    A,
    B,
}

impl Layout {
    pub(crate) fn new(config: &Config, rank: usize) -> Layout {
        let shapes = Projection::ALL.map(|p| p.shape(config));
        let mut at = 0;
        let mut place = |elements: usize| {
            at += elements;
            at - elements
        };
        let a = shapes.map(|(_, inputs)| place(rank * inputs));
        let b = shapes.map(|(outputs, _)| place(outputs * rank));
        Layout { rank, layers: config.layers, shapes, a, b, layer: at }
    }

    /// Elements in the whole buffer.
    pub(crate) fn len(&self) -> usize {
        self.layers * self.layer
    }

    /// A tensor's place within its layer.
    pub(crate) fn range(&self, projection: Projection, side: Side) -> Range<usize> {
        let i = projection as usize;
        let (outputs, inputs) = self.shapes[i];
        match side {
            Side::A => self.a[i]..self.a[i] + self.rank * inputs,
            Side::B => self.b[i]..self.b[i] + outputs * self.rank,
        }
    }

    /// A tensor's rows and columns.
    pub(crate) fn shape(&self, projection: Projection, side: Side) -> [usize; 2] {
        let (outputs, inputs) = self.shapes[projection as usize];
        match side {
            Side::A => [self.rank, inputs],
            Side::B => [outputs, self.rank],
        }
    }

    /// Every tensor in the buffer's order: layer, projection, side, place.
    pub(crate) fn tensors(&self) -> impl Iterator<Item = (usize, Projection, Side, Range<usize>)> + '_ {
        (0..self.layers).flat_map(move |layer| {
            [Side::A, Side::B].into_iter().flat_map(move |side| {
                Projection::ALL.into_iter().map(move |projection| {
                    let range = self.range(projection, side);
                    let start = layer * self.layer;
                    (layer, projection, side, start + range.start..start + range.end)
                })
            })
        })
    }
}

/// A low-rank update of a base model: what training changes and what an author keeps.
#[derive(Clone, Debug, PartialEq)]
pub struct Adapter {
    pub(crate) layout: Layout,
    pub(crate) alpha: f32,
    pub(crate) data: Vec<f32>,
}

impl Adapter {
    /// A fresh adapter: A uniform in +-1/sqrt(inputs), which is what PEFT's kaiming_uniform(a = sqrt 5) amounts to,
    /// and B zero, so that it changes nothing before the first step.
    pub fn new(model: &Model, config: &LoraConfig) -> Result<Adapter, Error> {
        let mut adapter = Adapter::zero(model, config.rank, config.alpha)?;
        let mut rng = Rng::new(config.seed);
        let Adapter { layout, data, .. } = &mut adapter;
        for (_, projection, side, range) in layout.tensors() {
            if side == Side::A {
                let bound = 1.0 / (layout.shape(projection, side)[1] as f32).sqrt();
                data[range].iter_mut().for_each(|x| *x = (2.0 * rng.uniform() - 1.0) * bound);
            }
        }
        Ok(adapter)
    }

    pub(crate) fn zero(model: &Model, rank: usize, alpha: f32) -> Result<Adapter, Error> {
        if !(1..=1024).contains(&rank) {
            return Err(Error::input(format!("rank {rank} is not between 1 and 1,024")));
        }
        if !alpha.is_finite() || alpha <= 0.0 {
            return Err(Error::input(format!("alpha {alpha} is not a positive number")));
        }
        let layout = Layout::new(model.config(), rank);
        let data = vec![0.0; layout.len()];
        Ok(Adapter { layout, alpha, data })
    }

    /// Inner dimension of every projection's update.
    pub fn rank(&self) -> usize {
        self.layout.rank
    }

    /// The update is scaled by alpha / rank.
    pub fn alpha(&self) -> f32 {
        self.alpha
    }

    /// The number of trained weights.
    pub fn parameters(&self) -> usize {
        self.data.len()
    }

    /// Every tensor with its PEFT name, shape (rows, columns) and row-major values.
    pub fn tensors(&self) -> impl Iterator<Item = (String, [usize; 2], &[f32])> {
        self.layout.tensors().map(|(layer, projection, side, range)| {
            (crate::peft::tensor_name(layer, projection, side), self.layout.shape(projection, side), &self.data[range])
        })
    }

    /// The values of the tensor with this PEFT name, to change.
    pub fn tensor_mut(&mut self, name: &str) -> Option<&mut [f32]> {
        let found = self.layout.tensors().find(|(l, p, s, _)| crate::peft::tensor_name(*l, *p, *s) == name);
        found.map(|(.., range)| &mut self.data[range])
    }

    pub(crate) fn scale(&self) -> f32 {
        self.alpha / self.layout.rank as f32
    }

    pub(crate) fn layer(&self, layer: usize) -> LayerAdapter<'_> {
        let data = &self.data[layer * self.layout.layer..][..self.layout.layer];
        LayerAdapter { layout: &self.layout, data, scale: self.scale() }
    }

    /// Refuses an adapter made for other dimensions.
    pub(crate) fn check(&self, model: &Model) -> Result<(), Error> {
        match self.layout == Layout::new(model.config(), self.layout.rank) {
            true => Ok(()),
            false => Err(Error::input("the adapter was made for a base model of other dimensions")),
        }
    }
}

/// One layer's part of an adapter.
#[derive(Clone, Copy)]
pub(crate) struct LayerAdapter<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) data: &'a [f32],
    pub(crate) scale: f32,
}

impl<'a> LayerAdapter<'a> {
    pub(crate) fn a(&self, projection: Projection) -> &'a [f32] {
        &self.data[self.layout.range(projection, Side::A)]
    }

    pub(crate) fn b(&self, projection: Projection) -> &'a [f32] {
        &self.data[self.layout.range(projection, Side::B)]
    }
}
