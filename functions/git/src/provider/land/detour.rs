//! What else could land commits that a server did not take by a push.

use super::super::{Kind, Provider};
use super::Terms;
use crate::repository::{LandError, RepositoryError};

/// What could do what a push could not. Nothing of the push has landed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detour {
    /// The provider's API: pushes are blocked, or too large for what is in between.
    Api,
    /// A commit that the provider signs: the branch takes no others.
    Verified,
    /// A pull request: the branch takes nothing directly, whichever way it comes. None is opened unasked.
    PullRequest,
}

impl Detour {
    /// What could still be done after a push that ended so, or `None` where nothing could, or nobody knows what became of it.
    /// A push that was refused and may land yet is no danger to another way: both compare what the branch is at.
    pub fn after(error: &LandError) -> Option<Detour> {
        match error {
            LandError::Refused { rule, .. } => Detour::around(rule),
            LandError::Repository(error) | LandError::Doubted(error) => match error {
                // Reading works with the same credentials, or there would be nothing to push.
                RepositoryError::Unauthorized { status: 403, .. }
                | RepositoryError::NotFound { .. }
                | RepositoryError::Answer { .. }
                | RepositoryError::Server { status: 400..=499 | 501, .. } => Some(Detour::Api),
                _ => None,
            },
            LandError::Unfit { .. } => Some(Detour::Api),
            LandError::Moved { .. } | LandError::Unknown(_) | LandError::Altered { .. } => None,
        }
    }

    /// What satisfies a rule, by the words of the providers.
    fn around(rule: &str) -> Option<Detour> {
        let rule = rule.to_ascii_lowercase();
        let says = |words: &[&str]| words.iter().any(|words| rule.contains(words));
        // What looks for secrets is not to be got around.
        if says(&["secret"]) {
            return None;
        }
        if says(&["through a pull request", "via pull request", "merge request"]) {
            return Some(Detour::PullRequest);
        }
        if says(&["verified signature", "must be signed", "not signed", "unsigned", "unverified commit"]) {
            return Some(Detour::Verified);
        }
        if says(&["protected branch", "gh006", "protected ref", "branch is protected"]) {
            return Some(Detour::PullRequest);
        }
        says(&["larger than the server takes", "receive-pack not enabled", "service not enabled"])
            .then_some(Detour::Api)
    }
}

impl<F> Provider<F> {
    /// The terms of a landing that is to do what a push could not.
    pub fn terms(&self, detour: Detour, own_branch: bool) -> Terms {
        // Only GitHub promises its mark; the others sign what they write where they are set up to.
        Terms { own_branch, verified: detour == Detour::Verified && self.kind == Kind::Github }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::Branch;

    fn refused(rule: &str) -> Option<Detour> {
        let (repository, branch) = ("r".to_owned(), Branch::parse("main").unwrap());
        Detour::after(&LandError::Refused { repository, branch, rule: rule.to_owned() })
    }

    #[test]
    fn each_rule_has_the_way_that_satisfies_it() {
        for (rule, expected) in [
            (
                "protected branch hook declined\nerror: GH006: Protected branch update failed for refs/heads/main.\nerror: Changes must be made through a pull request.",
                Some(Detour::PullRequest),
            ),
            (
                "protected branch hook declined\nerror: GH006: Protected branch update failed for refs/heads/main.\nerror: Commits must have verified signatures.",
                Some(Detour::Verified),
            ),
            (
                "push declined due to repository rule violations\nerror: GH013: Repository rule violations found for refs/heads/main.\n- Commits must have verified signatures.\n- Changes must be made through a pull request.",
                Some(Detour::PullRequest),
            ),
            (
                "push declined due to repository rule violations\nerror: GH013\n- Push cannot contain secrets",
                None,
            ),
            (
                "pre-receive hook declined\nGitLab: You are not allowed to push code to protected branches on this project.",
                Some(Detour::PullRequest),
            ),
            (
                "pre-receive hook declined\nGitLab: Commit must be signed with a GPG key",
                Some(Detour::Verified),
            ),
            (
                "pre-receive hook declined\nGitea: Not allowed to push to protected branch main",
                Some(Detour::PullRequest),
            ),
            (
                "pre-receive hook declined\nbranch main is protected from unverified commit 1",
                Some(Detour::Verified),
            ),
            ("the push is larger than the server takes", Some(Detour::Api)),
            ("pre-receive hook declined\nTicket number missing", None),
        ] {
            assert_eq!(refused(rule), expected, "{rule}");
        }
    }

    #[test]
    fn what_may_have_landed_has_no_detour() {
        let of = |error: RepositoryError| Detour::after(&error.into());
        let repository = || "r".to_owned();
        for status in [403, 401] {
            let error = RepositoryError::Unauthorized { repository: repository(), status };
            assert_eq!(of(error), (status == 403).then_some(Detour::Api));
        }
        for status in [405, 502, 503, 501] {
            let error = RepositoryError::Server { repository: repository(), status, message: String::new() };
            assert_eq!(of(error), matches!(status, 405 | 501).then_some(Detour::Api), "{status}");
        }
        assert_eq!(of(RepositoryError::RateLimited { repository: repository(), wait: None }), None);
        assert_eq!(Detour::after(&LandError::Unknown(String::new())), None);
    }
}
