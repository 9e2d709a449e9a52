//! What a block of a thousand votes costs, its maintenance included: `cargo xtask bench comments`.
//!
//! Reward pools with live posts, each of which has ten votes, lie in a store on disk; posts fall due and are paid all the
//! while. Blocks of votes by random members for random posts go through everything a node does with a main-chain block:
//! reading the operations, maintenance, counting, logging, hashing, committing, flushing to disk. First with few votes,
//! then with many; what a vote costs in both is compared.
//!
//! Options: `--votes` (live votes in the large state), `--few` (in the small one), `--pools`, `--members` (of each
//! pool), `--blocks`, `--per-block`, `--dir` (a temporary one), and `--young`: pools are so young that each vote
//! changes its pool's claims. With `--keep`, the filled stores stay in the directory, and the next run goes on with
//! them at once. On one core: `taskset -c 0`.

use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tartan_chain::Chain;
use tartan_contracts::comments::tables::{Post, PostMetadata, RewardPool, Vote, VotingPower};
use tartan_contracts::tokens::tables::{AccountBalance, Holding};
use tartan_graphene::MainOperation;
use tartan_state::{Read, RowId, Space, Table};

mod filling;
mod load;

use filling::{Failure, Fill, call, carry_out, failed, filled, open};
use load::{Main, Random, START, account as member, processor};

/// As in the binary.
#[global_allocator]
static ALLOCATOR: tartan_allocator::Allocator = tartan_allocator::Allocator;

/// Votes that a post has.
const VOTES: u64 = 10;
/// Seconds in which a post can be voted for.
const WINDOW: u32 = 7 * 86_400;
/// Seconds between payments of a pool.
const INTERVAL: u32 = 300;
/// Rows that go into the store at once.
const BATCH: u64 = 200_000;

#[derive(Clone)]
struct Options {
    votes: u64,
    few: u64,
    pools: u64,
    members: u64,
    blocks: u32,
    per_block: u64,
    dir: Option<PathBuf>,
    young: bool,
    keep: bool,
}

/// What was measured, by block: processor time, and time on the clock.
struct Measured {
    /// Reading, executing, writing down, committing: all threads but the one below.
    with_votes: Duration,
    /// The thread that writes to disk behind it.
    flush: Duration,
    clock: Duration,
    slowest: Duration,
    /// A block with one vote, which is maintenance and little else.
    alone: Duration,
    paid: usize,
}

fn main() -> Result<(), Failure> {
    tartan_allocator::keep_freed_memory();
    let options = options()?;
    let temporary = tempfile::tempdir()?;
    let dir = options.dir.clone();
    let dir = dir.unwrap_or_else(|| temporary.path().to_path_buf());
    let mut per_vote = Vec::new();
    for votes in [options.few, options.votes] {
        let dir = dir.join(votes.to_string());
        let store = filled(&dir, |dir| fill(dir, votes, &options))?;
        let measured = measure(&store, votes, &options)?;
        let block = measured.with_votes.as_secs_f64() * 1e3;
        let alone = measured.alone.as_secs_f64() * 1e3;
        per_vote.push((block - alone) / options.per_block as f64);
        println!(
            "{votes} live votes on {} posts in {} pools: {block:.2} ms of processor time for a block of {} votes, of which \
             {alone:.2} ms are maintenance; {:.2} µs a vote; {:.1?} more for writing to disk in the background; {:.1?} on \
             the clock, slowest {:.1?}; {} posts paid",
            votes / VOTES,
            options.pools,
            options.per_block,
            (block - alone) * 1e3 / options.per_block as f64,
            measured.flush,
            measured.clock,
            measured.slowest,
            measured.paid,
        );
        if !options.keep {
            std::fs::remove_dir_all(&dir)?;
        }
    }
    println!(
        "a vote among {} costs {:.2} times what it costs among {}",
        options.votes,
        per_vote[1] / per_vote[0],
        options.few
    );
    Ok(())
}

fn fill(dir: &Path, votes: u64, options: &Options) -> Result<(), Failure> {
    let begun = Instant::now();
    let mut chain = open(dir)?;
    let mut main = Main::default();
    make_pools(&mut chain, &mut main, options)?;
    Posts(Fill::new(&chain, &mut main, BATCH)).all(posts_of(votes, options), options)?;
    eprintln!(
        "{votes} votes are in the store after {:.0?}",
        begun.elapsed()
    );
    Ok(())
}

/// Reads every row and index entry of the contract.
fn read_all(chain: &Chain) -> Result<(), Failure> {
    let view = chain.state().view()?;
    for table in view.catalog().tables("comments") {
        let indexes = table.indexes.iter().map(|index| Space::Index(index.id));
        for space in [Space::Rows(table.id)].into_iter().chain(indexes) {
            for entry in view.range(space, Bound::Unbounded, Bound::Unbounded, false)? {
                std::hint::black_box(entry?.1.first());
            }
        }
    }
    Ok(())
}

fn posts_of(votes: u64, options: &Options) -> u64 {
    (votes / VOTES).max(options.pools)
}

