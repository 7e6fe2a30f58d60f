//! What an operation makes its value from: told to the recorder before and after each, in executions that record.

use super::code::Op;
use super::machine::{Execution, Frame};
use super::record::{Flow, SetId};
use crate::value::Value;

impl Execution<'_> {
    /// The recording under way, if values are followed.
    #[inline]
    pub(super) fn flow(&mut self) -> Option<&mut Flow> {
        self.context.recorder_mut()?.flow.as_deref_mut()
    }

    /// Says what the operands of an operation were made from, before it runs.
    pub(super) fn before(&mut self, frame: &Frame, op: Op) {
        let length = self.stack.len();
        let Some(flow) = self.flow() else { return };
        let top = length.saturating_sub(1);
        let count = |call: u32| frame.code.calls.get(call as usize).map_or(0, |call| call.count as usize);
        let operands = match op {
            Op::Load(slot) | Op::Fields { slot, .. } | Op::PrintFields { slot, .. } => {
                flow.at(frame.base + slot as usize)
            }
            Op::FieldsOfTop { .. }
            | Op::Print(_)
            | Op::PrintIndented { .. }
            | Op::Store(_)
            | Op::Assign(_)
            | Op::Keep(_)
            | Op::Nip
            | Op::Unless { .. }
            | Op::With { .. }
            | Op::And { .. }
            | Op::Or { .. }
            | Op::Range(_) => flow.at(top),
            Op::Call(call) | Op::Builtin(call) => {
                let count = count(call);
                flow.join(length.saturating_sub(count), count)
            }
            Op::Method(call) => {
                let count = count(call) + 1;
                flow.join(length.saturating_sub(count), count)
            }
            _ => SetId::default(),
        };
        flow.begin(operands);
    }

    /// Says what an operation's value was made from, after it has run.
    pub(super) fn after(&mut self, frame: &Frame, op: Op) {
        let (length, depth) = (self.stack.len(), self.frames.len());
        let Some(flow) = self.flow() else { return };
        match op {
            Op::Load(_)
            | Op::Const(_)
            | Op::Fields { .. }
            | Op::FieldsOfTop { .. }
            | Op::Builtin(_)
            | Op::Method(_)
            | Op::Nip => {
                let set = flow.result();
                flow.push(length, set);
            }
            Op::Store(slot) | Op::Keep(slot) => {
                let set = flow.result();
                flow.set(frame.base + slot as usize, set);
            }
            Op::Assign(slot) => {
                let set = flow.result();
                let set = flow.under_conditions(depth, set);
                flow.set(frame.base + slot as usize, set);
            }
            Op::With { slot, .. } => {
                let set = flow.result();
                flow.set(frame.base + slot as usize, set);
            }
            _ => {}
        }
    }

    /// Takes the top with what it was made from.
    pub(super) fn pop_made(&mut self) -> (Value, SetId) {
        let value = self.pop();
        let index = self.stack.len();
        let set = self.flow().map_or_else(SetId::default, |flow| flow.at(index));
        (value, set)
    }
}
