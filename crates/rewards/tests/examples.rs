//! The worked examples of the specifications, digit for digit.

use tartan_decimal::{Precision, Quantity};
use tartan_rewards::{
    AuthorSide, BasisPoints, Claims, Constant, CurationCurve, CuratorPool, DAY, Exponent, Mana,
    Payment, PostCurve, Power, Reduction, Revote, Shares, Unpaid, Value, VoteBudget, Weight,
    claims_window, post_value, reverse_auction,
};

const PRECISION: Precision = Precision::MAX;

fn quantity(text: &str) -> Quantity {
    Quantity::parse_exact(text, PRECISION).expect("an amount")
}

fn shares(text: &str) -> Shares {
    text.parse().expect("shares")
}

fn percent(percent: i64) -> BasisPoints {
    BasisPoints::from_percent(percent).expect("a percentage")
}

fn weight(weight: i64) -> Weight {
    Weight::new(weight).expect("a weight")
}

fn power_curves(post: &str, curation: &str) -> (PostCurve, CurationCurve) {
    (
        PostCurve::Power(Exponent::of_posts(post).expect("an exponent")),
        CurationCurve::Power(Exponent::of_curators(curation).expect("an exponent")),
    )
}

/// A pool as in the examples: ten decays of three seconds, then one more, then the claims of the posts.
fn interval_claims(pending: &Claims, due: &[Claims]) -> (Claims, Claims, Claims) {
    let window = claims_window(7 * DAY);
    let tenth = (0..10).fold(pending.clone(), |left, _| left.decay(3000, window));
    let eleventh = tenth.decay(3000, window);
    let interval = due
        .iter()
        .fold(eleventh.clone(), |sum, claim| sum.plus(claim));
    (tenth, eleventh, interval)
}

fn texts<const N: usize>(items: [&dyn ToString; N]) -> [String; N] {
    items.map(|item| item.to_string())
}

fn format(amount: Quantity) -> String {
    amount.format(PRECISION)
}

/// Votes of examples 1 and 2 and their payout; the numbers in the order of the tables.
fn two_posts(post: &str, curation: &str) -> Vec<String> {
    let (post, curation) = power_curves(post, curation);
    let stake = quantity("10");
    let cast = |power: Power, by| {
        power
            .rshares(stake, PRECISION, weight(by))
            .expect("they fit")
    };

    let first = cast(Power::FULL, 10_000);
    let power = Power::FULL.charge(Weight::FULL, 200).left;
    let second = cast(power, 10_000);
    let power = power.charge(Weight::FULL, 200).left;
    let third = cast(Power::FULL, 8000);
    let sum = second.checked_add(third).expect("they fit");
    let weights = [
        curation.weight(Shares::ZERO, first),
        curation.weight(Shares::ZERO, second),
        curation.weight(second, third),
    ];
    let pending = Claims::ZERO
        .replace(&Claims::ZERO, &post.value(first))
        .replace(&Claims::ZERO, &post.value(second))
        .replace(&post.value(second), &post.value(sum));
    let due = [post.value(first), post.value(sum)];
    let (tenth, eleventh, interval) = interval_claims(&pending, &due);
    let mut numbers = texts([
        &first, &second, &third, &pending, &tenth, &eleventh, &interval,
    ])
    .to_vec();
    numbers.push(power.value().to_string());
    numbers.extend(weights.map(|weight| weight.to_string()));

    let pool = quantity("302400");
    let mut left = pool;
    for (claim, voters, total) in [
        (&due[0], &weights[..1], first),
        (&due[1], &weights[1..], sum),
    ] {
        let value = post_value(pool, PRECISION, claim, &interval);
        let divided = Value::divide(value, percent(50));
        let mut curators = CuratorPool::new(divided.curators, PRECISION, curation.value(total));
        numbers.push(format(value));
        numbers.push(format(divided.curators));
        numbers.extend(voters.iter().map(|weight| format(curators.pay(*weight))));
        numbers.push(format(curators.left()));
        numbers.push(format(divided.author_side));
        let paid = value.checked_sub(curators.left()).expect("a part of it");
        left = left
            .checked_sub(Unpaid::LeavesPool.deduction(value, paid))
            .expect("a part of it");
    }
    numbers.push(format(left));
    numbers
}

