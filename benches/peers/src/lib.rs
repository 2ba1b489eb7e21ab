//! What races: one case is a name and something to run again and again.

pub mod envelope;

/// Something to be timed.
pub struct Case {
    pub name: String,
    /// Bytes that one run goes through, if that says anything.
    pub bytes: Option<u64>,
    pub run: Box<dyn FnMut()>,
}

impl Case {
    pub fn new(name: impl Into<String>, run: impl FnMut() + 'static) -> Self {
        Self { name: name.into(), bytes: None, run: Box::new(run) }
    }

    pub fn of_bytes(name: impl Into<String>, bytes: usize, run: impl FnMut() + 'static) -> Self {
        Self { bytes: Some(bytes as u64), ..Self::new(name, run) }
    }
}
