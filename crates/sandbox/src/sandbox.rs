use std::sync::Arc;

use tartan_chain::Chain;
use tartan_vm::{Engine, Options};

use crate::failure::Failure;
use crate::request::{self, Request};
use crate::{methods, request::answer};

/// A chain to be driven by requests.
#[derive(Default)]
pub struct Sandbox {
    /// The engine made last: it may know scripts that the next chain has too.
    engine: Option<(Options, Arc<Engine>)>,
    chain: Option<Chain>,
    stopped: bool,
}

impl Sandbox {
    /// A sandbox without a chain.
    pub fn new() -> Sandbox {
        Sandbox::default()
    }

    /// Answers a request: a line of JSON for a line of JSON, both without the line's end.
    pub fn handle_line(&mut self, line: &str) -> String {
        let (id, request) = request::read(line);
        answer(&id, request.and_then(|request| self.handle(&request)))
    }

    /// Whether a request asked for the end.
    pub fn is_stopped(&self) -> bool {
        self.stopped
    }

    fn handle(&mut self, request: &Request) -> Result<String, Failure> {
        methods::call(self, request)
    }

    pub(crate) fn stop(&mut self) {
        self.stopped = true;
    }

    pub(crate) fn chain(&mut self) -> Option<&mut Chain> {
        self.chain.as_mut()
    }

    pub(crate) fn set_chain(&mut self, chain: Chain) {
        self.chain = Some(chain);
    }

    pub(crate) fn engine(&mut self, options: Options) -> Arc<Engine> {
        match &self.engine {
            Some((known, engine)) if *known == options => engine.clone(),
            _ => {
                let engine = Arc::new(Engine::new(options));
                self.engine = Some((options, engine.clone()));
                engine
            }
        }
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox")
            .field("has_chain", &self.chain.is_some())
            .field("stopped", &self.stopped)
            .finish_non_exhaustive()
    }
}
