//! A running demo with somebody at a desk beside it.

use serde_json::Value;

use crate::demo;
use crate::harness::{Desk, Running, SideChain};

/// A desk beside a running demo, with a key file for each account.
pub(crate) struct Founding {
    pub(crate) desk: Desk,
    pub(crate) node: SideChain,
    pub(crate) demo: Running,
    /// Its address.
    main_chain: String,
    /// The command whose verbs are used.
    command: &'static str,
}

impl Founding {
    /// A demo that is ready, for verbs of this command.
    pub(crate) fn new(command: &'static str) -> Founding {
        let desk = Desk::new();
        let (demo, ready) = demo::start(&desk, &[]);
        let text = |field: &str| ready[field].as_str().expect("an address").to_string();
        let settings = format!(
            "main-chain = [{:?}]\nside-chain = {:?}\n",
            text("mainChain"),
            text("sideChain")
        );
        desk.write("tartan.toml", settings);
        for account in ready["accounts"].as_array().expect("a list") {
            let name = account["name"].as_str().expect("a name");
            desk.write(
                &format!("{name}.key"),
                account["active"].as_str().expect("a key"),
            );
            desk.write(
                &format!("{name}-posting.key"),
                account["posting"].as_str().expect("a key"),
            );
        }
        Founding {
            node: demo::side_chain(&ready),
            desk,
            demo,
            main_chain: text("mainChain"),
            command,
        }
    }

    /// Gives the demo's main chain an order.
    #[track_caller]
    pub(crate) fn main_chain(&self, method: &str, params: Value) -> Value {
        let main_chain = SideChain {
            url: self.main_chain.clone(),
        };
        main_chain.call(method, params)
    }

    /// Lets an account act, and gives what was printed as JSON.
    #[track_caller]
    pub(crate) fn act(&self, account: &str, args: &[&str]) -> Value {
        self.signed(account, args, |args| self.desk.json(args))
    }

    /// Lets an account try to act, and gives the error.
    #[track_caller]
    pub(crate) fn refused(&self, account: &str, args: &[&str]) -> String {
        self.signed(account, args, |args| self.desk.fails(args))
    }

    #[track_caller]
    fn signed<T>(&self, account: &str, args: &[&str], run: impl FnOnce(&[&str]) -> T) -> T {
        let key = format!("{account}.key");
        let args: Vec<&str> = [self.command]
            .iter()
            .chain(args)
            .copied()
            .chain(["--account", account, "--key-file", &key])
            .collect();
        run(&args)
    }
}
