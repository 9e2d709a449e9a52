/// An [`Object`](crate::Object) in code: `object! { "symbol": "COOL", "precision": 3, "properties": object! {} }`.
///
/// Anything with `Into<Value>` is a value. Keys are in the order written, except that array indices come first.
///
/// ```
/// let token = tartan_document::object! { "symbol": "COOL", "precision": 3 };
/// assert_eq!(token.stringify(), r#"{"symbol":"COOL","precision":3}"#);
/// ```
#[macro_export]
macro_rules! object {
    ($($key:tt : $value:expr),* $(,)?) => {
        <$crate::Object as ::core::iter::FromIterator<($crate::Text, $crate::Value)>>::from_iter([
            $(($crate::Text::from($key), $crate::Value::from($value))),*
        ])
    };
}
