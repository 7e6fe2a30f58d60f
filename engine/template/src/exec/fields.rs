//! Fields of values: entries of maps, fields of structs, and methods.

use super::code::{Call, Code};
use super::compile::{literal_of, miscounted};
use super::fail::Fault;
use super::machine::Execution;
use crate::parse::{NodeId, NodeKind, node_text};
use crate::value::{Kind, Map, MapType, Method, Name, Object, Str, Type, Value};

/// How many names of a path are followed with all the maps on the way borrowed, each of which takes a piece of the
/// stack. Hardly any path is longer.
const MAX_DIG: usize = 16;

/// Follows as much of a path as leads through maps, and has what is left of it. Nothing on the way is copied, which is
/// why nothing can be noted of it either.
#[inline]
pub(super) fn dig<'p>(receiver: &Value, typed: Typed, path: &'p [Name]) -> (Value, Typed, &'p [Name]) {
    let Value::Map(map) = receiver else {
        return (receiver.clone(), typed, path);
    };
    let (value, steps, ty) = map.dig(path.get(..MAX_DIG).unwrap_or(path));
    let typed = if steps == 0 { typed } else { Typed::of(ty) };
    (value, typed, path.get(steps..).unwrap_or_default())
}

impl Execution<'_> {
    /// Follows a path of names from a value.
    pub(super) fn follow<const NOTES: bool>(
        &mut self,
        mut value: Value,
        typed: Typed,
        path: &[Name],
        at: At,
    ) -> Result<Value, Box<Fault>> {
        let mut typed = typed;
        for name in path {
            let next = Typed::of_entries(&value);
            value = self.field::<NOTES>(&value, typed, &name.text, at)?;
            typed = next;
        }
        Ok(value)
    }

    #[inline]
    fn field<const NOTES: bool>(
        &mut self,
        receiver: &Value,
        typed: Typed,
        name: &Str,
        at: At,
    ) -> Result<Value, Box<Fault>> {
        if let Value::Map(map) = receiver {
            if NOTES && let Some(recorder) = self.context.recorder_mut() {
                recorder.entry(map, name);
            }
            if let Some(value) = map.get(name) {
                return Ok(value);
            }
        }
        self.other_field(receiver, typed, name, at)
    }

    /// Finds what is not an entry of a map.
    #[cold]
    fn other_field(
        &mut self,
        receiver: &Value,
        typed: Typed,
        name: &Str,
        at: At,
    ) -> Result<Value, Box<Fault>> {
        let node = at.node;
        match receiver {
            Value::Absent if self.strict => {
                Err(Fault::new(node, format!("nil data; no entry for key \"{name}\"")))
            }
            Value::Absent => Ok(Value::Absent),
            Value::Nil => Err(Fault::new(node, format!("nil pointer evaluating interface {{}}.{name}"))),
            // The one method of the values that charts call: the same as a plain map, or a new one where it is empty.
            Value::Map(map) if &**name == "AsMap" && matches!(map.ty(), MapType::Named(_)) => {
                let same = if map.is_empty() { Map::new() } else { map.retyped(MapType::Any) };
                same.set_origin(map.origin());
                Ok(Value::Map(same))
            }
            Value::Map(_) if self.strict => {
                Err(Fault::new(node, format!("map has no entry for key \"{name}\"")))
            }
            Value::Map(map) if map.ty() == MapType::String => Ok(Value::str("")),
            Value::Map(_) => Ok(Value::Nil),
            Value::Object(object) => {
                let object = object.clone();
                if let Some(method) = object.method(name) {
                    if let Some(message) = miscounted(name, method.params.len(), method.variadic, 0, false) {
                        return Err(Fault::new(node, message));
                    }
                    return self.invoke(&*object, method, name, at.call, &[]);
                }
                self.object_field(&*object, name, node)
            }
            other => {
                let ty = match typed {
                    Typed::Interface => "interface {}".into(),
                    Typed::Concrete => other.type_name(),
                };
                Err(Fault::new(node, format!("can't evaluate field {name} in type {ty}")))
            }
        }
    }

    fn object_field(&self, object: &dyn Object, name: &Str, node: NodeId) -> Result<Value, Box<Fault>> {
        if object.kind() == Kind::Map {
            return match object.entry(name) {
                Some(value) => Ok(value),
                None if self.strict => Err(Fault::new(node, format!("map has no entry for key \"{name}\""))),
                None => Ok(Value::Nil),
            };
        }
        if object.is_nil() && object.kind() == Kind::Ptr {
            let ty = object.type_name();
            return Err(Fault::new(node, format!("nil pointer evaluating {ty}.{name}")));
        }
        object.field(name).ok_or_else(|| {
            let ty = object.type_name();
            Fault::new(node, format!("can't evaluate field {name} in type {ty}"))
        })
    }

    fn invoke(
        &mut self,
        object: &dyn Object,
        method: Method,
        name: &str,
        node: NodeId,
        args: &[Value],
    ) -> Result<Value, Box<Fault>> {
        self.context.burn(1).map_err(|limit| Fault::limit(node, limit))?;
        (method.call)(object, &mut self.context, args).map_err(|error| Fault::calling(name, node, error))
    }

    /// Finds the method of a call on its receiver, or explains why there is none. No value at all has no methods, and
    /// calling one is no fault.
    pub(super) fn find_method<'r>(
        &mut self,
        call: &Call,
        name: &Str,
        receiver: &'r Value,
    ) -> Result<Option<(&'r dyn Object, Method)>, Box<Fault>> {
        let node = call.receiver;
        let Value::Object(object) = receiver else {
            return match receiver {
                Value::Map(_) => Err(Fault::new(node, format!("{name} is not a method but has arguments"))),
                other => {
                    self.other_field(other, Typed::Concrete, name, At { node, call: call.node }).map(|_| None)
                }
            };
        };
        let Some(method) = object.method(name) else {
            self.object_field(&**object, name, node)?;
            let message = if object.kind() == Kind::Map {
                format!("{name} is not a method but has arguments")
            } else {
                format!("{name} has arguments but cannot be invoked as function")
            };
            return Err(Fault::new(node, message));
        };
        let explicit = call.count as usize - usize::from(call.piped);
        match miscounted(name, method.params.len(), method.variadic, explicit, call.piped) {
            Some(message) => Err(Fault::new(node, message)),
            None => Ok(Some((&**object, method))),
        }
    }

    /// Calls the method of a call with its arguments, or explains why there is none.
    pub(super) fn method(
        &mut self,
        code: &Code,
        call: &Call,
        name: &Str,
        receiver: &Value,
        mut args: Vec<Value>,
    ) -> Result<Value, Box<Fault>> {
        let node = call.receiver;
        let Some((object, method)) = self.find_method(call, name, receiver)? else {
            return Ok(Value::Absent);
        };
        for (index, value) in args.iter_mut().enumerate() {
            let at = call.argument_nodes.get(index).copied().unwrap_or(node);
            let last = method.params.last().copied().unwrap_or(Type::Any);
            let ty = method.params.get(index).copied().unwrap_or(last);
            let literal = if call.literals.contains(&index) { code.ast.literal(at) } else { None };
            match literal.and_then(|kind| literal_of(kind, ty)) {
                Some(Ok(constant)) => *value = constant.value(),
                Some(Err(misfit)) => {
                    let shown = node_text(&code.ast, at);
                    return Err(Fault::new(at, misfit.text(&shown, ty)));
                }
                None => check(value, ty, at)?,
            }
        }
        self.invoke(object, method, name, call.node, &args)
    }
}

