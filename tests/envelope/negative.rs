//! The refusals of the vector file. Each case has the form of a request to the conformance harness
//! (`HARNESS.md`); here the fields are mapped to calls.

use ringfence::envelope::stream::{StreamLayout, StreamOpener};
use ringfence::envelope::{
    Context, Error, Generation, Kek, KekId, KeyWrap, Keyring, LocalKeyWrap, Scope, SealedValue,
    WrapContext, WrappedKey,
};

use crate::fixture::{outcome, secret};
use crate::stream_file::range;
use crate::vector_file::{Row, data_key, id, key_bytes, negative_section};

/// The ring of the scope that the request's context names.
fn ring(request: &Row) -> Keyring {
    let [tenant, ..] = request.parts();
    let mut builder = Keyring::builder(Scope::from_parts(&tenant, b"").unwrap());
    for (key_id, key) in request.keys("keys") {
        builder = builder.older(Generation::new(key_id), data_key(&key));
    }
    for destroyed in request.texts("destroyed") {
        builder = builder.destroyed(Generation::new(id(destroyed)));
    }
    if request.has("min_generation") {
        builder = builder.min_generation(request.generation("min_generation"));
    }
    builder.build().unwrap()
}

fn open(request: &Row) -> Result<(), Error> {
    let [tenant, table, column, row] = request.parts();
    let context = Context::from_parts(&tenant, &table, &column, &row);
    let ring = ring(request);
    let mut plaintext = b"before".to_vec();
    let opened = if request.has("text") {
        ring.open_text(&context, request.text("text")).map(drop)
    } else {
        ring.open_into(&context, &request.hex("blob_hex"), &mut plaintext)
    };
    assert_eq!(plaintext, b"before", "{}: the buffer after a refusal", request.name());
    opened
}

fn key_id(request: &Row) -> Result<(), Error> {
    if request.has("text") {
        return SealedValue::from_text(request.text("text")).map(drop);
    }
    let named = SealedValue::generation_of(&request.hex("blob_hex"));
    let parsed = SealedValue::from_bytes(request.hex("blob_hex"));
    assert_eq!(outcome(&named), outcome(&parsed), "{}", request.name());
    parsed.map(drop)
}

fn unwrap_key(request: &Row) -> Result<(), Error> {
    let subject = if request.has("subject_hex") { request.hex("subject_hex") } else { Vec::new() };
    let scope = Scope::from_parts(&request.hex("tenant_hex"), &subject)?;
    let context = WrapContext::new(&scope, Generation::new(request.number("generation")));
    let kek = |bytes: &[u8]| Kek::from_secret(&secret(key_bytes(bytes)));
    let keks = request.keys("keks");
    let ((first_id, first), others) = keks.split_first().unwrap();
    let mut key_wrap = LocalKeyWrap::new(KekId::new(*first_id), kek(first));
    for (other_id, other) in others {
        key_wrap = key_wrap.with_older(KekId::new(*other_id), kek(other)).unwrap();
    }
    let wrapped = WrappedKey::from_bytes(request.hex("wrapped_hex"))?;
    key_wrap.unwrap(&context, &wrapped).map(drop)
}

fn stream_open(request: &Row) -> Result<(), Error> {
    let [tenant, table, column, row] = request.parts();
    let context = Context::from_parts(&tenant, &table, &column, &row);
    let ring = ring(request);
    let mut plaintext = Vec::new();
    let mut opener = StreamOpener::new(&ring, &context);
    opener.update(&request.hex("blob_hex"), &mut plaintext)?;
    opener.finish(&mut plaintext).map(drop)
}

fn stream_read(request: &Row) -> Result<(), Error> {
    let [tenant, table, column, row] = request.parts();
    let context = Context::from_parts(&tenant, &table, &column, &row);
    let ring = ring(request);
    let blob = request.hex("blob_hex");
    let number = u64::from(request.number("chunk"));
    let layout = StreamLayout::new(&ring, &context, &blob, blob.len() as u64)?;
    let reader = layout.authenticate(range(&blob, layout.last_chunk()))?;
    let sealed = range(&blob, reader.chunk_range(number)?);
    let mut plaintext = b"before".to_vec();
    let opened = reader.open_chunk(number, sealed, &mut plaintext);
    assert_eq!(plaintext, b"before", "{}: the buffer after a refusal", request.name());
    opened
}

fn check(section: &str) {
    for request in negative_section(section) {
        let answer = match request.text("op") {
            "envelope.open" => open(&request),
            "envelope.key_id" => key_id(&request),
            "envelope.unwrap_key" => unwrap_key(&request),
            "envelope.stream_open" => stream_open(&request),
            "envelope.stream_read" => stream_read(&request),
            other => panic!("an operation that this file does not map: {other}"),
        };
        let (expected, answer) = (request.expected_errors(), outcome(&answer));
        assert!(expected.contains(&answer), "{}: {answer}, not {expected:?}", request.name());
    }
}

#[test]
fn columns_are_refused_with_the_stated_code() {
    check("columns_negative");
}

#[test]
fn wrapped_keys_are_refused_with_the_stated_code() {
    check("wrapped_negative");
}

#[test]
fn streams_are_refused_with_the_stated_code() {
    check("streams_negative");
}
