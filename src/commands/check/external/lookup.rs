//! Names of hosts to addresses, behind a guard: an address that only works inside an office is never asked, whatever
//! name it hides behind. The connection is made to the very addresses that were looked at, so that a second answer
//! of the name server cannot slip past.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};
use std::sync::mpsc;
use std::thread;

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use super::Network;

/// Addresses of one host that are tried at most.
const MOST: usize = 8;

/// Why a host has no address that may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoAddress {
    /// There is no such name.
    Unknown,
    /// The name server gave no answer this time.
    Unanswered,
    /// It only works inside an office.
    Inside,
}

impl fmt::Display for NoAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for NoAddress {}

impl Resolver for Network {
    fn resolve(&self, uri: &Uri, _: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let host = uri.host().unwrap_or_default().to_string();
        let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
        let refused = |why: NoAddress| Error::Io(io::Error::other(why));
        let lookup = self.lookup;
        let (answer, answered) = mpsc::sync_channel(1);
        // The system's own look-up knows no limit of time.
        let asked = thread::Builder::new().spawn(move || answer.send(lookup(&host, port)).ok());
        asked.map_err(Error::Io)?;
        let found = answered.recv_timeout(*timeout.after).map_err(|_| Error::Timeout(timeout.reason))?;
        let found = found.map_err(|fault| refused(reason(&fault)))?;
        if found.iter().any(|address| !(self.may_ask)(address.ip())) {
            return Err(refused(NoAddress::Inside));
        }
        let mut addresses = self.empty();
        found.into_iter().take(MOST).for_each(|address| addresses.push(address));
        if addresses.is_empty() { Err(refused(NoAddress::Unknown)) } else { Ok(addresses) }
    }
}

/// What the system's look-up meant; it says so only in words or by its number.
fn reason(fault: &io::Error) -> NoAddress {
    const WINDOWS_TRY_AGAIN: i32 = 11_002;
    let text = fault.to_string().to_ascii_lowercase();
    match text.contains("temporary") || text.contains("try again") || fault.raw_os_error() == Some(WINDOWS_TRY_AGAIN) {
        true => NoAddress::Unanswered,
        false => NoAddress::Unknown,
    }
}

/// Asks the system.
pub(super) fn system(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    Ok((host, port).to_socket_addrs()?.collect())
}

/// Whether the public can reach an address: none that a machine, an office or a carrier keeps for itself, that stands
/// for many, or that is set aside (IANA's registries of special-purpose addresses).
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let set_aside = matches!(
        (a, b, c),
        (0 | 10 | 127 | 240..=255, _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 168, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
            | (224..=239, _, _)
    );
    !set_aside
}

/// Only what is handed out to the public (2000::/3), and of that no documentation and no IPv4 address in disguise that
/// is not public itself.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        [0, 0, 0, 0, 0, 0xFFFF, high, low] | [0x64, 0xFF9B, 0, 0, 0, 0, high, low] => v4(high, low),
        [0x2002, high, low, ..] => v4(high, low),
        // Teredo, benchmarking, ORCHID and documentation.
        [0x2001, second, ..] if second < 0x200 || second == 0xDB8 => false,
        [0x3FFF, second, ..] if second < 0x1000 => false,
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_are_asked() {
        for inside in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "192.0.2.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::1",
            "2001::1",
            "2001:db8::1",
            "fc00::1",
            "fe80::1",
            "ff02::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for public in
            ["1.2.4.8", "172.32.0.1", "100.128.0.1", "192.0.1.1", "2400:3200::1", "::ffff:1.2.4.8", "2001:250::1"]
        {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }
}
