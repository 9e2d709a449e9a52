//! How instrumented code looks.

use expect_test::{Expect, expect};

use super::super::instrument;

fn check(source: &str, expected: Expect) {
    expected.assert_eq(&instrument(source).expect("a contract").code);
}

#[test]
fn functions() {
    check(
        "function f(a) { 'use strict'; return a }",
        expect![
            ";if(($m$.u-=7)<0)$m$x();function f(a) { 'use strict';;try{if(($m$.u-=3)<0||($m$.d+=1)>256)$m$x(); return a }finally{$m$.d-=1}}"
        ],
    );
    check(
        "x => x",
        expect![
            ";if(($m$.u-=7)<0)$m$x();x => {try{if(($m$.u-=3)<0||($m$.d+=1)>256)$m$x();return x}finally{$m$.d-=1}}"
        ],
    );
    check(
        "async x => { await x }",
        expect![
            ";if(($m$.u-=7)<0)$m$x();async x => {let $m$a=1;try{if(($m$.u-=18)<0||($m$.d+=1)>256)$m$x(); await ($m$t=x,$m$.d-=$m$a,$m$a=0,$m$t) }finally{$m$.d-=$m$a}}"
        ],
    );
    check(
        "function* g() { yield 1 }",
        expect![";if(($m$.u-=7)<0)$m$x();function* g() {if(($m$.u-=18)<0)$m$x(); yield 1 }"],
    );
    check(
        "class A extends B { x = 1 }",
        expect![
            ";if(($m$.u-=13)<0)$m$x();class A extends ($m$h(B)) {constructor(...$m$r){try{if(($m$.u-=10)<0||++$m$.d>256)$m$x();super(...$m$r)}finally{--$m$.d}}#$m$i=$m$f(4); x = 1 ;#$m$o=$m$g()}"
        ],
    );
    check(
        "function f(a = g()) {}",
        expect![
            ";if(($m$.u-=7)<0)$m$x();function f(a = (()=>{try{if(($m$.u-=4)<0||($m$.d+=1)>256)$m$x();return g()}finally{$m$.d-=1}})()) {try{if(($m$.u-=3)<0||($m$.d+=1)>256)$m$x();}finally{$m$.d-=1}}"
        ],
    );
}

#[test]
fn loops() {
    check(
        "for (;;);",
        expect![";if(($m$.u-=3)<0)$m$x();for (;;){if(($m$.u-=2)<0)$m$x();;}"],
    );
    check(
        "do { f() } while (x)",
        expect![";if(($m$.u-=4)<0)$m$x();do {if(($m$.u-=3)<0)$m$x(); f() } while (x)"],
    );
    check(
        "for (const k in o) if (k) break",
        expect![
            ";if(($m$.u-=4)<0)$m$x();for (const k in ($m$e(o))) {if(($m$.u-=3)<0)$m$x();if (k) break}"
        ],
    );
}

#[test]
fn operators() {
    check(
        "a\nb + 1",
        expect![[r#"
        ;if(($m$.u-=3)<0)$m$x();a
        0,(typeof($m$t=b + 1)=="string"?$m$s($m$t):$m$t)"#]],
    );
    check(
        "o[f()] += x()",
        expect![[
            r#";if(($m$.u-=6)<0)$m$x();0,(typeof($m$t=o[f()] += x())=="string"?$m$s($m$t):$m$t)"#
        ]],
    );
    check(
        "o[f()] **= x()",
        expect![";if(($m$.u-=6)<0)$m$x();0,($m$v($m$r(o,f()),x(),false))"],
    );
    check(
        "`a${b}`",
        expect![";if(($m$.u-=5)<0)$m$x();0,($m$l(`a`,(b),``))"],
    );
}
