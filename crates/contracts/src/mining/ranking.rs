//! The order of a draw: the miners of a pool that have power, the most powerful first, equal ones in the order of their
//! rows. A draw gives each number to the miner at which the running sum of powers passes it.
//!
//! The miners are cut into blocks, and the sum of each block is kept. A draw goes past whole blocks and looks only into
//! those where somebody wins: of 100,000 miners it reads some hundred blocks, and some hundred miners for each winner.

use tartan_decimal::Decimal;
use tartan_document::{Decimal128, Value, order};
use tartan_runtime::{ActionResult, Context};
use tartan_state::{RowId, Scan, Stored};

use super::numbers;
use super::tables::{MiningPower, PowerBlock};

/// A block with more miners than this is cut in two. A small one makes every draw read many blocks, a large one many
/// miners.
pub(super) const MOST: u32 = if cfg!(test) { 6 } else { 512 };
/// A block with fewer miners than this joins the one before it.
const FEWEST: u32 = MOST / 4;

/// Where a miner stands in the order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    power: Decimal128,
    row: u64,
}

impl Place {
    /// The place of a row with this power; `None`: without power there is none.
    pub(super) fn of(power: Decimal128, row: &RowId) -> Option<Place> {
        let row = row.number()?;
        let positive = numbers::of_power(power).is_greater(&Decimal::ZERO);
        positive.then_some(Place { power, row })
    }

    /// Text that sorts as the places do: the bytes under which an index has the power, descending, and the row.
    fn text(self) -> String {
        let mut bytes = Vec::with_capacity(48);
        order::encode_key(Some(&Value::Decimal(self.power)), true, &mut bytes);
        bytes.extend_from_slice(&self.row.to_be_bytes());
        let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or_default();
        bytes
            .iter()
            .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
            .collect()
    }
}

/// Moves a miner, whose row has been written, from one place to another.
pub(super) fn change(
    ctx: &mut Context<'_>,
    pool: &str,
    from: Option<Place>,
    to: Option<Place>,
) -> ActionResult {
    if from == to {
        return Ok(());
    }
    if let Some(from) = from {
        leave(ctx, pool, from)?;
    }
    if let Some(to) = to {
        enter(ctx, pool, to)?;
    }
    Ok(())
}

fn leave(ctx: &mut Context<'_>, pool: &str, place: Place) -> ActionResult {
    let mut found = blocks_until(ctx, pool, &place.text(), 2)?.into_iter();
    let Some(mut block) = found.next() else {
        return Ok(());
    };
    block.count = block.count.saturating_sub(1);
    block.sum = changed(&block, place.power, numbers::minus);
    match found.next() {
        _ if block.count == 0 => ctx.rows::<PowerBlock>().remove(&block),
        Some(mut before) if block.count < FEWEST && before.count + block.count <= MOST / 2 => {
            let sum = numbers::plus(&numbers::parse(&before.sum), &numbers::parse(&block.sum));
            before.sum = sum.to_string().into();
            before.count += block.count;
            ctx.rows::<PowerBlock>().remove(&block)?;
            ctx.rows::<PowerBlock>().update(&before)
        }
        _ => ctx.rows::<PowerBlock>().update(&block),
    }
}

fn enter(ctx: &mut Context<'_>, pool: &str, place: Place) -> ActionResult {
    let Some(mut block) = blocks_until(ctx, pool, &place.text(), 1)?.pop() else {
        ctx.rows::<PowerBlock>().insert(PowerBlock {
            id: pool.into(),
            place: "".into(),
            power: Decimal128::ZERO,
            row: 0,
            count: 1,
            sum: numbers::of_power(place.power).to_string().into(),
        })?;
        return Ok(());
    };
    block.count += 1;
    block.sum = changed(&block, place.power, numbers::plus);
    match block.count > MOST {
        true => cut(ctx, block),
        false => ctx.rows::<PowerBlock>().update(&block),
    }
}

/// Cuts a block in two.
fn cut(ctx: &mut Context<'_>, mut block: Stored<PowerBlock>) -> ActionResult {
    let members = members(ctx, &block)?;
    let (first, second) = members.split_at(members.len() / 2);
    let Some(begin) = second.first().and_then(|row| Place::of(row.power, &row.id)) else {
        return ctx.rows::<PowerBlock>().update(&block);
    };
    let sum = |rows: &[Stored<MiningPower>]| {
        let powers = rows.iter().map(|row| numbers::of_power(row.power));
        let sum = powers.fold(Decimal::ZERO, |sum, power| numbers::plus(&sum, &power));
        sum.to_string().into()
    };
    block.count = first.len() as u32;
    block.sum = sum(first);
    ctx.rows::<PowerBlock>().update(&block)?;
    ctx.rows::<PowerBlock>().insert(PowerBlock {
        id: block.record.id.clone(),
        place: begin.text().into(),
        power: begin.power,
        row: begin.row,
        count: second.len() as u32,
        sum: sum(second),
    })?;
    Ok(())
}

/// All blocks of a pool, in order.
pub(super) fn blocks(ctx: &mut Context<'_>, pool: &str) -> ActionResult<Vec<Stored<PowerBlock>>> {
    let all = Scan::of("byPoolAndPlace").equal(pool).limit(usize::MAX);
    ctx.rows::<PowerBlock>().scan(all)
}

/// The block that a place belongs to, and the ones before it, that one first.
fn blocks_until(
    ctx: &mut Context<'_>,
    pool: &str,
    place: &str,
    limit: usize,
) -> ActionResult<Vec<Stored<PowerBlock>>> {
    let scan = Scan::of("byPoolAndPlace")
        .equal(pool)
        .to(place)
        .descending()
        .limit(limit);
    ctx.rows::<PowerBlock>().scan(scan)
}

/// The miners of a block, in order.
pub(super) fn members(
    ctx: &mut Context<'_>,
    block: &PowerBlock,
) -> ActionResult<Vec<Stored<MiningPower>>> {
    let mut scan = Scan::of("byPoolAndPower")
        .equal(block.id.as_str())
        .limit(block.count as usize);
    if !block.place.is_empty() {
        let place = [block.id.as_str().into(), Value::Decimal(block.power)];
        scan = scan.behind(place, block.row.saturating_sub(1));
    }
    ctx.rows::<MiningPower>().scan(scan)
}

fn changed(
    block: &PowerBlock,
    power: Decimal128,
    change: impl Fn(&Decimal, &Decimal) -> Decimal,
) -> compact_str::CompactString {
    let sum = change(&numbers::parse(&block.sum), &numbers::of_power(power));
    sum.to_string().into()
}
