//! Compact ranges: however a log is cut, its parts make the same tree.

use proptest::prelude::*;
use ringfence::audit::merkle::{CompactRange, Error, Frontier, Hash};

use crate::trees;

fn range(leaves: &[Hash], start: usize, end: usize) -> CompactRange {
    CompactRange::of_leaves(start as u64, leaves[start..end].iter().copied()).unwrap()
}

#[test]
fn all_splits_up_to_300_leaves() {
    let leaves = trees::leaves(1, 300);
    let mut whole = Frontier::new();
    let mut firsts = vec![range(&leaves, 0, 0)];
    for size in 1..=leaves.len() {
        whole.push(leaves[size - 1]).unwrap();
        firsts.push(range(&leaves, 0, size));
        for (at, first) in firsts.iter().enumerate() {
            let second = range(&leaves, at, size);
            let mut merged = first.clone();
            merged.merge(&second).unwrap();
            assert_eq!(&merged, whole.as_range(), "{at} of {size}");

            let mut joined = Frontier::try_from(first.clone()).unwrap();
            joined.join(&second).unwrap();
            assert_eq!(joined.root(), whole.root());
        }
        assert_eq!(whole.root().hash(), &trees::mth(&leaves[..size]));
        assert_eq!(whole.hashes().len(), size.count_ones() as usize);
    }
}

#[test]
fn ranges_that_do_not_begin_at_the_start_merge_too() {
    let leaves = trees::leaves(2, 40);
    for start in 0..40 {
        for middle in start..=40 {
            for end in middle..=40 {
                let mut merged = range(&leaves, start, middle);
                merged.merge(&range(&leaves, middle, end)).unwrap();
                assert_eq!(merged, range(&leaves, start, end), "{start} {middle} {end}");
            }
        }
    }
}

proptest! {
    /// Merging is associative: any bracketing of any number of parts.
    #[test]
    fn parts_merge_in_any_order(size in 0..3000_usize, mut cuts in prop::collection::vec(0..3000_usize, 0..8), right: bool) {
        let leaves = trees::leaves(3, size as u64);
        cuts.retain(|cut| *cut <= size);
        cuts.extend([0, size]);
        cuts.sort_unstable();
        let mut parts: Vec<_> = cuts.windows(2).map(|cut| range(&leaves, cut[0], cut[1])).collect();
        while parts.len() > 1 {
            let at = if right { parts.len() - 2 } else { 0 };
            let next = parts.remove(at + 1);
            parts[at].merge(&next).unwrap();
        }
        prop_assert_eq!(parts[0].root().unwrap(), trees::root(&leaves));
    }

    #[test]
    fn stored_parts_come_back(start in 0..500_u64, len in 0..500_u64) {
        let range = CompactRange::of_leaves(start, trees::leaves(4, len)).unwrap();
        prop_assert_eq!(&CompactRange::from_parts(start, start + len, range.hashes()).unwrap(), &range);
        let more = [range.hashes(), &[Hash::EMPTY_TREE]].concat();
        prop_assert_eq!(CompactRange::from_parts(start, start + len, &more), Err(Error::WrongHashCount));
        if let Some((_, fewer)) = range.hashes().split_last() {
            prop_assert_eq!(CompactRange::from_parts(start, start + len, fewer), Err(Error::WrongHashCount));
        }
        if start > 0 {
            prop_assert_eq!(range.root(), Err(Error::NotFromStart));
            prop_assert_eq!(Frontier::try_from(range), Err(Error::NotFromStart));
        }
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let leaves = trees::leaves(5, 10);
    let mut first = range(&leaves, 0, 4);
    let before = first.clone();
    for other in [range(&leaves, 5, 10), range(&leaves, 3, 10), range(&leaves, 0, 4)] {
        assert_eq!(first.merge(&other), Err(Error::NotAdjacent));
        assert_eq!(first, before);
    }
    assert_eq!(CompactRange::from_parts(4, 3, &[]), Err(Error::WrongHashCount));
    assert_eq!(Frontier::from_parts(3, &leaves[..1]), Err(Error::WrongHashCount));
    assert_eq!(Frontier::from_parts(3, &leaves[..3]), Err(Error::WrongHashCount));
}

#[test]
fn the_last_entry_is_the_last() {
    let hash = trees::mth(&[]);
    let mut almost = Frontier::from_parts(u64::MAX - 1, &[hash; 63]).unwrap();
    almost.push(hash).unwrap();
    assert_eq!(almost.size(), u64::MAX);
    assert_eq!(almost.hashes().len(), 64);
    assert_eq!(almost.push(hash), Err(Error::Full));
    assert_eq!(almost.root().size(), u64::MAX);

    let mut range = CompactRange::starting_at(u64::MAX - 2);
    range.push(hash).unwrap();
    range.push(hash).unwrap();
    assert_eq!(range.push(hash), Err(Error::Full));

    // Two halves whose sum would wrap.
    let mut half = CompactRange::from_parts(0, 1 << 63, &[hash]).unwrap();
    half.merge(&CompactRange::from_parts(1 << 63, u64::MAX, &[hash; 63]).unwrap()).unwrap();
    assert_eq!(half.hashes().len(), 64);
    assert_eq!(half.merge(&CompactRange::starting_at(u64::MAX)), Ok(()));
}
