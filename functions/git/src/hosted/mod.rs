//! Git repositories whose objects lie in SQL, served to the ordinary git client over smart HTTP.
//!
//! Whatever a push brings is written as it comes, into a *pack* that nobody else sees: checked object by object, then as
//! a whole for what it refers to. One guarded batch compares the refs, moves them and lets the pack land. A push that
//! is cut, refused or killed leaves a pack behind that nobody will ever see; [`Hosted::tidy`] deletes it.
//!
//! ```
//! # use fairlead_sqlite::Sqlite;
//! # futures_executor::block_on(async {
//! use std::rc::Rc;
//! use fairlead_git::hosted::{self, Hosted, New};
//!
//! let sql = Sqlite::in_memory()?;
//! hosted::prepare(&sql).await?;
//! let clock: hosted::Clock = Rc::new(|| 1_700_000_000);
//! let shop = Hosted::create(sql, clock, &New::named("shop")?).await?;
//! assert_eq!(shop.refs().await?.all.len(), 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```

mod bury;
mod check;
mod collect;
mod connected;
mod incoming;
mod landing;
mod policy;
mod refs;
mod repository;
mod schema;
mod serve;
mod source;
mod store;
mod unpack;
mod walk;

use fairlead_sql::{Sql, SqlError, Statement};

pub use check::CheckError;
pub use collect::{Collected, untidy, untidy_from};
pub use connected::ConnectedError;
pub use incoming::Clock;
pub use policy::{Change, Policy, Rules};
pub use refs::{Ref, Refs};
pub use schema::{is_prepared, prepare};
pub use serve::{Protocol, ServeError};
pub use source::SourceError;
pub use store::StoreError;
pub use unpack::{PushLimits, UnpackError};

use store::Store;

use crate::reference::{Branch, RefNameError};

/// The longest name of a repository: it is one segment of an address.
const MAX_NAME: usize = 100;

/// One hosted repository.
pub struct Hosted<S> {
    store: Store<S>,
    clock: Clock,
    name: String,
    public: bool,
    limits: PushLimits,
}

/// A repository to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    /// Its name, one segment of its address.
    pub name: RepositoryName,
    /// What a clone checks out.
    pub branch: Branch,
    /// Whether everybody may read it.
    pub public: bool,
}

/// The name of a hosted repository: lower-case letters, digits, `-`, `_` and `.`, beginning with a letter or digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RepositoryName(String);

/// Text that names no repository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no name of a repository: lower-case letters, digits, `-`, `_` and `.`, beginning with a letter or digit \
    and not ending in `.git`, at most {MAX_NAME} characters"
)]
pub struct NameError(String);

/// Why a repository was not created.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CreateError {
    /// The name is none.
    #[error(transparent)]
    Name(#[from] NameError),
    /// Likewise the branch's.
    #[error(transparent)]
    Branch(#[from] RefNameError),
    /// There is one of that name.
    #[error("there is a repository `{0}` already")]
    Exists(String),
    /// The database.
    #[error(transparent)]
    Sql(#[from] SqlError),
}

impl RepositoryName {
    /// Reads a name.
    ///
    /// # Errors
    /// Any text that is none.
    pub fn parse(text: &str) -> Result<RepositoryName, NameError> {
        let usual = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let fine = text.len() <= MAX_NAME
            && text.bytes().next().is_some_and(usual)
            && text.bytes().all(|byte| usual(byte) || matches!(byte, b'-' | b'_' | b'.'))
            && !text.contains("..")
            && !text.ends_with(".git")
            && !text.ends_with('.');
        if fine {
            Ok(RepositoryName(text.to_owned()))
        } else {
            Err(NameError(text.chars().take(100).collect()))
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl New {
    /// A private repository with the branch `main`.
    ///
    /// # Errors
    /// Where the name is none.
    pub fn named(name: &str) -> Result<New, CreateError> {
        Ok(New { name: RepositoryName::parse(name)?, branch: Branch::parse("main")?, public: false })
    }
}

impl<S: Sql> Hosted<S> {
    /// Makes an empty repository. The tables have to be there: see [`prepare`].
    ///
    /// # Errors
    /// See [`CreateError`].
    pub async fn create(sql: S, clock: Clock, new: &New) -> Result<Hosted<S>, CreateError> {
        let statement = Statement::new(
            "INSERT INTO git_repository (name, head, public) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING RETURNING id",
        )
        .bind(new.name.as_str())
        .bind(new.branch.reference().as_str())
        .bind(i64::from(new.public));
        let rows = sql.query(statement).await?;
        let created = rows.first().ok_or_else(|| CreateError::Exists(new.name.0.clone()))?;
        let id = created.integer(0)?;
        Ok(Hosted::at(sql, clock, id, &new.name, new.public))
    }

    /// Opens a repository, or answers `None` where there is none of that name.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn open(sql: S, clock: Clock, name: &RepositoryName) -> Result<Option<Hosted<S>>, SqlError> {
        let statement =
            Statement::new("SELECT id, public FROM git_repository WHERE name = ?1").bind(name.as_str());
        let rows = sql.query(statement).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let (id, public) = (row.integer(0)?, row.integer(1)? != 0);
        Ok(Some(Hosted::at(sql, clock, id, name, public)))
    }

    fn at(sql: S, clock: Clock, repository: i64, name: &RepositoryName, public: bool) -> Hosted<S> {
        let store = Store { sql, repository, pack: 0 };
        Hosted { store, clock, name: name.0.clone(), public, limits: PushLimits::default() }
    }

    /// The same with other limits for what a push may bring.
    #[must_use]
    pub fn with_limits(self, limits: PushLimits) -> Hosted<S> {
        Hosted { limits, ..self }
    }

    /// Whether everybody may read it.
    pub fn is_public(&self) -> bool {
        self.public
    }

    /// Its refs as they are now.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn refs(&self) -> Result<Refs, StoreError> {
        refs::all(&self.store).await
    }
}

#[cfg(test)]
mod tests {
    use super::RepositoryName;

    #[test]
    fn names_are_one_plain_segment() {
        for name in ["shop", "acme-project", "a.b_c", "1"] {
            assert!(RepositoryName::parse(name).is_ok(), "{name}");
        }
        for name in [
            "",
            ".",
            "..",
            "a/b",
            "A",
            "-a",
            ".a",
            "a..b",
            "a.git",
            "a.",
            "a b",
            "a%2f",
            "ä",
            &"a".repeat(101),
        ] {
            assert!(RepositoryName::parse(name).is_err(), "{name}");
        }
    }
}
