//! What happens on the chain day by day: from counters that the index keeps, never from histories.

mod chart;
mod reading;
#[cfg(test)]
mod tests;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::{answer, reasons};
use crate::csv::Csv;
use crate::error::Error;
use crate::extract::Asked;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

use chart::{Bars, COLOURS};
use reading::{CallRow, Stats};

/// How many days are looked at.
const SPANS: [i64; 3] = [7, 30, 90];

#[derive(Debug, Deserialize)]
pub(super) struct Query {
    days: Option<i64>,
}

/// What happened, day by day.
#[derive(Template)]
#[template(path = "explorer/stats.html")]
struct StatsPage {
    page: Page,
    stats: Stats,
    calls: Bars,
    /// The contracts of the chart with their colours, then the others.
    contracts: Vec<(Option<usize>, CallRow)>,
    charts: Vec<Chart>,
    failures: Vec<Failure>,
    /// The token that fees are paid in.
    symbol: String,
    json: String,
    csv: String,
}

/// A chart with its words.
struct Chart {
    key: &'static str,
    bars: Bars,
}

/// Why transactions failed.
struct Failure {
    /// In words, where there are some.
    words: Option<String>,
    /// As the contract says it; empty for all others together.
    reason: String,
    transactions: i64,
}

impl StatsPage {
    fn spans(&self) -> impl Iterator<Item = (i64, String)> {
        let address = |days: i64| crate::pager::with(&self.page, "days", &days.to_string());
        SPANS.into_iter().map(move |days| (days, address(days)))
    }

    fn count(&self, number: &i64) -> String {
        format::count(number.unsigned_abs())
    }

    /// What one of some is, in per cent.
    fn share(&self, part: &i64, of: &i64) -> String {
        match of {
            0 => "–".to_owned(),
            _ => format!("{:.1} %", 100.0 * *part as f64 / *of as f64),
        }
    }

    /// Fees of the token that they are usually paid in.
    fn burnt(&self) -> &str {
        let found = self
            .stats
            .burnt
            .iter()
            .find(|row| row.symbol == self.symbol);
        found.map_or("0", |row| &row.quantity)
    }

    fn disk(&self) -> Option<String> {
        self.stats.size.state_bytes.map(format::bytes)
    }
}

/// `GET /stats`, `/stats.json`, `/stats.csv`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Asked(asked): Asked<Query>,
) -> Result<Response, Error> {
    let days = asked.days.unwrap_or(SPANS[1]);
    if !SPANS.contains(&days) {
        let expected = "expected days to be 7, 30 or 90";
        return Err(Error::bad_request(format!("{expected}, found {days}")));
    }
    let stats = Stats::read(&site, days).await?;
    if answer::is_json(&page) || page.path.starts_with("/api/") {
        return Ok(answer::json(&stats));
    }
    if page.path.ends_with(".csv") {
        return Ok(table(&stats).into_response());
    }
    let failures = stats.failures.iter().map(|row| Failure {
        words: reasons::explained(&page, &row.reason),
        reason: row.reason.clone(),
        transactions: row.transactions,
    });
    let failures = failures.collect();
    let symbol = site.network().tokens.utility.symbol.clone();
    let plain = |value: fn(&reading::DayRow) -> i64| Bars::of_counts(&stats.daily, value);
    let charts = vec![
        Chart {
            key: "network-stats-active",
            bars: plain(|day| day.active_accounts),
        },
        Chart {
            key: "network-stats-failed",
            bars: plain(|day| day.failed),
        },
        Chart {
            key: "network-stats-tokens",
            bars: plain(|day| day.new_tokens),
        },
        Chart {
            key: "network-stats-fees",
            bars: Bars::of_fees(&stats.daily, &symbol),
        },
    ];
    let calls = Bars::of_calls(&stats.daily, &stats.contracts);
    let contracts = stats.contracts.iter().cloned().enumerate();
    let contracts = contracts
        .map(|(place, row)| ((place < COLOURS).then_some(place), row))
        .collect();
    let query = format!("?days={days}");
    Ok(answer::html(StatsPage {
        json: format!("/stats.json{query}"),
        csv: format!("/stats.csv{query}"),
        calls,
        contracts,
        charts,
        failures,
        symbol,
        stats,
        page,
    }))
}

/// A row for each day.
fn table(stats: &Stats) -> Csv {
    let mut heads = vec![
        "day".to_owned(),
        "transactions".to_owned(),
        "failed".to_owned(),
        "active accounts".to_owned(),
        "new accounts".to_owned(),
        "new tokens".to_owned(),
    ];
    heads.extend(
        stats
            .burnt
            .iter()
            .map(|row| format!("burnt {}", row.symbol)),
    );
    let shown = |contract: &str| match contract {
        "" => "calls of others".to_owned(),
        name => format!("calls of {name}"),
    };
    heads.extend(stats.contracts.iter().map(|row| shown(&row.contract)));
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let mut table = Csv::new(&format!("stats-{}-days", stats.days), &heads);
    for day in &stats.daily {
        let counts = [
            day.transactions,
            day.failed,
            day.active_accounts,
            day.new_accounts,
            day.new_tokens,
        ];
        let mut cells = vec![day.day.clone()];
        cells.extend(counts.iter().map(i64::to_string));
        let burnt = stats.burnt.iter().map(|row| day.burnt.get(&row.symbol));
        cells.extend(burnt.map(|quantity| quantity.cloned().unwrap_or_else(|| "0".to_owned())));
        let calls = stats
            .contracts
            .iter()
            .map(|row| day.calls.get(&row.contract));
        cells.extend(calls.map(|count| count.copied().unwrap_or(0).to_string()));
        table.row(&cells);
    }
    table
}
