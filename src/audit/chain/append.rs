//! Appending: an event becomes an entry, and nothing changes until the database has taken it.

use core::mem;
use core::ops::Range;

use super::epoch::{EpochKey, MAX_EPOCHS_AHEAD};
use super::head::{Head, Last, end_of_epoch, epoch_of};
use super::line::{self, MAX_BODY, NO_MAC};
use crate::audit::event::{Action, Actor, Event, Place, Resource, write_body};
use crate::audit::merkle::Hash;
use crate::audit::personal::{Commitment, Disclosure, Salt};
use crate::audit::{Error, LogId};
use crate::{CryptoRng, Timestamp};

/// Entries that were made but not yet stored: one, or two if an epoch had to be closed first.
///
/// Insert [`entries`](Self::entries) with the unique keys (log, seq) and (log, prev), store
/// [`next_head`](Self::next_head), both in the transaction of your own change. If the insert says that
/// another writer was first, drop this value, read the head again, and append again: nothing has
/// happened. After the commit of the transaction, [`commit`](Self::commit).
#[derive(Debug)]
#[must_use = "nothing is logged until the entries are stored and committed"]
pub struct Pending {
    log: LogId,
    buffer: Vec<u8>,
    closing: Option<Entry>,
    entry: Option<Entry>,
    disclosures: Vec<Disclosure>,
    last: Last,
    key: Option<EpochKey>,
}

#[derive(Debug)]
struct Entry {
    seq: u64,
    prev: Hash,
    leaf: Hash,
    line: Range<usize>,
}

/// One entry to be inserted.
#[derive(Debug, Clone, Copy)]
pub struct PendingEntry<'a> {
    log: &'a LogId,
    entry: &'a Entry,
    line: &'a str,
}

impl<'a> PendingEntry<'a> {
    /// The log.
    #[must_use]
    pub const fn log(&self) -> &'a LogId {
        self.log
    }

    /// Its place in the log: unique within it.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.entry.seq
    }

    /// The leaf hash of the entry before it: unique within the log.
    #[must_use]
    pub const fn prev(&self) -> &'a Hash {
        &self.entry.prev
    }

    /// Its own leaf hash.
    #[must_use]
    pub const fn leaf(&self) -> &'a Hash {
        &self.entry.leaf
    }

    /// The line, without a line feed. Store it as text or bytes, never as a JSON type: the line itself
    /// is what the hash is over.
    #[must_use]
    pub const fn line(&self) -> &'a str {
        self.line
    }
}

/// Makes the next entry of a log.
///
/// `key` is the key of the head's epoch; `None` for a log without MACs. If the clock has entered a later
/// epoch, an `audit.epoch` entry comes first, which closes all epochs that have passed, and the key of the
/// new one is derived. If the clock has gone back, the entry takes the time of the last one, and says by
/// how much in `skew`.
///
/// # Errors
///
/// [`Error::WrongEpochKey`] if the key does not fit the head (a head that was set back is one reason),
/// [`Error::ClockAhead`] if the clock is more than 2^20 epochs ahead, [`Error::TooLong`] above 64 KiB,
/// [`Error::OutOfRange`] if the log is full, [`Error::Entropy`] for an event with personal fields.
pub fn append(
    head: &Head,
    key: Option<&EpochKey>,
    event: &Event,
    now: Timestamp,
) -> Result<Pending, Error> {
    append_with(Vec::new(), head, key, event, now)
}

/// As [`append`], into a buffer that [`Pending::commit`] has given back: then nothing is allocated.
///
/// # Errors
///
/// As [`append`].
pub fn append_with(
    buffer: Vec<u8>,
    head: &Head,
    key: Option<&EpochKey>,
    event: &Event,
    now: Timestamp,
) -> Result<Pending, Error> {
    Appending::start(buffer, head, key, now)?.finish(Some(event), now, &mut || Ok(Salt::generate()?))
}

