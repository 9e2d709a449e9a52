-- Derived data of one sidechain. Everything here follows from its blocks, and can be built anew from them.
--
-- Amounts are decimal texts: tokens have up to 8 decimals and 9007199254740991 whole units, more than 64 bits hold.
-- An id of a row is its block's number times 2^24 plus its place in the block, so that ids sort like history.
-- Times are seconds since 1970.

-- Facts about the index: which chain it belongs to.
CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    content TEXT NOT NULL
);

-- The block up to which everything here is; one row.
CREATE TABLE progress (
    id BIGINT NOT NULL PRIMARY KEY,
    block BIGINT NOT NULL,
    hash TEXT NOT NULL,
    time BIGINT NOT NULL
);

-- The blocks that can still be taken back, and the last one that cannot.
CREATE TABLE recent_blocks (
    block BIGINT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL,
    main_block BIGINT NOT NULL,
    time BIGINT NOT NULL
);

-- What the rows that a recent block changed were before: JSON, or null for a row that did not exist.
CREATE TABLE undo (
    block BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    changed TEXT NOT NULL,
    row_key TEXT NOT NULL,
    before TEXT,
    PRIMARY KEY (block, seq)
);

CREATE TABLE transactions (
    id BIGINT NOT NULL PRIMARY KEY,
    transaction_id TEXT NOT NULL,
    time BIGINT NOT NULL,
    sender TEXT NOT NULL,
    contract TEXT NOT NULL,
    action TEXT NOT NULL,
    -- 1 for what the chain did by itself
    is_virtual BIGINT NOT NULL,
    -- the first error of the log
    error TEXT
);
CREATE INDEX transactions_transaction_id ON transactions (transaction_id);
CREATE INDEX transactions_sender ON transactions (sender, id);
CREATE INDEX transactions_contract ON transactions (contract, action, id);

-- What happened to accounts, one row each whoever was part of it.
CREATE TABLE operations (
    id BIGINT NOT NULL PRIMARY KEY,
    transaction_id TEXT NOT NULL,
    time BIGINT NOT NULL,
    operation TEXT NOT NULL,
    symbol TEXT,
    -- the rest as a JSON object
    details TEXT NOT NULL
);

-- Who was part of it.
CREATE TABLE account_operations (
    account TEXT NOT NULL,
    id BIGINT NOT NULL,
    symbol TEXT,
    operation TEXT NOT NULL,
    time BIGINT NOT NULL,
    PRIMARY KEY (account, id)
);
CREATE INDEX account_operations_symbol ON account_operations (account, symbol, id);
CREATE INDEX account_operations_operation ON account_operations (account, operation, id);

-- What accounts (kind 'user') and contracts (kind 'contract') hold.
CREATE TABLE holders (
    symbol TEXT NOT NULL,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    balance TEXT NOT NULL,
    stake TEXT NOT NULL,
    pending_unstake TEXT NOT NULL,
    delegations_in TEXT NOT NULL,
    delegations_out TEXT NOT NULL,
    pending_undelegations TEXT NOT NULL,
    -- all that is the account's own: liquid, staked, being unstaked, delegated to others, on its way back
    total TEXT NOT NULL,
    -- sorts like the total
    total_rank BIGINT NOT NULL,
    -- the block that changed it last
    block BIGINT NOT NULL,
    PRIMARY KEY (symbol, kind, account)
);
CREATE INDEX holders_account ON holders (account, kind, symbol);
CREATE INDEX holders_rank ON holders (symbol, kind, total_rank);

-- Unstakes under way.
CREATE TABLE unstakes (
    id BIGINT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    symbol TEXT NOT NULL,
    transaction_id TEXT NOT NULL,
    quantity_left TEXT NOT NULL,
    slice TEXT NOT NULL,
    slices_left BIGINT NOT NULL,
    next_time BIGINT NOT NULL,
    period BIGINT NOT NULL
);
CREATE INDEX unstakes_account ON unstakes (account, symbol);
