//! No two different contexts look alike to a seal, however their parts are cut (research, section 8).

use proptest::collection::vec;
use proptest::prelude::*;
use ringfence::envelope::{
    BlindIndex, Context, Generation, KekId, KeyWrap, Keyring, LocalKeyWrap, Normaliser, Scope, WrapContext,
};

use crate::fixture::{data_key, kek, outcome};
use crate::stream_file;

/// Few letters and short parts, so that unequal lists often have equal concatenations; zeros and
/// small numbers, so that parts often look like length fields.
fn part() -> impl Strategy<Value = Vec<u8>> {
    vec(prop_oneof![Just(0_u8), Just(1), Just(4), Just(b'1'), Just(b'2'), any::<u8>()], 0..9)
}

fn parts() -> impl Strategy<Value = [Vec<u8>; 4]> {
    [part(), part(), part(), part()]
}

/// One text, cut into four parts at two different sets of places.
fn two_cuts() -> impl Strategy<Value = ([Vec<u8>; 4], [Vec<u8>; 4])> {
    vec(any::<u8>(), 1..40).prop_flat_map(|text| {
        let cut = [0..=text.len(), 0..=text.len(), 0..=text.len()];
        (Just(text), cut.clone(), cut)
            .prop_map(|(text, one, other)| (cut_at(&text, one), cut_at(&text, other)))
    })
}

fn cut_at(text: &[u8], mut at: [usize; 3]) -> [Vec<u8>; 4] {
    at.sort_unstable();
    let [a, b, c] = at;
    [&text[..a], &text[a..b], &text[b..c], &text[c..]].map(<[u8]>::to_vec)
}

fn context(parts: &[Vec<u8>; 4]) -> Context<'_> {
    let [tenant, table, column, row] = parts;
    Context::from_parts(tenant, table, column, row)
}

/// One key for all scopes, so that the context alone decides.
fn ring_for(parts: &[Vec<u8>; 4]) -> Keyring {
    Keyring::new(Scope::from_parts(&parts[0], b"").unwrap(), Generation::FIRST, data_key(1))
}

fn column_outcome(sealed_at: &[Vec<u8>; 4], opened_at: &[Vec<u8>; 4]) -> &'static str {
    let sealed = ring_for(sealed_at).seal(&context(sealed_at), b"x").unwrap();
    outcome(&ring_for(opened_at).open(&context(opened_at), &sealed))
}

fn stream_outcome(sealed_at: &[Vec<u8>; 4], opened_at: &[Vec<u8>; 4]) -> &'static str {
    let blob = stream_file::seal(&[&ring_for(sealed_at)], &context(sealed_at), b"x");
    outcome(&stream_file::open(&ring_for(opened_at), &context(opened_at), &blob))
}

fn expected<T: PartialEq>(a: &T, b: &T) -> &'static str {
    if a == b { "ok" } else { "rejected" }
}

type WrapParts = (Vec<u8>, Vec<u8>, u32);

fn wrap_parts() -> impl Strategy<Value = WrapParts> {
    (part(), part(), prop_oneof![0..3_u32, any::<u32>()])
}

fn wrap_outcome(wrapped_at: &WrapParts, unwrapped_at: &WrapParts) -> &'static str {
    let key_wrap = LocalKeyWrap::new(KekId::new(1), kek(9));
    let scope = |(tenant, subject, _): &WrapParts| Scope::from_parts(tenant, subject).unwrap();
    let (from, to) = (scope(wrapped_at), scope(unwrapped_at));
    let context = WrapContext::new(&from, Generation::new(wrapped_at.2));
    let wrapped = key_wrap.wrap(&context, &data_key(1)).unwrap();
    let context = WrapContext::new(&to, Generation::new(unwrapped_at.2));
    outcome(&key_wrap.unwrap(&context, &wrapped))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn unequal_parts_never_open_each_others_columns(a in parts(), b in parts()) {
        prop_assert_eq!(column_outcome(&a, &b), expected(&a, &b));
        prop_assert_eq!(column_outcome(&a, &a), "ok");
    }

    #[test]
    fn other_cuts_of_the_same_text_never_open_columns((a, b) in two_cuts()) {
        prop_assert_eq!(column_outcome(&a, &b), expected(&a, &b));
        prop_assert_eq!(column_outcome(&b, &a), expected(&a, &b));
    }

    #[test]
    fn unequal_scopes_and_generations_never_unwrap_each_others_keys(
        a in wrap_parts(),
        b in wrap_parts(),
    ) {
        prop_assert_eq!(wrap_outcome(&a, &b), expected(&a, &b));
        prop_assert_eq!(wrap_outcome(&a, &a), "ok");
    }

    #[test]
    fn other_cuts_of_tenant_and_subject_never_unwrap(
        text in vec(any::<u8>(), 0..20),
        one in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
        generation in any::<u32>(),
    ) {
        let cut = |at: prop::sample::Index| {
            let (tenant, subject) = text.split_at(at.index(text.len() + 1));
            (tenant.to_vec(), subject.to_vec(), generation)
        };
        let (a, b) = (cut(one), cut(other));
        prop_assert_eq!(wrap_outcome(&a, &b), expected(&a, &b));
    }

    #[test]
    fn blind_indexes_of_unequal_names_share_no_token(
        a in ["[ab]{0,4}", "[ab]{0,4}", "[ab]{0,4}"],
        b in ["[ab]{0,4}", "[ab]{0,4}", "[ab]{0,4}"],
        bits in [128..=256_u32, 128..=256_u32],
    ) {
        let ring = ring_for(&Default::default());
        let token = |[table, column, name]: &[String; 3], bits| {
            let index = BlindIndex::new(table, column, name, Normaliser::Exact, bits).unwrap();
            ring.blind_index(&index, "value").unwrap().as_bytes()[..16].to_vec()
        };
        let alike = a == b && bits[0] == bits[1];
        prop_assert_eq!(token(&a, bits[0]) == token(&b, bits[1]), alike);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn unequal_parts_never_open_each_others_streams(a in parts(), b in parts()) {
        prop_assert_eq!(stream_outcome(&a, &b), expected(&a, &b));
        prop_assert_eq!(stream_outcome(&a, &a), "ok");
    }

    #[test]
    fn other_cuts_of_the_same_text_never_open_streams((a, b) in two_cuts()) {
        prop_assert_eq!(stream_outcome(&a, &b), expected(&a, &b));
    }
}

