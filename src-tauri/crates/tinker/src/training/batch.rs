//! A batch on its way out: cut into requests that the server takes, and encoded.

use super::{Datum, Loss};
use crate::flags::Flags;
use crate::http::{Body, PROTOBUF};
use crate::{Error, Result, proto};
use prost::Message;

/// Cuts a batch so that no piece holds more sequences or bytes than the server takes. One sequence that is larger than
/// that goes alone, and the server may say what it thinks of it.
pub(crate) fn cut(data: &[Datum], flags: &Flags) -> Vec<Vec<proto::Datum>> {
    let (most, heaviest) = (flags.max_datums.max(1), flags.max_bytes.max(1));
    let mut pieces: Vec<Vec<proto::Datum>> = Vec::new();
    let mut weight = 0;
    for datum in data {
        let datum = datum.to_proto();
        let size = datum.encoded_len();
        match pieces.last_mut() {
            Some(piece) if piece.len() < most && weight + size <= heaviest => {
                piece.push(datum);
                weight += size;
            }
            _ => {
                pieces.push(vec![datum]);
                weight = size;
            }
        }
    }
    pieces
}

/// Encodes one piece.
pub(crate) fn encode(
    data: Vec<proto::Datum>,
    model_id: &str,
    seq_id: u32,
    loss: &Loss,
    forward_only: bool,
    flags: &Flags,
) -> Result<Body> {
    let request = proto::ForwardBackwardRequest {
        model_id: model_id.to_owned(),
        seq_id: i32::try_from(seq_id)
            .map_err(|_| Error::invalid("This model has taken all requests it can number."))?,
        data,
        loss_fn: loss.name().to_owned(),
        loss_fn_config: loss.settings().clone(),
        forward_only,
    };
    let plain = request.encode_to_vec();
    let (bytes, encoding) = compressed(plain, flags);
    Ok(Body { bytes: bytes.into(), content_type: PROTOBUF, encoding })
}

/// Compressed where the server asks for it. Token ids in 64 bits shrink to a quarter at the lightest level.
#[cfg(feature = "zstd")]
fn compressed(plain: Vec<u8>, flags: &Flags) -> (Vec<u8>, Option<&'static str>) {
    let small = if flags.compress { zstd::bulk::compress(&plain, 1).ok() } else { None };
    small.map_or((plain, None), |small| (small, Some("zstd")))
}

#[cfg(not(feature = "zstd"))]
fn compressed(plain: Vec<u8>, _flags: &Flags) -> (Vec<u8>, Option<&'static str>) {
    (plain, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn datum(length: usize) -> Datum {
        Datum::cross_entropy(&vec![7; length], &vec![1.0; length]).unwrap()
    }

    #[test]
    fn pieces_respect_both_limits_and_keep_the_order() {
        let data: Vec<Datum> = (2..12).map(datum).collect();
        let by_count = Flags { max_datums: 4, ..Flags::default() };
        assert_eq!(cut(&data, &by_count).iter().map(Vec::len).collect::<Vec<_>>(), [4, 4, 2]);
        let size = data[0].to_proto().encoded_len();
        let by_bytes = Flags { max_bytes: size * 2, ..Flags::default() };
        let pieces = cut(&data, &by_bytes);
        assert_eq!(pieces.iter().map(Vec::len).sum::<usize>(), 10);
        assert!(
            pieces
                .iter()
                .all(|piece| piece.len() == 1 || piece.iter().map(Message::encoded_len).sum::<usize>() <= size * 2)
        );
        let again: Vec<proto::Datum> = pieces.into_iter().flatten().collect();
        assert_eq!(again, data.iter().map(Datum::to_proto).collect::<Vec<_>>());
    }

    #[cfg(feature = "zstd")]
    #[test]
    fn compression_is_lossless_and_only_on_request() {
        let flags = Flags { compress: true, ..Flags::default() };
        let encoded =
            |flags: &Flags| encode(vec![datum(500).to_proto()], "m", 1, &Loss::default(), false, flags).unwrap();
        let (plain, small) = (encoded(&Flags::default()), encoded(&flags));
        assert_eq!((plain.encoding, small.encoding), (None, Some("zstd")));
        assert!(small.bytes.len() * 4 < plain.bytes.len());
        assert_eq!(zstd::bulk::decompress(&small.bytes, plain.bytes.len()).unwrap(), plain.bytes);
    }
}
