-- When the code of contracts was put there. The code itself is in the blocks.
CREATE TABLE contract_versions (
    id BIGINT NOT NULL PRIMARY KEY,
    contract TEXT NOT NULL,
    transaction_id TEXT NOT NULL,
    time BIGINT NOT NULL,
    action TEXT NOT NULL,
    sender TEXT NOT NULL
);
CREATE INDEX contract_versions_contract ON contract_versions (contract, id);
