//! `fairlead.yaml`: what the project is, and what holds for all of it.

use std::sync::Arc;

use fairlead_world::RepoPath;

use super::name::Name;
use super::shape::{choice, record};
use crate::diagnostic::Spanned;

record! {
    /// A project: workloads, and the tenants and environments that they are delivered to.
    pub struct ProjectFile {
        /// The project's name, which addresses and commit messages use.
        "name" => name: Spanned<Name>,
        /// What people call the project.
        "displayName" => display_name: Option<Arc<str>>,
        /// The organization whose registries the project inherits.
        "organization" => organization: Option<OrganizationRef>,
        /// Where the generated files go.
        "output" => output: Output = Output::default(),
        /// The Helm whose output is reproduced: 4, or 3 for clusters whose Argo CD still carries it.
        "helmVersion" => helm_version: HelmVersion = HelmVersion::V4,
        /// What holds where nothing nearer says otherwise.
        "defaults" => defaults: Defaults = Defaults::default(),
    }
}

record! {
    /// Where an organization is.
    pub struct OrganizationRef {
        /// Its folder in this repository, relative to the project's folder.
        "path" => path: Option<Spanned<RepoPath>>,
        /// The address of its own repository; the lock pins the commit.
        "repository" => repository: Option<Spanned<Arc<str>>>,
        /// The branch or tag of that repository that `fairlead lock` follows; its default branch where absent.
        "ref" => reference: Option<Spanned<Arc<str>>>,
        /// The organization's folder within that repository; its root where absent.
        "folder" => folder: Option<Spanned<Arc<str>>>,
    }
}

record! {
    /// Where the generated files go.
    pub struct Output: Default {
        /// A branch of its own that only Fairlead writes. Without it, files go to the branch that is generated from.
        "branch" => branch: Option<Spanned<Arc<str>>>,
        /// How files are arranged in `.argocd`: `flat`, or `nested` with a folder for each tenant and environment,
        /// for projects of more than 3 000 units.
        "layout" => layout: Layout = Layout::Flat,
    }
}

choice! {
    /// How generated files are arranged.
    pub enum Layout {
        /// All in one folder.
        "flat" => Flat,
        /// A folder for each tenant and, in it, for each environment.
        "nested" => Nested,
    }
}

choice! {
    /// Whose output is reproduced.
    pub enum HelmVersion {
        /// Helm 3.
        "3" => V3,
        /// Helm 4.
        "4" => V4,
    }
}

record! {
    /// What holds where nothing nearer says otherwise.
    pub struct Defaults: Default {
        /// The namespace of targets that name none; `default` where absent.
        "namespace" => namespace: Option<Spanned<Name>>,
        /// The delivery profile of environments that name none.
        "profile" => profile: Option<Spanned<Name>>,
    }
}
