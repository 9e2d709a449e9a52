//! The check of signatures against authorities, as the node does it (`sign_state` and `verify_authority`).

use std::{borrow::Cow, collections::BTreeSet};

use thiserror::Error;

use super::{Authority, RequiredAuthorities};
use crate::keys::PublicKey;

/// The three authorities of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountAuthorities<'a> {
    /// May change the account itself.
    pub owner: Cow<'a, Authority>,
    /// May move funds.
    pub active: Cow<'a, Authority>,
    /// May post, vote and follow.
    pub posting: Cow<'a, Authority>,
}

/// Where the authorities of accounts come from.
pub trait AuthorityProvider {
    /// The authorities of an account; `None` when there is no such account.
    fn authorities(&self, account: &str) -> Option<AccountAuthorities<'_>>;
}

/// What the check allows; the defaults are those of Steem, and of Hive before hard fork 28.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Hive from hard fork 28: an authority stands only for itself (active no longer serves for posting, owner no
    /// longer for active), and posting may be combined with the others.
    pub strict: bool,
    /// How many accounts deep an authority may be borrowed.
    pub max_depth: u32,
    /// Accounts looked up for one required authority.
    pub max_lookups: u32,
    /// Members looked at in one authority.
    pub max_members: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            strict: false,
            max_depth: 2,
            max_lookups: 125,
            max_members: 40,
        }
    }
}

impl Rules {
    /// The rules of Hive from hard fork 28.
    pub fn strict() -> Self {
        Self {
            strict: true,
            ..Self::default()
        }
    }
}

/// Why a transaction is not authorized by its signatures. Messages contain the texts clients look for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AuthorityError {
    /// An operation needs the account's posting authority.
    #[error("missing required posting authority:Missing Posting Authority {0}")]
    MissingPosting(String),
    /// An operation needs the account's active authority.
    #[error("missing required active authority:Missing Active Authority {0}")]
    MissingActive(String),
    /// An operation needs the account's owner authority.
    #[error("missing required owner authority:Missing Owner Authority {0}")]
    MissingOwner(String),
    /// An operation needs an authority it spells out itself.
    #[error("missing required other authority:Missing Authority")]
    MissingOther(Authority),
    /// Keys signed that no required authority counts.
    #[error("irrelevant signature included:Unnecessary signature(s) detected")]
    Irrelevant(Vec<PublicKey>),
    /// Posting operations may not be mixed with active or owner ones.
    #[error("active/owner authority combined with posting authority")]
    Combined,
    /// An operation names an account that does not exist.
    #[error("unknown key: expected an existing account, found {0}")]
    UnknownAccount(String),
}

/// Which authority of borrowed accounts counts.
#[derive(Clone, Copy)]
enum Level {
    Active,
    Posting,
}

/// Checks that `keys`, all of them needed, satisfy what a transaction requires.
///
/// # Errors
/// Names the first authority that is missing, or the keys that nothing needed.
pub fn verify(
    required: &RequiredAuthorities,
    keys: &BTreeSet<PublicKey>,
    provider: &dyn AuthorityProvider,
    rules: &Rules,
) -> Result<(), AuthorityError> {
    let others =
        !required.owner.is_empty() || !required.active.is_empty() || !required.other.is_empty();
    if !required.posting.is_empty() && others && !rules.strict {
        return Err(AuthorityError::Combined);
    }
    let mut used = check_posting(required, keys, provider, rules)?;
    used.append(&mut check_active_and_owner(
        required, keys, provider, rules,
    )?);
    let irrelevant: Vec<_> = keys.difference(&used).copied().collect();
    if irrelevant.is_empty() {
        Ok(())
    } else {
        Err(AuthorityError::Irrelevant(irrelevant))
    }
}

type Used = BTreeSet<PublicKey>;

fn check_posting(
    required: &RequiredAuthorities,
    keys: &BTreeSet<PublicKey>,
    provider: &dyn AuthorityProvider,
    rules: &Rules,
) -> Result<Used, AuthorityError> {
    let mut check = Check::new(Level::Posting, keys, provider, rules);
    for account in &required.posting {
        let own = lookup(provider, account)?;
        let satisfied = check.account(account, &own.posting)
            || (!rules.strict && (check.authority(&own.active) || check.authority(&own.owner)));
        if !satisfied {
            return Err(AuthorityError::MissingPosting(account.clone()));
        }
    }
    Ok(check.used)
}

