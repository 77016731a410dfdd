//! Metrics of a batch that went out in pieces, put together. The part of a name after `:` says how.

use std::collections::BTreeMap;

/// Combines the metrics of pieces, each with its number of sequences. What cannot be combined is left out: a metric that
/// not every piece has, and one whose rule is not known (checksums among them).
pub(crate) fn combine(pieces: &[(&BTreeMap<String, f64>, usize)]) -> BTreeMap<String, f64> {
    let mut combined = BTreeMap::new();
    let Some((first, _)) = pieces.first() else { return combined };
    for name in first.keys() {
        let values: Vec<(f64, f64)> = pieces
            .iter()
            .filter_map(|(metrics, count)| {
                metrics.get(name).map(|value| (*value, f64::from(u32::try_from(*count).unwrap_or(u32::MAX))))
            })
            .collect();
        if values.len() != pieces.len() {
            continue;
        }
        match name.rsplit_once(':') {
            // These do not fold; each is kept under a name of its own.
            Some((_, "unique")) => {
                for (at, (value, _)) in values.iter().enumerate() {
                    let name = if at == 0 { name.clone() } else { format!("{name}_{}", at + 1) };
                    combined.insert(name, *value);
                }
            }
            Some((_, rule)) => {
                if let Some(value) = fold(rule, &values) {
                    combined.insert(name.clone(), value);
                }
            }
            None => {}
        }
    }
    combined
}

fn fold(rule: &str, values: &[(f64, f64)]) -> Option<f64> {
    let largest = || values.iter().map(|(value, _)| *value).fold(f64::NEG_INFINITY, f64::max);
    Some(match rule {
        "sum" => values.iter().map(|(value, _)| value).sum(),
        "mean" => mean(values),
        "min" => values.iter().map(|(value, _)| *value).fold(f64::INFINITY, f64::min),
        "max" => largest(),
        // How far the largest stands above the mean.
        "slack" => largest() - mean(values),
        _ => return None,
    })
}

/// Weighted by the number of sequences.
fn mean(values: &[(f64, f64)]) -> f64 {
    let weight: f64 = values.iter().map(|(_, weight)| weight).sum();
    values.iter().map(|(value, weight)| value * weight).sum::<f64>() / weight
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_metric_is_combined_by_its_own_rule() {
        let piece = |value: f64| -> BTreeMap<String, f64> {
            ["loss:sum", "lr:mean", "t:min", "t:max", "t:slack", "h:hash2", "n:unique"]
                .into_iter()
                .map(|name| (name.to_owned(), value))
                .collect()
        };
        let (one, mut two) = (piece(1.0), piece(4.0));
        two.insert("only:sum".to_owned(), 1.0);
        let all = combine(&[(&one, 1), (&two, 2)]);
        let expected = [
            ("loss:sum", 5.0),
            ("lr:mean", 3.0),
            ("n:unique", 1.0),
            ("n:unique_2", 4.0),
            ("t:max", 4.0),
            ("t:min", 1.0),
            ("t:slack", 1.0),
        ];
        assert_eq!(all, expected.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
    }
}
