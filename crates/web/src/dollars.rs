//! What the main chain's coin is worth in dollars: the price that its own witnesses publish.
//!
//! ```text
//!   witnesses ─▶ price feed of the main chain, one price an hour ─▶ main-chain client ─▶ Prices ─▶ Dollars ─▶ pages
//! ```
//!
//! The main chain is asked when a page wants to know, once a minute at most. A page takes `site.dollars().await` once, and
//! shows `ui::dollars(page, dollars.of(amount))` for each amount of the pegged token. A price that nobody has confirmed for ten
//! minutes is none: then that says "price unknown".

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde::Deserialize;
use tartan_decimal::Rounding;
use tartan_index::Amount;
use tartan_mainchain::Client;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

/// The main chain is asked once in so long at most.
const PAUSE: Duration = Duration::from_secs(60);
/// A price that is older is not shown.
const STALE: Duration = Duration::from_secs(600);
/// How long a page waits where nothing is known yet.
const PATIENCE: Duration = Duration::from_millis(250);
/// What is asked: the median prices of the last days, hour by hour.
const METHOD: &str = "condenser_api.get_feed_history";

/// What amounts of the main chain's coin, and of the token that stands for it, are worth. Without a price: nothing is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dollars {
    coin: Option<Amount>,
}

impl Dollars {
    /// Where one coin is worth so much.
    pub fn per_coin(coin: Amount) -> Dollars {
        Dollars {
            coin: Some(coin).filter(|coin| coin.is_positive()),
        }
    }

    /// What one coin is worth.
    pub fn coin(&self) -> Option<Amount> {
        self.coin
    }

    /// What so many coins are worth, cut off.
    pub fn of(&self, coins: Amount) -> Option<Amount> {
        coins.times(self.coin?, Rounding::Down)
    }

    /// The same of an amount as text; nothing for what is none.
    pub fn of_text(&self, coins: &str) -> Option<Amount> {
        self.of(Amount::parse(coins)?)
    }

    /// What so many tokens are worth at a price in coins.
    pub fn of_tokens(&self, tokens: Amount, price: Amount) -> Option<Amount> {
        self.of(tokens.times(price, Rounding::Down)?)
    }
}

/// The price as the main chain said it last.
pub(crate) struct Prices {
    client: Option<Client>,
    known: Arc<watch::Sender<Option<Known>>>,
    asked: Mutex<Option<Instant>>,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    coin: Amount,
    at: Instant,
}

impl Known {
    fn is_fresh(&self) -> bool {
        self.at.elapsed() < STALE
    }
}

impl Prices {
    pub(crate) fn new(client: Option<Client>) -> Prices {
        Prices {
            client,
            known: Arc::new(watch::Sender::new(None)),
            asked: Mutex::new(None),
        }
    }

    /// The price, as far as it is known; where nothing is known yet, the main chain is given a moment to answer.
    pub(crate) async fn dollars(&self) -> Dollars {
        let asked = self.ask();
        if let Some(dollars) = self.fresh() {
            return dollars;
        }
        let Some(asked) = asked else {
            return Dollars::default();
        };
        let mut known = self.known.subscribe();
        let fresh = known.wait_for(|known| known.is_some_and(|known| known.is_fresh()));
        // in time or not: what is known then
        let _ = timeout(PATIENCE.saturating_sub(asked.elapsed()), fresh).await;
        self.fresh().unwrap_or_default()
    }

    fn fresh(&self) -> Option<Dollars> {
        let known = *self.known.borrow();
        let known = known.filter(Known::is_fresh)?;
        Some(Dollars::per_coin(known.coin))
    }

    /// Asks the main chain, unless it was asked a moment ago; gives when that was.
    fn ask(&self) -> Option<Instant> {
        let client = self.client.clone()?;
        let mut asked = self.asked.lock();
        if let Some(at) = asked.filter(|at| at.elapsed() < PAUSE) {
            return Some(at);
        }
        let now = Instant::now();
        *asked = Some(now);
        let known = self.known.clone();
        tokio::spawn(async move {
            match coin(&client).await {
                Ok(coin) => {
                    let at = Instant::now();
                    known.send_replace(Some(Known { coin, at }));
                }
                Err(reason) => tracing::debug!("no price of the main chain's coin: {reason}"),
            }
        });
        Some(now)
    }

    /// Lets tests say what the coin is worth.
    #[cfg(test)]
    pub(crate) fn say(&self, coin: Amount) {
        let at = Instant::now();
        self.known.send_replace(Some(Known { coin, at }));
    }
}

