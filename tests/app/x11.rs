//! What only a window manager does: asking a window to close, as the cross in its corner would.

use std::time::{Duration, Instant};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, Window};
use x11rb::rust_connection::RustConnection;

/// Asks the app's window to close (ICCCM, section 4.2.8.1). There is no window manager on the tests' screen.
pub fn ask_to_close() {
    let (x, screen) = x11rb::connect(None).unwrap();
    let root = x.setup().roots[screen].root;
    let until = Instant::now() + Duration::from_secs(10);
    let window = loop {
        if let Some(window) = find(&x, root) {
            break window;
        }
        assert!(Instant::now() < until, "the screen shows no window of the app");
    };
    let [protocols, delete] = [b"WM_PROTOCOLS".as_slice(), b"WM_DELETE_WINDOW"]
        .map(|name| x.intern_atom(false, name).unwrap().reply().unwrap().atom);
    let message = ClientMessageEvent::new(32, window, protocols, [delete, 0, 0, 0, 0]);
    x.send_event(false, window, EventMask::NO_EVENT, message).unwrap();
    // An answer means that the message was taken too; a connection that closes earlier may take it along.
    x.get_input_focus().unwrap().reply().unwrap();
}

/// Whether the screen shows a window of the app.
pub fn is_shown() -> bool {
    let (x, screen) = x11rb::connect(None).unwrap();
    find(&x, x.setup().roots[screen].root).is_some()
}

/// The visible window with the app's name.
fn find(x: &RustConnection, root: Window) -> Option<Window> {
    use x11rb::protocol::xproto::MapState;
    let children = x.query_tree(root).ok()?.reply().ok()?.children;
    children.into_iter().find(|&window| {
        let name =
            x.get_property(false, window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 64).ok().and_then(|c| c.reply().ok());
        let shown = x.get_window_attributes(window).ok().and_then(|c| c.reply().ok());
        name.is_some_and(|name| name.value == b"Idiolect")
            && shown.is_some_and(|facts| facts.map_state == MapState::VIEWABLE)
    })
}
