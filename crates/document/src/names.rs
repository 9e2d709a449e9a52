//! Names of fields that take a single byte where they are stored.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

/// The names that most rows of tables have, in ascending order; their places are their numbers. They are part of the formats
/// of documents and keys: a change of this list is a new version of these.
#[rustfmt::skip]
const NAMES: [&str; 127] = [
    "_id", "account", "active", "app", "approvalWeight", "approvals", "author", "authorperm", "balance", "balances",
    "basePrice", "baseQuantity", "baseVolume", "beneficiaries", "buyTxId", "buyer", "bytes", "cashoutTime",
    "circulatingSupply", "codeHash", "completeTimestamp", "config", "contract", "created", "createdTimestamp",
    "creator", "curationWeight", "data", "declinePayout", "delegationEnabled", "delegationsIn", "delegationsOut",
    "desc", "downvoteMana", "downvotingPower", "enabled", "exactPower", "expiration", "from", "highestBid", "icon",
    "id", "intervalPendingClaims", "intervalRewardPool", "issuer", "known", "lastClaimDecayTimestamp",
    "lastDayPrice", "lastDayPriceExpiration", "lastPrice", "lastRewardTimestamp", "lastVoteTimestamp", "lowestAsk",
    "mana", "maxSupply", "memo", "metadata", "millisecPerPeriod", "mute", "name", "nextTransactionTimestamp",
    "numberTransactions", "numberTransactionsLeft", "oldestTrade", "oldestTradeId", "orders", "owner",
    "pendingClaims", "pendingUndelegations", "pendingUnstake", "permlink", "power", "precision", "price",
    "priceChangeHive", "priceChangePercent", "priceChangeSteem", "priceDec", "properties", "quantity",
    "quantityLeft", "quotePrice", "quoteQuantity", "quoteVolume", "recipient", "reply", "rewardPool",
    "rewardPoolId", "rewardPoolIds", "round", "rshares", "sellTxId", "seller", "shares", "signingKey", "stake",
    "stakingEnabled", "status", "supply", "symbol", "tags", "timeFactor", "timestamp", "to", "tokenMiners",
    "tokenPair", "tokensLocked", "totalApprovalWeight", "totalShares", "totalStaked", "txID", "txId", "type",
    "undelegationCooldown", "unstakingCooldown", "updated", "url", "value", "version", "volume", "volumeExpiration",
    "votePositiveRshareSum", "voteRshareSum", "voter", "votingPower", "weight", "witness",
];

/// The name with that number, if there is one.
pub(crate) fn name(number: u8) -> Option<&'static [u8]> {
    let name = NAMES.get(usize::from(number))?;
    Some(name.as_bytes())
}

/// The number of a name, if it has one.
pub(crate) fn number(name: &[u8]) -> Option<u8> {
    static NUMBERS: LazyLock<HashMap<&'static [u8], u8, FixedState>> = LazyLock::new(|| {
        let names = NAMES.iter().map(|name| name.as_bytes());
        names.zip(0..).collect()
    });
    NUMBERS.get(name).copied()
}

/// How many of the names come before this one.
pub(crate) fn before(name: &[u8]) -> u8 {
    NAMES.partition_point(|known| known.as_bytes() < name) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_each_others() {
        for (place, text) in (0..).zip(NAMES) {
            assert_eq!(number(text.as_bytes()), Some(place), "{text}");
            assert_eq!(name(place), Some(text.as_bytes()));
            assert_eq!(before(text.as_bytes()), place);
        }
        assert_eq!(name(127), None);
        assert_eq!(number(b"accounts"), None);
        assert_eq!(number(b""), None);
    }

    #[test]
    fn they_are_in_order() {
        assert!(NAMES.is_sorted());
        assert_eq!((before(b""), before(b"~")), (0, 127));
    }
}
