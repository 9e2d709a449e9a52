//! What every page knows of its request.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE};
use axum::http::request::Parts;
use std::convert::Infallible;
use std::sync::Arc;

use tartan_chain::Network;
use tartan_chain::network::Flavor;
use tartan_graphene::AccountName;
use tartan_rpc::{SyncState, SyncStatus};

use crate::assets::{self, Entry};
use crate::site::Site;
use crate::texts::{IslandTexts, Language, Message};
use crate::{cookie, links, ui};

/// The cookies.
pub(crate) const LANGUAGE: &str = "tartan-language";
pub(crate) const THEME: &str = "tartan-theme";
pub(crate) const ACCOUNT: &str = "tartan-account";

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All of them.
    pub const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    /// As in the cookie and in `data-theme`.
    pub fn code(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The key of its text.
    pub fn key(self) -> &'static str {
        match self {
            Theme::System => "theme-system",
            Theme::Light => "theme-light",
            Theme::Dark => "theme-dark",
        }
    }

    /// From that.
    pub fn parse(code: &str) -> Option<Theme> {
        Theme::ALL.into_iter().find(|theme| theme.code() == code)
    }
}

/// What every page knows of its request: take it as an argument of the handler, and put it into the template's struct.
#[derive(Debug, Clone)]
pub struct Page {
    /// The user's language.
    pub language: Language,
    /// Light or dark, as the user chose.
    pub theme: Theme,
    /// Who the user says to be: for what is shown first, never for what may be done.
    pub account: Option<String>,
    /// The path of the address, without what stands behind the `?`.
    pub path: String,
    /// What stands behind the `?`.
    pub query: String,
    /// The sidechain.
    pub network: Arc<Network>,
    /// How far the node is.
    pub sync: SyncStatus,
    /// The latest sidechain block.
    pub head: Option<u64>,
    /// Seconds that the chain's clock is ahead of this machine's: a few where clocks differ, many on a development chain
    /// that was told to travel in time. Otherwise 0.
    pub ahead: i64,
    /// Whether anyone may act as an account of the demo.
    pub is_demo: bool,
    /// The part of the site whose style sheet the page loads; empty if it needs none.
    pub(crate) area: &'static str,
    /// Whether the client is a program that wants JSON.
    pub(crate) wants_json: bool,
}

impl Page {
    pub(crate) fn new(parts: &Parts, site: &Site) -> Page {
        let headers = &parts.headers;
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let chosen = cookie::get(headers, LANGUAGE).and_then(Language::parse);
        let language = chosen.or_else(|| header(ACCEPT_LANGUAGE).and_then(Language::accepted));
        let account = cookie::get(headers, ACCOUNT).filter(|name| AccountName::check(name).is_ok());
        let (sync, head) = (site.sync(), site.head());
        Page {
            language: language.unwrap_or_default(),
            theme: cookie::get(headers, THEME)
                .and_then(Theme::parse)
                .unwrap_or_default(),
            account: account.map(str::to_owned),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            network: site.network().clone(),
            head: head.map(|head| head.number),
            ahead: head.map_or(0, |head| ahead(head.time)),
            sync,
            is_demo: !site.config().demo_accounts.is_empty(),
            area: "",
            wants_json: wants_json(parts.uri.path(), headers),
        }
    }

    /// The text with this key.
    pub fn t<'a>(&self, key: &'a str) -> Message<'a> {
        Message::new(self.language, key)
    }

    /// Whether there is a text with this key.
    pub fn has_text(&self, key: &str) -> bool {
        Message::exists(self.language, key)
    }

    /// The texts whose keys begin with one of these words, for islands (`text()` in `frontend/src/shell/text.ts`).
    pub fn island_texts(&self, prefixes: &str) -> IslandTexts {
        IslandTexts::new(self.language, prefixes)
    }

    /// The files of the browser side.
    pub fn entry(&self) -> &'static Entry {
        assets::entry()
    }

    /// The style sheets of the page: that of all pages, then that of its area.
    pub fn styles(&self) -> impl Iterator<Item = &'static String> {
        let entry = self.entry();
        entry.styles.iter().chain(entry.areas.get(self.area))
    }

    /// All languages.
    pub fn languages(&self) -> [Language; 2] {
        Language::ALL
    }

    /// All themes.
    pub fn themes(&self) -> [Theme; 3] {
        Theme::ALL
    }

    /// `page` if the page is in one of these parts of the site, as `aria-current` wants it; otherwise `false`. `/@` stands for
    /// pages of accounts but their wallets, which are `/wallet`.
    pub fn current_of<const N: usize>(&self, sections: &[&str; N]) -> &'static str {
        let is_in = |section: &str| {
            let rest = self.path.strip_prefix(section);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let inner = self
            .path
            .strip_prefix("/@")
            .and_then(|rest| rest.split('/').nth(1));
        let is_wallet = inner == Some("wallet");
        let is_account = self.path.starts_with("/@") && !is_wallet;
        let is_current = |section: &&str| match *section {
            "/@" => is_account,
            "/wallet" => is_wallet || is_in("/wallet"),
            section => is_in(section),
        };
        match sections.iter().any(is_current) {
            true => "page",
            false => "false",
        }
    }

    /// The user's own wallet, or the page that leads to one.
    pub fn wallet_address(&self) -> String {
        match &self.account {
            Some(account) => links::wallet(account),
            None => "/wallet".to_owned(),
        }
    }

    /// The address of the page itself, to come back to.
    pub fn address(&self) -> String {
        match self.query.is_empty() {
            true => self.path.clone(),
            false => format!("{}?{}", self.path, self.query),
        }
    }

    /// The key of the text about how far the node is, and the kind of its chip.
    pub fn sync_words(&self) -> (&'static str, ui::Kind) {
        match &self.sync.state {
            SyncState::Starting => ("sync-starting", ui::Kind::Neutral),
            SyncState::CatchingUp => ("sync-catching-up", ui::Kind::Warning),
            SyncState::Synced => ("sync-synced", ui::Kind::Good),
            SyncState::Stalled { .. } => ("sync-stalled", ui::Kind::Warning),
            SyncState::Retrying { .. } => ("sync-retrying", ui::Kind::Bad),
            SyncState::Stopped { .. } => ("sync-stopped", ui::Kind::Bad),
        }
    }

    /// "Steem" or "Hive".
    pub fn main_chain(&self) -> &'static str {
        match self.network.main_chain.flavor {
            Flavor::Steem => "Steem",
            Flavor::Hive => "Hive",
        }
    }
}

fn ahead(chain: i64) -> i64 {
    let ahead = chain - time::OffsetDateTime::now_utc().unix_timestamp();
    ahead.max(0)
}

fn wants_json(path: &str, headers: &HeaderMap) -> bool {
    if path.ends_with(".json") || path.starts_with("/api/") {
        return true;
    }
    let accepts = |kind: &str| {
        let mut lines = headers.get_all(ACCEPT).iter();
        lines.any(|line| line.to_str().is_ok_and(|line| line.contains(kind)))
    };
    !accepts("text/html") && (accepts("json") || !accepts("text/"))
}

impl FromRequestParts<Site> for Page {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Page, Infallible> {
        Ok(match parts.extensions.get::<Page>() {
            Some(page) => page.clone(),
            None => Page::new(parts, site),
        })
    }
}
