//! The service: looks, signs, records, sends, and follows what it sent until that is irreversible.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tartan_graphene::operation::{CustomJson, Transfer};
use tartan_graphene::{
    AssetForm, BlockId, JsonForm, MainBlock, Operation, PrivateKey, SignedTransaction, Time,
    Transaction, TransactionId,
};
use tartan_mainchain::{
    Backoff, BroadcastError, Broadcaster, Client, Event, Finality, Follower, FollowerConfig, Start,
};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::config::{Config, PegError};
use crate::decisions::Decisions;
use crate::journal::{Journal, Purpose, Record, Signed};
use crate::ledger::{Header, Ledger, VERSION};
use crate::payment::Payment;
use crate::report::Report;
use crate::scan::scan;
use crate::steps::{Observer, Step};
use crate::survey::{Found, Surveyor};
use crate::telemetry;

/// How long a transaction is valid, in seconds after the last irreversible block, which may be a minute old.
const LIFETIME: u32 = 180;
/// Transactions that may be open at the same time.
const MOST_OPEN: usize = 40;
/// Transactions that are signed in one round. (Steem, Hive: an account may have five custom_json in a block.)
const AT_ONCE: usize = 5;
/// How long after sending the same bytes are sent again.
const RESEND: Duration = Duration::from_secs(6);
/// Blocks after which it is recorded that they were looked through.
const CHECKPOINT: u32 = 200;
/// How long the follower may take for a block that is said to be irreversible.
const PATIENCE: Duration = Duration::from_secs(30);
/// Pauses while something does not work.
const RETRY: Backoff = Backoff {
    first: Duration::from_secs(1),
    max: Duration::from_secs(60),
};

/// Begins a journal: from then on this directory is where the account's payments are recorded.
///
/// # Errors
/// When there is a journal already, or a chain gives no answer.
pub async fn init(config: &Config, client: &Client) -> Result<Header, PegError> {
    let irreversible = client
        .dynamic_properties()
        .await?
        .last_irreversible_block_num;
    let block = match irreversible {
        0 => None,
        number => client.block(number).await?,
    };
    let block = block.ok_or(PegError::NoBlock)?;
    let mut surveyor = Surveyor::new(config.clone(), client.clone())?;
    let oldest = surveyor.oldest(irreversible).await?;
    let header = Header {
        side_chain: config.network.chain_id.clone(),
        account: config.account.clone(),
        contract: config.contract.clone(),
        start: oldest.map_or(block.number, |oldest| oldest.min(block.number)),
        quiet_until: block.timestamp.plus(LIFETIME),
    };
    let first = Record::Opened {
        version: VERSION,
        side_chain: header.side_chain.clone(),
        account: header.account.clone(),
        contract: header.contract.clone(),
        start: header.start,
        quiet_until: header.quiet_until,
    };
    Journal::create(&config.directory, &first)?;
    Ok(header)
}

/// What would happen now, without doing anything: for people who look. Without a journal, the history is not looked
/// through for payments.
///
/// # Errors
/// When the journal is damaged, or a chain gives no answer.
pub async fn survey(config: &Config, client: &Client) -> Result<Report, PegError> {
    let ledger = match Journal::read(&config.directory) {
        Ok(records) => Ledger::of(&records, client.chain())?,
        Err(crate::JournalError::Missing { .. }) => Ledger::default(),
        Err(error) => return Err(error.into()),
    };
    check_header(&ledger, config)?;
    let decisions = Decisions::read(&config.directory).map_err(PegError::Decisions)?;
    let irreversible = client
        .dynamic_properties()
        .await?
        .last_irreversible_block_num;
    let block = match irreversible {
        0 => None,
        number => client.block(number).await?,
    };
    let block = block.ok_or(PegError::NoBlock)?;
    let mut surveyor = Surveyor::new(config.clone(), client.clone())?;
    let position = (block.number, block.timestamp);
    Ok(surveyor.look(&ledger, &decisions, position).await?.report)
}

