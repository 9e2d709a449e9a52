use serde_json::{Value, json};

use super::pool::Pool;
use crate::testing::{HOSTILE, TestSite, withstands};

async fn community() -> TestSite {
    let mut site = TestSite::new().await;
    let stake = json!({ "symbol": "COOL", "unstakingCooldown": 28, "numberTransactions": 4 });
    site.does("alice", "tokens", "enableStaking", stake);
    let pool = Pool {
        tags: "cool".to_owned(),
        ..Pool::default().preset("chain")
    };
    let pool = json!({ "symbol": "COOL", "config": pool.config() });
    site.does("alice", "comments", "createRewardPool", pool);
    site.indexed().await;
    site
}

async fn as_alice(site: &TestSite, path: &str) -> crate::testing::Answer {
    let cookie = ("cookie", "tartan-account=alice");
    site.get_with(path, &[("accept", "text/html"), cookie])
        .await
}

#[tokio::test]
async fn tokens_are_listed_searched_and_filtered() {
    let site = community().await;
    let list = site.get("/tokens").await;
    list.shows(&["COOL", "ENG", "STEEMP", "/tokens/COOL"]);
    let found = site.get("/tokens?q=coo").await;
    found.shows(&["/tokens/COOL"]);
    assert!(!found.body.contains("/tokens/STEEMP"));
    let pools = site.get("/tokens?show=community").await;
    assert!(pools.body.contains("/tokens/COOL") && !pools.body.contains("/tokens/ENG"));
    let pegged = site.get("/tokens?show=pegged&sort=symbol").await;
    assert!(pegged.body.contains("/tokens/STEEMP") && !pegged.body.contains("/tokens/COOL"));
    let none = site.get("/tokens?q=nothing-like-this").await;
    none.shows(&["No token is like this"]);
    let market = site.get("/tokens?show=market&page=9999999").await;
    market.shows(&["No token is like this"]);
}

