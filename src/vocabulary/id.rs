//! Ids as distinct types, so that a tenant's id cannot stand where a user's is meant.

use core::fmt;
use core::str::FromStr;

/// The longest id, in bytes.
const MAX_LEN: usize = 255;

/// The text is not usable as an id.
///
/// The offending text is not repeated: it may be an attacker's, and error texts end up in logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// The text is empty.
    #[error("the id is empty")]
    Empty,
    /// The text has more than 255 bytes.
    #[error("the id is longer than 255 bytes")]
    TooLong,
    /// The text holds a control character or a line separator.
    #[error("the id holds a control character")]
    ControlCharacter,
}

impl IdError {
    /// What sort of failure this is.
    #[must_use]
    pub const fn kind(&self) -> crate::ErrorKind {
        crate::ErrorKind::Hostile
    }
}

fn check(text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.len() > MAX_LEN {
        return Err(IdError::TooLong);
    }
    if text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        return Err(IdError::ControlCharacter);
    }
    Ok(())
}

macro_rules! id {
    ($(#[doc = $doc:literal])+ $name:ident) => {
        $(#[doc = $doc])+
        ///
        /// 1 to 255 bytes of UTF-8 without control characters. Ids are compared byte for byte: nothing
        /// is trimmed, case-folded or normalised, so give ids in the one form in which your database
        /// holds them.
        ///
        /// ```
        #[doc = concat!("use ringfence::", stringify!($name), ";")]
        ///
        #[doc = concat!("let id: ", stringify!($name), " = \"acme\".parse()?;")]
        /// assert_eq!(id.as_str(), "acme");
        #[doc = concat!("assert_eq!(", stringify!($name), "::from(42_u64).as_str(), \"42\");")]
        #[doc = concat!("assert!(", stringify!($name), "::new(\"\").is_err());")]
        /// # Ok::<(), ringfence::IdError>(())
        /// ```
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// Takes the text as an id.
            ///
            /// # Errors
            ///
            /// [`IdError`] if the text is empty, longer than 255 bytes or holds a control character.
            pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
                let text = text.into();
                check(&text)?;
                Ok(Self(text.into_boxed_str()))
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.0).finish()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                check(text)?;
                Ok(Self(text.into()))
            }
        }

        impl TryFrom<&str> for $name {
            type Error = IdError;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::new(text)
            }
        }

        /// The number in decimal, for databases that count their rows.
        impl From<u64> for $name {
            fn from(number: u64) -> Self {
                Self(number.to_string().into_boxed_str())
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                self.0.as_bytes()
            }
        }

        /// The hyphenated lower-case form.
        #[cfg(feature = "uuid")]
        impl From<uuid::Uuid> for $name {
            fn from(uuid: uuid::Uuid) -> Self {
                Self(uuid.to_string().into_boxed_str())
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::new(text).map_err(serde::de::Error::custom)
            }
        }
    };
}

id! {
    /// The company, workspace or account whose data is kept apart from everybody else's.
    TenantId
}
id! {
    /// Who acts: a user, an API key or a job of the system.
    ActorId
}
id! {
    /// The person or thing that data is about, inside a tenant: the unit of crypto-shredding.
    SubjectId
}
id! {
    /// What is acted upon: one row, document or object.
    ResourceId
}
id! {
    /// One request, as a proxy or a tracing system names it.
    RequestId
}
