//! What people may call of the native contracts, and with which parameters: for forms, and for who looks it up. The
//! contracts check everything themselves, and do not ask this.
//!
//! Left out is what only the node and other contracts call, what comes with a payment on the main chain, and what sets
//! the parameters of a whole contract.

use Kind::{Account, Amount, Flag, Json, Number, Symbol, Text};

/// An action that people call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action {
    /// Its name.
    pub name: &'static str,
    /// Whether it takes the active key; otherwise the posting key is enough.
    pub needs_active: bool,
    /// What its payload has.
    pub parameters: &'static [Parameter],
}

/// A field of a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Whether it may be left out.
    pub is_optional: bool,
}

/// What a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// An amount above zero, as a decimal text.
    Amount,
    /// A number.
    Number,
    /// True or false.
    Flag,
    /// The name of an account.
    Account,
    /// The symbol of a token.
    Symbol,
    /// An object or a list.
    Json,
}

const fn active(name: &'static str, parameters: &'static [Parameter]) -> Action {
    Action {
        name,
        needs_active: true,
        parameters,
    }
}

const fn posting(name: &'static str, parameters: &'static [Parameter]) -> Action {
    Action {
        name,
        needs_active: false,
        parameters,
    }
}

const fn of(name: &'static str, kind: Kind) -> Parameter {
    Parameter {
        name,
        kind,
        is_optional: false,
    }
}

const fn maybe(name: &'static str, kind: Kind) -> Parameter {
    Parameter {
        name,
        kind,
        is_optional: true,
    }
}

const SYMBOL: Parameter = of("symbol", Symbol);
const TO: Parameter = of("to", Account);
const TO_CONTRACT: Parameter = of("to", Text);
const QUANTITY: Parameter = of("quantity", Amount);
const MEMO: Parameter = maybe("memo", Text);
const ID: Parameter = of("id", Text);
const ACTIVE: Parameter = of("active", Flag);
const PAIR: Parameter = of("tokenPair", Text);

const TOKENS: &[Action] = &[
    active("transfer", &[SYMBOL, TO, QUANTITY, MEMO]),
    active("transferToContract", &[SYMBOL, TO_CONTRACT, QUANTITY, MEMO]),
    active("stake", &[SYMBOL, TO, QUANTITY]),
    active("unstake", &[SYMBOL, QUANTITY]),
    active("cancelUnstake", &[of("txID", Text)]),
    active("delegate", &[SYMBOL, TO, QUANTITY]),
    active("undelegate", &[SYMBOL, of("from", Account), QUANTITY]),
    active(
        "create",
        &[
            SYMBOL,
            of("name", Text),
            of("precision", Number),
            of("maxSupply", Amount),
            maybe("url", Text),
        ],
    ),
    active("issue", &[SYMBOL, TO, QUANTITY]),
    active("issueToContract", &[SYMBOL, TO_CONTRACT, QUANTITY]),
    active(
        "enableStaking",
        &[
            SYMBOL,
            of("unstakingCooldown", Number),
            of("numberTransactions", Number),
        ],
    ),
    active(
        "enableDelegation",
        &[SYMBOL, of("undelegationCooldown", Number)],
    ),
    posting("updateUrl", &[SYMBOL, of("url", Text)]),
    posting("updateMetadata", &[SYMBOL, of("metadata", Json)]),
    active("updatePrecision", &[SYMBOL, of("precision", Number)]),
    active("transferOwnership", &[SYMBOL, TO]),
];

const ORDER: &[Parameter] = &[
    SYMBOL,
    QUANTITY,
    of("price", Amount),
    maybe("expiration", Number),
];

const MARKET: &[Action] = &[
    active("buy", ORDER),
    active("sell", ORDER),
    active("marketBuy", &[SYMBOL, QUANTITY]),
    active("marketSell", &[SYMBOL, QUANTITY]),
    active("cancel", &[of("type", Text), ID]),
];

const PRIZES: &[Parameter] = &[
    PAIR,
    of("minedToken", Symbol),
    of("lotteryAmount", Amount),
    of("lotteryWinners", Number),
    of("lotteryIntervalHours", Number),
];

const MARKETPOOLS: &[Action] = &[
    active(
        "swapTokens",
        &[
            PAIR,
            of("tokenSymbol", Symbol),
            of("tokenAmount", Amount),
            of("tradeType", Text),
            maybe("minAmountOut", Amount),
            maybe("maxAmountIn", Amount),
        ],
    ),
    active(
        "addLiquidity",
        &[
            PAIR,
            of("baseQuantity", Amount),
            of("quoteQuantity", Amount),
            maybe("maxPriceImpact", Amount),
            maybe("maxDeviation", Amount),
        ],
    ),
    active("removeLiquidity", &[PAIR, of("sharesOut", Amount)]),
    active("createPool", &[PAIR]),
    active("createRewardPool", PRIZES),
    active("updateRewardPool", PRIZES),
    active(
        "setRewardPoolActive",
        &[PAIR, of("minedToken", Symbol), ACTIVE],
    ),
];

