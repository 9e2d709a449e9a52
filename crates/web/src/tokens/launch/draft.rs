use serde::Deserialize;
use tartan_chain::Network;
use tartan_decimal::{Precision, Quantity};

use super::SymbolState;
use crate::tokens::pool::{Pool, Wrong, whole};
use crate::tokens::simulate::Scene;

/// The steps, by the keys of their names.
pub(super) const STEPS: [&str; 5] = [
    "launch-step-token",
    "launch-step-supply",
    "launch-step-stake",
    "launch-step-pool",
    "launch-step-review",
];
/// The step that is about the reward pool.
const POOL: usize = 4;
/// The most that any token may have, in whole tokens.
const MOST_SUPPLY: i128 = 9_007_199_254_740_991;

/// What a founder has answered so far.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::tokens) struct Draft {
    pub(super) step: String,
    pub(super) preset: String,
    pub(super) symbol: String,
    pub(super) name: String,
    pub(super) url: String,
    pub(super) desc: String,
    pub(super) precision: String,
    pub(super) max: String,
    pub(super) issue: String,
    /// `none`, a preset of days and parts, or `custom`.
    pub(super) stake: String,
    pub(super) unstake_days: String,
    pub(super) unstake_parts: String,
    /// `no` or `yes`.
    pub(super) delegate: String,
    pub(super) undelegate_days: String,
    /// `no` or `yes`.
    pub(super) with_pool: String,
    #[serde(flatten)]
    pub(super) pool: Pool,
    #[serde(flatten)]
    pub(super) scene: Scene,
}

impl Draft {
    /// With what a founder begins with, where nothing is answered.
    pub(super) fn filled(mut self) -> Draft {
        let begin = |field: &mut String, value: &str| {
            if field.trim().is_empty() {
                value.clone_into(field);
            }
        };
        begin(&mut self.precision, "3");
        begin(&mut self.stake, "month");
        begin(&mut self.delegate, "yes");
        begin(&mut self.undelegate_days, "7");
        begin(&mut self.with_pool, "no");
        let (days, parts) = match self.stake.as_str() {
            "week" => ("7", "7"),
            "quarter" => ("91", "13"),
            "custom" => ("", ""),
            _ => ("28", "4"),
        };
        if self.stake != "custom" {
            days.clone_into(&mut self.unstake_days);
            parts.clone_into(&mut self.unstake_parts);
        }
        if !self.preset.is_empty() {
            self.pool = self.pool.preset(&self.preset);
            "yes".clone_into(&mut self.with_pool);
        } else if self.pool.is_empty() {
            self.pool = self.pool.preset("chain");
        }
        if self.pool.tags.trim().is_empty() {
            self.pool.tags = self.symbol().to_lowercase();
        }
        self
    }

    pub(super) fn symbol(&self) -> String {
        self.symbol.trim().to_uppercase()
    }

    pub(super) fn scale(&self) -> Precision {
        let digits = self.precision.trim().parse().ok();
        digits
            .and_then(|digits| Precision::new(digits).ok())
            .unwrap_or(Precision::MAX)
    }

    pub(super) fn stakes(&self) -> bool {
        self.stake != "none"
    }

    pub(super) fn delegates(&self) -> bool {
        self.stakes() && self.delegate == "yes"
    }

    pub(super) fn has_pool(&self) -> bool {
        self.with_pool == "yes"
    }

