//! Names of fields that take a single byte where they are stored.

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
    let number = PLACES.numbers[place(name, PLACES.seed)];
    let known = NAMES.get(usize::from(number))?;
    (known.as_bytes() == name).then_some(number)
}

/// Where the number of each name is: rows are full of names, so none has to be looked for twice.
struct Places {
    /// With which no two names have the same place.
    seed: u64,
    /// [`NONE`] where there is none.
    numbers: [u8; PLACE_COUNT],
}

const PLACE_COUNT: usize = 2048;
const NONE: u8 = u8::MAX;

static PLACES: Places = {
    let mut seed = 1;
    loop {
        if let Some(numbers) = places(seed) {
            break Places { seed, numbers };
        }
        seed += 1;
    }
};

/// The numbers in their places; `None` if two of them share one.
const fn places(seed: u64) -> Option<[u8; PLACE_COUNT]> {
    let mut numbers = [NONE; PLACE_COUNT];
    let mut number = 0;
    while number < NAMES.len() {
        let place = place(NAMES[number].as_bytes(), seed);
        if numbers[place] != NONE {
            return None;
        }
        numbers[place] = number as u8;
        number += 1;
    }
    Some(numbers)
}

/// A place for a name, made of its length, its first eight bytes and its last eight.
const fn place(name: &[u8], seed: u64) -> usize {
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15; // 2^64 divided by the golden ratio
    let (first, last) = ends(name);
    let mixed = (first ^ seed.wrapping_mul(SPREAD)).wrapping_mul(SPREAD);
    let mixed = (mixed ^ last ^ name.len() as u64).wrapping_mul(SPREAD | seed << 8);
    (mixed >> 53) as usize
}

/// The first eight bytes and the last eight; of a short name, what there is.
const fn ends(name: &[u8]) -> (u64, u64) {
    if let (Some(first), Some(last)) = (name.first_chunk(), name.last_chunk()) {
        return (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
    }
    let mut all = 0;
    let mut rest = name;
    while let [byte, others @ ..] = rest {
        all = all << 8 | *byte as u64;
        rest = others;
    }
    (all, all)
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
