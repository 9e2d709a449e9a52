//! What is counted, and the pages that show it.

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use metrics::{counter, describe_counter, describe_gauge, gauge};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde_json::json;
use tokio::sync::watch;

use crate::config::PegError;
use crate::journal::{Purpose, Signed};
use crate::report::{Report, Standing};

/// Without a report for this long, something is wrong.
const STALE: Duration = Duration::from_secs(300);

fn recorder() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("this process records metrics elsewhere already: /metrics stays empty");
        }
        describe_counter!(
            "tartan_peg_settled_total",
            "transactions that are in an irreversible block, or expired, by purpose and outcome"
        );
        describe_counter!(
            "tartan_peg_paid_thousandths_total",
            "what was paid, in thousandths, by coin"
        );
        describe_counter!(
            "tartan_peg_failed_rounds_total",
            "looks at the chains that failed and were repeated"
        );
        describe_counter!(
            "tartan_peg_not_taken_total",
            "answers of main-chain nodes that a transaction was not, or perhaps not, taken"
        );
        describe_counter!(
            "tartan_peg_foreign_payments_total",
            "payments found in the main chain that are not in the journal"
        );
        describe_gauge!(
            "tartan_peg_queue",
            "rows of the queue, by what becomes of them"
        );
        describe_gauge!("tartan_peg_balance", "what the peg account has, by coin");
        describe_gauge!("tartan_peg_queued", "what is queued, by coin");
        describe_gauge!(
            "tartan_peg_main_chain_block",
            "the block up to which the main chain is irreversible and looked through"
        );
        handle
    })
}

pub(crate) fn failed() {
    counter!("tartan_peg_failed_rounds_total").increment(1);
}

pub(crate) fn not_taken() {
    counter!("tartan_peg_not_taken_total").increment(1);
}

pub(crate) fn foreign() {
    counter!("tartan_peg_foreign_payments_total").increment(1);
}

pub(crate) fn settled(signed: &Signed, included: bool) {
    let purpose = match signed.purpose {
        Purpose::Pay => "pay",
        Purpose::Remove => "remove",
    };
    let outcome = if included { "included" } else { "expired" };
    counter!("tartan_peg_settled_total", "purpose" => purpose, "outcome" => outcome).increment(1);
    if let Some((number, coin)) = signed.payment.amount.split_once(' ')
        && included
        && signed.purpose == Purpose::Pay
    {
        let thousandths = number.replace('.', "").parse().unwrap_or_default();
        counter!("tartan_peg_paid_thousandths_total", "coin" => coin.to_string())
            .increment(thousandths);
    }
}

pub(crate) fn looked(report: &Report) {
    for name in Standing::NAMES {
        let count = report
            .rows
            .iter()
            .filter(|row| row.standing.name() == name)
            .count();
        gauge!("tartan_peg_queue", "standing" => name).set(count as f64);
    }
    for (symbol, coin) in &report.coins {
        let amount = |text: &str| text.parse().unwrap_or_default();
        gauge!("tartan_peg_balance", "coin" => symbol.clone()).set::<f64>(amount(&coin.balance));
        gauge!("tartan_peg_queued", "coin" => symbol.clone()).set::<f64>(amount(&coin.queued));
    }
    gauge!("tartan_peg_main_chain_block").set(f64::from(report.main_chain));
}

/// Serves `/` and `/health` (the last report; 503 when it is too old) and `/metrics`, until the process ends. Gives the
/// address.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve(
    address: SocketAddr,
    mut reports: watch::Receiver<Option<Report>>,
) -> Result<SocketAddr, PegError> {
    recorder();
    let failed = |error| PegError::Listen { address, error };
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .map_err(failed)?;
    let local = listener.local_addr().map_err(failed)?;
    let (sender, latest) = watch::channel(None);
    tokio::spawn(async move {
        while reports.changed().await.is_ok() {
            let report = reports.borrow_and_update().clone();
            sender.send_replace(report.map(|report| (report, Instant::now())));
        }
    });
    let router = Router::new()
        .route("/", get(health))
        .route("/health", get(health))
        .route("/metrics", get(|| async { recorder().render() }))
        .with_state(latest);
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "the page with metrics is served no more");
        }
    });
    Ok(local)
}

type Latest = watch::Receiver<Option<(Report, Instant)>>;

async fn health(State(latest): State<Latest>) -> Response {
    let latest = latest.borrow().clone();
    let Some((report, at)) = latest else {
        let reason = json!({ "healthy": false, "reason": "there was no look at the queue yet" });
        return (StatusCode::SERVICE_UNAVAILABLE, Json(reason)).into_response();
    };
    let age = at.elapsed();
    let (status, healthy) = match age > STALE {
        true => (StatusCode::SERVICE_UNAVAILABLE, false),
        false => (StatusCode::OK, true),
    };
    let body = json!({ "healthy": healthy, "ageS": age.as_secs(), "report": report });
    (status, Json(body)).into_response()
}
