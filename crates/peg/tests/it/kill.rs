//! `kill -9` at every step of a payment: nothing is paid twice, nothing is forgotten.
//!
//! The test starts itself as the service, which kills itself with SIGKILL at the step it is told; a second one goes on.
//! It does so for the first step, the second, and so on, until a service gets through without coming to its step.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::common::{Address, World};
use tartan_devchain::Irreversibility;
use tartan_graphene::PrivateKey;
use tartan_peg::{Observer, Service, Step};

/// Set for the service; holds what it is told, in lines.
const SERVICE: &str = "TARTAN_PEG_TEST_SERVICE";
/// How long a service may take to come to its step.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn at_every_step() {
    match std::env::var(SERVICE) {
        Ok(told) => serve(&told),
        Err(_) => runtime().block_on(kill_and_go_on()),
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().expect("a runtime")
}

/// Kills its own process at a step.
struct Killer {
    at: usize,
    reached: AtomicUsize,
}

impl Observer for Killer {
    fn reached(&self, step: Step) {
        let number = self.reached.fetch_add(1, Ordering::SeqCst);
        eprintln!("  step {number}: {step:?}");
        if number == self.at {
            let own = std::process::id().to_string();
            Command::new("kill")
                .args(["-9", &own])
                .status()
                .expect("kill starts");
            // the signal is on its way
            loop {
                std::thread::sleep(Duration::from_secs(1));
            }
        }
    }
}

fn serve(told: &str) {
    let lines: Vec<&str> = told.lines().collect();
    let [main_chain, side_chain, folder, key, at] = lines[..] else {
        panic!("expected five lines, found {told:?}");
    };
    let address = Address {
        main_chain: main_chain.to_string(),
        side_chain: side_chain.to_string(),
        folder: folder.into(),
    };
    let key = PrivateKey::from_wif(key).expect("a key");
    let killer = Killer {
        at: at.parse().expect("a number"),
        reached: AtomicUsize::new(0),
    };
    runtime().block_on(async {
        let opened = Service::open(address.config(), address.client(), key, Arc::new(killer)).await;
        let mut service = opened.expect("the service starts");
        let error = service.run().await.expect_err("it runs for ever");
        panic!("it stopped: {error}");
    });
}

fn start(world: &World, at: usize) -> Child {
    let Address {
        main_chain,
        side_chain,
        folder,
    } = world.address();
    let key = world.key().to_wif();
    let told = format!(
        "{main_chain}\n{side_chain}\n{}\n{key}\n{at}",
        folder.display()
    );
    let own = std::env::current_exe().expect("this program");
    Command::new(own)
        .args(["--exact", "kill::at_every_step", "--nocapture"])
        .env(SERVICE, told)
        .spawn()
        .expect("it starts")
}

/// Runs a service until it has killed itself, or everything is done. Gives whether it is dead.
async fn run_until_dead(world: &World, at: usize) -> bool {
    let mut service = start(world, at);
    let deadline = Instant::now() + PATIENCE;
    let mut ending = false;
    let status = loop {
        if let Some(status) = service.try_wait().expect("it can be waited for") {
            break Some(status);
        }
        if ending {
            break None;
        }
        if world.is_done().await {
            // what it does behind the last record
            world.blocks(10).await;
            ending = true;
        }
        assert!(Instant::now() < deadline, "it neither died nor paid");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    if let Some(status) = status {
        assert_eq!(status.signal(), Some(9), "it died of something else");
        return true;
    }
    service.kill().expect("it is ours");
    service.wait().expect("it ends");
    false
}

async fn kill_and_go_on() {
    let world = World::new(Irreversibility::Hive).await;
    world.deposit("alice", 100_000).await;
    world.begin().await;
    let mut killed = 0;
    for at in 0.. {
        let before = world.coins("alice");
        let transaction = world.withdraw("alice", "2").await;
        eprintln!("kill at step {at}");
        let died = run_until_dead(&world, at).await;
        killed += usize::from(died);
        if died {
            // how far it was is not known: another one goes on, dies at its own such step, and the next one goes on
            run_until_dead(&world, at).await;
            assert!(!run_until_dead(&world, usize::MAX).await);
        }
        // whatever may still get into a block has its chance
        world.blocks(70).await;
        world.paid_once(&transaction, 1_980, 20);
        assert_eq!(world.coins("alice"), before + 1_980, "step {at}");
        if !died {
            break;
        }
    }
    // two payments, each with five steps of its own, and the deposit's fee in the first round
    assert!(killed >= 10, "only {killed} steps");
}
