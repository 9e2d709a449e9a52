use serde::Serialize;
use serde::ser::{self, Impossible};

use super::special::{DATE, DECIMAL};
use super::writer::Writer;
use super::{ARRAY, Error, OBJECT, write_value};
use crate::{Decimal128, MAX_DEPTH, Text, Value, array_index};

/// The bytes of the document that a struct or map with serde is: the same as [`encode`](super::encode) gives for the
/// object with these fields in this order. The names of a map have to be distinct.
///
/// # Errors
///
/// If it is not an object, an integer is beyond 2^53 - 1, bytes are not a string, or what [`encode`](super::encode)
/// refuses.
pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Error> {
    let mut writer = Writer::new();
    value.serialize(ValueSerializer {
        writer: &mut writer,
        depth: 0,
        as_special: None,
    })?;
    Ok(writer.finish())
}

/// Writes the bytes of the document that has this field in front, and then those of a struct or map, as with [`to_vec`];
/// none of those may have the same name. What was in the buffer goes, its memory is used.
///
/// # Errors
///
/// As for [`to_vec`].
pub fn write_behind<T: Serialize + ?Sized>(
    name: &str,
    first: &Value,
    rest: &T,
    buffer: &mut Vec<u8>,
) -> Result<(), Error> {
    let mut writer = Writer::within(std::mem::take(buffer));
    writer.key_str(name);
    write_value(first, &mut writer, 1)?;
    rest.serialize(ValueSerializer {
        writer: &mut writer,
        depth: 0,
        as_special: None,
    })?;
    *buffer = writer.finish();
    Ok(())
}

/// Writes a value that is a field or element of a container at this depth; at depth 0 the document itself.
struct ValueSerializer<'a> {
    writer: &'a mut Writer,
    depth: usize,
    as_special: Option<Special>,
}

/// What the number to be written stands for.
#[derive(Clone, Copy, PartialEq)]
enum Special {
    Decimal,
    Date,
}

impl<'a> ValueSerializer<'a> {
    /// The writer, unless this is the document itself, which cannot be a scalar.
    fn scalar(self, found: &'static str) -> Result<&'a mut Writer, Error> {
        if self.depth == 0 {
            Err(Error::NotAnObject(found))
        } else {
            Ok(self.writer)
        }
    }

    fn integer(self, value: impl Into<i128>) -> Result<(), Error> {
        self.scalar("a number")?.integer(value.into())
    }

    fn array(self) -> Result<Elements<'a>, Error> {
        if self.depth == MAX_DEPTH {
            return Err(Error::TooDeep);
        }
        let depth = self.depth + 1;
        let writer = self.scalar("an array")?;
        let start = writer.open(ARRAY);
        Ok(Elements {
            writer,
            start,
            outer: None,
            depth,
        })
    }

    fn object(self) -> Result<Fields<'a>, Error> {
        if self.depth == MAX_DEPTH {
            return Err(Error::TooDeep);
        }
        let ValueSerializer { writer, depth, .. } = self;
        let start = if depth == 0 {
            Writer::START
        } else {
            writer.open(OBJECT)
        };
        Ok(Fields {
            writer,
            start,
            outer: None,
            depth: depth + 1,
            has_indices: false,
        })
    }

    /// An object with the variant's name as its only field, before the content.
    fn variant(self, name: &str) -> Result<(ValueSerializer<'a>, Option<usize>), Error> {
        let Fields {
            writer,
            start,
            depth,
            ..
        } = self.object()?;
        writer.key_str(name);
        let outer = (depth > 1).then_some(start);
        Ok((
            ValueSerializer {
                writer,
                depth,
                as_special: None,
            },
            outer,
        ))
    }
}

impl<'a> ser::Serializer for ValueSerializer<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Elements<'a>;
    type SerializeTuple = Elements<'a>;
    type SerializeTupleStruct = Elements<'a>;
    type SerializeTupleVariant = Elements<'a>;
    type SerializeMap = Fields<'a>;
    type SerializeStruct = Fields<'a>;
    type SerializeStructVariant = Fields<'a>;

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.scalar("a boolean")?.bool(value);
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), Error> {
        self.integer(value)
    }

    fn serialize_i16(self, value: i16) -> Result<(), Error> {
        self.integer(value)
    }

    fn serialize_i32(self, value: i32) -> Result<(), Error> {
        self.integer(value)
    }

    fn serialize_i64(self, value: i64) -> Result<(), Error> {
        if self.as_special == Some(Special::Date) {
            self.scalar("a date")?.date(value);
            return Ok(());
        }
        self.integer(value)
    }

    fn serialize_i128(self, value: i128) -> Result<(), Error> {
        self.integer(value)
    }

    fn serialize_u8(self, value: u8) -> Result<(), Error> {
        self.integer(value)
    }

    fn serialize_u16(self, value: u16) -> Result<(), Error> {
        self.integer(value)
    }

    fn serialize_u32(self, value: u32) -> Result<(), Error> {
        self.integer(value)
    }

    fn serialize_u64(self, value: u64) -> Result<(), Error> {
        self.integer(value)
    }

    fn serialize_u128(self, value: u128) -> Result<(), Error> {
        if self.as_special == Some(Special::Decimal) {
            let decimal = Decimal128::from_bits(value).ok_or(Error::Decimal(value))?;
            self.scalar("a decimal")?.decimal(decimal);
            return Ok(());
        }
        self.integer(i128::try_from(value).unwrap_or(i128::MAX))
    }

    fn serialize_f32(self, value: f32) -> Result<(), Error> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Error> {
        self.scalar("a number")?.number(value);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        self.scalar("a string")?.str(value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Error> {
        let text = Text::from_wtf8(value).ok_or(Error::String)?;
        self.scalar("a string")?.text(&text);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.scalar("null")?.null();
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        let as_special = match name {
            DECIMAL => Some(Special::Decimal),
            DATE => Some(Special::Date),
            _ => None,
        };
        value.serialize(ValueSerializer { as_special, ..self })
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        let (ValueSerializer { writer, depth, .. }, outer) = self.variant(variant)?;
        value.serialize(ValueSerializer {
            writer,
            depth,
            as_special: None,
        })?;
        outer.map_or(Ok(()), |start| writer.close(start))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Elements<'a>, Error> {
        self.array()
    }

    fn serialize_tuple(self, _: usize) -> Result<Elements<'a>, Error> {
        self.array()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Elements<'a>, Error> {
        self.array()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Elements<'a>, Error> {
        let (content, outer) = self.variant(variant)?;
        Ok(Elements {
            outer,
            ..content.array()?
        })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Fields<'a>, Error> {
        self.object()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'a>, Error> {
        self.object()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Fields<'a>, Error> {
        let (content, outer) = self.variant(variant)?;
        Ok(Fields {
            outer,
            ..content.object()?
        })
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// An array that is being written.
struct Elements<'a> {
    writer: &'a mut Writer,
    start: usize,
    /// The start of the object around it, if it is the content of a variant.
    outer: Option<usize>,
    depth: usize,
}

impl Elements<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(ValueSerializer {
            writer: self.writer,
            depth: self.depth,
            as_special: None,
        })
    }

    fn finish(self) -> Result<(), Error> {
        self.writer.close(self.start)?;
        self.outer.map_or(Ok(()), |start| self.writer.close(start))
    }
}

