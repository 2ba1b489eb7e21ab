#![doc = include_str!("page.md")]

mod aead;
mod blind_index;
mod cache;
mod context;
mod data_key;
mod derive;
mod error;
mod hmac_key;
mod keyring;
#[cfg(feature = "envelope-legacy")]
pub mod legacy;
mod local_key_wrap;
mod normaliser;
mod reseal;
mod scope;
mod sealed;
mod shred;
pub mod stream;
mod suite;
#[cfg(doctest)]
mod unforgeable;
mod wrap;

pub use blind_index::{BlindIndex, BlindToken};
pub use cache::{CachePolicy, Fetched, KeyCache, KeyRequest, KeyStep, KeyUse};
pub use context::Context;
pub use data_key::DataKey;
pub use error::Error;
pub use keyring::{Keyring, KeyringBuilder};
pub use local_key_wrap::{Kek, KekId, LocalKeyWrap};
pub use normaliser::Normaliser;
pub use reseal::{ResealProgress, Resealed};
pub use scope::{Generation, Scope};
pub use sealed::SealedValue;
pub use shred::{Receipt, ShreddedKey, Shredding};
pub use wrap::{
    AsyncKeyWrap, KeyWrap, WrapContext, WrappedKey, create_data_key, create_data_key_async, rewrap,
    rewrap_async,
};