#[test]
fn example_1_linear_posts_and_root_curation() {
    assert_eq!(
        two_posts("1", "0.5"),
        [
            "10.0000000000",
            "9.8000000000",
            "8.0000000000",
            "27.8000000000",
            "27.7993564875",
            "27.7992921371",
            "55.5992921371",
            "9604",
            "3.1622776601",
            "3.1304951684",
            "1.0885094535",
            "54389.18165618",
            "27194.59082809",
            "27194.59082809",
            "0.00000000",
            "27194.59082809",
            "96812.74334800",
            "48406.37167400",
            "35917.45594651",
            "12488.91572748",
            "0.00000001",
            "48406.37167400",
            "151198.07499582",
        ]
    );
    let author = Payment::divide(quantity("27194.59082809"), PRECISION, percent(50));
    assert_eq!(format(author.staked), "13597.29541404");
    assert_eq!(format(author.liquid), "13597.29541405");
    // Payments are split at the decimals that the number has, not those of the token.
    let even = Payment::divide(quantity("4.87068410"), PRECISION, percent(50));
    assert_eq!(format(even.staked), "2.43534200");
    assert_eq!(format(even.liquid), "2.43534210");
}

#[test]
fn example_2_powers_in_double_precision() {
    let (post, _) = power_curves("1.03", "0.7");
    assert_eq!(post.value(shares("10")).to_string(), "10.7151930523");
    assert_eq!(post.value(shares("17.8")).to_string(), "19.4058469729");
    let numbers = two_posts("1.03", "0.7");
    assert_eq!(
        numbers[3..7],
        [
            "30.1210400252",
            "30.1203427857",
            "30.1202730626",
            "60.2413130878"
        ]
    );
    assert_eq!(
        numbers[8..],
        [
            "5.0118723362",
            "4.9414937793",
            "2.5625265445",
            "53788.24286736",
            "26894.12143368",
            "26894.12143368",
            "0.00000000",
            "26894.12143368",
            "97413.68213624",
            "48706.84106812",
            "32074.08052775",
            "16632.76054036",
            "0.00000001",
            "48706.84106812",
            "151198.07499640",
        ]
    );
}

#[test]
fn example_3_beneficiaries_and_app_tax() {
    let claim = Claims::from(shares("10"));
    let (_, _, interval) = interval_claims(&claim, std::slice::from_ref(&claim));
    assert_eq!(interval.to_string(), "19.9997453728");
    let value = post_value(quantity("302400"), PRECISION, &claim, &interval);
    assert_eq!(format(value), "151201.92500613");
    let divided = Value::divide(value, percent(50));
    assert_eq!(format(divided.curators), "75600.96250306");
    assert_eq!(format(divided.author_side), "75600.96250307");

    let beneficiaries = [5000, 1].map(|points| BasisPoints::new(points).expect("in range"));
    let check = |tax: Option<i64>, expected: [&str; 4], author: [&str; 2]| {
        let side = AuthorSide::divide(divided.author_side, tax.map(percent), beneficiaries);
        let parts = [
            side.tax,
            side.beneficiaries[0],
            side.beneficiaries[1],
            side.author,
        ];
        assert_eq!(parts.map(format), expected);
        let paid = Payment::divide(side.author, PRECISION, percent(50));
        assert_eq!([paid.liquid, paid.staked].map(format), author);
    };
    check(
        None,
        [
            "0.00000000",
            "37800.48125153",
            "7.56009625",
            "37792.92115529",
        ],
        ["18896.46057765", "18896.46057764"],
    );
    check(
        Some(50),
        [
            "37800.48125153",
            "18900.24062577",
            "3.78004812",
            "18896.46057765",
        ],
        ["9448.23028883", "9448.23028882"],
    );
    check(
        Some(100),
        ["75600.96250307", "0.00000000", "0.00000000", "0.00000000"],
        ["0.00000000", "0.00000000"],
    );
}

#[test]
fn example_4_a_lowered_vote_burns_curation() {
    let (post, curation) = power_curves("1.03", "0.5");
    let stake = quantity("10");
    let first = Power::FULL
        .rshares(stake, PRECISION, Weight::FULL)
        .expect("they fit");
    let power = Power::FULL.charge(Weight::FULL, 200).left;
    let second = power
        .rshares(stake, PRECISION, weight(1000))
        .expect("they fit");
    assert_eq!(second.to_string(), "0.9800000000");
    assert_eq!(power.charge(weight(1000), 200).left, Power::new(9780));

    // The claims keep what the vote was first.
    let pending = post.value(first);
    assert_eq!(pending.to_string(), "10.7151930523");
    let claim = post.value(second);
    let (_, _, interval) = interval_claims(&pending, std::slice::from_ref(&claim));
    assert_eq!(interval.to_string(), "11.6943264346");
    let pool = quantity("302400");
    let value = post_value(pool, PRECISION, &claim, &interval);
    assert_eq!(format(value), "25326.16501472");
    let divided = Value::divide(value, percent(50));
    assert_eq!(format(divided.author_side), "12663.08250736");
    let mut curators = CuratorPool::new(divided.curators, PRECISION, curation.value(first));
    assert_eq!(curators.pay(Shares::ZERO), Quantity::ZERO);
    assert_eq!(format(curators.left()), "12663.08250736");
    let left = pool.checked_sub(Unpaid::LeavesPool.deduction(value, divided.author_side));
    assert_eq!(left.map(format), Some("277073.83498528".to_owned()));
    let left = pool.checked_sub(Unpaid::StaysInPool.deduction(value, divided.author_side));
    assert_eq!(left.map(format), Some("289736.91749264".to_owned()));
}

