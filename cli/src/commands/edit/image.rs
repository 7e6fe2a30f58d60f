//! `fairlead edit image DIR NAME=NEWNAME:TAG@DIGEST`.

use std::path::{Path, PathBuf};

use fairlead_yaml::edit::image::{Image, set_images};

/// The names a kustomization file may have, in the order in which Kustomize looks for them.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Which images to set where.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder of the kustomization file, or the file.
    dir: PathBuf,
    /// Images: NAME=NEWNAME, NAME:TAG, NAME@DIGEST or NAME=NEWNAME:TAG@DIGEST; a `*` keeps what the file has.
    #[arg(required = true, value_name = "IMAGE")]
    images: Vec<String>,
}

/// Makes the change.
pub(super) fn run(args: &Args) -> Result<(), String> {
    let images: Result<Vec<Image>, String> =
        args.images.iter().map(|image| Image::parse(image).map_err(|error| error.to_string())).collect();
    let images = images?;
    let file = kustomization(&args.dir)?;
    let before = super::read(&file)?;
    let edited = set_images(&before, &images).map_err(|error| format!("{}: {error}", file.display()))?;
    super::write(&file, &before, &edited.text)
}

/// Finds the one kustomization file of a folder.
fn kustomization(dir: &Path) -> Result<PathBuf, String> {
    if dir.is_file() {
        return Ok(dir.to_owned());
    }
    let found: Vec<PathBuf> = NAMES.iter().map(|name| dir.join(name)).filter(|file| file.is_file()).collect();
    match found.as_slice() {
        [file] => Ok(file.clone()),
        [] => Err(format!("{}: missing kustomization file '{}'", dir.display(), NAMES[0])),
        _ => Err(format!("{}: found multiple kustomization files", dir.display())),
    }
}
