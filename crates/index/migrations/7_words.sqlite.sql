-- What transactions are found by: the words of their payloads, and who, what and how (terms with a colon in them), as the
-- full-text search of this database keeps it. Only the terms: the text is in the blocks.
CREATE VIRTUAL TABLE words USING fts5(
    terms, content='', contentless_delete=1, detail=none, tokenize="ascii tokenchars ':.-_'"
);
-- The largest amount of each token in it: 'COOL 10 ENG 0.5'.
ALTER TABLE transactions ADD COLUMN amounts TEXT;