#[tokio::test]
async fn a_token_has_a_page_and_a_rich_list() {
    let site = community().await;
    site.get("/tokens/COOL").await.shows(&[
        "Unstaking takes 28 days and pays out in 4 parts",
        "@alice can issue 999,700.000 more",
        "Gini coefficient is 0.00",
        "Latest transfers",
        "<code>#cool</code>",
    ]);
    let row = site.get("/tokens/COOL.json").await.json();
    assert_eq!(row["symbol"], "COOL");
    let rich = site.get("/tokens/COOL/richlist?find=@bob").await;
    rich.shows(&["3 holders", "place 2", "33.33 %", "aria-current=\"true\""]);
    let without = site
        .get("/tokens/COOL/richlist?issuer=hide&sort=stake")
        .await;
    without.shows(&["2 holders"]);
    let csv = site.get("/tokens/COOL/richlist.csv").await;
    assert!(
        csv.body.contains("1,alice,100,0,0,0,0,0,100\r\n"),
        "{}",
        csv.body
    );
    for path in [
        "/tokens/NOPE",
        "/tokens/NOPE/richlist",
        "/tokens/NOPE/richlist.csv",
        "/tokens/NOPE/manage",
    ] {
        assert_eq!(site.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn hostile_words_of_issuers_and_in_addresses_do_nothing() {
    let mut site = community().await;
    for hostile in HOSTILE {
        let metadata = json!({ "url": hostile, "icon": hostile, "desc": hostile, hostile.to_owned(): hostile });
        let update = json!({ "symbol": "COOL", "metadata": metadata });
        site.does("alice", "tokens", "updateMetadata", update);
        for path in ["/tokens/COOL", "/tokens/COOL/manage", "/tokens"] {
            let answer = as_alice(&site, path).await;
            answer.shows(&["COOL"]);
            assert!(!answer.body.contains("<script>alert"), "{path}");
            assert!(!answer.body.contains("' onmouseover='"), "{path}");
            assert!(!answer.body.contains("href=\"javascript:"), "{path}");
        }
    }
    withstands(
        &site,
        &[
            "/tokens?q={}",
            "/tokens?sort={}&dir={}",
            "/tokens?page={}",
            "/tokens?show={}",
            "/tokens/{}",
            "/tokens/{}/richlist",
            "/tokens/COOL/richlist?find={}",
            "/tokens/COOL/richlist?sort={}&page={}",
            "/tokens/COOL/manage/pool?reward={}&interval={}&tags={}&reduction={}&reduction_days={}",
            "/launch?step={}",
            "/launch?preset={}",
            "/launch?step=5&symbol={}&name={}&url={}&desc={}&max={}&issue={}&precision={}",
            "/launch?step=4&symbol=NEW&name=New&max=1000&with_pool=yes&reward={}&interval={}&post_curve={}&tags={}",
        ],
    )
    .await;
}

const DRAFT: &str = "symbol=new&name=New+Token&precision=3&max=1000000&issue=10&stake=month&delegate=yes&with_pool=yes&preset=chain&tags=new";

#[tokio::test]
async fn the_wizard_stops_where_something_is_wrong_and_keeps_the_rest() {
    let site = community().await;
    site.get("/launch")
        .await
        .shows(&["Launch a token", "name=\"symbol\""]);
    let taken = site.get("/launch?symbol=cool&name=A&step=2").await;
    taken.shows(&["COOL belongs to @alice", "Somebody else has this symbol"]);
    site.get("/launch?symbol=coo&name=A")
        .await
        .shows(&["COO is free"]);
    site.get("/launch?symbol=cools&name=A")
        .await
        .shows(&["looks like these", "/tokens/COOL"]);
    let supply = site
        .get("/launch?symbol=new&name=A&max=1.0001&precision=3&step=4")
        .await;
    supply.shows(&[
        "no more decimals than the token",
        "name=\"symbol\" value=\"new\"",
    ]);
    let unstaked = site
        .get(&format!("/launch?{DRAFT}&step=5").replace("stake=month", "stake=none"))
        .await;
    unstaked.shows(&["A reward pool needs staking"]);
    let pool = site
        .get(&format!("/launch?{DRAFT}&step=4&stakes=few&votes=crowd"))
        .await;
    pool.shows(&[
        "Who earns what",
        "240.000 new NEW a day",
        "<polyline",
        "value=\"3600\"",
    ]);
}

/// What a review wants to have signed.
fn calls(body: &str) -> Vec<Value> {
    let start = body.find("data-calls=\"").expect("calls") + "data-calls=\"".len();
    let end = start + body[start..].find('"').unwrap();
    let text = body[start..end]
        .replace("&#34;", "\"")
        .replace("&quot;", "\"");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[tokio::test]
async fn what_the_wizard_signs_makes_the_token_and_can_be_gone_on_with() {
    let mut site = community().await;
    let path = format!("/launch?{DRAFT}&step=5");
    site.get(&path)
        .await
        .shows(&["Log in to see whether you have enough"]);
    let review = as_alice(&site, &path).await;
    review.shows(&["Create the token NEW", "enough", "Sign and launch NEW"]);
    let all = calls(&review.body);
    let actions: Vec<_> = all
        .iter()
        .map(|call| call["action"].as_str().unwrap())
        .collect();
    let expected = [
        "create",
        "enableStaking",
        "enableDelegation",
        "issue",
        "createRewardPool",
    ];
    assert_eq!(actions, expected);
    for (done, call) in all.iter().enumerate() {
        // whoever stops here goes on with the rest
        let review = as_alice(&site, &path).await;
        assert_eq!(calls(&review.body).len(), expected.len() - done);
        let mut payload = call["payload"].clone();
        if payload["to"] == "" {
            payload["to"] = json!("alice");
        }
        let text = |name: &str| call[name].as_str().unwrap().to_owned();
        site.does("alice", &text("contract"), &text("action"), payload);
    }
    as_alice(&site, &path)
        .await
        .shows(&["All of this is there already"]);
    site.indexed().await;
    site.get("/tokens/NEW")
        .await
        .shows(&["<code>#new</code>", "Reward pool"]);
    // somebody without fees
    let bob = ("cookie", "tartan-account=bob");
    let path = path.replace("symbol=new", "symbol=other");
    let poor = site.get_with(&path, &[("accept", "text/html"), bob]).await;
    poor.shows(&["are missing"]);
}

#[tokio::test]
async fn only_the_issuer_sees_forms_and_a_pool_can_be_changed() {
    let mut site = community().await;
    let stranger = site.get("/tokens/COOL/manage").await;
    stranger.shows(&["Only @alice"]);
    assert!(!stranger.body.contains("<t-action call"));
    as_alice(&site, "/tokens/COOL/manage").await.shows(&[
        "call=\"tokens.issue\"",
        "call=\"tokens.enableDelegation\"",
        "call=\"comments.setActive\"",
        "data-equals=\"COOL\"",
        "data-max=\"999700.000\"",
    ]);
    let page = as_alice(&site, "/tokens/COOL/manage/pool").await;
    page.shows(&["Change the reward pool"]);
    let path = "/tokens/COOL/manage/pool?reward=5&interval=3600&cashout=3&curation=20&post_curve=1&curation_curve=1&regeneration=5&consumption=2&staked=0&tags=cool";
    let page = as_alice(&site, path).await;
    let call = calls(&page.body).remove(0);
    assert_eq!(call["action"], "updateRewardPool");
    site.does(
        "alice",
        "comments",
        "updateRewardPool",
        call["payload"].clone(),
    );
    site.get("/tokens/COOL")
        .await
        .shows(&["paid 3 days after", "20 % go to"]);
    let wrong = as_alice(&site, &path.replace("cashout=3", "cashout=300")).await;
    wrong.shows(&["A whole number from 1 to 30", "Mend the fields"]);
    assert!(!wrong.body.contains("data-calls"));
}

#[tokio::test]
async fn without_an_index_tokens_still_have_pages() {
    let site = TestSite::without_index().await;
    site.get("/tokens/COOL")
        .await
        .shows(&["keeps no index", "In circulation"]);
    assert_eq!(site.get("/tokens").await.status, 503);
    site.get("/launch?symbol=new&name=A&step=2")
        .await
        .shows(&["name=\"max\""]);
}
