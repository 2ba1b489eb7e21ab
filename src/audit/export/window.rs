//! Which entries are exported.

use core::time::Duration;

use crate::Timestamp;
use crate::audit::event::Action;

/// The entries of a span of time, both ends included; the CSV may be narrowed to one action.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Window {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    pub(super) action: Option<Action>,
}

impl Window {
    /// From one point in time to another, both included.
    pub const fn between(from: Timestamp, to: Timestamp) -> Self {
        Self { from, to, action: None }
    }

    /// The last 90 days.
    pub fn last_90_days(now: Timestamp) -> Self {
        Self::between(now.saturating_sub(Duration::from_secs(90 * 86_400)), now)
    }

    /// Narrows the CSV to the entries of one action. The JSONL still holds every line of the window, so
    /// that anybody can see that none was left out.
    pub fn only(mut self, action: Action) -> Self {
        self.action = Some(action);
        self
    }

    pub(super) fn holds(&self, time: Timestamp) -> bool {
        self.from <= time && time <= self.to
    }

    pub(super) fn is_wanted(&self, action: &str) -> bool {
        self.action.as_ref().is_none_or(|wanted| wanted.as_str() == action)
    }
}
