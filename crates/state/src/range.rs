use std::iter::Rev;

use heed::types::Bytes;
use heed::{RoRange, RoRevRange};

use crate::error::StateError;
use crate::run::RunRange;
use crate::writes::{Ordered, Written};

/// A key and its value, both borrowed from the view or overlay.
pub type Entry<'a> = (&'a [u8], &'a [u8]);
type Head<'a> = (&'a [u8], Option<&'a [u8]>);

/// The entries of a space within bounds, in order of keys: overlay, layers and store merged.
pub struct Range<'a> {
    /// Newest first.
    sources: Vec<(Option<Head<'a>>, Source<'a>)>,
    reverse: bool,
    failed: bool,
}

/// Entries from one place, in the direction of the range.
pub(crate) enum Source<'a> {
    Overlay(Ordered<'a>),
    OverlayReverse(Rev<Ordered<'a>>),
    Run(RunRange<'a>),
    RunReverse(Rev<RunRange<'a>>),
    Disk(DiskRange<'a>),
}

pub(crate) struct DiskRange<'a> {
    iter: DiskIter<'a>,
    /// Length of the number of the table or index, which is not part of the key.
    prefix: usize,
}

enum DiskIter<'a> {
    Forward(RoRange<'a, Bytes, Bytes>),
    Backward(RoRevRange<'a, Bytes, Bytes>),
}

impl<'a> DiskRange<'a> {
    pub(crate) fn forward(iter: RoRange<'a, Bytes, Bytes>, prefix: usize) -> DiskRange<'a> {
        DiskRange {
            iter: DiskIter::Forward(iter),
            prefix,
        }
    }

    pub(crate) fn backward(iter: RoRevRange<'a, Bytes, Bytes>, prefix: usize) -> DiskRange<'a> {
        DiskRange {
            iter: DiskIter::Backward(iter),
            prefix,
        }
    }

    pub(crate) fn next(&mut self) -> Result<Option<Entry<'a>>, StateError> {
        let next = match &mut self.iter {
            DiskIter::Forward(iter) => iter.next(),
            DiskIter::Backward(iter) => iter.next(),
        };
        let next = next
            .transpose()
            .map_err(|error| StateError::Store(error.to_string()))?;
        Ok(next.map(|(key, value)| (&key[self.prefix..], value)))
    }
}

impl<'a> Source<'a> {
    fn next(&mut self) -> Result<Option<Head<'a>>, StateError> {
        let change = |written: Written<'a>| (written.key, written.value);
        Ok(match self {
            Source::Overlay(iter) => iter.next().map(change),
            Source::OverlayReverse(iter) => iter.next().map(change),
            Source::Run(iter) => iter.next().map(change),
            Source::RunReverse(iter) => iter.next().map(change),
            Source::Disk(iter) => iter.next()?.map(|(key, value)| (key, Some(value))),
        })
    }
}

impl<'a> Range<'a> {
    /// `sources` from newest to oldest, all in the direction of `reverse`.
    pub(crate) fn new(sources: Vec<Source<'a>>, reverse: bool) -> Result<Range<'a>, StateError> {
        let mut heads = Vec::with_capacity(sources.len());
        for mut source in sources {
            let head = source.next()?;
            heads.push((head, source));
        }
        Ok(Range {
            sources: heads,
            reverse,
            failed: false,
        })
    }

    fn advance(&mut self) -> Result<Option<Entry<'a>>, StateError> {
        loop {
            let mut first: Option<Head<'a>> = None;
            for (head, _) in &self.sources {
                let Some(head) = head else { continue };
                let better = match first {
                    None => true,
                    Some((key, _)) if self.reverse => head.0 > key,
                    Some((key, _)) => head.0 < key,
                };
                // On equal keys the source met first is the newest, and stays.
                if better {
                    first = Some(*head);
                }
            }
            let Some((key, value)) = first else {
                return Ok(None);
            };
            for (head, source) in &mut self.sources {
                if head.is_some_and(|(other, _)| other == key) {
                    *head = source.next()?;
                }
            }
            if let Some(value) = value {
                return Ok(Some((key, value)));
            }
        }
    }
}

impl<'a> Iterator for Range<'a> {
    type Item = Result<Entry<'a>, StateError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let next = self.advance();
        self.failed = next.is_err();
        next.transpose()
    }
}
