//! The deployment's secret store, where the key-encryption key (KEK) lives.
//!
//! Here it is a folder with a file for each KEK, as Docker and Kubernetes mount secrets. It lies beside
//! the database only so that the example needs nothing else. In production it is another machine: a key
//! service (KMS), with a driver that implements `KeyWrap` or `AsyncKeyWrap`. Who has both the KEK
//! and the database can read everything.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use ringfence::envelope::{Kek, KekId, LocalKeyWrap};
use ringfence::secrecy::{ExposeSecret, SecretBox};

use crate::Result;

pub struct SecretStore {
    folder: PathBuf,
}

impl SecretStore {
    /// Opens the store; a new one gets its first KEK.
    pub fn open(folder: PathBuf) -> Result<Self> {
        fs::create_dir_all(&folder)?;
        let store = Self { folder };
        if store.ids()?.is_empty() {
            store.add()?;
        }
        Ok(store)
    }

    /// The key wrap of this deployment: the newest KEK wraps, older ones still unwrap.
    pub fn key_wrap(&self) -> Result<LocalKeyWrap> {
        let ids = self.ids()?;
        let (newest, older) = ids.split_last().ok_or("the secret store has no KEK")?;
        let mut key_wrap = LocalKeyWrap::new(*newest, self.kek(*newest)?);
        for id in older {
            key_wrap = key_wrap.with_older(*id, self.kek(*id)?)?;
        }
        Ok(key_wrap)
    }

    /// All KEKs, oldest first.
    pub fn ids(&self) -> Result<Vec<KekId>> {
        let mut ids = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            if let Some(number) = name.to_str().and_then(|name| name.strip_prefix("kek-")) {
                ids.push(KekId::new(u32::from_str_radix(number, 16)?));
            }
        }
        ids.sort_unstable();
        Ok(ids)
    }

    /// Adds the next KEK. It is safe on the disk before anything is wrapped under it.
    pub fn add(&self) -> Result<()> {
        let id = match self.ids()?.last() {
            Some(newest) => newest.next().ok_or("no KEK id is left")?,
            None => KekId::FIRST,
        };
        let (_, bytes) = Kek::generate()?;
        let mut file = create_private(&self.path(id))?;
        file.write_all(bytes.expose_secret())?;
        Ok(file.sync_all()?)
    }

    /// Destroys a KEK. What is still wrapped under it, in backups too, is lost for good.
    pub fn remove(&self, id: KekId) -> Result<()> {
        Ok(fs::remove_file(self.path(id))?)
    }

    pub fn display(&self) -> std::path::Display<'_> {
        self.folder.display()
    }

    fn kek(&self, id: KekId) -> Result<Kek> {
        let mut file = File::open(self.path(id))?;
        let mut read = Ok(());
        // Straight into memory that is wiped afterwards.
        let bytes = SecretBox::init_with_mut(|bytes: &mut [u8; 32]| read = file.read_exact(bytes));
        read?;
        Ok(Kek::from_secret(&bytes))
    }

    fn path(&self, id: KekId) -> PathBuf {
        self.folder.join(format!("kek-{id}"))
    }
}

/// A new file that only its owner can read.
fn create_private(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok(options.open(path)?)
}
