//! Exports: a window of the log as CSV for people, as JSONL for verifiers, and a manifest that ties them.

mod exporter;
mod manifest;
mod row;
mod window;

pub use exporter::{Export, Exporter};
pub use window::Window;
