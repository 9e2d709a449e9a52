-- How many accounts hold about how much of a token, the one that burns left out: a step holds those whose total_rank has
-- the same leading bits, so that amounts in it differ by a sixteenth at most.
CREATE TABLE spreads (
    symbol TEXT NOT NULL,
    step BIGINT NOT NULL,
    accounts BIGINT NOT NULL,
    -- what they have together
    total TEXT NOT NULL,
    PRIMARY KEY (symbol, step)
);
