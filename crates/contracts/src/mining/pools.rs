//! Creating pools, changing them, switching them on and off.

use tartan_decimal::Decimal;
use tartan_document::{Value, object};
use tartan_runtime::{ActionResult, Context, OrFail, Payload, ensure};
use tartan_state::Stored;

use super::foreign::{self, Token};
use super::tables::{NftTokenPool, Pool, TokenMiner, TokenPool, Updating};
use super::{Mining, numbers, params, token_miners};
use crate::holdings::{burn_fee, covers, transfer};

const HOUR: i64 = 3_600_000;
/// Longest name of the weights that another contract has, in bytes.
const MOST_EXTERNAL: usize = 100;
/// Active pools that may use the same NFT.
const MOST_NFT_POOLS: usize = 2;

/// The prizes that a pool is to give, of the right types and within bounds.
struct Prizes {
    winners: u32,
    hours: u32,
    amount: String,
}

impl Prizes {
    fn amount(payload: Payload<'_>) -> Option<String> {
        let amount = payload.text("lotteryAmount")?;
        let value = numbers::parse(&amount);
        let positive = value.is_finite() && value.is_greater(&Decimal::ZERO);
        positive.then(|| amount.into_owned())
    }

    fn parse(payload: Payload<'_>, amount: String) -> ActionResult<Prizes> {
        let integer = |key: &str, most: i64| {
            let number = payload.integer(key)?;
            let within = (1..=most).contains(&number);
            within.then_some(u32::try_from(number).ok()?)
        };
        let winners = integer("lotteryWinners", 20)
            .or_fail("invalid lotteryWinners: integer between 1 and 20 only")?;
        let hours = integer("lotteryIntervalHours", 720)
            .or_fail("invalid lotteryIntervalHours: integer between 1 and 720 only")?;
        Ok(Prizes {
            winners,
            hours,
            amount,
        })
    }

    fn check_decimals(&self, token: &Token) -> ActionResult {
        let decimals = numbers::parse(&self.amount).decimals().unwrap_or(0);
        ensure!(
            decimals <= u32::from(token.precision.decimals()),
            "minedToken precision mismatch for lotteryAmount"
        );
        Ok(())
    }
}

impl Mining {
    /// `createPool {lotteryWinners, lotteryIntervalHours, lotteryAmount, minedToken, tokenMiners, nftTokenMiner?,
    /// externalMiners?}`: makes a lottery of a token, for a fee. It begins to count its miners, and waits to be
    /// activated.
    pub(super) fn create_pool(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let external = external_miners(payload, ctx)?;
        let fee = params(ctx)?.pool_creation_fee.clone();
        ensure!(
            covers(ctx, &self.utility_token, &fee)?,
            "you must have enough tokens to cover the creation fee"
        );
        ctx.require_active_key()?;
        let symbol = payload.text("minedToken").or_fail("invalid params")?;
        let amount = Prizes::amount(payload).or_fail("invalid params")?;
        ensure!(
            tartan_runtime::text::length(&symbol) <= 10,
            "invalid symbol: uppercase letters only, max length of 10"
        );
        let prizes = Prizes::parse(payload, amount)?;
        let token = foreign::token(ctx, &symbol)?.or_fail("minedToken does not exist")?;
        self.require_issuer(ctx, &token)?;
        prizes.check_decimals(&token)?;
        let pool = new_pool(payload, ctx, prizes, &token, external)?;
        let known = ctx.rows::<Pool>().get(&[&pool.id])?;
        ensure!(known.is_none(), "pool already exists");

        let id = pool.id.clone();
        for miner in &pool.token_miners {
            use_token(ctx, miner, &id)?;
        }
        ctx.rows::<Pool>().insert(pool)?;
        burn_fee(ctx, &self.utility_token, &fee)?;
        ctx.emit("createPool", object! { "id": id });
        Ok(())
    }

    /// `updatePool {id, lotteryWinners, lotteryIntervalHours, lotteryAmount, tokenMiners, nftTokenMiner?}`: other
    /// prizes, other weights, for a fee. A contract changes only the prizes.
    pub(super) fn update_pool(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let fee = params(ctx)?.pool_update_fee.clone();
        ensure!(
            covers(ctx, &self.utility_token, &fee)?,
            "you must have enough tokens to cover the update fee"
        );
        ctx.require_active_key()?;
        let id = payload.text("id").or_fail("invalid params")?;
        let amount = Prizes::amount(payload).or_fail("invalid params")?;
        let prizes = Prizes::parse(payload, amount)?;
        let mut pool = find(ctx, &id)?;
        let token = foreign::token(ctx, &pool.mined_token)?;
        let token = token.or_fail("must be issuer of minedToken")?;
        self.require_issuer(ctx, &token)?;
        prizes.check_decimals(&token)?;
        let now = ctx.time()?;
        if ctx.caller().is_none() {
            let tokens = payload.get("tokenMiners");
            let nft = payload.get("nftTokenMiner");
            if token_miners::change(ctx, &mut pool, tokens, nft)? {
                count_anew(&mut pool, now);
            }
            pool.next_lottery_timestamp = now + i64::from(prizes.hours) * HOUR;
        }
        pool.lottery_winners = prizes.winners;
        pool.lottery_interval_hours = prizes.hours;
        pool.lottery_amount = prizes.amount;
        ctx.rows::<Pool>().update(&pool)?;
        burn_fee(ctx, &self.utility_token, &fee)
    }

