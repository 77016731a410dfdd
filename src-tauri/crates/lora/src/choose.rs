//! Which token comes next, given the logits.

use crate::error::Error;
use crate::rng::Rng;

/// How text is sampled.
#[derive(Clone, Debug, PartialEq)]
pub struct SampleParams {
    /// Tokens to write at most.
    pub max_tokens: usize,
    /// Divides the logits: below 1 safer, above 1 wilder; 0 always takes the likeliest token.
    pub temperature: f32,
    /// Only the likeliest tokens that together reach this probability are considered, in (0, 1]. Holtzman et al. 2020,
    /// arXiv 1904.09751.
    pub top_p: f32,
    /// Makes the last 64 tokens of prompt and text less likely: 1 not at all, 1.3 strongly. Keskar et al. 2019,
    /// arXiv 1909.05858.
    pub repetition_penalty: f32,
    /// The same seed, prompt, model and computer give the same text.
    pub seed: u64,
}

impl Default for SampleParams {
    fn default() -> SampleParams {
        SampleParams { max_tokens: 512, temperature: 0.8, top_p: 0.95, repetition_penalty: 1.1, seed: 0 }
    }
}

/// Tokens the repetition penalty looks back on.
const LOOK_BACK: usize = 64;

impl SampleParams {
    pub(crate) fn check(&self) -> Result<(), Error> {
        let refuse = |what: &str, value: f32| Err(Error::input(format!("{what} {value} is out of range")));
        if !(self.temperature >= 0.0 && self.temperature <= 100.0) {
            return refuse("temperature", self.temperature);
        }
        if !(self.top_p > 0.0 && self.top_p <= 1.0) {
            return refuse("top-p", self.top_p);
        }
        if !(self.repetition_penalty > 0.0 && self.repetition_penalty <= 100.0) {
            return refuse("repetition penalty", self.repetition_penalty);
        }
        Ok(())
    }
}

/// Draws the next token. `so_far` is prompt and text.
pub(crate) fn choose(logits: &mut [f32], so_far: &[u32], p: &SampleParams, rng: &mut Rng) -> Result<u32, Error> {
    if logits.iter().any(|x| !x.is_finite()) {
        return Err(Error::Diverged { what: "model's output" });
    }
    let mut recent = so_far[so_far.len().saturating_sub(LOOK_BACK)..].to_vec();
    recent.sort_unstable();
    recent.dedup();
    for token in recent {
        let x = &mut logits[token as usize];
        *x = if *x > 0.0 { *x / p.repetition_penalty } else { *x * p.repetition_penalty };
    }
    let mut best = 0;
    for (i, x) in logits.iter().enumerate() {
        if *x > logits[best] {
            best = i;
        }
    }
    if p.temperature == 0.0 {
        return Ok(best as u32);
    }
    let top = logits[best];
    let mut weights: Vec<(usize, f64)> =
        logits.iter().map(|x| ((x - top) / p.temperature) as f64).map(f64::exp).enumerate().collect();
    let total: f64 = weights.iter().map(|(_, w)| w).sum();
    let mut mass = total;
    if p.top_p < 1.0 {
        // Tokens so unlikely that all of them together would not reach 1 - p need not be sorted.
        let least = total * (1.0 - p.top_p as f64) / weights.len() as f64;
        weights.retain(|(i, w)| *w >= least || *i == best);
        weights.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut reached = 0.0;
        let wanted = total * p.top_p as f64;
        let enough = weights.iter().position(|(_, w)| {
            reached += w;
            reached >= wanted
        });
        weights.truncate(enough.map_or(weights.len(), |at| at + 1));
        mass = weights.iter().map(|(_, w)| w).sum();
    }
    let mut left = rng.uniform() as f64 * mass;
    for (i, w) in &weights {
        left -= w;
        if left < 0.0 {
            return Ok(*i as u32);
        }
    }
    // Rounding can leave a crumb after the last one.
    Ok(weights.last().map_or(best, |(i, _)| *i) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draws(logits: &[f32], p: &SampleParams, n: usize) -> Vec<u32> {
        let mut rng = Rng::new(p.seed);
        (0..n).map(|_| choose(&mut logits.to_vec(), &[], p, &mut rng).expect("finite")).collect()
    }

    #[test]
    fn temperature_zero_takes_the_likeliest() {
        let p = SampleParams { temperature: 0.0, ..SampleParams::default() };
        assert_eq!(draws(&[0.0, 3.0, 1.0], &p, 3), [1, 1, 1]);
    }

    #[test]
    fn frequencies_follow_the_probabilities() {
        let p = SampleParams { temperature: 1.0, top_p: 1.0, seed: 3, ..SampleParams::default() };
        let logits = [0.1f32.ln(), 0.6f32.ln(), 0.3f32.ln()];
        let drawn = draws(&logits, &p, 20_000);
        for (token, expected) in [(0, 0.1), (1, 0.6), (2, 0.3)] {
            let share = drawn.iter().filter(|&&t| t == token).count() as f64 / 20_000.0;
            assert!((share - expected).abs() < 0.02, "{token}: {share}");
        }
    }

    #[test]
    fn top_p_drops_the_tail_and_keeps_the_token_that_reaches_it() {
        let p = SampleParams { temperature: 1.0, top_p: 0.7, seed: 3, ..SampleParams::default() };
        let drawn = draws(&[0.1f32.ln(), 0.6f32.ln(), 0.3f32.ln()], &p, 500);
        assert!(drawn.contains(&1) && drawn.contains(&2) && !drawn.contains(&0));
    }

    #[test]
    fn penalty_lowers_what_was_just_written() {
        let p = SampleParams { temperature: 0.0, repetition_penalty: 2.0, ..SampleParams::default() };
        let chosen = choose(&mut [2.0, 1.5], &[0], &p, &mut Rng::new(0)).expect("finite");
        assert_eq!(chosen, 1);
    }
}
