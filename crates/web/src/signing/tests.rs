//! What browsers sign, checked with the code that checks it on nodes.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tartan_chain::network::Flavor;
use tartan_chain::{Network, OpenOptions};
use tartan_graphene::operation::{CustomJson, Transfer};
use tartan_graphene::{
    Asset, AssetForm, Chain, JsonForm, Operation, PublicKey, Role, SignedTransaction, Transaction,
};
use tartan_mainchain::{Client, ClientConfig};
use tartan_rpc::{RpcConfig, Server, SyncStatus};
use tartan_state::State;
use tokio::sync::watch;
use tower::ServiceExt as _;

use super::MOST_BYTES;
use crate::site::{DemoAccount, Site, SiteConfig};

/// The file that the browser's tests compare their signatures with.
const VECTORS: &str = include_str!("../../frontend/src/signing/vectors.json");

#[test]
fn browsers_sign_what_nodes_accept() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let signer = PublicKey::from_text(vectors["publicKey"].as_str().unwrap(), "STM").unwrap();
    let transactions = vectors["transactions"].as_array().unwrap();
    assert_eq!(transactions.len(), 12);
    for vector in transactions {
        let text = |field: &str| vector[field].as_str().unwrap();
        let mut id = [0; 32];
        for (byte, digits) in id.iter_mut().zip(text("chainId").as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
        }
        let chain = match text("flavor") {
            "hive" => Chain::hive(),
            _ => Chain::steem(),
        };
        let chain = chain.with_chain_id(id);
        let signed = SignedTransaction::from_json(&vector["transaction"], &chain).unwrap();
        signed.transaction.validate().unwrap();
        let found = signed.transaction.id(&chain, AssetForm::Legacy).unwrap();
        assert_eq!(found.to_string(), text("id"));
        // recovering refuses what is not canonical
        let keys = signed.recover_keys(&chain, AssetForm::Legacy).unwrap();
        assert_eq!(keys.into_iter().collect::<Vec<_>>(), [signer]);
    }
}

/// A site beside a main chain of its own, whose id no library knows.
struct Beside {
    main: tartan_devchain::Api,
    _handle: tartan_devchain::Handle,
    client: Client,
    chain: tartan_chain::Chain,
    _server: Server,
    router: axum::Router,
    read: u32,
}

impl Beside {
    async fn new(flavor: Flavor, config: SiteConfig) -> Beside {
        let (main_flavor, family) = match flavor {
            Flavor::Steem => (tartan_graphene::Flavor::Steem, Chain::steem()),
            Flavor::Hive => (tartan_graphene::Flavor::Hive, Chain::hive()),
        };
        let settings = tartan_devchain::Config {
            chain_id: Some([0x5f; 32]),
            ..tartan_devchain::Config::test(main_flavor)
        };
        let (main, handle) = tartan_devchain::spawn(settings).await.unwrap();
        // as a node has it: of the family, with whatever id the chain has
        let settings = ClientConfig {
            any_chain: true,
            ..ClientConfig::new(family, [main.url()])
        };
        let client = Client::new(settings).unwrap();
        let network = Network::dev(flavor);
        let registry = network.registry().unwrap();
        let options = OpenOptions::default();
        let chain = tartan_chain::Chain::open(network, State::memory(), registry, options).unwrap();
        let (_, sync) = watch::channel(SyncStatus::starting());
        let mut router = None;
        let pages = |feed| {
            let client = Some(client.clone());
            let site = Site::new(config, chain.reader(), None, client, sync.clone(), feed);
            router = Some(crate::router(site));
            router.clone()
        };
        let rpc = RpcConfig {
            listen: ([127, 0, 0, 1], 0).into(),
            ..RpcConfig::default()
        };
        let server = Server::start_with_pages(rpc, chain.reader(), sync.clone(), None, pages).await;
        Beside {
            main,
            _handle: handle,
            chain,
            _server: server.unwrap(),
            router: router.unwrap(),
            client,
            read: 0,
        }
    }

    /// The sidechain executes what the main chain has.
    async fn follow(&mut self) {
        while self.read < self.main.head().number {
            self.read += 1;
            let block = self.client.block(self.read).await.unwrap().unwrap();
            self.chain.apply(&block).unwrap();
        }
        self.chain
            .set_irreversible(self.main.last_irreversible())
            .unwrap();
    }

