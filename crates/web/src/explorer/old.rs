//! Addresses of explorers before this one, which are in posts and bookmarks.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Redirect;
use axum::routing::get;
use tartan_chain::network::Flavor;

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
        .route("/richlist/{symbol}", get(rich_list))
        .route("/open_orders/{account}", get(orders))
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

async fn rich_list(Path(symbol): Path<String>) -> Redirect {
    Redirect::permanent(&format!("/tokens/{}/richlist", links::part(&symbol)))
}

async fn orders(Path(account): Path<String>) -> Redirect {
    Redirect::permanent(&links::account(account.trim_start_matches('@')))
}
