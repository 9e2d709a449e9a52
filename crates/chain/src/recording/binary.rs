use std::io::{self, BufRead, Read, Write};

use serde::{Deserialize, Serialize};
use tartan_graphene::operation::Beneficiary;
use tartan_graphene::{BlockId, MainBlock, MainOperation, MainTransaction, Time, TransactionId};

use super::{MAX_BLOCK, ReadError, RecordingError};

const MAGIC: &[u8; 8] = b"TARTANMB";
const VERSION: u8 = 1;

/// Whether the input starts as the program's own format does.
pub(super) fn is_recording(input: &mut impl BufRead) -> io::Result<bool> {
    Ok(input.fill_buf()?.starts_with(MAGIC))
}

/// Writes a recording.
pub struct Writer<W> {
    output: W,
}

impl<W: Write> Writer<W> {
    /// Starts a recording.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(mut output: W) -> Result<Writer<W>, RecordingError> {
        output.write_all(MAGIC)?;
        output.write_all(&[VERSION])?;
        Ok(Writer { output })
    }

    /// Adds a block.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&mut self, block: &MainBlock) -> Result<(), RecordingError> {
        let bytes = postcard::to_allocvec(&BlockRecord::from(block))
            .expect("a growing vector takes any record");
        let length = u32::try_from(bytes.len()).expect("main-chain blocks are far below 4 GiB");
        self.output.write_all(&length.to_le_bytes())?;
        self.output.write_all(&bytes)?;
        Ok(())
    }

    /// Writes out what is buffered, and gives the output back.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> Result<W, RecordingError> {
        self.output.flush()?;
        Ok(self.output)
    }
}

/// Reads a recording.
pub(super) struct Reader<R> {
    input: R,
}

impl<R: BufRead> Reader<R> {
    pub(super) fn new(mut input: R) -> Result<Reader<R>, RecordingError> {
        let mut head = [0; MAGIC.len() + 1];
        input.read_exact(&mut head)?;
        match head[MAGIC.len()] {
            VERSION => Ok(Reader { input }),
            found => Err(RecordingError::Malformed {
                place: 0,
                reason: format!("expected format {VERSION}, found format {found}"),
            }),
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<MainBlock>, ReadError> {
        if self.input.fill_buf()?.is_empty() {
            return Ok(None);
        }
        let mut length = [0; 4];
        self.input.read_exact(&mut length)?;
        let length = u32::from_le_bytes(length) as usize;
        if length > MAX_BLOCK {
            return Err(ReadError::Malformed(format!(
                "expected at most {MAX_BLOCK} bytes, found {length}"
            )));
        }
        let mut bytes = Vec::new();
        self.input
            .by_ref()
            .take(length as u64)
            .read_to_end(&mut bytes)?;
        if bytes.len() < length {
            return Err(ReadError::Malformed(
                "the file ends inside a block".to_string(),
            ));
        }
        match postcard::take_from_bytes::<BlockRecord>(&bytes) {
            Ok((block, [])) => Ok(Some(block.into())),
            Ok(_) => Err(ReadError::Malformed(
                "the block is shorter than its length says".to_string(),
            )),
            Err(error) => Err(ReadError::Malformed(format!("expected a block: {error}"))),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct BlockRecord {
    number: u32,
    id: [u8; 20],
    previous: [u8; 20],
    timestamp: u32,
    transactions: Vec<TransactionRecord>,
}

#[derive(Serialize, Deserialize)]
struct TransactionRecord {
    id: [u8; 20],
    operations: Vec<OperationRecord>,
}

#[derive(Serialize, Deserialize)]
enum OperationRecord {
    CustomJson {
        required_auths: Vec<String>,
        required_posting_auths: Vec<String>,
        id: String,
        json: String,
    },
    Transfer {
        from: String,
        to: String,
        amount: String,
        memo: String,
    },
    Comment {
        parent_author: String,
        parent_permlink: String,
        author: String,
        permlink: String,
        title: String,
        body: String,
        json_metadata: String,
    },
    CommentOptions {
        author: String,
        permlink: String,
        max_accepted_payout: String,
        percent: u16,
        allow_votes: bool,
        allow_curation_rewards: bool,
        beneficiaries: Vec<(String, u16)>,
    },
    Vote {
        voter: String,
        author: String,
        permlink: String,
        weight: i16,
    },
    Other,
}

impl From<&MainBlock> for BlockRecord {
    fn from(block: &MainBlock) -> BlockRecord {
        let transaction = |transaction: &MainTransaction| TransactionRecord {
            id: transaction.id.0,
            operations: transaction
                .operations
                .iter()
                .map(OperationRecord::from)
                .collect(),
        };
        BlockRecord {
            number: block.number,
            id: block.id.0,
            previous: block.previous.0,
            timestamp: block.timestamp.seconds(),
            transactions: block.transactions.iter().map(transaction).collect(),
        }
    }
}

impl From<BlockRecord> for MainBlock {
    fn from(record: BlockRecord) -> MainBlock {
        let transaction = |record: TransactionRecord| MainTransaction {
            id: TransactionId(record.id),
            operations: record
                .operations
                .into_iter()
                .map(MainOperation::from)
                .collect(),
        };
        MainBlock {
            number: record.number,
            id: BlockId(record.id),
            previous: BlockId(record.previous),
            timestamp: Time(record.timestamp),
            transactions: record.transactions.into_iter().map(transaction).collect(),
        }
    }
}

/// The variants and their fields are the same on both sides, but for the beneficiaries.
macro_rules! mirror {
    ($value:expr, $from:ident => $to:ident; $($variant:ident { $($field:ident),* }),* $(,)?) => {
        match $value {
            $($from::$variant { $($field),* } => $to::$variant { $($field: $field.into()),* },)*
            $from::CommentOptions {
                author, permlink, max_accepted_payout, percent, allow_votes, allow_curation_rewards, beneficiaries,
            } => $to::CommentOptions {
                author, permlink, max_accepted_payout, percent, allow_votes, allow_curation_rewards,
                beneficiaries: beneficiaries.into_iter().map(Pair::into_other).collect(),
            },
            $from::Other => $to::Other,
        }
    };
}

/// A beneficiary, in either form.
trait Pair {
    type Other;
    fn into_other(self) -> Self::Other;
}

impl Pair for Beneficiary {
    type Other = (String, u16);
    fn into_other(self) -> (String, u16) {
        (self.account.to_string(), self.weight)
    }
}

impl Pair for (String, u16) {
    type Other = Beneficiary;
    fn into_other(self) -> Beneficiary {
        Beneficiary {
            account: self.0,
            weight: self.1,
        }
    }
}

impl From<&MainOperation> for OperationRecord {
    fn from(operation: &MainOperation) -> OperationRecord {
        mirror!(operation.clone(), MainOperation => OperationRecord;
            CustomJson { required_auths, required_posting_auths, id, json },
            Transfer { from, to, amount, memo },
            Comment { parent_author, parent_permlink, author, permlink, title, body, json_metadata },
            Vote { voter, author, permlink, weight },
        )
    }
}

impl From<OperationRecord> for MainOperation {
    fn from(record: OperationRecord) -> MainOperation {
        mirror!(record, OperationRecord => MainOperation;
            CustomJson { required_auths, required_posting_auths, id, json },
            Transfer { from, to, amount, memo },
            Comment { parent_author, parent_permlink, author, permlink, title, body, json_metadata },
            Vote { voter, author, permlink, weight },
        )
    }
}
