-- What happened to a token.
CREATE INDEX operations_symbol ON operations (symbol, id);
