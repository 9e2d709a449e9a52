//! How much each client may have relayed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::convert::Infallible;

use super::problem::Problem;

/// Where proxies say for whom they ask.
const FORWARDED: &str = "x-forwarded-for";
/// After so many relays those are forgotten that were not heard of lately.
const FORGET: u32 = 1_000;

/// How much each client may have relayed. Clones count together.
#[derive(Clone)]
pub(super) struct Clients {
    limiter: Arc<DefaultKeyedRateLimiter<IpAddr>>,
    relays: Arc<AtomicU32>,
}

impl Clients {
    /// So much in a minute, at once or one after the other.
    pub(super) fn new(relays_per_minute: u32) -> Clients {
        let quota = NonZeroU32::new(relays_per_minute).unwrap_or(NonZeroU32::MIN);
        Clients {
            limiter: Arc::new(RateLimiter::keyed(Quota::per_minute(quota))),
            relays: Arc::default(),
        }
    }

    /// Counts one more of a client, or says how long it has to wait.
    pub(super) fn admit(&self, client: Client) -> Result<(), Problem> {
        if self.relays.fetch_add(1, Ordering::Relaxed) % FORGET == FORGET - 1 {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(&client.0).map_err(|not_yet| {
            let wait = not_yet.wait_time_from(DefaultClock::default().now());
            Problem::too_many(wait.as_secs() + 1)
        })
    }
}

/// Who is counted as one: an IPv4 address, or a network of IPv6 addresses such as every customer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Client(IpAddr);

impl Client {
    /// Who asks from an address. A proxy on this machine is believed for whom it asks; others could say anything.
    fn of(peer: Option<IpAddr>, headers: &HeaderMap) -> Client {
        let peer = peer.unwrap_or(Ipv4Addr::LOCALHOST.into()).to_canonical();
        let forwarded = || {
            let line = headers.get_all(FORWARDED).iter().next_back()?;
            // each proxy adds whom it was asked by: the last one is what ours saw
            let last = line.to_str().ok()?.rsplit(',').next()?.trim();
            last.parse::<IpAddr>().ok()
        };
        let address = match peer.is_loopback() {
            true => forwarded().unwrap_or(peer),
            false => peer,
        };
        Client(match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
            address => address,
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Client, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Client::of(peer.map(|peer| peer.0.ip()), &parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[track_caller]
    fn check(peer: &str, forwarded: &[&'static str], expected: &str) {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(FORWARDED, HeaderValue::from_static(line));
        }
        let found = Client::of(Some(peer.parse().unwrap()), &headers);
        assert_eq!(found, Client(expected.parse().unwrap()));
    }

    #[test]
    fn only_a_proxy_on_this_machine_is_believed() {
        check("203.0.113.9", &[], "203.0.113.9");
        check("203.0.113.9", &["198.51.100.1"], "203.0.113.9");
        check("127.0.0.1", &["198.51.100.1"], "198.51.100.1");
        // what the client itself has said comes first
        check("127.0.0.1", &["1.1.1.1, 198.51.100.1"], "198.51.100.1");
        check("::1", &["1.1.1.1", "198.51.100.1"], "198.51.100.1");
        check("127.0.0.1", &["unknown"], "127.0.0.1");
        check("::ffff:203.0.113.9", &[], "203.0.113.9");
        check("2001:db8:1:2:3:4:5:6", &[], "2001:db8:1:2::");
    }
}
