-- The latest transfers of a token, however much else has happened to it since.
CREATE INDEX operations_kind ON operations (symbol, operation, id);
