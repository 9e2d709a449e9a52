//! Which tokens and NFTs mine: the checks of what the issuer of a pool asks for.

use tartan_decimal::Decimal;
use tartan_document::{Object, Value};
use tartan_runtime::{ActionResult, Context, Failure, OrFail, ensure, text};

use super::tables::{BurnChange, NftTokenMiner, Op, Pool, Property, TokenMiner};
use super::{foreign, numbers};

const INVALID_MINERS: &str = "tokenMiners invalid";
const OTHER_MINERS: &str = "cannot change which tokens are in tokenMiners";
const OTHER_NFT: &str = "cannot change nftTokenMiner token";
const INVALID_OP: &str = "nftTokenMiner properties op should be ADD or MULTIPLY";
const INVALID_FIELD: &str = "nftTokenMiner properties field invalid";
const INVALID_BURN: &str = "nftTokenMiner properties burnChange invalid";
const INVALID_TYPE: &str = "nftTokenMiner typeConfig invalid";
const INVALID_FACTOR: &str =
    "nftTokenMiner typeConfig MULTIPLY property should be between 0.01 and 100";

/// The miners of a new pool.
pub(super) fn parse(
    ctx: &mut Context<'_>,
    tokens: Option<&Value>,
    nft: Option<&Value>,
) -> ActionResult<(Vec<TokenMiner>, Option<NftTokenMiner>)> {
    let nft = nft.filter(|nft| nft.is_truthy());
    let tokens = tokens.and_then(Value::as_array).or_fail(INVALID_MINERS)?;
    let few = (1..=2).contains(&tokens.len()) || (nft.is_some() && tokens.is_empty());
    ensure!(few, "only 1 or 2 tokenMiners allowed");
    let mut miners: Vec<TokenMiner> = Vec::with_capacity(tokens.len());
    for asked in tokens {
        let symbol = symbol(asked).or_fail(INVALID_MINERS)?;
        ensure!(
            miners.iter().all(|miner| miner.symbol != symbol),
            "tokenMiners cannot have duplicate symbols"
        );
        let token = foreign::token(ctx, symbol)?;
        ensure!(
            token.is_some_and(|token| token.staking_enabled),
            "tokenMiners must have staking enabled"
        );
        miners.push(TokenMiner {
            symbol: symbol.into(),
            multiplier: multiplier(asked)?,
        });
    }
    let nft = nft.map(|nft| parse_nft(ctx, nft)).transpose()?;
    Ok((miners, nft))
}

/// The symbol that an object has, if that is text and not empty.
fn symbol(object: &Value) -> Option<&str> {
    let symbol = object.get("symbol").and_then(Value::as_str);
    symbol.filter(|symbol| !symbol.is_empty())
}

fn multiplier(asked: &Value) -> ActionResult<u32> {
    let multiplier = asked.get("multiplier").and_then(Value::as_u64);
    let multiplier = multiplier.and_then(|multiplier| u32::try_from(multiplier).ok());
    multiplier
        .filter(|multiplier| (1..=100).contains(multiplier))
        .or_fail("tokenMiner multiplier must be an integer from 1 to 100")
}

fn parse_nft(ctx: &mut Context<'_>, asked: &Value) -> ActionResult<NftTokenMiner> {
    let symbol = symbol(asked).or_fail("nftTokenMiner invalid")?;
    let nft = foreign::nft(ctx, symbol)?;
    let nft = nft.filter(|nft| nft.get("delegationEnabled").is_some_and(Value::is_truthy));
    let nft = nft.or_fail("nftTokenMiner must have delegation enabled")?;
    let type_field = type_field(asked).or_fail("typeField must be a string")?;
    let properties = nft.get("properties");
    let kind = properties.and_then(|properties| properties.get(type_field)?.get("type"));
    ensure!(
        kind.and_then(Value::as_str) == Some("string"),
        "nftTokenMiner must have string type property"
    );
    let properties = parse_properties(ctx, asked.get("properties"))?;
    let type_map = parse_type_map(asked.get("typeMap"), &properties)?;
    Ok(NftTokenMiner {
        symbol: symbol.into(),
        type_field: type_field.to_string(),
        properties,
        type_map,
    })
}

fn type_field(asked: &Value) -> Option<&str> {
    let field = asked.get("typeField").and_then(Value::as_str);
    field.filter(|field| !field.is_empty())
}

fn parse_properties(ctx: &mut Context<'_>, asked: Option<&Value>) -> ActionResult<Vec<Property>> {
    let asked = asked.and_then(Value::as_array);
    let asked = asked.or_fail("invalid nftTokenMiner properties")?;
    ensure!(
        (1..=4).contains(&asked.len()),
        "nftTokenMiner properties size must be between 1 and 4"
    );
    asked
        .iter()
        .map(|property| parse_property(ctx, property))
        .collect()
}

