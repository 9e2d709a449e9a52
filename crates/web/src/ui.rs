//! Components: pieces of HTML that templates use as `{{ ui::account(name) }}`.
//!
//! What comes from the chain is escaped here; templates may show a component as it is. Components with a body (tables,
//! forms, empty states) are macros in `templates/parts/`.

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;

use crate::format::Given;
use crate::page::Page;
use crate::{format, links};

/// A piece of HTML. Only this module makes some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Markup(String);

impl Markup {
    fn of(template: &impl Template) -> Markup {
        // a template that only writes into memory does not fail
        Markup(template.render().unwrap_or_default())
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

/// What a chip, a message or a number says beside its words: always together with a sign or an icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing in particular.
    Neutral,
    /// On its way.
    Pending,
    /// Good.
    Good,
    /// Look at it.
    Warning,
    /// Bad.
    Bad,
}

impl Kind {
    /// The name of its class.
    pub fn class(self) -> &'static str {
        match self {
            Kind::Neutral => "neutral",
            Kind::Pending => "pending",
            Kind::Good => "good",
            Kind::Warning => "warning",
            Kind::Bad => "bad",
        }
    }

    /// Its icon.
    pub fn icon(self) -> &'static str {
        match self {
            Kind::Neutral => "○",
            Kind::Pending => "…",
            Kind::Good => "✓",
            Kind::Warning => "◐",
            Kind::Bad => "✕",
        }
    }
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<a class="{{ class }}" href="{{ address }}"{% if let Some(title) = title %} title="{{ title }}"{% endif %}>{{ text }}</a>"#
)]
struct Link<'a> {
    class: &'static str,
    address: String,
    text: &'a str,
    title: Option<&'a str>,
}

fn link(class: &'static str, address: String, text: &str) -> Markup {
    Markup::of(&Link {
        class,
        address,
        text,
        title: None,
    })
}

/// An account, linked.
pub fn account(name: &str) -> Markup {
    link("account", links::account(name), &format!("@{name}"))
}

/// A token, linked.
pub fn token(symbol: &str) -> Markup {
    link("token", links::token(symbol), symbol)
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<span class="token-mark token-mark-{{ colour }}" aria-hidden="true">{{ letters }}</span>"#
)]
struct Mark<'a> {
    letters: &'a str,
    colour: u32,
}

/// What stands for a token's logo: its first letters. The address of a picture in its metadata is never asked for: whoever
/// issues a token could otherwise count, and know the addresses of, all who look at it. The policy of the pages forbids it.
pub fn token_mark(symbol: &str) -> Markup {
    const COLOURS: u32 = 6;
    // a pegged token is known by its coin
    let name = symbol.rsplit('.').next().unwrap_or(symbol);
    let end = name
        .char_indices()
        .nth(2)
        .map_or(name.len(), |(end, _)| end);
    let colour = symbol.bytes().fold(0_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    });
    Markup::of(&Mark {
        letters: &name[..end],
        colour: colour % COLOURS,
    })
}

/// A contract, linked.
pub fn contract(name: &str) -> Markup {
    link("contract", links::contract(name), name)
}

/// A block, linked.
pub fn block(number: impl Given<u64>) -> Markup {
    let number = number.given();
    link("block", links::block(number), &format::count(number))
}

/// A transaction, linked; its id shortened, whole in a tooltip.
pub fn transaction(id: &str) -> Markup {
    Markup::of(&Link {
        class: "id",
        address: links::transaction(id),
        text: &format::shortened(id),
        title: Some(id),
    })
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<data class="amount" value="{{ value }}"{% if shown != value %} title="{{ value }}"{% endif %}>{{ shown }}</data>"#
)]
struct Amount<'a> {
    value: &'a str,
    shown: String,
}

/// An amount, with its thousands separated.
pub fn amount(value: &str) -> Markup {
    Markup::of(&Amount {
        value,
        shown: format::amount(value),
    })
}

/// An amount with at most so many decimals, cut off; the whole one in a tooltip.
pub fn amount_cut(value: &str, decimals: impl Given<usize>) -> Markup {
    Markup::of(&Amount {
        value,
        shown: format::amount_cut(value, decimals.given()),
    })
}

/// An amount in a few digits; the whole one in a tooltip.
pub fn amount_short(value: &str) -> Markup {
    Markup::of(&Amount {
        value,
        shown: format::amount_short(value),
    })
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% match value %}{% when Some with (value) %}<data class="dollars" value="{{ value }}" title="{{ source }}">≈ {{ shown }}</data>{% when None %}<span class="dollars">{{ shown }}</span>{% endmatch %}"#
)]
struct Worth {
    value: Option<tartan_index::Amount>,
    shown: String,
    source: String,
}

