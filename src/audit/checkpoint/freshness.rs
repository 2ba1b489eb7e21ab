//! Whether a log, or whoever reports about it, has fallen silent.

use core::time::Duration;

use super::Error;
use crate::Timestamp;

/// How long nothing was heard of a log: an error if that is longer than allowed.
///
/// `last` is the last known point in time: of the last entry, of a [witness](super::OpenCheckpoint::witnessed_at), or when
/// you received the checkpoint. Without any, the log counts as silent for too long. Somebody who replays an
/// old checkpoint, or who stopped the log, shows by that; so let the log append something in regular
/// intervals.
///
/// A time ahead of `now` is a difference between clocks, and counts as no silence, as long as it is not more
/// than `max_silence` ahead.
///
/// ```
/// use core::time::Duration;
/// use ringfence::Timestamp;
/// use ringfence::audit::checkpoint::{Error, silence};
///
/// let last: Timestamp = "2026-11-22T09:00:00Z".parse()?;
/// let now: Timestamp = "2026-11-22T09:30:00Z".parse()?;
/// let hour = Duration::from_secs(3600);
/// assert_eq!(silence(now, hour, Some(last)), Ok(Duration::from_secs(1800)));
/// assert_eq!(silence(now.saturating_add(hour), hour, Some(last)), Err(Error::Stale));
/// assert_eq!(silence(now, hour, None), Err(Error::Stale));
/// # Ok::<(), ringfence::TimestampParseError>(())
/// ```
///
/// # Errors
///
/// [`Error::Stale`] if the last time is longer ago than `max_silence`, or not known. [`Error::InFuture`] if it is
/// more than `max_silence` ahead.
pub fn silence(now: Timestamp, max_silence: Duration, last: Option<Timestamp>) -> Result<Duration, Error> {
    let last = last.ok_or(Error::Stale)?;
    match (now.since(last), last.since(now)) {
        (Some(silence), _) if silence <= max_silence => Ok(silence),
        (Some(_), _) => Err(Error::Stale),
        (None, Some(ahead)) if ahead <= max_silence => Ok(Duration::ZERO),
        (None, _) => Err(Error::InFuture),
    }
}
