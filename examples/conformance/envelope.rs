//! The operations `envelope.*`.

use ringfence::envelope::stream::{
    ChunkSize, StreamHeader, StreamLayout, StreamOpener, StreamSealer, rewrap,
};
use ringfence::envelope::{
    BlindIndex, Context, DataKey, Error, Generation, Kek, KekId, KeyWrap, Keyring, LocalKeyWrap,
    Normaliser, Scope, SealedValue, WrapContext, WrappedKey,
};
use ringfence::secrecy::{ExposeSecret, SecretBox};
use serde_json::{Map, Value};

use crate::request::{Failure, Request, fields, to_hex};

type Answer = Result<Map<String, Value>, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = match error {
            Error::Malformed => "malformed",
            Error::UnsupportedSuite => "unsupported_suite",
            Error::KeyDestroyed => "key_destroyed",
            Error::KeyTooOld => "key_too_old",
            Error::UnknownKey => "unknown_key",
            Error::Rejected => "rejected",
            Error::Truncated => "truncated",
            Error::OutOfRange => "out_of_range",
            Error::TooLong | Error::ContextTooLong => "too_long",
            _ => "bad_request",
        };
        Self::with_message(code, error)
    }
}

pub fn dispatch(operation: &str, request: &Request) -> Answer {
    match operation {
        "seal" => seal(request),
        "open" => open(request),
        "key_id" => key_id(request),
        "stream_seal" => stream_seal(request),
        "stream_open" => stream_open(request),
        "stream_read" => stream_read(request),
        "stream_rewrap" => stream_rewrap(request),
        "wrap_key" => wrap_key(request),
        "unwrap_key" => unwrap_key(request),
        "rewrap_key" => rewrap_key(request),
        "blind_index" => blind_index(request),
        _ => Err(Failure::UNKNOWN_OP),
    }
}

fn seal(request: &Request) -> Answer {
    let place = Place::read(request)?;
    let sealed = keyring(request, place.scope()?, Some("primary"))?
        .seal(&place.context(), &request.hex("pt_hex")?)?;
    Ok(fields([("text", sealed.to_text().into()), ("blob_hex", to_hex(sealed.as_bytes()))]))
}

fn open(request: &Request) -> Answer {
    let place = Place::read(request)?;
    let ring = keyring(request, place.scope()?, None)?;
    let plaintext = if request.optional("text").is_some() {
        ring.open_text(&place.context(), request.text("text")?)?
    } else {
        ring.open(&place.context(), &request.hex("blob_hex")?)?
    };
    Ok(fields([("pt_hex", to_hex(plaintext.expose_secret()))]))
}

fn key_id(request: &Request) -> Answer {
    let sealed = if request.optional("text").is_some() {
        SealedValue::from_text(request.text("text")?)?
    } else {
        SealedValue::from_bytes(request.hex("blob_hex")?)?
    };
    Ok(fields([("key_id", sealed.generation().to_string().into())]))
}

fn stream_seal(request: &Request) -> Answer {
    let place = Place::read(request)?;
    let ring = keyring(request, place.scope()?, Some("primary"))?;
    let chunk = match request.optional("chunk_log2") {
        Some(_) => ChunkSize::from_log2(request.number("chunk_log2")?)?,
        None => ChunkSize::default(),
    };
    let mut blob = Vec::new();
    let mut sealer = StreamSealer::new(&[&ring], &place.context(), chunk, &mut blob)?;
    sealer.update(&request.hex("pt_hex")?, &mut blob)?;
    sealer.finish(&mut blob)?;
    Ok(fields([("blob_hex", to_hex(&blob))]))
}

fn stream_open(request: &Request) -> Answer {
    let place = Place::read(request)?;
    let ring = keyring(request, place.scope()?, None)?;
    let context = place.context();
    let mut plaintext = Vec::new();
    let mut opener = StreamOpener::new(&ring, &context);
    opener.update(&request.hex("blob_hex")?, &mut plaintext)?;
    let _complete = opener.finish(&mut plaintext)?;
    Ok(fields([("pt_hex", to_hex(&plaintext))]))
}