/// The classic collisions of contexts that are joined without lengths, or with a separator.
#[test]
fn classic_collisions_do_not_collide() {
    let lists: [[[&str; 4]; 2]; 6] = [
        [["t", "orders", "1", "23"], ["t", "orders", "12", "3"]],
        [["1", "23", "c", "r"], ["12", "3", "c", "r"]],
        [["t", "a|b", "c", "r"], ["t", "a", "b|c", "r"]],
        [["t", "a", "", "r"], ["t", "", "a", "r"]],
        [["t", "a", "c", ""], ["t", "a", "", "c"]],
        [["t", "a\0b", "c", "r"], ["t", "a", "\0bc", "r"]],
    ];
    for [one, other] in lists {
        let [one, other] = [one, other].map(|list| list.map(|part| part.as_bytes().to_vec()));
        assert_eq!(column_outcome(&one, &other), "rejected", "{one:?} and {other:?}");
        assert_eq!(column_outcome(&other, &one), "rejected", "{one:?} and {other:?}");
        assert_eq!(stream_outcome(&one, &other), "rejected", "{one:?} and {other:?}");
    }
}

/// A part that holds what another list's encoding looks like, length fields included.
#[test]
fn a_part_that_imitates_length_fields_does_not_collide() {
    let plain = [b"t".to_vec(), b"a".to_vec(), b"b".to_vec(), Vec::new()];
    let imitation = [b"t".to_vec(), b"a\0\0\0\x01b\0\0\0\0".to_vec(), Vec::new(), Vec::new()];
    assert_eq!(column_outcome(&plain, &imitation), "rejected");
    assert_eq!(column_outcome(&imitation, &plain), "rejected");
}

/// The three labels are apart: what one format sealed is nothing to the others, under one key.
#[test]
fn formats_do_not_open_each_other_under_one_key() {
    let parts = [b"acme".to_vec(), Vec::new(), Vec::new(), Vec::new()];
    let acme = Scope::from_parts(b"acme", b"").unwrap();
    // The same 32 bytes as a data key and as a key-encryption key.
    let key_wrap = LocalKeyWrap::new(KekId::new(1), kek(1));
    let wrap_context = WrapContext::new(&acme, Generation::FIRST);
    let ring = ring_for(&parts);

    let mut wrapped = key_wrap.wrap(&wrap_context, &data_key(5)).unwrap().as_bytes().to_vec();
    wrapped[0] = 1;
    assert_eq!(outcome(&ring.open(&context(&parts), &wrapped)), "rejected");

    let stream = stream_file::seal(&[&ring], &context(&parts), b"x");
    assert_eq!(outcome(&ring.open(&context(&parts), &stream[7..108])), "rejected");

    let mut sealed = ring.seal(&context(&parts), &[5; 32]).unwrap().into_bytes();
    let in_stream = [&stream[..7], &sealed, &stream[108..]].concat();
    assert_eq!(outcome(&stream_file::open(&ring, &context(&parts), &in_stream)), "rejected");
    sealed[0] = 2;
    let sealed = ringfence::envelope::WrappedKey::from_bytes(sealed).unwrap();
    assert_eq!(outcome(&key_wrap.unwrap(&wrap_context, &sealed)), "rejected");
}
