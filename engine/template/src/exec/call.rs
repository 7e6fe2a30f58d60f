//! Calls of functions and methods.

use super::code::{Call, Callee, Code};
use super::fail::Fault;
use super::fields::check;
use super::machine::{Execution, Frame};
use super::record::Effects;
use crate::function::Effect;
use crate::value::{Str, Type};

impl Execution<'_> {
    /// Takes the arguments of a call into their order, checked against their types.
    pub(super) fn arguments<const NOTES: bool>(
        &mut self,
        code: &Code,
        call: u32,
        params: &[Type],
    ) -> Result<usize, Box<Fault>> {
        let Some(call) = code.calls.get(call as usize) else {
            return Ok(self.stack.len());
        };
        let base = self.stack.len().saturating_sub(call.count as usize);
        let args = self.stack.get_mut(base..).unwrap_or_default();
        if call.piped && args.len() > 1 {
            args.rotate_left(1);
            let end = base + args.len();
            if NOTES && let Some(flow) = self.flow() {
                flow.rotate(base, end);
            }
        }
        let args = self.stack.get_mut(base..).unwrap_or_default();
        let last = params.last().copied().unwrap_or(Type::Any);
        for (index, value) in args.iter_mut().enumerate() {
            let ty = params.get(index).copied().unwrap_or(last);
            let node = call.argument_nodes.get(index).copied().unwrap_or(call.node);
            check(value, ty, node)?;
        }
        Ok(base)
    }

    pub(super) fn call<const NOTES: bool>(&mut self, frame: &Frame, index: u32) -> Result<(), Box<Fault>> {
        let Some(call) = frame.code.calls.get(index as usize) else {
            return Ok(());
        };
        let Callee::Function(function) = call.callee else {
            return Ok(());
        };
        let base = self.arguments::<NOTES>(&frame.code, index, function.params)?;
        if function.effect != Effect::Pure {
            let (line, column) = frame.code.ast.position(frame.code.ast.node(call.node).at);
            self.context.at(&frame.code.ast.name, line, column, self.calls);
            self.calls = self.calls.wrapping_add(1);
        }
        self.burn(call.node)?;
        let args = self.stack.get(base..).unwrap_or_default();
        let mut effects = Effects::None;
        if NOTES && let Some(recorder) = self.context.recorder_mut() {
            if !function.notes {
                // What a function does with its arguments cannot be seen from here.
                args.iter().for_each(|arg| recorder.all(arg));
            }
            if let Some(flow) = &mut recorder.flow {
                effects = flow.effects(function.name, args, base);
            }
        }
        let value = (function.call)(&mut self.context, args)
            .map_err(|error| Fault::calling(function.name, call.node, error))?;
        if NOTES && let Some(flow) = self.flow() {
            let set = flow.called(effects, &value);
            flow.push(base + 1, set);
        }
        self.stack.truncate(base);
        self.stack.push(value);
        Ok(())
    }

    pub(super) fn builtin<const NOTES: bool>(&mut self, frame: &Frame, index: u32) -> Result<(), Box<Fault>> {
        let Some(call) = frame.code.calls.get(index as usize) else {
            return Ok(());
        };
        let Callee::Builtin(builtin) = call.callee else {
            return Ok(());
        };
        let base = self.stack.len().saturating_sub(call.count as usize);
        let args = self.stack.get_mut(base..).unwrap_or_default();
        if call.piped && args.len() > 1 {
            args.rotate_left(1);
            let end = base + args.len();
            if NOTES && let Some(flow) = self.flow() {
                flow.rotate(base, end);
            }
        }
        let args = self.stack.get_mut(base..).unwrap_or_default();
        for (index, value) in args.iter_mut().enumerate() {
            if let Some(ty) = builtin.parameter(index) {
                check(value, ty, call.argument_nodes.get(index).copied().unwrap_or(call.node))?;
            }
        }
        self.burn(call.node)?;
        let args = self.stack.get(base..).unwrap_or_default();
        if NOTES && let Some(recorder) = self.context.recorder_mut() {
            builtin.note(recorder, args);
        }
        let value = builtin
            .call(&mut self.context, args)
            .map_err(|error| Fault::calling(builtin.name(), call.node, error))?;
        self.stack.truncate(base);
        self.stack.push(value);
        Ok(())
    }

    /// Checks that a method can be called as it is about to be.
    pub(super) fn callable(&mut self, frame: &Frame, index: u32) -> Result<(), Box<Fault>> {
        if let (Some((call, name)), Some(receiver)) = (method_call(&frame.code, index), self.stack.last()) {
            let receiver = receiver.clone();
            self.find_method(call, name, &receiver)?;
        }
        Ok(())
    }

    pub(super) fn call_method(&mut self, frame: &Frame, index: u32) -> Result<(), Box<Fault>> {
        let Some((call, name)) = method_call(&frame.code, index) else {
            return Ok(());
        };
        // The receiver lies between the piped argument and the others.
        let explicit = (call.count as usize).saturating_sub(usize::from(call.piped));
        let mut args = self.stack.split_off(self.stack.len().saturating_sub(explicit));
        let receiver = self.pop();
        if call.piped {
            args.push(self.pop());
        }
        if let Some(recorder) = self.context.recorder_mut() {
            args.iter().for_each(|arg| recorder.all(arg));
        }
        let value = self.method(&frame.code, call, name, &receiver, args)?;
        self.stack.push(value);
        Ok(())
    }
}

/// A call of a method, and the method's name.
fn method_call(code: &Code, index: u32) -> Option<(&Call, &Str)> {
    let call = code.calls.get(index as usize)?;
    let Callee::Method(path) = call.callee else {
        return None;
    };
    Some((call, &code.paths.get(path as usize)?.first()?.text))
}
