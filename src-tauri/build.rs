//! Hands the window's configuration, icons and permissions to Tauri. Paths are relative to the repository's root,
//! where `Cargo.toml` and `tauri.conf.json` stand.

fn main() {
    // Files that are new in these folders are noticed only when the folders themselves are watched.
    println!("cargo:rerun-if-changed=ui/dist");
    println!("cargo:rerun-if-changed=src-tauri/capabilities");

    // Tauri refuses to compile when the interface's folder is missing; an empty one lets `cargo check` and the
    // tests of a fresh clone compile before `npm run build` has run.
    std::fs::create_dir_all("ui/dist").expect("the folder ui/dist can be created beside tauri.conf.json");

    let attributes = tauri_build::Attributes::new().capabilities_path_pattern("src-tauri/capabilities/**/*.json");
    tauri_build::try_build(attributes).expect("tauri.conf.json, the icons and the capabilities are valid");
}
