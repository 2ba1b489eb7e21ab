//! Who can open a stream: sealing the file key for each recipient, and getting it back.

use zeroize::Zeroizing;

use super::chunks::ChunkCipher;
use super::header::{ChunkSize, MAC_LEN, MAGIC, MAX_RECIPIENTS, SUITE, StreamHeader};
use crate::CryptoRng;
use crate::envelope::data_key::KEY_LEN;
use crate::envelope::derive::{self, PseudoRandomKey, SALT_LEN};
use crate::envelope::keyring::Held;
use crate::envelope::suite::{self, FILE};
use crate::envelope::{Context, Error, Generation, Keyring};
use crate::vocabulary::{constant_time, entropy};

/// The key of one stream: random, and never stored but for its recipients.
pub(super) struct FileKey(Zeroizing<[u8; KEY_LEN]>);

/// What follows from a file key: the cipher of the chunks, and the key of the header's MAC.
struct PayloadKeys {
    chunks: ChunkCipher,
    mac: Zeroizing<[u8; MAC_LEN]>,
}

/// Where random bytes come from: the system, or a generator of the caller's.
pub(super) type Fill<'f> = dyn FnMut(&mut [u8]) -> Result<(), Error> + 'f;

pub(super) fn fill_from_system(out: &mut [u8]) -> Result<(), Error> {
    Ok(entropy::fill_key(out)?)
}

pub(super) fn fill_from_rng<R: CryptoRng + ?Sized>(
    rng: &mut R,
) -> impl FnMut(&mut [u8]) -> Result<(), Error> {
    |out| {
        rng.fill_bytes(out);
        Ok(())
    }
}

impl FileKey {
    pub(super) fn generate(fill: &mut Fill<'_>) -> Result<Self, Error> {
        let mut key = Zeroizing::new([0_u8; KEY_LEN]);
        fill(&mut *key)?;
        Ok(Self(key))
    }

    /// HKDF-Expand(file key, "stream/1" | 0x03 | log2 | len(ctx) | ctx, 71).
    fn payload_keys(&self, chunk: ChunkSize, context: &Context<'_>) -> Result<PayloadKeys, Error> {
        let binding = context.binding()?;
        let mut encoded = Vec::new();
        for part in binding.parts() {
            let len = u32::try_from(part.len()).map_err(|_| Error::ContextTooLong)?;
            encoded.extend_from_slice(&len.to_be_bytes());
            encoded.extend_from_slice(part);
        }
        let mut out = Zeroizing::new([0_u8; 71]);
        PseudoRandomKey::new(&self.0).expand(
            &[b"stream/1", &[SUITE, chunk.log2()], &binding.encoded_len().to_be_bytes(), &encoded],
            &mut *out,
        );
        let (payload, rest) = out.split_first_chunk::<32>().ok_or(Error::Malformed)?;
        let (mac, prefix) = rest.split_first_chunk::<32>().ok_or(Error::Malformed)?;
        let prefix: &[u8; 7] = prefix.try_into().map_err(|_| Error::Malformed)?;
        Ok(PayloadKeys { chunks: ChunkCipher::new(payload, *prefix, chunk), mac: Zeroizing::new(*mac) })
    }

    /// Appends a whole header for these recipients to `out`.
    pub(super) fn write_header(
        &self,
        recipients: &[&Keyring],
        context: &Context<'_>,
        chunk: ChunkSize,
        fill: &mut Fill<'_>,
        out: &mut Vec<u8>,
    ) -> Result<ChunkCipher, Error> {
        let count = u8::try_from(recipients.len()).map_err(|_| Error::RecipientCount)?;
        if count == 0 || usize::from(count) > MAX_RECIPIENTS {
            return Err(Error::RecipientCount);
        }
        if !recipients.iter().any(|ring| ring.scope().tenant_bytes() == context.tenant()) {
            return Err(Error::WrongScope);
        }
        let keys = self.payload_keys(chunk, context)?;
        let mut header = Vec::with_capacity(StreamHeader::MAX_LEN);
        header.extend_from_slice(MAGIC);
        header.extend_from_slice(&[SUITE, chunk.log2(), count]);
        for ring in recipients {
            let (generation, key) = ring.sealing_key()?;
            let mut salt = [0_u8; SALT_LEN];
            fill(&mut salt)?;
            suite::seal(
                FILE,
                key.prk(),
                generation.number(),
                &salt,
                context.binding()?,
                &*self.0,
                &mut header,
            )?;
        }
        let mac = derive::hmac(&keys.mac, &[&header]);
        out.extend_from_slice(&header);
        out.extend_from_slice(&mac);
        Ok(keys.chunks)
    }
}

