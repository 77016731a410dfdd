//! User stories through IPC and a real window.
