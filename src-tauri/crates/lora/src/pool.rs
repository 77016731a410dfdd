//! The threads that all tensor work runs on.
//!
//! An own pool rather than the process's global one: the application must stay responsive while it trains, so one
//! physical core is left alone. Results do not depend on the number of threads: work is cut by shape, never by
//! thread, and every sum has a fixed order.

use std::sync::{Arc, RwLock};

use rayon::{ThreadPool, ThreadPoolBuilder};

static POOL: RwLock<Option<Arc<ThreadPool>>> = RwLock::new(None);

/// Threads used unless [`set_threads`] says otherwise: the physical cores less one, at least one.
pub fn default_threads() -> usize {
    num_cpus::get_physical().saturating_sub(1).max(1)
}

/// Uses `n` threads (at least one) for everything that starts from now on, in all trainers and samplers.
pub fn set_threads(n: usize) {
    let pool = build(n.max(1));
    *POOL.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = pool;
}

/// Runs `work` inside the pool, and waits for it.
pub(crate) fn run<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    match current() {
        Some(pool) => pool.install(work),
        // A system that cannot start a thread gets rayon's global pool, which falls back to the calling thread.
        None => work(),
    }
}

fn current() -> Option<Arc<ThreadPool>> {
    if let Some(pool) = POOL.read().unwrap_or_else(|poisoned| poisoned.into_inner()).as_ref() {
        return Some(pool.clone());
    }
    let mut slot = POOL.write().unwrap_or_else(|poisoned| poisoned.into_inner());
    if slot.is_none() {
        *slot = build(default_threads());
    }
    slot.clone()
}

fn build(n: usize) -> Option<Arc<ThreadPool>> {
    ThreadPoolBuilder::new().num_threads(n).thread_name(|i| format!("lora-{i}")).build().ok().map(Arc::new)
}
