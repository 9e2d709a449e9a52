//! The decisions, one by one.

use super::{Asked, Default, Kind, Parameter, Section};

const fn token(
    name: &'static str,
    kind: Kind,
    default: Default,
    meaning: &'static str,
) -> Parameter {
    Parameter {
        name,
        key: "",
        section: Section::Token,
        kind,
        default,
        asked: Asked::Always,
        meaning,
    }
}

const fn pool(
    name: &'static str,
    key: &'static str,
    kind: Kind,
    default: Default,
    meaning: &'static str,
) -> Parameter {
    Parameter {
        name,
        key,
        section: Section::Pool,
        kind,
        default,
        asked: Asked::Always,
        meaning,
    }
}

const fn unasked(parameter: Parameter) -> Parameter {
    Parameter {
        asked: Asked::Never,
        ..parameter
    }
}

/// Of networks whose reward pools have more options than those of the public chains.
const fn extended(parameter: Parameter) -> Parameter {
    Parameter {
        asked: Asked::Extended,
        ..parameter
    }
}

const fn integer(least: u32, most: u32) -> Kind {
    Kind::Integer {
        least,
        most,
        step: 1,
    }
}

const PERCENT: Kind = integer(0, 100);
const DAYS: Kind = integer(1, 30);
const SHARE: Kind = integer(1, 10_000);

