-- What happened on each day: a few numbers, so that nobody has to count histories.
CREATE TABLE days (
    -- when it begins, in seconds since 1970
    day BIGINT NOT NULL PRIMARY KEY,
    -- what accounts sent
    transactions BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    -- accounts that sent something
    active_accounts BIGINT NOT NULL,
    -- accounts that had to do with the chain for the first time
    new_accounts BIGINT NOT NULL,
    -- tokens that were created
    new_tokens BIGINT NOT NULL,
    -- at its end
    all_transactions BIGINT NOT NULL,
    all_accounts BIGINT NOT NULL
);

-- Transactions of a day by the contract they called; '' has those of contracts that there is no room for, or that do not
-- exist.
CREATE TABLE daily_calls (
    day BIGINT NOT NULL,
    contract TEXT NOT NULL,
    transactions BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    PRIMARY KEY (day, contract)
);

-- Failed transactions of a day by their first error; '' has those of errors that there is no room for.
CREATE TABLE daily_failures (
    day BIGINT NOT NULL,
    reason TEXT NOT NULL,
    transactions BIGINT NOT NULL,
    PRIMARY KEY (day, reason)
);

-- What contracts took of accounts as fees and burnt.
CREATE TABLE daily_burns (
    day BIGINT NOT NULL,
    symbol TEXT NOT NULL,
    quantity TEXT NOT NULL,
    PRIMARY KEY (day, symbol)
);