fn check_active_and_owner(
    required: &RequiredAuthorities,
    keys: &BTreeSet<PublicKey>,
    provider: &dyn AuthorityProvider,
    rules: &Rules,
) -> Result<Used, AuthorityError> {
    let mut check = Check::new(Level::Active, keys, provider, rules);
    for authority in &required.other {
        if !check.authority(authority) {
            return Err(AuthorityError::MissingOther(authority.clone()));
        }
    }
    for account in &required.active {
        let own = lookup(provider, account)?;
        let satisfied =
            check.account(account, &own.active) || (!rules.strict && check.authority(&own.owner));
        if !satisfied {
            return Err(AuthorityError::MissingActive(account.clone()));
        }
    }
    for account in &required.owner {
        if !check.authority(&lookup(provider, account)?.owner) {
            return Err(AuthorityError::MissingOwner(account.clone()));
        }
    }
    Ok(check.used)
}

fn lookup<'a>(
    provider: &'a dyn AuthorityProvider,
    account: &str,
) -> Result<AccountAuthorities<'a>, AuthorityError> {
    provider
        .authorities(account)
        .ok_or_else(|| AuthorityError::UnknownAccount(account.to_owned()))
}

/// The state of checking one level: which keys have counted, which accounts are known to agree.
struct Check<'a> {
    level: Level,
    keys: &'a BTreeSet<PublicKey>,
    provider: &'a dyn AuthorityProvider,
    rules: &'a Rules,
    used: Used,
    approved: BTreeSet<String>,
}

impl<'a> Check<'a> {
    fn new(
        level: Level,
        keys: &'a BTreeSet<PublicKey>,
        provider: &'a dyn AuthorityProvider,
        rules: &'a Rules,
    ) -> Self {
        Self {
            level,
            keys,
            provider,
            rules,
            used: Used::new(),
            approved: BTreeSet::new(),
        }
    }

    fn account(&mut self, name: &str, authority: &Authority) -> bool {
        self.approved.contains(name) || self.authority(authority)
    }

    fn authority(&mut self, authority: &Authority) -> bool {
        // The authority itself is the first of the look-ups.
        self.satisfied(authority, 0, &mut 1)
    }

    fn satisfied(&mut self, authority: &Authority, depth: u32, lookups: &mut u32) -> bool {
        let threshold = u64::from(authority.weight_threshold);
        let mut sum = 0;
        let mut members = 0;
        for (key, weight) in &authority.key_auths {
            if self.keys.contains(key) {
                self.used.insert(*key);
                sum += u64::from(*weight);
                if sum >= threshold {
                    return true;
                }
            }
            members += 1;
            if members >= self.rules.max_members {
                return false;
            }
        }
        for (name, weight) in &authority.account_auths {
            match self.borrowed(name, depth, lookups) {
                Some(true) => sum += u64::from(*weight),
                Some(false) => {}
                None => return false,
            }
            if sum >= threshold {
                return true;
            }
            members += 1;
            if members >= self.rules.max_members {
                return false;
            }
        }
        sum >= threshold
    }

    /// Whether another account agrees; `None` when the look-ups are used up.
    fn borrowed(&mut self, name: &str, depth: u32, lookups: &mut u32) -> Option<bool> {
        if self.approved.contains(name) {
            return Some(true);
        }
        if depth >= self.rules.max_depth {
            return Some(false);
        }
        if *lookups >= self.rules.max_lookups {
            return None;
        }
        *lookups += 1;
        let Some(own) = self.provider.authorities(name) else {
            return Some(false);
        };
        let authority = match self.level {
            Level::Active => own.active,
            Level::Posting => own.posting,
        };
        let satisfied = self.satisfied(&authority, depth + 1, lookups);
        if satisfied {
            self.approved.insert(name.to_owned());
        }
        Some(satisfied)
    }
}
