//! What the main chain is: accounts, assets, keys, operations, transactions and blocks, without I/O.