/// What errors of fields point at.
#[derive(Clone, Copy)]
pub(super) struct At {
    /// What was looked at last.
    pub(super) node: NodeId,
    /// What the fields are part of, for errors of calling methods.
    pub(super) call: NodeId,
}

/// Whether Go knows a value only as an `interface {}`, which shows in errors.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Typed {
    Concrete,
    Interface,
}

impl Typed {
    /// How Go knows what it finds under the names of a map.
    #[inline]
    fn of(ty: MapType) -> Typed {
        if ty == MapType::String { Typed::Concrete } else { Typed::Interface }
    }

    /// How Go knows what it finds under the names of a value: only maps of anything give values of a type it does not know.
    #[inline]
    fn of_entries(receiver: &Value) -> Typed {
        match receiver {
            Value::Map(map) => Typed::of(map.ty()),
            Value::Object(object) if object.kind() != Kind::Map => Typed::Concrete,
            _ => Typed::Interface,
        }
    }
}

/// Checks an argument as Go's reflection does, and makes what is no value nil.
#[inline]
pub(super) fn check(value: &mut Value, ty: Type, node: NodeId) -> Result<(), Box<Fault>> {
    match value {
        Value::Absent => {
            if !ty.can_be_nil() {
                return Err(Fault::new(node, format!("invalid value; expected {}", ty.name())));
            }
            *value = Value::Nil;
            Ok(())
        }
        Value::Nil if ty == Type::Any => Ok(()),
        Value::Nil => Err(mistyped("interface {}", ty, node)),
        value if ty == Type::Any || ty.admits(value) => Ok(()),
        value => Err(mistyped(&value.type_name(), ty, node)),
    }
}

#[cold]
fn mistyped(got: &str, ty: Type, node: NodeId) -> Box<Fault> {
    Fault::new(node, format!("wrong type for value; expected {}; got {got}", ty.name()))
}

impl crate::parse::Ast {
    /// Returns the literal that a node is, if it is one.
    pub(super) fn literal(&self, node: NodeId) -> Option<&NodeKind> {
        let kind = &self.node(node).kind;
        matches!(kind, NodeKind::Nil | NodeKind::Bool(_) | NodeKind::Number(_) | NodeKind::String { .. })
            .then_some(kind)
    }
}
