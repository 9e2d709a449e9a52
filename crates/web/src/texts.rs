//! Texts in the user's language.
//!
//! ```text
//!   texts/<language>/<area>.ftl ── embedded ──▶ one bundle for each language ──▶ page.t(key).with(name, value)
//! ```

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use askama::filters::HtmlSafe;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

// `FILES`: language, file, text
include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// A language that the pages speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Spanish.
    Es,
}

impl Language {
    /// All of them.
    pub const ALL: [Language; 2] = [Language::En, Language::Es];

    /// Its code, as in `lang="…"`.
    pub fn code(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Es => "es",
        }
    }

    /// What its speakers call it.
    pub fn name(self) -> &'static str {
        match self {
            Language::En => "English",
            Language::Es => "Español",
        }
    }

    /// From its code.
    pub fn parse(code: &str) -> Option<Language> {
        Language::ALL
            .into_iter()
            .find(|language| language.code() == code)
    }

    /// The one that an `Accept-Language` header likes best.
    pub(crate) fn accepted(header: &str) -> Option<Language> {
        let mut best: Option<(f32, Language)> = None;
        for part in header.split(',').take(32) {
            let mut pieces = part.split(';');
            let code = pieces.next().unwrap_or_default().trim();
            let code = code.split('-').next().unwrap_or_default();
            let weight = pieces
                .find_map(|piece| piece.trim().strip_prefix("q=")?.parse::<f32>().ok())
                .unwrap_or(1.0);
            let Some(language) = Language::parse(&code.to_ascii_lowercase()) else {
                continue;
            };
            if weight > 0.0 && best.is_none_or(|(most, _)| weight > most) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        static BUNDLES: LazyLock<[FluentBundle<FluentResource>; 2]> =
            LazyLock::new(|| Language::ALL.map(load));
        &BUNDLES[self as usize]
    }
}

fn load(language: Language) -> FluentBundle<FluentResource> {
    let locale = language.code().parse::<LanguageIdentifier>();
    let locale = locale.expect("a code of two letters is a language identifier");
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // the marks around arguments are for mixed directions of writing, which these languages do not have
    bundle.set_use_isolating(false);
    for (_, file, text) in files(language) {
        // a test reads all files: what does not parse is not shipped
        let resource = match FluentResource::try_new((*text).to_owned()) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                tracing::error!(file, ?errors, "a file of texts has mistakes");
                resource
            }
        };
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(file, ?errors, "a text is there twice");
        }
    }
    bundle
}

fn files(
    language: Language,
) -> impl Iterator<Item = &'static (&'static str, &'static str, &'static str)> {
    FILES
        .iter()
        .filter(move |(code, _, _)| *code == language.code())
}

/// A text, written where it is displayed.
#[derive(Debug, Clone)]
pub struct Message<'a> {
    language: Language,
    key: &'a str,
    args: Vec<(&'a str, FluentValue<'static>)>,
}

impl<'a> Message<'a> {
    /// The text with this key.
    pub fn new(language: Language, key: &'a str) -> Message<'a> {
        Message {
            language,
            key,
            args: Vec::new(),
        }
    }

    /// Whether there is such a text.
    pub fn exists(language: Language, key: &str) -> bool {
        language.bundle().has_message(key)
    }

    /// With an argument: `$name` in the text.
    pub fn with(mut self, name: &'a str, value: impl Argument) -> Message<'a> {
        self.args.push((name, value.value()));
        self
    }

    fn text(&self) -> Cow<'static, str> {
        let bundle = self.language.bundle();
        let pattern = bundle
            .get_message(self.key)
            .and_then(|message| message.value());
        let Some(pattern) = pattern else {
            tracing::error!(key = self.key, "a text is missing");
            return Cow::Owned(self.key.to_owned());
        };
        let args: FluentArgs<'_> = self.args.iter().cloned().collect();
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut errors);
        if !errors.is_empty() {
            tracing::error!(key = self.key, ?errors, "a text has a mistake");
        }
        Cow::Owned(text.into_owned())
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// What can be an argument of a text: numbers, which decide between singular and plural, and texts.
pub trait Argument {
    /// As Fluent knows it.
    fn value(&self) -> FluentValue<'static>;
}

macro_rules! numbers {
    ($($kind:ty),*) => {
        $(impl Argument for $kind {
            fn value(&self) -> FluentValue<'static> {
                FluentValue::from(*self)
            }
        })*
    };
}

numbers!(u8, u16, u32, u64, usize, i32, i64);

impl Argument for str {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::from(self.to_owned())
    }
}

impl Argument for String {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::from(self.clone())
    }
}

impl Argument for Cow<'_, str> {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::from(self.as_ref().to_owned())
    }
}

impl Argument for Message<'_> {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::from(self.to_string())
    }
}

impl<T: Argument + ?Sized> Argument for &T {
    fn value(&self) -> FluentValue<'static> {
        (**self).value()
    }
}

/// The texts of a prefix for islands: a script of data, which the browser does not run.
#[derive(Debug, Clone)]
pub struct IslandTexts(String);

impl IslandTexts {
    /// All texts whose keys begin with one of these.
    pub(crate) fn new(language: Language, prefixes: &str) -> IslandTexts {
        let texts = IslandTexts::map(language, prefixes);
        // no text can end the script
        IslandTexts(
            serde_json::Value::Object(texts)
                .to_string()
                .replace('<', "\\u003c"),
        )
    }

    /// The same as keys and texts.
    pub(crate) fn map(
        language: Language,
        prefixes: &str,
    ) -> serde_json::Map<String, serde_json::Value> {
        let mut texts = serde_json::Map::new();
        for prefix in prefixes.split_whitespace() {
            for (key, names) in keys(language).filter(|(key, _)| key.starts_with(prefix)) {
                let mut message = Message::new(language, &key);
                for name in &names {
                    message = message.with(name, format!("{{{name}}}"));
                }
                let text = message.to_string();
                texts.insert(key, text.into());
            }
        }
        texts
    }
}

impl fmt::Display for IslandTexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = &self.0;
        write!(
            f,
            r#"<script type="application/json" data-texts>{texts}</script>"#
        )
    }
}

impl HtmlSafe for IslandTexts {}

/// The keys of a language, with the names of their arguments. The files are simple: a key begins a line, an argument is
/// a `$name` until the next key.
fn keys(language: Language) -> impl Iterator<Item = (String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for (_, _, text) in files(language) {
        let mut inside = false;
        for line in text.lines() {
            let begins = line
                .split_once(" =")
                .filter(|(key, _)| key.starts_with(|first: char| first.is_ascii_lowercase()));
            if let Some((key, _)) = begins {
                found.push((key.to_owned(), Vec::new()));
                inside = true;
            } else if line.starts_with('#') {
                inside = false;
            }
            if let Some((_, names)) = found.last_mut().filter(|_| inside) {
                for part in line.split('$').skip(1) {
                    let name: String = part
                        .chars()
                        .take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
                        .collect();
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
            }
        }
    }
    found.into_iter()
}

#[cfg(test)]
mod tests;
