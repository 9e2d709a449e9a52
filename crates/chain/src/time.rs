use tartan_graphene::Time;

/// Milliseconds since 1970 of a main-chain timestamp (`YYYY-MM-DDTHH:MM:SS`, UTC); `None` if the text is none.
pub(crate) fn parse(timestamp: &str) -> Option<i64> {
    let time: Time = timestamp.parse().ok()?;
    Some(i64::from(time.seconds()) * 1000)
}
