-- What lists, searches and counters ask for. BYTEWISE is the collation that compares texts by their bytes, so that an
-- index finds what begins with a text.

-- Which way an operation moved something, as its account sees it: 'in', 'out', or nothing of either.
ALTER TABLE account_operations ADD COLUMN direction TEXT NOT NULL DEFAULT '';
-- 1 for a transaction of the account that failed
ALTER TABLE account_operations ADD COLUMN failed BIGINT NOT NULL DEFAULT 0;
CREATE INDEX account_operations_failed ON account_operations (account, id) WHERE failed = 1;

CREATE INDEX transactions_of_contract ON transactions (contract, id);
CREATE INDEX transactions_failed ON transactions (id) WHERE error IS NOT NULL;

-- What is locked for rows that contracts store for the account; part of the total.
ALTER TABLE holders ADD COLUMN deposit TEXT NOT NULL DEFAULT '0';
CREATE INDEX holders_richest ON holders (symbol, kind, total_rank DESC, account);
DROP INDEX holders_rank;

CREATE TABLE tokens (
    symbol TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    -- the name in small letters
    name_key TEXT NOT NULL,
    issuer TEXT NOT NULL,
    decimals BIGINT NOT NULL,
    max_supply TEXT NOT NULL,
    -- what was issued
    supply TEXT NOT NULL,
    -- what was issued and not burnt
    circulating TEXT NOT NULL,
    -- accounts with more than nothing, but for the one that burns
    holders BIGINT NOT NULL,
    -- when it was created; 0 where nothing tells
    time BIGINT NOT NULL
);
CREATE INDEX tokens_issuer ON tokens (issuer, symbol);

-- Accounts that sent something or that something happened to.
CREATE TABLE accounts (
    account TEXT NOT NULL PRIMARY KEY,
    first_time BIGINT NOT NULL,
    -- when it last sent something; 0 if it never did
    last_time BIGINT NOT NULL,
    -- how many it sent
    transactions BIGINT NOT NULL
);
CREATE INDEX accounts_prefix ON accounts (account COLLATE BYTEWISE);
CREATE INDEX accounts_last_time ON accounts (last_time);

CREATE TABLE contracts (
    name TEXT NOT NULL PRIMARY KEY,
    -- the name in small letters
    name_key TEXT NOT NULL,
    deployer TEXT NOT NULL,
    is_native BIGINT NOT NULL,
    time BIGINT NOT NULL,
    -- when its code was put there last
    updated BIGINT NOT NULL,
    -- how often it was called by a transaction
    calls BIGINT NOT NULL
);
CREATE INDEX contracts_prefix ON contracts (name_key COLLATE BYTEWISE);

-- Transactions that accounts sent, by minute and by day.
CREATE TABLE activity (
    -- seconds
    period BIGINT NOT NULL,
    -- its beginning
    time BIGINT NOT NULL,
    transactions BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    PRIMARY KEY (period, time)
);

-- Pools of two tokens. Prices are quote tokens for one base token.
CREATE TABLE pools (
    -- BASE:QUOTE
    pair TEXT NOT NULL PRIMARY KEY,
    base TEXT NOT NULL,
    quote TEXT NOT NULL,
    creator TEXT NOT NULL,
    time BIGINT NOT NULL,
    -- what the contract holds for it
    base_quantity TEXT NOT NULL,
    quote_quantity TEXT NOT NULL,
    -- what was swapped, in both directions
    base_volume TEXT NOT NULL,
    quote_volume TEXT NOT NULL,
    -- what follows from the quantities; 0 while it is empty
    price TEXT NOT NULL,
    last_time BIGINT NOT NULL,
    swaps BIGINT NOT NULL
);
CREATE INDEX pools_tokens ON pools (base, quote);

CREATE TABLE swaps (
    id BIGINT NOT NULL PRIMARY KEY,
    transaction_id TEXT NOT NULL,
    time BIGINT NOT NULL,
    pair TEXT NOT NULL,
    account TEXT NOT NULL,
    symbol_in TEXT NOT NULL,
    quantity_in TEXT NOT NULL,
    symbol_out TEXT NOT NULL,
    quantity_out TEXT NOT NULL,
    -- what was paid in this swap
    price TEXT NOT NULL,
    -- that of the pool afterwards
    pool_price TEXT NOT NULL
);
CREATE INDEX swaps_pair ON swaps (pair, id);
CREATE INDEX swaps_account ON swaps (account, id);
