//! Where answers come from: flags, then the file, then the founder at the terminal, then the default.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::{Arg, ArgMatches};
use serde_json::Value;

use super::parameters::{self, Default, Kind, PARAMETERS, Parameter, Section};
use crate::asking::read_line;

/// Answers by the name of the parameter, as the contract wants them. Null stands for an explicit `none`.
#[derive(Debug, Clone, PartialEq, std::default::Default)]
pub(super) struct Answers(BTreeMap<&'static str, Value>);

/// Answers given as flags: those about the pool, and with `TOKEN` those about the token as well.
#[derive(Debug, Clone)]
pub(super) struct Given<const TOKEN: bool>(pub(super) Answers);

/// The parameters that have a flag.
fn flags(token: bool) -> impl Iterator<Item = &'static Parameter> {
    // the symbol is an argument of its own
    PARAMETERS
        .iter()
        .filter(move |it| it.name != "symbol" && (token || it.section == Section::Pool))
}

impl<const TOKEN: bool> clap::FromArgMatches for Given<TOKEN> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = flags(TOKEN).filter_map(|parameter| {
            let value = matches.get_one::<Value>(parameter.name)?;
            Some((parameter.name, value.clone()))
        });
        Ok(Given(Answers(given.collect())))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        let Given(more) = Self::from_arg_matches(matches)?;
        self.0.0.extend(more.0);
        Ok(())
    }
}

impl<const TOKEN: bool> clap::Args for Given<TOKEN> {
    fn augment_args(command: clap::Command) -> clap::Command {
        let arg = |parameter: &'static Parameter| {
            let default = match parameter.default {
                Default::Is(text) if TOKEN => format!(" [default: {text}]"),
                _ => String::new(),
            };
            let heading = match parameter.section {
                Section::Token => "Token",
                Section::Pool => "Reward pool",
            };
            let arg = Arg::new(parameter.name)
                .long(parameter.name)
                .value_name(parameter.value_name())
                .help(format!(
                    "{}{default}",
                    parameter.meaning.trim_end_matches('.')
                ))
                .help_heading(heading)
                .value_parser(|text: &str| parameter.parse(text));
            match parameter.kind {
                Kind::Switch => arg.num_args(0..=1).default_missing_value("true"),
                _ => arg,
            }
        };
        command.args(flags(TOKEN).map(arg))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl Answers {
    /// The answer to a parameter, unless it is `none` or was not given.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Whether there is an answer, be it `none`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    pub(super) fn number(&self, name: &str) -> Option<u32> {
        let number = self.get(name).and_then(Value::as_u64)?;
        u32::try_from(number).ok()
    }

    pub(super) fn set(&mut self, parameter: &'static Parameter, value: Value) {
        self.0.insert(parameter.name, value);
    }

    /// These answers, and where there is none, the other ones.
    pub(super) fn or(mut self, other: Answers) -> Answers {
        for (name, value) in other.0 {
            self.0.entry(name).or_insert(value);
        }
        self
    }

    /// All answers with their parameters, in the order of the questions.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static Parameter, &Value)> {
        PARAMETERS
            .iter()
            .filter_map(|parameter| Some((parameter, self.0.get(parameter.name)?)))
    }

    /// Reads a file that `--save` has written or a person.
    pub(super) fn load(path: &Path) -> Result<Answers> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the community file {}", path.display()))?;
        Answers::parse(&text).with_context(|| format!("community file {}", path.display()))
    }

    /// Reads the text of a file.
    pub(super) fn parse(text: &str) -> Result<Answers> {
        let file: toml::Table = text.parse()?;
        let mut answers = Answers::default();
        for (name, table) in &file {
            let section = match name.as_str() {
                "token" => Section::Token,
                "pool" => Section::Pool,
                _ => bail!("expected the tables [token] and [pool], found {name}"),
            };
            let Some(table) = table.as_table() else {
                bail!("expected a table [{name}], found {table}");
            };
            for (key, value) in table {
                let parameter = parameters::named(key)
                    .filter(|parameter| parameter.section == section)
                    .ok_or_else(|| anyhow!(unknown(name, section, key)))?;
                let answer = parameter
                    .read(value)
                    .map_err(|why| anyhow!("{key}: {why}"))?;
                answers.set(parameter, answer);
            }
        }
        Ok(answers)
    }

    /// The text of a file that says all this, with explanations.
    pub(super) fn to_file(&self) -> String {
        let mut text =
            "# A community: its token and its reward pool, for `tartan community create --file`.\n"
                .to_string();
        for (section, head) in [(Section::Token, "token"), (Section::Pool, "pool")] {
            text.push_str(&format!("\n[{head}]\n"));
            for (parameter, value) in self.iter().filter(|(it, _)| it.section == section) {
                for line in wrap(parameter.meaning, 110) {
                    text.push_str(&format!("# {line}\n"));
                }
                text.push_str(&format!(
                    "{} = {}\n",
                    parameter.name,
                    parameter.write(value)
                ));
            }
        }
        text
    }

    /// Asks for what has no answer yet; an empty answer takes the default, which may depend on answers so far. What these
    /// make irrelevant is not asked for.
    pub(super) fn ask(
        &mut self,
        parameters: impl Iterator<Item = &'static Parameter>,
        suggestion: impl Fn(&Answers, &Parameter) -> Option<String>,
        input: &mut impl BufRead,
        output: &mut impl Write,
    ) -> Result<()> {
        for parameter in parameters {
            if self.has(parameter.name) {
                continue;
            }
            if is_beside_the_point(self, parameter) {
                continue;
            }
            let suggested = suggestion(self, parameter);
            writeln!(output)?;
            for line in wrap(parameter.meaning, 96) {
                writeln!(output, "{line}")?;
            }
            let answer = loop {
                let shown = suggested.as_deref().unwrap_or("no default");
                write!(output, "{} [{shown}]: ", parameter.name)?;
                output.flush()?;
                let line = read_line(input, parameter.name)?;
                let text = match (line.trim(), &suggested) {
                    ("", Some(suggested)) => suggested.as_str(),
                    (text, _) => text,
                };
                match parameter.parse(text) {
                    Ok(answer) => break answer,
                    Err(why) => writeln!(output, "{why}")?,
                }
            };
            self.set(parameter, answer);
        }
        Ok(())
    }
}

