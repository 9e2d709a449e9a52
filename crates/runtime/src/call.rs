use tartan_document::Object;

/// The account name that the node itself acts under: ticks, genesis, payouts of contracts.
pub const NODE: &str = "null";

/// The block that calls run in.
#[derive(Debug, Clone)]
pub struct BlockInfo {
    /// Number of the sidechain block being made.
    pub number: u64,
    /// Id of the main-chain block it is made from.
    pub main_id: String,
    /// Id of the main-chain block before that.
    pub previous_main_id: String,
    /// Timestamp of the main-chain block, `YYYY-MM-DDTHH:MM:SS` in UTC.
    pub timestamp: String,
    /// The same in milliseconds since 1970; `None` when the text is not a time (only a sandbox makes such blocks).
    pub time: Option<i64>,
}

/// A request to run an action of a contract.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    /// Main-chain block number of the transaction; a sandbox may leave it unset, then no height rule applies.
    pub main_number: Option<u64>,
    /// Id of the transaction.
    pub transaction_id: Option<&'a str>,
    /// The account that signed, or `null` for the node.
    pub sender: &'a str,
    /// Name of the contract.
    pub contract: &'a str,
    /// Name of the action.
    pub action: &'a str,
    /// What the sender passes, including what the node added (`isSignedWithActiveKey`, `recipient`, the amount).
    pub payload: Object,
}

/// Who runs an action: an account, or the node (`null`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sender<'a>(pub &'a str);

impl Sender<'_> {
    /// Whether this is the node itself, or a contract acting through it.
    pub fn is_node(self) -> bool {
        self.0 == NODE
    }
}

/// The contract that made a nested call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallingContract {
    /// Its name.
    pub name: String,
    /// The action it was in.
    pub action: String,
    /// Its version.
    pub version: u32,
}
