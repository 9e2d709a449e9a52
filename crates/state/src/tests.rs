//! The key/value part as a whole: layers, reverts, flushes and restarts.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use proptest::prelude::*;

use crate::{Overlay, Position, Read, Space, State, StateError, StateOptions, TableId};

type Content = BTreeMap<(Space, Vec<u8>), Vec<u8>>;

const SPACES: [Space; 4] = [
    Space::Meta,
    Space::Blocks,
    Space::Rows(TableId(1)),
    Space::Rows(TableId(2)),
];

/// Flushes only when told.
fn options() -> StateOptions {
    StateOptions {
        identity: "test".into(),
        map_size: 1 << 28,
        flush_interval: Duration::from_secs(3600),
        ..StateOptions::default()
    }
}

pub(crate) fn position(number: u32) -> Position {
    Position {
        number,
        id: format!("{number:08x}"),
    }
}

fn put(state: &State, number: u32, changes: &[(&str, Option<&str>)]) {
    let mut overlay = state.begin().unwrap();
    for (key, value) in changes {
        match value {
            Some(value) => overlay
                .put(Space::Meta, key.as_bytes(), value.as_bytes())
                .unwrap(),
            None => overlay.delete(Space::Meta, key.as_bytes()).unwrap(),
        }
    }
    state.commit(overlay, position(number)).unwrap();
}

