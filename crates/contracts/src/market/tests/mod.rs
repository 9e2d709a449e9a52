mod bounds;
mod examples;
mod expiry;
mod instant;
mod metrics;
mod orders;
mod world;
