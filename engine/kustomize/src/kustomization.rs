//! The kustomization file: its fields, how they are read, and how old ones become new ones.

mod decode;
mod fields;
mod fix;

pub(crate) use decode::{Decode, Decoder, Encode, decode_lenient, decode_strict, go_struct};
pub(crate) use fields::{
    GeneratorArgs, GeneratorOptions, HelmChart, HelmGlobals, Image, Kustomization, Label, Patch, PatchArgs,
    Replacement, ReplacementField, Replica, Selector, SortOptions, SourceSelector, TargetSelector, Var,
};