/// The service of one peg account.
pub struct Service {
    config: Config,
    broadcaster: Broadcaster,
    follower: Follower,
    surveyor: Surveyor,
    journal: Journal,
    ledger: Ledger,
    key: PrivateKey,
    /// Whether the main chain was asked about it.
    key_is_right: bool,
    observer: Arc<dyn Observer>,
    /// The last block that was looked through.
    position: Option<(BlockId, Time)>,
    /// The last block of which that is recorded.
    recorded: u32,
    /// When transactions were sent last.
    sent: BTreeMap<TransactionId, Instant>,
    report: watch::Sender<Option<Report>>,
}

impl Service {
    /// Opens the journal, and begins to look through the main chain from where it ends.
    ///
    /// # Errors
    /// When the journal cannot be used, or the key is not the account's. A main chain that gives no answer is waited for
    /// later.
    pub async fn open(
        config: Config,
        client: Client,
        key: PrivateKey,
        observer: Arc<dyn Observer>,
    ) -> Result<Service, PegError> {
        let (journal, records) = Journal::open(&config.directory)?;
        let ledger = Ledger::of(&records, client.chain())?;
        check_header(&ledger, &config)?;
        let key_is_right = match check_key(&client, &config.account, &key).await {
            Ok(()) => true,
            Err(error) if error.is_final() => return Err(error),
            Err(error) => {
                tracing::warn!(%error, "the key cannot be checked yet");
                false
            }
        };
        let surveyor = Surveyor::new(config.clone(), client.clone())?;
        let first = ledger.header().map_or(1, |header| header.start);
        let start = match ledger.scanned() {
            Some((block, _)) => Start::After(vec![block]),
            None => Start::At(first),
        };
        let mut following = FollowerConfig::new(start);
        following.finality = Finality::Irreversible;
        following.slot = config.slot;
        following.poll = (config.slot / 15, config.slot / 6);
        let open = ledger.open().len();
        tracing::info!(account = config.account, contract = config.contract, open, from = ?ledger.scanned(), "the journal is open");
        Ok(Service {
            follower: Follower::spawn(client.clone(), following),
            broadcaster: Broadcaster::new(client),
            surveyor,
            journal,
            position: ledger.scanned(),
            recorded: ledger.scanned().map_or(0, |(block, _)| block.number()),
            ledger,
            key,
            key_is_right,
            observer,
            sent: BTreeMap::new(),
            report: watch::Sender::new(None),
            config,
        })
    }

    /// The last report, from the first round on.
    pub fn reports(&self) -> watch::Receiver<Option<Report>> {
        self.report.subscribe()
    }

