//! Sidechain blocks: networks, genesis, ingestion, execution, hashes, replay.
