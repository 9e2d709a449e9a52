//! Contracts that call each other, and themselves.

use super::{OUT_OF_BUDGET, TIMED_OUT, TOO_OFTEN, attacked, deployed, error};

/// A calls B, which calls A, and both change the row that A read before.
#[test]
fn reentrancy_on_the_same_rows() {
    let source = "
        const change = async (by) => {
            const row = await api.db.findOne('rows', {});
            row.n += by;
            await api.db.update('rows', row);
            return row;
        };
        actions.open = async () => { await api.db.insert('rows', { n: 0 }); };
        actions.attack = async () => {
            const stale = await api.db.findOne('rows', {});
            await api.executeSmartContract('other', 'back', {});
            const fresh = await api.db.findOne('rows', {});
            stale.n += 1000;
            await api.db.update('rows', stale);
            api.emit('out', [fresh.n, stale.n, (await api.db.findOne('rows', {})).n]);
        };
        actions.again = async (payload) => {
            await change(1);
            const failing = await api.executeSmartContract('test', 'failing', {});
            await change(10);
            api.emit('out', failing.errors);
        };
        actions.failing = async () => { await change(100); throw new Error('mine'); };";
    for (metered, atomic) in [(false, true), (true, true), (false, false)] {
        let mut chain = deployed(metered, source);
        chain.rules.atomic = atomic;
        let other =
            "actions.back = async () => { await api.executeSmartContract('test', 'again', {}); };";
        chain.deploy("other", other);
        chain.call("open", "{}");
        // a contract that fails takes its writes with it, where networks are atomic
        let between = if atomic { 11 } else { 111 };
        for round in 0..2 {
            let receipt = chain.call("attack", "{}");
            assert_eq!(receipt.logs.errors, ["Error: mine"]);
            let events = receipt.logs.events.iter();
            let events: Vec<String> = events.map(|event| event.data.stringify()).collect();
            let before = 1000 * round;
            let after = before + 1000;
            assert_eq!(
                events,
                [
                    r#"["Error: mine"]"#.to_string(),
                    format!("[{},{after},{after}]", before + between)
                ]
            );
        }
    }
}

/// A contract calls itself 1,000 deep: nesting ends at 5, whatever the contract makes of it.
#[test]
fn calls_to_itself() {
    let source = "actions.attack = async (payload) => {
        const depth = payload.depth || 1;
        if (depth >= 1000) return;
        const row = await api.db.insert('rows', { n: depth });
        const result = await api.executeSmartContract('test', 'attack', { depth: depth + 1 });
        api.emit('out', [depth, result.errors || null]);
        await api.db.remove('rows', row);
    };";
    for metered in [false, true] {
        let receipt = attacked(metered, source, "{}");
        assert_eq!(receipt.logs.errors, ["unknown error"]);
        let events: Vec<String> = receipt
            .logs
            .events
            .iter()
            .map(|event| event.data.stringify())
            .collect();
        assert_eq!(
            events,
            [
                r#"[5,["unknown error"]]"#,
                r#"[4,["unknown error"]]"#,
                r#"[3,["unknown error"]]"#,
                r#"[2,["unknown error"]]"#,
                r#"[1,["unknown error"]]"#,
            ]
        );
    }
    let fans = "actions.attack = async () => { for (;;) await api.executeSmartContract('test', 'attack', {}); };";
    assert_eq!(error(true, fans), OUT_OF_BUDGET);
    let errors = attacked(false, fans, "{}").logs.errors;
    assert_eq!(errors.last().map(String::as_str), Some(TOO_OFTEN));
    // the net is one for the whole transaction: or nine loops at each of five levels would take hours
    let loops = "actions.attack = async () => {
        for (let i = 0; i < 9; i += 1) {
            await api.executeSmartContract('test', 'attack', {});
            for (let j = 0; j < 1000000; j += 1);
        }
    };";
    let errors = attacked(false, loops, "{}").logs.errors;
    assert_eq!(errors.last().map(String::as_str), Some(TIMED_OUT));
}
