//! `fairlead edit set FILE KEY VALUE`.

use std::path::PathBuf;

use fairlead_yaml::edit::{self, NewValue, Path};

/// What to set where.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The file, or `-` for standard input and output.
    file: PathBuf,
    /// A path as yq writes it: .image.tag, .a[0].b, ."dotted.key", .a[] | select(.name == "x") | .b, .list[+].
    ///
    /// It applies to each document of the file; select(di == 0) names one.
    key: String,
    /// The value: true, false, null and decimal numbers are taken as such, everything else is text.
    #[arg(required_unless_present = "delete", conflicts_with = "delete", allow_hyphen_values = true)]
    value: Option<String>,
    /// Takes the value for text, whatever it looks like.
    #[arg(long, short)]
    string: bool,
    /// Adds the value to the sequence that KEY leads to.
    #[arg(long, short)]
    append: bool,
    /// Deletes what KEY leads to.
    #[arg(long, short, conflicts_with_all = ["append", "string"])]
    delete: bool,
}

/// Makes the change.
pub(super) fn run(args: &Args) -> Result<(), String> {
    let path = Path::parse(&args.key).map_err(|error| error.to_string())?;
    let before = super::read(&args.file)?;
    let value = match args.value.as_deref().unwrap_or_default() {
        text if args.string => NewValue::Text(text.to_owned()),
        word => NewValue::detect(word),
    };
    let edited = if args.delete {
        edit::delete(&before, &path)
    } else if args.append {
        edit::append(&before, &path, &value)
    } else {
        edit::set(&before, &path, &value)
    };
    let edited = edited.map_err(|error| format!("{}: {error}", args.file.display()))?;
    super::write(&args.file, &before, &edited.text)
}
