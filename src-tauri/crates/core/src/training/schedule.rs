//! The learning rate of each step.

use super::Recipe;
use crate::dataset::Decay;

/// Share of the steps over which the rate rises.
const WARM_UP: f64 = 0.1;

/// The rate of step `step` (counted from 0) of `steps`: a linear warm-up over the first tenth, then linear down to
/// nothing; constant for the old recipe.
pub fn learning_rate(recipe: &Recipe, step: u32, steps: u32) -> f64 {
    if recipe.manner.decay == Decay::Constant {
        return recipe.learning_rate;
    }
    let warm_up = (f64::from(steps) * WARM_UP).ceil().max(1.0);
    let step = f64::from(step);
    if step < warm_up {
        recipe.learning_rate * (step + 1.0) / warm_up
    } else {
        recipe.learning_rate * (f64::from(steps) - step) / (f64::from(steps) - warm_up + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Preset;

    #[test]
    fn it_rises_then_falls_and_never_reaches_nothing() {
        let recipe = Recipe::of(&Preset::voice());
        let rates: Vec<f64> = (0..20).map(|step| learning_rate(&recipe, step, 20)).collect();
        assert!(rates[0] < rates[1]);
        assert!((rates[1] - recipe.learning_rate).abs() < 1e-12);
        assert!(rates[1..].windows(2).all(|pair| pair[1] < pair[0]), "{rates:?}");
        assert!(rates[19] > 0.0);
    }

    #[test]
    fn one_step_learns_at_the_full_rate() {
        let recipe = Recipe::of(&Preset::voice());
        assert!((learning_rate(&recipe, 0, 1) - recipe.learning_rate).abs() < 1e-12);
    }

    #[test]
    fn the_old_recipe_is_constant() {
        let recipe = Recipe::of(&Preset::seed());
        assert!((0..9).all(|step| (learning_rate(&recipe, step, 9) - 5e-5).abs() < 1e-15));
    }
}
