//! Reading through a provider's API: where git's own protocol is blocked, and nothing but the API gets through.
//!
//! [`ApiReader`] is a repository whose branches, commits, folders and files come from requests that a provider's API
//! answers; what these look like is told by a `Source`, one provider a file, which is pure. An API costs a request for each
//! file, so that nothing is read ahead, and how many requests there may be is bounded.
//!
//! **What is believed.** Files and folders are held against their ids: the bytes of a folder are made anew of the entries
//! that the API lists, and a list that leaves one out, or has one too many, makes another id. So a list that is cut short
//! is never taken for all there is: what it has whole is used, and the rest is asked for folder by folder. What a branch is
//! at is the provider's word, and so is what is in a commit, whose bytes no API hands out: whoever could name a wrong tree
//! for a commit could as well name another commit for the branch. Where an API has no id for a commit's tree (GitLab's,
//! Gitea's), that is the id of what it lists there. Such a list is whole where it is one page, where it has as many entries
//! as the API says that there are, where the commit's bytes, as far as they can be made of what is told, have the commit's
//! id with that tree, or where another way to list the same brings the same.

mod gitea;
mod github;
mod gitlab;
mod history;
mod listing;
mod objects;
mod proof;
mod reader;
mod source;

pub use reader::ApiReader;
