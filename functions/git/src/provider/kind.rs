//! The providers, and where their APIs are.

use std::fmt;

use fairlead_fetch::Address;

use super::error::ProviderError;

/// A provider that is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// GitHub, on `github.com` or an Enterprise Server.
    Github,
    /// GitLab, on `gitlab.com` or a server of one's own.
    Gitlab,
    /// Gitea, or Forgejo, whose API is the same here.
    Gitea,
}

/// A repository as its provider's API names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Where the API begins.
    pub(super) api: Address,
    /// The groups that it is in, or its owner; percent-escaped as in the address.
    pub(super) owner: String,
    /// Its own name, likewise.
    pub(super) name: String,
}

impl Kind {
    /// The provider that is known to be at a host.
    pub fn of_host(host: &str) -> Option<Kind> {
        match host {
            "github.com" | "www.github.com" => Some(Kind::Github),
            "gitlab.com" => Some(Kind::Gitlab),
            "gitea.com" | "codeberg.org" => Some(Kind::Gitea),
            // GitHub Enterprise Cloud with data residency.
            _ if host.ends_with(".ghe.com") => Some(Kind::Github),
            _ => None,
        }
    }

    /// Where the API of a repository's provider is, and what it calls the repository.
    pub(super) fn place(self, repository: &Address) -> Result<Place, ProviderError> {
        let wrong = || ProviderError::Place { repository: repository.to_string(), kind: self };
        let path = repository.target().split('?').next().unwrap_or_default().trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        let segments: Vec<&str> = path.split('/').collect();
        if segments.iter().any(|segment| matches!(*segment, "" | "." | "..")) {
            return Err(wrong());
        }
        let [before @ .., owner, name] = segments.as_slice() else { return Err(wrong()) };
        let root = repository.refer("/").map_err(|_| wrong())?;
        let host = &repository.origin().host;
        let (api, owner) = match self {
            Kind::Github if !before.is_empty() => return Err(wrong()),
            Kind::Github if host == "github.com" || host == "www.github.com" => {
                (Address::parse("https://api.github.com/"), (*owner).to_owned())
            }
            Kind::Github if host.ends_with(".ghe.com") => {
                (Address::parse(&format!("https://api.{host}/")), (*owner).to_owned())
            }
            Kind::Github => (Ok(root.below("api/v3")), (*owner).to_owned()),
            // Groups nest, and what is before them cannot be told from a group.
            Kind::Gitlab => {
                let groups: Vec<&str> = before.iter().chain([owner]).copied().collect();
                (Ok(root.below("api/v4")), groups.join("/"))
            }
            // Owners do not nest, so that everything before them is where the server stands.
            Kind::Gitea => {
                let api: Vec<&str> = before.iter().copied().chain(["api", "v1"]).collect();
                (Ok(root.below(&api.join("/"))), (*owner).to_owned())
            }
        };
        Ok(Place { api: api.map_err(|_| wrong())?, owner, name: (*name).to_owned() })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Github => "GitHub",
            Kind::Gitlab => "GitLab",
            Kind::Gitea => "Gitea",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(kind: Kind, address: &str) -> Option<(String, String, String)> {
        let place = kind.place(&Address::parse(address).unwrap()).ok()?;
        Some((place.api.to_string(), place.owner, place.name))
    }

    #[test]
    fn each_provider_has_its_api_and_its_names() {
        for (kind, address, api, owner, name) in [
            (Kind::Github, "https://github.com/team/shop.git", "https://api.github.com/", "team", "shop"),
            (
                Kind::Github,
                "https://git.acme.example/team/shop",
                "https://git.acme.example/api/v3",
                "team",
                "shop",
            ),
            (Kind::Github, "https://acme.ghe.com/team/shop", "https://api.acme.ghe.com/", "team", "shop"),
            (Kind::Gitlab, "https://gitlab.com/a/b/c/shop.git", "https://gitlab.com/api/v4", "a/b/c", "shop"),
            (Kind::Gitea, "https://codeberg.org/team/shop/", "https://codeberg.org/api/v1", "team", "shop"),
            (
                Kind::Gitea,
                "http://localhost:3000/git/team/shop.git",
                "http://localhost:3000/git/api/v1",
                "team",
                "shop",
            ),
        ] {
            let found = place(kind, address);
            assert_eq!(found, Some((api.to_owned(), owner.to_owned(), name.to_owned())), "{address}");
        }
    }

    #[test]
    fn what_names_no_repository_is_refused() {
        for (kind, address) in [
            (Kind::Github, "https://github.com/"),
            (Kind::Github, "https://github.com/team"),
            (Kind::Github, "https://github.com/a/b/c"),
            (Kind::Gitlab, "https://gitlab.com/shop.git"),
            (Kind::Gitlab, "https://gitlab.com/a/../shop"),
            (Kind::Gitea, "https://codeberg.org/team//shop"),
        ] {
            assert_eq!(place(kind, address), None, "{address}");
        }
    }
}
