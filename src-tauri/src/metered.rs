//! Whether the line to the internet is paid by volume, as far as the system tells.

/// Whether it is. Linux tells through NetworkManager; other systems are not asked, and count as not metered.
#[cfg(target_os = "linux")]
pub async fn is_metered() -> bool {
    networkmanager().await.is_ok_and(|state| METERED.contains(&state))
}

/// Whether it is. Linux tells through NetworkManager; other systems are not asked, and count as not metered.
#[cfg(not(target_os = "linux"))]
pub async fn is_metered() -> bool {
    false
}

/// "Yes" and "guessed to be" (NetworkManager D-Bus reference, `NMMetered`).
#[cfg(target_os = "linux")]
const METERED: [u32; 2] = [1, 3];

#[cfg(target_os = "linux")]
async fn networkmanager() -> zbus::Result<u32> {
    let name = "org.freedesktop.NetworkManager";
    let connection = zbus::Connection::system().await?;
    let manager = zbus::Proxy::new(&connection, name, "/org/freedesktop/NetworkManager", name).await?;
    manager.get_property("Metered").await
}
