//! Stories of who may sign for whom.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use super::*;
use crate::keys::PrivateKey;

/// Accounts by name; a key is known by the text it is made from.
#[derive(Default)]
struct World(BTreeMap<String, [Authority; 3]>);

fn key(seed: &str) -> PublicKey {
    PrivateKey::from_seed(seed).public_key()
}

fn authority(threshold: u32, keys: &[(&str, u16)], accounts: &[(&str, u16)]) -> Authority {
    Authority {
        weight_threshold: threshold,
        account_auths: accounts
            .iter()
            .map(|(name, weight)| ((*name).to_owned(), *weight))
            .collect(),
        key_auths: keys
            .iter()
            .map(|(seed, weight)| (key(seed), *weight))
            .collect(),
    }
}

impl World {
    /// An account with keys `<name> owner`, `<name> active`, `<name> posting`.
    fn account(mut self, name: &str) -> Self {
        let authorities = ["owner", "active", "posting"]
            .map(|role| Authority::key(key(&format!("{name} {role}"))));
        self.0.insert(name.to_owned(), authorities);
        self
    }

    fn with(mut self, name: &str, role: usize, authority: Authority) -> Self {
        self.0.get_mut(name).unwrap()[role] = authority;
        self
    }

    fn check(
        &self,
        required: &RequiredAuthorities,
        keys: &[&str],
        rules: &Rules,
    ) -> Result<(), AuthorityError> {
        let keys: BTreeSet<_> = keys.iter().map(|seed| key(seed)).collect();
        verify(required, &keys, self, rules)
    }
}

const OWNER: usize = 0;
const ACTIVE: usize = 1;
const POSTING: usize = 2;

impl AuthorityProvider for World {
    fn authorities(&self, account: &str) -> Option<AccountAuthorities<'_>> {
        self.0
            .get(account)
            .map(|[owner, active, posting]| AccountAuthorities {
                owner: Cow::Borrowed(owner),
                active: Cow::Borrowed(active),
                posting: Cow::Borrowed(posting),
            })
    }
}

fn needs(owner: &[&str], active: &[&str], posting: &[&str]) -> RequiredAuthorities {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    RequiredAuthorities {
        owner: set(owner),
        active: set(active),
        posting: set(posting),
        other: Vec::new(),
    }
}

fn old() -> Rules {
    Rules::default()
}

#[test]
fn the_own_key_is_enough() {
    let world = World::default().account("alice");
    assert_eq!(
        world.check(&needs(&[], &[], &["alice"]), &["alice posting"], &old()),
        Ok(())
    );
    assert_eq!(
        world.check(&needs(&[], &["alice"], &[]), &["alice active"], &old()),
        Ok(())
    );
    assert_eq!(
        world.check(&needs(&["alice"], &[], &[]), &["alice owner"], &old()),
        Ok(())
    );
}

#[test]
fn higher_roles_serve_for_lower_ones_unless_strict() {
    let world = World::default().account("alice");
    for (required, signer, error) in [
        (
            needs(&[], &[], &["alice"]),
            "alice active",
            AuthorityError::MissingPosting("alice".to_owned()),
        ),
        (
            needs(&[], &[], &["alice"]),
            "alice owner",
            AuthorityError::MissingPosting("alice".to_owned()),
        ),
        (
            needs(&[], &["alice"], &[]),
            "alice owner",
            AuthorityError::MissingActive("alice".to_owned()),
        ),
    ] {
        assert_eq!(
            world.check(&required, &[signer], &old()),
            Ok(()),
            "{signer}"
        );
        assert_eq!(
            world.check(&required, &[signer], &Rules::strict()),
            Err(error),
            "{signer}"
        );
    }
}

#[test]
fn lower_roles_never_serve_for_higher_ones() {
    let world = World::default().account("alice");
    let error = world
        .check(&needs(&[], &["alice"], &[]), &["alice posting"], &old())
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "missing required active authority:Missing Active Authority alice"
    );
    let error = world
        .check(&needs(&["alice"], &[], &[]), &["alice active"], &old())
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "missing required owner authority:Missing Owner Authority alice"
    );
    let error = world
        .check(&needs(&[], &[], &["alice"]), &[], &old())
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "missing required posting authority:Missing Posting Authority alice"
    );
}

#[test]
fn keys_that_nothing_needs_are_refused() {
    let world = World::default().account("alice").account("bob");
    let error = world.check(
        &needs(&[], &[], &["alice"]),
        &["alice posting", "bob posting"],
        &old(),
    );
    assert_eq!(
        error,
        Err(AuthorityError::Irrelevant(vec![key("bob posting")]))
    );
    // The posting key is enough, so the active key is one too many.
    let error = world.check(
        &needs(&[], &[], &["alice"]),
        &["alice posting", "alice active"],
        &old(),
    );
    assert_eq!(
        error,
        Err(AuthorityError::Irrelevant(vec![key("alice active")]))
    );
}

#[test]
fn posting_is_not_combined_with_more_unless_strict() {
    let world = World::default().account("alice").account("bob");
    let required = needs(&[], &["bob"], &["alice"]);
    let keys = ["alice posting", "bob active"];
    assert_eq!(
        world.check(&required, &keys, &old()),
        Err(AuthorityError::Combined)
    );
    assert_eq!(world.check(&required, &keys, &Rules::strict()), Ok(()));
    assert_eq!(
        world.check(&required, &["bob active"], &Rules::strict()),
        Err(AuthorityError::MissingPosting("alice".to_owned()))
    );
}

