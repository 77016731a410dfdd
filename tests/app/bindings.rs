//! The interface's TypeScript is written from the Rust commands; it must never be stale.

use std::path::Path;

#[test]
fn the_bindings_are_those_of_the_commands() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/ipc/bindings.ts");
    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        idiolect_lib::ipc::write_bindings(&committed).unwrap();
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let fresh = folder.path().join("bindings.ts");
    idiolect_lib::ipc::write_bindings(&fresh).unwrap();
    let same = std::fs::read_to_string(&fresh).unwrap() == std::fs::read_to_string(&committed).unwrap();
    assert!(same, "ui/src/ipc/bindings.ts is stale: run `UPDATE_BINDINGS=1 cargo test --test app bindings`");
}
