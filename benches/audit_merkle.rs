//! The Merkle tree and the checkpoints of the audit module, beside bare hashing and two other crates.
//!
//! ```sh
//! cargo bench --bench audit_merkle
//! ```

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ringfence::audit::checkpoint::{Checkpoint, Trust, VerifierKey};
use ringfence::audit::merkle::{
    CompactRange, Frontier, Hash, MemoryTree, TreeRoot, frontier_at, leaf_hash, node_hash,
    prove_consistency, prove_inclusion,
};
use ringfence::secrecy::SecretBox;
use sha2::{Digest, Sha256};
use tlog_tiles::tlog;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Entries of a usual length.
const ENTRY_LEN: usize = 300;
const SIZE: u64 = 65_536;
/// Not a power of two, so that the right edge is ragged.
const RAGGED: u64 = 65_535;
const INDEX: u64 = 40_000;

fn entry(index: u64) -> Vec<u8> {
    let mut entry = vec![0x5a; ENTRY_LEN];
    entry[..8].copy_from_slice(&index.to_be_bytes());
    entry
}

fn append(criterion: &mut Criterion) {
    let data: Vec<_> = (0..4096).map(entry).collect();
    let leaves: Vec<_> = data.iter().map(|data| leaf_hash(data)).collect();
    let mut group = criterion.benchmark_group("append");
    group.throughput(Throughput::Elements(data.len() as u64));
    group.bench_function("bare SHA-256 of the entry", |b| {
        b.iter(|| data.iter().fold(0, |sum, data| sum ^ Sha256::digest(black_box(data))[0]));
    });
    group.bench_function("leaf hash", |b| {
        b.iter(|| data.iter().fold(0, |sum, data| sum ^ leaf_hash(black_box(data)).as_bytes()[0]));
    });
    group.bench_function("leaf hash and frontier", |b| {
        b.iter(|| {
            let mut frontier = Frontier::new();
            for data in &data {
                frontier.push(leaf_hash(black_box(data))).unwrap();
            }
            frontier.root()
        });
    });
    group.bench_function("frontier alone", |b| {
        b.iter(|| {
            let mut frontier = Frontier::new();
            for leaf in &leaves {
                frontier.push(*black_box(leaf)).unwrap();
            }
            frontier.root()
        });
    });
    group.bench_function("leaf hash and range from the middle", |b| {
        b.iter(|| {
            let mut range = CompactRange::starting_at(12_345);
            for data in &data {
                range.push(leaf_hash(black_box(data))).unwrap();
            }
            range
        });
    });
    group.finish();
}

/// The nodes in the order of Go's `tlog`.
struct GoTree(Vec<tlog::Hash>);

impl tlog::HashReader for GoTree {
    fn read_hashes(&self, indexes: &[u64]) -> std::result::Result<Vec<tlog::Hash>, tlog::Error> {
        Ok(indexes.iter().map(|index| self.0[*index as usize]).collect())
    }
}