    /// `setActive {id, active}`: switches the draws of a pool on or off.
    pub(super) fn set_active(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        ctx.require_active_key()?;
        let id = payload.text("id").or_fail("pool id not found")?;
        let mut pool = find(ctx, &id)?;
        let token = foreign::token(ctx, &pool.mined_token)?;
        let token = token.or_fail("must be issuer of minedToken")?;
        self.require_issuer(ctx, &token)?;
        let active = payload.get("active").is_some_and(Value::is_truthy);
        let now = ctx.time()?;
        if let Some(nft) = &pool.nft_token_miner {
            let symbol = nft.symbol.clone();
            use_nft(ctx, &symbol, &pool.record.id, active)?;
            if active && !pool.active {
                // nobody told the pool of delegations while it was off
                count_anew(&mut pool, now);
            }
        }
        pool.active = active;
        pool.next_lottery_timestamp = next_draw(&pool, now);
        ctx.rows::<Pool>().update(&pool)
    }

    /// `changeNftProperty {id, type, propertyName, changeAmount}`: anyone pays to change a value that a type of NFT has.
    pub(super) fn change_nft_property(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        const DISABLED: &str = "property not enabled for burn change";
        let id = payload.text("id").or_fail("invalid params")?;
        let kind = payload.text("type").or_fail("invalid params")?;
        let name = payload.text("propertyName").or_fail("invalid params")?;
        let change = payload.text("changeAmount").or_fail("invalid params")?;
        let change = numbers::parse(&change);
        ensure!(change.is_finite(), "invalid params");
        ctx.require_active_key()?;
        let mut pool = find(ctx, &id)?;
        let now = ctx.time()?;
        let nft = pool.nft_token_miner.as_mut().or_fail(DISABLED)?;
        let named = |name: &Option<String>, asked: &str| name.as_deref() == Some(asked);
        let index = nft.properties.iter().position(|p| named(&p.name, &name));
        let index = index.or_fail(DISABLED)?;
        let burn = nft.properties[index]
            .burn_change
            .clone()
            .or_fail(DISABLED)?;
        let values = nft.type_map.get_mut(&kind).and_then(Value::as_array_mut);
        let value = values.and_then(|values| values.get_mut(index));
        let value = value.or_fail("type not found")?;

        let fee = numbers::times(&change.abs(), &numbers::of_value(&burn.quantity));
        let fee_text = fee.to_string();
        let token = foreign::token(ctx, &burn.symbol)?.or_fail(DISABLED)?;
        ensure!(
            fee.decimals().unwrap_or(0) <= u32::from(token.precision.decimals()),
            format!("fee precision mismatch for amount {fee_text}")
        );
        let sender = ctx.sender();
        let free = fee.is_at_most(&Decimal::ZERO);
        ensure!(
            free || foreign::balance(ctx, &sender, &burn.symbol)?.is_at_least(&fee),
            format!(
                "you must have enough tokens to cover the update fee of {fee_text} {}",
                burn.symbol
            )
        );
        *value = numbers::plus(&numbers::of_value(value), &change)
            .to_string()
            .into();
        token_miners::check_types(&nft.type_map, &nft.properties)?;
        count_anew(&mut pool, now);
        ctx.rows::<Pool>().update(&pool)?;
        match free {
            true => Ok(()),
            false => transfer(ctx, "null", &burn.symbol, &fee_text),
        }
    }

    /// Refuses all but the issuer of a token; for the utility token also the owner of the contract may act.
    fn require_issuer(&self, ctx: &Context<'_>, token: &Token) -> ActionResult {
        let sender = ctx.sender();
        let owner = token.symbol == self.utility_token && sender == ctx.owner();
        ensure!(
            token.issuer == *sender || owner,
            "must be issuer of minedToken"
        );
        Ok(())
    }
}

/// What the weights that another contract has are found by, and that contract.
fn external_miners(
    payload: Payload<'_>,
    ctx: &Context<'_>,
) -> ActionResult<Option<(String, String)>> {
    let Some(asked) = payload.get("externalMiners") else {
        return Ok(None);
    };
    let asked = asked.as_str().or_fail("externalMiners must be a string")?;
    let caller = ctx.caller().or_fail("must be called from a contract")?;
    ensure!(
        asked.len() <= MOST_EXTERNAL,
        format!("invalid externalMiners: max length of {MOST_EXTERNAL}")
    );
    let given = !asked.is_empty();
    Ok(given.then(|| (caller.name.clone(), asked.to_string())))
}

