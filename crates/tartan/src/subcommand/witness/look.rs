//! `tartan witness list` and `schedule`.

use std::fmt;

use anyhow::Result;
use serde::Serialize;

use super::tables::{Params, Place, Witness, WitnessTables};
use crate::config::Settings;
use crate::output;

/// The witnesses, the heaviest first.
#[derive(Debug, Serialize)]
struct List {
    /// The token whose stake votes.
    token: String,
    witnesses: Vec<Line>,
    #[serde(skip_serializing_if = "Option::is_none")]
    voter: Option<Voter>,
}

/// A witness in the list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    witness: String,
    weight: String,
    enabled: bool,
    verified_rounds: u64,
    missed_rounds: u64,
    last_block_verified: Option<u64>,
    host: String,
    rpc_port: u16,
    p2p_port: u16,
    signing_key: String,
}

/// What an account has voted.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Voter {
    account: String,
    weight: String,
    approves: Vec<String>,
    most: u64,
    /// The first block in which its approvals expire, unless it votes again.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<u64>,
}

impl Line {
    fn new(witness: Witness) -> Line {
        Line {
            host: witness.host().to_string(),
            witness: witness.account,
            weight: witness.approval_weight,
            enabled: witness.enabled,
            verified_rounds: witness.verified_rounds,
            missed_rounds: witness.missed_rounds,
            last_block_verified: witness.last_block_verified,
            rpc_port: witness.rpc_port,
            p2p_port: witness.p2p_port,
            signing_key: witness.signing_key,
        }
    }
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.witnesses.is_empty() {
            write!(f, "there are no witnesses yet")?;
        } else {
            let weight = format!("weight in {}", self.token);
            write!(
                f,
                "{:>4}   {:<16} {weight:>24} {:>8} {:>8} {:>10}  at",
                "rank", "witness", "verified", "missed", "last block"
            )?;
        }
        let approves = self.voter.as_ref().map(|voter| &voter.approves);
        for (rank, line) in (1..).zip(&self.witnesses) {
            let mark = match approves {
                Some(approves) if approves.contains(&line.witness) => '*',
                _ => ' ',
            };
            let last = line.last_block_verified;
            let last = last.map_or_else(|| "-".to_string(), |block| block.to_string());
            let rests = if line.enabled { "" } else { ", takes a rest" };
            write!(
                f,
                "\n{rank:>4} {mark} {:<16} {:>24} {:>8} {:>8} {last:>10}  {}:{}{rests}",
                line.witness,
                line.weight,
                line.verified_rounds,
                line.missed_rounds,
                line.host,
                line.rpc_port
            )?;
        }
        match &self.voter {
            Some(voter) => write!(f, "\n\n{}", voter.told(&self.token)),
            None => Ok(()),
        }
    }
}

impl Voter {
    fn told(&self, token: &str) -> String {
        let Voter {
            account,
            weight,
            most,
            ..
        } = self;
        let count = self.approves.len();
        let until = self.expires.filter(|_| count > 0);
        let until = until.map_or_else(String::new, |block| format!(", until block {block}"));
        format!(
            "{account} approves {count} of at most {most} (*) with {weight} {token} each{until}"
        )
    }

    async fn find(tables: &WitnessTables, account: &str) -> Result<Voter> {
        let params = tables.params().await?;
        let last = tables.last_vote(account).await?;
        let blocks = params.witness_approve_expire_blocks;
        Ok(Voter {
            account: account.to_string(),
            weight: tables.weight(account).await?,
            approves: tables.approved_by(account).await?,
            most: params.number_of_approvals_per_account,
            expires: last.map(|block| block.saturating_add(blocks).saturating_add(1)),
        })
    }
}

pub(super) async fn list(
    settings: &Settings,
    limit: usize,
    voter: Option<&str>,
    json: bool,
) -> Result<()> {
    let tables = WitnessTables::new(settings)?;
    let ranked = tables.ranked(limit).await?;
    let voter = match voter {
        Some(voter) => Some(Voter::find(&tables, voter.trim_start_matches('@')).await?),
        None => None,
    };
    let list = List {
        token: tables.token,
        witnesses: ranked.into_iter().map(Line::new).collect(),
        voter,
    };
    output::print(&list, json)
}

/// The round that is to be verified.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Schedule {
    head: u64,
    last_verified_block: u64,
    round: Option<Round>,
    witnesses_approved: u64,
    witnesses_needed: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Round {
    number: u64,
    last_block: u64,
    proposer: String,
    /// The block in which somebody else takes over.
    deadline: u64,
    signatures_needed: u64,
    places: Vec<Scheduled>,
}

#[derive(Debug, Serialize)]
struct Scheduled {
    block: u64,
    witness: String,
    signed: bool,
}

impl Round {
    fn new(params: &Params, places: Vec<Place>) -> Option<Round> {
        let proposer = params.current_witness.clone()?;
        let count = places.len() as u64;
        let scheduled = |place: Place| Scheduled {
            block: place.block_number,
            witness: place.witness,
            signed: place.verified_round,
        };
        (count > 0).then(|| Round {
            number: params.round,
            last_block: params.last_block_round,
            proposer,
            deadline: params.block_number_witness_change,
            signatures_needed: params.witness_signatures_required.min(count),
            places: places.into_iter().map(scheduled).collect(),
        })
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "verified    up to block {} of {}",
            self.last_verified_block, self.head
        )?;
        let Some(round) = &self.round else {
            return write!(
                f,
                "no round    {} of the {} approved witnesses that it takes",
                self.witnesses_approved, self.witnesses_needed
            );
        };
        let first = round
            .places
            .first()
            .map_or(round.last_block, |place| place.block);
        writeln!(
            f,
            "round {:<5} blocks {first} to {}",
            round.number, round.last_block
        )?;
        writeln!(
            f,
            "proposer    {}, until block {}",
            round.proposer, round.deadline
        )?;
        write!(f, "signatures  {} needed", round.signatures_needed)?;
        for place in &round.places {
            let signed = if place.signed { "  has signed" } else { "" };
            write!(f, "\n{:>10}  {}{signed}", place.block, place.witness)?;
        }
        Ok(())
    }
}

pub(super) async fn schedule(settings: &Settings, json: bool) -> Result<()> {
    let tables = WitnessTables::new(settings)?;
    let params = tables.params().await?;
    let schedule = Schedule {
        head: tables.side_chain.head().await?,
        last_verified_block: params.last_verified_block_number,
        round: Round::new(&params, tables.schedule().await?),
        witnesses_approved: params.number_of_approved_witnesses,
        witnesses_needed: params.number_of_witness_slots,
    };
    output::print(&schedule, json)
}
