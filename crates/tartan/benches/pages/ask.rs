use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::Value;

/// How long an answer may take at all.
const PATIENCE: Duration = Duration::from_secs(60);

/// A site over HTTP.
pub(crate) struct Site {
    client: reqwest::Client,
    address: String,
}

/// How long a page took to its first byte, in milliseconds.
pub(crate) struct Taken {
    pub(crate) p50: f64,
    pub(crate) p95: f64,
    pub(crate) slowest: f64,
    /// What the page weighs, unpacked.
    pub(crate) kilobytes: f64,
}

impl Site {
    pub(crate) fn new(address: &str) -> Result<Site> {
        let client = tartan_mainchain::http::client([address])
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Site {
            client,
            address: address.to_owned(),
        })
    }

    /// Asks for a page so many times, one request after the other on a connection that stays, as a browser does.
    pub(crate) async fn ask(&self, path: &str, requests: usize) -> Result<Taken> {
        let mut times = Vec::with_capacity(requests);
        let mut bytes = 0;
        for _ in 0..requests {
            let request = self.client.get(format!("{}{path}", self.address));
            let begun = Instant::now();
            let answer = request.header("accept", "text/html").send().await?;
            times.push(begun.elapsed().as_secs_f64() * 1e3);
            let status = answer.status();
            let body = answer.bytes().await?;
            // a search with one hit leads there
            if !status.is_success() && !status.is_redirection() {
                bail!("expected the page, found {status}");
            }
            bytes = body.len();
        }
        times.sort_by(f64::total_cmp);
        // the smallest time within which so many of 100 answers began
        let within = |percent: usize| times[(times.len() * percent).div_ceil(100) - 1];
        Ok(Taken {
            p50: within(50),
            p95: within(95),
            slowest: within(100),
            kilobytes: bytes as f64 / 1e3,
        })
    }

    /// What an address answers to a program.
    pub(crate) async fn json(&self, path: &str) -> Result<Value> {
        let request = self.client.get(format!("{}{path}", self.address));
        let request = request.header("accept", "application/json");
        let text = request.send().await?.error_for_status()?.text().await?;
        Ok(serde_json::from_str(&text)?)
    }

    /// A page.
    pub(crate) async fn page(&self, path: &str) -> Result<String> {
        let request = self.client.get(format!("{}{path}", self.address));
        let answer = request.header("accept", "text/html").send().await?;
        Ok(answer.error_for_status()?.text().await?)
    }
}
