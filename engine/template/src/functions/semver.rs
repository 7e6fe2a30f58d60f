//! Versions and ranges of versions.

use super::args::text;
use crate::context::Context;
use crate::function::{FnError, Function};
use crate::go::semver::{Constraint, Version, VersionError};
use crate::value::{Kind, Method, Object, Type, Value};

/// The functions of this family.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("semver", &[Type::String], semver),
    Function::new("semverCompare", &[Type::String, Type::String], compare),
];

/// The Go type of a version.
const VERSION: &str = "*semver.Version";

fn semver(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    Ok(Value::object(parse(&text(args, 0))?))
}

fn parse(text: &str) -> Result<Version, FnError> {
    Version::parse(text).map_err(|error| FnError::new(error.to_string()))
}

fn compare(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let constraint = Constraint::parse(&text(args, 0)).map_err(|error| FnError::new(error.to_string()))?;
    Ok(constraint.check(&parse(&text(args, 1))?).into())
}

impl Object for Version {
    fn type_name(&self) -> &'static str {
        VERSION
    }

    fn kind(&self) -> Kind {
        Kind::Ptr
    }

    fn text(&self) -> Option<String> {
        Some(self.to_string())
    }

    fn data(&self) -> Option<Value> {
        Some(self.to_string().into())
    }

    fn method(&self, name: &str) -> Option<Method> {
        const OTHER: &[Type] = &[Type::Object(VERSION)];
        const TEXT: &[Type] = &[Type::String];
        let (params, call): (&'static [Type], MethodCall) = match name {
            "Major" => (&[], |object, _, _| Ok(Value::Uint64(version(object)?.major()))),
            "Minor" => (&[], |object, _, _| Ok(Value::Uint64(version(object)?.minor()))),
            "Patch" => (&[], |object, _, _| Ok(Value::Uint64(version(object)?.patch()))),
            "Prerelease" => (&[], |object, _, _| Ok(version(object)?.prerelease().into())),
            "Metadata" => (&[], |object, _, _| Ok(version(object)?.metadata().into())),
            "Original" => (&[], |object, _, _| Ok(version(object)?.original().into())),
            "String" => (&[], |object, _, _| Ok(version(object)?.to_string().into())),
            "Compare" => (OTHER, |object, _, args| Ok(Value::Int(version(object)?.cmp(other(args)?) as i64))),
            "Equal" => (OTHER, |object, _, args| Ok((version(object)? == other(args)?).into())),
            "GreaterThan" => (OTHER, |object, _, args| Ok((version(object)? > other(args)?).into())),
            "GreaterThanEqual" => (OTHER, |object, _, args| Ok((version(object)? >= other(args)?).into())),
            "LessThan" => (OTHER, |object, _, args| Ok((version(object)? < other(args)?).into())),
            "LessThanEqual" => (OTHER, |object, _, args| Ok((version(object)? <= other(args)?).into())),
            "IncMajor" => (&[], |object, _, _| increased(version(object)?.next_major(), "major")),
            "IncMinor" => (&[], |object, _, _| increased(version(object)?.next_minor(), "minor")),
            "IncPatch" => (&[], |object, _, _| increased(version(object)?.next_patch(), "patch")),
            "SetPrerelease" => {
                (TEXT, |object, _, args| changed(version(object)?.with_prerelease(&text(args, 0))))
            }
            "SetMetadata" => {
                (TEXT, |object, _, args| changed(version(object)?.with_metadata(&text(args, 0))))
            }
            _ => return None,
        };
        Some(Method { params, variadic: false, call })
    }
}

type MethodCall = fn(&dyn Object, &mut Context<'_>, &[Value]) -> Result<Value, FnError>;

fn version(object: &dyn Object) -> Result<&Version, FnError> {
    (object as &dyn std::any::Any).downcast_ref().ok_or_else(|| "not a version".into())
}

fn other(args: &[Value]) -> Result<&Version, FnError> {
    args.first().and_then(Value::downcast).ok_or_else(|| "not a version".into())
}

fn increased(version: Option<Version>, part: &str) -> Result<Value, FnError> {
    let overflow = || FnError::new(format!("{part} version increment would overflow uint64"));
    version.map(Value::object).ok_or_else(overflow)
}

fn changed(version: Result<Version, VersionError>) -> Result<Value, FnError> {
    version.map(Value::object).map_err(|error| FnError::new(error.to_string()))
}
