//! What the trait promises, one after the other.

use fairlead_sql::{Batch, Sql, Statement, Value};

use crate::{ask, outcome};

/// Carries the cases out, and tells what came of each.
pub async fn cases(sql: &impl Sql) -> Vec<String> {
    let mut lines = vec![format!("a table: {}", ask(sql, Statement::new(TABLE)).await)];
    values(sql, &mut lines).await;
    numbers(sql, &mut lines).await;
    limits(sql, &mut lines).await;
    batches(sql, &mut lines).await;
    lines
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, at BLOB, number INTEGER)";

/// What goes in comes out as it was, of the kind that it was.
async fn values(sql: &impl Sql, lines: &mut Vec<String>) {
    let values: [(&str, Value); 12] = [
        ("null", Value::Null),
        ("zero", 0.into()),
        ("less than zero", (-1).into()),
        ("the largest number", Statement::MAX_INTEGER.into()),
        ("the smallest number", (-Statement::MAX_INTEGER).into()),
        ("no text", "".into()),
        ("text", "naïve 🧵 \u{10ffff}".into()),
        ("text with an end within", "a\0b".into()),
        ("text that looks like a number", "007".into()),
        ("no bytes", Vec::new().into()),
        ("bytes", vec![0, 255, 128, 39].into()),
        ("bytes that look like text", b"text".as_slice().into()),
    ];
    for (name, value) in values {
        let told = ask(sql, Statement::new("SELECT ?1, ?1 IS NULL").bind(value.clone())).await;
        lines.push(format!("{name}: {told}"));
        let kept = Statement::new("INSERT INTO kept (name, at) VALUES (?1, ?2) RETURNING at");
        lines.push(format!("{name}, kept: {}", ask(sql, kept.bind(name).bind(value.clone())).await));
        let found =
            Statement::new("SELECT name FROM kept WHERE at = ?1 AND name = ?2").bind(value).bind(name);
        lines.push(format!("{name}, found: {}", ask(sql, found).await));
    }
    let long = Statement::new("SELECT length(?1), ?1").bind(vec![7_u8; Statement::MAX_BYTES - 1000]);
    let length = sql.query(long).await.and_then(|mut rows| match rows.first_mut() {
        Some(row) => Ok((row.integer(0)?, row.bytes(1)?.len())),
        None => Ok((0, 0)),
    });
    lines.push(format!("two million bytes: {length:?}"));
}

/// Whole numbers alone, within what all hosts have.
async fn numbers(sql: &impl Sql, lines: &mut Vec<String>) {
    for text in [
        "SELECT 9007199254740991",
        "SELECT 9007199254740992",
        "SELECT 9007199254740993",
        "SELECT -9223372036854775808",
        "SELECT 1.5",
        "SELECT count(*) FROM kept WHERE name <> 'nothing'",
        "SELECT max(number) FROM kept",
    ] {
        lines.push(format!("{text}: {}", ask(sql, Statement::new(text)).await));
    }
    let limited = Statement::new("SELECT name FROM kept ORDER BY name LIMIT ?1").bind(2);
    lines.push(format!("a number as a limit: {}", ask(sql, limited).await));
    let stored =
        Statement::new("INSERT INTO kept (name, number) VALUES ('n', ?1) RETURNING number, typeof(number)");
    lines.push(format!("a number in a column: {}", ask(sql, stored.bind(1_i64 << 40)).await));
}

/// What is beyond a limit is refused, everywhere the same.
async fn limits(sql: &impl Sql, lines: &mut Vec<String>) {
    let marks = |count: usize| (1..=count).map(|at| format!("?{at}")).collect::<Vec<_>>().join(", ");
    let many = |count: usize| {
        let text = format!("SELECT max({})", marks(count.min(30)));
        (0..count.min(30)).fold(Statement::new(text), |statement, _| statement.bind(1))
    };
    let row = |count: usize| {
        let rows = (1..=count).map(|at| format!("(?{at})")).collect::<Vec<_>>().join(", ");
        let text = format!("WITH r (n) AS (VALUES {rows}) SELECT count(*), max(n) FROM r");
        (0..count)
            .fold(Statement::new(text), |statement, at| statement.bind(i64::try_from(at).unwrap_or_default()))
    };
    for (name, statement) in [
        ("thirty arguments", many(30)),
        ("a hundred parameters", row(100)),
        ("a hundred and one", row(101)),
        ("a long text", Statement::new(format!("SELECT 1{}", " ".repeat(Statement::MAX_TEXT - 8)))),
        ("a longer text", Statement::new(format!("SELECT 1{}", " ".repeat(Statement::MAX_TEXT)))),
        ("long values", Statement::new("SELECT length(?1)").bind(vec![0_u8; Statement::MAX_BYTES + 1])),
        ("a number beyond 2^53", Statement::new("SELECT ?1").bind(1_i64 << 53)),
        ("no statement", Statement::new("SELEC 1")),
        ("no table", Statement::new("SELECT * FROM nothing")),
        ("a parameter too few", Statement::new("SELECT ?1, ?2").bind(1)),
        ("a parameter too many", Statement::new("SELECT ?1").bind(1).bind(2)),
    ] {
        lines.push(format!("{name}: {}", ask(sql, statement).await));
    }
}

/// All or nothing.
async fn batches(sql: &impl Sql, lines: &mut Vec<String>) {
    let insert = |name: &str| {
        Statement::new("INSERT INTO kept (name, number) VALUES (?1, 1) RETURNING name").bind(name)
    };
    let swap = |from: i64, to: i64| {
        Statement::new("UPDATE kept SET number = ?2 WHERE name = 'swapped' AND number = ?1 RETURNING number")
            .bind(from)
            .bind(to)
    };
    let batch = |steps: Vec<(Statement, bool)>| {
        let mut batch = Batch::new();
        for (statement, guard) in steps {
            if guard { batch.guard(statement) } else { batch.add(statement) }
        }
        batch
    };
    let beyond = Statement::new("SELECT ?1").bind(i64::MAX);
    let count = || Statement::new("SELECT count(*) FROM kept");
    lines.push(format!("before: {}", ask(sql, count()).await));
    for (name, steps) in [
        ("nothing", vec![]),
        (
            "a batch sees what it did",
            vec![(insert("swapped"), false), (swap(1, 2), true), (swap(2, 3), true)],
        ),
        (
            "a refused one leaves nothing",
            vec![(insert("a"), false), (swap(1, 9), true), (insert("b"), false)],
        ),
        ("nor one that fails", vec![(insert("c"), false), (swap(3, 9), true), (insert("swapped"), false)]),
        ("nor one beyond a limit", vec![(insert("d"), false), (beyond, false)]),
        ("nor one that cannot be read", vec![(insert("e"), false), (Statement::new("SELECT 0.5"), false)]),
        ("nor a table", vec![(Statement::new("CREATE TABLE gone (a)"), false), (swap(1, 9), true)]),
        ("a guard may only look", vec![(count(), true), (insert("f"), false)]),
    ] {
        lines.push(format!("{name}: {}", outcome(sql.batch(batch(steps)).await)));
    }
    lines.push(format!("the table: {}", ask(sql, Statement::new("SELECT * FROM gone")).await));
    let after = Statement::new("SELECT name, number FROM kept WHERE number IS NOT NULL ORDER BY name");
    lines.push(format!("after: {}", ask(sql, after).await));
}
