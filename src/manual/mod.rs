//! The manual: what the types' own pages have no room for.
//!
//! - [`threat_model`]: who attacks, what is stopped, what is not.
//! - [`defaults`]: every number that was chosen for you, and why.
//! - [`formats`]: the stored bytes, precisely enough to write a second implementation, with worked
//!   examples.
//! - [`databases`]: tables and statements for PostgreSQL, MySQL and SQLite.

#[doc = include_str!("threat_model.md")]
pub mod threat_model {}

#[doc = include_str!("defaults.md")]
pub mod defaults {}

#[doc = include_str!("formats.md")]
pub mod formats {}

#[doc = include_str!("databases.md")]
pub mod databases {}
