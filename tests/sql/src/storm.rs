//! Statements and batches at random, the same for the same seed.

use fairlead_sql::{Batch, Sql, Statement, Value};

use crate::{ask, outcome};

const STEPS: u64 = 400;

/// Numbers that are the same on every host.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn number(&mut self, limit: u64) -> i64 {
        i64::try_from(self.below(limit)).unwrap_or_default()
    }

    fn value(&mut self) -> Value {
        match self.below(6) {
            0 => Value::Null,
            1 => self.number(5).into(),
            2 => (self.number(1 << 20) * self.number(1 << 31) - (1 << 40)).into(),
            3 => ["", "a", "ä", "0", "null"][usize::try_from(self.below(5)).unwrap_or_default()].into(),
            _ => {
                let length = self.below(20) * self.below(20);
                (0..length).map(|_| self.below(256) as u8).collect::<Vec<u8>>().into()
            }
        }
    }

    fn statement(&mut self) -> Statement {
        let key = self.number(12);
        match self.below(9) {
            0 | 1 => Statement::new("INSERT INTO storm (id, kind, at) VALUES (?1, ?2, ?3) RETURNING id")
                .bind(key)
                .bind(self.number(3))
                .bind(self.value()),
            2 => Statement::new(
                "INSERT OR IGNORE INTO storm (id, kind, at) VALUES (?1, ?2, ?3) RETURNING id, kind",
            )
            .bind(key)
            .bind(self.number(3))
            .bind(self.value()),
            3 => Statement::new(
                "UPDATE storm SET at = ?2, kind = kind + 1 WHERE id >= ?1 RETURNING id, kind, at",
            )
            .bind(key)
            .bind(self.value()),
            4 => Statement::new("DELETE FROM storm WHERE id = ?1 OR kind > 5 RETURNING id").bind(key),
            5 => Statement::new("SELECT id, kind, at, at IS NULL FROM storm WHERE id % 3 = ?1 ORDER BY id")
                .bind(self.number(3)),
            6 => Statement::new(
                "SELECT kind, count(*), max(id) FROM storm GROUP BY kind ORDER BY kind LIMIT ?1",
            )
            .bind(self.number(4)),
            7 => Statement::new("SELECT id FROM storm WHERE at = ?1 ORDER BY id").bind(self.value()),
            _ => Statement::new(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
                SELECT i, substr(?2, i, 1) FROM n",
            )
            .bind(self.number(5) + 1)
            .bind(["", "abc", "äöü"][usize::try_from(self.below(3)).unwrap_or_default()]),
        }
    }
}

/// Carries it out, and tells what came of each step.
pub async fn storm(sql: &impl Sql, seed: u64) -> Vec<String> {
    let mut numbers = Numbers(seed);
    // A key that is there twice, and a number that is not to be, are errors in the middle of a batch.
    let table = "CREATE TABLE IF NOT EXISTS storm (
        id INTEGER PRIMARY KEY, kind INTEGER NOT NULL CHECK (kind < 8), at)";
    let mut lines = vec![format!("storm {seed}: {}", ask(sql, Statement::new(table)).await)];
    for step in 0..STEPS {
        let line = if numbers.below(2) == 0 {
            ask(sql, numbers.statement()).await
        } else {
            let mut batch = Batch::new();
            for _ in 0..=numbers.below(5) {
                let statement = numbers.statement();
                if numbers.below(3) == 0 { batch.guard(statement) } else { batch.add(statement) }
            }
            outcome(sql.batch(batch).await)
        };
        lines.push(format!("{step}: {line}"));
    }
    lines
}
