//! What all HTTP clients have in common, those of main-chain nodes and others: TLS, and answers that are bounded.

use reqwest::{Client, ClientBuilder, Response};

/// Why an answer was not read to its end.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// It is larger than so many bytes.
    #[error("expected at most {0} bytes, found more")]
    TooLarge(usize),
    /// It broke off, or is not packed as it says.
    #[error(transparent)]
    Broken(#[from] reqwest::Error),
}

/// What a client of these addresses is built from. Unless one of them is `https`, it does without CA certificates.
pub fn client<'a>(addresses: impl IntoIterator<Item = &'a str>) -> ClientBuilder {
    // process wide; whoever was first has decided, which is fine: any will do
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    match addresses.into_iter().any(is_https) {
        true => Client::builder(),
        // do not insist on the system having CA certificates
        false => Client::builder().tls_certs_only([]),
    }
}

fn is_https(address: &str) -> bool {
    let scheme = address.trim_start().split(':').next();
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"))
}

/// The body of an answer, if it has at most so many bytes, unpacked.
///
/// # Errors
/// When it has more, or breaks off.
pub async fn body(mut answer: Response, most: usize) -> Result<Vec<u8>, BodyError> {
    let expected = usize::try_from(answer.content_length().unwrap_or(0)).unwrap_or(usize::MAX);
    if expected > most {
        return Err(BodyError::TooLarge(most));
    }
    let mut body = Vec::with_capacity(expected.min(1 << 20));
    while let Some(chunk) = answer.chunk().await? {
        if body.len() + chunk.len() > most {
            return Err(BodyError::TooLarge(most));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::is_https;

    #[test]
    fn addresses_with_tls_are_known_however_they_are_spelled() {
        for secure in [
            "https://node.example",
            "HTTPS://node.example",
            " https://node.example",
        ] {
            assert!(is_https(secure), "{secure}");
        }
        for plain in [
            "http://node.example",
            "http://https",
            "node.example",
            "",
            "httpsx://node.example",
        ] {
            assert!(!is_https(plain), "{plain}");
        }
    }
}
