//! The engine through its public face. Most tests use a tiny random model that they write themselves; `real` uses
//! SmolLM2-135M from the folder in `IDIOLECT_MODELS`.

mod formats;
mod gradient;
mod families;
mod hostile;
mod persistence;
mod real;
mod reference;
mod sampling;
mod stored;
mod tiny;
mod training;
