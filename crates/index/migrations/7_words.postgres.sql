-- What transactions are found by: the words of their payloads, and who, what and how (terms with a colon in them), as the
-- full-text search of this database keeps it. Only the terms: the text is in the blocks.
CREATE TABLE words (
    -- the id of the transaction, under the name that SQLite has for it
    rowid BIGINT NOT NULL PRIMARY KEY,
    terms TSVECTOR NOT NULL
);
CREATE INDEX words_terms ON words USING GIN (terms);
-- The largest amount of each token in it: 'COOL 10 ENG 0.5'.
ALTER TABLE transactions ADD COLUMN amounts TEXT;
