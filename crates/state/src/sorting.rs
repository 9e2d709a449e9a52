use std::cmp::Ordering;

/// Puts items in ascending order of their keys; those whose keys are equal, in the order that `tie` says.
///
/// Keys lie scattered in memory. So the eight bytes behind what all of them begin with are fetched once and compared first,
/// which mostly decides.
pub(crate) fn sort_by_key<'k, T: Copy>(
    items: &mut [T],
    key: impl Fn(T) -> &'k [u8],
    tie: impl Fn(&T, &T) -> Ordering,
) {
    let Some((first, rest)) = items.split_first() else {
        return;
    };
    let first = key(*first);
    let common = rest.iter().fold(first.len(), |common, item| {
        let both = first[..common].iter().zip(key(*item));
        both.take_while(|(a, b)| a == b).count()
    });
    let mut sorted: Vec<(u64, T)> = items
        .iter()
        .map(|item| (leading(&key(*item)[common..]), *item))
        .collect();
    sorted.sort_unstable_by(|(a_leading, a), (b_leading, b)| {
        a_leading
            .cmp(b_leading)
            .then_with(|| key(*a)[common..].cmp(&key(*b)[common..]))
            .then_with(|| tie(a, b))
    });
    for (item, (_, sorted)) in items.iter_mut().zip(sorted) {
        *item = sorted;
    }
}

/// The first eight bytes as a number; what is shorter goes on with zeros, and is compared again where that decides nothing.
fn leading(bytes: &[u8]) -> u64 {
    if let Some(bytes) = bytes.first_chunk() {
        return u64::from_be_bytes(*bytes);
    }
    let mut chunk = [0; 8];
    chunk[..bytes.len()].copy_from_slice(bytes);
    u64::from_be_bytes(chunk)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sorts_as_keys_compare(
            common in proptest::collection::vec(any::<u8>(), 0..4),
            ends in proptest::collection::vec(proptest::collection::vec(0..3u8, 0..12), 0..60),
        ) {
            let keys: Vec<Vec<u8>> = ends.iter().map(|end| [&common[..], end].concat()).collect();
            let mut sorted: Vec<usize> = (0..keys.len()).collect();
            let mut expected = sorted.clone();
            sort_by_key(&mut sorted, |place| &keys[place], |a, b| b.cmp(a));
            expected.sort_by_key(|place| (&keys[*place], std::cmp::Reverse(*place)));
            prop_assert_eq!(sorted, expected);
        }
    }
}
