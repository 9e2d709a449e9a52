//! What is measured.

/// One thing that contracts do.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// Statements before the loop.
    setup: &'static str,
    /// An iteration; `i` counts.
    body: &'static str,
    /// The most iterations that make sense.
    pub(crate) most: u64,
}

const fn case(name: &'static str, setup: &'static str, body: &'static str) -> Case {
    Case {
        name,
        setup,
        body,
        most: u64::MAX,
    }
}

impl Case {
    /// The contract: a table with an index, and rows in it.
    pub(crate) fn source(&self) -> String {
        format!(
            "actions.createSSC = async () => {{
                await api.db.createTable('rows', ['n']);
                await api.db.createTable('more', ['n', 'text']);
                await api.db.createTable('keyed', [], {{ primaryKey: ['n'] }});
            }};
            actions.fill = async ({{ from, to }}) => {{
                for (let n = from; n < to; n += 1) await api.db.insert('rows', {{ n, other: n, name: `name${{n}}`, text: 'x'.repeat(20) }});
            }};
            actions.nothing = async () => {{}};
            actions.run = async ({{ times }}) => {{
                {}
                for (let i = 0; i < times; i += 1) {{ {} }}
            }};",
            self.setup, self.body
        )
    }
}

/// All cases.
pub(crate) fn all() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    cases.extend(LANGUAGE);
    cases.extend(NATIVES);
    cases.extend(TABLES);
    cases.extend(CALLS);
    cases.extend(TOOLS);
    cases
}

const LANGUAGE: [Case; 18] = [
    case("an empty loop", "", ""),
    case("arithmetic", "let a = 1;", "a = (a * 31 + i) % 1000003;"),
    case("a call", "const f = (x) => x + 1; let a = 0;", "a = f(a);"),
    case("a closure", "let a = 0;", "a += (() => i)();"),
    case("an async call", "const f = async (x) => x;", "await f(i);"),
    case(
        "properties",
        "const o = { a: 1, b: 2 };",
        "o.a = o.b + i; o.b = o.a - i;",
    ),
    case("an object", "let o;", "o = { a: i, b: 'text', c: [i] };"),
    case(
        "a class",
        "class A { constructor(x) { this.x = x; } get() { return this.x; } } let a = 0;",
        "a += new A(i).get();",
    ),
    case(
        "destructuring",
        "const o = { a: 1, b: [1, 2] }; let s = 0;",
        "const { a, b: [c] } = o; s += a + c;",
    ),
    case(
        "spread",
        "const o = { a: 1, b: 2, c: 3 }; let p;",
        "p = { ...o, i };",
    ),
    case(
        "a generator",
        "function* g() { yield 1; yield 2; } let s = 0;",
        "for (const x of g()) s += x;",
    ),
    case(
        "an exception",
        "let s = 0;",
        "try { throw new Error('no'); } catch (error) { s += 1; }",
    ),
    case(
        "a template",
        "let s = '';",
        "s = `number ${i} of ${times}`;",
    ),
    case(
        "text that grows",
        "let s = '';",
        "s += 'x'; if (s.length > 1000) s = '';",
    ),
    case(
        "comparing texts",
        "const a = 'x'.repeat(900), b = 'x'.repeat(900); let s = 0;",
        "if (a === b) s += 1;",
    ),
    case(
        "comparing long texts",
        "const a = 'x'.repeat(200000), b = 'x'.repeat(200000); let s = 0;",
        "if (a === b) s += 1;",
    ),
    case(
        "a list read",
        "const l = [1, 2, 3, 4, 5, 6, 7, 8]; let s = 0;",
        "for (const x of l) s += x;",
    ),
    case("numbers as text", "let s = '';", "s = String(i * 1.1);"),
];

