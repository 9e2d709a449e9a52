//! One HTTP POST: bytes out, status and bytes in, everything bounded.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};

use crate::config::ClientConfig;
use crate::error::{Error, NodeError};
use crate::http::{self, BodyError};
use crate::response::excerpt;

/// Idle connections kept open to each node.
const IDLE_CONNECTIONS: usize = 32;

/// The HTTP side of all nodes: connections are kept alive and shared by the requests to a node.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    http: Client,
    max_bytes: usize,
}

/// A complete answer with status 200, or an error answer that carries JSON.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Bytes,
}

impl Transport {
    pub(crate) fn new(config: &ClientConfig, urls: &[Url]) -> Result<Transport, Error> {
        let http = http::client(urls.iter().map(Url::as_str))
            .user_agent(concat!("tartan/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(config.connect_timeout)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .pool_idle_timeout(Duration::from_secs(30))
            .tcp_nodelay(true)
            // A redirected POST would turn into a GET; a node that moved is a matter of configuration.
            .redirect(Policy::none())
            .gzip(true);
        let http = http.build().map_err(|error| {
            Error::Config(format!(
                "expected a usable http client and the system's CA certificates, found: {}",
                chain_of(&error)
            ))
        })?;
        Ok(Transport {
            http,
            max_bytes: config.max_response_bytes,
        })
    }

    /// Sends `body` and reads the whole answer within `timeout`.
    pub(crate) async fn post(
        &self,
        url: &Url,
        body: Bytes,
        timeout: Duration,
    ) -> Result<Reply, NodeError> {
        tokio::time::timeout(timeout, self.exchange(url, body))
            .await
            .unwrap_or(Err(NodeError::Timeout(timeout)))
    }

    async fn exchange(&self, url: &Url, body: Bytes) -> Result<Reply, NodeError> {
        let response = self
            .http
            .post(url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json")
            .body(body)
            .send()
            .await
            .map_err(|error| node_error(&error))?;
        let status = response.status().as_u16();
        let content_type = header(&response, CONTENT_TYPE);
        let retry_after = header(&response, RETRY_AFTER).and_then(|value| retry_after(&value));
        let location = header(&response, reqwest::header::LOCATION);
        let body = self.read(response).await?;
        if !(200..300).contains(&status) && !looks_like_json(&body) {
            let excerpt = match location {
                Some(location) => format!("moved to {}", excerpt(location.as_bytes())),
                None => excerpt(&body),
            };
            return Err(NodeError::Status {
                status,
                retry_after,
                excerpt,
            });
        }
        Ok(Reply {
            status,
            content_type,
            retry_after,
            body,
        })
    }

    async fn read(&self, response: Response) -> Result<Bytes, NodeError> {
        match http::body(response, self.max_bytes).await {
            Ok(body) => Ok(body.into()),
            Err(BodyError::TooLarge(most)) => Err(NodeError::TooLarge(most)),
            Err(BodyError::Broken(error)) => Err(node_error(&error)),
        }
    }
}

fn looks_like_json(body: &[u8]) -> bool {
    matches!(body.trim_ascii_start().first(), Some(b'{' | b'['))
}

fn header(response: &Response, name: reqwest::header::HeaderName) -> Option<String> {
    let value = response.headers().get(name)?;
    Some(excerpt(value.as_bytes()))
}

/// `Retry-After` in seconds. The other form, a date, is rare and needs both clocks right: a minute does for it.
fn retry_after(value: &str) -> Option<Duration> {
    match value.trim().parse::<u32>() {
        Ok(seconds) => Some(Duration::from_secs(u64::from(seconds))),
        Err(_) => value.contains("GMT").then_some(Duration::from_secs(60)),
    }
}

fn node_error(error: &reqwest::Error) -> NodeError {
    let text = chain_of(error);
    if error.is_connect() || error.is_builder() {
        NodeError::Connect(text)
    } else {
        NodeError::Connection(text)
    }
}

/// The causes of an error, without the URL, which may hold credentials.
fn chain_of(error: &reqwest::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let text = cause.to_string();
        if parts.iter().all(|part| !part.contains(&text)) {
            parts.push(text);
        }
        source = cause.source();
    }
    if parts.is_empty() {
        let kind = if error.is_decode() {
            "the answer cannot be decoded"
        } else {
            "request failed"
        };
        return kind.to_owned();
    }
    parts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_forms() {
        assert_eq!(retry_after("7"), Some(Duration::from_secs(7)));
        assert_eq!(retry_after(" 120 "), Some(Duration::from_secs(120)));
        assert_eq!(
            retry_after("Sat, 07 Nov 2020 19:26:15 GMT"),
            Some(Duration::from_secs(60))
        );
        for nonsense in ["", "-1", "soon", "99999999999999"] {
            assert_eq!(retry_after(nonsense), None, "{nonsense}");
        }
    }
}
