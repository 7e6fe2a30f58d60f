//! `agents/<binding>.yaml`.

use super::name::Name;
use super::settings::Controls;
use super::shape::record;
use crate::diagnostic::Spanned;

record! {
    /// Binds an agent to the cells that it serves. It routes nothing by itself.
    pub struct AgentBinding {
        /// The agent's name; the file's name where absent.
        "agent" => agent: Option<Spanned<Name>>,
        /// The cluster that the agent runs in.
        "cluster" => cluster: Option<Spanned<Name>>,
        /// The cells that it serves.
        "cells" => cells: Vec<Spanned<AgentCell>>,
        /// The sync controls of those cells; they win over every profile.
        "sync" => sync: Controls = Controls::default(),
    }
}

record! {
    /// A tenant's place in an environment.
    pub struct AgentCell {
        /// The tenant; all tenants where absent.
        "tenant" => tenant: Option<Spanned<Name>>,
        /// The environment.
        "environment" => environment: Spanned<Name>,
    }
}
