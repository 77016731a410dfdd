use super::*;
use crate::draft;
use crate::library::tests::{at, library, open};
use crate::secrets::{KeyStatus, key_status, set_key};
use crate::{blog, dataset, hosts, settings};
use tokio_util::sync::CancellationToken;

fn rows(core: &Core) -> Vec<(String, u32)> {
    core.db
        .read(|connection| {
            let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
            let names: Vec<String> =
                connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            names
                .into_iter()
                .map(|name| {
                    let count =
                        connection.query_row(&format!("SELECT count(*) FROM \"{name}\""), [], |row| row.get(0))?;
                    Ok((name, count))
                })
                .collect()
        })
        .unwrap()
}

fn schema(core: &Core) -> Vec<String> {
    let sql = "SELECT name || ': ' || coalesce(sql, '') FROM sqlite_schema ORDER BY name";
    let read =
        |c: &Connection| Ok(c.prepare(sql)?.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<Vec<_>>>()?);
    core.db.read(read).unwrap()
}

async fn fill(core: &Core) {
    blog::import_sample(core, |_| {}, &CancellationToken::new()).await.unwrap();
    dataset::choose(core, &dataset::PresetName::voice()).unwrap();
    let draft = draft::create(core, "A secret thought").unwrap();
    draft::save(core, draft.id, "A secret thought", "unmistakable words", 1).unwrap();
    draft::save(core, draft.id, "A secret thought", "unmistakable words, more", 2).unwrap();
    hosts::asked(core, "blog.example", "Posts").unwrap();
    settings::put(&core.db, "training.speed", &1.5).unwrap();
    for folder in [core.paths.run(1), core.paths.versions().join("v1"), core.paths.models()] {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("file"), "unmistakable").unwrap();
    }
    std::fs::write(core.paths.run_lock(1), "").unwrap();
    std::fs::write(core.paths.data().join("library.db.backup-1"), "unmistakable").unwrap();
}

#[tokio::test]
async fn everything_goes_and_the_library_is_as_new() {
    let (folder, core) = library();
    let (new, as_new) = (rows(&core), schema(&core));
    fill(&core).await;
    set_key(&core, "tml-key".into()).await.unwrap();
    let other_window = open(folder.path(), at(1));
    assert_eq!(draft::list(&other_window).unwrap().len(), 1);

    delete_everything(&core, "delete").await.unwrap();

    assert_eq!((rows(&core), schema(&core)), (new, as_new));
    assert_eq!(key_status(&core).await.unwrap(), KeyStatus::Missing);
    assert!(draft::list(&other_window).unwrap().is_empty());
    drop(other_window);
    for entry in walk(folder.path()) {
        let bytes = std::fs::read(&entry).unwrap();
        assert!(!bytes.windows(12).any(|at| at == b"unmistakable"), "a trace is left in {}", entry.display());
    }
    let draft = draft::create(&core, "").unwrap();
    draft::save(&core, draft.id, "", "the app goes on", 1).unwrap();
    let again = blog::import_sample(&core, |_| {}, &CancellationToken::new()).await.unwrap();
    assert!(again.new > 0 && again.unchanged == 0, "the blog is new to the library");
    let enforced: u32 = core.db.read(|c| Ok(c.query_row("PRAGMA foreign_keys", [], |row| row.get(0))?)).unwrap();
    assert_eq!(enforced, 1, "foreign keys are enforced again");
}

#[tokio::test]
async fn nothing_goes_without_the_word() {
    let (_folder, core) = library();
    fill(&core).await;
    let before = rows(&core);
    for word in ["", "yes", "Delete", "delete everything"] {
        assert_eq!(delete_everything(&core, word).await.unwrap_err().code, Code::BadInput);
    }
    assert_eq!(rows(&core), before);
    assert!(core.paths.versions().join("v1/file").exists());
}

#[tokio::test]
async fn nothing_goes_while_a_run_is_held() {
    let (_folder, core) = library();
    fill(&core).await;
    let before = rows(&core);
    let lock = File::open(core.paths.run_lock(1)).unwrap();
    lock.lock().unwrap();
    assert_eq!(delete_everything(&core, "delete").await.unwrap_err().code, Code::RunActive);
    assert_eq!(rows(&core), before);
    drop(lock);
    delete_everything(&core, " delete\n").await.unwrap();
    assert!(!core.paths.runs().exists());
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}
