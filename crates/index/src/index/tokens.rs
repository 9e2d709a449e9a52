use std::collections::BTreeMap;

use sqlx::Row as _;

use super::markets::LastDay;
use super::{Conditions, Index, Ticker, prefix_end};
use crate::derive::Token;
use crate::store::{self, Row as _};
use crate::{Amount, IndexError};

/// Most rows of one answer.
const MOST: i64 = 1_000;
/// Most rows that an answer can leave out in front.
const MOST_SKIPPED: i64 = 100_000;

/// By what tokens are sorted. Where two are equal, by symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TokenOrder {
    /// By symbol.
    #[default]
    Symbol,
    /// By how many accounts hold them.
    Holders,
    /// By what was issued and not burnt.
    Supply,
    /// By the price of the last trade.
    Price,
    /// By how the price changed in 24 hours.
    Change,
    /// By what was paid for them in 24 hours.
    Volume,
    /// By the price of all that was issued and not burnt.
    MarketCap,
    /// By when they were created.
    Created,
}

/// Which tokens, and in which order.
#[derive(Debug, Clone, Default)]
pub struct TokenQuery {
    /// Issued by this account.
    pub issuer: Option<String>,
    /// Whose symbol or name has this text in it, in whatever letters.
    pub text: Option<String>,
    /// These only; empty: all.
    pub symbols: Vec<String>,
    /// Only those that were ever traded.
    pub traded: bool,
    /// Only those created at this time or later, in seconds since 1970.
    pub since: Option<i64>,
    /// By what they are sorted.
    pub order: TokenOrder,
    /// Whether the largest comes first.
    pub descending: bool,
    /// How many, at most 1000.
    pub limit: i64,
    /// How many to leave out in front.
    pub offset: i64,
}

/// A token in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenListing {
    /// The token.
    pub token: Token,
    /// What it did in the last 24 hours; `None` if it was never traded.
    pub ticker: Option<Ticker>,
}

impl TokenListing {
    /// The price of all that was issued and not burnt, in the base token; `None` if it was never traded.
    pub fn market_cap(&self) -> Option<Amount> {
        let ticker = self.ticker.as_ref()?;
        let rounding = tartan_decimal::Rounding::Down;
        self.token.circulating.times(ticker.last, rounding)
    }
}

/// A page of a list of tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenPage {
    /// How many there are on all pages.
    pub total: i64,
    /// Those on this one.
    pub tokens: Vec<TokenListing>,
}

impl TokenOrder {
    /// All there are, with the names that [`parse`](TokenOrder::parse) knows.
    pub const ALL: [(&'static str, TokenOrder); 8] = [
        ("symbol", TokenOrder::Symbol),
        ("holders", TokenOrder::Holders),
        ("supply", TokenOrder::Supply),
        ("price", TokenOrder::Price),
        ("change", TokenOrder::Change),
        ("volume", TokenOrder::Volume),
        ("marketCap", TokenOrder::MarketCap),
        ("created", TokenOrder::Created),
    ];

    /// The order of this name.
    pub fn parse(name: &str) -> Option<TokenOrder> {
        let found = TokenOrder::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, order)| *order)
    }

    /// What to sort by: `t` is the token, `m` its market, `d` its last 24 hours, `f` the first candle in them.
    fn expression(self) -> String {
        let number = |column: &str| format!("CAST({column} AS DOUBLE PRECISION)");
        let last = number("m.last_price");
        match self {
            TokenOrder::Symbol => "t.symbol".to_owned(),
            TokenOrder::Holders => "t.holders".to_owned(),
            TokenOrder::Supply => number("t.circulating"),
            TokenOrder::Price => format!("COALESCE({last}, 0)"),
            TokenOrder::Change => {
                let first = number("f.first_price");
                format!("COALESCE({last} / NULLIF({first}, 0), 1)")
            }
            TokenOrder::Volume => "COALESCE(d.volume, 0)".to_owned(),
            TokenOrder::MarketCap => {
                format!("COALESCE({last} * {}, 0)", number("t.circulating"))
            }
            TokenOrder::Created => "t.time".to_owned(),
        }
    }

    /// Whether it depends on the last 24 hours.
    fn needs_day(self) -> bool {
        matches!(self, TokenOrder::Change | TokenOrder::Volume)
    }
}

