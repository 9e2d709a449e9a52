use std::collections::VecDeque;

use tartan_decimal::Decimal;
use tartan_document::Value;
use tartan_runtime::{ActionResult, Context};
use tartan_state::{Scan, Stored};

use super::tables::Witness;
use super::weights::of_row;
use crate::holdings::{ARITHMETIC, computed};

/// Witnesses that are read at once.
const PAGE: usize = 100;

/// A walk along the enabled witnesses that have weight, the heaviest first, equal ones in the order of their rows.
pub(super) struct Ranking {
    page: VecDeque<Stored<Witness>>,
    last: Option<Stored<Witness>>,
    /// How many may still be looked at.
    left: usize,
    /// The weights of those it has passed.
    pub(super) sum: Decimal,
}

impl Ranking {
    pub(super) fn new(ctx: &Context<'_>) -> Ranking {
        Ranking {
            page: VecDeque::new(),
            last: None,
            left: ctx.limits().tick_rows,
            sum: Decimal::ZERO,
        }
    }

    /// The next witness, whose weight is in the sum by then.
    pub(super) fn next(&mut self, ctx: &mut Context<'_>) -> ActionResult<Option<Stored<Witness>>> {
        if self.page.is_empty() && self.left > 0 {
            self.page = self.read(ctx)?;
            self.left -= self.page.len();
        }
        let Some(witness) = self.page.pop_front() else {
            return Ok(None);
        };
        let weight = of_row(witness.approval_weight);
        if !weight.is_greater(&Decimal::ZERO) {
            (self.left, self.page) = (0, VecDeque::new());
            return Ok(None);
        }
        self.sum = computed(self.sum.plus(&weight, ARITHMETIC))?;
        self.last = Some(witness.clone());
        Ok(Some(witness))
    }

    fn read(&self, ctx: &mut Context<'_>) -> ActionResult<VecDeque<Stored<Witness>>> {
        let mut scan = Scan::of("byRank").equal(true).limit(PAGE.min(self.left));
        if let Some(last) = &self.last {
            let place = [Value::Bool(true), Value::Decimal(last.approval_weight)];
            scan = scan.behind(place, last.id.number().unwrap_or_default());
        }
        Ok(ctx.rows::<Witness>().scan(scan)?.into())
    }
}
