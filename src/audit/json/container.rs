//! Lists and objects, which know how deep they are, so that no value can be too deep to be written.

use super::error::Refusal;
use super::value::Value;
use super::{MAX_DEPTH, order};

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Array {
    items: Vec<Value>,
    depth: u8,
}

/// The members are sorted, and no key comes twice.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Object {
    members: Vec<(Box<str>, Value)>,
    depth: u8,
}

impl Array {
    pub(super) fn new(items: Vec<Value>) -> Result<Self, Refusal> {
        let depth = depth_around(&items)?;
        Ok(Self { items, depth })
    }

    pub(super) fn items(&self) -> &[Value] {
        &self.items
    }

    pub(super) const fn depth(&self) -> usize {
        self.depth as usize
    }

    pub(super) fn item_mut(&mut self, index: usize) -> Option<&mut Value> {
        self.items.get_mut(index)
    }

    /// After an item was changed.
    pub(super) fn update_depth(&mut self) -> Result<(), Refusal> {
        self.depth = depth_around(&self.items)?;
        Ok(())
    }
}

impl Object {
    pub(super) fn new(mut members: Vec<(Box<str>, Value)>) -> Result<Self, Refusal> {
        members.sort_by(|(a, _), (b, _)| order::by_utf16(a.bytes(), b.bytes()));
        if members.windows(2).any(|pair| matches!(pair, [(a, _), (b, _)] if a == b)) {
            return Err(Refusal::DuplicateKey);
        }
        let depth = depth_around(members.iter().map(|(_, value)| value))?;
        Ok(Self { members, depth })
    }

    pub(super) fn members(&self) -> &[(Box<str>, Value)] {
        &self.members
    }

    pub(super) const fn depth(&self) -> usize {
        self.depth as usize
    }

    fn place(&self, key: &str) -> Option<usize> {
        self.members.binary_search_by(|(name, _)| order::by_utf16(name.bytes(), key.bytes())).ok()
    }

    pub(super) fn member(&self, key: &str) -> Option<&Value> {
        self.members.get(self.place(key)?).map(|(_, value)| value)
    }

    pub(super) fn member_mut(&mut self, key: &str) -> Option<&mut Value> {
        let place = self.place(key)?;
        self.members.get_mut(place).map(|(_, value)| value)
    }

    /// After a member was changed.
    pub(super) fn update_depth(&mut self) -> Result<(), Refusal> {
        self.depth = depth_around(self.members.iter().map(|(_, value)| value))?;
        Ok(())
    }
}

fn depth_around<'a>(values: impl IntoIterator<Item = &'a Value>) -> Result<u8, Refusal> {
    let inside = values.into_iter().map(Value::depth).max().unwrap_or(0);
    if inside >= MAX_DEPTH {
        return Err(Refusal::TooDeep);
    }
    u8::try_from(inside.saturating_add(1)).map_err(|_| Refusal::TooDeep)
}
