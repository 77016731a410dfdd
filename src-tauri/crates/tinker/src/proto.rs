//! The protobuf messages of the wire, written by hand so that no protobuf compiler is needed. Only the fields that are
//! used are named; all others are skipped when read.

use bytes::Bytes;
use std::collections::BTreeMap;

/// Maps are sorted, so that equal requests have equal bytes.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct ForwardBackwardRequest {
    #[prost(string, tag = "1")]
    pub model_id: String,
    #[prost(int32, tag = "2")]
    pub seq_id: i32,
    #[prost(message, repeated, tag = "3")]
    pub data: Vec<Datum>,
    #[prost(string, tag = "4")]
    pub loss_fn: String,
    #[prost(btree_map = "string, double", tag = "5")]
    pub loss_fn_config: BTreeMap<String, f64>,
    #[prost(bool, tag = "6")]
    pub forward_only: bool,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Datum {
    #[prost(message, repeated, tag = "1")]
    pub model_input: Vec<Chunk>,
    #[prost(btree_map = "string, message", tag = "2")]
    pub loss_fn_inputs: BTreeMap<String, Tensor>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Chunk {
    /// Of the kinds of chunk there are, only text is spoken here.
    #[prost(message, optional, tag = "1")]
    pub encoded_text: Option<EncodedText>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct EncodedText {
    /// `int32`, little-endian.
    #[prost(bytes = "bytes", tag = "1")]
    pub tokens: Bytes,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Tensor {
    /// Little-endian, row by row.
    #[prost(bytes = "bytes", optional, tag = "1")]
    pub dense: Option<Bytes>,
    #[prost(enumeration = "DType", tag = "3")]
    pub dtype: i32,
    #[prost(int64, repeated, tag = "4")]
    pub shape: Vec<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
#[repr(i32)]
pub(crate) enum DType {
    Unspecified = 0,
    Float32 = 1,
    Int64 = 2,
    Int32 = 3,
    Bfloat16 = 4,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct ForwardBackwardOutput {
    #[prost(string, tag = "1")]
    pub loss_fn_output_type: String,
    #[prost(message, repeated, tag = "2")]
    pub loss_fn_outputs: Vec<ArrayRecord>,
    #[prost(btree_map = "string, double", tag = "3")]
    pub metrics: BTreeMap<String, f64>,
}

/// The outputs of several datums, each field's values one after the other.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct ArrayRecord {
    #[prost(btree_map = "string, message", tag = "2")]
    pub fields: BTreeMap<String, BatchedTensor>,
    #[prost(int64, tag = "3")]
    pub num_datums: i64,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct BatchedTensor {
    #[prost(bytes = "bytes", tag = "1")]
    pub data: Bytes,
    /// One more than there are datums: where each begins, in bytes, as `int64`, little-endian.
    #[prost(bytes = "bytes", tag = "2")]
    pub offsets: Bytes,
    #[prost(enumeration = "DType", tag = "3")]
    pub dtype: i32,
    /// The dimensions after the first.
    #[prost(int64, repeated, tag = "4")]
    pub trailing_shape: Vec<i64>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct SampleResponse {
    #[prost(message, repeated, tag = "1")]
    pub sequences: Vec<SampledSequence>,
    /// `float32`, little-endian; not a number where there is none.
    #[prost(bytes = "bytes", optional, tag = "2")]
    pub prompt_logprobs: Option<Bytes>,
    #[prost(int32, tag = "4")]
    pub prompt_cache_hit_tokens: i32,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct SampledSequence {
    /// 0 stop, 1 length.
    #[prost(int32, tag = "1")]
    pub stop_reason: i32,
    /// `int32`, little-endian.
    #[prost(bytes = "bytes", tag = "2")]
    pub tokens: Bytes,
    /// `float32`, little-endian.
    #[prost(bytes = "bytes", optional, tag = "3")]
    pub logprobs: Option<Bytes>,
}
