use serde_json::json;

use super::{World, but, name, registration, small};
use crate::testing::text;

#[test]
fn what_a_witness_must_say() {
    let mut world = World::new(small());
    let payload = registration("wit0");
    world
        .chain
        .post("wit0", "witnesses", "register", payload.clone())
        .fails_with("active key required");
    let ip = |ip: &str| json!({ "domain": null, "IP": ip });
    for (changes, error) in [
        (json!({ "domain": null }), "neither domain nor ip provided"),
        (json!({ "domain": "" }), "neither domain nor ip provided"),
        (json!({ "IP": "1.2.3.4" }), "both domain and ip provided"),
        (json!({ "domain": "lol" }), "domain is invalid"),
        (json!({ "domain": 5 }), "domain is invalid"),
        (ip("http://notip.com"), "IP is invalid"),
        (ip("1.2.3.256"), "IP is invalid"),
        (ip("fe80::1%eth0"), "IP is invalid"),
        (json!({ "domain": null, "IP": true }), "IP is invalid"),
        (json!({ "enabled": null }), "enabled must be a boolean"),
        (json!({ "enabled": "true" }), "enabled must be a boolean"),
        (json!({ "signingKey": null }), "invalid signing key"),
        (json!({ "signingKey": "STM7sw" }), "invalid signing key"),
        (
            json!({ "signingKey": "-".repeat(53) }),
            "invalid signing key",
        ),
        (json!({ "signingKey": 53 }), "invalid signing key"),
    ] {
        let payload = but(payload.clone(), changes);
        world.act("wit0", "register", payload).fails_with(error);
    }
    for port in ["RPCPort", "P2PPort"] {
        let error = format!("{port} must be an integer between 0 and 65535");
        for value in [
            json!(0),
            json!(-1),
            json!(65536),
            json!(1.5),
            json!("80"),
            json!(null),
        ] {
            let payload = but(payload.clone(), json!({ port: value }));
            world.act("wit0", "register", payload).fails_with(&error);
        }
    }
    assert_eq!(world.find("witnesses", json!({})), []);
}

#[test]
fn keys_and_places_belong_to_one_witness() {
    let mut world = World::new(small());
    let payload = but(
        registration("wit0"),
        json!({ "domain": null, "IP": "2001:db8::1" }),
    );
    world.act("wit0", "register", payload.clone()).succeeds();
    world.register("wit1").succeeds();
    world
        .act("wit2", "register", payload.clone())
        .fails_with("a witness is already using this signing key");
    let own = json!({ "signingKey": registration("wit2")["signingKey"] });
    world
        .act("wit2", "register", but(payload.clone(), own.clone()))
        .fails_with("a witness is already using this IP/Port");
    world
        .act("wit2", "register", but(registration("wit1"), own.clone()))
        .fails_with("a witness is already using this domain/Port");
    // another port of the same machine is another node
    let other = but(but(payload, own), json!({ "P2PPort": 6001 }));
    world.act("wit2", "register", other).succeeds().emits(&[]);
}

#[test]
fn a_witness_moves_and_rests() {
    let mut world = World::with_witnesses(small(), 2);
    let first = world.witness("wit0").stringify();
    assert_eq!(
        first,
        format!(
            r#"{{"_id":1,"account":"wit0","approvalWeight":{{"$numberDecimal":"100.00000"}},"signingKey":{},"RPCPort":5000,"P2PPort":6000,"enabled":true,"missedRounds":0,"missedRoundsInARow":0,"verifiedRounds":0,"lastRoundVerified":null,"lastBlockVerified":null,"domain":"wit0.example.com"}}"#,
            registration("wit0")["signingKey"]
        )
    );
    assert_eq!(world.param("totalEnabledApprovalWeight"), "200.00000");
    let moved = json!({ "domain": null, "IP": "1.2.3.4", "enabled": false });
    let moved = but(registration("wit0"), moved);
    world.act("wit0", "register", moved).succeeds().emits(&[]);
    let row = world.witness("wit0");
    assert_eq!(text(&row, "IP"), "1.2.3.4");
    assert_eq!(row.get("domain"), None);
    assert_eq!(world.weight("wit0"), "100.00000");
    assert_eq!(world.param("totalEnabledApprovalWeight"), "100.00000");
    assert_eq!(world.param("totalApprovalWeight"), "200.00000");
    assert_eq!(world.param("numberOfApprovedWitnesses"), "2");
    world.register(&name(0)).succeeds();
    assert_eq!(world.param("totalEnabledApprovalWeight"), "200.00000");
    assert_eq!(world.witness("wit0").get("IP"), None);
}