fn new_pool(
    payload: Payload<'_>,
    ctx: &mut Context<'_>,
    prizes: Prizes,
    token: &Token,
    external: Option<(String, String)>,
) -> ActionResult<Pool> {
    let nft = payload.get("nftTokenMiner");
    let from_contract = ctx.caller().is_some();
    ensure!(
        !from_contract || !nft.is_some_and(Value::is_truthy),
        "external nftTokenMiner not currently supported"
    );
    let (token_miners, nft_token_miner) = match &external {
        Some(_) => (Vec::new(), None),
        None => token_miners::parse(ctx, payload.get("tokenMiners"), nft)?,
    };
    let now = ctx.time()?;
    let (external_contract, external_miners) = external.unzip();
    let nft_symbol = nft_token_miner.as_ref().map(|nft| nft.symbol.as_str());
    let id = pool_id(
        &token.symbol,
        &token_miners,
        external_miners.as_deref(),
        nft_symbol,
    );
    Ok(Pool {
        mined_token: token.symbol.as_str().into(),
        lottery_winners: prizes.winners,
        lottery_interval_hours: prizes.hours,
        lottery_amount: prizes.amount,
        token_miners,
        nft_token_miner,
        active: false,
        next_lottery_timestamp: now + i64::from(prizes.hours) * HOUR,
        total_power: "0".to_string(),
        external_contract,
        external_miners,
        id,
        updating: Updating {
            in_progress: true,
            update_pool_timestamp: now,
            token_index: 0,
            nft_token_index: 0,
            last_id: 0,
        },
    })
}

/// `<token to win>:<sorted tokens that mine>[:<NFT>]`, or `EXT-` and the name of weights elsewhere.
fn pool_id(
    mined: &str,
    miners: &[TokenMiner],
    external: Option<&str>,
    nft: Option<&str>,
) -> String {
    let plain = |symbol: &str| symbol.replacen('.', "-", 1);
    let mut by = match external {
        Some(external) => format!("EXT-{}", external.replacen(':', "", 1)),
        None => {
            let symbols = miners.iter().map(|miner| plain(&miner.symbol));
            let mut symbols: Vec<String> = symbols.collect();
            symbols.sort();
            symbols.join(",")
        }
    };
    if let Some(nft) = nft {
        by = format!("{by}:{nft}");
    }
    format!("{}:{by}", plain(mined))
}

/// The name of a pool whose weights another contract has, by what they are found by there.
pub(crate) fn external_pool_id(mined: &str, external: &str) -> String {
    pool_id(mined, &[], Some(external), None)
}

/// The pool of this name.
fn find(ctx: &mut Context<'_>, id: &str) -> ActionResult<Stored<Pool>> {
    ctx.rows::<Pool>().get(&[id])?.or_fail("pool id not found")
}

/// When the draw after one at this time is due.
pub(super) fn next_draw(pool: &Pool, now: i64) -> i64 {
    now + i64::from(pool.lottery_interval_hours) * HOUR
}

/// Lets a pool count its miners from the beginning.
fn count_anew(pool: &mut Pool, now: i64) {
    let updating = &mut pool.updating;
    let begun = (updating.token_index, updating.nft_token_index) != (0, 0)
        || updating.last_id > 0
        || !updating.in_progress;
    // rows that an earlier count has met are known by its time, so that no two counts may share one
    let least = updating.update_pool_timestamp + i64::from(begun);
    *updating = Updating {
        in_progress: true,
        update_pool_timestamp: now.max(least),
        token_index: 0,
        nft_token_index: 0,
        last_id: 0,
    };
    pool.total_power = "0".to_string();
}

/// Notes that a pool uses a token. Every change of a stake goes through all pools that use the token, so that there is a
/// limit to them.
fn use_token(ctx: &mut Context<'_>, miner: &TokenMiner, pool: &str) -> ActionResult {
    let most = ctx.limits().rows_per_account;
    let uses = ctx
        .rows::<TokenPool>()
        .all_by("symbol", &miner.symbol, most)?;
    ensure!(
        uses.len() < most,
        format!(
            "too many pools for tokenMiner {}, maximum is {most}",
            miner.symbol
        )
    );
    ctx.rows::<TokenPool>().insert(TokenPool {
        symbol: miner.symbol.clone(),
        id: pool.to_string(),
    })?;
    Ok(())
}

/// Notes that an active pool uses a kind of NFT, or that it no longer does.
fn use_nft(ctx: &mut Context<'_>, symbol: &str, pool: &str, active: bool) -> ActionResult {
    let mut uses = ctx.rows::<NftTokenPool>();
    match (uses.get(&[symbol, pool])?, active) {
        (None, true) => {
            let others = uses.all_by("symbol", symbol, MOST_NFT_POOLS)?;
            ensure!(
                others.len() < MOST_NFT_POOLS,
                "can have at most 2 active nft token pools for nft token"
            );
            uses.insert(NftTokenPool {
                symbol: symbol.into(),
                id: pool.to_string(),
            })?;
            Ok(())
        }
        (Some(known), false) => uses.remove(&known),
        _ => Ok(()),
    }
}
