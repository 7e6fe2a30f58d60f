//! What commands print: tables for people, JSON and YAML for programs.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

/// The form of what a command prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Table,
    /// One JSON document.
    Json,
    /// One YAML document.
    Yaml,
}

/// Chooses the form.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct OutputArgs {
    /// How to print the result.
    #[arg(long, short, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: Format,
}

impl OutputArgs {
    /// Prints `data` for programs, or what `table` makes for people.
    pub(crate) fn print<T: Serialize>(self, data: &T, table: impl FnOnce() -> String) -> io::Result<()> {
        let text = match self.output {
            Format::Table => table(),
            Format::Json => json(data)?,
            Format::Yaml => yaml(data)?,
        };
        let mut out = anstream::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()
    }
}

fn json<T: Serialize>(data: &T) -> io::Result<String> {
    Ok(serde_json::to_string_pretty(data)? + "\n")
}

/// YAML by way of JSON, which is YAML too.
fn yaml<T: Serialize>(data: &T) -> io::Result<String> {
    let json = serde_json::to_string(data)?;
    let value = fairlead_yaml::value::from_str(&json).map_err(io::Error::other)?;
    fairlead_yaml::emit::to_string(&value, fairlead_yaml::Style::V2).map_err(io::Error::other)
}

/// What went well.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// What needs a look.
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default();
/// What is wrong.
pub(crate) const BAD: Style = AnsiColor::Red.on_default();
/// What matters less.
pub(crate) const DIM: Style = Style::new().dimmed();
/// What the eye should find.
pub(crate) const BOLD: Style = Style::new().bold();

/// Text in a style; the stream takes the style away where nobody would see it or `NO_COLOR` is set.
pub(crate) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Rows of cells whose columns line up. Cells may be styled.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with a row of titles.
    pub(crate) fn new(titles: &[&str]) -> Table {
        Table { rows: vec![titles.iter().map(|title| styled(BOLD, title)).collect()] }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// The table as text, two spaces between columns and none at the ends of lines.
    pub(crate) fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        let widest =
            |column: usize| self.rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max();
        let widths: Vec<usize> = (0..columns).map(|column| widest(column).unwrap_or_default()).collect();
        let mut text = String::new();
        for row in &self.rows {
            let last = row.len().saturating_sub(1);
            for (column, (cell, wide)) in row.iter().zip(&widths).enumerate() {
                let padding = if column == last { 0 } else { wide - width(cell) + 2 };
                // Writing to a String cannot fail.
                let _ = write!(text, "{cell}{:padding$}", "");
            }
            text.push('\n');
        }
        text
    }
}

/// The columns that a cell takes on a terminal, its styles aside.
fn width(cell: &str) -> usize {
    anstream::adapter::strip_str(cell).map(UnicodeWidthStr::width).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_whatever_their_styles() {
        let mut table = Table::new(&["NAME", "STATUS"]);
        table.row(["api".to_owned(), styled(GOOD, "complete")]);
        table.row([styled(BAD, "großes-ü"), "✅ x".to_owned()]);
        let text = anstream::adapter::strip_str(&table.render()).to_string();
        assert_eq!(text, "NAME      STATUS\napi       complete\ngroßes-ü  ✅ x\n");
    }

    #[test]
    fn the_same_data_in_both_forms() {
        let data = std::collections::BTreeMap::from([("units", vec![1, 2])]);
        assert_eq!(json(&data).unwrap(), "{\n  \"units\": [\n    1,\n    2\n  ]\n}\n");
        assert_eq!(yaml(&data).unwrap(), "units:\n- 1\n- 2\n");
    }
}
