//! What holds for any numbers.

use proptest::prelude::*;
use proptest::sample::select;
use tartan_decimal::{Config, Precision, Quantity, Rounding};
use tartan_rewards::{
    BasisPoints, Beneficiary, Claims, CommentPool, Constant, CurationCurve, Curator, CuratorPool,
    DAY, Emission, Exponent, Mana, Payment, PostCurve, Power, Reduction, Revote, Shares, Split,
    SplitRules, Unpaid, VoteBudget, Weight, claims_window, post_value, reverse_auction,
};

/// Rshares of all sizes up to those of the largest stake.
fn rshares() -> impl Strategy<Value = Shares> {
    let size = prop_oneof![Just(20u32), Just(40), Just(60), Just(87)];
    size.prop_flat_map(|bits| (0..1i128 << bits).prop_map(Shares::from_units))
}

/// Amounts of all sizes up to the largest supply.
fn amount() -> impl Strategy<Value = Quantity> {
    let size = prop_oneof![Just(4u32), Just(20), Just(50), Just(79)];
    size.prop_flat_map(|bits| (0..1i128 << bits).prop_map(Quantity::from_units))
}

fn precision() -> impl Strategy<Value = Precision> {
    (0u8..=8).prop_map(|decimals| Precision::new(decimals).expect("a precision"))
}

fn points() -> impl Strategy<Value = BasisPoints> {
    prop_oneof![Just(0i64), Just(5000), Just(10_000), 0i64..=10_000]
        .prop_map(|points| BasisPoints::new(points).expect("in range"))
}

fn weight() -> impl Strategy<Value = Weight> {
    (-10_000i64..=10_000).prop_map(|weight| Weight::new(weight).expect("a weight"))
}

fn constant() -> impl Strategy<Value = Constant> {
    select(vec!["0.0000000001", "5", "40000", "1000000000000"])
        .prop_map(|text| Constant::parse(text).expect("a constant"))
}

fn post_exponent() -> impl Strategy<Value = Exponent> {
    (100u32..=200).prop_map(|hundredths| {
        Exponent::of_posts(&format!("{hundredths}e-2")).expect("an exponent")
    })
}

fn curation_exponent() -> impl Strategy<Value = Exponent> {
    (50u32..=100).prop_map(|hundredths| {
        Exponent::of_curators(&format!("{hundredths}e-2")).expect("an exponent")
    })
}

fn post_curve() -> impl Strategy<Value = PostCurve> {
    prop_oneof![
        post_exponent().prop_map(PostCurve::Power),
        post_exponent().prop_map(PostCurve::ExactPower),
        Just(PostCurve::Linear),
        Just(PostCurve::Quadratic(None)),
        constant().prop_map(|constant| PostCurve::Quadratic(Some(constant))),
        constant().prop_map(PostCurve::Convergent),
    ]
}

fn curation_curve() -> impl Strategy<Value = CurationCurve> {
    prop_oneof![
        curation_exponent().prop_map(CurationCurve::Power),
        curation_exponent().prop_map(CurationCurve::ExactPower),
        Just(CurationCurve::Linear),
        Just(CurationCurve::Sqrt),
        constant().prop_map(CurationCurve::Bounded),
        constant().prop_map(CurationCurve::Convergent),
    ]
}

fn add(a: Shares, b: Shares) -> Shares {
    a.checked_add(b).expect("it fits")
}

fn total(amounts: impl IntoIterator<Item = Quantity>) -> i128 {
    amounts.into_iter().map(Quantity::units).sum()
}

/// Of what these rshares give each curator on a post where they vote in turn.
fn weights(curve: CurationCurve, votes: &[Shares]) -> (Vec<Shares>, Shares) {
    let mut sum = Shares::ZERO;
    let mut weights = Vec::new();
    for vote in votes {
        weights.push(curve.weight(sum, *vote));
        sum = add(sum, *vote);
    }
    (weights, sum)
}

