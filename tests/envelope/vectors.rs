//! The frozen vectors of columns, wrapped keys and blind indexes, in both directions.

use ringfence::envelope::{
    BlindIndex, Context, Generation, Kek, KekId, KeyWrap, Keyring, LocalKeyWrap, Normaliser, Scope,
    SealedValue, WrapContext, WrappedKey,
};
use ringfence::secrecy::ExposeSecret;

use crate::fixture::secret;
use crate::scripted_rng::ScriptedRng;
use crate::vector_file::{Row, data_key, id, key_bytes, section};

/// The ring of the scope that a row's context names, with the row's key.
fn ring(row: &Row, tenant: &[u8]) -> Keyring {
    let scope = Scope::from_parts(tenant, b"").unwrap();
    Keyring::new(scope, row.generation("key_id"), data_key(&row.hex("key_hex")))
}

#[test]
fn columns_seal_to_the_foreign_bytes() {
    for row in section("columns") {
        let [tenant, table, column, key] = row.parts();
        let context = Context::from_parts(&tenant, &table, &column, &key);
        let mut rng = ScriptedRng::new(&[&row.hex("salt_hex")]);
        let ring = ring(&row, &tenant);
        let sealed = ring.seal_with_rng(&context, &row.hex("pt_hex"), &mut rng).unwrap();
        rng.assert_drained();
        assert_eq!(sealed.as_bytes(), row.hex("blob_hex"), "{}", row.name());
        assert_eq!(sealed.to_text(), row.text("text"), "{}", row.name());
        assert_eq!(sealed.to_string(), row.text("text"), "{}", row.name());
        assert_eq!(sealed.generation(), row.generation("key_id"), "{}", row.name());
    }
}

#[test]
fn foreign_columns_open() {
    for row in section("columns") {
        let [tenant, table, column, key] = row.parts();
        let context = Context::from_parts(&tenant, &table, &column, &key);
        let (ring, plaintext) = (ring(&row, &tenant), row.hex("pt_hex"));
        let blob = row.hex("blob_hex");

        assert_eq!(ring.open(&context, &blob).unwrap().expose_secret(), plaintext);
        assert_eq!(ring.open_text(&context, row.text("text")).unwrap().expose_secret(), plaintext);
        let mut behind = b"before".to_vec();
        ring.open_into(&context, &blob, &mut behind).unwrap();
        assert_eq!(behind, [b"before".as_slice(), &plaintext].concat());
    }
}

#[test]
fn foreign_columns_parse_in_both_forms() {
    for row in section("columns") {
        let from_bytes = SealedValue::from_bytes(row.hex("blob_hex")).unwrap();
        let from_text: SealedValue = row.text("text").parse().unwrap();
        assert_eq!(from_bytes, from_text, "{}", row.name());
        assert_eq!(from_text.generation(), row.generation("key_id"), "{}", row.name());
        assert_eq!(from_text.into_bytes(), row.hex("blob_hex"), "{}", row.name());
        let named = SealedValue::generation_of(&row.hex("blob_hex")).unwrap();
        assert_eq!(named.to_string(), row.text("key_id"), "{}", row.name());
    }
}

fn scope_of(row: &Row) -> Scope {
    let subject = if row.has("subject_hex") { row.hex("subject_hex") } else { Vec::new() };
    Scope::from_parts(&row.hex("tenant_hex"), &subject).unwrap()
}

fn local_key_wrap(row: &Row) -> LocalKeyWrap {
    let kek = Kek::from_secret(&secret(key_bytes(&row.hex("kek_hex"))));
    LocalKeyWrap::new(KekId::new(id(row.text("kek_id"))), kek)
}

#[test]
fn keys_wrap_to_the_foreign_bytes() {
    for row in section("wrapped") {
        let scope = scope_of(&row);
        let context = WrapContext::new(&scope, Generation::new(row.number("generation")));
        let mut rng = ScriptedRng::new(&[&row.hex("salt_hex")]);
        let key = data_key(&row.hex("key_hex"));
        let wrapped = local_key_wrap(&row).wrap_with_rng(&context, &key, &mut rng).unwrap();
        rng.assert_drained();
        assert_eq!(wrapped.as_bytes(), row.hex("wrapped_hex"), "{}", row.name());
        assert_eq!(wrapped.as_bytes().len(), 101, "{}", row.name());
    }
}

#[test]
fn foreign_wrapped_keys_unwrap() {
    for row in section("wrapped") {
        let scope = scope_of(&row);
        let context = WrapContext::new(&scope, Generation::new(row.number("generation")));
        let wrapped = WrappedKey::from_bytes(row.hex("wrapped_hex")).unwrap();
        let key = local_key_wrap(&row).unwrap(&context, &wrapped).unwrap();
        assert_eq!(key.expose_for_wrapping().as_slice(), row.hex("key_hex"), "{}", row.name());
        let named = LocalKeyWrap::kek_id_of(&wrapped).unwrap();
        assert_eq!(named.to_string(), row.text("kek_id"), "{}", row.name());
    }
}

fn normaliser(name: &str) -> Normaliser {
    let all = [
        Normaliser::Exact,
        Normaliser::Lowercase,
        Normaliser::Email,
        Normaliser::Digits,
        Normaliser::NfkcCasefold,
    ];
    *all.iter().find(|normaliser| normaliser.name() == name).unwrap()
}

/// Values with `specified: false` rest on a reading of the normaliser's name; the crate shares it.
#[test]
fn blind_indexes_have_the_foreign_tokens() {
    let mut groups = 0;
    for row in section("blind_index") {
        let kind = normaliser(row.text("normaliser"));
        let index = BlindIndex::new(
            row.text("table"),
            row.text("column"),
            row.text("index"),
            kind,
            row.number("bits"),
        )
        .unwrap();
        let scope = Scope::from_parts(b"acme", b"").unwrap();
        let ring = Keyring::new(scope, Generation::FIRST, data_key(&row.hex("key_hex")));
        for value in row.rows("values") {
            let expected = value.hex("index_hex");
            let name = format!(
                "{} of {:?}, {} bits, specified: {}",
                kind.name(),
                value.text("value"),
                row.number("bits"),
                value.flag("specified")
            );
            let token = ring.blind_index(&index, value.text("value")).unwrap();
            assert_eq!(token.as_bytes(), expected, "{name}");
            let candidates = ring.blind_index_candidates(&index, value.text("value"));
            assert_eq!(candidates, [token], "{name}");
        }
        groups += 1;
    }
    assert!(groups > 25, "every normaliser at several widths");
}
