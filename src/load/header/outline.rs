//! The form of a header: which keys stand where, which values are lists, maps or texts. Words are not decoded here.

use std::ops::Range;

use crate::load::fields::Field;

/// A value by its form and the bytes it covers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Outline {
    pub at: Range<usize>,
    pub form: Form,
}

/// The forms of a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Form {
    Nothing,
    Scalar(Style),
    List(Vec<Outline>),
    Map(Vec<Pair>),
}

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Quoted,
    Block,
}

/// A key, the field it names if it names one, and what stands behind it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pair {
    pub key: Range<usize>,
    pub field: Option<&'static Field>,
    pub value: Outline,
}

impl Outline {
    /// A text.
    pub fn scalar(at: Range<usize>, style: Style) -> Outline {
        Outline { at, form: Form::Scalar(style) }
    }

    /// No value; `at` is where it would stand.
    pub fn nothing(at: usize) -> Outline {
        Outline { at: at..at, form: Form::Nothing }
    }
}
