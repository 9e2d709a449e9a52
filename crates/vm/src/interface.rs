//! What a contract's source says about how it is called: its actions, and the parameters that they take out of their
//! payloads. A contract declares neither, so this is what can be seen, for forms that people fill in, and nothing that
//! execution depends on.

use std::collections::BTreeSet;

use oxc_allocator::Allocator;
use oxc_ast::ast::*;
use oxc_ast_visit::{Visit, walk};

use crate::meter::{parse, with_stack_for};

/// Longest source that is looked at, in bytes.
const LONGEST: usize = 512 << 10;
/// Actions of a contract, and parameters of an action, that are taken note of.
const MOST: usize = 64;
/// Longest name of either, in bytes.
const LONGEST_NAME: usize = 50;
/// What contracts keep their actions in.
const ACTIONS: &str = "actions";
/// What runs when a contract is deployed.
const CREATE: &str = "createSSC";
/// What the node adds to payloads.
const ACTIVE_KEY: &str = "isSignedWithActiveKey";
const OF_NODE: &[&str] = &[ACTIVE_KEY, "callingContractInfo"];

/// An action of a contract, as its source has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptAction {
    /// Its name.
    pub name: String,
    /// The fields of the payload that it reads, in the order of the source.
    pub parameters: Vec<String>,
    /// Whether it looks at the key that the transaction was signed with.
    pub looks_at_key: bool,
}

/// The actions of a contract, in the order of its source. None, if that is no JavaScript, or too long.
pub fn actions(source: &str) -> Vec<ScriptAction> {
    if source.len() > LONGEST {
        return Vec::new();
    }
    with_stack_for(source, || {
        let arena = Allocator::default();
        let Ok(program) = parse(&arena, source) else {
            return Vec::new();
        };
        let mut finder = Finder::default();
        finder.visit_program(&program);
        finder.found
    })
}

/// Looks for `actions.name = function`.
#[derive(Default)]
struct Finder {
    found: Vec<ScriptAction>,
}

impl<'a> Visit<'a> for Finder {
    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        if let AssignmentTarget::StaticMemberExpression(target) = &it.left
            && target.object.is_specific_id(ACTIONS)
        {
            self.add(&target.property.name, &it.right);
        }
        walk::walk_assignment_expression(self, it);
    }
}

impl Finder {
    fn add(&mut self, name: &str, value: &Expression<'_>) {
        let mut reader = match value {
            Expression::ArrowFunctionExpression(it) => {
                let mut reader = Reader::of(&it.params);
                reader.visit_arrow_function_body(&it.body);
                reader
            }
            Expression::FunctionExpression(it) => {
                let mut reader = Reader::of(&it.params);
                if let Some(body) = &it.body {
                    reader.visit_function_body(body);
                }
                reader
            }
            // a function that is declared elsewhere is an action, too
            Expression::Identifier(_) => Reader::default(),
            _ => return,
        };
        let is_name = name.len() <= LONGEST_NAME && name != CREATE;
        if !is_name || self.found.len() >= MOST {
            return;
        }
        let looks_at_key = reader.seen.contains(ACTIVE_KEY);
        reader
            .names
            .retain(|name| !OF_NODE.contains(&name.as_str()));
        // the last one counts, as it does when it runs
        self.found.retain(|action| action.name != name);
        self.found.push(ScriptAction {
            name: name.to_owned(),
            parameters: reader.names,
            looks_at_key,
        });
    }
}

/// Reads the body of an action for what it takes out of its payload.
#[derive(Default)]
struct Reader {
    /// What the payload is called.
    payload: Option<String>,
    names: Vec<String>,
    seen: BTreeSet<String>,
}

impl Reader {
    fn of(parameters: &FormalParameters<'_>) -> Reader {
        let mut reader = Reader::default();
        match parameters.items.first().map(|first| &first.pattern) {
            Some(BindingPattern::BindingIdentifier(name)) => {
                reader.payload = Some(name.name.to_string());
            }
            Some(BindingPattern::ObjectPattern(pattern)) => reader.take_apart(pattern),
            _ => {}
        }
        reader
    }

    fn take_apart(&mut self, pattern: &ObjectPattern<'_>) {
        for property in &pattern.properties {
            if let PropertyKey::StaticIdentifier(name) = &property.key {
                self.note(&name.name);
            }
        }
    }

    fn note(&mut self, name: &str) {
        let has_room = self.names.len() < MOST && name.len() <= LONGEST_NAME;
        if has_room && self.seen.insert(name.to_owned()) {
            self.names.push(name.to_owned());
        }
    }

    fn is_payload(&self, expression: &Expression<'_>) -> bool {
        self.payload
            .as_deref()
            .is_some_and(|name| expression.is_specific_id(name))
    }
}

impl<'a> Visit<'a> for Reader {
    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        if let (Some(value), BindingPattern::ObjectPattern(pattern)) = (&it.init, &it.id)
            && self.is_payload(value)
        {
            self.take_apart(pattern);
        }
        walk::walk_variable_declarator(self, it);
    }

    fn visit_static_member_expression(&mut self, it: &StaticMemberExpression<'a>) {
        if self.is_payload(&it.object) {
            self.note(&it.property.name);
        }
        walk::walk_static_member_expression(self, it);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &[(&str, &str, bool)]) {
        let found = actions(source);
        let found: Vec<_> = found
            .iter()
            .map(|action| {
                (
                    action.name.as_str(),
                    action.parameters.join(" "),
                    action.looks_at_key,
                )
            })
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(name, parameters, key)| (*name, (*parameters).to_owned(), *key))
            .collect();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn actions_and_what_they_read_are_found() {
        check(
            "actions.createSSC = async () => {};
             actions.add = async ({ text, lines = 3 }) => { await api.db.insert('notes', { text, lines }); };
             actions.send = async (payload) => {
               const { to, quantity, isSignedWithActiveKey } = payload;
               if (api.assert(isSignedWithActiveKey === true, 'key') && payload.memo) api.emit('x', payload.to);
             };
             actions.old = async function (params) { const a = params.first; };
             actions.bare = async () => {};",
            &[
                ("add", "text lines", false),
                ("send", "to quantity memo", true),
                ("old", "first", false),
                ("bare", "", false),
            ],
        );
    }

    #[test]
    fn the_last_of_two_counts_and_what_is_elsewhere_is_left_alone() {
        check(
            "const actions = {}; const helper = async ({ hidden }) => {};
             actions.a = async ({ one }) => {}; actions.a = async ({ two }) => {}; actions.b = helper; other.c = () => {};
             actions.n = 5;",
            &[("a", "two", false), ("b", "", false)],
        );
        check("this is no JavaScript (", &[]);
        check(&"(".repeat(20_000), &[]);
        check(&" ".repeat(LONGEST + 1), &[]);
    }

    #[test]
    fn hostile_sources_are_bounded() {
        let many: String = (0..1_000)
            .map(|number| format!("actions.a{number} = ({{ p }}) => {{}};"))
            .collect();
        assert_eq!(actions(&many).len(), MOST);
        let fields: Vec<String> = (0..1_000).map(|number| format!("p{number}")).collect();
        let wide = format!("actions.a = ({{ {} }}) => {{}};", fields.join(", "));
        assert_eq!(actions(&wide)[0].parameters.len(), MOST);
        let long = format!("actions.{} = () => {{}};", "x".repeat(51));
        assert!(actions(&long).is_empty());
    }
}
