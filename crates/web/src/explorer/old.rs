//! Addresses of explorers before this one, which are in posts and bookmarks.

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::response::Redirect;
use axum::routing::get;
use tartan_chain::network::Flavor;

use crate::error::Error;
use crate::links;
use crate::site::Site;

pub(super) fn router() -> Router<Site> {
    Router::new()
        .route("/b/{number}", get(block))
        .route("/block/hive/{number}", get(hive_block))
        .route("/block/steem/{number}", get(steem_block))
        .route(
            "/transactions",
            get(|| async { Redirect::permanent("/blocks") }),
        )
        .route("/token/{symbol}", get(token))
        .route("/token/{symbol}/richlist", get(rich_list))
        .route("/richlist/{symbol}", get(rich_list))
        .route("/@{account}/{symbol}", get(of_token))
        .route("/open_orders/{account}", get(orders))
        .route("/open_orders/{account}/{symbol}", get(of_token))
        .route("/accounts/history", get(history))
}

async fn block(Path(number): Path<String>) -> Redirect {
    Redirect::permanent(&format!("/block/{}", links::part(&number)))
}

/// A block by its number on the main chain: of the right one, or there is none.
fn of_main(site: &Site, flavor: Flavor, number: &str) -> Redirect {
    match site.network().main_chain.flavor == flavor {
        true => Redirect::permanent(&format!("/block/main/{}", links::part(number))),
        false => Redirect::temporary("/blocks"),
    }
}

async fn hive_block(State(site): State<Site>, Path(number): Path<String>) -> Redirect {
    of_main(&site, Flavor::Hive, &number)
}

async fn steem_block(State(site): State<Site>, Path(number): Path<String>) -> Redirect {
    of_main(&site, Flavor::Steem, &number)
}

async fn token(Path(symbol): Path<String>) -> Redirect {
    Redirect::permanent(&links::token(&symbol))
}

/// What an account did with a token.
async fn of_token(Path((account, symbol)): Path<(String, String)>) -> Result<Redirect, Error> {
    let is_symbol = |letter: u8| letter.is_ascii_uppercase() || letter == b'.';
    if !symbol.bytes().all(is_symbol) {
        return Err(Error::not_found(format!("page {symbol:.32}")));
    }
    let account = links::account(account.trim_start_matches('@'));
    let address = format!("{account}?symbol={}", links::part(&symbol));
    Ok(Redirect::permanent(&address))
}

/// The history for programs, which is served beside JSON-RPC.
async fn history(RawQuery(query): RawQuery) -> Redirect {
    Redirect::permanent(&format!("/accountHistory?{}", query.unwrap_or_default()))
}

async fn rich_list(Path(symbol): Path<String>) -> Redirect {
    Redirect::permanent(&format!("/tokens/{}/richlist", links::part(&symbol)))
}

async fn orders(Path(account): Path<String>) -> Redirect {
    Redirect::permanent(&links::account(account.trim_start_matches('@')))
}
