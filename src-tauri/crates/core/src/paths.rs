//! Where everything lies on disk. One data folder holds the library, the runs and the models.

use std::path::{Path, PathBuf};

/// The places the app uses. Window and terminal find the same ones.
#[derive(Debug, Clone)]
pub struct Paths {
    data: PathBuf,
    model_folders: Vec<PathBuf>,
}

impl Paths {
    /// From what the user and the environment say: `--data-dir`, else `IDIOLECT_DATA_DIR`, else the platform's data
    /// directory + `idiolect`. `extra_models` are the installer's resource folders, in which models are looked for too.
    pub fn discover(data_dir: Option<PathBuf>, extra_models: &[PathBuf]) -> Self {
        let env = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let data = data_dir
            .or_else(|| env("IDIOLECT_DATA_DIR"))
            .or_else(|| dirs::data_dir().map(|dir| dir.join("idiolect")))
            .unwrap_or_else(|| PathBuf::from("idiolect-data"));
        let program = std::env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_path_buf));
        let installed = [PathBuf::from("/usr/lib/Idiolect"), PathBuf::from("/usr/lib/Idiolect/models")];
        let mut model_folders: Vec<PathBuf> = env("IDIOLECT_MODELS").into_iter().chain(program).collect();
        model_folders.extend(extra_models.iter().cloned());
        model_folders.extend(installed);
        Paths { data, model_folders }
    }

    /// Everything under one folder; for tests.
    pub fn under(data: impl Into<PathBuf>) -> Self {
        Paths {
            data: data.into(),
            model_folders: std::env::var_os("IDIOLECT_MODELS").map(PathBuf::from).into_iter().collect(),
        }
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The library: one SQLite file.
    pub fn database(&self) -> PathBuf {
        self.data.join("library.db")
    }

    /// Where downloaded models are kept.
    pub fn models(&self) -> PathBuf {
        self.data.join("models")
    }

    /// The folder with everything a run leaves on disk.
    pub fn run(&self, id: impl std::fmt::Display) -> PathBuf {
        self.runs().join(id.to_string())
    }

    /// The file whose lock says which process owns a run.
    pub fn run_lock(&self, id: impl std::fmt::Display) -> PathBuf {
        self.runs().join(format!("{id}.lock"))
    }

    /// The folder of all runs.
    pub fn runs(&self) -> PathBuf {
        self.data.join("runs")
    }

    /// Where the adapters of versions lie.
    pub fn versions(&self) -> PathBuf {
        self.data.join("versions")
    }

    /// The first place that holds a model's file, in the order of `architecture.md`, "Names".
    pub fn find_model(&self, file: &str) -> Option<PathBuf> {
        let own = self.models();
        std::iter::once(&own).chain(&self.model_folders).map(|folder| folder.join(file)).find(|path| path.is_file())
    }
}
