//! Straight code: what is charged for at one place.

use oxc_ast::ast::*;
use oxc_span::GetSpan;

use super::Rewriter;
use crate::meter::cost;
use crate::meter::edits::Reserved;

/// Straight code that is paid for at one place.
pub(super) struct Region {
    pub(super) weight: u32,
    pub(super) at: Reserved,
    pub(super) kind: RegionKind,
    /// Statements to insert behind the charge.
    pub(super) extra: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RegionKind {
    Program,
    Function,
    /// A loop whose body is a block.
    Loop,
    /// A loop whose body has to be made a block.
    BareLoop,
    /// A block, `case` or `catch`, which is paid for with the code around it if it is small.
    Block,
    /// The initial values of a class's instances.
    Fields,
}

impl Rewriter<'_> {
    pub(super) fn push_region(&mut self, kind: RegionKind, at: Reserved) {
        self.regions.push(Region {
            weight: 0,
            at,
            kind,
            extra: String::new(),
        });
    }

    /// Ends a region that pays for itself or, if it is a small block, has the surrounding region pay.
    pub(super) fn pop_region(&mut self) -> Region {
        let region = self
            .regions
            .pop()
            .expect("regions are pushed and popped in pairs");
        let charge = |base: u32| base + cost::units(region.weight);
        match region.kind {
            RegionKind::Loop | RegionKind::BareLoop => {
                let open = if region.kind == RegionKind::BareLoop {
                    "{"
                } else {
                    ""
                };
                self.edits.fill(
                    region.at,
                    format!("{open}{}{}", pay(charge(cost::LOOP)), region.extra),
                );
                self.add_weight(region.weight);
            }
            RegionKind::Block if region.weight >= cost::LARGE_BLOCK => {
                self.edits
                    .fill(region.at, format!("{}{}", pay(charge(0)), region.extra));
            }
            RegionKind::Block => {
                self.edits.fill(region.at, region.extra.clone());
                self.add_weight(region.weight);
            }
            RegionKind::Program => {
                self.edits.fill(
                    region.at,
                    format!(";{}{}", pay(charge(cost::FUNCTION)), region.extra),
                );
            }
            RegionKind::Function | RegionKind::Fields => {}
        }
        region
    }

    pub(super) fn add_weight(&mut self, weight: u32) {
        if let Some(region) = self.regions.last_mut() {
            region.weight = region.weight.saturating_add(weight);
        }
    }

    pub(super) fn enter_loop(&mut self, body: &Statement<'_>) {
        match body {
            Statement::BlockStatement(block) => {
                let at = self.edits.reserve_inside(block.span.start + 1);
                self.paid.insert(block.span);
                self.push_region(RegionKind::Loop, at);
            }
            _ => {
                let at = self.edits.reserve_before(body.span().start);
                self.push_region(RegionKind::BareLoop, at);
            }
        }
    }

    pub(super) fn leave_loop(&mut self, body: &Statement<'_>) {
        if self.pop_region().kind == RegionKind::BareLoop {
            self.edits.behind(body.span().end, "}");
        }
    }
}

/// Takes `units` and stops when there are none left.
pub(super) fn pay(units: u32) -> String {
    format!("if(($m$.u-={units})<0)$m$x();")
}