/// All decisions, in the order of the questions.
pub(in super::super) static PARAMETERS: [Parameter; 37] = [
    token(
        "name",
        Kind::Text(50),
        Default::Follows,
        "Name of the token: letters, digits and spaces.",
    ),
    token(
        "precision",
        integer(0, 8),
        Default::Is("3"),
        "Decimals. A reward below the last decimal is not paid.",
    ),
    token(
        "max-supply",
        Kind::Amount,
        Default::Is("1000000"),
        "The most that can ever be issued, rewards included. It cannot be changed.",
    ),
    token(
        "url",
        Kind::Text(255),
        Default::Nothing,
        "A web page about the token.",
    ),
    token(
        "unstaking-days",
        integer(1, 365),
        Default::Is("28"),
        "Days that unstaking takes. Long enough that nobody votes and leaves.",
    ),
    token(
        "unstaking-slices",
        integer(1, 365),
        Default::Is("4"),
        "Equal parts in which unstaked tokens come back over those days.",
    ),
    token(
        "undelegation-days",
        integer(1, 365),
        Default::Is("7"),
        "Days until lent stake is back with its owner.",
    ),
    token(
        "first-issue",
        Kind::Amount,
        Default::Nothing,
        "Tokens that the founder gets at once, to stake and to hand out. Votes count by stake: without any, nobody has a say.",
    ),
    pool(
        "tags",
        "tags",
        Kind::Words,
        Default::Follows,
        "Posts with one of these tags are rewarded, and all replies below them. Up to 5, exactly as written in posts.",
    ),
    pool(
        "exclude-tags",
        "excludeTags",
        Kind::Words,
        Default::Nothing,
        "Posts with one of these tags are not rewarded, whatever other tags they have.",
    ),
    pool(
        "reward-interval-seconds",
        "rewardIntervalSeconds",
        Kind::Integer {
            least: 3,
            most: 86_400,
            step: 3,
        },
        Default::Is("3600"),
        "Seconds between two payments: new tokens come into the pool, and posts whose time has come are paid. At most a day, in steps of 3.",
    ),
    pool(
        "reward-per-interval",
        "rewardPerInterval",
        Kind::Amount,
        Default::Follows,
        "New tokens for the pool at each payment. The default makes 4 % of the maximum supply in the first year.",
    ),
    pool(
        "reward-reduction-interval-seconds",
        "rewardReductionIntervalSeconds",
        integer(3, u32::MAX),
        Default::Is("31536000"),
        "After so many seconds the new tokens become fewer, and again after as many. 31536000 is a year.",
    ),
    pool(
        "reward-reduction-percentage",
        "rewardReductionPercentage",
        Kind::Number {
            least: 0,
            most: 10_000,
            decimals: 1,
        },
        Default::Is("5"),
        "By how many percent they become fewer each time. 0 keeps them the same until the maximum supply is reached.",
    ),
    pool(
        "cashout-window-days",
        "cashoutWindowDays",
        DAYS,
        Default::Is("7"),
        "Days after posting during which votes count; then the post is paid.",
    ),
    pool(
        "curation-reward-percentage",
        "curationRewardPercentage",
        PERCENT,
        Default::Is("50"),
        "Percent of a post's reward for those who voted for it; the rest is for the author.",
    ),
    pool(
        "staked-reward-percentage",
        "stakedRewardPercentage",
        PERCENT,
        Default::Is("50"),
        "Percent of every reward that is paid as stake; the rest is free at once.",
    ),
    extended(pool(
        "post-reward-curve",
        "postRewardCurve",
        Kind::Choice(&["power", "linear", "quadratic", "convergent"]),
        Default::Is("power"),
        "How the sum of a post's votes makes its claim to the pool: power (as below), linear, quadratic (popular posts take most) or convergent (posts with few votes get half of their part).",
    )),
    pool(
        "post-reward-curve-parameter",
        "postRewardCurveParameter",
        Kind::Number {
            least: 100,
            most: 200,
            decimals: 2,
        },
        Default::Is("1"),
        "The power of the curve power. 1: twice the votes earn twice as much. 2: four times as much, so that popular posts take most.",
    ),
    extended(pool(
        "curation-reward-curve",
        "curationRewardCurve",
        Kind::Choice(&["power", "linear", "sqrt", "bounded"]),
        Default::Is("power"),
        "How the votes so far decide what a vote gets of the voters' part: power (as below), linear, sqrt or bounded (early voters take most).",
    )),
    pool(
        "curation-reward-curve-parameter",
        "curationRewardCurveParameter",
        Kind::Number {
            least: 50,
            most: 100,
            decimals: 2,
        },
        Default::Is("0.5"),
        "The power of the curve power. 1: every voter earns by stake alone. 0.5: who votes early earns more than who votes after others.",
    ),
    pool(
        "vote-regeneration-days",
        "voteRegenerationDays",
        DAYS,
        Default::Is("5"),
        "Days in which voting power grows from nothing to full.",
    ),
    pool(
        "downvote-regeneration-days",
        "downvoteRegenerationDays",
        DAYS,
        Default::Is("5"),
        "The same for the separate power of downvotes.",
    ),
    pool(
        "vote-power-consumption",
        "votePowerConsumption",
        SHARE,
        Default::Is("200"),
        "What a full vote uses of the voting power, in hundredths of a percent: 200 is 2 %, good for some ten full votes a day.",
    ),
    pool(
        "downvote-power-consumption",
        "downvotePowerConsumption",
        SHARE,
        Default::Is("2000"),
        "What a full downvote uses of the downvoting power, in hundredths of a percent.",
    ),
    pool(
        "disable-downvote",
        "disableDownvote",
        Kind::Switch,
        Default::Is("false"),
        "Whether downvotes count for nothing.",
    ),
    pool(
        "ignore-decline-payout",
        "ignoreDeclinePayout",
        Kind::Switch,
        Default::Is("false"),
        "Whether authors who decline the main chain's payout are rewarded here all the same.",
    ),
    pool(
        "app-tax-app",
        "app",
        Kind::Text(64),
        Default::Nothing,
        "The community's own app: posts made with any other pay a tax. The app's name as it stands in posts, before the slash.",
    ),
    pool(
        "app-tax-percent",
        "percent",
        integer(1, 100),
        Default::Nothing,
        "Percent of the author's side that posts made with other apps pay.",
    ),
    pool(
        "app-tax-beneficiary",
        "beneficiary",
        Kind::Account,
        Default::Nothing,
        "The account that gets that tax; null destroys it.",
    ),
    extended(pool(
        "content-constant",
        "contentConstant",
        Kind::Amount,
        Default::Nothing,
        "The votes at which a quadratic, convergent or bounded curve bends.",
    )),
    extended(pool(
        "exact-power",
        "exactPower",
        Kind::Switch,
        Default::Nothing,
        "Whether powers are computed by integers, exactly. Off: as older pools do.",
    )),
    extended(pool(
        "reverse-auction-seconds",
        "reverseAuctionSeconds",
        integer(0, 86_400),
        Default::Nothing,
        "A vote that comes earlier than so many seconds after the post keeps only part of its share, so that robots do not win.",
    )),
    extended(pool(
        "votes-per-regeneration-period",
        "votesPerRegenerationPeriod",
        SHARE,
        Default::Nothing,
        "Full votes that an account has in the days of regeneration, in place of a consumption for each vote.",
    )),
    extended(pool(
        "downvotes-per-regeneration-period",
        "downvotesPerRegenerationPeriod",
        SHARE,
        Default::Nothing,
        "The same for downvotes.",
    )),
    extended(pool(
        "comment-pool-percentage",
        "commentPoolPercentage",
        PERCENT,
        Default::Nothing,
        "Percent of the new tokens that replies have for themselves, so that they do not compete with posts.",
    )),
    unasked(token(
        "symbol",
        Kind::Text(10),
        Default::Nothing,
        "Symbol of the token: up to 10 capital letters.",
    )),
];
