//! What it means to execute an action: contexts, contracts, nested calls, events, errors.
