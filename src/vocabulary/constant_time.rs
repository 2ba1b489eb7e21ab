//! Comparison in a time that does not depend on where two values differ.

use subtle::ConstantTimeEq;

/// Whether both are the same. A word at a time: a comparison of byte slices passes an optimisation
/// barrier for each byte, which costs as much as a whole hash.
#[inline]
pub(crate) fn equal<const N: usize>(a: &[u8; N], b: &[u8; N]) -> bool {
    const { assert!(N.is_multiple_of(8), "whole words only") };
    let words = a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0);
    let difference = words.fold(0, |sum, (a, b)| sum | (u64::from_ne_bytes(*a) ^ u64::from_ne_bytes(*b)));
    difference.ct_eq(&0).into()
}

#[cfg(test)]
mod tests {
    use super::equal;

    #[test]
    fn every_bit_counts() {
        let value: [u8; 32] = core::array::from_fn(|i| (i * 37) as u8);
        assert!(equal(&value, &value));
        for bit in 0..256 {
            let mut other = value;
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(!equal(&value, &other), "bit {bit}");
        }
    }
}
