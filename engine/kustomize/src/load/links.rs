//! Symbolic links, in worlds that let them be followed.

use std::collections::VecDeque;

use fairlead_world::{Answer, RepoPath};

use super::Disk;
use crate::Error;

/// How many links one path may lead through; more are taken for a circle.
const MAX_LINKS: usize = 255;

impl Disk<'_> {
    /// The path behind all links of `path`, or `None` where it has none that may be followed.
    ///
    /// # Errors
    /// Links in a circle, and links that lead out of the world.
    pub(super) fn follow(&self, path: &RepoPath) -> Result<Option<RepoPath>, Error> {
        let mut rest: VecDeque<String> = path.segments().map(str::to_owned).collect();
        let mut at = RepoPath::root();
        let mut links = 0;
        while let Some(name) = rest.pop_front() {
            let here = self.step(&at, &name, path)?;
            let Answer::Found(target) = self.world.link(&here) else {
                at = here;
                continue;
            };
            links += 1;
            if links > MAX_LINKS {
                return Err(Error::Load(format!("{}: too many links", self.show(path))));
            }
            if let Some(inside) = target.strip_prefix('/') {
                let top = self.shown.trim_start_matches('/');
                let inside = inside.strip_prefix(top).ok_or_else(|| self.leaves(path))?;
                at = RepoPath::root();
                inside.split('/').rev().for_each(|segment| rest.push_front(segment.to_owned()));
            } else {
                target.split('/').rev().for_each(|segment| rest.push_front(segment.to_owned()));
            }
        }
        Ok((links > 0).then_some(at))
    }

    fn step(&self, at: &RepoPath, name: &str, path: &RepoPath) -> Result<RepoPath, Error> {
        at.join(name).map_err(|_| self.leaves(path))
    }

    fn leaves(&self, path: &RepoPath) -> Error {
        Error::Load(format!("{} is a symbolic link that leads nowhere", self.show(path)))
    }
}
