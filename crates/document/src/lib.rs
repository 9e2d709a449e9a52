//! The values that payloads, events and tables are made of: ECMAScript JSON with decimals and dates.
