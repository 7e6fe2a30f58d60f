//! Nodes as Go prints them in the context of its errors.

use super::ast::{Ast, Branch, NodeId, NodeKind, Pipe};
use crate::go::quote::push_quoted;

/// Writes a node in Go's normal form. Nesting is bounded by the parser.
pub(crate) fn node_text(ast: &Ast, id: NodeId) -> String {
    let mut out = String::new();
    write_node(ast, id, &mut out);
    out
}

fn write_node(ast: &Ast, id: NodeId, out: &mut String) {
    match &ast.node(id).kind {
        NodeKind::Text(range) => push_quoted(out, ast.text(range)),
        NodeKind::Action(pipe) => {
            out.push_str("{{");
            write_node(ast, *pipe, out);
            out.push_str("}}");
        }
        NodeKind::If(branch) => write_branch(ast, "if", branch, out),
        NodeKind::With(branch) => write_branch(ast, "with", branch, out),
        NodeKind::Range(branch) => write_branch(ast, "range", branch, out),
        NodeKind::Break => out.push_str("{{break}}"),
        NodeKind::Continue => out.push_str("{{continue}}"),
        NodeKind::Template { name, pipe } => {
            out.push_str("{{template ");
            push_quoted(out, name);
            if let Some(pipe) = pipe {
                out.push(' ');
                write_node(ast, *pipe, out);
            }
            out.push_str("}}");
        }
        NodeKind::Pipe(pipe) => write_pipe(ast, pipe, out),
        NodeKind::Command(args) => write_command(ast, args, out),
        NodeKind::Identifier(name) => out.push_str(name),
        NodeKind::Variable(names) => out.push_str(&names.join(".")),
        NodeKind::Dot => out.push('.'),
        NodeKind::Nil => out.push_str("nil"),
        NodeKind::Field(names) => push_fields(names, out),
        NodeKind::Chain { node, fields } => {
            write_operand(ast, *node, out);
            push_fields(fields, out);
        }
        NodeKind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        NodeKind::Number(number) => out.push_str(&number.text),
        NodeKind::String { quoted, .. } => out.push_str(quoted),
    }
}

/// The text of a control structure's pipeline is all that its errors ever show of it.
fn write_branch(ast: &Ast, keyword: &str, branch: &Branch, out: &mut String) {
    out.push_str("{{");
    out.push_str(keyword);
    out.push(' ');
    write_node(ast, branch.pipe, out);
    out.push_str("}}");
}

fn write_pipe(ast: &Ast, pipe: &Pipe, out: &mut String) {
    if !pipe.decl.is_empty() {
        out.push_str(&pipe.decl.join(", "));
        out.push_str(if pipe.assign { " = " } else { " := " });
    }
    for (index, command) in pipe.commands.iter().enumerate() {
        if index > 0 {
            out.push_str(" | ");
        }
        write_node(ast, *command, out);
    }
}

fn write_command(ast: &Ast, args: &[NodeId], out: &mut String) {
    for (index, arg) in args.iter().enumerate() {
        if index > 0 {
            out.push(' ');
        }
        write_operand(ast, *arg, out);
    }
}

fn write_operand(ast: &Ast, id: NodeId, out: &mut String) {
    if matches!(ast.node(id).kind, NodeKind::Pipe(_)) {
        out.push('(');
        write_node(ast, id, out);
        out.push(')');
    } else {
        write_node(ast, id, out);
    }
}

fn push_fields(names: &[crate::value::Str], out: &mut String) {
    for name in names {
        out.push('.');
        out.push_str(name);
    }
}