/// As [`append`], with the salts of personal fields from a generator of your own.
///
/// # Errors
///
/// As [`append`], but for [`Error::Entropy`].
pub fn append_with_rng(
    head: &Head,
    key: Option<&EpochKey>,
    event: &Event,
    now: Timestamp,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<Pending, Error> {
    let mut salt = || Ok(Salt::generate_with_rng(rng));
    Appending::start(Vec::new(), head, key, now)?.finish(Some(event), now, &mut salt)
}

/// Closes the epochs that have passed, and does nothing else: for silent logs, so that the old key can be
/// forgotten in time. `None` if there is nothing to close.
///
/// # Errors
///
/// As [`append`].
pub fn tick(head: &Head, key: Option<&EpochKey>, now: Timestamp) -> Result<Option<Pending>, Error> {
    let pending =
        Appending::start(Vec::new(), head, key, now)?.finish(None, now, &mut || Ok(Salt::generate()?))?;
    Ok(pending.closing.is_some().then_some(pending))
}

struct Appending<'a> {
    head: &'a Head,
    key: Option<&'a EpochKey>,
    buffer: Vec<u8>,
    seq: u64,
    prev: Hash,
    last: Option<Last>,
}

impl<'a> Appending<'a> {
    fn start(
        mut buffer: Vec<u8>,
        head: &'a Head,
        key: Option<&'a EpochKey>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let fits = match (head.epochs, key) {
            (None, None) => true,
            (Some(length), Some(key)) => {
                key.log() == &head.log && key.length() == length && key.epoch() == head.epoch()
            }
            _ => false,
        };
        if !fits {
            return Err(Error::WrongEpochKey);
        }
        if let Some(last) = head.last
            && head.epoch_of(now.max(last.genesis))?.saturating_sub(last.epoch) > MAX_EPOCHS_AHEAD
        {
            return Err(Error::ClockAhead);
        }
        buffer.clear();
        Ok(Self { head, key, buffer, seq: head.size(), prev: head.last_leaf(), last: head.last })
    }

    fn finish(
        mut self,
        event: Option<&Event>,
        now: Timestamp,
        salt: &mut dyn FnMut() -> Result<Salt, Error>,
    ) -> Result<Pending, Error> {
        let time = now.max(self.head.earliest().unwrap_or(now));
        let skew = time.since(now).filter(|skew| !skew.is_zero());
        let skew = skew.and_then(|skew| u64::try_from(skew.as_micros()).ok());
        let (closing, next_key) = self.close_epochs(time)?;

        let mut disclosures = Vec::new();
        let mut entry = None;
        if let Some(event) = event {
            let commitments = commit_personal(event, self.seq, salt, &mut disclosures)?;
            let epoch = self.last.map_or(0, |last| last.epoch);
            let key = next_key.as_ref().or(self.key);
            entry = Some(self.write(event, time, skew, None, key, &commitments)?);
            let leaf = entry.as_ref().map_or(self.prev, |entry| entry.leaf);
            let genesis = self.last.map_or(time, |last| last.genesis);
            self.last = Some(Last { leaf, time, genesis, epoch });
        }
        let last = self.last.ok_or(Error::OutOfRange)?;
        Ok(Pending {
            log: self.head.log.clone(),
            buffer: self.buffer,
            closing,
            entry,
            disclosures,
            last,
            key: next_key,
        })
    }

    /// Writes the entry that closes the epochs before the one of `time`, if there are any.
    fn close_epochs(&mut self, time: Timestamp) -> Result<(Option<Entry>, Option<EpochKey>), Error> {
        let (Some(length), Some(key), Some(last)) = (self.head.epochs, self.key, self.last) else {
            return Ok((None, None));
        };
        let epoch = epoch_of(time, last.genesis, length).ok_or(Error::DamagedHead)?;
        let Some(to) = epoch.checked_sub(1).filter(|to| *to >= last.epoch) else {
            return Ok((None, None));
        };
        let end = end_of_epoch(to, last.genesis, length).ok_or(Error::DamagedHead)?;
        let event = system_event(Action::EPOCH, &self.head.log)?;
        let closing = self.write(&event, end, None, Some((last.epoch, to)), Some(key), &[])?;
        self.last = Some(Last { leaf: closing.leaf, time: end, genesis: last.genesis, epoch });
        Ok((Some(closing), Some(key.later(epoch)?)))
    }

    fn write(
        &mut self,
        event: &Event,
        time: Timestamp,
        skew: Option<u64>,
        epochs: Option<(u64, u64)>,
        key: Option<&EpochKey>,
        commitments: &[Commitment],
    ) -> Result<Entry, Error> {
        let (seq, prev) = (self.seq, self.prev);
        let start = self.buffer.len();
        line::start(&mut self.buffer);
        let body_start = self.buffer.len();
        let place = Place { log: &self.head.log, seq, prev: &prev, time, skew, epochs };
        write_body(&mut self.buffer, event, &place, commitments);
        if self.buffer.len().saturating_sub(body_start) > MAX_BODY {
            return Err(Error::TooLong);
        }
        let mac = |leaf: &Hash| key.map_or(NO_MAC, |key| key.entry_mac(seq, leaf));
        let leaf = line::finish(&mut self.buffer, start, mac).ok_or(Error::TooLong)?;
        self.seq = seq.checked_add(1).ok_or(Error::OutOfRange)?;
        self.prev = leaf;
        Ok(Entry { seq, prev, leaf, line: start..self.buffer.len() })
    }
}

