//! Trees and proofs through serde: checked like everything from outside, and bounded while it is read.

use core::fmt;
use core::marker::PhantomData;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::frontier::MAX_FRONTIER_HASHES;
use super::proof::{MAX_CONSISTENCY_HASHES, MAX_INCLUSION_HASHES};
use super::{CompactRange, ConsistencyProof, Frontier, Hash, InclusionProof};
use crate::vocabulary::version::Version;

/// The most hashes of a range: it grows up to the middle, and shrinks from there.
const MAX_RANGE_HASHES: usize = 126;

/// At most `MAX` hashes.
struct Hashes<const MAX: usize>(Vec<Hash>);

impl<'de, const MAX: usize> Deserialize<'de> for Hashes<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bounded<const MAX: usize>(PhantomData<()>);

        impl<'de, const MAX: usize> Visitor<'de> for Bounded<MAX> {
            type Value = Hashes<MAX>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "at most {MAX} hashes")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut hashes = Vec::new();
                while let Some(hash) = seq.next_element()? {
                    if hashes.len() == MAX {
                        return Err(A::Error::invalid_length(MAX.saturating_add(1), &self));
                    }
                    hashes.push(hash);
                }
                Ok(Hashes(hashes))
            }
        }

        deserializer.deserialize_seq(Bounded(PhantomData))
    }
}

#[derive(Serialize)]
struct FrontierOut<'a> {
    version: Version<1>,
    size: u64,
    hashes: &'a [Hash],
}

#[derive(Deserialize)]
struct FrontierIn {
    #[expect(dead_code, reason = "reading it is the check")]
    version: Version<1>,
    size: u64,
    hashes: Hashes<MAX_FRONTIER_HASHES>,
}

/// `{version, size, hashes}`.
impl Serialize for Frontier {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        FrontierOut { version: Version, size: self.size(), hashes: self.hashes() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Frontier {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = FrontierIn::deserialize(deserializer)?;
        Self::from_parts(stored.size, &stored.hashes.0).map_err(D::Error::custom)
    }
}

#[derive(Serialize)]
struct RangeOut<'a> {
    version: Version<1>,
    start: u64,
    end: u64,
    hashes: &'a [Hash],
}

#[derive(Deserialize)]
struct RangeIn {
    #[expect(dead_code, reason = "reading it is the check")]
    version: Version<1>,
    start: u64,
    end: u64,
    hashes: Hashes<MAX_RANGE_HASHES>,
}

/// `{version, start, end, hashes}`.
impl Serialize for CompactRange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (start, end, hashes) = (self.start(), self.end(), self.hashes());
        RangeOut { version: Version, start, end, hashes }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for CompactRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = RangeIn::deserialize(deserializer)?;
        Self::from_parts(stored.start, stored.end, &stored.hashes.0).map_err(D::Error::custom)
    }
}

macro_rules! list_of_hashes {
    ($($name:ident, $max:ident;)+) => {$(
        /// A list of hashes.
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.hashes().serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let hashes = Hashes::<$max>::deserialize(deserializer)?;
                Self::new(hashes.0).map_err(D::Error::custom)
            }
        }
    )+};
}

list_of_hashes! {
    InclusionProof, MAX_INCLUSION_HASHES;
    ConsistencyProof, MAX_CONSISTENCY_HASHES;
}
