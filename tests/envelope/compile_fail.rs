//! What must not compile: proofs and tasks that only the crate may make.

/// Needs the compiler that the `.stderr` files were written with: they are compared word for word.
#[test]
fn proofs_and_tasks_cannot_be_made_outside() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/envelope/compile_fail/*.rs");
}