const NATIVES: [Case; 24] = [
    case(
        "push",
        "let l = [];",
        "l.push(i); if (l.length > 1000) l = [];",
    ),
    case(
        "map of 100",
        "const l = Array.from({ length: 100 }, (_, i) => i); let m;",
        "m = l.map((x) => x + 1);",
    ),
    case(
        "sort of 100",
        "const l = Array.from({ length: 100 }, (_, i) => (i * 7919) % 101); let m;",
        "m = l.slice().sort((a, b) => a - b);",
    ),
    case(
        "sort of 100 texts",
        "const l = Array.from({ length: 100 }, (_, i) => `x${(i * 7919) % 101}`); let m;",
        "m = l.slice().sort();",
    ),
    case(
        "indexOf in 1,000",
        "const l = Array.from({ length: 1000 }, (_, i) => i); let m;",
        "m = l.indexOf(-1);",
    ),
    case(
        "shift of 1,000",
        "const l = Array.from({ length: 1000 }, (_, i) => i);",
        "l.push(l.shift());",
    ),
    case(
        "join of 100",
        "const l = Array.from({ length: 100 }, (_, i) => i); let m;",
        "m = l.join();",
    ),
    case(
        "split into 100",
        "const t = 'ab,'.repeat(100); let m;",
        "m = t.split(',');",
    ),
    case(
        "replaceAll of 100",
        "const t = 'ab,'.repeat(100); let m;",
        "m = t.replaceAll(',', ';');",
    ),
    case(
        "includes in 1,000",
        "const t = 'a'.repeat(999); let m;",
        "m = t.includes('b');",
    ),
    case(
        "includes, the worst",
        "const t = 'a'.repeat(900), u = 'a'.repeat(450) + 'b'; let m;",
        "m = t.includes(u);",
    ),
    case(
        "toUpperCase of 900",
        "const t = 'a'.repeat(900); let m;",
        "m = t.toUpperCase();",
    ),
    case(
        "normalize of 900",
        "const t = '\\u00e4'.repeat(900); let m;",
        "m = t.normalize('NFD');",
    ),
    case(
        "slice of 900",
        "const t = 'a'.repeat(900); let m;",
        "m = t.slice(1);",
    ),
    case(
        "localeCompare of 900",
        "const t = 'a'.repeat(900); let m;",
        "m = t.localeCompare(t);",
    ),
    case(
        "encodeURIComponent of 300",
        "const t = '\\u00e4'.repeat(300); let m;",
        "m = encodeURIComponent(t);",
    ),
    case(
        "Object.keys of 100",
        "const o = {}; for (let k = 0; k < 100; k += 1) o[`k${k}`] = k; let m;",
        "m = Object.keys(o);",
    ),
    case(
        "Object.entries of 100",
        "const o = {}; for (let k = 0; k < 100; k += 1) o[`k${k}`] = k; let m;",
        "m = Object.entries(o);",
    ),
    case(
        "Map",
        "const m = new Map();",
        "m.set(i % 1000, i); m.get(i % 500);",
    ),
    case(
        "JSON.stringify",
        "const o = { a: 1, b: 'text', c: [1, 2, 3], d: { e: null } }; let m;",
        "m = JSON.stringify(o);",
    ),
    case(
        "JSON.parse",
        "const t = '{\"a\":1,\"b\":\"text\",\"c\":[1,2,3],\"d\":{\"e\":null}}'; let m;",
        "m = JSON.parse(t);",
    ),
    case(
        "Math.sin, Math.pow",
        "let s = 0;",
        "s += Math.sin(i) + Math.pow(i, 0.5);",
    ),
    case(
        "Date",
        "let m;",
        "m = new Date(1700000000000 + i).toISOString();",
    ),
    case(
        "toFixed, parseFloat",
        "let s = 0;",
        "s += parseFloat((i * 1.1).toFixed(8));",
    ),
];

