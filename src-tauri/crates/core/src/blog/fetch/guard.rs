//! Which addresses may be asked. A feed or a redirect is written by someone else: it must not make this app
//! talk to the author's router, to other programs on this computer, or to a machine in the same office.

use std::error::Error as StdError;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::{FetchError, host_of};

/// Judges addresses and, as the client's resolver, what their names stand for.
pub(super) struct Guard {
    /// The host the author typed, which may lie anywhere.
    trusted: Option<String>,
}

/// A name that stands only for addresses we do not ask.
#[derive(Debug)]
struct PrivateName;

impl std::fmt::Display for PrivateName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the name stands for an address in a private network")
    }
}

impl StdError for PrivateName {}

impl Guard {
    pub(super) fn trusting(typed: &Url) -> Self {
        Self { trusted: typed.host_str().map(str::to_ascii_lowercase) }
    }

    fn trusts(&self, host: &str) -> bool {
        self.trusted.as_deref().is_some_and(|trusted| trusted.eq_ignore_ascii_case(host))
    }

    /// Refuses what is no web address, and numbers that stand for a place inside.
    pub(super) fn check(&self, url: &Url) -> Result<(), FetchError> {
        let bad = |why| Err(FetchError::BadAddress { address: url.to_string(), why });
        if !matches!(url.scheme(), "http" | "https") {
            return bad("it is not a web address");
        }
        let inside = match url.host() {
            None => return bad("it names no site"),
            Some(Host::Ipv4(ip)) => is_inside(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => is_inside(IpAddr::V6(ip)),
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        };
        if inside && !self.trusts(url.host_str().unwrap_or_default()) {
            return bad("it leads into a private network");
        }
        Ok(())
    }

    /// Tells a name that we would not follow from a host that did not answer.
    pub(super) fn explain(&self, url: &Url, error: &reqwest::Error) -> FetchError {
        let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
        while let Some(inner) = cause {
            if inner.is::<PrivateName>() {
                return FetchError::BadAddress { address: host_of(url), why: "it leads into a private network" };
            }
            cause = inner.source();
        }
        FetchError::no_answer(url, error)
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let trusted = self.trusts(&host);
        Box::pin(async move {
            let found = tokio::task::spawn_blocking(move || (host.as_str(), 0).to_socket_addrs()).await??;
            let all: Vec<SocketAddr> = found.collect();
            let allowed: Vec<SocketAddr> = all.iter().copied().filter(|at| trusted || !is_inside(at.ip())).collect();
            if allowed.is_empty() && !all.is_empty() {
                return Err(Box::new(PrivateName) as Box<dyn StdError + Send + Sync>);
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Addresses of this computer, of the local network, and those that stand for no single machine.
fn is_inside(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_inside_v4(ip),
        IpAddr::V6(ip) => is_inside_v6(ip),
    }
}

fn is_inside_v4(ip: Ipv4Addr) -> bool {
    let [a, b, ..] = ip.octets();
    ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || ip.is_unspecified()
        || ip.is_broadcast()
        || ip.is_multicast()
        || a == 0
        // Shared by a provider's customers.
        || (a == 100 && (64..128).contains(&b))
        // Benchmarks, and the reserved end of the range.
        || (a == 198 && (b == 18 || b == 19))
        || a >= 240
}

fn is_inside_v6(ip: Ipv6Addr) -> bool {
    if let Some(v4) = ip.to_ipv4_mapped() {
        return is_inside_v4(v4);
    }
    let first = ip.segments()[0];
    ip.is_loopback()
        || ip.is_unspecified()
        || ip.is_multicast()
        // Local to a site, local to a link.
        || (first & 0xfe00) == 0xfc00
        || (first & 0xffc0) == 0xfe80
        // An IPv4 address in another coat: translated, and tunnelled.
        || (first == 0x64 && ip.segments()[1] == 0xff9b)
        || first == 0x2002
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_inside_are_known() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "172.16.9.9",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.1.1",
            "::1",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
        ] {
            assert!(is_inside(inside.parse().expect("an address")), "{inside}");
        }
        for outside in ["93.184.216.34", "100.128.0.1", "172.32.0.1", "2606:2800:220:1::1"] {
            assert!(!is_inside(outside.parse().expect("an address")), "{outside}");
        }
    }

    #[test]
    fn only_the_typed_host_may_lie_inside() {
        let typed = Url::parse("http://127.0.0.1:4000/blog").expect("an address");
        let guard = Guard::trusting(&typed);
        assert!(guard.check(&typed).is_ok());
        for refused in
            ["http://127.0.0.2/", "http://localhost/", "http://[::1]/", "http://2130706433.0x7f.1/", "ftp://127.0.0.1/"]
        {
            let Ok(url) = Url::parse(refused) else { continue };
            assert!(guard.check(&url).is_err(), "{refused}");
        }
        assert!(guard.check(&Url::parse("https://blog.example/").expect("an address")).is_ok());
    }
}