/// One property; what it has is checked in the order in which it has it.
fn parse_property(ctx: &mut Context<'_>, asked: &Value) -> ActionResult<Property> {
    let asked = asked.as_object().or_fail(INVALID_FIELD)?;
    let (mut op, mut name, mut burn_change) = (None, None, None);
    for (key, value) in asked.iter() {
        match key.as_str() {
            Some("op") => op = Some(parse_op(value).or_fail(INVALID_OP)?),
            Some("name") => {
                let text = value.as_str().filter(|name| text::length(name) <= 16);
                let text = text
                    .or_fail("nftTokenMiner properties name should be a string of length <= 16")?;
                name = Some(text.to_string());
            }
            Some("burnChange") => {
                let change = parse_burn_change(value).or_fail(INVALID_BURN)?;
                ensure!(
                    foreign::token(ctx, &change.symbol)?.is_some(),
                    "nftTokenMiner properties burnChange symbol not found"
                );
                burn_change = Some(change);
            }
            _ => return Err(Failure::check(INVALID_FIELD)),
        }
    }
    Ok(Property {
        op: op.or_fail(INVALID_OP)?,
        name,
        burn_change,
    })
}

fn parse_op(value: &Value) -> Option<Op> {
    match value.as_str()? {
        "ADD" => Some(Op::Add),
        "MULTIPLY" => Some(Op::Multiply),
        _ => None,
    }
}

fn parse_burn_change(value: &Value) -> Option<BurnChange> {
    let symbol = value.get("symbol")?.as_str()?;
    let quantity = value.get("quantity")?;
    let number = numbers::of_value(quantity);
    let positive = number.is_finite() && number.is_positive();
    positive.then(|| BurnChange {
        symbol: symbol.into(),
        quantity: quantity.clone(),
    })
}

fn parse_type_map(asked: Option<&Value>, properties: &[Property]) -> ActionResult<Object> {
    let types = asked.and_then(Value::as_object);
    let types = types.or_fail("invalid nftTokenMiner typeMap")?;
    check_types(types, properties)?;
    Ok(types.clone())
}

/// Refuses types without a fitting value for each property.
pub(super) fn check_types(types: &Object, properties: &[Property]) -> ActionResult {
    for values in types.values() {
        let values = values.as_array();
        let values = values.filter(|values| values.len() == properties.len());
        let values = values.or_fail("nftTokenMiner typeConfig length mismatch")?;
        for (value, property) in values.iter().zip(properties) {
            let value = numbers::of_value(value);
            ensure!(value.is_finite(), INVALID_TYPE);
            let fits = value.is_at_least(&Decimal::from_parts(1, -2))
                && value.is_at_most(&Decimal::from(100));
            ensure!(property.op != Op::Multiply || fits, INVALID_FACTOR);
        }
    }
    Ok(())
}

/// Puts other values into the miners of a pool; the tokens and the NFT stay what they are. Says whether what accounts
/// weigh changes with it.
pub(super) fn change(
    ctx: &mut Context<'_>,
    pool: &mut Pool,
    tokens: Option<&Value>,
    nft: Option<&Value>,
) -> ActionResult<bool> {
    let nft = nft.filter(|nft| nft.is_truthy());
    let tokens = tokens.and_then(Value::as_array).or_fail(OTHER_MINERS)?;
    ensure!(tokens.len() == pool.token_miners.len(), OTHER_MINERS);
    let mut changed = false;
    for (miner, asked) in pool.token_miners.iter_mut().zip(tokens) {
        ensure!(symbol(asked) == Some(&miner.symbol), OTHER_MINERS);
        let multiplier = multiplier(asked)?;
        changed |= multiplier != miner.multiplier;
        miner.multiplier = multiplier;
    }
    match (&mut pool.nft_token_miner, nft) {
        (None, None) => Ok(changed),
        (Some(miner), Some(asked)) => Ok(change_nft(ctx, miner, asked)? || changed),
        _ => Err(Failure::check(OTHER_NFT)),
    }
}

fn change_nft(
    ctx: &mut Context<'_>,
    miner: &mut NftTokenMiner,
    asked: &Value,
) -> ActionResult<bool> {
    ensure!(symbol(asked) == Some(&miner.symbol), OTHER_NFT);
    ensure!(
        type_field(asked) == Some(&miner.type_field),
        "cannot change nftTokenMiner typeField"
    );
    let types = asked
        .get("typeMap")
        .filter(|types| types.as_object().is_some());
    let types = types.or_fail("invalid nftTokenMiner typeMap")?;
    let properties = parse_properties(ctx, asked.get("properties"))?;
    let types = parse_type_map(Some(types), &properties)?;
    let known = &miner.type_map;
    ensure!(
        known.keys().all(|kind| types.get_text(kind).is_some()),
        "typeConfig types must be a superset of old typeConfig types"
    );
    let ops = |properties: &[Property]| -> Vec<Op> { properties.iter().map(|p| p.op).collect() };
    let changed = ops(&properties) != ops(&miner.properties)
        || types.len() != known.len()
        || known
            .iter()
            .any(|(kind, values)| types.get_text(kind) != Some(values));
    miner.properties = properties;
    miner.type_map = types;
    Ok(changed)
}