/// An entry that the log writes about itself.
pub(in crate::audit) fn system_event(action: Action, log: &LogId) -> Result<Event, Error> {
    let actor = Actor::from_texts("system", "ringfence")?;
    Ok(Event::new(action, actor, Resource::from_texts("log", log.as_str())?))
}

fn commit_personal(
    event: &Event,
    seq: u64,
    salt: &mut dyn FnMut() -> Result<Salt, Error>,
    disclosures: &mut Vec<Disclosure>,
) -> Result<Vec<Commitment>, Error> {
    let mut commitments = Vec::new();
    for pointer in event.personal_pointers() {
        let value = event.value_at(pointer).ok_or(Error::NoSuchField)?;
        let salt = salt()?;
        commitments.push(Commitment::new(pointer, &salt, &value));
        disclosures.push(Disclosure::new(seq, pointer, salt, value));
    }
    Ok(commitments)
}

impl Pending {
    /// The entries to insert, in order.
    pub fn entries(&self) -> impl Iterator<Item = PendingEntry<'_>> {
        self.closing.iter().chain(&self.entry).filter_map(|entry| {
            let line = core::str::from_utf8(self.buffer.get(entry.line.clone())?).ok()?;
            Some(PendingEntry { log: &self.log, entry, line })
        })
    }

    /// The values of the entry's personal fields, to be stored where they can be deleted.
    #[must_use]
    pub fn disclosures(&self) -> &[Disclosure] {
        &self.disclosures
    }

    /// The head as it will be: to be stored in the same transaction as the entries.
    ///
    /// # Errors
    ///
    /// [`Error::WrongEpochKey`] for another head than the one that was appended to.
    pub fn next_head(&self, head: &Head) -> Result<Head, Error> {
        let mut next = head.clone();
        self.advance(&mut next)?;
        Ok(next)
    }

    /// The key of the new epoch, if one has begun: store it outside of the database, and forget the old
    /// one.
    #[must_use]
    pub const fn next_key(&self) -> Option<&EpochKey> {
        self.key.as_ref()
    }

    /// Moves head and key on, after the database has committed. Gives the buffer back for
    /// [`append_with`].
    ///
    /// # Errors
    ///
    /// [`Error::WrongEpochKey`] for another head than the one that was appended to: nothing is changed.
    pub fn commit(mut self, head: &mut Head, key: Option<&mut EpochKey>) -> Result<Vec<u8>, Error> {
        self.advance(head)?;
        if let (Some(next), Some(key)) = (self.key.take(), key) {
            *key = next;
        }
        Ok(mem::take(&mut self.buffer))
    }

    fn advance(&self, head: &mut Head) -> Result<(), Error> {
        let first = self.closing.as_ref().or(self.entry.as_ref()).ok_or(Error::OutOfRange)?;
        if first.seq != head.size() || first.prev != head.last_leaf() || self.log != head.log {
            return Err(Error::WrongEpochKey);
        }
        for entry in self.closing.iter().chain(&self.entry) {
            head.frontier.push(entry.leaf).map_err(|_| Error::OutOfRange)?;
        }
        head.last = Some(self.last);
        Ok(())
    }
}
