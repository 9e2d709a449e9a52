use askama::Template;
use axum::extract::{Path, State};
use serde_json::{Map, Value};
use tartan_index::{HistoryQuery, Operation};

use super::Owner;
use crate::error::Error;
use crate::html::Html;
use crate::page::Page;
use crate::site::Site;
use crate::tokens::rewards::reading::{Claim, Sum, of_account};
use crate::tokens::rewards::role_key;
use crate::{format, links, ui};

/// Payments of the past, and claims, that are shown.
const MOST_PAID: i64 = 50;
const MOST_CLAIMS: usize = 500;
/// What posts pay, as the index calls it.
const PAYMENTS: [&str; 3] = [
    "comments_authorReward",
    "comments_curationReward",
    "comments_beneficiaryReward",
];

/// What an account is going to earn by its posts and votes, and what it has earned lately.
#[derive(Template)]
#[template(path = "wallet/rewards.html")]
pub(super) struct RewardsPage {
    page: Page,
    owner: Owner,
    claims: Vec<Claim>,
    /// How many there are; not all of them may be shown.
    count: usize,
    sums: Vec<Sum>,
    /// `None` on a node without an index.
    paid: Option<Vec<Paid>>,
}

impl RewardsPage {
    fn is_cut(&self) -> bool {
        self.count > self.claims.len()
    }
}

/// A payment.
struct Paid {
    time: i64,
    transaction: String,
    symbol: String,
    quantity: String,
    post: String,
    role: &'static str,
}

impl Paid {
    fn of(row: Operation) -> Paid {
        let details: Map<String, Value> = serde_json::from_str(&row.details).unwrap_or_default();
        let text = |field: &str| {
            let text = details.get(field).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        Paid {
            time: row.time,
            transaction: row.transaction_id,
            symbol: row.symbol.unwrap_or_default(),
            quantity: text("quantity"),
            post: text("authorperm"),
            role: role_key(match row.operation.as_str() {
                "comments_authorReward" => "author",
                "comments_curationReward" => "curator",
                _ => "beneficiary",
            }),
        }
    }
}

/// `GET /@account/wallet/rewards`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Path(account): Path<String>,
) -> Result<Html<RewardsPage>, Error> {
    let owner = Owner::of(&page, account)?;
    let (name, forecasts) = (owner.name.clone(), site.forecasts().clone());
    let read = site.read(move |reader| of_account(reader, &forecasts, &name));
    let (mut claims, sums) = read.await?;
    let count = claims.len();
    claims.truncate(MOST_CLAIMS);
    let paid = match site.index() {
        Ok(index) => {
            let query = HistoryQuery {
                accounts: vec![owner.name.clone()],
                operations: PAYMENTS.map(str::to_owned).to_vec(),
                limit: MOST_PAID,
                ..HistoryQuery::default()
            };
            let rows = index.account_history(&query).await?.into_iter();
            let paid = rows.map(|(_, row)| Paid::of(row));
            // posts whose author declined payment pay nothing, and say so
            Some(paid.filter(Paid::is_something).collect())
        }
        Err(_) => None,
    };
    Ok(Html(RewardsPage {
        page,
        owner,
        claims,
        count,
        sums,
        paid,
    }))
}

impl Paid {
    fn is_something(&self) -> bool {
        self.quantity
            .bytes()
            .any(|digit| (b'1'..=b'9').contains(&digit))
    }
}
