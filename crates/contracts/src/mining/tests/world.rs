//! What the tests of lotteries have in common: tokens with stakes, and stand-ins for the contracts of NFTs and of market
//! pools.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tartan_decimal::Precision;
use tartan_document::{Object, Value, object};
use tartan_runtime::{ActionResult, Context, Contract, Failure, Limits, OrFail, Payload};
use tartan_state::{Index, Record, Stored};

use crate::marketpools::tables::{LiquidityPosition, Pool as MarketPool};
use crate::testing::{Sent, TestChain};

pub(super) const TICK: &str = "checkPendingLotteries";

/// A chain with the tokens TKN and MTKN, which can be staked and delegated, of which everybody named has 1000, and the
/// stand-ins.
pub(super) struct World(pub(super) TestChain);

impl World {
    pub(super) fn new(members: &[&str]) -> World {
        World::with_limits(members, Limits::default())
    }

    pub(super) fn with_limits(members: &[&str], limits: Limits) -> World {
        let settings = crate::testing::settings();
        let registry = crate::registry(["tokens", "mining"], &settings)
            .expect("both are native")
            .with_native("nft", Arc::new(Nfts))
            .with_native("marketpools", Arc::new(MarketPools))
            .with_native("other", Arc::new(MarketPools));
        let mut world = World(TestChain::over(registry, limits));
        for symbol in ["TKN", "MTKN"] {
            let create = json!({ "name": "Token", "symbol": symbol, "precision": 8, "maxSupply": "1000000" });
            world.act("founder", "tokens", "create", create);
            world.0.enable_staking(symbol, 2, 2);
            world.0.enable_delegation(symbol, 1);
            for member in members {
                world.0.issue(symbol, member, "1000");
            }
        }
        let free = json!({ "poolCreationFee": "0", "poolUpdateFee": "0" });
        world.act("engine", "mining", "updateParams", free);
        world
    }

    /// Does something that succeeds.
    #[track_caller]
    pub(super) fn act(
        &mut self,
        sender: &str,
        contract: &str,
        action: &str,
        payload: serde_json::Value,
    ) -> Sent {
        self.0.send(sender, contract, action, payload).succeeds()
    }

    #[track_caller]
    pub(super) fn stake(&mut self, account: &str, symbol: &str, quantity: &str) {
        let stake = json!({ "to": account, "symbol": symbol, "quantity": quantity });
        self.act(account, "tokens", "stake", stake);
    }

    #[track_caller]
    pub(super) fn unstake(&mut self, account: &str, symbol: &str, quantity: &str) {
        let unstake = json!({ "symbol": symbol, "quantity": quantity });
        self.act(account, "tokens", "unstake", unstake);
    }

    /// A pool of TKN, one hour, one winner of 1, whose miners are as given.
    #[track_caller]
    pub(super) fn create(&mut self, miners: serde_json::Value) -> Sent {
        self.act("founder", "mining", "createPool", pool(miners))
    }

    #[track_caller]
    pub(super) fn activate(&mut self, id: &str) {
        let activate = json!({ "id": id, "active": true });
        self.act("founder", "mining", "setActive", activate);
    }

    /// The tick of a block.
    #[track_caller]
    pub(super) fn tick(&mut self) -> Sent {
        self.0.hours_later(0, "mining", TICK).succeeds()
    }

    /// Ticks until no pool is being counted.
    pub(super) fn count(&mut self) {
        for _ in 0..1_000 {
            let open = json!({ "updating.inProgress": true });
            if self.0.find_in("mining", "pools", open).is_empty() {
                return;
            }
            self.tick();
        }
        panic!("counting never ends");
    }

    pub(super) fn pool(&self, id: &str) -> Object {
        let mut rows = self.0.find_in("mining", "pools", json!({ "id": id }));
        assert_eq!(rows.len(), 1, "pool {id}");
        rows.remove(0)
    }

    pub(super) fn total(&self, id: &str) -> String {
        let pool = self.pool(id);
        pool.get_str("totalPower").expect("it is text").to_string()
    }