fn measure(dir: &Path, votes: u64, options: &Options) -> Result<Measured, Failure> {
    let mut chain = open(dir)?;
    let mut main = Main::at(chain.position().number);
    let posts = posts_of(votes, options);
    let mut random = Random(votes);
    let mut pass = |chain: &mut Chain, blocks: u32, per_block: u64| -> Result<_, Failure> {
        let mut slowest = Duration::ZERO;
        let mut paid = 0;
        let (start, flush, all) = (Instant::now(), flushing(), processor());
        for _ in 0..blocks {
            let vote = |_| random_vote(&mut random, posts, options);
            let block = main.block((0..per_block).map(vote).collect());
            let begun = Instant::now();
            let made = chain
                .apply(&block)?
                .ok_or("a block of votes makes a block")?;
            chain.set_irreversible(block.number.saturating_sub(20))?;
            slowest = slowest.max(begun.elapsed());
            if let Some(logs) = failed(&made) {
                return Err(format!("a vote failed: {logs}").into());
            }
            for transaction in &made.transactions {
                paid += transaction.logs.matches("\"authorReward\"").count();
            }
        }
        chain.state().flush()?;
        let flush = flushing().saturating_sub(flush) / blocks;
        let all = processor().saturating_sub(all) / blocks;
        let clock = start.elapsed() / blocks;
        Ok((all.saturating_sub(flush), flush, clock, slowest, paid))
    };
    // as in a node that has run for long: what is on disk is in memory too, and the first blocks warm up the rest
    read_all(&chain)?;
    pass(&mut chain, 10, options.per_block)?;
    let (alone, _, _, _, few_paid) = pass(&mut chain, options.blocks, 1)?;
    let (with_votes, flush, clock, slowest, paid) =
        pass(&mut chain, options.blocks, options.per_block)?;
    Ok(Measured {
        with_votes,
        flush,
        clock,
        slowest,
        alone,
        paid: paid + few_paid,
    })
}

/// A token with a pool for each of them, issued by the engine account, which has the utility token.
fn make_pools(chain: &mut Chain, main: &mut Main, options: &Options) -> Result<(), Failure> {
    for pool in 0..options.pools {
        let symbol = symbol(pool);
        let config = format!(
            r#"{{"postRewardCurve":"power","postRewardCurveParameter":"1.03","curationRewardCurve":"power","curationRewardCurveParameter":"0.7","curationRewardPercentage":50,"cashoutWindowDays":7,"rewardPerInterval":"1.5","rewardIntervalSeconds":{INTERVAL},"voteRegenerationDays":5,"downvoteRegenerationDays":5,"stakedRewardPercentage":50,"votePowerConsumption":200,"downvotePowerConsumption":2000,"tags":["{symbol}"],"disableDownvote":false,"ignoreDeclinePayout":false}}"#
        );
        let calls = [
            (
                "tokens",
                "create",
                r#""name":"Cool","precision":8,"maxSupply":"9000000000000000""#.to_string(),
            ),
            (
                "tokens",
                "enableStaking",
                r#""unstakingCooldown":7,"numberTransactions":1"#.to_string(),
            ),
            (
                "tokens",
                "issueToContract",
                r#""to":"comments","quantity":"100000""#.to_string(),
            ),
            (
                "comments",
                "createRewardPool",
                format!(r#""config":{config}"#),
            ),
        ];
        let operation = |(contract, action, fields): (&str, &str, String)| {
            let fields = format!(r#""symbol":"{symbol}",{fields}"#);
            call("steemsc", contract, action, &fields)
        };
        carry_out(chain, main, calls.map(operation).to_vec())?;
    }
    Ok(())
}

/// Puts posts, votes and members into the store.
struct Posts<'a>(Fill<'a>);

impl Posts<'_> {
    fn all(mut self, posts: u64, options: &Options) -> Result<(), Failure> {
        for pool in 0..options.pools {
            for member in 0..options.members {
                self.member(pool, member)?;
            }
            let mut of_pool = (pool..posts).step_by(options.pools as usize);
            of_pool.try_for_each(|post| self.post(pool, post, posts, options))?;
            self.pool(pool, posts, options)?;
        }
        self.0.finish()
    }

    fn member(&mut self, pool: u64, number: u64) -> Result<(), Failure> {
        let mut holding = Holding::empty(&member(number), &symbol(pool));
        holding.stake = format!("{}.50000000", 10 + number).into();
        self.0.insert(&AccountBalance(holding))?;
        self.0.insert(&VotingPower {
            reward_pool_id: pool + 1,
            account: member(number).into(),
            last_vote_timestamp: millis(START - 86_400),
            voting_power: 9_000,
            downvoting_power: 10_000,
            mute: None,
            mana: None,
            downvote_mana: None,
        })
    }

    /// A post whose time comes between now and in a week, with its votes.
    fn post(
        &mut self,
        pool: u64,
        number: u64,
        posts: u64,
        options: &Options,
    ) -> Result<(), Failure> {
        let left = u64::from(WINDOW) * (number + 1) / posts;
        let created = millis(START - WINDOW) + 1_000 * left as i64;
        let authorperm = authorperm(number, options);
        self.0.insert(&PostMetadata {
            authorperm: authorperm.as_str().into(),
            reward_pool_ids: vec![pool + 1],
        })?;
        self.0.insert(&Post {
            reward_pool_id: pool + 1,
            symbol: symbol(pool).into(),
            authorperm: authorperm.as_str().into(),
            author: author(number, options).into(),
            created,
            cashout_time: created + millis(WINDOW),
            vote_positive_rshare_sum: "500.0000000000".into(),
            vote_rshare_sum: "500.0000000000".into(),
            app: Some("bench".to_string()),
            ..Post::default()
        })?;
        for vote in 0..VOTES {
            self.0.insert(&Vote {
                reward_pool_id: pool + 1,
                symbol: symbol(pool).into(),
                authorperm: authorperm.as_str().into(),
                weight: 10_000,
                rshares: "50.0000000000".into(),
                curation_weight: "7.7000000000".into(),
                timestamp: created + 1_000 * vote as i64,
                voter: member((number * 7 + vote * 97) % options.members).into(),
            })?;
        }
        Ok(())
    }

    /// Brings a pool up to the time of the first block; the pools are spread over an interval.
    fn pool(&mut self, number: u64, posts: u64, options: &Options) -> Result<(), Failure> {
        let id = RowId::Number(number + 1);
        let overlay = self.0.overlay()?;
        let mut pool = Table::<RewardPool>::get(overlay, &id)?.ok_or("the pool was made")?;
        let passed = (u64::from(INTERVAL) * number / options.pools) as u32;
        let last = millis(START - passed);
        pool.last_reward_timestamp = last;
        pool.last_claim_decay_timestamp = last;
        pool.created_timestamp = match options.young {
            true => last,
            false => millis(START - 30 * 86_400),
        };
        pool.reward_pool = "100000.00000000".into();
        pool.pending_claims = format!("{}.0000000000", 600 * posts / options.pools).into();
        Table::put(overlay, &id, &pool.record)?;
        Ok(())
    }
}

