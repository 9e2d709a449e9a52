//! The server as its clients see it.

#[cfg(test)]
mod common;
#[cfg(test)]
mod derived;
#[cfg(test)]
mod http;
#[cfg(test)]
mod methods;
#[cfg(test)]
mod websocket;
