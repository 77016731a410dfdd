//! The engine through its public face. Most tests use a tiny random model that they write themselves; `real` uses
//! SmolLM2-135M from the folder in `IDIOLECT_MODELS`.

mod families;
mod formats;
mod gradient;
mod hostile;
mod persistence;
mod real;
mod real_gemma;
mod reference;
mod sampling;
mod stored;
mod tiny;
mod training;