const TABLES: [Case; 22] = [
    case(
        "insert",
        "",
        "await api.db.insert('more', { n: i, text: 'hello' });",
    ),
    case(
        "insert of 1,000 bytes",
        "const text = 'x'.repeat(1000);",
        "await api.db.insert('rows', { n: -1, text });",
    ),
    case(
        "insert of 100 values",
        "const list = Array.from({ length: 100 }, (_, i) => i);",
        "await api.db.insert('rows', { n: -1, list });",
    ),
    case(
        "insert with two indexes",
        "const text = 'x'.repeat(500);",
        "await api.db.insert('more', { n: i, text });",
    ),
    case(
        "update",
        "const row = await api.db.findOne('rows', { n: 5 });",
        "row.other = i; await api.db.update('rows', row);",
    ),
    case(
        "insert and remove",
        "",
        "await api.db.remove('keyed', await api.db.insert('keyed', { n: i }));",
    ),
    case(
        "remove of nothing",
        "const row = { _id: 99999999 };",
        "await api.db.remove('rows', row);",
    ),
    case(
        "findOne by index",
        "",
        "await api.db.findOne('rows', { n: i % 1000 });",
    ),
    case(
        "findOne of nothing",
        "",
        "await api.db.findOne('rows', { n: -5 });",
    ),
    case(
        "findOne by _id",
        "",
        "await api.db.findOne('rows', { _id: 1 + i % 1000 });",
    ),
    case(
        "findOne by looking",
        "",
        "await api.db.findOne('rows', { other: -5 });",
    ),
    case(
        "findOne by $regex",
        "",
        "await api.db.findOne('rows', { name: { $regex: '^(a|n)+ame.*z$' } });",
    ),
    case(
        "findOne by $or of 50",
        "const $or = Array.from({ length: 50 }, (_, k) => ({ other: -k - 1 }));",
        "await api.db.findOne('rows', { $or });",
    ),
    case(
        "findOne by $in of 500",
        "const $in = Array.from({ length: 500 }, (_, k) => -k - 1);",
        "await api.db.findOne('rows', { other: { $in } });",
    ),
    case(
        "find of 100",
        "",
        "await api.db.find('rows', { n: { $gte: 100 } }, 100);",
    ),
    case("find of 1,000", "", "await api.db.find('rows', {});"),
    case(
        "find, sorted by looking",
        "",
        "await api.db.find('rows', {}, 1, 0, [{ index: 'other', descending: true }]);",
    ),
    case(
        "find with an offset",
        "",
        "await api.db.find('rows', {}, 1, 900);",
    ),
    case(
        "count",
        "",
        "await api.db.count('rows', { n: { $gte: 500 } });",
    ),
    case("tableExists", "", "await api.db.tableExists('rows');"),
    case("findContract", "", "await api.db.findContract('test');"),
    case(
        "getBlockInfo of 1,000 calls",
        "",
        "await api.db.getBlockInfo(1);",
    ),
];

const CALLS: [Case; 9] = [
    case(
        "a call of a contract",
        "",
        "await api.executeSmartContract('test', 'nothing', {});",
    ),
    case(
        "a call of no contract",
        "",
        "await api.executeSmartContract('none', 'nothing', {});",
    ),
    case(
        "a transfer",
        "",
        "await api.executeSmartContract('tokens', 'transfer', { to: 'bob', symbol: 'ENG', quantity: '0.00000001' });",
    ),
    case(
        "a transfer to a contract",
        "",
        "await api.executeSmartContract('tokens', 'transferToContract', { to: 'test', symbol: 'ENG', quantity: '0.00000001' });",
    ),
    case(
        "transferTokens",
        "",
        "await api.transferTokens('bob', 'ENG', '0.00000001', 'user');",
    ),
    case("emit", "", "api.emit('event', { n: i });"),
    case(
        "emit of 1,000 bytes",
        "const text = 'x'.repeat(1000);",
        "api.emit('event', { text });",
    ),
    case(
        "assert that fails",
        "",
        "api.assert(i === 0 && false, 'on purpose');",
    ),
    case(
        "logs of 20 events",
        "for (let k = 0; k < 20; k += 1) api.emit('event', { k });",
        "api.logs();",
    ),
];