/// Asks the main chain what its coin is worth.
async fn coin(client: &Client) -> Result<Amount, String> {
    let answer = client.call(METHOD, &[(); 0]).await;
    let answer = answer.map_err(|error| error.to_string())?;
    read(answer.get())
}

/// What `get_feed_history` answers.
#[derive(Debug, Deserialize)]
struct History {
    /// The median of some days, by which the chain itself converts.
    current_median_history: Quote,
    /// The medians of the hours before, the latest last.
    #[serde(default)]
    price_history: Vec<Quote>,
}

/// So many dollars for so many coins: `0.250 SBD` for `1.000 STEEM`.
#[derive(Debug, Deserialize)]
struct Quote {
    base: String,
    quote: String,
}

impl Quote {
    fn coin(&self) -> Option<Amount> {
        let number = |asset: &str| Amount::parse(asset.split(' ').next()?);
        let coin = number(&self.base)?.per(number(&self.quote)?, Rounding::HalfUp)?;
        coin.is_positive().then_some(coin)
    }
}

/// The price of the latest hour; of the last days where hours are not told.
fn read(answer: &str) -> Result<Amount, String> {
    let history: History = serde_json::from_str(answer).map_err(|error| error.to_string())?;
    let latest = history.price_history.last();
    let latest = latest.and_then(Quote::coin);
    let coin = latest.or_else(|| history.current_median_history.coin());
    coin.ok_or_else(|| {
        let found = history.current_median_history;
        format!("expected a price of the coin in dollars, found {found:?}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        Amount::parse(text).unwrap()
    }

    #[test]
    fn the_latest_hour_counts() {
        let quote = |base: &str| format!(r#"{{"base":"{base}","quote":"1.000 STEEM"}}"#);
        let median = quote("0.300 SBD");
        let check = |hours: &str, expected: Result<&str, &str>| {
            let answer = format!(
                r#"{{"id":0,"current_median_history":{median},"price_history":[{hours}]}}"#
            );
            let found = read(&answer).map(|coin| coin.to_string());
            match expected {
                Ok(coin) => assert_eq!(found, Ok(coin.to_owned())),
                Err(reason) => assert!(found.unwrap_err().contains(reason)),
            }
        };
        check("", Ok("0.3"));
        let hours = format!("{},{}", quote("0.310 SBD"), quote("0.290 SBD"));
        check(&hours, Ok("0.29"));
        check(&quote("0.000 SBD"), Ok("0.3"));
        let odd = r#"{"base":"0.277 HBD","quote":"1.005 HIVE"}"#;
        check(odd, Ok("0.27562189"));
        check("7", Err("expected struct Quote"));
        assert!(read(r#"{"current_median_history":{"base":"","quote":""}}"#).is_err());
    }

    #[test]
    fn amounts_are_cut_off_never_rounded_up() {
        let dollars = Dollars::per_coin(amount("0.29"));
        assert_eq!(dollars.of(amount("10")), Some(amount("2.9")));
        assert_eq!(dollars.of_text("0.00000003"), Some(Amount::ZERO));
        assert_eq!(dollars.of_text("no number"), None);
        let worth = dollars.of_tokens(amount("100"), amount("0.09"));
        assert_eq!(worth, Some(amount("2.61")));
        assert_eq!(Dollars::default().of(amount("10")), None);
        assert_eq!(Dollars::per_coin(Amount::ZERO), Dollars::default());
    }

    #[tokio::test]
    async fn nothing_is_known_without_a_main_chain() {
        let prices = Prices::new(None);
        assert_eq!(prices.dollars().await, Dollars::default());
        prices.say(amount("0.25"));
        assert_eq!(prices.dollars().await.coin(), Some(amount("0.25")));
    }

    #[tokio::test]
    async fn the_main_chain_is_asked_and_what_it_said_is_kept() {
        let config = tartan_devchain::Config {
            listen: ([127, 0, 0, 1], 0).into(),
            ..tartan_devchain::Config::default()
        };
        let (chain, handle) = tartan_devchain::spawn(config).await.unwrap();
        let config = tartan_mainchain::ClientConfig::new(chain.protocol(), [chain.url()]);
        let prices = Prices::new(Some(Client::new(config).unwrap()));
        let mut dollars = prices.dollars().await;
        for _ in 0..100 {
            if dollars.coin().is_some() {
                break;
            }
            // a busy machine may take longer than a page waits
            tokio::time::sleep(Duration::from_millis(50)).await;
            dollars = prices.dollars().await;
        }
        assert_eq!(dollars.coin(), Some(amount("0.25")));
        handle.shutdown().await;
        assert_eq!(prices.dollars().await, dollars, "for ten minutes");
    }
}