impl Index {
    /// A page of the list of tokens with their holders, supply, prices and volumes. The 24 hours end with the block that
    /// the index is at.
    ///
    /// # Errors
    /// When the database fails, or too much is left out in front.
    pub async fn tokens(&self, query: &TokenQuery) -> Result<TokenPage, IndexError> {
        if query.offset > MOST_SKIPPED {
            let reason = format!(
                "expected an offset of at most {MOST_SKIPPED}, found {}",
                query.offset
            );
            return Err(IndexError::Question(reason));
        }
        let now = self.position().await?.map_or(0, |position| position.time);
        let mut conditions = Conditions::default();
        conditions.maybe("t.issuer = $", query.issuer.as_deref());
        if let Some(text) = &query.text {
            let (symbol, name) = (like(&text.to_uppercase()), like(&text.to_lowercase()));
            let (symbol, name) = (conditions.place(symbol), conditions.place(name));
            conditions.texts.push(format!(
                "(t.symbol LIKE {symbol} ESCAPE '!' OR t.name_key LIKE {name} ESCAPE '!')"
            ));
        }
        if !query.symbols.is_empty() {
            conditions.among("t.symbol", &query.symbols);
        }
        conditions.maybe("t.time >= $", query.since);
        if query.traded {
            conditions.texts.push("m.symbol IS NOT NULL".to_owned());
        }
        let filter = conditions.text();
        let markets = "FROM tokens t LEFT JOIN markets m ON m.symbol = t.symbol";
        let count = format!("SELECT COUNT(*) {markets} {filter}");
        let mut connection = self.connection().await?;
        let count = store::query(count, &conditions.fields, true)
            .fetch_one(&mut *connection)
            .await?;
        let columns: Vec<_> = Token::COLUMNS
            .iter()
            .map(|column| format!("t.{column}"))
            .collect();
        let day = match query.order.needs_day() {
            true => {
                let day = LastDay::before(now);
                let candles = day.condition(&mut conditions);
                let period = day.period_at("d.first", &mut conditions);
                format!(
                    "LEFT JOIN (SELECT symbol, MIN(time) AS first, SUM(CAST(volume AS DOUBLE PRECISION)) AS volume \
                     FROM candles WHERE {candles} GROUP BY symbol) d ON d.symbol = t.symbol \
                     LEFT JOIN candles f ON f.symbol = t.symbol AND f.time = d.first AND f.period = {period}"
                )
            }
            false => String::new(),
        };
        let direction = if query.descending { "DESC" } else { "ASC" };
        let statement = format!(
            "SELECT {} {markets} {day} {filter} ORDER BY {} {direction}, t.symbol LIMIT {} OFFSET {}",
            columns.join(","),
            query.order.expression(),
            conditions.place(query.limit.clamp(1, MOST)),
            conditions.place(query.offset.max(0)),
        );
        let rows = store::query(statement, &conditions.fields, true)
            .fetch_all(&mut *connection)
            .await?;
        drop(connection);
        let tokens: Vec<Token> = rows.iter().map(Token::read).collect::<Result<_, _>>()?;
        let symbols: Vec<_> = tokens.iter().map(|token| token.symbol.clone()).collect();
        let tickers = self.tickers_of(&symbols, now).await?.into_iter();
        let mut by_symbol: BTreeMap<_, _> = tickers
            .map(|ticker| (ticker.symbol.clone(), ticker))
            .collect();
        let tokens = tokens.into_iter().map(|token| TokenListing {
            ticker: by_symbol.remove(&token.symbol),
            token,
        });
        Ok(TokenPage {
            total: count.try_get(0)?,
            tokens: tokens.collect(),
        })
    }

    /// A token; `None` if nothing of it was ever issued or told.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn token(&self, symbol: &str) -> Result<Option<TokenListing>, IndexError> {
        let query = TokenQuery {
            symbols: vec![symbol.to_owned()],
            limit: 1,
            ..TokenQuery::default()
        };
        Ok(self.tokens(&query).await?.tokens.pop())
    }

    /// Tokens whose symbol or name begins with a text, in whatever letters; those that most accounts hold first.
    pub(super) async fn tokens_beginning(
        &self,
        text: &str,
        limit: i64,
    ) -> Result<Vec<Token>, IndexError> {
        let order = self.database().kind().bytewise();
        let mut conditions = Conditions::default();
        let mut begins = |column: &str, text: String| {
            let (from, until) = (text.clone(), prefix_end(&text));
            let (from, until) = (conditions.place(from), conditions.place(until));
            format!("({column} COLLATE {order} >= {from} AND {column} COLLATE {order} < {until})")
        };
        let symbol = begins("symbol", text.to_uppercase());
        let name = begins("name_key", text.to_lowercase());
        let exact = conditions.place(text.to_uppercase());
        let rest = format!(
            "WHERE {symbol} OR {name} \
             ORDER BY CASE WHEN symbol = {exact} THEN 0 ELSE 1 END, holders DESC, symbol LIMIT {}",
            conditions.place(limit.clamp(1, MOST)),
        );
        self.rows(&rest, &conditions.fields).await
    }
}

/// A pattern of texts that have this one in them.
fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}
