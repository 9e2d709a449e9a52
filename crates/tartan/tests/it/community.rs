//! `tartan community` and `tartan rewards`: a founder, members who post and vote, and what the program tells them.

use serde_json::{Value, json};

use crate::founding::Founding;
use crate::harness::Ended;

const ALICE: [&str; 4] = ["--account", "alice", "--key-file", "alice.key"];

/// Runs `community create` for alice with this typed.
fn typed(founding: &Founding, input: &str, args: &[&str]) -> Ended {
    let args: Vec<&str> = ["community", "create"]
        .iter()
        .chain(args)
        .chain(&ALICE)
        .copied()
        .collect();
    founding.desk.feed(input, &args)
}

/// Signs main-chain operations with an account's posting key and sends them.
#[track_caller]
fn broadcast(founding: &Founding, account: &str, operations: Value) {
    let desk = &founding.desk;
    desk.write(
        "social.json",
        json!({ "operations": operations }).to_string(),
    );
    let key = format!("{account}-posting.key");
    let signed = desk.ok(&["sign", "social.json", "--key-file", &key]);
    let args = ["broadcast", "-"];
    desk.feed(&signed, &args).succeeded(&args);
}

fn comment(author: &str, permlink: &str, tag: &str) -> Value {
    json!(["comment", {
        "parent_author": "", "parent_permlink": tag, "author": author, "permlink": permlink, "title": "A title",
        "body": "Some text.", "json_metadata": json!({ "tags": [tag], "app": "test/1" }).to_string(),
    }])
}

fn vote(voter: &str, author: &str, permlink: &str, weight: i32) -> Value {
    json!(["vote", { "voter": voter, "author": author, "permlink": permlink, "weight": weight }])
}

