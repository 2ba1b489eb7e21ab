//! A receipt comes from `Shredding::executed`.

use ringfence::envelope::Receipt;

fn change(receipt: &mut Receipt) {
    receipt.keys.clear();
}

fn main() {}
