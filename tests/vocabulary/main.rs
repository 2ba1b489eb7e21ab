//! The words that all modules share: timestamps, ids, kinds of error, randomness.

mod arithmetic;
mod conversions;
#[cfg(feature = "envelope")]
mod entropy;
mod ids;
mod kinds;
mod rfc3339_cases;
mod rfc3339_oracle;