const TOOLS: [Case; 23] = [
    case("SHA256", "", "api.SHA256('hello');"),
    case(
        "SHA256 of 100,000 bytes",
        "const t = 'x'.repeat(100000);",
        "api.SHA256(t);",
    ),
    case(
        "SHA256 of an object",
        "const o = { list: Array.from({ length: 500 }, (_, k) => k / 3) };",
        "api.SHA256(o);",
    ),
    case(
        "checkSignature",
        SIGNED,
        "if (!api.checkSignature(text, signature, key)) throw new Error('wrong');",
    ),
    case(
        "checkSignature, not one",
        "",
        "api.checkSignature('hello', 'x', 'STM');",
    ),
    case("random", "api.random();", "api.random();"),
    case(
        "isAlphanumeric",
        "",
        "api.validator.isAlphanumeric('abc123');",
    ),
    case("isFQDN", "", "api.validator.isFQDN('www.example.com');"),
    case(
        "isIP, long",
        "const t = '1:'.repeat(500);",
        "api.validator.isIP(t);",
    ),
    case(
        "blacklist",
        "const t = 'abc'.repeat(300);",
        "api.validator.blacklist(t, 'a-z0-9');",
    ),
    case(
        "isValidAccountName",
        "",
        "api.isValidAccountName('some.account');",
    ),
    case(
        "debug of 100 values",
        "const list = Array.from({ length: 100 }, (_, k) => k);",
        "api.debug(list);",
    ),
    case(
        "BigNumber()",
        "let b;",
        "b = api.BigNumber('12345.67890123');",
    ),
    case(
        "BigNumber.plus",
        "const a = api.BigNumber('12345.67890123'); let b;",
        "b = a.plus('0.00000001');",
    ),
    case(
        "BigNumber.times",
        "const a = api.BigNumber('12345.67890123'); let b;",
        "b = a.times('1.2345');",
    ),
    case(
        "BigNumber.dividedBy",
        "const a = api.BigNumber('12345.67890123'); let b;",
        "b = a.dividedBy(7);",
    ),
    case(
        "BigNumber.sqrt",
        "const a = api.BigNumber('2'); let b;",
        "b = a.sqrt();",
    ),
    case(
        "BigNumber.pow",
        "const a = api.BigNumber('1.0001'); let b;",
        "b = a.pow(100);",
    ),
    case(
        "BigNumber.toFixed",
        "const a = api.BigNumber('12345.67890123'); let b;",
        "b = a.toFixed(3);",
    ),
    case(
        "BigNumber.lt",
        "const a = api.BigNumber('12345.67890123'); let b;",
        "b = a.lt(5);",
    ),
    case(
        "BigNumber.times of 240 digits",
        "const a = api.BigNumber('7'.repeat(240)); let b;",
        "b = a.times(a);",
    ),
    case(
        "BigNumber.dividedBy of 240 digits",
        "const a = api.BigNumber('7'.repeat(240)), c = api.BigNumber('3'.repeat(200)); let b;",
        "b = a.dividedBy(c);",
    ),
    case(
        "BigNumber.sqrt of 240 digits",
        "const a = api.BigNumber('7'.repeat(240)); let b;",
        "b = a.sqrt();",
    ),
];

/// A text, its signature, and the key of that.
const SIGNED: &str = "const text = 'hello', signature = '200241ef16139f83ec89fb548550a210a4d6a54e351780c9e6eeebc6e9a37516251b3e79ab3f72c6172b8aacedc2a6d67ebe346f9bca3f595259c33f284a9d3a5e',
    key = 'STM7zsqi7QUAjTAdyynd6DVe8uv4K8gCTRHnAoMN9w9CA1xLCTDVv';";