/// The whole of the `Meta` space as text.
fn meta(reader: &dyn Read) -> String {
    let range = reader
        .range(Space::Meta, Bound::Unbounded, Bound::Unbounded, false)
        .unwrap();
    let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let pairs = range
        .map(|entry| entry.unwrap())
        .map(|(k, v)| format!("{}={}", show(k), show(v)));
    pairs.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_revert_brings_back_what_was_there() {
    let state = State::memory();
    put(&state, 1, &[("a", Some("1")), ("b", Some("1"))]);
    put(&state, 2, &[("a", Some("2")), ("b", None)]);
    put(&state, 3, &[("c", Some("3"))]);
    assert_eq!(meta(&state.view().unwrap()), "a=2 c=3");
    assert_eq!(state.revert_to(1).unwrap(), Some(position(1)));
    assert_eq!(meta(&state.view().unwrap()), "a=1 b=1");
    put(&state, 2, &[("d", Some("4"))]);
    assert_eq!(meta(&state.view().unwrap()), "a=1 b=1 d=4");
}

#[test]
fn what_is_irreversible_stays() {
    let state = State::memory();
    put(&state, 5, &[("a", Some("1"))]);
    put(&state, 6, &[("a", Some("2"))]);
    state.finalize(5).unwrap();
    assert!(matches!(
        state.revert_to(4),
        Err(StateError::Irreversible {
            to: 4,
            irreversible: 5
        })
    ));
    state.revert_to(5).unwrap();
    assert_eq!(meta(&state.view().unwrap()), "a=1");
}

#[test]
fn blocks_come_in_order_and_from_the_head() {
    let state = State::memory();
    put(&state, 2, &[]);
    let overlay = state.begin().unwrap();
    assert!(matches!(
        state.commit(overlay, position(2)),
        Err(StateError::OutOfOrder { found: 2, head: 2 })
    ));
    let overlay = state.begin().unwrap();
    put(&state, 3, &[]);
    assert!(matches!(
        state.commit(overlay, position(4)),
        Err(StateError::Stale)
    ));
}

#[test]
fn keys_have_a_length() {
    let state = State::memory();
    let mut overlay = state.begin().unwrap();
    assert!(matches!(
        overlay.put(Space::Meta, b"", *b"x"),
        Err(StateError::KeyLength { found: 0, .. })
    ));
    assert!(overlay.put(Space::Meta, &[1; 507], *b"x").is_ok());
    assert!(overlay.put(Space::Meta, &[1; 508], *b"x").is_err());
}

#[test]
fn savepoints_nest() {
    let state = State::memory();
    put(&state, 1, &[("a", Some("0"))]);
    let mut overlay = state.begin().unwrap();
    let outer = overlay.savepoint();
    overlay.put(Space::Meta, b"a", *b"1").unwrap();
    let inner = overlay.savepoint();
    overlay.put(Space::Meta, b"a", *b"2").unwrap();
    overlay.put(Space::Meta, b"b", *b"2").unwrap();
    overlay.rollback(inner);
    assert_eq!(meta(&overlay), "a=1");
    let inner = overlay.savepoint();
    overlay.delete(Space::Meta, b"a").unwrap();
    overlay.release(inner);
    assert_eq!(meta(&overlay), "");
    overlay.rollback(outer);
    assert_eq!(meta(&overlay), "a=0");
    assert!(overlay.is_empty());
}

#[test]
fn a_value_is_decoded_again_once_it_was_written() {
    fn decoded(overlay: &mut Overlay, times: &mut usize) -> Option<String> {
        let text = overlay.decoded(Space::Meta, b"a", |bytes| {
            *times += 1;
            Ok::<_, StateError>(String::from_utf8_lossy(bytes).into_owned())
        });
        text.unwrap().map(|text| text.to_string())
    }
    let state = State::memory();
    put(&state, 1, &[("a", Some("1"))]);
    let (mut overlay, mut times) = (state.begin().unwrap(), 0);
    let mut check = |overlay: &mut Overlay, text: Option<&str>, expected: usize| {
        assert_eq!(decoded(overlay, &mut times).as_deref(), text);
        assert_eq!(times, expected, "decoded so often, at {text:?}");
    };
    check(&mut overlay, Some("1"), 1);
    // it is kept from the second time on
    check(&mut overlay, Some("1"), 2);
    check(&mut overlay, Some("1"), 2);
    let savepoint = overlay.savepoint();
    overlay.put(Space::Blocks, b"a", *b"x").unwrap();
    overlay.put(Space::Meta, b"b", *b"x").unwrap();
    check(&mut overlay, Some("1"), 2);
    overlay.put(Space::Meta, b"a", *b"2").unwrap();
    check(&mut overlay, Some("2"), 3);
    check(&mut overlay, Some("2"), 3);
    overlay.rollback(savepoint);
    check(&mut overlay, Some("1"), 4);
    overlay.delete(Space::Meta, b"a").unwrap();
    check(&mut overlay, None, 4);
}

#[test]
fn a_restart_begins_at_the_last_flush() {
    let dir = tempfile::tempdir().unwrap();
    let state = State::open(dir.path(), &options()).unwrap();
    put(&state, 1, &[("a", Some("1"))]);
    put(&state, 2, &[("a", Some("2"))]);
    put(&state, 3, &[("a", Some("3"))]);
    state.finalize(2).unwrap();
    state.flush().unwrap();
    assert_eq!(state.flushed(), Some(position(2)));
    put(&state, 4, &[("a", Some("4"))]);
    state.finalize(4).unwrap();
    // As in a crash: nothing is flushed.
    drop(state);
    let state = State::open(dir.path(), &options()).unwrap();
    assert_eq!(state.position(), Some(position(2)));
    assert_eq!(meta(&state.view().unwrap()), "a=2");
    assert!(state.revert_to(1).is_err());
    put(&state, 3, &[("b", Some("3"))]);
    state.finalize(3).unwrap();
    state.close().unwrap();
    let state = State::open(dir.path(), &options()).unwrap();
    assert_eq!(state.position(), Some(position(3)));
    assert_eq!(meta(&state.view().unwrap()), "a=2 b=3");
}

#[test]
fn a_directory_is_used_once() {
    let dir = tempfile::tempdir().unwrap();
    let state = State::open(dir.path(), &options()).unwrap();
    assert!(matches!(
        State::open(dir.path(), &options()),
        Err(StateError::InUse { .. })
    ));
    let view = state.view().unwrap();
    drop(state);
    // A view still reads.
    assert!(matches!(
        State::open(dir.path(), &options()),
        Err(StateError::InUse { .. })
    ));
    assert_eq!(meta(&view), "");
    drop(view);
    assert!(State::open(dir.path(), &options()).is_ok());
}

#[test]
fn a_damaged_store_is_reported() {
    let dir = tempfile::tempdir().unwrap();
    drop(State::open(dir.path(), &options()).unwrap());
    std::fs::write(dir.path().join("data.mdb"), vec![0x5a; 16384]).unwrap();
    let error = State::open(dir.path(), &options()).unwrap_err();
    assert!(matches!(error, StateError::Corrupt { .. }), "{error}");
}

#[test]
fn a_store_that_was_cut_off_is_reported() {
    let dir = tempfile::tempdir().unwrap();
    let state = State::open(dir.path(), &options()).unwrap();
    put(&state, 1, &[("a", Some(&"x".repeat(100_000)))]);
    state.finalize(1).unwrap();
    state.close().unwrap();
    let file = std::fs::File::options()
        .write(true)
        .open(dir.path().join("data.mdb"))
        .unwrap();
    file.set_len(32 << 10).unwrap();
    let error = State::open(dir.path(), &options()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("a store of 32768 bytes, expected at least"),
        "{error}"
    );
}

#[test]
fn readers_and_writers_move_between_threads() {
    fn is_send<T: Send>() {}
    fn is_sync<T: Sync>() {}
    is_send::<crate::View>();
    is_send::<crate::Overlay>();
    is_send::<State>();
    is_sync::<State>();
    is_sync::<crate::Filter>();
}

#[test]
fn a_full_store_stops_the_writer() {
    let dir = tempfile::tempdir().unwrap();
    let options = StateOptions {
        map_size: 2 << 20,
        ..options()
    };
    let state = State::open(dir.path(), &options).unwrap();
    let mut overlay = state.begin().unwrap();
    overlay.put(Space::Meta, b"big", vec![0; 4 << 20]).unwrap();
    state.commit(overlay, position(1)).unwrap();
    state.finalize(1).unwrap();
    assert!(matches!(state.flush(), Err(StateError::Failed { .. })));
    let error = state
        .begin()
        .err()
        .expect("the failure is not forgotten")
        .to_string();
    assert!(error.contains("map size"), "{error}");
    // What is in memory can still be read.
    assert!(
        state
            .view()
            .unwrap()
            .get(Space::Meta, b"big")
            .unwrap()
            .is_some()
    );
}

#[test]
fn the_writer_waits_for_the_flush() {
    let dir = tempfile::tempdir().unwrap();
    let options = StateOptions {
        max_pending_bytes: 100_000,
        ..options()
    };
    let state = State::open(dir.path(), &options).unwrap();
    for number in 1..=50 {
        let mut overlay = state.begin().unwrap();
        overlay
            .put(Space::Meta, &[number as u8], vec![7; 20_000])
            .unwrap();
        state.commit(overlay, position(number)).unwrap();
        state.finalize(number).unwrap();
        assert!(state.pending_bytes() <= 100_000);
    }
    assert!(state.flushed().is_some_and(|flushed| flushed.number > 40));
}

#[test]
fn a_view_is_not_disturbed() {
    let dir = tempfile::tempdir().unwrap();
    let options = StateOptions {
        flush_bytes: 1,
        ..options()
    };
    let state = State::open(dir.path(), &options).unwrap();
    let all = |number: u32| (0..50).map(|k| (k, number)).collect::<Vec<(u8, u32)>>();
    let read = |view: &crate::View| {
        let entries = view
            .range(Space::Meta, Bound::Unbounded, Bound::Unbounded, false)
            .unwrap();
        let entry = |(k, v): (&[u8], &[u8])| (k[0], u32::from_be_bytes(v.try_into().unwrap()));
        entries.map(|e| entry(e.unwrap())).collect::<Vec<_>>()
    };
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let view = state.view().unwrap();
                    let expected = view.position().map_or(vec![], |p| all(p.number));
                    for _ in 0..3 {
                        assert_eq!(read(&view), expected);
                        for (key, value) in &expected {
                            let found = view.get(Space::Meta, &[*key]).unwrap();
                            assert_eq!(found, Some(&value.to_be_bytes()[..]));
                        }
                    }
                }
            });
        }
        let mut number = 0;
        for round in 0..150 {
            number += 1;
            let mut overlay = state.begin().unwrap();
            for (key, value) in all(number) {
                overlay
                    .put(Space::Meta, &[key], value.to_be_bytes())
                    .unwrap();
            }
            state.commit(overlay, position(number)).unwrap();
            if round % 3 == 0 && number > 6 {
                state.finalize(number - 5).unwrap();
                state.revert_to(number - 2).unwrap();
                number -= 2;
            }
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[derive(Clone, Debug)]
enum Step {
    /// Space, key, value; `None` removes.
    Commit(Vec<(usize, u8, Option<u8>)>),
    Revert(u32),
    Finalize(u32),
    Flush,
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let change = (
        0..SPACES.len(),
        0u8..12,
        proptest::option::weighted(0.7, any::<u8>()),
    );
    prop_oneof![
        6 => proptest::collection::vec(change, 0..6).prop_map(Step::Commit),
        2 => (0u32..6).prop_map(Step::Revert),
        3 => (0u32..5).prop_map(Step::Finalize),
        1 => Just(Step::Flush),
        1 => Just(Step::Reopen),
    ]
}

/// What a state should be: the content after each block, the first of them number 0.
struct Model {
    contents: Vec<Content>,
    finalized: u32,
    /// Known to be on disk.
    flushed: u32,
}

impl Model {
    fn number(&self) -> u32 {
        self.contents.len() as u32 - 1
    }

    fn head(&self) -> &Content {
        self.contents.last().expect("block 0 stays")
    }

    fn revert_to(&mut self, number: u32) {
        self.contents.truncate(number as usize + 1);
    }
}

fn content(reader: &dyn Read, reverse: bool) -> Content {
    let mut all = Content::new();
    for space in SPACES {
        let mut last: Option<Vec<u8>> = None;
        for entry in reader
            .range(space, Bound::Unbounded, Bound::Unbounded, reverse)
            .unwrap()
        {
            let (key, value) = entry.unwrap();
            if let Some(last) = &last {
                assert_eq!(reverse, key < last.as_slice(), "keys come in order");
            }
            last = Some(key.to_vec());
            all.insert((space, key.to_vec()), value.to_vec());
        }
    }
    all
}

/// Takes the steps with a state and with the model, and compares them after each.
fn run(steps: Vec<Step>, options: Option<StateOptions>) {
    let dir = tempfile::tempdir().unwrap();
    let open = || match &options {
        Some(options) => State::open(dir.path(), options).unwrap(),
        None => State::memory(),
    };
    let mut state = open();
    let mut model = Model {
        contents: vec![Content::new()],
        finalized: 0,
        flushed: 0,
    };
    for step in steps {
        match step {
            Step::Commit(changes) => commit(&state, &mut model, changes),
            Step::Revert(back) => {
                let to = model.number().saturating_sub(back);
                if to < model.finalized {
                    assert!(state.revert_to(to).is_err());
                } else {
                    state.revert_to(to).unwrap();
                    model.revert_to(to);
                }
            }
            Step::Finalize(back) => {
                let to = model.number().saturating_sub(back);
                state.finalize(to).unwrap();
                model.finalized = model.finalized.max(to);
            }
            Step::Flush => {
                state.flush().unwrap();
                model.flushed = model.finalized;
            }
            Step::Reopen if options.is_some() => {
                drop(state);
                state = open();
                let number = state.position().map_or(0, |position| position.number);
                assert!((model.flushed..=model.finalized).contains(&number));
                model.revert_to(number);
                (model.finalized, model.flushed) = (number, number);
            }
            Step::Reopen => {}
        }
        let view = state.view().unwrap();
        assert_eq!(view.position().map_or(0, |p| p.number), model.number());
        check_content(&view, model.head());
    }
}

fn commit(state: &State, model: &mut Model, changes: Vec<(usize, u8, Option<u8>)>) {
    let mut next = model.head().clone();
    let mut overlay = state.begin().unwrap();
    for (space, key, value) in changes {
        let (space, key) = (SPACES[space], vec![b'k', key]);
        match value {
            Some(value) => {
                overlay.put(space, &key, vec![value]).unwrap();
                next.insert((space, key), vec![value]);
            }
            None => {
                overlay.delete(space, &key).unwrap();
                next.remove(&(space, key));
            }
        }
    }
    check_content(&overlay, &next);
    state.commit(overlay, position(model.number() + 1)).unwrap();
    model.contents.push(next);
}

fn check_content(reader: &dyn Read, expected: &Content) {
    assert_eq!(&content(reader, false), expected);
    assert_eq!(&content(reader, true), expected);
    for space in SPACES {
        for key in 0..12 {
            let key = vec![b'k', key];
            let found = reader.get(space, &key).unwrap().map(<[u8]>::to_vec);
            assert_eq!(found.as_ref(), expected.get(&(space, key)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn random_histories_on_disk(steps in proptest::collection::vec(step(), 1..40)) {
        run(steps, Some(options()));
    }

    #[test]
    fn random_histories_with_flushes_at_any_time(steps in proptest::collection::vec(step(), 1..60)) {
        run(steps, Some(StateOptions { flush_bytes: 1, ..options() }));
    }

    #[test]
    fn random_histories_in_memory(steps in proptest::collection::vec(step(), 1..60)) {
        run(steps, None);
    }
}
