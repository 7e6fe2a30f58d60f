//! What every [`Sql`] has to do alike: said once, told as text, and compared between the hosts.
//!
//! [`cases`] is a list of what the trait promises; [`storm`] is statements and batches at random on a small table. Both
//! answer with a line for each step. The native implementation is held against a file, the edge hosts against the
//! native one.

mod cases;
mod storm;

use fairlead_sql::{Outcome, Row, Sql, SqlError, Statement};

pub use cases::cases;
pub use storm::storm;

/// Both, on a database that has nothing yet.
pub async fn transcript(sql: &impl Sql, seed: u64) -> String {
    let mut lines = cases(sql).await;
    lines.extend(storm(sql, seed).await);
    lines.push(String::new());
    lines.join("\n")
}

/// The kind of an error: what hosts say differs.
fn kind(error: &SqlError) -> &'static str {
    match error {
        SqlError::Limit(_) => "limit",
        SqlError::Database(_) => "database",
        SqlError::Row(_) => "row",
    }
}

fn told(answer: Result<Vec<Row>, SqlError>) -> String {
    match answer {
        Ok(rows) => rows.iter().map(|row| format!("{row:?}")).collect::<Vec<_>>().join(" "),
        Err(error) => format!("error: {}", kind(&error)),
    }
}

fn outcome(answer: Result<Outcome, SqlError>) -> String {
    match answer {
        Ok(Outcome::Refused(place)) => format!("refused at {place}"),
        Ok(Outcome::Done(answers)) => {
            let answers: Vec<String> = answers.into_iter().map(|rows| told(Ok(rows))).collect();
            format!("done: {}", answers.join(" | "))
        }
        Err(error) => format!("error: {}", kind(&error)),
    }
}

async fn ask(sql: &impl Sql, statement: Statement) -> String {
    told(sql.query(statement).await)
}