/// Waits until a post is in a pool, and gives what the program explains of it.
#[track_caller]
fn explained(founding: &Founding, post: &str, votes: usize) -> Value {
    for _ in 0..200 {
        let ended = founding.desk.run(&["rewards", "explain", post, "--json"]);
        if ended.code == 0 {
            let report: Value = serde_json::from_str(&ended.stdout).expect("JSON");
            let pool = report["pools"][0].clone();
            if pool["votes"].as_array().expect("a list").len() == votes {
                return pool;
            }
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("{post} did not get {votes} votes");
}

#[test]
fn a_dry_run_tells_the_cost_and_the_inflation_and_signs_nothing() {
    let founding = Founding::new("community");
    let desk = &founding.desk;
    let args = [
        "community",
        "create",
        "GARDEN",
        "--dry-run",
        "--yes",
        "--first-issue",
        "10000",
        "--save",
        "garden.toml",
    ];
    let told = desk.ok(&[&args[..], &ALICE].concat());
    for line in [
        "Community GARDEN on the network dev",
        "  create the token GARDEN                               10.00000000",
        "  let GARDEN be staked                                  10.00000000",
        "  let stake be delegated                                10.00000000",
        "  issue 10000 GARDEN to yourself                               free",
        "  create the reward pool                                10.00000000",
        "  together                                              40.00000000 ENG, of the 70.00000000 that you have",
        "  tags                                 garden",
        "  reward-per-interval                  4.566",
        "a day        109.584 GARDEN: 1.10 % of the present supply",
        "year 1       39997.932 GARDEN: 399.98 % of the present supply, 4.00 % of the maximum",
    ] {
        assert!(
            told.lines().any(|found| found == line),
            "{line:?} is not in\n{told}"
        );
    }
    assert_eq!(
        desk.fails(&["token", "info", "GARDEN"]),
        "there is no token GARDEN on this sidechain; symbols are capital letters"
    );

    // what was saved says the same, and is not overwritten
    let again = ["community", "create", "--dry-run", "--file", "garden.toml"];
    assert_eq!(desk.ok(&[&again[..], &ALICE].concat()), told);
    let error = desk.fails(&[&args[..], &ALICE].concat());
    assert!(
        error.starts_with(
            "cannot make the file garden.toml; if it exists already, choose another name"
        ),
        "{error}"
    );

    // nobody has to be named to look
    let preview = desk.json(&["community", "create", "GARDEN", "--dry-run", "--yes"]);
    assert_eq!(preview["fees"], "40.00000000");
    assert_eq!(preview["balance"], Value::Null);
    assert_eq!(preview["inflation"]["percentPerDay"], Value::Null);
    assert_eq!(preview["inflation"]["years"][0]["issued"], "39997.932");
    assert_eq!(
        preview["steps"][3]["payload"]["config"]["rewardPerInterval"],
        "4.566"
    );
    founding.demo.stop();
}

#[test]
fn a_founder_answers_questions_and_agrees() {
    let founding = Founding::new("community");
    let flags = [
        "GARDEN",
        "--name",
        "Garden Club",
        "--precision",
        "3",
        "--max-supply",
        "1000000",
        "--url",
        "none",
        "--unstaking-days",
        "7",
        "--unstaking-slices",
        "7",
        "--undelegation-days",
        "7",
        "--first-issue",
        "none",
        "--tags",
        "garden,plants",
        "--exclude-tags",
        "none",
        "--reward-interval-seconds",
        "3600",
    ];
    // reward-per-interval, twice; then defaults; then the decision
    let answers = |agree: &str| format!("0\n5\n{}{agree}\n", "\n".repeat(21));

    let ended = typed(&founding, &answers("n"), &flags);
    let questions = ended.stderr.clone();
    assert_eq!(ended.failed(&flags), "nothing was signed", "{questions}");
    for line in [
        "reward-per-interval [4.566]: expected an amount above 0 such as 12.5, found \"0\"",
        "cashout-window-days [7]: ",
        "Days after posting during which votes count; then the post is paid.",
        "a day        120.000 GARDEN: nothing is issued yet",
        "Nobody has any GARDEN yet. Votes count by stake: issue some, and let members stake it.",
        "Sign all this? [y/N]: ",
    ] {
        assert!(questions.contains(line), "{line:?} is not in\n{questions}");
    }
    for line in ["app-tax-percent [", "content-constant ["] {
        assert!(!questions.contains(line), "{line:?} is beside the point");
    }

    let told = typed(&founding, &answers("y"), &flags).succeeded(&flags);
    assert!(
        told.ends_with(
            "GARDEN has reward pool 2: posts tagged #garden or #plants are rewarded from now on\n"
        ),
        "{told}"
    );
    let info = founding.desk.json(&["community", "info", "GARDEN"]);
    assert_eq!(info["rewardPoolId"], 2);
    assert_eq!(info["config"]["rewardPerInterval"], "5");
    assert_eq!(info["config"]["tags"], json!(["garden", "plants"]));

    let error = typed(&founding, "", &["GARDEN"]).failed(&["GARDEN"]);
    assert_eq!(
        error,
        "GARDEN has a reward pool already, number 2; `tartan community update GARDEN` changes it"
    );
    founding.demo.stop();
}

#[test]
fn an_interrupted_founding_goes_on_from_there() {
    let founding = Founding::new("community");
    let desk = &founding.desk;
    desk.ok(&[
        &[
            "token",
            "create",
            "GARDEN",
            "--name",
            "Garden Club",
            "--max-supply",
            "5000",
            "--precision",
            "2",
        ][..],
        &ALICE,
    ]
    .concat());
    desk.write(
        "garden.toml",
        "[token]\nsymbol = \"GARDEN\"\nmax-supply = 5000\nfirst-issue = 100\n[pool]\nreward-interval-seconds = 86400\n",
    );
    let done = founding.act("alice", &["create", "--file", "garden.toml", "--yes"]);
    let steps: Vec<&str> = done["steps"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|step| step["step"].as_str().expect("a text"))
        .collect();
    assert_eq!(
        steps,
        [
            "let GARDEN be staked",
            "let stake be delegated",
            "issue 100 GARDEN to yourself",
            "create the reward pool",
        ]
    );
    assert_eq!(founding.node.balance("alice", "GARDEN"), ["100.00", "0"]);
    // 4 % of 5000 in a year, of days
    let info = desk.json(&["community", "info", "GARDEN"]);
    assert_eq!(info["config"]["rewardPerInterval"], "0.54");
    founding.demo.stop();
}

#[test]
fn a_community_is_changed_paused_and_moderated() {
    let founding = Founding::new("community");
    let desk = &founding.desk;
    let changes = [
        "update",
        "COOL",
        "--curation-reward-percentage",
        "40",
        "--reward-reduction-percentage",
        "10",
    ];
    let preview = founding.act("alice", &[&changes[..], &["--dry-run"]].concat());
    assert_eq!(
        preview["changes"],
        json!([
            { "parameter": "reward-reduction-interval-seconds", "from": null, "to": 31_536_000 },
            { "parameter": "reward-reduction-percentage", "from": "0", "to": "10" },
            { "parameter": "curation-reward-percentage", "from": 50, "to": 40 },
        ])
    );
    assert_eq!(preview["fee"], "1.00000000 ENG");
    founding.act("alice", &[&changes[..], &["--yes"]].concat());
    let info = desk.json(&["community", "info", "COOL"]);
    assert_eq!(info["config"]["curationRewardPercentage"], 40);
    assert_eq!(info["config"]["rewardReductionPercentage"], "10");
    assert_eq!(
        info["config"]["tags"],
        json!(["cool"]),
        "what isn't said stays"
    );
    assert_eq!(
        founding.refused("alice", &[&changes[..], &["--yes"]].concat()),
        "nothing changes: the reward pool of COOL has these parameters already"
    );

    let pools = |desk: &crate::harness::Desk| desk.ok(&["community", "pools"]);
    assert!(pools(desk).contains("100 each 86400 s"), "{}", pools(desk));
    founding.act("alice", &["pause", "COOL"]);
    assert!(pools(desk).contains("  paused "), "{}", pools(desk));
    founding.act("alice", &["resume", "COOL"]);
    assert_eq!(desk.json(&["community", "info", "COOL"])["active"], true);

    // what mutes do shows in the explanation of a post
    broadcast(&founding, "bob", json!([comment("bob", "second", "cool")]));
    broadcast(
        &founding,
        "carol",
        json!([vote("carol", "bob", "second", 10_000)]),
    );
    explained(&founding, "@bob/second", 1);
    founding.act("alice", &["mute", "COOL", "@carol"]);
    let muted = explained(&founding, "@bob/second", 1);
    assert_eq!(muted["votes"][0]["muted"], true);
    // who moderates needs no more than the posting key
    desk.ok(&[
        "community",
        "unmute",
        "COOL",
        "@carol",
        "--account",
        "alice",
        "--key-file",
        "alice-posting.key",
    ]);
    founding.act("alice", &["mute", "COOL", "@bob/second"]);
    let muted = explained(&founding, "@bob/second", 1);
    assert_eq!(muted["unpaid"], "the community has muted this post");
    assert_eq!(muted["votes"][0]["muted"], false);
    founding.act("alice", &["unmute", "COOL", "@bob/second"]);
    assert_eq!(
        explained(&founding, "@bob/second", 1)["unpaid"],
        Value::Null
    );
    founding.demo.stop();
}

#[test]
fn what_waits_to_be_paid_is_told_and_explained() {
    let founding = Founding::new("community");
    let desk = &founding.desk;
    assert_eq!(
        desk.ok(&["rewards", "pending"]),
        "no post waits to be paid\n"
    );
    let options = json!(["comment_options", {
        "author": "bob", "permlink": "second", "max_accepted_payout": "1000000.000 SBD", "percent_steem_dollars": 10_000,
        "allow_votes": true, "allow_curation_rewards": true,
        "extensions": [[0, { "beneficiaries": [{ "account": "erin", "weight": 2500 }] }]],
    }]);
    broadcast(
        &founding,
        "bob",
        json!([comment("bob", "second", "cool"), options]),
    );
    broadcast(
        &founding,
        "alice",
        json!([vote("alice", "bob", "second", 10_000)]),
    );
    let told = explained(&founding, "@bob/second", 1);
    assert_eq!(told["symbol"], "COOL");
    let shares = told["shares"].as_array().expect("a list");
    let roles: Vec<[&str; 2]> = shares
        .iter()
        .map(|share| ["role", "account"].map(|field| share[field].as_str().expect("a text")))
        .collect();
    assert_eq!(
        roles,
        [
            ["curator", "alice"],
            ["beneficiary", "erin"],
            ["author", "bob"]
        ]
    );

    let text = desk.ok(&[
        "rewards",
        "explain",
        "https://cool.example/cool/@bob/second",
    ]);
    for start in [
        "@bob/second in the reward pool of COOL\n",
        "votes count  until ",
        "If nobody votes any more, it is paid like this:\n",
        "value        ",
        "beneficiary  erin ",
    ] {
        assert!(
            text.contains(&format!("\n{start}")) || text.starts_with(start),
            "{start:?} is not in\n{text}"
        );
    }

    let all = desk.json(&["rewards", "pending", "--symbol", "COOL"]);
    assert_eq!(all["rewards"][0]["quantity"], told["value"]);
    for (account, at) in [("@alice", 0), ("erin", 1), ("bob", 2)] {
        let own = desk.json(&["rewards", "pending", account]);
        assert_eq!(own["rewards"].as_array().expect("a list").len(), 1);
        assert_eq!(own["rewards"][0]["quantity"], shares[at]["quantity"]);
        assert_eq!(own["totals"][0]["quantity"], shares[at]["quantity"]);
    }
    assert_eq!(
        desk.ok(&["rewards", "pending", "@frank"]),
        "nothing waits to be paid to frank\n"
    );

    for (args, error) in [
        (
            &["explain", "@bob/first"][..],
            "@bob/first does not wait for payment in any reward pool: the sidechain has not seen it",
        ),
        (
            &["explain", "@bob/my-garden"],
            "@bob/my-garden does not wait for payment in any reward pool: it was paid already, or had no tag of an active pool when it was posted",
        ),
        (
            &["explain", "@bob/second", "--symbol", "ENG"],
            "@bob/second does not wait for payment in the reward pool of ENG: it was paid already, or had no tag of an active pool when it was posted",
        ),
        (
            &["explain", "bob"],
            "expected a post such as @alice/first-post, found \"bob\"",
        ),
        (
            &["pending", "--symbol", "ENG"],
            "ENG has no reward pool on this sidechain; `tartan community pools` lists those there are",
        ),
    ] {
        let args: Vec<&str> = ["rewards"].iter().chain(args).copied().collect();
        assert_eq!(desk.fails(&args), error, "{args:?}");
    }
    founding.demo.stop();
}

#[test]
fn what_cannot_be_done_is_told_before_anything_is_signed() {
    let founding = Founding::new("community");
    let refused = |account: &str, args: &[&str]| founding.refused(account, args);
    assert_eq!(
        refused("bob", &["create", "GARDEN", "--yes"]),
        "founding GARDEN costs 40.00000000 ENG, and bob has 0.00000000 ENG"
    );
    assert_eq!(
        refused("alice", &["create", "--yes"]),
        "no symbol given; name the token, such as `tartan community create GARDEN`"
    );
    assert_eq!(
        refused("alice", &["create", "garden", "--yes"]),
        "expected a symbol of up to 10 capital letters, found \"garden\""
    );
    assert_eq!(
        refused("bob", &["create", "ENG", "--yes"]),
        "the token ENG was created by null, so only they can make its reward pool; you sign as bob"
    );
    assert_eq!(
        refused("alice", &["create", "COOL", "--yes"]),
        "COOL has a reward pool already, number 1; `tartan community update COOL` changes it"
    );
    founding.desk.write("wrong.toml", "[pool]\ntags = 5\n");
    assert_eq!(
        refused("alice", &["create", "--file", "wrong.toml"]),
        "community file wrong.toml: tags: expected 1 to 5 tags such as art,photos, found 5"
    );
    for symbol in ["info", "update", "pause"] {
        let error = match symbol {
            "info" => founding.desk.fails(&["community", "info", "GARDEN"]),
            verb => refused("alice", &[verb, "GARDEN"]),
        };
        assert_eq!(
            error,
            "GARDEN has no reward pool on this sidechain; `tartan community pools` lists those there are"
        );
    }
    let error = refused("bob", &["mute", "COOL", "@carol"]);
    assert!(
        error.starts_with("the contract refused setMute: must be issuer of token"),
        "{error}"
    );
    let moderate = |verb: &str, key: &str| {
        founding.desk.fails(&[
            "community",
            verb,
            "COOL",
            "@carol",
            "--account",
            "alice",
            "--key-file",
            key,
        ])
    };
    let error = moderate("mute", "bob.key");
    assert!(
        error.ends_with("is no key of alice; expected the posting key or the active key"),
        "{error}"
    );
    let error = refused("alice", &["mute", "COOL", "@bob/nothing"]);
    assert!(
        error.starts_with("the contract refused setPostMute: post not found"),
        "{error}"
    );
    let key = std::fs::read_to_string(founding.desk.path("alice.key")).expect("a key");
    let args = [
        "community",
        "create",
        "GARDEN",
        "--account",
        "alice",
        "--key-file",
        "-",
    ];
    assert_eq!(
        founding.desk.feed(&key, &args).failed(&args),
        "questions are answered on standard input, so it cannot hold the key as well; put the key into a file, or pass --yes"
    );
    for wrong in [
        &["--cashout-window-days", "0"][..],
        &["--reward-interval-seconds", "100"],
        &["--post-reward-curve-parameter", "3"],
        &["--tags", ""],
        &["--app-tax-percent", "101"],
    ] {
        let args = [&["community", "create", "GARDEN"][..], wrong].concat();
        let ended = founding.desk.run(&args);
        assert_eq!(ended.code, 2, "{args:?}");
        assert!(ended.stderr.contains("expected "), "{}", ended.stderr);
    }
    founding.demo.stop();
}

#[test]
fn a_pool_with_what_only_new_networks_have() {
    let founding = Founding::new("community");
    let desk = &founding.desk;
    founding.act(
        "alice",
        &[
            "create",
            "GARDEN",
            "--yes",
            "--first-issue",
            "1000",
            "--post-reward-curve",
            "quadratic",
            "--content-constant",
            "50",
            "--comment-pool-percentage",
            "25",
            "--reverse-auction-seconds",
            "0",
            "--reward-per-interval",
            "8",
            "--reward-interval-seconds",
            "86400",
            "--cashout-window-days",
            "1",
        ],
    );
    let info = desk.json(&["community", "info", "GARDEN"]);
    assert_eq!(info["config"]["commentPoolPercentage"], 25);
    let text = desk.ok(&["community", "info", "GARDEN"]);
    assert!(
        text.contains("  content-constant                     50\n"),
        "{text}"
    );

    let stake = ["token", "stake", "GARDEN", "100"];
    desk.ok(&[&stake[..], &ALICE].concat());
    let mut reply = comment("carol", "reply", "garden");
    reply[1]["parent_author"] = json!("bob");
    reply[1]["parent_permlink"] = json!("root");
    broadcast(&founding, "bob", json!([comment("bob", "root", "garden")]));
    broadcast(&founding, "carol", json!([reply]));
    broadcast(
        &founding,
        "alice",
        json!([vote("alice", "carol", "reply", 10_000)]),
    );
    let told = explained(&founding, "@carol/reply", 1);
    // 100 * 100 + 2 * 100 * 50
    assert_eq!(told["claim"], "20000.0000000000");
    assert_eq!(told["postCurve"], "quadratic");
    let new = |told: &Value| {
        let text = told["pool"]["newTokens"].as_str().expect("an amount");
        text.parse::<f64>().expect("a number")
            / told["pool"]["intervals"].as_f64().expect("a number")
    };
    assert!(
        (new(&told) - 2.0).abs() < 1e-9,
        "a quarter is for replies: {told}"
    );
    let root = explained(&founding, "@bob/root", 0);
    assert!((new(&root) - 6.0).abs() < 1e-9, "{root}");

    // what was foretold is what is paid
    founding.main_chain("devchain.increase_time", json!([2 * 86_400 + 3600]));
    for day in ["day-1", "day-2", "day-3", "day-4"] {
        broadcast(&founding, "dave", json!([comment("dave", day, "diary")]));
    }
    let paid = founding.node.wait_until("the payment", |_| {
        let waiting = desk.json(&["rewards", "pending", "--symbol", "GARDEN"]);
        waiting["rewards"].as_array().is_some_and(Vec::is_empty)
    });
    assert_eq!(paid["healthy"], true);
    let shares = told["shares"].as_array().expect("a list");
    let share =
        |at: usize| ["liquid", "staked"].map(|part| shares[at][part].as_str().expect("an amount"));
    assert_eq!(shares[1]["role"], "author");
    assert_eq!(founding.node.balance("carol", "GARDEN"), share(1));
    let [liquid, staked] = founding.node.balance("alice", "GARDEN");
    let number = |text: &str| text.parse::<f64>().expect("a number");
    assert!(
        (number(&liquid) - number(share(0)[0]) - 900.0).abs() < 1e-9,
        "{liquid}"
    );
    assert!(
        (number(&staked) - number(share(0)[1]) - 100.0).abs() < 1e-9,
        "{staked}"
    );

    // taking it back is a change like any other
    founding.act(
        "alice",
        &[
            "update",
            "GARDEN",
            "--comment-pool-percentage",
            "none",
            "--yes",
        ],
    );
    let info = desk.json(&["community", "info", "GARDEN"]);
    assert_eq!(info["config"]["commentPoolPercentage"], Value::Null);
    assert_eq!(info["config"]["contentConstant"], "50");
    founding.demo.stop();
}
