//! The files of the browser side, embedded with their compressed forms.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use std::collections::BTreeMap;

use crate::site::Site;

struct Embedded {
    name: &'static str,
    plain: &'static [u8],
    gzip: Option<&'static [u8]>,
    brotli: Option<&'static [u8]>,
}

// `EMBEDDED`, sorted by name, and `MANIFEST`, which says what belongs together
include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// What every page loads, and what those of an area load besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The address of the script.
    pub script: String,
    /// The addresses of the style sheets.
    pub styles: Vec<String>,
    /// Scripts that it imports at once, to be fetched beside it.
    pub imports: Vec<String>,
    /// The addresses of the areas' style sheets, by the names of the areas.
    pub areas: BTreeMap<String, String>,
}

/// A file in Vite's manifest.
#[derive(Deserialize)]
struct Chunk {
    file: String,
    #[serde(default)]
    css: Vec<String>,
    #[serde(default)]
    imports: Vec<String>,
}

/// What every page loads.
pub(crate) fn entry() -> &'static Entry {
    static ENTRY: LazyLock<Entry> = LazyLock::new(|| {
        let chunks: BTreeMap<String, Chunk> = serde_json::from_str(MANIFEST)
            .expect("what Vite wrote is JSON of this form, as a test sees");
        let main = &chunks["src/main.ts"];
        let address = |file: &String| format!("/assets/{file}");
        let imported = main.imports.iter().filter_map(|name| chunks.get(name));
        let sheets = chunks.iter().filter_map(|(source, chunk)| {
            let (area, sheet) = source.strip_prefix("src/")?.split_once('/')?;
            (sheet.strip_suffix(".css") == Some(area))
                .then(|| (area.to_owned(), address(&chunk.file)))
        });
        Entry {
            areas: sheets.collect(),
            script: address(&main.file),
            styles: main.css.iter().map(address).collect(),
            imports: imported.map(|chunk| address(&chunk.file)).collect(),
        }
    });
    &ENTRY
}

pub(crate) fn router() -> Router<Site> {
    Router::new()
        .route("/assets/{*name}", get(asset))
        .route("/favicon.svg", get(favicon))
        .route("/favicon.ico", get(favicon))
        .route("/robots.txt", get(robots))
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let found = EMBEDDED.binary_search_by(|file| file.name.cmp(&name));
    let Ok(place) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let file = &EMBEDDED[place];
    // the name has a hash of the content
    let mut response = serve(file, &headers, "public, max-age=31536000, immutable");
    let accept = HeaderValue::from_static("accept-encoding");
    response.headers_mut().insert(VARY, accept);
    response
}

fn serve(file: &Embedded, headers: &HeaderMap, cache: &'static str) -> Response {
    let accepts = |encoding: &str| {
        let accepted = headers.get(ACCEPT_ENCODING);
        accepted
            .and_then(|accepted| accepted.to_str().ok())
            .is_some_and(|accepted| {
                accepted.split(',').any(|part| {
                    part.split(';')
                        .next()
                        .is_some_and(|name| name.trim() == encoding)
                })
            })
    };
    let (bytes, encoding) = match (file.brotli, file.gzip) {
        (Some(bytes), _) if accepts("br") => (bytes, Some("br")),
        (_, Some(bytes)) if accepts("gzip") => (bytes, Some("gzip")),
        _ => (file.plain, None),
    };
    let mut response = (
        [
            (CONTENT_TYPE, HeaderValue::from_static(kind(file.name))),
            (CACHE_CONTROL, HeaderValue::from_static(cache)),
            (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        ],
        bytes,
    )
        .into_response();
    if let Some(encoding) = encoding {
        let encoding = HeaderValue::from_static(encoding);
        response.headers_mut().insert(CONTENT_ENCODING, encoding);
    }
    response
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}

/// Tartan: threads that cross.
const FAVICON: &str = include_str!("../templates/parts/mark.svg");

async fn favicon() -> Response {
    let kind = (CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
    let cache = HeaderValue::from_static("public, max-age=86400");
    ([kind, (CACHE_CONTROL, cache)], FAVICON).into_response()
}

/// Everything may be found, but for what a crawler would never come to an end with.
async fn robots() -> Response {
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    let text = "User-agent: *\nDisallow: /api/\nDisallow: /events\nDisallow: /search\nDisallow: /preferences\n";
    ([(CONTENT_TYPE, kind)], text).into_response()
}
