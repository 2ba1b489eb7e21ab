//! Who did it, to what, and from where.

use std::net::IpAddr;

use super::text::{MAX_ID, MAX_NAME, MAX_TEXT, check};
use crate::audit::{Error, json};
use crate::{ActorId, RequestId, ResourceId};

macro_rules! party {
    ($(#[doc = $doc:literal])+ $name:ident, $id:ty) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name {
            kind: Box<str>,
            id: Box<str>,
        }

        impl $name {
            /// A kind of 1 to 128 bytes , and an id.
            ///
            /// # Errors
            ///
            /// [`Error::Text`] for a kind that is not usable.
            pub fn new(kind: &str, id: &$id) -> Result<Self, Error> {
                Self::from_texts(kind, id.as_str())
            }

            /// The same with the id as text of 1 to 255 bytes .
            ///
            /// # Errors
            ///
            /// [`Error::Text`] for a text that is not usable.
            pub fn from_texts(kind: &str, id: &str) -> Result<Self, Error> {
                check(kind, MAX_NAME)?;
                check(id, MAX_ID)?;
                Ok(Self { kind: kind.into(), id: id.into() })
            }

            /// Its kind.
            #[must_use]
            pub fn kind(&self) -> &str {
                &self.kind
            }

            /// Its id.
            #[must_use]
            pub fn id(&self) -> &str {
                &self.id
            }
        }
    };
}

party! {
    /// Who did it: a user, an API key, a job.
    Actor, ActorId
}
party! {
    /// What it was done to.
    Resource, ResourceId
}

/// Where a request came from. All of it is optional.
///
/// ```
/// use ringfence::RequestId;
/// use ringfence::audit::Source;
///
/// let source = Source::default()
///     .ip("203.0.113.7".parse()?)
///     .agent("Mozilla/5.0")?
///     .request(&RequestId::new("req-1")?);
/// # drop(source);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[must_use]
pub struct Source {
    pub(super) ip: Option<Box<str>>,
    pub(super) agent: Option<Box<str>>,
    pub(super) request: Option<Box<str>>,
}

impl Source {
    /// The address of the client, as your proxy vouches for it.
    pub fn ip(mut self, ip: IpAddr) -> Self {
        self.ip = Some(ip.to_string().into_boxed_str());
        self
    }

    /// The client's own name for itself: up to 1024 bytes are taken, and what I-JSON cannot carry
    /// is replaced, since whoever sends the request writes it.
    ///
    /// # Errors
    ///
    /// [`Error::Text`] if nothing is left of it.
    pub fn agent(mut self, agent: &str) -> Result<Self, Error> {
        let clean: String = agent
            .chars()
            .map(|c| if json::is_noncharacter(c) { char::REPLACEMENT_CHARACTER } else { c })
            .scan(0_usize, |len, c| {
                *len = len.saturating_add(c.len_utf8());
                (*len <= MAX_TEXT).then_some(c)
            })
            .collect();
        check(&clean, MAX_TEXT)?;
        self.agent = Some(clean.into_boxed_str());
        Ok(self)
    }

    /// The id of the request.
    pub fn request(mut self, request: &RequestId) -> Self {
        self.request = Some(request.as_str().into());
        self
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.ip.is_none() && self.agent.is_none() && self.request.is_none()
    }
}