fn proofs(criterion: &mut Criterion) -> Result<()> {
    let tree = MemoryTree::of_leaves((0..SIZE).map(|index| leaf_hash(&entry(index))))?;
    let (root, old) = (tree.root(), frontier_at(INDEX, &tree)?.root());
    let (data, leaf) = (entry(INDEX), leaf_hash(&entry(INDEX)));
    let inclusion = prove_inclusion(INDEX, SIZE, &tree)?;
    let consistency = prove_consistency(INDEX, SIZE, &tree)?;

    let mut go = GoTree(Vec::new());
    let mut ct = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    for index in 0..SIZE {
        let nodes = tlog::stored_hashes(index, &entry(index), &go)?;
        go.0.extend(nodes);
        ct.push(entry(index));
    }
    let go_hash = |hash: &Hash| tlog::Hash(*hash.as_bytes());
    let ct_root = ct.root();

    let mut group = criterion.benchmark_group("inclusion");
    group.bench_function("prove", |b| {
        b.iter(|| prove_inclusion(black_box(INDEX), SIZE, &tree));
    });
    group.bench_function("prove, ragged", |b| {
        b.iter(|| prove_inclusion(black_box(INDEX), RAGGED, &tree));
    });
    group.bench_function("prove, tlog_tiles", |b| {
        b.iter(|| tlog::prove_record(SIZE, black_box(INDEX), &go));
    });
    group.bench_function("prove, ct-merkle", |b| {
        b.iter(|| ct.prove_inclusion(black_box(INDEX as usize)));
    });
    group.bench_function("verify", |b| {
        b.iter(|| inclusion.verify(&leaf_hash(black_box(&data)), INDEX, &root));
    });
    group.bench_function("verify, tlog_tiles", |b| {
        let proof = tlog::prove_record(SIZE, INDEX, &go).unwrap();
        b.iter(|| {
            tlog::check_record(
                &proof,
                SIZE,
                go_hash(root.hash()),
                INDEX,
                tlog::record_hash(black_box(&data)),
            )
        });
    });
    group.bench_function("verify, ct-merkle", |b| {
        let proof = ct.prove_inclusion(INDEX as usize);
        b.iter(|| ct_root.verify_inclusion(black_box(&data), INDEX, &proof));
    });
    group.bench_function("16 nodes", |b| {
        b.iter(|| (0..16).fold(leaf, |hash, _| node_hash(black_box(&leaf), &hash)));
    });
    group.bench_function("16 nodes, plain SHA-256", |b| {
        b.iter(|| {
            (0..16).fold(leaf, |hash, _| {
                let node = Sha256::new().chain_update([1]).chain_update(black_box(leaf)).chain_update(hash);
                Hash::from_bytes(node.finalize().into())
            })
        });
    });
    group.finish();

    let mut group = criterion.benchmark_group("consistency");
    group.bench_function("prove", |b| {
        b.iter(|| prove_consistency(black_box(INDEX), SIZE, &tree));
    });
    group.bench_function("prove, ragged", |b| {
        b.iter(|| prove_consistency(black_box(INDEX), RAGGED, &tree));
    });
    group.bench_function("prove, tlog_tiles", |b| {
        b.iter(|| tlog::prove_tree(SIZE, black_box(INDEX), &go));
    });
    group.bench_function("verify", |b| {
        b.iter(|| consistency.verify(black_box(&old), black_box(&root)));
    });
    group.bench_function("verify, tlog_tiles", |b| {
        let proof = tlog::prove_tree(SIZE, INDEX, &go).unwrap();
        b.iter(|| {
            tlog::check_tree(&proof, SIZE, go_hash(root.hash()), black_box(INDEX), go_hash(old.hash()))
        });
    });
    group.finish();
    Ok(())
}

fn checkpoints(criterion: &mut Criterion) -> Result<()> {
    let seed = SecretBox::new(Box::new([7; 32]));
    let key = VerifierKey::log_from_seed("acme.example/audit", &seed)?;
    let checkpoint = Checkpoint::new("acme.example/audit", TreeRoot::EMPTY)?;
    let note = checkpoint.sign_with_seed(&key, &seed)?.to_string();
    let trust = Trust::in_log("acme.example/audit")?.key(key.clone())?;
    let mut group = criterion.benchmark_group("checkpoint");
    group.bench_function("sign", |b| {
        b.iter_batched(
            || checkpoint.clone(),
            |checkpoint| checkpoint.sign_with_seed(&key, &seed),
            BatchSize::SmallInput,
        );
    });
    group.bench_function("open", |b| {
        b.iter(|| trust.open(black_box(&note)));
    });
    group.finish();
    Ok(())
}

fn all(criterion: &mut Criterion) {
    append(criterion);
    proofs(criterion).expect("proofs");
    checkpoints(criterion).expect("checkpoints");
}

criterion_group!(benches, all);
criterion_main!(benches);
