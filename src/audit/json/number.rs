//! Numbers: finite doubles, in the form in which ECMAScript prints them.

use super::error::{Error, Refusal};

/// Integers below this are exact in a double, and print as their digits: 2^53.
const SAFE: u64 = 1 << 53;
/// Integers of so many characters, sign included, are below 2^53.
const SAFE_CHARACTERS: usize = 15;

/// A finite number. Equal numbers print equally: zero has no sign, and a whole number below 2^53 is always
/// `Integer`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    Integer(i64),
    Float(f64),
}

/// Never NaN.
impl Eq for Number {}

impl Number {
    /// From a token that follows the grammar of JSON, without fraction and exponent.
    ///
    /// It is accepted if it is what its double prints as. That refuses what a reader with doubles would round
    /// (2^53 + 1), integers from 10^21 on, which print with an exponent, and `-0`.
    pub(super) fn from_integer_token(token: &str) -> Result<Self, Refusal> {
        if token.len() <= SAFE_CHARACTERS && token != "-0" {
            return token.parse().map(Self::Integer).map_err(|_| Refusal::Syntax);
        }
        let value = token.parse().map_err(|_| Refusal::Syntax).and_then(finite)?;
        if prints_as(value, token) { Ok(Self::from_finite(value)) } else { Err(Refusal::InexactInteger) }
    }

    /// From a token that follows the grammar of JSON, with fraction or exponent: the nearest double.
    pub(super) fn from_float_token(token: &str) -> Result<Self, Refusal> {
        token.parse().map_err(|_| Refusal::Syntax).and_then(finite).map(Self::from_finite)
    }

    fn from_finite(value: f64) -> Self {
        let mut buffer = ryu_js::Buffer::new();
        match buffer.format_finite(value).parse::<i64>() {
            Ok(integer) if integer.unsigned_abs() < SAFE => Self::Integer(integer),
            _ => Self::Float(value),
        }
    }

    pub(super) fn to_f64(self) -> f64 {
        match self {
            // Both halves are exact, and so is their sum: the number is below 2^53.
            Self::Integer(value) => {
                let high = i32::try_from(value >> 32).unwrap_or_default();
                let low = u32::try_from(value & 0xffff_ffff).unwrap_or_default();
                f64::from(high) * 4_294_967_296.0 + f64::from(low)
            }
            Self::Float(value) => value,
        }
    }
}

/// Whether a token, from wherever, is what some finite double prints as.
pub(super) fn is_canonical_token(token: &str) -> bool {
    token.parse().map_err(|_| Refusal::Syntax).and_then(finite).is_ok_and(|value| prints_as(value, token))
}

fn finite(value: f64) -> Result<f64, Refusal> {
    if value.is_finite() { Ok(value) } else { Err(Refusal::NotFinite) }
}

fn prints_as(value: f64, token: &str) -> bool {
    ryu_js::Buffer::new().format_finite(value) == token
}

impl From<i32> for Number {
    fn from(value: i32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<u32> for Number {
    fn from(value: u32) -> Self {
        Self::Integer(value.into())
    }
}

impl TryFrom<i64> for Number {
    type Error = Error;

    fn try_from(value: i64) -> Result<Self, Error> {
        if value.unsigned_abs() < SAFE {
            return Ok(Self::Integer(value));
        }
        Self::from_integer_token(&value.to_string()).map_err(Error::of_value)
    }
}

impl TryFrom<u64> for Number {
    type Error = Error;

    fn try_from(value: u64) -> Result<Self, Error> {
        match i64::try_from(value) {
            Ok(value) => Self::try_from(value),
            Err(_) => Self::from_integer_token(&value.to_string()).map_err(Error::of_value),
        }
    }
}

impl TryFrom<f64> for Number {
    type Error = Error;

    fn try_from(value: f64) -> Result<Self, Error> {
        finite(value).map(Self::from_finite).map_err(Error::of_value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Number, SAFE};

    #[test]
    fn a_number_has_one_representation() {
        assert_eq!(Number::try_from(-0.0).unwrap(), Number::Integer(0));
        assert_eq!(Number::from_float_token("1.0").unwrap(), Number::Integer(1));
        assert_eq!(Number::from_float_token("1e2").unwrap(), Number::Integer(100));
        let safe = i64::try_from(SAFE).unwrap();
        assert_eq!(Number::try_from(safe - 1).unwrap(), Number::Integer(safe - 1));
        assert_eq!(Number::try_from(safe).unwrap(), Number::Float(9_007_199_254_740_992.0));
        assert_eq!(Number::try_from(9_007_199_254_740_992.0).unwrap(), Number::try_from(safe).unwrap());
        assert!(Number::try_from(safe + 1).is_err());
        assert!(Number::try_from(i64::MIN).is_err());
        assert!(Number::try_from(u64::MAX).is_err());
        assert!(Number::try_from(10_000_000_000_000_000_000_u64).is_ok());
    }

    proptest! {
        #[test]
        fn doubles_survive(value in any::<f64>()) {
            prop_assume!(value.is_finite());
            // Adding zero takes the sign from a negative one.
            prop_assert_eq!(Number::try_from(value).unwrap().to_f64().to_bits(), (value + 0.0).to_bits());
        }

        #[test]
        #[expect(clippy::cast_precision_loss, reason = "exact below 2^53")]
        fn integers_survive(value in -(1_i64 << 53)..=(1 << 53)) {
            prop_assert_eq!(Number::try_from(value).unwrap().to_f64().to_bits(), (value as f64).to_bits());
        }
    }
}