/// Whether other answers leave nothing to decide.
fn is_beside_the_point(answers: &Answers, parameter: &Parameter) -> bool {
    let is = |name: &str, texts: &[&str]| {
        let answer = answers.text(name);
        answer.is_some_and(|text| texts.contains(&text))
    };
    match parameter.name {
        "app-tax-percent" | "app-tax-beneficiary" => answers.get("app-tax-app").is_none(),
        "post-reward-curve-parameter" => {
            is("post-reward-curve", &["linear", "quadratic", "convergent"])
        }
        "curation-reward-curve-parameter" => {
            is("curation-reward-curve", &["linear", "sqrt", "bounded"])
        }
        "content-constant" => {
            !is("post-reward-curve", &["quadratic", "convergent"])
                && !is("curation-reward-curve", &["bounded"])
        }
        "exact-power" => {
            let power = |name: &str| answers.text(name).is_none_or(|curve| curve == "power");
            !power("post-reward-curve") && !power("curation-reward-curve")
        }
        _ => false,
    }
}

fn unknown(table: &str, section: Section, key: &str) -> String {
    let known: Vec<&str> = PARAMETERS
        .iter()
        .filter(|parameter| parameter.section == section)
        .map(|parameter| parameter.name)
        .collect();
    format!(
        "[{table}] has no key {key}; expected one of {}",
        known.join(", ")
    )
}

/// Lines of at most so many characters.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_string());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_file_that_was_saved_says_the_same() {
        let text = "[token]\nsymbol = \"GARDEN\"\nmax-supply = 5000\n\
                    [pool]\ntags = [\"garden\", \"plants\"]\nreward-per-interval = \"0.5\"\n\
                    disable-downvote = true\nexclude-tags = \"none\"\ncashout-window-days = 3\n";
        let answers = Answers::parse(text).expect("valid");
        assert_eq!(answers.text("symbol"), Some("GARDEN"));
        assert_eq!(answers.text("max-supply"), Some("5000"));
        assert_eq!(answers.get("exclude-tags"), None);
        assert!(answers.has("exclude-tags"));
        assert_eq!(answers.number("cashout-window-days"), Some(3));
        let again = Answers::parse(&answers.to_file()).expect("valid");
        assert_eq!(again, answers);
    }

    #[track_caller]
    fn refuses(text: &str, why: &str) {
        let error = Answers::parse(text).expect_err("a wrong file");
        assert_eq!(format!("{error:#}"), why);
    }

    #[test]
    fn what_is_wrong_in_a_file_is_named() {
        refuses(
            "[pool]\ncashout-window-days = 40\n",
            "cashout-window-days: expected a whole number from 1 to 30, found \"40\"",
        );
        refuses(
            "[rewards]\n",
            "expected the tables [token] and [pool], found rewards",
        );
        refuses("pool = 5\n", "expected a table [pool], found 5");
        let error = Answers::parse("[pool]\nprecision = 3\n").expect_err("in the wrong table");
        let error = error.to_string();
        assert!(
            error.starts_with("[pool] has no key precision; expected one of tags, exclude-tags,"),
            "{error}"
        );
        let error = Answers::parse("[pool\n").expect_err("no TOML").to_string();
        assert!(error.contains("line 1"), "{error}");
    }

    /// Asks for two parameters with these lines typed.
    fn asked(typed: &str) -> (Result<Answers>, String) {
        let mut answers = Answers::default();
        let mut output = Vec::new();
        let wanted = ["cashout-window-days", "tags"];
        let parameters = wanted.into_iter().filter_map(parameters::named);
        let suggestion = |answers: &Answers, parameter: &Parameter| match parameter.default {
            Default::Is(text) => Some(text.to_string()),
            _ => Some(format!("week{}", answers.number("cashout-window-days")?)),
        };
        let done = answers.ask(parameters, suggestion, &mut typed.as_bytes(), &mut output);
        let output = String::from_utf8(output).expect("UTF-8");
        (done.map(|()| answers), output)
    }

    #[test]
    fn questions_explain_and_offer_a_default() {
        let (answers, output) = asked("\n\n");
        let answers = answers.expect("answers");
        assert_eq!(answers.number("cashout-window-days"), Some(7));
        assert_eq!(answers.get("tags"), Some(&json!(["week7"])));
        assert!(
            output.contains("Days after posting during which votes count; then the post is paid.\ncashout-window-days [7]: "),
            "{output}"
        );
    }

    #[test]
    fn a_wrong_answer_is_asked_again() {
        let (answers, output) = asked("many\n0\n12\nart\n");
        let answers = answers.expect("answers");
        assert_eq!(answers.number("cashout-window-days"), Some(12));
        assert_eq!(answers.get("tags"), Some(&json!(["art"])));
        assert!(
            output.contains("expected a whole number from 1 to 30, found \"0\""),
            "{output}"
        );
    }

    #[test]
    fn the_end_of_input_is_no_answer() {
        let (answers, _) = asked("5\n");
        let error = answers.expect_err("no more input").to_string();
        assert_eq!(
            error,
            "expected an answer for tags, found the end of standard input; --yes takes the defaults and signs without asking"
        );
    }
}