    pub(super) fn miner(&self, id: &str, account: &str) -> Option<Object> {
        let query = json!({ "id": id, "account": account });
        self.0.find_in("mining", "miningPower", query).pop()
    }

    /// What an account weighs; `-` without a row.
    pub(super) fn power(&self, id: &str, account: &str) -> String {
        match self.miner(id, account) {
            Some(row) => power(&row),
            None => "-".to_string(),
        }
    }

    /// How far counting has come: `[inProgress, tokenIndex, nftTokenIndex, lastId]`.
    pub(super) fn progress(&self, id: &str) -> String {
        let pool = self.pool(id);
        let updating = pool.get("updating").expect("every pool has it");
        let fields = ["inProgress", "tokenIndex", "nftTokenIndex", "lastId"];
        let fields = fields.map(|field| updating.get(field).cloned().unwrap_or(Value::Null));
        Value::from(fields.to_vec()).stringify()
    }

    /// A kind of NFT whose instances have a type.
    pub(super) fn with_nfts(mut self) -> World {
        self.act("founder", "nft", "create", json!({}));
        self
    }

    /// A new instance of an account, delegated to a contract or an account.
    #[track_caller]
    pub(super) fn delegate_nft(&mut self, account: &str, kind: &str, to: (&str, &str)) {
        let mint = json!({ "account": account, "type": kind });
        self.act(account, "nft", "issue", mint);
        let id = self.0.find_in("nft", "TSTNFTinstances", json!({})).len();
        let delegate = json!({ "id": id, "to": to.0, "toType": to.1 });
        self.act(account, "nft", "delegate", delegate);
    }

    #[track_caller]
    pub(super) fn undelegate_nft(&mut self, id: u64) -> Sent {
        self.0
            .send("founder", "nft", "undelegate", json!({ "id": id }))
    }
}

/// What a row weighs.
pub(super) fn power(row: &Object) -> String {
    let power = row.get("power").and_then(Value::as_decimal);
    power.expect("it is a decimal").to_string()
}

/// The payload for a pool of TKN with these miners.
pub(super) fn pool(miners: serde_json::Value) -> serde_json::Value {
    let mut pool = json!({
        "lotteryWinners": 1, "lotteryIntervalHours": 1, "lotteryAmount": "1", "minedToken": "TKN",
    });
    for (key, value) in miners.as_object().expect("it is an object") {
        pool[key] = value.clone();
    }
    pool
}

/// TKN with weight 1 and MTKN with weight 4.
pub(super) fn two_tokens() -> serde_json::Value {
    json!({ "tokenMiners": [{ "symbol": "TKN", "multiplier": 1 }, { "symbol": "MTKN", "multiplier": 4 }] })
}

/// TKN with weight 1.
pub(super) fn one_token() -> serde_json::Value {
    json!({ "tokenMiners": [{ "symbol": "TKN", "multiplier": 1 }] })
}

/// Bulls and bears: power is added, boost multiplied.
pub(super) fn bulls_and_bears() -> serde_json::Value {
    json!({
        "symbol": "TSTNFT", "typeField": "type",
        "typeMap": { "bull": ["2.0", "1.5"], "bear": ["-1.0", "0.9"] },
        "properties": [{ "op": "ADD", "name": "power" }, { "op": "MULTIPLY", "name": "boost" }],
    })
}

