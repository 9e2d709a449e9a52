//! What the tests have in common: a chain and a plain JSON-RPC client.

use serde_json::{Value, json};
use tartan_devchain::{Api, Config, Handle, NodeError, spawn};
use tartan_graphene::operation::{Comment, CustomJson, Transfer, Vote};
use tartan_graphene::{Asset, Flavor, Operation, Role};

/// A running chain with a client for its main endpoint.
pub(crate) struct Chain {
    pub(crate) api: Api,
    _handle: Handle,
}

impl Chain {
    /// A chain of its own time with blocks on command.
    pub(crate) async fn start(flavor: Flavor) -> Self {
        Chain::with(Config::test(flavor)).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        let (api, handle) = spawn(config).await.expect("a free port");
        Chain {
            api,
            _handle: handle,
        }
    }

    /// Posts one request to the main endpoint and answers the whole reply.
    pub(crate) async fn request(&self, method: &str, params: Value) -> Value {
        request(&self.api.url(), method, params).await
    }

    /// The result of a request that must succeed.
    pub(crate) async fn call(&self, method: &str, params: Value) -> Value {
        let reply = self.request(method, params).await;
        assert!(reply.get("error").is_none(), "{method}: {reply}");
        reply["result"].clone()
    }

    /// The error of a request that must fail.
    pub(crate) async fn error(&self, method: &str, params: Value) -> Value {
        let reply = self.request(method, params).await;
        assert!(reply.get("result").is_none(), "{method}: {reply}");
        reply["error"].clone()
    }

    /// Sends operations signed with a development key, and makes a block.
    pub(crate) fn send(
        &self,
        account: &str,
        role: Role,
        operation: impl Into<Operation>,
    ) -> Result<(), NodeError> {
        self.api.send(account, role, vec![operation.into()])?;
        self.api.mine(1);
        Ok(())
    }

    /// The words with which an operation is refused.
    pub(crate) fn refused(
        &self,
        account: &str,
        role: Role,
        operation: impl Into<Operation>,
    ) -> String {
        match self.api.send(account, role, vec![operation.into()]) {
            Ok(id) => panic!("accepted as {id}"),
            Err(error) => error.message(),
        }
    }
}

pub(crate) async fn post(url: &str, body: String) -> (u16, String) {
    let reply = reqwest::Client::new()
        .post(url)
        .body(body)
        .send()
        .await
        .expect("an answer");
    (
        reply.status().as_u16(),
        reply.text().await.expect("a whole answer"),
    )
}

pub(crate) async fn request(url: &str, method: &str, params: Value) -> Value {
    let body = json!({ "jsonrpc": "2.0", "method": method, "params": params, "id": 1 });
    serde_json::from_str(&post(url, body.to_string()).await.1).expect("JSON")
}

pub(crate) fn transfer(from: &str, to: &str, thousandths: i64) -> Transfer {
    Transfer {
        from: from.into(),
        to: to.into(),
        amount: Asset::liquid(thousandths),
        memo: String::new(),
    }
}

pub(crate) fn custom_json(account: &str, json: &str) -> CustomJson {
    CustomJson {
        required_auths: Default::default(),
        required_posting_auths: [account.to_owned()].into(),
        id: "ssc-dev".into(),
        json: json.into(),
    }
}

pub(crate) fn post_by(author: &str, permlink: &str) -> Comment {
    Comment {
        parent_author: String::new(),
        parent_permlink: "cool".into(),
        author: author.into(),
        permlink: permlink.into(),
        title: "A title".into(),
        body: "A body".into(),
        json_metadata: r#"{"tags":["cool"]}"#.into(),
    }
}

pub(crate) fn reply_by(author: &str, permlink: &str, parent: &Comment) -> Comment {
    Comment {
        parent_author: parent.author.clone(),
        parent_permlink: parent.permlink.clone(),
        title: String::new(),
        ..post_by(author, permlink)
    }
}

pub(crate) fn vote(voter: &str, post: &Comment, weight: i16) -> Vote {
    Vote {
        voter: voter.into(),
        author: post.author.clone(),
        permlink: post.permlink.clone(),
        weight,
    }
}