/// Finds the recipient that the keyring can open, and verifies the header with it.
///
/// Generations of different scopes may carry the same number, so each match is tried.
pub(super) fn open_header(
    ring: &Keyring,
    context: &Context<'_>,
    header: &StreamHeader<'_>,
) -> Result<(FileKey, ChunkCipher), Error> {
    // A recipient of another suite refuses the whole, also where an earlier one could be opened.
    let recipients: Vec<_> = header
        .recipients()
        .map(|recipient| suite::Sealed::parse(recipient, FILE.suite))
        .collect::<Result<_, _>>()?;
    let (mut tried, mut unknown, mut too_old) = (false, false, false);
    for sealed in recipients {
        match ring.held(Generation::new(sealed.key_id)) {
            Held::Key(key) => {
                tried = true;
                let mut bytes = Zeroizing::new(Vec::with_capacity(KEY_LEN));
                if sealed.open(FILE, key.prk(), context.binding()?, &mut bytes).is_err() {
                    continue;
                }
                let key: [u8; KEY_LEN] = bytes.as_slice().try_into().map_err(|_| Error::Malformed)?;
                let file_key = FileKey(Zeroizing::new(key));
                let keys = file_key.payload_keys(header.chunk_size(), context)?;
                let expected = derive::hmac(&keys.mac, &[header.authenticated()]);
                if constant_time::equal(&expected, header.mac()) {
                    return Ok((file_key, keys.chunks));
                }
            }
            Held::Unknown => unknown = true,
            Held::TooOld => too_old = true,
            Held::Destroyed => {}
        }
    }
    // Destroyed only if no recipient is left: one whose key is merely elsewhere can still open it.
    Err(match (tried, unknown, too_old) {
        (true, ..) => Error::Rejected,
        (_, true, _) => Error::UnknownKey,
        (_, _, true) => Error::KeyTooOld,
        _ => Error::KeyDestroyed,
    })
}

/// Replaces the recipients of a stream: after a rotation of the data key, say. Verifies the old header,
/// and gives a whole new one; the payload behind it stays as it is, to the byte.
///
/// Replace the header atomically. With as many recipients as before it has the same length; otherwise
/// write a new file. Whoever has seen the file key can still open the payload: to revoke somebody, seal
/// the data anew.
///
/// # Errors
///
/// As [`StreamOpener`](super::StreamOpener) for the old header; [`Error::RecipientCount`],
/// [`Error::NoPrimaryKey`], [`Error::Entropy`] for the new one.
pub fn rewrap(
    ring: &Keyring,
    recipients: &[&Keyring],
    context: &Context<'_>,
    header: &[u8],
) -> Result<Vec<u8>, Error> {
    rewrap_filled(ring, recipients, context, header, &mut fill_from_system)
}

/// As [`rewrap`], with the salts from a generator of your own.
///
/// # Errors
///
/// As [`rewrap`], but for [`Error::Entropy`].
pub fn rewrap_with_rng(
    ring: &Keyring,
    recipients: &[&Keyring],
    context: &Context<'_>,
    header: &[u8],
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<Vec<u8>, Error> {
    rewrap_filled(ring, recipients, context, header, &mut fill_from_rng(rng))
}

fn rewrap_filled(
    ring: &Keyring,
    recipients: &[&Keyring],
    context: &Context<'_>,
    header: &[u8],
    fill: &mut Fill<'_>,
) -> Result<Vec<u8>, Error> {
    let header = StreamHeader::parse(header)?;
    let (file_key, _) = open_header(ring, context, &header)?;
    let mut out = Vec::with_capacity(StreamHeader::MAX_LEN);
    file_key.write_header(recipients, context, header.chunk_size(), fill, &mut out)?;
    Ok(out)
}
