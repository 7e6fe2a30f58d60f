//! What an operation makes its value from: told to the recorder before and after each, in executions that record.

use super::code::Op;
use super::machine::{Execution, Frame};
use super::record::{By, Flow, SetId};
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

    /// Says what an operation's value was made from, after it has run; false where there is more to note than allowed.
    pub(super) fn after(&mut self, frame: &Frame, op: Op) -> bool {
        let (length, depth) = (self.stack.len(), self.frames.len());
        let Some(flow) = self.flow() else { return true };
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
        !flow.overflow()
    }

    /// Takes the top with what it was made from.
    pub(super) fn pop_made(&mut self) -> (Value, SetId) {
        let value = self.pop();
        let index = self.stack.len();
        let set = self.flow().map_or_else(SetId::default, |flow| flow.at(index));
        (value, set)
    }

    #[inline]
    pub(super) fn note_condition<const NOTES: bool>(
        &mut self,
        frame: &Frame,
        guard: u32,
        held: bool,
        value: &Value,
    ) {
        if NOTES {
            let depth = self.frames.len();
            let Some(recorder) = self.context.recorder_mut() else { return };
            recorder.truth(value);
            if let Some(flow) = &mut recorder.flow {
                flow.condition(depth, &frame.code, guard, held);
            }
        }
    }

    /// Notes that the top decides whether the operand after it is looked at. If it is, the result follows from both.
    pub(super) fn note_operand(&mut self, wanted: bool) {
        let Some(top) = self.stack.last() else { return };
        let Some(recorder) = self.context.recorder_mut() else { return };
        recorder.truth(top);
        if let Some(flow) = recorder.flow.as_mut().filter(|_| top.truth() != wanted) {
            let set = flow.result();
            flow.carry(self.stack.len() - 1, set);
        }
    }

    #[inline]
    pub(super) fn note_write<const NOTES: bool>(&mut self, frame: &Frame, by: By, start: usize) {
        if NOTES {
            let (depth, end) = (self.frames.len(), self.out.len());
            if let Some(flow) = self.flow() {
                flow.write(depth, &frame.code, frame.pc - 1, by, start..end);
            }
        }
    }
}
