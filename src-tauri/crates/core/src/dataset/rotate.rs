//! Which examples an epoch learns from, in which order: a pure function of seed and epoch, so that a run that was
//! stopped goes on exactly where it was.

use super::{Kind, Preset};
use crate::id::PostId;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// An example as the rotation sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// The post it is made from.
    pub post: PostId,
    /// Its kind.
    pub kind: Kind,
}

/// Indices into `examples`, in the order an epoch (counted from 0) learns from them.
///
/// Preset `voice`: every post exactly once, under kind `(post index + epoch) mod kinds`; where a kind has several
/// templates they take turns; where the author dropped that kind's examples the next kind stands in. Shuffled.
/// Preset `seed`: everything, in file order.
pub fn epoch(examples: &[Slot], preset: Preset, kinds: &[Kind], seed: u64, epoch: u32) -> Vec<usize> {
    match preset {
        Preset::Seed => (0..examples.len()).collect(),
        Preset::Voice => {
            let mut order = one_per_post(examples, kinds, epoch);
            shuffle(&mut order, seed, epoch);
            order
        }
    }
}

fn one_per_post(examples: &[Slot], kinds: &[Kind], epoch: u32) -> Vec<usize> {
    let mut posts: Vec<PostId> = examples.iter().map(|example| example.post).collect();
    posts.sort_unstable();
    posts.dedup();
    let epoch = epoch as usize;
    let pick = |(index, post): (usize, &PostId)| {
        (0..kinds.len()).find_map(|step| {
            let kind = kinds[(index + epoch + step) % kinds.len()];
            let templates: Vec<usize> =
                (0..examples.len()).filter(|i| examples[*i].post == *post && examples[*i].kind == kind).collect();
            // After a full turn through the kinds the next template of this kind has its turn.
            let turn = (index + epoch) / kinds.len();
            (!templates.is_empty()).then(|| templates[turn % templates.len()])
        })
    };
    posts.iter().enumerate().filter_map(pick).collect()
}

/// Fisher–Yates with a generator whose numbers are the same on every platform.
fn shuffle(order: &mut [usize], seed: u64, epoch: u32) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(u64::from(epoch));
    for i in (1..order.len()).rev() {
        // The bias of the remainder is below 2^-50 for any blog.
        let j = random.next_u64() % (i as u64 + 1);
        order.swap(i, usize::try_from(j).unwrap_or(0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slots() -> impl Strategy<Value = Vec<Slot>> {
        proptest::collection::vec((0u32..12, 0usize..3), 1..60).prop_map(|pairs| {
            pairs.into_iter().map(|(post, kind)| Slot { post: PostId(post), kind: Kind::ALL[kind] }).collect()
        })
    }

    proptest! {
        #[test]
        fn voice_learns_each_post_exactly_once_an_epoch(examples in slots(), seed: u64, number in 0u32..9) {
            let order = epoch(&examples, Preset::Voice, &Kind::ALL, seed, number);
            let mut learned: Vec<PostId> = order.iter().map(|i| examples[*i].post).collect();
            learned.sort_unstable();
            let mut posts: Vec<PostId> = examples.iter().map(|e| e.post).collect();
            posts.sort_unstable();
            posts.dedup();
            prop_assert_eq!(learned, posts);
        }

        #[test]
        fn the_order_depends_on_nothing_but_seed_and_epoch(examples in slots(), seed: u64) {
            prop_assert_eq!(
                epoch(&examples, Preset::Voice, &Kind::ALL, seed, 3),
                epoch(&examples, Preset::Voice, &Kind::ALL, seed, 3)
            );
        }
    }

    #[test]
    fn kinds_rotate_by_post_and_epoch_and_templates_take_turns() {
        let one = |kind| Slot { post: PostId(1), kind };
        let examples = [one(Kind::Completion), one(Kind::Instruction), one(Kind::Instruction)];
        let kinds = [Kind::Completion, Kind::Instruction];
        let picked: Vec<usize> = (0..4).map(|number| epoch(&examples, Preset::Voice, &kinds, 7, number)[0]).collect();
        assert_eq!(picked, [0, 1, 0, 2]);
    }

    #[test]
    fn epochs_differ_in_order() {
        let examples: Vec<Slot> = (0..30).map(|i| Slot { post: PostId(i), kind: Kind::Completion }).collect();
        let order = |number| epoch(&examples, Preset::Voice, &[Kind::Completion], 1, number);
        assert_ne!(order(0), order(1));
    }
}
