//! The audit log's canonical JSON and its CSV.
#![cfg(feature = "audit")]

mod canonical_bytes;
mod csv;
mod generate;
mod pointer;
mod properties;
mod refusals;
mod rfc8785;
mod values;
