//! Documents in tables with indexes: the store, layers, views, overlays and queries.
