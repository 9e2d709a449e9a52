//! Becoming a witness, and ceasing to be one.

use std::net::IpAddr;

use tartan_document::{Decimal128, Value};
use tartan_runtime::{ActionResult, Context, OrFail, Payload, ensure};
use tartan_state::Scan;

use super::Witnesses;
use super::tables::{Params, Witness};
use super::weights::{add_to_enabled, of_row};
use crate::checks::given;

/// Characters of a public key in text.
const KEY_LENGTH: usize = 53;

/// Where the node of a witness is found.
enum Host {
    Domain(String),
    Address(String),
}

/// What a witness says of itself.
struct Registration {
    host: Host,
    rpc_port: u16,
    p2p_port: u16,
    signing_key: String,
    enabled: bool,
}

impl Registration {
    fn read(payload: Payload<'_>) -> ActionResult<Registration> {
        let domain = given(payload.0, "domain");
        let address = given(payload.0, "IP");
        let host = match (domain, address) {
            (None, None) => None.or_fail("neither domain nor ip provided")?,
            (Some(_), Some(_)) => None.or_fail("both domain and ip provided")?,
            (Some(domain), None) => {
                let domain = domain.as_str().filter(|domain| is_domain(domain));
                Host::Domain(domain.or_fail("domain is invalid")?.to_string())
            }
            (None, Some(address)) => {
                let address = address.as_str().filter(|ip| ip.parse::<IpAddr>().is_ok());
                Host::Address(address.or_fail("IP is invalid")?.to_string())
            }
        };
        let rpc_port = port(payload, "RPCPort");
        let rpc_port = rpc_port.or_fail("RPCPort must be an integer between 0 and 65535")?;
        let p2p_port = port(payload, "P2PPort");
        let p2p_port = p2p_port.or_fail("P2PPort must be an integer between 0 and 65535")?;
        let key = payload.get("signingKey").and_then(Value::as_str);
        let key = key.filter(|key| key.len() == KEY_LENGTH);
        let key = key.filter(|key| key.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let signing_key = key.or_fail("invalid signing key")?.to_string();
        let enabled = match payload.get("enabled") {
            Some(Value::Bool(enabled)) => Some(*enabled),
            _ => None,
        };
        Ok(Registration {
            host,
            rpc_port,
            p2p_port,
            signing_key,
            enabled: enabled.or_fail("enabled must be a boolean")?,
        })
    }

    /// Puts it into the row of the witness.
    fn apply(self, witness: &mut Witness) {
        (witness.domain, witness.ip) = match self.host {
            Host::Domain(domain) => (Some(domain), None),
            Host::Address(address) => (None, Some(address)),
        };
        witness.rpc_port = self.rpc_port;
        witness.p2p_port = self.p2p_port;
        witness.signing_key = self.signing_key;
        witness.enabled = self.enabled;
    }
}

impl Witnesses {
    /// `register {domain or IP, RPCPort, P2PPort, signingKey, enabled}`.
    pub(super) fn register(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        ensure!(ctx.is_active(), "active key required");
        let registration = Registration::read(payload)?;
        let sender = ctx.sender();
        check_unused(ctx, &registration, &sender)?;

        let Some(mut witness) = ctx.rows::<Witness>().get(&[&sender])? else {
            let mut witness = new_witness(&sender);
            registration.apply(&mut witness);
            ctx.rows::<Witness>().insert(witness)?;
            return Ok(());
        };
        let was_enabled = witness.enabled;
        registration.apply(&mut witness);
        ctx.rows::<Witness>().update(&witness)?;
        if witness.enabled == was_enabled {
            return Ok(());
        }
        let weight = of_row(witness.approval_weight);
        let change = if was_enabled {
            weight.negated()
        } else {
            weight
        };
        let precision = self.voting_token(ctx)?.precision;
        let mut params = ctx.rows::<Params>().single()?;
        add_to_enabled(&mut params, &change, precision)?;
        ctx.rows::<Params>().update(&params)
    }
}

/// Refuses a key or a place that another witness has.
fn check_unused(ctx: &mut Context<'_>, registration: &Registration, sender: &str) -> ActionResult {
    let key = Scan::of("bySigningKey").equal(registration.signing_key.as_str());
    ensure!(
        !is_used(ctx, key, sender)?,
        "a witness is already using this signing key"
    );
    let port = registration.p2p_port;
    let (scan, message) = match &registration.host {
        Host::Domain(domain) => (
            Scan::of("byDomain").equal(domain.as_str()),
            "a witness is already using this domain/Port",
        ),
        Host::Address(address) => (
            Scan::of("byAddress").equal(address.as_str()),
            "a witness is already using this IP/Port",
        ),
    };
    ensure!(!is_used(ctx, scan.equal(f64::from(port)), sender)?, message);
    Ok(())
}

/// Whether another witness is found by this scan.
fn is_used(ctx: &mut Context<'_>, scan: Scan<'_>, sender: &str) -> ActionResult<bool> {
    let witnesses = ctx.rows::<Witness>().scan(scan.limit(2))?;
    Ok(witnesses.iter().any(|witness| witness.account != sender))
}

fn new_witness(account: &str) -> Witness {
    Witness {
        account: account.to_string(),
        approval_weight: Decimal128::ZERO,
        signing_key: String::new(),
        rpc_port: 0,
        p2p_port: 0,
        enabled: false,
        missed_rounds: 0,
        missed_rounds_in_a_row: 0,
        verified_rounds: 0,
        last_round_verified: None,
        last_block_verified: None,
        ip: None,
        domain: None,
    }
}

/// A port: any but 0, which the words of the error allow and the contract never did.
fn port(payload: Payload<'_>, key: &str) -> Option<u16> {
    let port = u16::try_from(payload.integer(key)?).ok()?;
    (port > 0).then_some(port)
}

/// Whether this is a domain name below a top-level domain: RFC 1123, with a top-level domain of letters or in the form of
/// RFC 5890.
fn is_domain(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let Some((_, top)) = name.rsplit_once('.') else {
        return false;
    };
    let letters = top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic());
    let encoded = top.len() > 4 && top.as_bytes()[..4].eq_ignore_ascii_case(b"xn--");
    name.len() <= 253 && (letters || encoded) && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::is_domain;

    #[test]
    fn domains() {
        for good in ["example.com", "a.b-c.EXAMPLE", "1.2.de", "x.xn--p1ai"] {
            assert!(is_domain(good), "{good}");
        }
        let long = format!("{}com", "abc.".repeat(63));
        let label = format!("{}.com", "a".repeat(64));
        for bad in [
            "",
            ".",
            "lol",
            "example_",
            "example.com.",
            "example.com/",
            "-a.com",
            "a-.com",
            "a..com",
            "a.c",
            "a.12",
            "b\u{fc}cher.de",
            "https://example.com",
            "a.xn--",
            "a b.com",
            &long,
            &label,
        ] {
            assert!(!is_domain(bad), "{bad}");
        }
        assert!(is_domain(&long[4..]));
    }
}
