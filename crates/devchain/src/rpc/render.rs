//! Rows in the node's words: symbols, names of fields and numbers by flavour and API.

use serde_json::{Map, Value, json};
use tartan_graphene::{Asset, Authority, Chain as Protocol, Flavor, JsonForm, Time};

use crate::chain::{MainChain, big_number};
use crate::state::{Account, Post, Vote};

/// "Not yet": the time nodes write for what never happened.
const EPOCH: Time = Time(0);

/// Shows rows of one chain in one shape.
pub(super) struct Render<'a> {
    chain: &'a MainChain,
    protocol: &'a Protocol,
    form: JsonForm,
}

impl<'a> Render<'a> {
    pub(super) fn new(chain: &'a MainChain, form: JsonForm) -> Self {
        Render {
            chain,
            protocol: chain.protocol(),
            form,
        }
    }

    pub(super) fn is_legacy(&self) -> bool {
        self.form == JsonForm::Legacy
    }

    pub(super) fn is_hive(&self) -> bool {
        self.protocol.flavor == Flavor::Hive
    }

    /// `hive` or `steem` in names of fields.
    pub(super) fn liquid_name(&self) -> &'static str {
        if self.is_hive() { "hive" } else { "steem" }
    }

    /// `hbd` or `sbd` in names of fields.
    pub(super) fn dollar_name(&self) -> &'static str {
        if self.is_hive() { "hbd" } else { "sbd" }
    }

    pub(super) fn asset(&self, asset: Asset) -> Value {
        asset.to_json(self.protocol, self.form)
    }

    pub(super) fn liquid(&self, amount: i64) -> Value {
        self.asset(Asset::liquid(amount))
    }

    pub(super) fn dollar(&self, amount: i64) -> Value {
        self.asset(Asset::dollar(amount))
    }

    pub(super) fn vests(&self, amount: i64) -> Value {
        self.asset(Asset::vests(amount))
    }

    pub(super) fn authority(&self, authority: &Authority) -> Value {
        authority.to_json(self.protocol)
    }

    /// A price of one liquid unit in dollars.
    pub(super) fn price(&self, dollars: i64) -> Value {
        json!({ "base": self.dollar(dollars), "quote": self.liquid(1000) })
    }

    /// An account, as `get_accounts` and `find_accounts` show it.
    pub(super) fn account(&self, account: &Account) -> Value {
        let (liquid, dollar) = (self.liquid_name(), self.dollar_name());
        let now = self.chain.head_time();
        let mana = self.mana(account);
        let mut fields = Fields::default();
        fields.put("id", json!(account.id));
        fields.put("name", json!(account.name));
        fields.put("owner", self.authority(&account.owner));
        fields.put("active", self.authority(&account.active));
        fields.put("posting", self.authority(&account.posting));
        fields.put(
            "memo_key",
            json!(account.memo_key.to_text(&self.protocol.prefix)),
        );
        fields.put("json_metadata", json!(account.json_metadata));
        fields.put(
            "posting_json_metadata",
            json!(account.posting_json_metadata),
        );
        fields.put("proxy", json!(account.proxy));
        fields.put("previous_owner_update", json!(EPOCH));
        fields.put("last_owner_update", json!(account.last_owner_update));
        fields.put("last_account_update", json!(account.last_account_update));
        fields.put("created", json!(account.created));
        fields.put("mined", json!(false));
        fields.put("recovery_account", json!(account.recovery_account));
        fields.put("last_account_recovery", json!(EPOCH));
        fields.put("reset_account", json!("null"));
        fields.put("comment_count", json!(0));
        fields.put("lifetime_vote_count", json!(0));
        fields.put("post_count", json!(account.post_count));
        fields.put("can_vote", json!(true));
        fields.put("voting_manabar", mana.clone());
        fields.put("downvote_manabar", self.downvote_mana(account));
        if self.is_legacy() {
            fields.put("voting_power", json!(account.voting_power_at(now)));
        }
        fields.put("balance", self.liquid(account.liquid));
        fields.put("savings_balance", self.liquid(account.savings_liquid));
        fields.put(&format!("{dollar}_balance"), self.dollar(account.dollar));
        fields.put(&format!("{dollar}_seconds"), json!("0"));
        fields.put(&format!("{dollar}_seconds_last_update"), json!(EPOCH));
        fields.put(&format!("{dollar}_last_interest_payment"), json!(EPOCH));
        fields.put(
            &format!("savings_{dollar}_balance"),
            self.dollar(account.savings_dollar),
        );
        fields.put(&format!("savings_{dollar}_seconds"), json!("0"));
        fields.put(
            &format!("savings_{dollar}_seconds_last_update"),
            json!(EPOCH),
        );
        fields.put(
            &format!("savings_{dollar}_last_interest_payment"),
            json!(EPOCH),
        );
        fields.put("savings_withdraw_requests", json!(account.savings_requests));
        fields.put(&format!("reward_{dollar}_balance"), self.dollar(0));
        fields.put(&format!("reward_{liquid}_balance"), self.liquid(0));
        fields.put("reward_vesting_balance", self.vests(0));
        fields.put(&format!("reward_vesting_{liquid}"), self.liquid(0));
        fields.put("vesting_shares", self.vests(account.vests));
        fields.put(
            "delegated_vesting_shares",
            self.vests(account.delegated_vests),
        );
        fields.put(
            "received_vesting_shares",
            self.vests(account.received_vests),
        );
        fields.put("vesting_withdraw_rate", self.vests(account.withdraw_rate));
        fields.put("post_voting_power", self.vests(account.effective_vests()));
        fields.put("next_vesting_withdrawal", json!(account.next_withdrawal));
        fields.put("withdrawn", big_number(i128::from(account.withdrawn)));
        fields.put("to_withdraw", big_number(i128::from(account.to_withdraw)));
        let routes = self.chain.state().routes_of(&account.name).len();
        fields.put("withdraw_routes", json!(routes));
        fields.put("pending_transfers", json!(0));
        fields.put("curation_rewards", json!(0));
        fields.put("posting_rewards", json!(0));
        fields.put("proxied_vsf_votes", json!([0, 0, 0, 0]));
        fields.put("witnesses_voted_for", json!(account.witness_votes.len()));
        fields.put("last_post", json!(account.last_post));
        fields.put("last_root_post", json!(account.last_root_post));
        if !self.is_legacy() {
            fields.put("last_post_edit", json!(account.last_post_edit));
            fields.put("is_smt", json!(false));
        }
        fields.put("last_vote_time", json!(account.last_vote_time));
        fields.put("post_bandwidth", json!(0));
        fields.put(
            "pending_claimed_accounts",
            json!(account.pending_claimed_accounts),
        );
        if self.is_hive() {
            fields.put("governance_vote_expiration_ts", json!(Time::NEVER));
            fields.put("delayed_votes", json!([]));
            fields.put("open_recurrent_transfers", json!(0));
        }
        if self.is_legacy() {
            fields.put("vesting_balance", self.liquid(0));
            fields.put("reputation", json!(0));
            for list in [
                "transfer_history",
                "market_history",
                "post_history",
                "vote_history",
                "other_history",
            ] {
                fields.put(list, json!([]));
            }
            fields.put("witness_votes", json!(account.witness_votes));
            fields.put("tags_usage", json!([]));
            fields.put("guest_bloggers", json!([]));
        }
        fields.into_value()
    }

    /// The voting mana: effective vesting shares, scaled by the voting power.
    fn mana(&self, account: &Account) -> Value {
        let now = self.chain.head_time();
        let full = i128::from(account.effective_vests());
        let current = full * i128::from(account.voting_power_at(now)) / 10_000;
        json!({ "current_mana": big_number(current), "last_update_time": now.seconds() })
    }

    /// A quarter of the voting mana, never used up.
    fn downvote_mana(&self, account: &Account) -> Value {
        let quarter = i128::from(account.effective_vests()) / 4;
        json!({ "current_mana": big_number(quarter), "last_update_time": self.chain.head_time().seconds() })
    }

    /// A post or reply, as `get_content` and the discussion lists show it.
    pub(super) fn post(&self, post: &Post) -> Value {
        let state = self.chain.state();
        let root = state.posts.get(&post.root);
        let votes = state.votes_of(&post.key());
        let mut fields = Fields::default();
        fields.put("id", json!(post.id));
        fields.put("author", json!(post.author));
        fields.put("permlink", json!(post.permlink));
        fields.put("category", json!(post.category));
        fields.put("parent_author", json!(post.parent_author));
        fields.put("parent_permlink", json!(post.parent_permlink));
        fields.put("title", json!(post.title));
        fields.put("body", json!(post.body));
        fields.put("json_metadata", json!(post.json_metadata));
        fields.put("last_update", json!(post.last_update));
        fields.put("created", json!(post.created));
        fields.put("active", json!(post.active));
        fields.put("last_payout", json!(EPOCH));
        fields.put("depth", json!(post.depth));
        fields.put("children", json!(post.children));
        fields.put("net_rshares", big_number(i128::from(post.net_rshares)));
        fields.put("abs_rshares", big_number(i128::from(post.abs_rshares)));
        fields.put(
            "vote_rshares",
            big_number(i128::from(post.net_rshares.max(0))),
        );
        fields.put("children_abs_rshares", json!(0));
        fields.put("cashout_time", json!(post.cashout));
        fields.put("max_cashout_time", json!(Time::NEVER));
        fields.put(
            "total_vote_weight",
            big_number(i128::from(post.total_vote_weight)),
        );
        fields.put("reward_weight", json!(10_000));
        fields.put("total_payout_value", self.dollar(0));
        fields.put("curator_payout_value", self.dollar(0));
        fields.put("author_rewards", json!(0));
        fields.put("net_votes", json!(post.net_votes));
        fields.put("root_author", json!(post.root.0));
        fields.put("root_permlink", json!(post.root.1));
        fields.put("max_accepted_payout", self.asset(post.max_accepted_payout));
        let percent = if self.is_hive() {
            "percent_hbd"
        } else {
            "percent_steem_dollars"
        };
        fields.put(percent, json!(post.percent_dollars));
        fields.put("allow_replies", json!(true));
        fields.put("allow_votes", json!(post.allow_votes));
        fields.put("allow_curation_rewards", json!(post.allow_curation_rewards));
        fields.put("beneficiaries", self.beneficiaries(post));
        if self.is_legacy() {
            let title = root.map_or("", |root| root.title.as_str());
            fields.put("url", json!(self.url(post)));
            fields.put("root_title", json!(title));
            fields.put("pending_payout_value", self.dollar(0));
            fields.put("total_pending_payout_value", self.dollar(0));
            let shown: Vec<Value> = votes
                .iter()
                .map(|(voter, vote)| self.active_vote(voter, vote))
                .collect();
            fields.put("active_votes", json!(shown));
            fields.put("replies", json!([]));
            fields.put("author_reputation", json!(0));
            fields.put("promoted", self.dollar(0));
            fields.put("body_length", json!(post.body.len()));
            fields.put("reblogged_by", json!([]));
        }
        fields.into_value()
    }

    fn beneficiaries(&self, post: &Post) -> Value {
        let shown = post
            .beneficiaries
            .iter()
            .map(|(account, weight)| json!({ "account": account, "weight": weight }));
        shown.collect()
    }

    /// The path of a post on the web sites: its root's, with the reply behind `#`.
    pub(super) fn url(&self, post: &Post) -> String {
        let (author, permlink) = &post.root;
        let root = format!("/{}/@{author}/{permlink}", post.category);
        if post.is_root() {
            root
        } else {
            format!("{root}#@{}/{}", post.author, post.permlink)
        }
    }

    /// A vote as a post lists it.
    pub(super) fn active_vote(&self, voter: &str, vote: &Vote) -> Value {
        json!({
            "voter": voter,
            "weight": big_number(i128::from(vote.weight)),
            "rshares": big_number(i128::from(vote.rshares)),
            "percent": vote.percent,
            "reputation": 0,
            "time": vote.time,
        })
    }
}

/// A JSON object in the order in which its members are put.
#[derive(Default)]
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    pub(super) fn put(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    pub(super) fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}
