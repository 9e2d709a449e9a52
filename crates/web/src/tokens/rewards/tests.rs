use axum::http::StatusCode;
use serde_json::{Value, json};
use tartan_graphene::MainOperation;

use crate::testing::{Answer, TestSite, withstands};

/// COOL pays 100 a day for posts with its tag; bob has written one, of which carol has stake to vote.
async fn community() -> TestSite {
    let mut site = TestSite::new().await;
    let staking = json!({ "symbol": "COOL", "unstakingCooldown": 7, "numberTransactions": 1 });
    site.does("alice", "tokens", "enableStaking", staking);
    let config = json!({
        "postRewardCurve": "power", "postRewardCurveParameter": "1",
        "curationRewardCurve": "power", "curationRewardCurveParameter": "0.5",
        "curationRewardPercentage": 50, "cashoutWindowDays": 1,
        "rewardPerInterval": "100", "rewardIntervalSeconds": 86_400,
        "voteRegenerationDays": 5, "downvoteRegenerationDays": 5, "stakedRewardPercentage": 50,
        "votePowerConsumption": 200, "downvotePowerConsumption": 2000,
        "tags": ["cool"], "disableDownvote": false, "ignoreDeclinePayout": false,
    });
    let pool = json!({ "symbol": "COOL", "config": config });
    site.does("alice", "comments", "createRewardPool", pool);
    for who in ["alice", "carol"] {
        let stake = json!({ "symbol": "COOL", "to": who, "quantity": "40" });
        site.does(who, "tokens", "stake", stake);
    }
    post(&mut site, "bob", "my-garden");
    post(&mut site, "dave", "my-dog");
    vote(&mut site, "alice", "dave", "my-dog", 10_000);
    site
}

fn post(site: &mut TestSite, author: &str, permlink: &str) {
    site.apply(vec![vec![MainOperation::Comment {
        parent_author: String::new(),
        parent_permlink: "cool".to_owned(),
        author: author.to_owned(),
        permlink: permlink.to_owned(),
        title: "A post".to_owned(),
        body: "Something to read".to_owned(),
        json_metadata: r#"{"tags":["cool"]}"#.to_owned(),
    }]]);
}

fn vote(site: &mut TestSite, voter: &str, author: &str, permlink: &str, weight: i16) {
    site.apply(vec![vec![MainOperation::Vote {
        voter: voter.to_owned(),
        author: author.to_owned(),
        permlink: permlink.to_owned(),
        weight,
    }]]);
}

async fn as_member(site: &TestSite, member: &str, path: &str) -> Answer {
    let cookie = format!("tartan-account={member}");
    let headers = [("accept", "text/html"), ("cookie", cookie.as_str())];
    site.get_with(path, &headers).await
}

const POST: &str = "/rewards/COOL/@bob/my-garden";

async fn told(site: &TestSite, post: &str) -> Value {
    site.get(&format!("{post}.json")).await.json()
}