    async fn ask(&self, request: Request<Body>) -> (StatusCode, Value) {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        self.ask(
            Request::get(format!("/api/sign{path}"))
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    async fn broadcast(&self, body: String) -> (StatusCode, Value) {
        let request =
            Request::post("/api/sign/broadcast").header("content-type", "application/json");
        self.ask(request.body(Body::from(body)).unwrap()).await
    }

    /// Signs as a browser does: from the reference and nothing else. Gives the JSON that is sent.
    async fn sign(&self, operation: Operation, who: &str, role: Role) -> String {
        let (_, at) = self.get("/reference").await;
        let number = |field: &str| at[field].as_u64().unwrap();
        let mut id = [0; 32];
        for (byte, digits) in id
            .iter_mut()
            .zip(at["chainId"].as_str().unwrap().as_bytes().chunks(2))
        {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
        }
        let chain = self.client.chain().clone().with_chain_id(id);
        let transaction = Transaction {
            ref_block_num: u16::try_from(number("refBlockNum")).unwrap(),
            ref_block_prefix: u32::try_from(number("refBlockPrefix")).unwrap(),
            expiration: at["expiration"].as_str().unwrap().parse().unwrap(),
            operations: vec![operation],
        };
        let signed = transaction
            .sign(&chain, AssetForm::Legacy, &[self.main.key(who, role)])
            .unwrap();
        signed.to_json(&chain, JsonForm::Legacy).to_string()
    }

    /// A call of the sidechain's ledger, which needs the active key.
    fn call(&self, who: &str, payload: Value) -> Operation {
        let call = json!({ "contractName": "tokens", "contractAction": "transfer", "contractPayload": payload });
        CustomJson {
            required_auths: [who.to_owned()].into(),
            required_posting_auths: [].into(),
            id: "ssc-dev".to_owned(),
            json: call.to_string(),
        }
        .into()
    }
}

#[tokio::test]
async fn what_is_signed_is_relayed_and_followed_to_its_end() {
    for flavor in [Flavor::Steem, Flavor::Hive] {
        let mut site = Beside::new(flavor, SiteConfig::default()).await;
        let (status, at) = site.get("/reference").await;
        assert_eq!(status, StatusCode::OK, "{at}");
        assert_eq!(at["chainId"], "5f".repeat(32));
        assert_eq!(at["customJsonId"], "ssc-dev");
        let engine = site.chain.network().accounts.engine.clone();
        let utility = site.chain.network().tokens.utility.symbol.clone();
        let good = json!({ "symbol": utility, "to": "alice", "quantity": "5" });
        let body = site
            .sign(site.call(&engine, good), &engine, Role::Active)
            .await;
        let (status, sent) = site.broadcast(body.clone()).await;
        assert_eq!(status, StatusCode::OK, "{sent}");
        let id = sent["id"].as_str().unwrap().to_owned();
        // the same again is the same
        assert_eq!(site.broadcast(body).await.1, sent);

        let path = format!("/status/{id}");
        assert_eq!(site.get(&path).await.1["state"], "unknown");
        site.main.mine(1);
        let (_, included) = site.get(&path).await;
        assert_eq!(
            (&included["state"], &included["final"]),
            (&json!("included"), &json!(false))
        );
        site.follow().await;
        let (_, executed) = site.get(&path).await;
        assert_eq!(executed["state"], "executed", "{executed}");
        assert_eq!(executed["block"], site.main.head().number);
        assert_eq!(
            (&executed["final"], &executed["calls"][0]["ok"]),
            (&json!(false), &json!(true))
        );
        site.main.mine(30);
        site.follow().await;
        assert_eq!(site.get(&path).await.1["final"], true);

        let much = json!({ "symbol": utility, "to": "bob", "quantity": "5000" });
        let body = site
            .sign(site.call("alice", much), "alice", Role::Active)
            .await;
        let id = site.broadcast(body).await.1["id"]
            .as_str()
            .unwrap()
            .to_owned();
        site.main.mine(1);
        site.follow().await;
        let (_, failed) = site.get(&format!("/status/{id}")).await;
        assert_eq!(failed["calls"][0]["ok"], false);
        assert_eq!(failed["calls"][0]["errors"], json!(["overdrawn balance"]));
    }
}

#[tokio::test]
async fn what_the_main_chain_refuses_is_told_apart() {
    let site = Beside::new(Flavor::Hive, SiteConfig::default()).await;
    let refused = async |body: String| {
        let (status, answer) = site.broadcast(body).await;
        assert!(status.is_client_error(), "{status} {answer}");
        answer["error"]["code"].as_str().unwrap().to_owned()
    };
    let call = || {
        site.call(
            "alice",
            json!({ "symbol": "ENG", "to": "bob", "quantity": "1" }),
        )
    };
    let body = site.sign(call(), "alice", Role::Posting).await;
    assert_eq!(refused(body).await, "missing-authority");
    let body = site.sign(call(), "bob", Role::Active).await;
    assert_eq!(refused(body).await, "missing-authority");
    site.main.exhaust_credits("alice", true);
    let body = site.sign(call(), "alice", Role::Active).await;
    assert_eq!(refused(body).await, "resources");

    let mut other = CustomJson {
        required_auths: [].into(),
        required_posting_auths: ["bob".to_owned()].into(),
        id: "follow".to_owned(),
        json: "[]".to_owned(),
    };
    let body = site.sign(other.clone().into(), "bob", Role::Posting).await;
    assert_eq!(refused(body).await, "foreign");
    let payment = |memo: &str| Transfer {
        from: "bob".into(),
        to: "carol".into(),
        amount: Asset::liquid(1),
        memo: memo.to_owned(),
    };
    let body = site
        .sign(payment("lunch").into(), "bob", Role::Active)
        .await;
    assert_eq!(refused(body).await, "foreign");
    let body = site
        .sign(
            payment(r#"{"id":"ssc-dev","json":{}}"#).into(),
            "bob",
            Role::Active,
        )
        .await;
    assert_eq!(site.broadcast(body).await.0, StatusCode::OK);
    other.id = "ssc-dev".to_owned();
    let body = site.sign(other.into(), "bob", Role::Posting).await;
    let unsigned = {
        let mut value: Value = serde_json::from_str(&body).unwrap();
        value["signatures"] = json!([]);
        value.to_string()
    };
    assert_eq!(refused(unsigned).await, "invalid");
    for wrong in [
        "",
        "[]",
        "null",
        "{}",
        "{\"operations\":[[\"custom_json\",{}]]}",
        "\u{0}",
    ] {
        assert_eq!(refused(wrong.to_owned()).await, "invalid", "{wrong:?}");
    }
    assert_eq!(
        refused(format!("\"{}\"", "x".repeat(MOST_BYTES))).await,
        "too-large"
    );
}

#[tokio::test]
async fn public_keys_are_told_and_private_ones_of_demos_only() {
    let demo = DemoAccount {
        name: "alice".to_owned(),
        active: "active".to_owned(),
        posting: "posting".to_owned(),
        memo: "memo".to_owned(),
    };
    let config = SiteConfig {
        demo_accounts: vec![demo],
        ..SiteConfig::default()
    };
    let site = Beside::new(Flavor::Steem, config).await;
    let (_, keys) = site.get("/account/alice").await;
    let expected = site
        .main
        .key("alice", Role::Posting)
        .public_key()
        .to_text("STM");
    assert_eq!(keys["posting"], json!([expected]));
    for nobody in ["nobody", "Not-A-Name", "%22%3E", "a"] {
        let (status, answer) = site.get(&format!("/account/{nobody}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{nobody}");
        assert_eq!(answer["error"]["code"], "account-unknown");
    }
    assert_eq!(site.get("/demo").await.1, json!({ "accounts": ["alice"] }));
    assert_eq!(
        site.get("/demo/alice").await.1,
        json!({ "active": "active", "posting": "posting" })
    );
    assert_eq!(site.get("/demo/bob").await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        site.get("/status/zz").await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let (_, texts) = site.get("/texts/es").await;
    assert_eq!(
        texts["words-tokens-transfer"],
        "Enviar {quantity} {symbol} a {to}"
    );
}

#[tokio::test]
async fn a_client_has_only_so_much_relayed() {
    let config = SiteConfig {
        relays_per_minute: 2,
        ..SiteConfig::default()
    };
    let site = Beside::new(Flavor::Steem, config).await;
    let relay = async |number: u32, from: &str| {
        let payload = json!({ "symbol": "ENG", "to": "bob", "quantity": number.to_string() });
        let body = site
            .sign(site.call("alice", payload), "alice", Role::Active)
            .await;
        let request = Request::post("/api/sign/broadcast")
            .header("content-type", "application/json")
            .header("x-forwarded-for", from)
            .body(Body::from(body));
        let answer = site.router.clone().oneshot(request.unwrap()).await.unwrap();
        let wait = answer.headers().get("retry-after").cloned();
        let status = answer.status();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        let body: Value = serde_json::from_slice(&body).unwrap();
        (status, body, wait)
    };
    for number in [1, 2] {
        let (status, sent, _) = relay(number, "203.0.113.9").await;
        assert_eq!(status, StatusCode::OK, "{sent}");
    }
    let (status, refused, wait) = relay(3, "203.0.113.9").await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused["error"]["code"], "too-many");
    let seconds = refused["error"]["details"]["seconds"].as_str().unwrap();
    assert!(
        (1..=31).contains(&seconds.parse::<u32>().unwrap()),
        "{seconds}"
    );
    assert_eq!(wait.unwrap(), seconds);
    // nothing was sent
    assert_eq!(site.main.pending().len(), 2);
    let (status, sent, _) = relay(4, "198.51.100.1").await;
    assert_eq!(status, StatusCode::OK, "{sent}");
}