    /// Works until there is an error that does not pass. Dropping the future stops the service at whatever step it is:
    /// what it did is in the journal.
    ///
    /// # Errors
    /// Always.
    pub async fn run(&mut self) -> Result<std::convert::Infallible, PegError> {
        let mut failures = 0;
        loop {
            let pause = match self.round().await {
                Ok(()) => {
                    failures = 0;
                    self.config.poll
                }
                Err(error) if error.is_final() => return Err(error),
                Err(error) => {
                    let pause = RETRY.delay(failures);
                    failures += 1;
                    telemetry::failed();
                    tracing::warn!(%error, retry_in_ms = pause.as_millis() as u64, "a round failed");
                    pause
                }
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Looks at everything once, and does what is to be done.
    async fn round(&mut self) -> Result<(), PegError> {
        let client = self.broadcaster.client();
        if !self.key_is_right {
            check_key(client, &self.config.account, &self.key).await?;
            self.key_is_right = true;
        }
        let irreversible = client
            .dynamic_properties()
            .await?
            .last_irreversible_block_num;
        let position = self.catch_up(irreversible).await?;
        self.send_open().await;
        let decisions = Decisions::read(&self.config.directory).map_err(PegError::Decisions)?;
        let found = self
            .surveyor
            .look(&self.ledger, &decisions, position)
            .await?;
        telemetry::looked(&found.report);
        self.report.send_replace(Some(found.report.clone()));
        self.act(found)?;
        self.send_open().await;
        Ok(())
    }

    /// Signs and records what is to be sent.
    fn act(&mut self, found: Found) -> Result<(), PegError> {
        let room = MOST_OPEN
            .saturating_sub(self.ledger.open().len())
            .min(AT_ONCE);
        let removals = found
            .remove
            .into_iter()
            .map(|payment| (Purpose::Remove, payment));
        let payments = found.due.into_iter().map(|payment| (Purpose::Pay, payment));
        for (purpose, payment) in removals.chain(payments).take(room) {
            self.sign(purpose, payment)?;
        }
        Ok(())
    }

    /// Looks through all blocks up to this one.
    async fn catch_up(&mut self, irreversible: u32) -> Result<(u32, Time), PegError> {
        loop {
            if let Some((block, time)) = self.position
                && block.number() >= irreversible
            {
                return Ok((block.number(), time));
            }
            let unsettled = PegError::Unsettled {
                expected: irreversible,
                found: self.position.map_or(0, |(block, _)| block.number()),
            };
            let event = tokio::time::timeout(PATIENCE, self.follower.next()).await;
            match event.map_err(|_| unsettled)?.ok_or(PegError::Ended)?? {
                Event::Block { block, .. } => self.look_through(&block)?,
                Event::Reverted { .. } => return Err(PegError::Ended),
            }
        }
    }

    fn look_through(&mut self, block: &MainBlock) -> Result<(), PegError> {
        let before = self.position.map(|(_, time)| time);
        let records = scan(&self.ledger, block, before, &self.config.account);
        for record in &records {
            self.settle(record)?;
        }
        self.position = Some((block.id, block.timestamp));
        if !records.is_empty() || block.number >= self.recorded.saturating_add(CHECKPOINT) {
            self.record(&Record::Scanned {
                block: block.id,
                time: block.timestamp,
            })?;
            self.recorded = block.number;
            self.observer.reached(Step::Scanned(block.number));
        }
        Ok(())
    }

    fn settle(&mut self, record: &Record) -> Result<(), PegError> {
        match record {
            Record::Settled { id, block } => {
                self.observer.reached(Step::Seen(*id));
                let signed = self.ledger.open_one(id).cloned();
                self.record(record)?;
                self.sent.remove(id);
                if let Some(signed) = signed {
                    telemetry::settled(&signed, block.is_some());
                    let Signed {
                        payment, purpose, ..
                    } = signed;
                    match block {
                        Some(block) => {
                            tracing::info!(row = payment.id, transaction = %id, block, ?purpose, amount = payment.amount, recipient = payment.recipient, "done: the block is irreversible")
                        }
                        None => {
                            tracing::warn!(row = payment.id, transaction = %id, ?purpose, "expired: it is in no block and never will be")
                        }
                    }
                }
                self.observer.reached(Step::Settled(*id));
                Ok(())
            }
            Record::Found { row, id, block, .. } => {
                telemetry::foreign();
                tracing::warn!(row, transaction = %id, block, "found a payment that is not in the journal; is another service at work for this account?");
                self.record(record)
            }
            record => self.record(record),
        }
    }

    /// Puts a line into the journal, then into the ledger.
    fn record(&mut self, record: &Record) -> Result<(), PegError> {
        self.journal.append(record)?;
        let applied = self.ledger.apply(record, self.broadcaster.client().chain());
        Ok(applied.map_err(|reason| crate::ledger::Inconsistent { line: 0, reason })?)
    }

    fn sign(&mut self, purpose: Purpose, payment: Payment) -> Result<(), PegError> {
        let Some((block, time)) = self.position else {
            return Ok(());
        };
        if let Some(refusal) = self.ledger.refuses(purpose, &payment.id) {
            tracing::error!(
                row = payment.id,
                refusal,
                "a transaction was to be signed that must not be"
            );
            return Ok(());
        }
        let chain = self.broadcaster.client().chain().clone();
        let operations = self.operations(purpose, &payment);
        let transaction = Transaction::new(&block, time.plus(LIFETIME), operations);
        let id = transaction
            .id(&chain, AssetForm::Legacy)
            .map_err(BroadcastError::from)?;
        if self.ledger.is_ours(&id) {
            // the chain has to go on first: the same transaction expired
            return Ok(());
        }
        let signed = self
            .broadcaster
            .sign(transaction, std::slice::from_ref(&self.key))?;
        self.observer.reached(Step::Signed(id));
        tracing::info!(row = payment.id, transaction = %id, ?purpose, amount = payment.amount, recipient = payment.recipient, "signed");
        self.record(&Record::Signed(Box::new(Signed {
            purpose,
            id,
            after: block.number(),
            expires: signed.transaction.expiration,
            at: time,
            transaction: signed.to_json(&chain, JsonForm::Legacy),
            payment,
        })))?;
        self.observer.reached(Step::Recorded(id));
        Ok(())
    }

    /// The payment and the removal of its row are one transaction: there is never one without the other.
    fn operations(&self, purpose: Purpose, payment: &Payment) -> Vec<Operation> {
        let mut operations = Vec::new();
        let asset = payment.asset(self.broadcaster.client().chain()).ok();
        // what the account owes itself is paid
        if let Some(amount) = asset
            && purpose == Purpose::Pay
            && payment.recipient != self.config.account
        {
            operations.push(
                Transfer {
                    from: self.config.account.clone(),
                    to: payment.recipient.clone(),
                    amount,
                    memo: payment.memo.clone(),
                }
                .into(),
            );
        }
        let call = serde_json::json!({
            "contractName": self.config.contract,
            "contractAction": "removeWithdrawal",
            "contractPayload": { "id": payment.id },
        });
        operations.push(
            CustomJson {
                required_auths: [self.config.account.clone()].into(),
                required_posting_auths: [].into(),
                id: self.config.network.custom_json_id(),
                json: call.to_string(),
            }
            .into(),
        );
        operations
    }

    /// Sends what is in no irreversible block yet: at first, and again and again, always the same bytes.
    async fn send_open(&mut self) {
        let now = Instant::now();
        let last = |id: &TransactionId| self.sent.get(id).copied();
        let due = self
            .ledger
            .open()
            .filter(|signed| last(&signed.id).is_none_or(|at| now >= at + RESEND));
        let chain = self.broadcaster.client().chain();
        let mut sending = Vec::new();
        for signed in due {
            let transaction = SignedTransaction::from_json(&signed.transaction, chain).ok();
            match transaction.filter(|transaction| is(transaction, signed, chain)) {
                Some(transaction) => {
                    sending.push((signed.id, signed.payment.id.clone(), transaction))
                }
                None => {
                    tracing::error!(row = signed.payment.id, transaction = %signed.id, "the journal's transaction is not the one it names; it is left to expire")
                }
            }
        }
        let broadcaster = &self.broadcaster;
        let sends = sending.iter().map(|(_, row, transaction)| async move {
            let result = broadcaster.send(transaction).await;
            if let Err(error) = result {
                telemetry::not_taken();
                tracing::warn!(row, %error, "a node did not take the transaction, or did not say so; it is sent again until it expires");
            }
        });
        futures::future::join_all(sends).await;
        for (id, ..) in sending {
            self.sent.insert(id, Instant::now());
            self.observer.reached(Step::Sent(id));
        }
    }
}

/// Whether the stored transaction has the id that is looked for in blocks.
fn is(transaction: &SignedTransaction, signed: &Signed, chain: &tartan_graphene::Chain) -> bool {
    transaction.transaction.id(chain, AssetForm::Legacy).ok() == Some(signed.id)
}

fn check_header(ledger: &Ledger, config: &Config) -> Result<(), PegError> {
    let Some(header) = ledger.header() else {
        return Ok(());
    };
    let expected = format!(
        "{} of {} on {}",
        config.account, config.contract, config.network.chain_id
    );
    let found = format!(
        "{} of {} on {}",
        header.account, header.contract, header.side_chain
    );
    match expected == found {
        true => Ok(()),
        false => Err(PegError::Foreign { expected, found }),
    }
}

/// Makes sure that the key can move the account's funds, before anything is signed.
async fn check_key(client: &Client, account: &str, key: &PrivateKey) -> Result<(), PegError> {
    let accounts = client.accounts(&[account]).await?;
    let Some(found) = accounts.iter().find(|found| found.name == account) else {
        return Err(PegError::NoAccount {
            name: account.to_string(),
        });
    };
    let public = key.public_key();
    let weight = found
        .active
        .key_auths
        .get(&public)
        .copied()
        .unwrap_or_default();
    match u32::from(weight) >= found.active.weight_threshold {
        true => Ok(()),
        false => Err(PegError::WrongKey {
            key: public.to_text(&client.chain().prefix),
            account: account.to_string(),
        }),
    }
}
