-- Orders that accounts placed in the market, in the order in which they were placed.
CREATE TABLE orders (
    id BIGINT NOT NULL PRIMARY KEY,
    order_id TEXT NOT NULL,
    symbol TEXT NOT NULL,
    account TEXT NOT NULL,
    -- 'buy' or 'sell'
    side TEXT NOT NULL,
    price TEXT NOT NULL,
    quantity TEXT NOT NULL,
    remaining TEXT NOT NULL,
    -- what of the base token a buy order still locks
    locked TEXT NOT NULL,
    -- what was paid for what was filled
    volume TEXT NOT NULL,
    time BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    -- 'open', 'filled', 'closed' (what was left came back), 'cancelled', 'expired'
    status TEXT NOT NULL,
    -- when it left the book; 0 while it is in there
    closed BIGINT NOT NULL
);
CREATE INDEX orders_account ON orders (account, id);
CREATE INDEX orders_open ON orders (status, account, symbol);
CREATE INDEX orders_order_id ON orders (order_id);

CREATE TABLE trades (
    id BIGINT NOT NULL PRIMARY KEY,
    transaction_id TEXT NOT NULL,
    time BIGINT NOT NULL,
    symbol TEXT NOT NULL,
    -- of the order that came in: 'buy' or 'sell'
    side TEXT NOT NULL,
    buyer TEXT NOT NULL,
    seller TEXT NOT NULL,
    quantity TEXT NOT NULL,
    price TEXT NOT NULL,
    volume TEXT NOT NULL,
    -- empty where an order is not known
    buy_order TEXT NOT NULL,
    sell_order TEXT NOT NULL
);
CREATE INDEX trades_symbol ON trades (symbol, id);
CREATE INDEX trades_buyer ON trades (buyer, id);
CREATE INDEX trades_seller ON trades (seller, id);

-- Tokens that were traded.
CREATE TABLE markets (
    symbol TEXT NOT NULL PRIMARY KEY,
    last_price TEXT NOT NULL,
    last_side TEXT NOT NULL,
    last_time BIGINT NOT NULL,
    first_time BIGINT NOT NULL,
    trades BIGINT NOT NULL
);

-- Candles of 1 minute, 15 minutes, 1 hour and 1 day; the others are put together from them.
CREATE TABLE candles (
    symbol TEXT NOT NULL,
    -- seconds
    period BIGINT NOT NULL,
    -- its beginning
    time BIGINT NOT NULL,
    first_price TEXT NOT NULL,
    high TEXT NOT NULL,
    low TEXT NOT NULL,
    last_price TEXT NOT NULL,
    quantity TEXT NOT NULL,
    volume TEXT NOT NULL,
    trades BIGINT NOT NULL,
    PRIMARY KEY (symbol, period, time)
);
CREATE INDEX candles_time ON candles (period, time);
