//! Which examples an epoch learns from, in which order: a pure function of seed and epoch, so that a run that was
//! stopped goes on exactly where it was.

use super::{Kind, Order};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::collections::BTreeMap;

/// An example as the rotation sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot<'a> {
    /// What is learned from once an epoch: the number of a post, or of an imported text.
    pub unit: u32,
    /// Its kind.
    pub kind: Kind,
    /// The template that made it: the examples of one template are one form of the whole post.
    pub template: &'a str,
}

/// Indices into `examples`, in the order an epoch (counted from 0) learns from them.
///
/// Once per post: every unit under kind `(unit's index + epoch) mod kinds`, with all parts of one form of it, so that
/// each sentence is learned from once; where a kind has several templates they take turns; where the author dropped
/// that kind's examples, or the post has none, the next kind stands in. Shuffled.
/// File order: everything, as it stands.
pub fn epoch(examples: &[Slot<'_>], order: Order, kinds: &[Kind], seed: u64, epoch: u32) -> Vec<usize> {
    match order {
        Order::FileOrder => (0..examples.len()).collect(),
        Order::OncePerPost => {
            let mut chosen = once_per_unit(examples, kinds, epoch);
            shuffle(&mut chosen, seed, epoch);
            chosen
        }
    }
}

/// The forms of a unit under each kind: for every template the indices of its parts.
type Forms<'a> = BTreeMap<Kind, Vec<(&'a str, Vec<usize>)>>;

fn once_per_unit(examples: &[Slot<'_>], kinds: &[Kind], epoch: u32) -> Vec<usize> {
    let mut units: BTreeMap<u32, Forms<'_>> = BTreeMap::new();
    for (index, example) in examples.iter().enumerate() {
        let forms = units.entry(example.unit).or_default().entry(example.kind).or_default();
        match forms.iter_mut().find(|(template, _)| *template == example.template) {
            Some((_, parts)) => parts.push(index),
            None => forms.push((example.template, vec![index])),
        }
    }
    let epoch = epoch as usize;
    let pick = |(index, forms): (usize, &Forms<'_>)| {
        let chosen = (0..kinds.len()).find_map(|step| forms.get(&kinds[(index + epoch + step) % kinds.len()]))?;
        // After a full turn through the kinds the next template of this kind has its turn.
        let turn = (index + epoch) / kinds.len();
        Some(chosen[turn % chosen.len()].1.clone())
    };
    units.values().enumerate().filter_map(pick).flatten().collect()
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
    use std::collections::BTreeSet;

    const TEMPLATES: [&str; 2] = ["a", "b"];

    fn slots() -> impl Strategy<Value = Vec<Slot<'static>>> {
        proptest::collection::vec((0u32..12, 0usize..3, 0usize..2), 1..80).prop_map(|all| {
            let slot = |(unit, kind, template): (u32, usize, usize)| Slot {
                unit,
                kind: Kind::ALL[kind],
                template: TEMPLATES[template],
            };
            all.into_iter().map(slot).collect()
        })
    }

    proptest! {
        #[test]
        fn each_post_is_learned_from_once_an_epoch_in_all_parts_of_one_form(examples in slots(), seed: u64, number in 0u32..9) {
            let order = epoch(&examples, Order::OncePerPost, &Kind::ALL, seed, number);
            let units: BTreeSet<u32> = examples.iter().map(|example| example.unit).collect();
            for unit in units {
                let learned: Vec<&Slot<'_>> = order.iter().map(|i| &examples[*i]).filter(|e| e.unit == unit).collect();
                prop_assert!(!learned.is_empty());
                prop_assert!(learned.iter().all(|e| *e == learned[0]), "one form only");
                let parts = examples.iter().filter(|e| *e == learned[0]).count();
                prop_assert_eq!(learned.len(), parts);
            }
            let distinct: BTreeSet<&usize> = order.iter().collect();
            prop_assert_eq!(distinct.len(), order.len());
        }

        #[test]
        fn the_order_depends_on_nothing_but_seed_and_epoch(examples in slots(), seed: u64) {
            prop_assert_eq!(
                epoch(&examples, Order::OncePerPost, &Kind::ALL, seed, 3),
                epoch(&examples, Order::OncePerPost, &Kind::ALL, seed, 3)
            );
        }
    }

    #[test]
    fn kinds_rotate_by_post_and_epoch_and_templates_take_turns() {
        let one = |kind, template| Slot { unit: 1, kind, template };
        let examples = [one(Kind::Completion, "a"), one(Kind::Instruction, "a"), one(Kind::Instruction, "b")];
        let kinds = [Kind::Completion, Kind::Instruction];
        let pick = |number| epoch(&examples, Order::OncePerPost, &kinds, 7, number)[0];
        assert_eq!((0..4).map(pick).collect::<Vec<_>>(), [0, 1, 0, 2]);
    }

    #[test]
    fn file_order_is_everything_as_it_stands() {
        let examples = vec![Slot { unit: 1, kind: Kind::Question, template: "a" }; 5];
        assert_eq!(epoch(&examples, Order::FileOrder, &[Kind::Question], 7, 2), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn epochs_differ_in_order() {
        let slot = |unit| Slot { unit, kind: Kind::Completion, template: "a" };
        let examples: Vec<Slot<'_>> = (0..30).map(slot).collect();
        let order = |number| epoch(&examples, Order::OncePerPost, &[Kind::Completion], 1, number);
        assert_ne!(order(0), order(1));
    }
}
