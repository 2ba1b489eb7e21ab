//! The frozen vectors of streams and rewraps, in both directions and in every way of reading.

use ringfence::envelope::stream::{ChunkSize, StreamHeader, StreamSealer, rewrap};
use ringfence::envelope::{Context, Generation, Keyring, Scope};

use crate::scripted_rng::ScriptedRng;
use crate::stream_file::{open, open_in_steps, range};
use crate::vector_file::{Row, data_key, section, unhex};

/// One ring a recipient. Their scopes differ, since two of them may carry the same key id.
fn recipients(row: &Row, tenant: &[u8]) -> Vec<Keyring> {
    let rows = row.rows("recipients");
    let scope = |n: usize| Scope::from_parts(tenant, &vec![b's'; n]).unwrap();
    let ring = |(n, recipient): (usize, &Row)| {
        let key = data_key(&recipient.hex("key_hex"));
        Keyring::new(scope(n), recipient.generation("key_id"), key)
    };
    rows.iter().enumerate().map(ring).collect()
}

fn script(row: &Row) -> ScriptedRng {
    let salts: Vec<_> = row.rows("recipients").iter().map(|one| one.hex("salt_hex")).collect();
    ScriptedRng::new(&[&row.hex("file_key_hex"), &salts.concat()])
}

#[test]
fn streams_seal_to_the_foreign_bytes_however_the_plaintext_comes() {
    for row in section("streams") {
        let [tenant, table, column, key] = row.parts();
        let context = Context::from_parts(&tenant, &table, &column, &key);
        let rings = recipients(&row, &tenant);
        let rings: Vec<_> = rings.iter().collect();
        let chunk = ChunkSize::from_log2(row.number("chunk_log2").try_into().unwrap()).unwrap();
        let plaintext = row.hex("pt_hex");
        for step in [1, 3, 1000, 1023, 1024, 1025, usize::MAX] {
            let mut rng = script(&row);
            let mut blob = Vec::new();
            let mut sealer =
                StreamSealer::new_with_rng(&rings, &context, chunk, &mut blob, &mut rng).unwrap();
            rng.assert_drained();
            for piece in plaintext.chunks(step) {
                sealer.update(piece, &mut blob).unwrap();
            }
            sealer.finish(&mut blob).unwrap();
            assert_eq!(blob, row.hex("blob_hex"), "{}, {step} bytes a call", row.name());
        }
    }
}

#[test]
fn foreign_streams_open_for_every_recipient() {
    for row in section("streams") {
        let [tenant, table, column, key] = row.parts();
        let context = Context::from_parts(&tenant, &table, &column, &key);
        let blob = row.hex("blob_hex");
        for ring in recipients(&row, &tenant) {
            for step in [1, 2, 139, 140, 141, 1039, 1040, 1041, usize::MAX] {
                let (outcome, plaintext) = open_in_steps(&ring, &context, &blob, step);
                let complete = outcome.unwrap();
                assert_eq!(plaintext, row.hex("pt_hex"), "{}, {step} bytes a call", row.name());
                assert_eq!(complete.plaintext_len(), plaintext.len() as u64, "{}", row.name());
            }
        }
    }
}

#[test]
fn foreign_streams_open_chunk_by_chunk() {
    use ringfence::envelope::stream::StreamLayout;

    for row in section("streams") {
        let [tenant, table, column, key] = row.parts();
        let context = Context::from_parts(&tenant, &table, &column, &key);
        let blob = row.hex("blob_hex");
        let header_len = row.number("header_len") as usize;
        for ring in recipients(&row, &tenant) {
            // The header alone must do: the chunks are read on demand.
            let header = &blob[..header_len];
            let layout = StreamLayout::new(&ring, &context, header, blob.len() as u64).unwrap();
            let reader = layout.authenticate(range(&blob, layout.last_chunk())).unwrap();
            assert_eq!(reader.chunk_count(), u64::from(row.number("chunks")), "{}", row.name());
            assert_eq!(reader.chunk_len(), 1 << row.number("chunk_log2"), "{}", row.name());
            let mut plaintext = Vec::new();
            for number in 0..reader.chunk_count() {
                let sealed = range(&blob, reader.chunk_range(number).unwrap());
                reader.open_chunk(number, sealed, &mut plaintext).unwrap();
            }
            assert_eq!(plaintext, row.hex("pt_hex"), "{}", row.name());
            assert_eq!(reader.plaintext_len(), plaintext.len() as u64, "{}", row.name());
        }
    }
}

#[test]
fn foreign_headers_say_their_length_and_chunk_size() {
    for row in section("streams") {
        let blob = row.hex("blob_hex");
        let header = StreamHeader::parse(&blob).unwrap();
        assert_eq!(header.len(), row.number("header_len") as usize, "{}", row.name());
        assert_eq!(header.chunk_size().bytes(), 1 << row.number("chunk_log2"), "{}", row.name());
    }
}

/// What the Python implementation rewrapped opens for the new recipient, over the old payload.
#[test]
fn foreign_rewraps_open_for_the_new_recipient() {
    for row in section("rewraps") {
        let [tenant, table, column, key] = row.parts();
        let context = Context::from_parts(&tenant, &table, &column, &key);
        let added = row.row("add");
        let ring = Keyring::new(
            Scope::from_parts(&tenant, b"").unwrap(),
            added.generation("key_id"),
            data_key(&added.hex("key_hex")),
        );
        let old = row.hex("blob_hex");
        let payload = &old[StreamHeader::parse(&old).unwrap().len()..];
        let blob = [unhex(row.text("header_hex")).as_slice(), payload].concat();
        assert_eq!(open(&ring, &context, &blob).unwrap(), row.hex("pt_hex"), "{}", row.name());
        assert!(open(&ring, &context, &old).is_err(), "{}: the old header", row.name());
    }
}

/// Ours has the same recipients in the same order, and the same length: only salts are new.
#[test]
fn our_rewraps_have_the_shape_of_the_foreign_ones() {
    for row in section("rewraps") {
        let [tenant, table, column, key] = row.parts();
        let context = Context::from_parts(&tenant, &table, &column, &key);
        let scope = || Scope::from_parts(&tenant, b"").unwrap();
        let single =
            |(key_id, key): &(u32, Vec<u8>)| Keyring::new(scope(), Generation::new(*key_id), data_key(key));
        let old_rings: Vec<_> = row.keys("keys").iter().map(single).collect();
        let added = row.row("add");
        let new_ring = single(&(added.generation("key_id").number(), added.hex("key_hex")));
        let kept = row.numbers("keep");
        let mut recipients: Vec<_> = kept.iter().map(|n| &old_rings[*n as usize]).collect();
        recipients.push(&new_ring);

        let old = row.hex("blob_hex");
        let header = rewrap(&old_rings[0], &recipients, &context, &old).unwrap();
        let foreign = row.hex("header_hex");
        assert_eq!(header.len(), foreign.len(), "{}", row.name());
        for start in (7..header.len() - 32).step_by(101) {
            let (ours, theirs) = (&header[start..start + 5], &foreign[start..start + 5]);
            assert_eq!(ours, theirs, "{}: suite and key id at {start}", row.name());
        }
        let payload = &old[StreamHeader::parse(&old).unwrap().len()..];
        let blob = [header.as_slice(), payload].concat();
        for ring in recipients {
            assert_eq!(open(ring, &context, &blob).unwrap(), row.hex("pt_hex"), "{}", row.name());
        }
    }
}