/// An object that is being written.
struct Fields<'a> {
    writer: &'a mut Writer,
    start: usize,
    /// The start of the object around it, if it is the content of a variant.
    outer: Option<usize>,
    /// Its own; the document's is 1.
    depth: usize,
    /// Whether a name is an array index, so that the fields may have to be brought into order.
    has_indices: bool,
}

impl Fields<'_> {
    fn key(&mut self, name: &Text) {
        self.has_indices |= array_index(name.as_bytes()).is_some();
        self.writer.key(name);
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(ValueSerializer {
            writer: self.writer,
            depth: self.depth,
            as_special: None,
        })
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        self.has_indices |= array_index(name.as_bytes()).is_some();
        self.writer.key_str(name);
        self.value(value)
    }

    fn finish(self) -> Result<(), Error> {
        if self.has_indices {
            self.writer.sort_fields(self.start)?;
        }
        if self.depth > 1 {
            self.writer.close(self.start)?;
        }
        self.outer.map_or(Ok(()), |start| self.writer.close(start))
    }
}

/// The four traits of arrays differ in names only.
macro_rules! elements {
    ($($trait:ident :: $method:ident),*) => {$(
        impl ser::$trait for Elements<'_> {
            type Ok = ();
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.element(value)
            }

            fn end(self) -> Result<(), Error> {
                self.finish()
            }
        }
    )*};
}

elements!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);

macro_rules! fields {
    ($($trait:ident),*) => {$(
        impl ser::$trait for Fields<'_> {
            type Ok = ();
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
                self.field(name, value)
            }

            fn end(self) -> Result<(), Error> {
                self.finish()
            }
        }
    )*};
}

fields!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for Fields<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        let name = key.serialize(NameSerializer)?;
        self.key(&name);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.value(value)
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}

/// Makes the name of a field from a map's key: a string, or an integer in decimal.
struct NameSerializer;

fn not_a_name<T>() -> Result<T, Error> {
    Err(ser::Error::custom(
        "expected a string or an integer as the name of a field",
    ))
}

macro_rules! integer_names {
    ($($method:ident: $type:ty),*) => {$(
        fn $method(self, value: $type) -> Result<Text, Error> {
            Ok(Text::from(value.to_string()))
        }
    )*};
}

macro_rules! no_names {
    ($($method:ident($($type:ty),*)),* $(,)?) => {$(
        fn $method(self, $(_: $type),*) -> Result<Text, Error> {
            not_a_name()
        }
    )*};
}

impl ser::Serializer for NameSerializer {
    type Ok = Text;
    type Error = Error;
    type SerializeSeq = Impossible<Text, Error>;
    type SerializeTuple = Impossible<Text, Error>;
    type SerializeTupleStruct = Impossible<Text, Error>;
    type SerializeTupleVariant = Impossible<Text, Error>;
    type SerializeMap = Impossible<Text, Error>;
    type SerializeStruct = Impossible<Text, Error>;
    type SerializeStructVariant = Impossible<Text, Error>;

    integer_names! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128,
        serialize_char: char
    }

    no_names! {
        serialize_bool(bool), serialize_f32(f32), serialize_f64(f64), serialize_none(), serialize_unit(),
        serialize_unit_struct(&'static str),
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_str(self, value: &str) -> Result<Text, Error> {
        Ok(Text::from(value))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Text, Error> {
        Text::from_wtf8(value).ok_or(Error::String)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Text, Error> {
        value.serialize(self)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Text, Error> {
        Ok(Text::from(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Text, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Text, Error> {
        not_a_name()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Error> {
        not_a_name()
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Error> {
        not_a_name()
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Error> {
        not_a_name()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        not_a_name()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Error> {
        not_a_name()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, Error> {
        not_a_name()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        not_a_name()
    }
}