#[test]
fn emission_with_reduction() {
    // Section 16: 0.01 per interval, 0.5 % each second interval.
    let precision = Precision::new(5).expect("a precision");
    let amount = |text| Quantity::parse_exact(text, precision).expect("an amount");
    let half_percent = Reduction::parse("0.5").expect("a percentage");
    assert_eq!(half_percent.apply(amount("0.01")), amount("0.00995"));
    // What is cut off is truncated, so that a small emission never ends.
    assert_eq!(half_percent.apply(amount("0.00001")), amount("0.00001"));
}

#[test]
fn vectors_of_the_off_chain_service() {
    let constant = Constant::parse("2000000").expect("a constant");
    let rshares = shares("1000000");
    let post = PostCurve::Convergent(constant).value(rshares);
    assert_eq!(post.to_string(), "555555.5555555555");
    let curation = CurationCurve::Convergent(constant).value(rshares);
    assert!(curation.to_string().starts_with("447.21359"), "{curation}");
    let (default, _) = power_curves("1.05", "0.5");
    assert!(default.value(rshares).to_string().starts_with("1995262."));
    // With integers, as there: units of 10^-10 are the integers.
    let constant = Constant::parse("0.0002").expect("a constant");
    let post = PostCurve::Convergent(constant).value(Shares::from_units(1_000_000));
    assert_eq!(post.to_string(), "0.0000555555");
}

#[test]
fn vectors_of_the_curves_of_launched_tokens() {
    let constant = Constant::parse("5").expect("a constant");
    let quadratic = PostCurve::Quadratic(Some(constant));
    let bounded = CurationCurve::Bounded(constant);
    let value = |rshares| quadratic.value(shares(rshares)).to_string();
    assert_eq!(value("10"), "200.0000000000");
    assert_eq!(value("20"), "600.0000000000");
    assert_eq!(value("30"), "1200.0000000000");
    assert_eq!(
        CurationCurve::Sqrt.value(shares("10")),
        shares("3.1622776601")
    );
    assert_eq!(bounded.value(shares("10")), shares("5"));
    let ten = shares("10");
    let weights = ["0", "10", "20"].map(|before| bounded.weight(shares(before), ten).to_string());
    assert_eq!(weights, ["5.0000000000", "1.6666666666", "0.8333333334"]);
}

#[test]
fn votes_of_launched_tokens() {
    let budget = VoteBudget {
        votes: 50,
        period_seconds: 432_000,
    };
    let once = Mana::FULL.charge(Weight::FULL, budget);
    assert_eq!(Mana::FULL.value() - once.value(), 20_000_000_000);
    assert_eq!(once.power(), Power::new(9800));
    assert_eq!(once.charge(Weight::FULL, budget).power(), Power::new(9604));
    // Cast 90 seconds after the post, of an auction of 300.
    let early = reverse_auction(shares("3.1622776601"), 90, 300);
    assert_eq!(early.to_string(), "0.9486832980");
}

#[test]
fn a_changed_vote_keeps_its_part_of_the_weight() {
    let revote = |weight, old, new| {
        let (weight, old, new) = (shares(weight), shares(old), shares(new));
        let revote = Revote::new(CurationCurve::Sqrt, shares("16"), weight, old, new);
        let revote = revote.expect("it fits");
        (revote.positive_sum.to_string(), revote.weight.to_string())
    };
    let check = |actual: (String, String), sum: &str, weight: &str| {
        assert_eq!(actual, (sum.to_owned(), weight.to_owned()));
    };
    check(revote("4", "16", "25"), "25.0000000000", "5.0000000000");
    check(revote("4", "16", "4"), "4.0000000000", "1.0000000000");
    check(revote("4", "16", "-4"), "0.0000000000", "0.0000000000");
    check(revote("0", "-4", "9"), "25.0000000000", "1.0000000000");
}
