//! The one door through which Fairlead's engine reaches the outside.
//!
//! The engine is synchronous and pure: it reads files of one repository by [`RepoPath`], and content that the lock
//! names by [`Digest`], through the [`World`] trait, and nothing else. A read answers with the content, with *absent*,
//! or with *needed*: the content exists or may exist, and the caller has to fetch it first. A driver lets the engine
//! run as far as it gets, fetches everything it needed, and enters again:
//!
//! ```
//! use fairlead_world::{Answer, Blob, MemoryWorld, RepoPath, World};
//!
//! let mut world = MemoryWorld::new();
//! world.insert(RepoPath::parse("charts/api/Chart.yaml")?, Blob::from("name: api\n"));
//!
//! let file = world.read(&RepoPath::parse("charts/api/Chart.yaml")?);
//! assert_eq!(file, Answer::Found(Blob::from("name: api\n")));
//! assert_eq!(world.read(&RepoPath::parse("charts/api/values.yaml")?), Answer::Absent);
//! # Ok::<(), fairlead_world::PathError>(())
//! ```
//!
//! Directory listings and absences are reads too: a file that appears later changes the result as much as one that
//! changes. [`Tracked`] records every read, so that an edit can be matched with what it invalidates.

mod blob;
mod door;
mod memory;
mod oid;
mod path;
mod tracked;

pub use blob::{Blob, Digest, DigestError};
pub use door::{Answer, Entry, EntryKind, Need, World};
pub use memory::MemoryWorld;
pub use oid::{ObjectFormat, ObjectKind, Oid, OidError};
pub use path::{PathError, RepoPath, is_git_lookalike};
pub use tracked::{Read, Tracked};
