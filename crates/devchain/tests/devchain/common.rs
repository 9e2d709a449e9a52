//! What the tests have in common: a chain and a plain JSON-RPC client.

use serde_json::{Value, json};
use tartan_devchain::{Api, Config, Handle, NodeError, spawn};
use tartan_graphene::operation::{Comment, CustomJson, Transfer, Vote};
use tartan_graphene::{Asset, Flavor, Operation, Role};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

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

/// An HTTP answer, or as much of it as came.
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: String,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    /// Whether the body is as long as the headers promise.
    pub(crate) fn is_whole(&self) -> bool {
        self.header("content-length")
            .is_none_or(|length| length == self.body.len().to_string())
    }
}

/// One HTTP request on a connection of its own, without a library that would smooth things over. `None` when the
/// connection ends before an answer.
pub(crate) async fn http(method: &str, url: &str, headers: &str, body: &str) -> Option<Reply> {
    let (address, path) = {
        let rest = url.strip_prefix("http://").expect("an address");
        rest.split_once('/')
            .map_or((rest, String::new()), |(address, path)| {
                (address, path.to_owned())
            })
    };
    let mut stream = tokio::net::TcpStream::connect(address)
        .await
        .expect("a listener");
    let request = format!(
        "{method} /{path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n{body}",
        body.len()
    );
    stream
        .write_all(request.as_bytes())
        .await
        .expect("an open connection");
    let mut bytes = Vec::new();
    // A connection that is reset is one of the things to be seen.
    let _ = stream.read_to_end(&mut bytes).await;
    let text = String::from_utf8(bytes).expect("text");
    let (head, body) = text.split_once("\r\n\r\n")?;
    let (first, headers) = head.split_once("\r\n")?;
    let status = first.split(' ').nth(1)?.parse().ok()?;
    Some(Reply {
        status,
        headers: headers.to_owned(),
        body: body.to_owned(),
    })
}

/// Posts a body and answers status and text.
pub(crate) async fn post(url: &str, body: String) -> (u16, String) {
    let reply = http("POST", url, "", &body).await.expect("an answer");
    (reply.status, reply.body)
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
