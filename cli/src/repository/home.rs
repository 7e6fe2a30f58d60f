//! The repository on this machine as a project's home.

use fairlead_delivery::change::Listing;
use fairlead_world::{MemoryWorld, Need, ObjectFormat, RepoPath};

use super::{Draft, LandError, Oid, Repository, WorkTree};
use crate::home::{Home, HomeError, Landed, Logged};

impl Home for Repository {
    type World = WorkTree;

    /// The work tree is all there: whatever it lacks is absent.
    fn supply(&self, _: &WorkTree, _: &[Need]) -> Result<(), HomeError> {
        Ok(())
    }

    fn source(&self) -> Result<Option<Oid>, HomeError> {
        Ok(Repository::resolve(self, "HEAD")?)
    }

    fn uncommitted(&self) -> Result<Vec<String>, HomeError> {
        Ok(Repository::uncommitted(self)?)
    }

    fn own_branch(&self) -> Result<Option<String>, HomeError> {
        Ok(self.checked_out()?)
    }

    fn is_branch_name(&self, name: &str) -> Result<bool, HomeError> {
        Ok(Repository::is_branch_name(self, name)?)
    }

    fn resolve(&self, branch: &str) -> Result<Option<Oid>, HomeError> {
        Ok(Repository::resolve(self, branch)?)
    }

    fn history(&self, head: &Oid, at_most: usize) -> Result<Vec<Logged>, HomeError> {
        Ok(Repository::history(self, head, at_most)?)
    }

    fn tree(&self, commit: &Oid, _: Option<&[RepoPath]>) -> Result<Listing, HomeError> {
        Ok(Repository::tree(self, commit)?)
    }

    fn read_committed(
        &self,
        listing: &Listing,
        needs: &[Need],
        into: &mut MemoryWorld,
    ) -> Result<(), HomeError> {
        Ok(Repository::read_committed(self, listing, needs, into)?)
    }

    fn object_format(&self) -> Result<ObjectFormat, HomeError> {
        Ok(Repository::object_format(self)?)
    }

    fn author(&self) -> Result<String, HomeError> {
        Ok(Repository::author(self)?)
    }

    fn land(&self, draft: &Draft) -> Result<Landed, LandError> {
        let commit = Repository::land(self, draft)?;
        Ok(Landed { commit, strategy: None, passed_over: Vec::new(), messages: String::new() })
    }
}