/// What something is worth in dollars: `≈ $12.34`, or that the price is unknown. See [`Dollars`](crate::Dollars).
pub fn dollars(page: &Page, worth: impl Given<Option<tartan_index::Amount>>) -> Markup {
    let value = worth.given();
    Markup::of(&Worth {
        value,
        shown: value.map_or_else(|| page.t("price-unknown").to_string(), format::dollars),
        source: page
            .t("price-source")
            .with("chain", page.main_chain())
            .to_string(),
    })
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<span class="change {{ kind.class() }}"><span aria-hidden="true">{{ arrow }}</span> {{ shown }}</span>"#
)]
struct Change {
    kind: Kind,
    arrow: &'static str,
    shown: String,
}

/// A change in percent: sign, arrow and colour.
pub fn change(percent: &str) -> Markup {
    let shown = format::percent(percent);
    let (kind, arrow) = match shown.chars().next() {
        Some('+') => (Kind::Good, "▲"),
        Some('−') => (Kind::Bad, "▼"),
        _ => (Kind::Neutral, "●"),
    };
    Markup::of(&Change { kind, arrow, shown })
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<span class="chip {{ kind.class() }}"><span aria-hidden="true">{{ kind.icon() }}</span> {{ text }}</span>"#
)]
struct Chip {
    kind: Kind,
    text: String,
}

/// A word with an icon and a colour.
pub fn chip(kind: impl Given<Kind>, text: impl fmt::Display) -> Markup {
    Markup::of(&Chip {
        kind: kind.given(),
        text: text.to_string(),
    })
}

/// What became of a transaction; the same words everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The logs have no errors.
    Success,
    /// They have some: nothing changed.
    Failed,
    /// Some of several operations failed.
    Partly,
    /// Made by the chain itself.
    Virtual,
    /// Seen, not executed.
    Pending,
    /// In a block that the main chain cannot take back any more.
    Final,
    /// In a block that it may still take back.
    Reversible,
}

/// The chip of a status.
pub fn status(page: &Page, status: impl Given<Status>) -> Markup {
    let (kind, key) = match status.given() {
        Status::Success => (Kind::Good, "status-success"),
        Status::Failed => (Kind::Bad, "status-failed"),
        Status::Partly => (Kind::Warning, "status-partly"),
        Status::Virtual => (Kind::Neutral, "status-virtual"),
        Status::Pending => (Kind::Pending, "status-pending"),
        Status::Final => (Kind::Good, "status-final"),
        Status::Reversible => (Kind::Pending, "status-reversible"),
    };
    chip(kind, page.t(key))
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<live-time><time datetime="{{ machine }}">{{ text }}</time></live-time>"#
)]
struct Time {
    machine: String,
    text: String,
}

/// A time: in UTC as rendered; how long ago, kept true, where there is JavaScript.
pub fn time(seconds: impl Given<i64>) -> Markup {
    let seconds = seconds.given();
    match (format::machine_time(seconds), format::utc(seconds)) {
        (Some(machine), Some(text)) => Markup::of(&Time { machine, text }),
        _ => Markup("–".to_owned()),
    }
}

/// The time of a block's timestamp.
pub fn timestamp(text: &str) -> Markup {
    match format::seconds(text) {
        Some(seconds) => time(seconds),
        None => Markup("–".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_are_escaped() {
        let hostile = "\"><script>alert(1)</script>";
        for markup in [
            account(hostile),
            token(hostile),
            token_mark(hostile),
            contract(hostile),
            transaction(hostile),
            amount(hostile),
            change(hostile),
        ] {
            assert!(!markup.0.contains("<script"), "{markup}");
            assert!(!markup.0.contains("\"><script"), "{markup}");
        }
    }

    #[test]
    fn an_amount_says_the_whole_value_where_it_shows_less() {
        assert_eq!(
            amount_cut("1234.56789", 2).0,
            r#"<data class="amount" value="1234.56789" title="1234.56789">1,234.56</data>"#
        );
        assert_eq!(amount("5").0, r#"<data class="amount" value="5">5</data>"#);
    }

    #[test]
    fn a_change_has_a_sign_an_arrow_and_a_colour() {
        assert!(change("2").0.contains("good") && change("2").0.contains('▲'));
        assert!(change("-2").0.contains("bad") && change("-2").0.contains('▼'));
        assert!(change("0").0.contains("neutral"));
    }

    #[test]
    fn a_time_without_a_year_is_a_dash() {
        assert_eq!(time(i64::MIN).0, "–");
        assert!(
            timestamp("2026-01-01T12:00:05")
                .0
                .contains("2026-01-01T12:00:05Z")
        );
    }
}