/// Bulls and bears alone.
pub(super) fn only_nfts() -> serde_json::Value {
    json!({ "tokenMiners": [], "nftTokenMiner": bulls_and_bears() })
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Nft {
    symbol: String,
    delegation_enabled: bool,
    properties: Object,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct NftInstance {
    account: String,
    delegated_to: Option<Object>,
    properties: Object,
}

impl Record for Nft {
    const CONTRACT: &'static str = "nft";
    const TABLE: &'static str = "nfts";
    const INDEXES: &'static [Index] = &[Index::Field("symbol")];
}

impl Record for NftInstance {
    const CONTRACT: &'static str = "nft";
    const TABLE: &'static str = "TSTNFTinstances";
}

/// Stands in for the contract of NFTs: its tables, and what it tells the lotteries.
struct Nfts;

impl Nfts {
    fn tell(&self, ctx: &mut Context<'_>, id: u64, add: bool) -> ActionResult {
        let row = ctx
            .rows::<NftInstance>()
            .numbered(id)?
            .or_fail("no such instance")?;
        let mut nft = ctx.to_value(&row.record)?.into_object().or_fail("no row")?;
        nft.insert("_id", id as f64);
        let params = object! { "symbol": "TSTNFT", "nft": nft, "add": add };
        ctx.notify("mining", "handleNftDelegationChange", params)
    }
}

impl Contract for Nfts {
    fn code(&self) -> &str {
        "test:nft"
    }

    fn create(&self, _params: &Value, ctx: &mut Context<'_>) -> ActionResult {
        ctx.create_table::<Nft>()?;
        ctx.create_table::<NftInstance>()
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let text = |key: &str| payload.text(key).map(|text| text.into_owned());
        let id = payload.integer("id").unwrap_or_default() as u64;
        match action {
            "create" => {
                let kind = |kind: &str| object! { "type": kind };
                for (symbol, delegation_enabled) in [("TSTNFT", true), ("STILL", false)] {
                    ctx.rows::<Nft>().insert(Nft {
                        symbol: symbol.to_string(),
                        delegation_enabled,
                        properties: object! { "type": kind("string"), "size": kind("number") },
                    })?;
                }
                Ok(())
            }
            "issue" => {
                ctx.rows::<NftInstance>().insert(NftInstance {
                    account: text("account").or_fail("no account")?,
                    delegated_to: None,
                    properties: object! { "type": text("type") },
                })?;
                Ok(())
            }
            "delegate" => {
                let rows = ctx.rows::<NftInstance>().numbered(id)?;
                let mut row = rows.or_fail("no such instance")?;
                row.delegated_to =
                    Some(object! { "account": text("to"), "ownedBy": text("toType") });
                ctx.rows::<NftInstance>().update(&row)?;
                match payload.get("quiet") {
                    Some(_) => Ok(()),
                    None => self.tell(ctx, id, true),
                }
            }
            "undelegate" => {
                let rows = ctx.rows::<NftInstance>().numbered(id)?;
                let mut row = rows.or_fail("no such instance")?;
                let to = row.delegated_to.as_mut().or_fail("not delegated")?;
                to.insert("undelegateAt", 1.0);
                ctx.rows::<NftInstance>().update(&row)?;
                self.tell(ctx, id, false)
            }
            _ => Err(Failure::Unknown),
        }
    }
}

/// Stands in for the contract of market pools, and calls the lotteries as its payload says.
struct MarketPools;

impl Contract for MarketPools {
    fn code(&self) -> &str {
        "test:marketpools"
    }

    fn create(&self, _params: &Value, ctx: &mut Context<'_>) -> ActionResult {
        if ctx.table_exists::<MarketPool>()? {
            return Ok(());
        }
        ctx.create_table::<MarketPool>()?;
        ctx.create_table::<LiquidityPosition>()
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let text = |key: &str| payload.text(key).map(|text| text.into_owned());
        match action {
            "position" => {
                let token_pair = text("tokenPair").or_fail("no pair")?;
                ctx.rows::<LiquidityPosition>().insert(LiquidityPosition {
                    account: text("account").or_fail("no account")?,
                    token_pair: token_pair.clone(),
                    shares: text("shares").or_fail("no shares")?,
                    time_factor: 0,
                })?;
                let mut record = MarketPool::empty(token_pair, Precision::MAX, String::new());
                record.total_shares = text("total").or_fail("no total")?.into();
                match ctx.rows::<MarketPool>().numbered(1)? {
                    None => ctx.rows::<MarketPool>().insert(record).map(drop),
                    Some(row) => ctx
                        .rows::<MarketPool>()
                        .update(&Stored { id: row.id, record }),
                }
            }
            action => {
                let params = payload.get("params").and_then(Value::as_object);
                ctx.call("mining", action, params.cloned().unwrap_or_default())?;
                Ok(())
            }
        }
    }
}