const POOL_ID: Parameter = of("rewardPoolId", Number);

const COMMENTS: &[Action] = &[
    active("createRewardPool", &[SYMBOL, of("config", Json)]),
    active("updateRewardPool", &[POOL_ID, of("config", Json)]),
    active("setActive", &[POOL_ID, ACTIVE]),
    active(
        "setMute",
        &[POOL_ID, of("account", Account), of("mute", Flag)],
    ),
    active(
        "setPostMute",
        &[POOL_ID, of("authorperm", Text), of("mute", Flag)],
    ),
    active("resetPool", &[POOL_ID]),
];

/// What a lottery is; in front what it is of, or which one it is.
const fn lottery(first: Parameter) -> [Parameter; 6] {
    [
        first,
        of("lotteryAmount", Amount),
        of("lotteryWinners", Number),
        of("lotteryIntervalHours", Number),
        of("tokenMiners", Json),
        maybe("nftTokenMiner", Json),
    ]
}

const MINING: &[Action] = &[
    active("createPool", &lottery(of("minedToken", Symbol))),
    active("updatePool", &lottery(ID)),
    active("setActive", &[ID, ACTIVE]),
];

const FUND_ID: Parameter = of("fundId", Text);

const TOKENFUNDS: &[Action] = &[
    active(
        "createProposal",
        &[
            FUND_ID,
            of("title", Text),
            of("startDate", Text),
            of("endDate", Text),
            of("amountPerDay", Amount),
            of("authorPermlink", Text),
            of("payout", Json),
        ],
    ),
    active(
        "updateProposal",
        &[
            ID,
            of("title", Text),
            of("endDate", Text),
            of("amountPerDay", Amount),
            of("authorPermlink", Text),
        ],
    ),
    active("disableProposal", &[ID]),
    posting("approveProposal", &[ID]),
    posting("disapproveProposal", &[ID]),
    active(
        "createFund",
        &[
            of("payToken", Symbol),
            of("voteToken", Symbol),
            of("voteThreshold", Amount),
            of("maxDays", Text),
            of("maxAmountPerDay", Amount),
            maybe("proposalFee", Json),
        ],
    ),
    active(
        "updateFund",
        &[
            FUND_ID,
            of("voteThreshold", Amount),
            of("maxDays", Text),
            of("maxAmountPerDay", Amount),
            maybe("proposalFee", Json),
        ],
    ),
    active("setDtfActive", &[FUND_ID, ACTIVE]),
];

const DISTRIBUTION_ID: Parameter = of("id", Number);

/// How tokens are distributed; in front the strategy, or which distribution it is.
const fn distribution(first: Parameter) -> [Parameter; 7] {
    [
        first,
        of("numTicks", Text),
        maybe("tokenMinPayout", Json),
        maybe("tokenRecipients", Json),
        maybe("tokenPair", Text),
        maybe("excludeAccount", Json),
        maybe("bonusCurve", Json),
    ]
}

const DISTRIBUTION: &[Action] = &[
    active("deposit", &[DISTRIBUTION_ID, SYMBOL, QUANTITY]),
    active("create", &distribution(of("strategy", Text))),
    active("update", &distribution(DISTRIBUTION_ID)),
    active("setActive", &[DISTRIBUTION_ID, ACTIVE]),
    active("flush", &[DISTRIBUTION_ID]),
];

const AIRDROPS: &[Action] = &[active(
    "newAirdrop",
    &[SYMBOL, of("type", Text), of("list", Json)],
)];

const PEGGED: &[Action] = &[active("withdraw", &[QUANTITY])];

const WITNESS: Parameter = of("witness", Account);

const WITNESSES: &[Action] = &[
    posting("approve", &[WITNESS]),
    posting("disapprove", &[WITNESS]),
    active(
        "register",
        &[
            maybe("domain", Text),
            maybe("IP", Text),
            of("RPCPort", Number),
            of("P2PPort", Number),
            of("signingKey", Text),
            of("enabled", Flag),
        ],
    ),
];

const RESOURCEMANAGER: &[Action] = &[
    active("subscribe", &[]),
    active(
        "updateAccount",
        &[
            of("account", Account),
            maybe("isDenied", Flag),
            maybe("isAllowed", Flag),
        ],
    ),
];

/// What people may call of a native contract, what is called most first; nothing for a contract that is not native.
pub fn actions(contract: &str) -> &'static [Action] {
    match contract {
        "tokens" => TOKENS,
        "market" => MARKET,
        "marketpools" => MARKETPOOLS,
        "comments" => COMMENTS,
        "mining" => MINING,
        "tokenfunds" => TOKENFUNDS,
        "distribution" => DISTRIBUTION,
        "airdrops" => AIRDROPS,
        "steempegged" | "hivepegged" => PEGGED,
        "witnesses" => WITNESSES,
        "resourcemanager" => RESOURCEMANAGER,
        // what others there are is called by payments and by the node
        _ => &[],
    }
}
