use std::collections::HashMap;
use std::hash::Hash;

use parking_lot::Mutex;
use tartan_chain::Reader;
use tartan_state::Position;

/// Answers that are kept.
const MOST: usize = 64;

/// What many readers ask for, worked out once for each block; by what they ask.
#[derive(Debug)]
pub(crate) struct PerBlock<K, V>(Mutex<HashMap<K, Kept<V>>>);

#[derive(Debug)]
struct Kept<V> {
    /// The main-chain block after which it was so; `None` before the first.
    at: Option<Position>,
    answer: V,
}

impl<K, V> Default for PerBlock<K, V> {
    fn default() -> PerBlock<K, V> {
        PerBlock(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> PerBlock<K, V> {
    /// The answer that is known at the head of the chain, or a new one. `None` is not kept.
    pub(crate) fn get<E>(
        &self,
        reader: &Reader,
        asked: K,
        work: impl FnOnce() -> Result<Option<V>, E>,
    ) -> Result<Option<V>, E> {
        // one that is newer than this says is worked out again: no answer is ever older than its mark
        let at = reader.position();
        if let Some(kept) = self.0.lock().get(&asked)
            && kept.at == at
        {
            return Ok(Some(kept.answer.clone()));
        }
        let Some(answer) = work()? else {
            return Ok(None);
        };
        let mut all = self.0.lock();
        if all.len() >= MOST {
            all.clear();
        }
        let kept = Kept {
            at,
            answer: answer.clone(),
        };
        all.insert(asked, kept);
        Ok(Some(answer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestSite;

    #[tokio::test]
    async fn an_answer_lasts_for_a_block() {
        let mut site = TestSite::without_index().await;
        let kept = PerBlock::default();
        let ask = |reader: &Reader, asked: &'static str, answer: Option<u32>| {
            kept.get(reader, asked, || Ok::<_, ()>(answer)).unwrap()
        };
        let reader = site.chain.reader();
        assert_eq!(ask(&reader, "a", Some(1)), Some(1));
        assert_eq!(ask(&reader, "a", Some(2)), Some(1));
        assert_eq!(ask(&reader, "b", None), None);
        assert_eq!(ask(&reader, "b", Some(3)), Some(3));
        site.apply(vec![]);
        assert_eq!(ask(&reader, "a", Some(4)), Some(4));
    }
}
