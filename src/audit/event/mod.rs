//! What happened: the event, before it becomes an entry of the log.

mod action;
mod body;
mod change;
mod party;
pub(in crate::audit) mod text;

pub use action::{Action, Outcome};
pub(in crate::audit) use body::{Place, write_body};
pub use party::{Actor, Resource, Source};

use super::Error;
use super::json::Value;
use change::Change;

/// The most fields that one event changes.
const MAX_CHANGES: usize = 256;
/// The most personal fields of one event.
const MAX_PERSONAL: usize = 64;

/// What happened: who did what to what, from where, and what it changed.
///
/// ```
/// use ringfence::audit::{Action, Actor, Event, Outcome, Resource, Source};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let event = Event::new(
///     Action::PLAN_CHANGE,
///     Actor::from_texts("user", "ann")?,
///     Resource::from_texts("tenant", "acme")?,
/// )
/// .outcome(Outcome::SUCCESS)
/// .source(Source::default().ip("203.0.113.7".parse()?))
/// .changed("plan", "free", "pro")?
/// .personal("/source/ip")?;
/// # drop(event);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Event {
    action: Action,
    actor: Actor,
    resource: Resource,
    outcome: Option<Outcome>,
    source: Source,
    /// Sorted as canonical JSON sorts keys.
    changes: Vec<Change>,
    /// JSON pointers into the body.
    personal: Vec<Box<str>>,
}

impl Event {
    /// An event with what every entry has.
    pub const fn new(action: Action, actor: Actor, resource: Resource) -> Self {
        Self {
            action,
            actor,
            resource,
            outcome: None,
            source: Source { ip: None, agent: None, request: None },
            changes: Vec::new(),
            personal: Vec::new(),
        }
    }

    /// How it ended.
    pub fn outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = Some(outcome);
        self
    }

    /// Where the request came from.
    pub fn source(mut self, source: Source) -> Self {
        self.source = source;
        self
    }

    /// A field that had one value and has another now.
    ///
    /// # Errors
    ///
    /// [`Error::Text`] for a name that is not usable, [`Error::DuplicateField`], [`Error::Value`] for a
    /// value with the reserved key `$c`, [`Error::TooLong`] above 256 fields.
    pub fn changed(self, field: &str, from: impl Into<Value>, to: impl Into<Value>) -> Result<Self, Error> {
        self.change(field, Some(from.into()), Some(to.into()))
    }

    /// A field that came into being, went, or is named without its values.
    ///
    /// # Errors
    ///
    /// As [`changed`](Self::changed).
    pub fn change(mut self, field: &str, from: Option<Value>, to: Option<Value>) -> Result<Self, Error> {
        if self.changes.len() >= MAX_CHANGES {
            return Err(Error::TooLong);
        }
        let change = Change::new(field, from, to)?;
        match self.changes.binary_search_by(|held| held.cmp_field(&change)) {
            Ok(_) => Err(Error::DuplicateField),
            Err(place) => {
                self.changes.insert(place, change);
                Ok(self)
            }
        }
    }

    /// Keeps a field out of the entry: the entry holds a salted commitment in its place, and the value
    /// goes into a [`Disclosure`](super::Disclosure) that can be deleted later without breaking the
    /// chain.
    ///
    /// The field is named by its JSON pointer in the entry: `/actor/id`, `/resource/id`, `/source/ip`,
    /// `/source/agent`, `/source/request`, or `/changes/FIELD` and whatever lies below its `from` and `to`. Set
    /// the field first.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchField`] if the event has no such field, [`Error::DuplicateField`] if it, or a part
    /// or the whole of it, is personal already, [`Error::TooLong`] above 64 fields.
    pub fn personal(mut self, pointer: &str) -> Result<Self, Error> {
        if self.personal.len() >= MAX_PERSONAL {
            return Err(Error::TooLong);
        }
        if self.value_at(pointer).is_none() {
            return Err(Error::NoSuchField);
        }
        let overlaps = |held: &str| contains(held, pointer) || contains(pointer, held);
        if self.personal.iter().any(|held| overlaps(held)) {
            return Err(Error::DuplicateField);
        }
        self.personal.push(pointer.into());
        Ok(self)
    }

    /// What was done.
    #[must_use]
    pub const fn action(&self) -> &Action {
        &self.action
    }

    pub(in crate::audit) fn personal_pointers(&self) -> &[Box<str>] {
        &self.personal
    }

    /// The value at a pointer that may be personal.
    pub(in crate::audit) fn value_at(&self, pointer: &str) -> Option<Value> {
        let text = |text: &str| Some(Value::from(text));
        match pointer {
            "/actor/id" => text(self.actor.id()),
            "/resource/id" => text(self.resource.id()),
            "/source/agent" => text(self.source.agent.as_deref()?),
            "/source/ip" => text(self.source.ip.as_deref()?),
            "/source/request" => text(self.source.request.as_deref()?),
            _ => self.changes.iter().find_map(|change| change.value_at(pointer)),
        }
    }
}

/// Whether the field at `inner` is the one at `outer`, or a part of it.
fn contains(outer: &str, inner: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
