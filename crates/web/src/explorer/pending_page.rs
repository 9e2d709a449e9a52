use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};
use tartan_chain::{FindRequest, ReadError, Reader};
use tartan_state::Sort;

use super::answer;
use crate::error::Error;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

/// Rows of each kind.
const MOST: usize = 25;
/// Reward pools whose posts are looked at.
const POOLS: usize = 20;
/// Posts of each.
const POSTS: usize = 10;

/// What the chain will do by itself, and when.
#[derive(Template)]
#[template(path = "explorer/pending.html")]
struct PendingPage {
    page: Page,
    groups: Vec<Group>,
    ticks: Vec<Tick>,
    json: String,
}

/// What is pending of one kind, the soonest first.
#[derive(Debug, Clone, Serialize)]
struct Group {
    kind: &'static str,
    #[serde(skip)]
    key: &'static str,
    rows: Vec<Row>,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    account: String,
    symbol: String,
    quantity: String,
    /// In seconds since 1970.
    due: Option<i64>,
    transaction: Option<String>,
    post: Option<String>,
}

/// What runs after each block.
#[derive(Debug, Clone, Serialize)]
struct Tick {
    contract: String,
    action: String,
    from: u64,
}

#[derive(Serialize)]
struct Answer<'a> {
    pending: &'a [Group],
    ticks: &'a [Tick],
}

/// The first rows of a table in the order of an index.
fn rows(
    reader: &Reader,
    (contract, table): (&str, &str),
    query: &Value,
    index: Option<&str>,
    limit: usize,
) -> Result<Vec<Value>, ReadError> {
    let sort = index.map(Sort::ascending).into_iter().collect();
    let request = FindRequest {
        limit,
        sort,
        ..FindRequest::new(contract, table, query)
    };
    Ok(reader.find(&request)?.unwrap_or_default())
}

impl Row {
    /// A row with these fields; `due` and by what it is to be divided to be in seconds.
    fn new(row: &Value, quantity: &str, due: (&str, i64), transaction: &str) -> Row {
        let text = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
        let (due, divisor) = due;
        Row {
            account: text("account"),
            symbol: text("symbol"),
            quantity: text(quantity),
            due: row[due].as_i64().map(|due| due / divisor),
            transaction: Some(text(transaction)).filter(|id| !id.is_empty()),
            post: None,
        }
    }
}

fn groups(reader: &Reader) -> Result<Vec<Group>, ReadError> {
    let nothing = json!({});
    let unstakes = rows(
        reader,
        ("tokens", "pendingUnstakes"),
        &nothing,
        Some("nextTransactionTimestamp"),
        MOST,
    )?;
    let unstakes = unstakes.iter().map(|row| {
        Row::new(
            row,
            "quantityLeft",
            ("nextTransactionTimestamp", 1_000),
            "txID",
        )
    });
    let returning = rows(
        reader,
        ("tokens", "pendingUndelegations"),
        &nothing,
        Some("completeTimestamp"),
        MOST,
    )?;
    let returning = returning
        .iter()
        .map(|row| Row::new(row, "quantity", ("completeTimestamp", 1_000), "txID"));
    let mut all = vec![
        Group {
            kind: "unstakes",
            key: "explorer-pending-unstakes",
            rows: unstakes.collect(),
        },
        Group {
            kind: "undelegations",
            key: "explorer-pending-undelegations",
            rows: returning.collect(),
        },
        Group {
            kind: "withdrawals",
            key: "explorer-pending-withdrawals",
            rows: withdrawals(reader)?,
        },
        Group {
            kind: "orders",
            key: "explorer-pending-orders",
            rows: orders(reader)?,
        },
        Group {
            kind: "payouts",
            key: "explorer-pending-payouts",
            rows: payouts(reader)?,
        },
    ];
    for group in &mut all {
        group.rows.sort_by_key(|row| row.due);
        group.rows.truncate(MOST);
    }
    Ok(all)
}

fn withdrawals(reader: &Reader) -> Result<Vec<Row>, ReadError> {
    let mut all = Vec::new();
    for contract in ["steempegged", "hivepegged"] {
        for row in rows(reader, (contract, "withdrawals"), &json!({}), None, MOST)? {
            let text = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
            all.push(Row {
                account: text("recipient"),
                symbol: text("type"),
                quantity: text("quantity"),
                due: None,
                // the fee of a withdrawal has the id of that with an ending
                transaction: Some(text("id").trim_end_matches("-fee").to_owned())
                    .filter(|id| id.len() >= 40),
                post: None,
            });
        }
    }
    Ok(all)
}

fn orders(reader: &Reader) -> Result<Vec<Row>, ReadError> {
    let mut all = Vec::new();
    for table in ["buyBook", "sellBook"] {
        let found = rows(
            reader,
            ("market", table),
            &json!({}),
            Some("expiration"),
            MOST,
        )?;
        all.extend(
            found
                .iter()
                .map(|row| Row::new(row, "quantity", ("expiration", 1), "txId")),
        );
    }
    Ok(all)
}

fn payouts(reader: &Reader) -> Result<Vec<Row>, ReadError> {
    let mut all = Vec::new();
    for pool in rows(reader, ("comments", "rewardPools"), &json!({}), None, POOLS)? {
        let query = json!({ "rewardPoolId": pool["_id"] });
        let posts = rows(
            reader,
            ("comments", "posts"),
            &query,
            Some("byCashoutTime"),
            POSTS,
        )?;
        for post in posts {
            let row = Row::new(&post, "", ("cashoutTime", 1_000), "");
            let text = |field: &str| post[field].as_str().map(str::to_owned);
            all.push(Row {
                account: text("author").unwrap_or_default(),
                post: text("authorperm"),
                ..row
            });
        }
    }
    Ok(all)
}

/// `GET /pending`
pub(super) async fn page(State(site): State<Site>, page: Page) -> Result<Response, Error> {
    let read = site.read(|reader| Ok::<_, ReadError>((groups(reader)?, reader.ticks()?)));
    let (groups, ticks) = read.await?;
    let ticks: Vec<Tick> = ticks
        .into_iter()
        .map(|tick| Tick {
            contract: tick.contract,
            action: tick.action,
            from: tick.from,
        })
        .collect();
    if answer::is_json(&page) {
        return Ok(answer::json(&Answer {
            pending: &groups,
            ticks: &ticks,
        }));
    }
    let json = answer::json_address(&page);
    Ok(answer::html(PendingPage {
        page,
        groups,
        ticks,
        json,
    }))
}