#[test]
fn weights_add_up_to_the_threshold() {
    let shared = authority(3, &[("one", 1), ("two", 2)], &[("bob", 1)]);
    let world = World::default()
        .account("alice")
        .account("bob")
        .with("alice", ACTIVE, shared);
    let required = needs(&[], &["alice"], &[]);
    assert_eq!(world.check(&required, &["one", "two"], &old()), Ok(()));
    assert_eq!(
        world.check(&required, &["two", "bob active"], &old()),
        Ok(())
    );
    assert_eq!(
        world.check(&required, &["one", "bob active"], &old()),
        Err(AuthorityError::MissingActive("alice".to_owned()))
    );
}

#[test]
fn a_threshold_of_zero_needs_no_key() {
    let world = World::default()
        .account("alice")
        .with("alice", POSTING, authority(0, &[], &[]));
    assert_eq!(
        world.check(&needs(&[], &[], &["alice"]), &[], &old()),
        Ok(())
    );
}

#[test]
fn borrowed_accounts_count_with_the_level_that_is_needed() {
    let world = World::default()
        .account("alice")
        .account("app")
        .with(
            "alice",
            POSTING,
            authority(1, &[("alice posting", 1)], &[("app", 1)]),
        )
        .with("alice", OWNER, authority(1, &[], &[("app", 1)]));
    let posting = needs(&[], &[], &["alice"]);
    assert_eq!(world.check(&posting, &["app posting"], &old()), Ok(()));
    // The app's active key is no posting authority of alice: upgrades hold for the account itself only.
    assert!(world.check(&posting, &["app active"], &old()).is_err());
    // While posting is needed, alice's own owner authority borrows the app's posting authority.
    let world = world.with("alice", POSTING, Authority::key(key("lost")));
    assert_eq!(world.check(&posting, &["app posting"], &old()), Ok(()));
    let owner = needs(&["alice"], &[], &[]);
    assert_eq!(world.check(&owner, &["app active"], &old()), Ok(()));
    assert!(world.check(&owner, &["app owner"], &old()).is_err());
}

/// a borrows from b, b from c, ...
fn line(names: &[&str]) -> World {
    names.windows(2).fold(
        names
            .iter()
            .fold(World::default(), |world, name| world.account(name)),
        |world, pair| world.with(pair[0], ACTIVE, authority(1, &[], &[(pair[1], 1)])),
    )
}

#[test]
fn authority_is_borrowed_two_accounts_deep() {
    let world = line(&["one", "two", "three"]);
    assert_eq!(
        world.check(&needs(&[], &["one"], &[]), &["three active"], &old()),
        Ok(())
    );
    let world = line(&["one", "two", "three", "four"]);
    assert_eq!(
        world.check(&needs(&[], &["one"], &[]), &["four active"], &old()),
        Err(AuthorityError::MissingActive("one".to_owned()))
    );
}

#[test]
fn accounts_that_borrow_from_each_other_end() {
    let world = line(&["one", "two", "one"]).with("two", ACTIVE, authority(1, &[], &[("one", 1)]));
    assert!(
        world
            .check(&needs(&[], &["one"], &[]), &["one posting"], &old())
            .is_err()
    );
}

#[test]
fn lookups_and_members_are_bounded() {
    let names: Vec<_> = (0..50).map(|index| format!("friend{index:02}")).collect();
    let world = names
        .iter()
        .fold(World::default().account("alice"), |world, name| {
            world.account(name)
        });
    let friends: Vec<_> = names.iter().map(|name| (name.as_str(), 1)).collect();
    let world = world.with("alice", ACTIVE, authority(1, &[], &friends));
    let required = needs(&[], &["alice"], &[]);
    assert_eq!(world.check(&required, &["friend39 active"], &old()), Ok(()));
    assert!(
        world
            .check(&required, &["friend40 active"], &old())
            .is_err()
    );
    let few = Rules {
        max_lookups: 4,
        ..old()
    };
    assert_eq!(world.check(&required, &["friend02 active"], &few), Ok(()));
    assert!(world.check(&required, &["friend03 active"], &few).is_err());
}

#[test]
fn authorities_spelled_out_in_operations_are_checked() {
    let world = World::default();
    let both = RequiredAuthorities {
        other: vec![Authority::key(key("new")), Authority::key(key("recent"))],
        ..RequiredAuthorities::default()
    };
    assert_eq!(world.check(&both, &["new", "recent"], &old()), Ok(()));
    assert_eq!(
        world.check(&both, &["new"], &old()),
        Err(AuthorityError::MissingOther(Authority::key(key("recent"))))
    );
}

#[test]
fn unknown_accounts_are_named() {
    let world =
        World::default()
            .account("alice")
            .with("alice", ACTIVE, authority(1, &[], &[("ghost", 1)]));
    assert_eq!(
        world.check(&needs(&[], &["ghost"], &[]), &[], &old()),
        Err(AuthorityError::UnknownAccount("ghost".to_owned()))
    );
    assert_eq!(
        world.check(&needs(&[], &["alice"], &[]), &[], &old()),
        Err(AuthorityError::MissingActive("alice".to_owned()))
    );
}