    /// Why the contract would refuse the symbol, but for who has it.
    pub(super) fn symbol_problem(&self, network: &Network) -> Option<&'static str> {
        let symbol = self.symbol();
        let is_plain = symbol.bytes().all(|byte| byte.is_ascii_uppercase());
        if !(1..=10).contains(&symbol.len()) || !is_plain {
            return Some("launch-wrong-symbol");
        }
        let tokens = &network.contracts.tokens;
        let has_word = tokens
            .reserved_words
            .iter()
            .any(|word| symbol.contains(word.as_str()));
        (has_word || tokens.reserved_symbols.contains_key(&symbol))
            .then_some("launch-wrong-reserved")
    }

    /// The step that is shown: the one asked for, or the first one before it in which something is wrong, with that.
    pub(super) fn place(
        &self,
        network: &Network,
        symbol: &SymbolState,
        has_pools: bool,
    ) -> (usize, Vec<Wrong>) {
        let asked = match self.step.trim().parse() {
            Ok(step) => STEPS.len().min(step).max(1),
            Err(_) if !self.preset.is_empty() => POOL,
            Err(_) => 1,
        };
        for step in 1..asked {
            let wrong = match step {
                1 => self.token_problems(network, symbol),
                2 => self.supply_problems(),
                3 => self.stake_problems(),
                _ => self.pool_problems(has_pools),
            };
            if !wrong.is_empty() {
                return (step, wrong);
            }
        }
        (asked, Vec::new())
    }

    fn token_problems(&self, network: &Network, symbol: &SymbolState) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        if let Some(key) = self.symbol_problem(network) {
            wrong.push(("symbol", key));
        } else if matches!(symbol, SymbolState::Taken(_)) {
            wrong.push(("symbol", "launch-wrong-taken"));
        }
        let name = self.name.trim();
        let is_plain = name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == ' ');
        if !(1..=50).contains(&name.len()) || !is_plain {
            wrong.push(("name", "launch-wrong-name"));
        }
        let url = self.url.trim();
        if !url.is_empty()
            && (url.len() > 255 || !(url.starts_with("https://") || url.starts_with("http://")))
        {
            wrong.push(("url", "launch-wrong-url"));
        }
        if self.desc.chars().count() > 500 {
            wrong.push(("desc", "launch-wrong-desc"));
        }
        wrong
    }

    fn supply_problems(&self) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        if whole(&self.precision, 0, 8).is_none() {
            wrong.push(("precision", "launch-wrong-precision"));
        }
        let scale = self.scale();
        let amount = |text: &str| Quantity::parse_exact(text.trim(), scale).ok();
        let most = amount(&self.max).filter(|most| {
            let limit = MOST_SUPPLY * scale.units_per_token();
            most.is_positive() && most.units() <= limit
        });
        if most.is_none() {
            wrong.push(("max", "launch-wrong-max"));
        }
        let issue = self.issue.trim();
        let issued = amount(issue);
        if !issue.is_empty() && (issued.is_none_or(|issued| issued.units() < 0) || issued > most) {
            wrong.push(("issue", "launch-wrong-issue"));
        }
        wrong
    }

    fn stake_problems(&self) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        if self.stakes() {
            for (name, text) in [
                ("unstake_days", &self.unstake_days),
                ("unstake_parts", &self.unstake_parts),
            ] {
                if whole(text, 1, 365).is_none() {
                    wrong.push((name, "launch-wrong-year"));
                }
            }
        }
        if self.delegates() && whole(&self.undelegate_days, 1, 365).is_none() {
            wrong.push(("undelegate_days", "launch-wrong-year"));
        }
        wrong
    }

    fn pool_problems(&self, has_pools: bool) -> Vec<Wrong> {
        match (self.has_pool() && has_pools, self.stakes()) {
            (false, _) => Vec::new(),
            (true, false) => vec![("with_pool", "launch-wrong-needs-stake")],
            (true, true) => self.pool.problems(self.scale()),
        }
    }

    /// The fields that belong to other steps, with what they hold.
    pub(super) fn others(&self, step: &usize) -> Vec<(&'static str, &str)> {
        let pool = &self.pool;
        let all: [(usize, &'static str, &str); 29] = [
            (1, "symbol", &self.symbol),
            (1, "name", &self.name),
            (1, "url", &self.url),
            (1, "desc", &self.desc),
            (2, "precision", &self.precision),
            (2, "max", &self.max),
            (2, "issue", &self.issue),
            (3, "stake", &self.stake),
            (3, "unstake_days", &self.unstake_days),
            (3, "unstake_parts", &self.unstake_parts),
            (3, "delegate", &self.delegate),
            (3, "undelegate_days", &self.undelegate_days),
            (4, "with_pool", &self.with_pool),
            (4, "reward", &pool.reward),
            (4, "interval", &pool.interval),
            (4, "cashout", &pool.cashout),
            (4, "curation", &pool.curation),
            (4, "post_curve", &pool.post_curve),
            (4, "curation_curve", &pool.curation_curve),
            (4, "regeneration", &pool.regeneration),
            (4, "consumption", &pool.consumption),
            (4, "staked", &pool.staked),
            (4, "tags", &pool.tags),
            (4, "exclude", &pool.exclude),
            (4, "downvotes", &pool.downvotes),
            (4, "reduction", &pool.reduction),
            (4, "reduction_days", &pool.reduction_days),
            (4, "stakes", &self.scene.stakes),
            (4, "votes", &self.scene.votes),
        ];
        let others = all.into_iter().filter(|(of, ..)| of != step);
        others.map(|(_, name, value)| (name, value)).collect()
    }
}

