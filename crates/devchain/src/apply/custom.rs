//! Custom operations: data for others, here only checked for who signs.

use tartan_graphene::operation::CustomJson;

use super::{Applied, Applier};

impl Applier<'_> {
    pub(super) fn custom_json(&mut self, op: &CustomJson) -> Applied {
        op.required_auths
            .iter()
            .chain(&op.required_posting_auths)
            .try_for_each(|name| self.existing(name))
    }
}
