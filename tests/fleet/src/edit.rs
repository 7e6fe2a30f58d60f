//! What people change, from the smallest edit to the largest.

use fairlead_delivery::Workspace;
use fairlead_world::{Blob, MemoryWorld};

use crate::{Size, root};

/// One file that is edited again and again.
#[derive(Debug, Clone, Copy)]
pub struct Edit {
    /// What the file belongs to.
    pub name: &'static str,
    path: &'static str,
    text: fn(usize) -> String,
    readers: fn(Size) -> usize,
}

/// The values of one cell, of one tenant and of the project.
pub const EDITS: [Edit; 3] = [
    Edit {
        name: "cell",
        path: "values/services/tenant-0/env-0/service-0.yaml",
        text: |round| format!("replicaCount: {}\n", 3 + round),
        readers: |_| 1,
    },
    Edit {
        name: "tenant",
        path: "values/tenants/tenant-0/global.yaml",
        text: |round| format!("tenant: renamed-{round}\n"),
        readers: |size| size.workloads * size.environments,
    },
    Edit {
        name: "project",
        path: "values/global.yaml",
        text: |round| format!("region: us-{round}\nowner: platform\n"),
        readers: Size::units,
    },
];

impl Edit {
    /// Edits the file, other than in any other round, and renders what that changes. Gives back how many units it was.
    pub fn make(&self, workspace: &mut Workspace<MemoryWorld>, round: usize) -> usize {
        if let Ok(path) = root().join(self.path) {
            workspace.edit(path, Some(Blob::from((self.text)(round))));
        }
        workspace.update();
        workspace.refresh().len()
    }

    /// How many units of a project read the file.
    pub fn readers(&self, size: Size) -> usize {
        (self.readers)(size)
    }
}