#[tokio::test]
async fn a_pool_shows_what_waits_and_by_which_rules() {
    let site = community().await;
    site.get("/rewards").await.shows(&["COOL", "Pays rewards"]);
    let page = site.get("/rewards/COOL").await;
    page.shows(&[
        "2 posts wait",
        "my-garden",
        &format!(r#"href="{POST}#vote""#),
        "Next payments",
        "Of its reward 50 % go to those who voted",
        "Nobody is muted",
        // a year of 50 a day, of 80 staked
        "22812.50 %",
    ]);
    let json = site.get("/rewards/COOL.json").await.json();
    let posts = json["posts"].as_array().unwrap();
    assert_eq!(posts.len(), 2);
    assert_eq!(json["pool"]["symbol"], "COOL");
    site.get("/tokens/COOL")
        .await
        .shows(&["/rewards/COOL", "Stakers earn a year"]);
    for missing in [
        "/rewards/NOPE",
        "/rewards/COOL/@bob/nope",
        "/rewards/NOPE/@a/b",
    ] {
        assert_eq!(
            site.get(missing).await.status,
            StatusCode::NOT_FOUND,
            "{missing}"
        );
    }
}

/// The estimate is what the contract makes of the vote, to the last digit.
#[tokio::test]
async fn a_vote_changes_what_was_estimated() {
    let mut site = community().await;
    let ask = |voter: &str, weight: i32| format!("{POST}/estimate?voter={voter}&weight={weight}");
    // nobody else's vote, half of one, one against, and one that is changed twice
    for (voter, weight) in [
        ("carol", 5_000),
        ("alice", 10_000),
        ("carol", 10_000),
        ("alice", -2_500),
        ("carol", 0),
    ] {
        let before = told(&site, POST).await;
        let estimate = site.get(&ask(voter, weight)).await.json();
        assert_eq!(estimate["before"], before["value"], "{voter} {weight}");
        vote(
            &mut site,
            voter,
            "bob",
            "my-garden",
            weight.try_into().unwrap(),
        );
        let after = told(&site, POST).await;
        assert_eq!(
            estimate["after"], after["value"],
            "{voter} {weight}: {estimate}"
        );
        let votes = after["votes"].as_array().unwrap();
        let cast = votes.iter().find(|vote| vote["voter"] == voter).unwrap();
        assert_eq!(cast["weight"], weight);
        if weight == 5_000 {
            assert_ne!(estimate["change"], "0.000");
            let shares = after["shares"].as_array().unwrap();
            let mine = shares
                .iter()
                .find(|share| share["account"] == voter)
                .unwrap();
            assert_eq!(mine["quantity"], estimate["curator"]);
        }
    }
    // somebody without stake changes nothing
    let nothing = site.get(&ask("erin", 10_000)).await.json();
    assert_eq!(nothing["change"], "0.000");
    for wrong in [
        ask("erin", 10_001),
        ask("Not-A-Name", 1),
        format!("{POST}/estimate"),
    ] {
        assert_eq!(
            site.get(&wrong).await.status,
            StatusCode::BAD_REQUEST,
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn a_post_says_why_it_gets_what_it_gets() {
    let mut site = community().await;
    let stranger = site.get(POST).await;
    stranger.shows(&[
        "Log in to see what your vote is worth",
        "Nobody has voted for it yet",
    ]);
    let page = as_member(&site, "carol", POST).await;
    page.shows(&[
        r#"call="main.vote" authority="posting""#,
        "The post gets",
        "You earn about",
    ]);
    vote(&mut site, "carol", "bob", "my-garden", 5_000);
    let page = as_member(&site, "carol", POST).await;
    page.shows(&[
        "You have voted with 50 %",
        "@carol",
        "Why this amount",
        "rewards explain",
    ]);
    // the same as the wallet says, for each side
    let value = told(&site, POST).await;
    let share = |account: &str| {
        let shares = value["shares"].as_array().unwrap();
        let share = shares.iter().find(|share| share["account"] == account);
        share.unwrap()["quantity"].as_str().unwrap().to_owned()
    };
    for (account, role) in [("bob", "author"), ("carol", "voter")] {
        let wallet = site.get(&format!("/@{account}/wallet/rewards")).await;
        wallet.shows(&[POST, role, &format!(r#"value="{}""#, share(account))]);
    }
    site.get("/@erin/wallet/rewards")
        .await
        .shows(&["No reward is pending"]);
}

/// A hundred people vote as in the wizard's example: each post has the part of all rewards that the example says, and its
/// first and last voters the parts among the voters. (How much that is in tokens differs while a pool is young: its claims
/// count twice then, so that the first posts do not take all of it.)
#[tokio::test]
async fn a_community_is_paid_as_the_example_says() {
    use crate::tokens::pool::Pool;
    use crate::tokens::simulate::{PEOPLE, POSTS, Scene, run, stake, votes};

    let mut site = TestSite::new().await;
    let staking = json!({ "symbol": "COOL", "unstakingCooldown": 7, "numberTransactions": 1 });
    site.does("alice", "tokens", "enableStaking", staking);
    let pool = Pool {
        reward: "100".to_owned(),
        interval: "86400".to_owned(),
        tags: "cool".to_owned(),
        ..Pool::default().preset("hits")
    };
    let created = json!({ "symbol": "COOL", "config": pool.config() });
    site.does("alice", "comments", "createRewardPool", created);
    let scene = Scene {
        stakes: "few".to_owned(),
        votes: "crowd".to_owned(),
    };
    let issued = json!({ "symbol": "COOL", "to": "alice", "quantity": "900000" });
    site.does("alice", "tokens", "issue", issued);
    let name = |person: usize| format!("person{person}");
    for person in 0..PEOPLE {
        let quantity = stake(&scene, person).to_string();
        let staked = json!({ "symbol": "COOL", "to": name(person), "quantity": quantity });
        site.does("alice", "tokens", "stake", staked);
    }
    for number in 0..POSTS {
        post(&mut site, "dave", &format!("post{number}"));
    }
    let mut cast = Vec::new();
    for person in 0..PEOPLE {
        for number in (0..POSTS).filter(|number| votes(&scene, person, *number)) {
            cast.push(vec![MainOperation::Vote {
                voter: name(person),
                author: "dave".to_owned(),
                permlink: format!("post{number}"),
                weight: 10_000,
            }]);
        }
    }
    site.apply(cast);

    let example = run(&pool, tartan_decimal::Precision::new(3).unwrap(), &scene).unwrap();
    let number = |text: &str| text.parse::<f64>().unwrap();
    let mut real = Vec::new();
    for number in 0..POSTS {
        real.push(told(&site, &format!("/rewards/COOL/@dave/post{number}")).await);
    }
    let text = |value: &Value| number(value.as_str().unwrap());
    let all: f64 = real.iter().map(|post| text(&post["value"])).sum();
    assert!(all > 10.0, "{all}");
    for (post, expected) in real.iter().zip(&example.posts) {
        let part = text(&post["value"]) / all * 100.0;
        let said = number(&expected.part);
        assert!((part - said).abs() < 0.05, "{part} % and {said} % of all");
        let shares = post["shares"].as_array().unwrap();
        let curators: Vec<&Value> = shares
            .iter()
            .filter(|share| share["role"] == "curator")
            .collect();
        assert_eq!(curators.len(), expected.voters);
        let among = |paid: f64, all: f64| paid / all * 100.0;
        for (share, said) in [
            (curators[0], &expected.first),
            (curators[curators.len() - 1], &expected.last),
        ] {
            let part = among(text(&share["quantity"]), text(&post["curators"]));
            let said = among(number(said), number(&expected.curators));
            assert!(
                (part - said).abs() < 0.5,
                "{part} % and {said} % of the voters' part"
            );
        }
    }
}

#[tokio::test]
async fn what_is_muted_is_named_and_gets_nothing() {
    let mut site = community().await;
    let mute = json!({ "rewardPoolId": 1, "authorperm": "@dave/my-dog", "mute": true });
    site.does("alice", "comments", "setPostMute", mute);
    let mute = json!({ "rewardPoolId": 1, "account": "erin", "mute": true });
    site.does("alice", "comments", "setMute", mute);
    site.get("/rewards/COOL")
        .await
        .shows(&["@dave/my-dog", "/@erin", "muted"]);
    let post = site.get("/rewards/COOL/@dave/my-dog").await;
    post.shows(&["The community has muted this post"]);
}

#[tokio::test]
async fn nothing_that_is_asked_breaks_a_page() {
    let site = community().await;
    withstands(
        &site,
        &[
            "/rewards/{}",
            "/rewards/COOL?page={}",
            "/rewards/COOL/@{}/x",
            "/rewards/COOL/@bob/{}",
            "/rewards/COOL/@bob/my-garden/estimate?voter={}&weight=1",
            "/rewards/COOL/@bob/my-garden/estimate?voter=bob&weight={}",
            "/@{}/wallet/rewards",
        ],
    )
    .await;
}
