//! Accounts: how they come about, change keys, vote for witnesses, are recovered.

use super::chain;
use crate::common::{Chain, custom_json, transfer};
use serde_json::json;
use tartan_devchain::Balances;
use tartan_graphene::operation::{
    AccountCreate, AccountUpdate, AccountWitnessProxy, AccountWitnessVote, ClaimAccount,
    CreateClaimedAccount, RecoverAccount, RequestAccountRecovery,
};
use tartan_graphene::{Asset, Authority, PrivateKey, Role};

fn new_account(chain: &Chain, name: &str, fee: i64) -> AccountCreate {
    let key = |role| Authority::key(chain.api.key(name, role).public_key());
    AccountCreate {
        fee: Asset::liquid(fee),
        creator: "alice".into(),
        new_account_name: name.into(),
        owner: key(Role::Owner),
        active: key(Role::Active),
        posting: key(Role::Posting),
        memo_key: chain.api.key(name, Role::Memo).public_key(),
        json_metadata: String::new(),
    }
}

#[tokio::test]
async fn accounts_are_created_for_a_fee() {
    let chain = chain().await;
    chain
        .send(
            "alice",
            Role::Active,
            new_account(&chain, "newcomer", 3_000),
        )
        .unwrap();
    chain
        .send("newcomer", Role::Posting, custom_json("newcomer", "{}"))
        .unwrap();
    assert!(
        chain
            .refused("alice", Role::Active, new_account(&chain, "another", 2_000))
            .contains("Must pay the exact account creation fee.")
    );
    assert!(
        chain
            .refused(
                "alice",
                Role::Active,
                new_account(&chain, "newcomer", 3_000)
            )
            .ends_with("could not insert object, most likely a uniqueness constraint was violated")
    );
    assert!(
        chain
            .refused("alice", Role::Active, new_account(&chain, "Bad", 3_000))
            .contains("Account name")
    );
    let mut orphan = new_account(&chain, "another", 3_000);
    orphan.active = Authority::account("nobody");
    assert!(
        chain
            .refused("alice", Role::Active, orphan)
            .ends_with("New authority account nobody does not exist")
    );
}

#[tokio::test]
async fn claimed_accounts_are_created_without_a_fee() {
    let chain = chain().await;
    let AccountCreate {
        creator,
        new_account_name,
        owner,
        active,
        posting,
        memo_key,
        json_metadata,
        ..
    } = new_account(&chain, "newcomer", 0);
    let create = CreateClaimedAccount {
        creator,
        new_account_name,
        owner,
        active,
        posting,
        memo_key,
        json_metadata,
    };
    assert!(
        chain
            .refused("alice", Role::Active, create.clone())
            .ends_with("alice has no claimed accounts to create")
    );
    chain
        .send(
            "alice",
            Role::Active,
            ClaimAccount {
                creator: "alice".into(),
                fee: Asset::liquid(0),
            },
        )
        .unwrap();
    chain.send("alice", Role::Active, create).unwrap();
    assert_eq!(chain.api.balances("newcomer"), Some(Balances::NONE));
}

#[tokio::test]
async fn keys_can_be_changed() {
    let chain = chain().await;
    let new = PrivateKey::from_seed("a new key");
    let update = AccountUpdate {
        account: "alice".into(),
        owner: None,
        active: Some(Authority::key(new.public_key())),
        posting: None,
        memo_key: new.public_key(),
        json_metadata: String::new(),
    };
    chain.send("alice", Role::Active, update).unwrap();
    assert_eq!(
        chain.refused("alice", Role::Active, transfer("alice", "bob", 1)),
        "missing required active authority:Missing Active Authority alice"
    );
    let transaction = chain
        .api
        .transaction(vec![transfer("alice", "bob", 1).into()]);
    assert!(
        chain
            .api
            .broadcast(
                chain
                    .api
                    .sign(transaction, std::slice::from_ref(&new))
                    .unwrap()
            )
            .is_ok()
    );
    let key = new.public_key().to_text("STM");
    let owners = chain
        .call("condenser_api.get_key_references", json!([[key]]))
        .await;
    assert_eq!(owners, json!([["alice"]]));
}

#[tokio::test]
async fn witness_votes_and_proxies_are_recorded() {
    let chain = chain().await;
    let vote = |approve| AccountWitnessVote {
        account: "alice".into(),
        witness: "dev-witness00".into(),
        approve,
    };
    chain.send("alice", Role::Active, vote(true)).unwrap();
    assert!(
        chain
            .refused("alice", Role::Active, vote(true))
            .contains("Vote currently exists")
    );
    let shown = chain
        .call("condenser_api.get_accounts", json!([["alice"]]))
        .await;
    assert_eq!(shown[0]["witness_votes"], json!(["dev-witness00"]));
    let proxy = AccountWitnessProxy {
        account: "alice".into(),
        proxy: "bob".into(),
    };
    chain.send("alice", Role::Active, proxy.clone()).unwrap();
    assert!(
        chain
            .refused("alice", Role::Active, proxy)
            .ends_with("Proxy must change.")
    );
    assert!(
        chain
            .refused("alice", Role::Active, vote(false))
            .contains("please clear the proxy")
    );
}

#[tokio::test]
async fn a_stolen_account_is_recovered() {
    let chain = chain().await;
    chain.api.create_account("alice", "victim").unwrap();
    let new = Authority::key(PrivateKey::from_seed("new owner").public_key());
    let request = |by: &str| RequestAccountRecovery {
        recovery_account: by.into(),
        account_to_recover: "victim".into(),
        new_owner_authority: new.clone(),
    };
    assert!(
        chain
            .refused("bob", Role::Active, request("bob"))
            .contains("does not have you as there recovery partner")
    );
    let recent = Authority::key(chain.api.key("victim", Role::Owner).public_key());
    let recover = RecoverAccount {
        account_to_recover: "victim".into(),
        new_owner_authority: new.clone(),
        recent_owner_authority: recent,
    };
    let sign = |operation: RecoverAccount| {
        let keys = [
            PrivateKey::from_seed("new owner"),
            chain.api.key("victim", Role::Owner),
        ];
        chain
            .api
            .sign(chain.api.transaction(vec![operation.into()]), &keys)
            .unwrap()
    };
    let error = chain.api.broadcast(sign(recover.clone())).unwrap_err();
    assert!(
        error
            .message()
            .ends_with("There are no active recovery requests for this account."),
        "{error}"
    );
    chain.send("alice", Role::Active, request("alice")).unwrap();
    let found = chain
        .call(
            "database_api.find_account_recovery_requests",
            json!({ "accounts": ["victim"] }),
        )
        .await;
    assert_eq!(found["requests"][0]["account_to_recover"], "victim");
    chain.api.broadcast(sign(recover)).unwrap();
    chain.api.mine(1);
    let victim = chain
        .call("condenser_api.get_accounts", json!([["victim"]]))
        .await;
    assert_eq!(victim[0]["owner"], new.to_json(&chain.api.protocol()));
}