proptest! {
    #[test]
    fn curves_rise(post in post_curve(), curation in curation_curve(), a in rshares(), b in rshares()) {
        let (less, more) = (a.min(b), a.max(b));
        prop_assert!(post.value(less) <= post.value(more));
        prop_assert!(curation.value(less) <= curation.value(more));
        prop_assert!(curation.value(less) >= Shares::ZERO);
    }

    #[test]
    fn nothing_is_claimed_without_positive_rshares(post in post_curve(), curation in curation_curve(), r in rshares()) {
        let negative = Shares::from_units(-r.units());
        prop_assert!(post.value(negative).is_zero());
        prop_assert!(curation.value(negative).is_zero());
        prop_assert!(curation.weight(r, negative).is_zero());
    }

    #[test]
    fn weights_of_curators_make_up_the_value_of_the_sum(
        curve in curation_curve(),
        votes in prop::collection::vec(rshares(), 0..12),
    ) {
        let (weights, sum) = weights(curve, &votes);
        let total = weights.into_iter().fold(Shares::ZERO, add);
        // where the root of this curve goes up by one, its value may go down by a unit, which no weight does
        let beyond = match curve {
            CurationCurve::Convergent(_) => 2 * votes.len() as i128,
            _ => 0,
        };
        let value = curve.value(sum).units();
        prop_assert!((value..=value + beyond).contains(&total.units()), "{total} of {value}");
    }

    #[test]
    fn changed_votes_never_weigh_more_than_the_sum(
        curve in prop_oneof![Just(CurationCurve::Sqrt), Just(CurationCurve::Linear), constant().prop_map(CurationCurve::Bounded)],
        votes in prop::collection::vec((0usize..4, any::<bool>(), rshares()), 0..30),
    ) {
        let mut live = [(Shares::ZERO, Shares::ZERO); 4];
        let mut sum = Shares::ZERO;
        for (voter, down, vote) in votes {
            let vote = if down { Shares::from_units(-vote.units()) } else { vote };
            let (old, weight) = live[voter];
            let revote = Revote::new(curve, sum, weight, old, vote).expect("it fits");
            live[voter] = (vote, revote.weight);
            sum = revote.positive_sum;
            let positive = live.iter().map(|(vote, _)| (*vote).max(Shares::ZERO));
            prop_assert_eq!(sum, positive.fold(Shares::ZERO, add));
            let total = live.iter().fold(Shares::ZERO, |total, (_, weight)| add(total, *weight));
            // Each floor may leave a unit.
            prop_assert!(total.units() <= curve.value(sum).units() + 30, "{total} of {}", curve.value(sum));
        }
    }

    #[test]
    fn the_order_of_votes_does_not_change_the_sums(
        curve in post_curve(),
        votes in prop::collection::vec((any::<bool>(), rshares()), 0..12).prop_shuffle(),
    ) {
        let signed = |(down, vote): &(bool, Shares)| Shares::from_units(if *down { -vote.units() } else { vote.units() });
        let forward = votes.iter().map(signed).fold(Shares::ZERO, add);
        let backward = votes.iter().rev().map(signed).fold(Shares::ZERO, add);
        prop_assert_eq!(forward, backward);
        // The claims of upvotes add up to that of the sum, in any order.
        let claims = |votes: Vec<Shares>| {
            let mut sum = Shares::ZERO;
            votes.into_iter().fold(Claims::ZERO, |claims, vote| {
                let before = curve.value(sum);
                sum = add(sum, vote);
                claims.replace(&before, &curve.value(sum))
            })
        };
        let upvotes: Vec<_> = votes.iter().map(|(_, vote)| *vote).collect();
        let reversed = upvotes.iter().rev().copied().collect();
        prop_assert_eq!(claims(upvotes), claims(reversed));
    }

    #[test]
    fn nothing_is_created_or_lost_by_a_payout(
        value in amount(),
        precision in precision(),
        (curation, staked, tax) in (points(), points(), prop::option::of(points())),
        curve in curation_curve(),
        votes in prop::collection::vec((rshares(), any::<bool>()), 0..12),
        beneficiaries in prop::collection::vec((points(), any::<bool>()), 0..5),
        muted in any::<bool>(),
        returned in any::<bool>(),
    ) {
        let unpaid = if returned { Unpaid::StaysInPool } else { Unpaid::LeavesPool };
        let rules = SplitRules { precision, curation, staked, tax, unpaid };
        let (weights, whole) = weights(curve, &votes.iter().map(|(vote, _)| *vote).collect::<Vec<_>>());
        let curators: Vec<_> = weights.iter().zip(&votes)
            .map(|(weight, (_, muted))| Curator { weight: *weight, muted: *muted }).collect();
        let beneficiaries: Vec<_> = beneficiaries.into_iter()
            .map(|(weight, muted)| Beneficiary { weight, muted }).collect();
        let split = Split::new(value, &rules, &curators, whole, &beneficiaries, muted);

        prop_assert_eq!(total(split.parts.iter().map(|part| part.quantity).chain([split.remainder])), value.units());
        prop_assert_eq!(total([split.paid(), split.unpaid()]), value.units());
        prop_assert!(split.parts.iter().all(|part| !part.quantity.is_negative()
            && !part.payment.staked.is_negative() && !part.payment.liquid.is_negative()
            && [Quantity::ZERO, part.quantity].contains(&part.payment.total())));
        prop_assert!(!split.remainder.is_negative());
        prop_assert!(split.paid() <= split.deduction && split.deduction <= value);
    }

    #[test]
    fn fractions_are_all_that_curators_leave(
        value in amount(),
        curve in curation_curve(),
        votes in prop::collection::vec(rshares(), 1..12),
    ) {
        let (weights, whole) = weights(curve, &votes);
        prop_assume!(whole.is_positive());
        prop_assume!(curve.value(whole).is_positive());
        let mut pool = CuratorPool::new(value, Precision::MAX, curve.value(whole));
        for weight in &weights {
            pool.pay(*weight);
        }
        prop_assert!(pool.left().units() < weights.len() as i128);
    }

    #[test]
    fn a_pool_never_goes_negative(
        pool in amount(),
        precision in precision(),
        curve in post_curve(),
        older in rshares(),
        posts in prop::collection::vec(rshares(), 0..12),
    ) {
        let due: Vec<_> = posts.into_iter().map(|sum| curve.value(sum)).collect();
        let claims = due.iter().fold(curve.value(older), |sum, claim| sum.plus(claim));
        let values = due.iter().map(|claim| post_value(pool, precision, claim, &claims));
        prop_assert!(total(values) <= pool.units());
    }

    #[test]
    fn a_payment_is_divided_as_the_decimal_is(quantity in amount(), precision in precision(), percent in 0i64..=100) {
        let config = Config::STANDARD;
        let number = quantity.to_decimal(precision);
        let expected = number.times(&percent.into(), &config).and_then(|part| part.div(&100.into(), &config));
        let expected = expected.expect("few digits").round_to(number.decimals().expect("finite"), Rounding::Down);
        let staked = BasisPoints::from_percent(percent).expect("in range");
        let payment = Payment::divide(quantity, precision, staked);
        prop_assert!(payment.staked.to_decimal(precision).equals(&expected));
        prop_assert_eq!(payment.total(), quantity);
    }

    #[test]
    fn a_value_is_what_decimals_make_it(
        pool in amount(), precision in precision(), curve in post_curve(), a in rshares(), b in rshares(),
    ) {
        let config = Config::STANDARD;
        let claim = curve.value(a);
        let claims = claim.plus(&curve.value(b));
        prop_assume!(!claims.is_zero());
        let value = pool.to_decimal(precision).times(claim.as_decimal(), &config)
            .and_then(|product| product.div(claims.as_decimal(), &config)).expect("few digits");
        let expected = value.to_fixed(precision.decimals().into(), Rounding::Down).expect("few digits");
        prop_assert_eq!(post_value(pool, precision, &claim, &claims).format(precision), expected);
    }

    #[test]
    fn a_curator_is_paid_what_decimals_say(
        value in amount(), precision in precision(), a in rshares(), b in rshares(),
    ) {
        let config = Config::STANDARD;
        let whole = add(a, b);
        prop_assume!(whole.is_positive());
        let pay = value.to_decimal(precision).times(&a.to_decimal(), &config)
            .and_then(|product| product.div(&whole.to_decimal(), &config)).expect("few digits");
        let expected = pay.to_fixed(precision.decimals().into(), Rounding::Down).expect("few digits");
        let paid = CuratorPool::new(value, precision, whole).pay(a);
        prop_assert_eq!(paid.format(precision), expected);
    }

    #[test]
    fn roots_are_what_decimals_make_them(
        root in 1i128..1 << 62,
        below in 0i128..3,
        any in rshares(),
    ) {
        // Near squares, where rounding half up carries, and anywhere.
        let square = root.checked_mul(root).map(|square| square / Shares::ONE.units() - below);
        for rshares in square.map(Shares::from_units).into_iter().chain([any]).filter(|r| r.is_positive()) {
            let expected = rshares.to_decimal().sqrt(&Config::STANDARD).expect("few digits");
            let expected = expected.to_fixed(10, Rounding::Down).expect("few digits");
            prop_assert_eq!(CurationCurve::Power(Exponent::HALF).value(rshares).to_string(), expected);
        }
    }

    #[test]
    fn integer_powers_are_near_those_in_double_precision(exponent in post_exponent(), r in 10_000_000_000i128..1 << 60) {
        let r = Shares::from_units(r);
        let exact: f64 = PostCurve::ExactPower(exponent).value(r).as_decimal().to_f64();
        let float: f64 = PostCurve::Power(exponent).value(r).as_decimal().to_f64();
        prop_assert!((exact - float).abs() <= float * 1e-14 + 1e-9, "{exact} {float}");
    }

    #[test]
    fn power_stays_in_range(
        start in -5i64..20_000, elapsed in any::<u64>(), days in 0u32..40, by in weight(), consumption in any::<u32>(),
    ) {
        let power = Power::new(start);
        let regenerated = power.regenerate(elapsed, days);
        prop_assert!(power <= regenerated && regenerated <= Power::FULL);
        let charge = regenerated.charge(by, consumption);
        prop_assert_eq!(charge.used.value() + charge.left.value(), regenerated.value());
    }

    #[test]
    fn power_regenerates_as_in_doubles(start in 0u16..=10_000, seconds in 0u64..3_000_000, days in 1u32..=30) {
        let elapsed = seconds * 1000;
        let float = f64::from(start) + elapsed as f64 * 10_000.0 / (f64::from(days) * 24.0 * 3600.0 * 1000.0);
        let expected = (float.floor() as i64).min(10_000);
        prop_assert_eq!(Power::new(start.into()).regenerate(elapsed, days), Power::new(expected));
    }

    #[test]
    fn power_is_charged_as_in_doubles(start in 0u16..=10_000, by in weight(), consumption in 1u32..=10_000) {
        let spent = (f64::from(start) * f64::from(by.magnitude()) * 60.0 * 60.0 * 24.0 / 10_000.0).floor();
        let divisor = (10_000.0 * 60.0 * 60.0 * 24.0 / f64::from(consumption)).floor();
        let used = ((spent + divisor - 1.0) / divisor).floor();
        let expected = (f64::from(start) - used).floor().max(0.0) as i64;
        prop_assert_eq!(Power::new(start.into()).charge(by, consumption).left, Power::new(expected));
    }

    #[test]
    fn mana_stays_in_range(
        start in any::<u64>(), elapsed in any::<u64>(), votes in any::<u32>(), period in any::<u32>(), by in weight(),
    ) {
        let budget = VoteBudget { votes, period_seconds: period };
        let mana = Mana::new(start);
        let regenerated = mana.regenerate(elapsed, budget);
        prop_assert!(mana <= regenerated && regenerated <= Mana::FULL);
        prop_assert!(regenerated.charge(by, budget) <= regenerated);
    }

    #[test]
    fn a_vote_against_has_the_rshares_of_one_in_favour(stake in amount(), power in 0i64..=10_000, by in weight()) {
        let against = Weight::new(-i64::from(by.value())).expect("a weight");
        let rshares = |by| Power::new(power).rshares(stake, Precision::MAX, by).expect("they fit").units();
        prop_assert_eq!(rshares(by), -rshares(against));
        prop_assert!(rshares(by).abs() <= stake.units() * 100);
    }

    #[test]
    fn an_early_vote_keeps_a_part(weight in rshares(), elapsed in 0u64..1000, window in 0u64..1000) {
        let kept = reverse_auction(weight, elapsed, window);
        prop_assert!(Shares::ZERO <= kept && kept <= weight);
        prop_assert!(elapsed < window || kept == weight);
    }

    #[test]
    fn claims_fall_by_decay(sum in rshares(), interval in 1u64..=86_400, days in 1u64..=30) {
        let claims = PostCurve::Quadratic(None).value(sum);
        prop_assert!(claims.decay(interval * 1000, claims_window(days * DAY)) <= claims);
    }

    #[test]
    fn parts_for_posts_and_comments_make_up_the_whole(all in amount(), part in points()) {
        let shares = CommentPool::Separate(part).divide(all);
        prop_assert_eq!(total([shares.posts, shares.comments]), all.units());
        prop_assert_eq!(CommentPool::Shared.divide(all).posts, all);
    }

    #[test]
    fn a_forecast_is_what_interval_by_interval_comes_to(
        per_interval in 0i128..100_000, interval in 1u64..50, step in 0u64..200, tenths in 0u32..=1000, duration in 0u64..5000,
    ) {
        let reduction = Reduction::parse(&format!("{tenths}e-1")).expect("a percentage");
        let emission = Emission {
            per_interval: Quantity::from_units(per_interval),
            interval,
            reduction: Some((reduction, step)),
        };
        let (mut sum, mut rate, mut reduced) = (0, emission.per_interval, 0);
        for end in (1..=duration / interval).map(|nth| nth * interval) {
            if step > 0 && end >= reduced + step {
                rate = reduction.apply(rate);
                reduced += step;
            }
            sum += rate.units();
        }
        let (forecast, _) = emission.total(duration).expect("it fits");
        prop_assert_eq!(forecast.units(), sum);
    }
}