fn stream_read(request: &Request) -> Answer {
    let place = Place::read(request)?;
    let ring = keyring(request, place.scope()?, None)?;
    let blob = request.hex("blob_hex")?;
    let part = |range: std::ops::Range<u64>| {
        let range = usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?;
        blob.get(range)
    };
    let layout = StreamLayout::new(&ring, &place.context(), &blob, blob.len() as u64)?;
    let reader = layout.authenticate(part(layout.last_chunk()).ok_or(Failure::BAD_REQUEST)?)?;
    let number = request.number("chunk")?;
    let mut plaintext = Vec::new();
    let chunk = part(reader.chunk_range(number)?).ok_or(Failure::BAD_REQUEST)?;
    reader.open_chunk(number, chunk, &mut plaintext)?;
    Ok(fields([("pt_hex", to_hex(&plaintext))]))
}

fn stream_rewrap(request: &Request) -> Answer {
    let place = Place::read(request)?;
    let ring = keyring(request, place.scope()?, Some("new_primary"))?;
    let blob = request.hex("blob_hex")?;
    let mut rewrapped = rewrap(&ring, &[&ring], &place.context(), &blob)?;
    let payload = blob.get(StreamHeader::parse(&blob)?.len()..).ok_or(Failure::BAD_REQUEST)?;
    rewrapped.extend_from_slice(payload);
    Ok(fields([("blob_hex", to_hex(&rewrapped)), ("payload_bytes_touched", 0.into())]))
}

fn wrap_key(request: &Request) -> Answer {
    let (scope, generation) = scope_and_generation(request)?;
    let key_wrap =
        LocalKeyWrap::new(KekId::new(id(request.text("kek_id")?)?), kek(&request.hex("kek_hex")?)?);
    let key = data_key(&request.hex("key_hex")?)?;
    let wrapped = key_wrap.wrap(&WrapContext::new(&scope, generation), &key)?;
    Ok(fields([("wrapped_hex", to_hex(wrapped.as_bytes()))]))
}

fn unwrap_key(request: &Request) -> Answer {
    let (scope, generation) = scope_and_generation(request)?;
    let wrapped = WrappedKey::from_bytes(request.hex("wrapped_hex")?)?;
    let key = key_wrap(request, None)?.unwrap(&WrapContext::new(&scope, generation), &wrapped)?;
    Ok(fields([("key_hex", to_hex(key.expose_for_wrapping()))]))
}

fn rewrap_key(request: &Request) -> Answer {
    let (scope, generation) = scope_and_generation(request)?;
    let wrapped = WrappedKey::from_bytes(request.hex("wrapped_hex")?)?;
    let new = id(request.text("new_kek_id")?)?;
    let rewrapped =
        key_wrap(request, Some(new))?.rewrap(&WrapContext::new(&scope, generation), &wrapped)?;
    Ok(fields([("wrapped_hex", to_hex(rewrapped.as_bytes()))]))
}

fn blind_index(request: &Request) -> Answer {
    let normaliser = match request.text("normaliser")? {
        "exact" => Normaliser::Exact,
        "lowercase" => Normaliser::Lowercase,
        "email" => Normaliser::Email,
        "digits" => Normaliser::Digits,
        "nfkc_casefold" => Normaliser::NfkcCasefold,
        _ => return Err(Failure::BAD_REQUEST),
    };
    let index = BlindIndex::new(
        request.text("table")?,
        request.text("column")?,
        request.text("index")?,
        normaliser,
        request.number("bits")?,
    )?;
    let ring = keyring(request, Scope::from_parts(b"", b"")?, Some("primary"))?;
    let candidates = ring.blind_index_candidates(&index, request.text("value")?);
    let candidates: Vec<_> = candidates.iter().map(|token| to_hex(token.as_bytes())).collect();
    Ok(fields([("candidates", candidates.into())]))
}

/// The field `ctx`: tenant, table, column, row.
struct Place([Vec<u8>; 4]);