fn random_vote(random: &mut Random, posts: u64, options: &Options) -> MainOperation {
    let post = random.below(posts);
    MainOperation::Vote {
        voter: member(random.below(options.members)),
        author: author(post, options),
        permlink: permlink(post),
        weight: 1 + random.below(10_000) as i16,
    }
}

fn symbol(pool: u64) -> String {
    let letter = |number: u64| char::from(b'A' + (number % 26) as u8);
    [letter(pool / 676), letter(pool / 26), letter(pool), 'X']
        .iter()
        .collect()
}

fn author(post: u64, options: &Options) -> String {
    member(post % options.members)
}

fn permlink(post: u64) -> String {
    format!(
        "what-i-saw-today-{:08}",
        post.wrapping_mul(7_919) % 100_000_000
    )
}

fn authorperm(post: u64, options: &Options) -> String {
    format!("@{}/{}", author(post, options), permlink(post))
}

fn millis(seconds: u32) -> i64 {
    i64::from(seconds) * 1_000
}

/// Processor time of the thread that writes to disk; nothing where there is no such kernel.
fn flushing() -> Duration {
    let read = |thread: &Path, file| std::fs::read_to_string(thread.join(file)).unwrap_or_default();
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten();
    threads
        .flatten()
        .map(|thread| thread.path())
        .filter(|thread| read(thread, "comm").trim() == "state-flush")
        .filter_map(|thread| {
            let text = read(&thread, "schedstat");
            text.split_whitespace().next()?.parse().ok()
        })
        .map(Duration::from_nanos)
        .sum()
}

fn options() -> Result<Options, Failure> {
    let mut options = Options {
        votes: 10_000_000,
        few: 10_000,
        pools: 100,
        members: 1_000,
        blocks: 50,
        per_block: 1_000,
        dir: None,
        young: false,
        keep: false,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let flag = match word.as_str() {
            "--young" => Some(&mut options.young),
            "--keep" => Some(&mut options.keep),
            _ => None,
        };
        if let Some(flag) = flag {
            *flag = true;
            continue;
        }
        let value = words.next();
        let value = value.ok_or_else(|| format!("expected a value behind {word}"))?;
        match word.as_str() {
            "--votes" => options.votes = value.parse()?,
            "--few" => options.few = value.parse()?,
            "--pools" => options.pools = value.parse::<u64>()?.max(1),
            "--members" => options.members = value.parse::<u64>()?.max(1),
            "--blocks" => options.blocks = value.parse::<u32>()?.max(1),
            "--per-block" => options.per_block = value.parse::<u64>()?.max(1),
            "--dir" => options.dir = Some(value.into()),
            _ => {
                let known = "--votes, --few, --pools, --members, --blocks, --per-block, --dir, --keep or --young";
                return Err(format!("expected {known}, found {word}").into());
            }
        }
    }
    Ok(options)
}