#[test]
fn rounding_half_up_carries_as_in_the_reference() {
    // The root is 9.9999999998999999999995, which has 20 decimals as 9.9999999999.
    let rshares: Shares = "99.999999998".parse().expect("shares");
    let root = |curve: CurationCurve| curve.value(rshares).to_string();
    assert_eq!(root(CurationCurve::Power(Exponent::HALF)), "9.9999999999");
    assert_eq!(root(CurationCurve::Sqrt), "9.9999999998");
}

#[test]
fn all_exponents_of_the_reference_have_a_power() {
    let r: Shares = "123.4567891234".parse().expect("shares");
    let mut last = Claims::ZERO;
    for hundredths in 100..=200 {
        let exponent = Exponent::of_posts(&format!("{hundredths}e-2")).expect("an exponent");
        let claim = PostCurve::Power(exponent).value(r);
        assert!(claim > last);
        last = claim;
    }
    assert_eq!(last, PostCurve::Quadratic(None).value(r));
}

#[test]
fn a_part_is_rounded_half_up_before_it_is_truncated() {
    // Of one unit all but 5 * 10^-13: 10^-8 - 5 * 10^-21, which has 20 decimals as 10^-8.
    let value = |whole: i128| {
        let [claim, claims] =
            [whole - 1, whole].map(|units| Claims::from(Shares::from_units(units)));
        post_value(Quantity::from_units(1), Precision::MAX, &claim, &claims).units()
    };
    assert_eq!(value(2_000_000_000_000), 1);
    assert_eq!(value(1_999_999_999_999), 0);
    let pay = |whole: i128| {
        let mut pool = CuratorPool::new(
            Quantity::from_units(1),
            Precision::MAX,
            Shares::from_units(whole),
        );
        pool.pay(Shares::from_units(whole - 1)).units()
    };
    assert_eq!(pay(2_000_000_000_000), 1);
    assert_eq!(pay(1_999_999_999_999), 0);
}
