//! Names of fields that take a single byte.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

/// The names that rows have most of the time, by their numbers. These are part of the format: a change of this list is a
/// new version of it.
const NAMES: [&str; 128] = [
    // balances
    "_id",
    "account",
    "symbol",
    "balance",
    "stake",
    "pendingUnstake",
    "delegationsIn",
    "delegationsOut",
    "pendingUndelegations",
    "quantity",
    // orders and trades
    "txId",
    "timestamp",
    "price",
    "priceDec",
    "tokensLocked",
    "expiration",
    "type",
    "buyer",
    "seller",
    "volume",
    "buyTxId",
    "sellTxId",
    // markets
    "volumeExpiration",
    "lastPrice",
    "lowestAsk",
    "highestBid",
    "lastDayPrice",
    "lastDayPriceExpiration",
    "priceChangeHive",
    "priceChangeSteem",
    "priceChangePercent",
    "oldestTradeId",
    "oldestTrade",
    "orders",
    "known",
    // posts and votes
    "rewardPoolId",
    "rewardPoolIds",
    "authorperm",
    "author",
    "permlink",
    "created",
    "cashoutTime",
    "voteRshareSum",
    "votePositiveRshareSum",
    "beneficiaries",
    "declinePayout",
    "app",
    "reply",
    "voter",
    "weight",
    "rshares",
    "curationWeight",
    "votingPower",
    "downvotingPower",
    "exactPower",
    "mana",
    "downvoteMana",
    "lastVoteTimestamp",
    "mute",
    "active",
    // reward pools
    "config",
    "pendingClaims",
    "rewardPool",
    "lastRewardTimestamp",
    "lastClaimDecayTimestamp",
    "createdTimestamp",
    "intervalPendingClaims",
    "intervalRewardPool",
    "tags",
    // tokens
    "issuer",
    "name",
    "metadata",
    "precision",
    "maxSupply",
    "supply",
    "circulatingSupply",
    "stakingEnabled",
    "totalStaked",
    "unstakingCooldown",
    "delegationEnabled",
    "undelegationCooldown",
    "numberTransactions",
    // unstakes and delegations
    "from",
    "to",
    "txID",
    "updated",
    "completeTimestamp",
    "quantityLeft",
    "numberTransactionsLeft",
    "nextTransactionTimestamp",
    "millisecPerPeriod",
    "bytes",
    "contract",
    // pools of liquidity
    "tokenPair",
    "baseQuantity",
    "quoteQuantity",
    "basePrice",
    "quotePrice",
    "baseVolume",
    "quoteVolume",
    "totalShares",
    "shares",
    "timeFactor",
    "creator",
    // mining, funds, distributions
    "id",
    "power",
    "tokenMiners",
    "balances",
    "properties",
    "owner",
    "memo",
    "recipient",
    // witnesses
    "witness",
    "round",
    "signingKey",
    "approvals",
    "approvalWeight",
    "totalApprovalWeight",
    "enabled",
    // what scripts write often
    "codeHash",
    "version",
    "url",
    "icon",
    "desc",
    "status",
    "data",
    "value",
    "count",
];

/// The name with that number, which is below 128.
pub(super) fn name(number: u8) -> &'static [u8] {
    NAMES[usize::from(number)].as_bytes()
}

/// The number of a name, if it has one.
pub(super) fn number(name: &[u8]) -> Option<u8> {
    static NUMBERS: LazyLock<HashMap<&'static [u8], u8, FixedState>> = LazyLock::new(|| {
        let names = NAMES.iter().map(|name| name.as_bytes());
        names.zip(0..).collect()
    });
    NUMBERS.get(name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_each_others() {
        for (place, text) in (0..).zip(NAMES) {
            assert_eq!(number(text.as_bytes()), Some(place), "{text}");
            assert_eq!(name(place), text.as_bytes());
        }
        assert_eq!(number(b"accounts"), None);
        assert_eq!(number(b""), None);
    }
}