/// Known symbols that one might be taken for.
pub(super) fn alike(symbol: &str, known: &[String]) -> Vec<String> {
    let shape = shape(symbol);
    let is_alike = |other: &&String| {
        let own = other.as_str();
        // a pegged token is named after its coin
        let coin = own.rsplit('.').next().unwrap_or(own);
        own != symbol
            && (self::shape(coin) == shape
                || one_letter_apart(symbol, coin)
                || (coin.len() >= 3 && symbol.contains(coin)))
    };
    let mut found: Vec<String> = known.iter().filter(is_alike).cloned().collect();
    found.sort();
    found.dedup();
    found.truncate(5);
    found
}

/// A symbol with letters that look alike made the same.
fn shape(symbol: &str) -> String {
    let plain = |letter: char| match letter {
        'L' | 'J' => 'I',
        'Q' | 'D' => 'O',
        'V' => 'U',
        'Z' => 'S',
        other => other,
    };
    symbol
        .replace("VV", "W")
        .replace("RN", "M")
        .chars()
        .map(plain)
        .collect()
}

/// Whether one letter more, less or other makes one of the other; short ones are near each other anyway.
fn one_letter_apart(one: &str, other: &str) -> bool {
    let (one, other) = match one.len() <= other.len() {
        true => (one.as_bytes(), other.as_bytes()),
        false => (other.as_bytes(), one.as_bytes()),
    };
    if one.len() < 4 || other.len() - one.len() > 1 {
        return false;
    }
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let skipped = usize::from(one.len() == other.len());
    one[(same + skipped).min(one.len())..] == other[(same + 1).min(other.len())..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_that_look_alike_are_found() {
        let known: Vec<String> = ["STEEMP", "COOL", "SWAP.HIVE", "ENG", "LEO"]
            .map(str::to_owned)
            .to_vec();
        let found = |symbol: &str| alike(symbol, &known).join(" ");
        assert_eq!(found("STEEM"), "STEEMP");
        assert_eq!(found("STEEMPX"), "STEEMP");
        assert_eq!(found("COOI"), "COOL");
        assert_eq!(found("COOLS"), "COOL");
        assert_eq!(found("HIVEX"), "SWAP.HIVE");
        assert_eq!(found("BANANA"), "");
        assert_eq!(found("COOL"), "", "the same is another question");
        assert_eq!(found("É"), "");
    }

    #[test]
    fn a_draft_begins_with_something_sensible() {
        let draft = Draft {
            symbol: "cool".to_owned(),
            ..Draft::default()
        }
        .filled();
        assert_eq!(
            (draft.unstake_days.as_str(), draft.unstake_parts.as_str()),
            ("28", "4")
        );
        assert_eq!(draft.pool.tags, "cool");
        assert!(draft.pool_problems(true).is_empty());
        assert_eq!(draft.supply_problems(), [("max", "launch-wrong-max")]);
    }
}
