//! Comparing errors, which have no equality of their own.

use core::mem::discriminant;

use ringfence::envelope::Error;

pub fn is_same(a: &Error, b: &Error) -> bool {
    discriminant(a) == discriminant(b)
}

#[track_caller]
pub fn assert_same(found: &Error, expected: &Error) {
    assert!(is_same(found, expected), "refused as {found:?} instead of {expected:?}");
}

/// Both say yes with equal values, or both say no for the same reason.
#[track_caller]
pub fn assert_same_outcome<T: PartialEq + core::fmt::Debug>(a: &Result<T, Error>, b: &Result<T, Error>) {
    match (a, b) {
        (Ok(a), Ok(b)) => assert_eq!(a, b),
        (Err(a), Err(b)) => assert_same(a, b),
        _ => panic!("{a:?} and {b:?}"),
    }
}
