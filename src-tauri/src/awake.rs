//! Keeps the computer awake while it trains, if the author wants that.

use idiolect_core::{Core, settings, training};

/// Holds the computer awake as long as there is reason to.
#[derive(Default)]
pub struct Awake(Option<keepawake::KeepAwake>);

impl Awake {
    /// Begins or ends holding it awake, as runs and settings say now.
    pub fn follow(&mut self, core: &Core) {
        let trains = training::active_in_this_process(core).is_some();
        let wanted = trains && settings::load(&core.db).is_ok_and(|settings| settings.keep_awake);
        match (wanted, self.0.is_some()) {
            (true, false) => self.0 = hold(),
            (false, true) => self.0 = None,
            _ => {}
        }
    }
}

fn hold() -> Option<keepawake::KeepAwake> {
    let held = keepawake::Builder::default().idle(true).sleep(true).reason("Training").app_name("Idiolect").create();
    // Some systems have nobody to ask; training goes on all the same.
    held.inspect_err(|error| tracing::warn!(%error, "the computer cannot be kept awake")).ok()
}
