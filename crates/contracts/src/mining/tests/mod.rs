mod create;
mod draws;
mod examples;
mod pools;
mod properties;
mod rebuild;
mod settings;
mod world;
