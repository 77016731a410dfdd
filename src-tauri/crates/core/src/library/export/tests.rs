use super::*;
use crate::blog;
use crate::library::tests::{at, library, open};
use crate::secrets::set_key;
use std::collections::BTreeMap;
use std::io::Read;
use tokio_util::sync::CancellationToken;

const KEY: &str = "tml-unmistakable-key";

fn unpack(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

#[tokio::test]
async fn everything_but_the_key_is_in_the_file() {
    let (_folder, core) = library();
    set_key(&core, KEY.into()).await.unwrap();
    let sample = blog::import_sample(&core, |_| {}, &CancellationToken::new()).await.unwrap();
    dataset::choose(&core, &dataset::PresetName::voice()).unwrap();
    let draft = draft::create(&core, "On \"boats\": a / b").unwrap();
    draft::save(&core, draft.id, &draft.title, "*Boats* float.", 1).unwrap();
    let adapter = core.paths.versions().join("v1");
    std::fs::create_dir_all(&adapter).unwrap();
    std::fs::write(adapter.join("adapter_model.safetensors"), [7; 1000]).unwrap();
    let out = tempfile::tempdir().unwrap();
    let to = out.path().join("everything.zip");
    std::fs::write(&to, "an older export").unwrap();

    export_everything(&core, &to).unwrap();

    let files = unpack(&to);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    for name in
        ["README.txt", "examples.jsonl", "library.db", "posts/posts.json", "settings.json", "versions/versions.json"]
    {
        assert!(names.contains(&name), "{name} is missing in {names:?}");
    }
    let posts = names.iter().filter(|name| name.starts_with("posts/") && name.ends_with(".md"));
    assert_eq!(posts.count(), sample.posts as usize);
    assert!(String::from_utf8_lossy(&files["examples.jsonl"]).lines().count() > 0);
    assert_eq!(files["versions/v1/adapter_model.safetensors"], [7; 1000]);
    let text = String::from_utf8(files["drafts/0001-on-boats-a-b.md"].clone()).unwrap();
    assert!(
        text.starts_with("---\ntitle: \"On \\\"boats\\\": a / b\"\n") && text.ends_with("*Boats* float.\n"),
        "{text}"
    );
    assert!(files.values().all(|bytes| !bytes.windows(KEY.len()).any(|at| at == KEY.as_bytes())));
    assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 1, "nothing else is left beside it");

    let copy = tempfile::tempdir().unwrap();
    std::fs::write(copy.path().join("library.db"), &files["library.db"]).unwrap();
    assert_eq!(draft::list(&open(copy.path(), at(0))).unwrap()[0].title, "On \"boats\": a / b");
}

#[test]
fn a_place_that_cannot_be_written_to_is_named() {
    let (folder, core) = library();
    for to in [folder.path().to_path_buf(), folder.path().join("none").join("x.zip")] {
        let error = export_everything(&core, &to).unwrap_err();
        assert_eq!(error.code, Code::BadInput);
        assert!(error.hint.is_some());
    }
}

#[test]
fn any_title_gives_a_name_that_any_disk_takes() {
    assert_eq!(file_name(7, "  A/B: \u{0}…? "), "0007-a-b");
    assert_eq!(file_name(7, "///"), "0007");
    assert_eq!(file_name(12, "Über Ärger"), "0012-über-ärger");
    assert!(file_name(1, &"漢字".repeat(200)).len() < 255);
}
