//! Landing: what people ask for, in order, once each, on a branch that others write to as well.
//!
//! Each repository and ref has one [`Owner`]. Requests are put into its [`Journal`] as [`Operation`]s and stay there
//! until something final can be said about each. The owner takes the oldest, asks [`Works`] what they change on the
//! branch as it is now, makes a commit of each, and lands them in one go with the branch's head as compare-and-swap.
//!
//! Three facts make that exactly once, whatever fails in between:
//!
//! - An [`Attempt`] is in the journal before it is sent, with its base and the ids of its commits.
//! - A server takes an attempt only while the branch is at its base. Once the branch is elsewhere, the attempt has
//!   either landed, and its commits are in the branch's history, or it never will.
//! - Before an operation is planned again, the history is searched for each attempt that it was part of.
//!
//! So nothing depends on an answer arriving, on one process living long enough, or on there being only one of them: a
//! second owner takes over with a higher [`Fence`], and the first one's writes to the journal fail from then on.
//!
//! | file | what it is |
//! |---|---|
//! | [`operation`] | what is asked for, and what became of it |
//! | [`journal`] | what is remembered |
//! | [`work`] | what an operation changes |
//! | [`base`] | a branch as it was at one commit, with what is planned on it |
//! | [`draft`] | one commit, before and after it is made |
//! | [`plan`] | from operations to commits |
//! | [`trace`] | which attempts have landed |
//! | [`owner`] | one step after another |
//! | [`memory`] | a journal that lasts as long as its process |
//! | [`once`] | one commit, landed by the process that waits for it |
//! | [`sql`] | a journal in SQL, which outlives its process |
//! | [`wait`] | how long to leave a server alone |

pub mod base;
pub mod draft;
pub mod journal;
pub mod memory;
pub mod once;
pub mod operation;
pub mod owner;
pub mod plan;
pub mod sql;
pub mod trace;
pub mod wait;
pub mod work;

pub use base::Base;
pub use draft::{Draft, PlanError};
pub use journal::{Attempt, Fence, Journal, JournalError, Step, Submitted};
pub use memory::MemoryJournal;
pub use once::{OnceError, once};
pub use operation::{Conflict, Operation, OperationId, Outcome};
pub use owner::{Clock, Next, Owner, Settings};
pub use sql::SqlJournal;
pub use work::{Edits, FileEdit, WorkError, Works};
