//! An AI helpdesk product with its customers' secrets in a real SQLite file: one day of its life,
//! and at the end its security page, with the evidence for each sentence.
//!
//! ```sh
//! cargo run --example helpdesk            # a file beside the program
//! cargo run --example helpdesk -- my.db   # a file of your choice
//! ```
//!
//! Run it again: it goes on with the same file. One customer (`acme`) stays; in each run a new one
//! (`initech-1`, `initech-2`...) signs up and leaves.
//!
//! The files in the order in which things happen: [`database`] has the schema, [`secret_store`] the
//! key-encryption key, [`keys`] the keys of each tenant, [`tenants`] signing up, [`credentials`],
//! [`contacts`], [`tickets`] and [`export`] the data, [`rotation`] new keys, [`shredding`] the end of a
//! tenant, [`page`] the table.

mod contacts;
mod credentials;
mod database;
mod export;
mod keys;
mod page;
mod rotation;
mod secret_store;
mod shredding;
mod tenants;
mod tickets;

use std::env;
use std::path::PathBuf;

use keys::Keys;
use page::Page;
use ringfence::TenantId;
use secret_store::SecretStore;

/// Errors of the database, of the crate and of a claim that does not hold all end the program.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let path = match env::args_os().nth(1) {
        Some(path) => PathBuf::from(path),
        None => env::current_exe()?.with_extension("sqlite3"),
    };
    let mut db = database::open(&path)?;
    let run = database::begin_run(&db)?;
    let mut secrets = path.clone().into_os_string();
    secrets.push(".secrets");
    let store = SecretStore::open(secrets.into())?;
    let mut keys = Keys::new(store.key_wrap()?);
    println!("Run {run}\n  database      {}\n  secret store  {}\n", path.display(), store.display());

    // Two tenants: one that stays for ever, one that signs up today and leaves tonight.
    let acme = TenantId::new("acme")?;
    let initech = TenantId::new(format!("initech-{run}"))?;
    for tenant in [&acme, &initech] {
        let known = tenants::exists(&db, tenant)?;
        if !known {
            tenants::sign_up(&mut db, &mut keys, tenant)?;
        }
        let came = if known { "is back from an earlier run" } else { "has signed up" };
        println!("{tenant} {came}; {} data key(s)", keys::rows(&db, tenant)?.len());
    }

    let mut page = Page::default();

    // What the page says about any hour of the day...
    page.add(credentials::are_sealed(&db, &mut keys, &[&acme, &initech])?);
    page.add(keys::belong_to_one_tenant(&mut db, &store, &acme, &initech)?);
    page.add(credentials::are_bound_to_their_place(&mut db, &mut keys, &acme, &initech)?);
    page.add(contacts::are_found_by_email(&db, &mut keys, &acme, &initech)?);
    page.add(export::is_sealed(&mut db, &mut keys, &acme, &initech)?);
    page.add(keys.are_held_for_minutes()?);

    // ...about a change of keys...
    page.add(rotation::of_the_data_key(&mut db, &mut keys, &acme)?);
    let (sentence, mut keys) = rotation::of_the_kek(&mut db, &store, keys)?;
    page.add(sentence);

    // ...and about the end of a contract.
    export::create(&mut db, &mut keys, &initech)?;
    page.add(shredding::destroys_everything(&mut db, &mut keys, &initech)?);
    page.add(shredding::spares_the_others(&db, &mut keys, &acme)?);
    page.add(shredding::lasts(&db, &mut keys)?);

    println!("\n{page}");
    Ok(())
}