impl Place {
    fn read(request: &Request) -> Result<Self, Failure> {
        let parts = request.hex_list("ctx")?.try_into().map_err(|_| Failure::BAD_REQUEST)?;
        Ok(Self(parts))
    }

    fn context(&self) -> Context<'_> {
        let [tenant, table, column, row] = &self.0;
        Context::from_parts(tenant, table, column, row)
    }

    fn scope(&self) -> Result<Scope, Failure> {
        let [tenant, ..] = &self.0;
        Ok(Scope::from_parts(tenant, b"")?)
    }
}

/// The fields `keys`, `destroyed` and `min_generation`, and the primary key where there is one.
fn keyring(request: &Request, scope: Scope, primary: Option<&str>) -> Result<Keyring, Failure> {
    let primary = primary.map(|field| id(request.text(field)?)).transpose()?.map(Generation::new);
    let mut builder = Keyring::builder(scope);
    for (generation, key) in request.hex_map("keys")? {
        let (generation, key) = (Generation::new(id_bytes(&generation)?), data_key(&key)?);
        builder = if primary == Some(generation) {
            builder.primary(generation, key)
        } else {
            builder.older(generation, key)
        };
    }
    for generation in request.hex_list("destroyed")? {
        builder = builder.destroyed(Generation::new(id_bytes(&generation)?));
    }
    if request.optional("min_generation").is_some() {
        builder = builder.min_generation(Generation::new(id(request.text("min_generation")?)?));
    }
    Ok(builder.build()?)
}

/// The field `keks`.
fn key_wrap(request: &Request, primary: Option<u32>) -> Result<LocalKeyWrap, Failure> {
    let mut keks = Vec::new();
    for (id, bytes) in request.hex_map("keks")? {
        keks.push((id_bytes(&id)?, kek(&bytes)?));
    }
    // The one that wraps comes first.
    keks.sort_by_key(|(id, _)| Some(*id) != primary);
    let mut keks = keks.into_iter();
    let (first, kek) = keks.next().ok_or(Failure::BAD_REQUEST)?;
    if primary.is_some_and(|primary| primary != first) {
        return Err(Failure::BAD_REQUEST);
    }
    let mut key_wrap = LocalKeyWrap::new(KekId::new(first), kek);
    for (id, kek) in keks {
        key_wrap = key_wrap.with_older(KekId::new(id), kek)?;
    }
    Ok(key_wrap)
}

fn scope_and_generation(request: &Request) -> Result<(Scope, Generation), Failure> {
    let subject = match request.optional("subject_hex") {
        Some(_) => request.hex("subject_hex")?,
        None => Vec::new(),
    };
    let scope = Scope::from_parts(&request.hex("tenant_hex")?, &subject)?;
    let generation = match request.optional("generation") {
        Some(Value::String(text)) => id(text)?,
        _ => request.number("generation")?,
    };
    Ok((scope, Generation::new(generation)))
}

/// Eight hexadecimal digits.
fn id(text: &str) -> Result<u32, Failure> {
    if text.len() != 8 {
        return Err(Failure::BAD_REQUEST);
    }
    u32::from_str_radix(text, 16).map_err(|_| Failure::BAD_REQUEST)
}

fn id_bytes(bytes: &[u8]) -> Result<u32, Failure> {
    Ok(u32::from_be_bytes(bytes.try_into().map_err(|_| Failure::BAD_REQUEST)?))
}

fn secret(bytes: &[u8]) -> Result<SecretBox<[u8; 32]>, Failure> {
    let bytes = bytes.try_into().map_err(|_| Failure::BAD_REQUEST)?;
    Ok(SecretBox::new(Box::new(bytes)))
}

fn data_key(bytes: &[u8]) -> Result<DataKey, Failure> {
    Ok(DataKey::from_secret(&secret(bytes)?))
}

fn kek(bytes: &[u8]) -> Result<Kek, Failure> {
    Ok(Kek::from_secret(&secret(bytes)?))
}
