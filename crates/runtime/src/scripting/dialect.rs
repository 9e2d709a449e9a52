/// Whose behaviour scripts get where the lineages of the reference differ, or where it is plainly a defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// The interface of the Hive lineage without its defects: a table can be used as soon as it is made, what a
    /// deployment writes is hashed, and what it calls is logged as everywhere.
    #[default]
    Modern,
    /// The Hive lineage, defects included: for its history.
    Hive,
    /// The Steem lineage, defects included: for its history.
    Steem,
}

impl Dialect {
    /// Whether the reference is to be reproduced, rather than its interface implemented.
    pub fn is_reference(self) -> bool {
        self != Dialect::Modern
    }
}
