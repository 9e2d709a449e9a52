//! Random programs.

use proptest::prelude::*;

use super::check;

/// What a program takes its powers of: whole numbers from 0 to 7, and what is not a number. Other powers have another last
/// digit in the engine's own way, the C library's, than in ours.
const OF_POWERS: &str = "function s(x) { const n = +x; return n !== n || (n >= 0 && n < 8 && n % 1 === 0) ? x : n & 7 }";

fn expression(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        (0..9i32).prop_map(|n| n.to_string()),
        prop_oneof![
            Just("a"),
            Just("b"),
            Just("o.p"),
            Just("o"),
            Just("'s'"),
            Just("undefined"),
            Just("null"),
            Just("l")
        ]
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(depth, 24, 3, |inner| {
        prop_oneof![
            (
                inner.clone(),
                prop_oneof![
                    Just("+"),
                    Just("-"),
                    Just("*"),
                    Just("<"),
                    Just("==="),
                    Just("&&"),
                    Just("??"),
                    Just("%")
                ],
                inner.clone()
            )
                .prop_map(|(x, op, y)| format!("(({x}) {op} ({y}))")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(x, y, z)| format!("({x} ? {y} : {z})")),
            inner.clone().prop_map(|x| format!("f({x})")),
            inner.clone().prop_map(|x| format!("`t${{{x}}}`")),
            (inner.clone(), inner.clone()).prop_map(|(x, y)| format!("f([{x}, ...[{y}]]).length")),
            inner.clone().prop_map(|x| format!("((q = {x}) => q)()")),
            inner.clone().prop_map(|x| format!("(a = {x})")),
            inner.clone().prop_map(|x| format!("(b += {x})")),
            inner.clone().prop_map(|x| format!("(o.p += {x})")),
            (inner.clone(), inner.clone()).prop_map(|(x, y)| format!("(s({x}) ** s({y}))")),
            inner
                .clone()
                .prop_map(|x| format!("(o.p = s(o.p), o['p'] **= s({x}))")),
            inner
                .clone()
                .prop_map(|x| format!("(() => {{ return {x} }})()")),
            inner.clone().prop_map(|x| format!("new K({x}).v")),
            inner
                .clone()
                .prop_map(|x| format!("({{ ...o, v: {x} }}).v")),
            inner.prop_map(|x| format!("f([...g({x})]).join()")),
        ]
    })
    .boxed()
}

fn statement(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        expression(3).prop_map(|x| format!("log({x});")),
        expression(3).prop_map(|x| format!("a = {x}\n")),
        expression(2).prop_map(|x| format!("{x}\n")),
        expression(2).prop_map(|x| format!("throw {x};")),
        Just("break;".to_owned()),
        Just("continue;".to_owned()),
        expression(2).prop_map(|x| format!("return {x};")),
        expression(2).prop_map(|x| format!("var {{ v, ...w }} = {{ v: {x}, u: 1 }}; log(v, w);")),
    ];
    leaf.prop_recursive(depth, 32, 4, |inner| {
        let block = proptest::collection::vec(inner.clone(), 0..4).prop_map(|list| list.concat()).boxed();
        prop_oneof![
            (expression(2), block.clone(), block.clone()).prop_map(|(x, y, z)| format!("if ({x}) {{ {y} }} else {{ {z} }}")),
            block.clone().prop_map(|x| format!("for (let i = 0; i < 2; i++) {{ {x} }}")),
            block.clone().prop_map(|x| format!("for (const i of [1, 2]) {{ {x} }}")),
            block.clone().prop_map(|x| format!("for (const k in {{ x: 1, y: 2 }}) {{ {x} }}")),
            inner.clone().prop_map(|x| format!("for (let i = 0; i < 2; i++) {{ {x} }}")),
            (block.clone(), block.clone(), block.clone()).prop_map(|(x, y, z)| format!("try {{ {x} }} catch (e) {{ log(e); {y} }} finally {{ {z} }}")),
            (block.clone(), block.clone()).prop_map(|(x, y)| format!("try {{ {x} }} finally {{ {y} }}")),
            block.clone().prop_map(|x| format!("(() => {{ for (let z = 0; z < 2; z++) {{ {x} break; }} }})();")),
            block.clone().prop_map(|x| format!("(async () => {{ for (let z = 0; z < 2; z++) {{ await a; {x} break; }} }})().then(log, log);")),
            block.clone().prop_map(|x| format!("log([...(function* () {{ for (let z = 0; z < 2; z++) {{ yield a; {x} break; }} }})()]);")),
            (expression(1), block.clone()).prop_map(|(x, y)| format!("switch ({x}) {{ case 1: {y} default: log('d'); {y} }}")),
            block.prop_map(|x| format!("log(new (class {{ v = 1; m() {{ for (let z = 0; z < 2; z++) {{ {x} break; }} }} }})().m());")),
        ]
    })
    .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn random_programs_do_the_same(body in proptest::collection::vec(statement(3), 1..6)) {
        let source = format!(
            "let a = 1, b = 's', o = {{ p: 2 }}, l = [1];
             {OF_POWERS}
             function f(x) {{ return x }} function* g(x) {{ yield x; yield a }} class K {{ constructor(v) {{ this.v = v }} }}
             function main() {{ for (let once = 0; once < 1; once++) {{ {} }} }}
             try {{ log(main()) }} catch (e) {{ log('thrown', e) }} log(a, b, o);",
            body.concat(),
        );
        check(&source);
    }
}

#[test]
fn both_ways_agree_in_the_powers_that_random_programs_take() {
    check("for (let x = 0; x < 8; x++) for (let y = 0; y < 8; y++) log(x ** y);");
}
