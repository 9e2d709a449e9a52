use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use regex::Regex;

use super::*;

fn all_keys(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for (key, names) in keys(language) {
        let before = found.insert(key.clone(), names.into_iter().collect());
        assert!(before.is_none(), "{} has {key} twice", language.code());
    }
    found
}

#[test]
fn every_file_is_read_without_a_mistake() {
    for (language, file, text) in FILES {
        let parsed = FluentResource::try_new((*text).to_owned());
        assert!(
            parsed.is_ok(),
            "{language}/{file}: {:?}",
            parsed.err().map(|(_, errors)| errors)
        );
        let area = file.trim_end_matches(".ftl");
        assert!(
            Language::parse(language).is_some(),
            "{language}/{file}: no such language"
        );
        if area != "shell" {
            let keys = text.lines().filter_map(|line| line.split_once(" = "));
            for (key, _) in keys.filter(|(key, _)| !key.starts_with([' ', '#', '.'])) {
                assert!(
                    key.starts_with(area),
                    "{language}/{file}: the key {key} must begin with {area}"
                );
            }
        }
    }
}

#[test]
fn every_text_is_there_in_every_language_with_the_same_arguments() {
    let english = all_keys(Language::En);
    assert!(!english.is_empty());
    for language in Language::ALL {
        let other = all_keys(language);
        let missing: Vec<_> = english
            .keys()
            .filter(|key| !other.contains_key(*key))
            .collect();
        assert!(missing.is_empty(), "{} lacks {missing:?}", language.code());
        let more: Vec<_> = other
            .keys()
            .filter(|key| !english.contains_key(*key))
            .collect();
        assert!(more.is_empty(), "only {} has {more:?}", language.code());
        for (key, names) in &english {
            assert_eq!(names, &other[key], "{key} in {}", language.code());
        }
        for (key, _) in keys(language) {
            assert!(
                language
                    .bundle()
                    .get_message(&key)
                    .is_some_and(|message| message.value().is_some()),
                "{key} has no text in {}",
                language.code()
            );
        }
    }
}

/// The texts that the sources ask for by name.
fn used(folder: &Path, found: &mut BTreeSet<String>) {
    // whatever asks for it: any literal that could be a key
    let literal = Regex::new(r#""([a-z][a-z0-9]*(?:-[A-Za-z0-9]+)+)""#).unwrap();
    // and the beginnings of keys that are put together: "wallet-op-{}", `tokens-kind-${kind}`
    let family = Regex::new(r#"["`]([a-z][a-z0-9]*-(?:[A-Za-z0-9]+-)*)\$?\{"#).unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            used(&path, found);
        } else if path
            .extension()
            .is_some_and(|kind| kind == "rs" || kind == "html" || kind == "ts")
        {
            let text = std::fs::read_to_string(&path).unwrap();
            for captures in literal.captures_iter(&text) {
                found.insert(captures[1].to_owned());
            }
            for captures in family.captures_iter(&text) {
                found.insert(captures[1].to_owned());
            }
        }
    }
}

fn sources() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeSet::new();
    for folder in ["src", "templates", "frontend/src"] {
        used(&root.join(folder), &mut found);
    }
    found
}

#[test]
fn every_text_that_is_used_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let english = all_keys(Language::En);
    let asked = Regex::new(r#"\bt\(\s*"([^"]+)"\s*\)"#).unwrap();
    let in_island = Regex::new(r#"\btext\(\s*"([^"]+)""#).unwrap();
    let mut count = 0;
    let mut folders = vec![
        root.join("src"),
        root.join("templates"),
        root.join("frontend/src"),
    ];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            // this file, which speaks of them
            if path.ends_with("texts/tests.rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let is_island = path.extension().is_some_and(|kind| kind == "ts");
            let pattern = if is_island { &in_island } else { &asked };
            for captures in pattern.captures_iter(&text) {
                count += 1;
                assert!(
                    english.contains_key(&captures[1]),
                    "{}: there is no text {}",
                    path.display(),
                    &captures[1]
                );
            }
        }
    }
    assert!(count > 50, "only {count} uses were found");
}

#[test]
fn every_text_is_used() {
    let sources = sources();
    let mut families: Vec<&str> = sources
        .iter()
        .filter(|key| key.ends_with('-'))
        .map(String::as_str)
        .collect();
    // the words of signing are looked up by action; `frontend/src/signing/words.test.ts` knows them
    families.push("signing-");
    let is_used = |key: &String| {
        sources.contains(key) || families.iter().any(|family| key.starts_with(family))
    };
    let unused: Vec<_> = all_keys(Language::En)
        .into_keys()
        .filter(|key| !is_used(key))
        .collect();
    assert!(unused.is_empty(), "nothing uses {unused:?}");
}

#[test]
fn arguments_are_filled_in() {
    let text = Message::new(Language::En, "pager-place")
        .with("number", 2u64)
        .with("last", "9");
    assert_eq!(text.to_string(), "Page 2 of 9");
    let spanish = Message::new(Language::Es, "pager-place")
        .with("number", 2u64)
        .with("last", "9");
    assert_eq!(spanish.to_string(), "Página 2 de 9");
}

#[test]
fn the_best_accepted_language_is_taken() {
    for (header, expected) in [
        ("", None),
        ("de, fr", None),
        ("es", Some(Language::Es)),
        ("en-US,en;q=0.9,es;q=0.8", Some(Language::En)),
        ("de, es-MX;q=0.5, en;q=0.4", Some(Language::Es)),
        ("es;q=0, en;q=0.1", Some(Language::En)),
        ("es;q=x", Some(Language::Es)),
    ] {
        assert_eq!(Language::accepted(header), expected, "{header}");
    }
}

#[test]
fn texts_for_islands_keep_their_arguments_and_end_no_script() {
    let texts = IslandTexts::new(Language::En, "pager- error-").to_string();
    assert!(
        texts.contains(r#""pager-place":"Page {number} of {last}""#),
        "{texts}"
    );
    assert_eq!(texts.matches("</script>").count(), 1);
    assert_eq!(texts.matches('<').count(), 2, "{texts}");
}
