use super::*;

type Row = (String, String, String, bool);

/// Each line: a program, what QuickJS says, what V8 of Node 20.20 says, whether that is what we make of it.
fn rows() -> Vec<Row> {
    let rows: Vec<Row> =
        serde_json::from_str(include_str!("../../../tests/data/wording.json")).unwrap();
    assert!(rows.len() > 200);
    rows
}

#[test]
fn messages_of_v8_are_known_or_known_to_be_unknown() {
    for (program, quickjs, v8, translated) in rows() {
        let (name, message) = quickjs.split_once(": ").unwrap();
        let ours = format!("{name}: {}", v8_wording(name, message));
        assert_eq!(ours == v8, translated, "{program}: {ours}");
    }
}

/// If this fails, the engine has changed its words, and the table of translations is to be checked.
#[test]
fn quickjs_says_what_is_translated() {
    let runtime = rquickjs::Runtime::new().unwrap();
    let context = rquickjs::Context::full(&runtime).unwrap();
    context.with(|ctx| {
        for (program, quickjs, ..) in rows() {
            ctx.globals().set("program", program.as_str()).unwrap();
            let said: String = ctx
                .eval("try { Function('api', program)({}); 'no error' } catch (e) { `${e.name}: ${e.message}` }")
                .unwrap();
            assert_eq!(said, quickjs, "{program}");
        }
    });
}

#[test]
fn errors_of_contracts_stay() {
    for message in [
        "overdrawn balance",
        "",
        "cannot read my mind",
        "'x' is not writable",
    ] {
        assert_eq!(v8_wording("Error", message), message);
        assert_eq!(v8_wording("TypeError", message), message);
    }
}
