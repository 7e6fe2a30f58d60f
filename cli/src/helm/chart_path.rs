//! Where a chart is: a folder or a package on this machine, or somewhere else.

use std::path::{Path, PathBuf};

use fairlead_helm::chart::{ArchiveError, IGNORE_FILE, IgnoreRules};
use fairlead_helm::{Chart, Dialect, File, LoadError, load_folder, load_package};
use fairlead_world::Blob;

use super::Failure;
use super::flags::{Flag, Flags};
use super::remote;
use super::value_options::reason;

/// Flags about where a chart comes from.
pub(super) const FLAGS: &[Flag] = &[
    Flag::value("version", "specify a version constraint for the chart version to use"),
    Flag::switch("verify", "verify the package before using it"),
    Flag::value("keyring", "location of public keys used for verification"),
    Flag::value("repo", "chart repository url where to locate the requested chart"),
    Flag::value("username", "chart repository username"),
    Flag::value("password", "chart repository password"),
    Flag::value("cert-file", "identify HTTPS client using this SSL certificate file"),
    Flag::value("key-file", "identify HTTPS client using this SSL key file"),
    Flag::switch("insecure-skip-tls-verify", "skip tls certificate checks for the chart download"),
    Flag::switch("plain-http", "use insecure HTTP connections for the chart download"),
    Flag::value("ca-file", "verify certificates of HTTPS-enabled servers using this CA bundle"),
    Flag::switch("pass-credentials", "pass credentials to all domains"),
    Flag::switch("devel", "use development versions, too"),
];

/// Where the chart that an argument names is.
#[derive(Debug, Clone)]
pub(super) enum Located {
    /// A folder or a package on this machine.
    Here(PathBuf),
    /// A package that was fetched, and what it was asked for by.
    Fetched(String, Blob),
}

/// Finds the chart that an argument names, and fetches it where it is not on this machine.
pub(super) fn locate(name: &str, flags: &Flags, dialect: Dialect) -> Result<Located, Failure> {
    let name = name.trim();
    if flags.on("verify") {
        return Err("--verify is not supported: signatures of packages are not checked here".to_owned());
    }
    let path = Path::new(name);
    let repo = flags.text("repo");
    // Helm 3 prefers what is here to what is asked for, and says so.
    if repo.is_empty() || dialect == Dialect::Helm3 {
        if path.exists() {
            if !repo.is_empty() {
                anstream::eprintln!(
                    "install.go:759: WARN local chart found in current working directory. repository url ignored \
                     chart={name} repository={repo}"
                );
            }
            return Ok(Located::Here(path.to_owned()));
        }
        if path.is_absolute() || name.starts_with('.') {
            return Err(format!("path {name:?} not found"));
        }
    }
    Ok(Located::Fetched(name.to_owned(), remote::fetch(name, flags, dialect)?))
}

/// Loads a chart.
pub(super) fn load(located: &Located, dialect: Dialect) -> Result<Chart, Failure> {
    let path = match located {
        Located::Here(path) => path,
        Located::Fetched(name, package) => return load_bytes(name, package.bytes(), dialect),
    };
    if path.is_dir() {
        let file = path.join("Chart.yaml");
        if dialect == Dialect::Helm4 && !file.exists() {
            let file = absolute(&file);
            return Err(format!("unable to detect chart at {file}: open {file}: no such file or directory"));
        }
        return load_folder(folder(path)?, dialect).map_err(|error| error.to_string());
    }
    let name = absolute(path);
    let package = std::fs::read(path).map_err(|error| format!("open {name}: {}", reason(&error)))?;
    load_bytes(&name, &package, dialect)
}

/// Loads a package; `name` is for the texts of errors.
fn load_bytes(name: &str, package: &[u8], dialect: Dialect) -> Result<Chart, Failure> {
    check_is_package(name, package)?;
    load_package(package, dialect).map_err(|error| match error {
        LoadError::Archive(error @ ArchiveError::NotGzip) => {
            format!("file '{name}' does not appear to be a valid chart file (details: {error})")
        }
        other => other.to_string(),
    })
}

/// Refuses files that are obviously no packages, in Helm's words.
fn check_is_package(name: &str, content: &[u8]) -> Result<(), Failure> {
    if content.starts_with(&[0x1f, 0x8b, 8]) {
        return Ok(());
    }
    if name.ends_with(".yml") || name.ends_with(".yaml") {
        return Err(format!("file '{name}' seems to be a YAML file, but expected a gzipped archive"));
    }
    let head = &content[..content.len().min(512)];
    let is_text = !head.is_empty() && head.iter().all(|byte| matches!(byte, 9 | 10 | 12 | 13 | 27 | 32..));
    let kind =
        if is_text || head.is_empty() { "text/plain; charset=utf-8" } else { "application/octet-stream" };
    Err(format!("file '{name}' does not appear to be a gzipped archive; got '{kind}'"))
}

fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).to_string_lossy().into_owned()
}

/// Folders within folders, and links that lead back up.
const MAX_DEPTH: usize = 100;

/// Reads the files of a chart's folder that its `.helmignore` does not leave out; links are followed, as by Helm.
pub(super) fn folder(top: &Path) -> Result<Vec<File>, Failure> {
    let ignore = std::fs::read(top.join(IGNORE_FILE)).unwrap_or_default();
    let rules = IgnoreRules::parse(&String::from_utf8_lossy(&ignore)).map_err(|error| error.to_string())?;
    let mut files = Vec::new();
    walk(top, "", &rules, 0, &mut files)?;
    Ok(files)
}

fn walk(
    folder: &Path,
    prefix: &str,
    rules: &IgnoreRules,
    depth: usize,
    files: &mut Vec<File>,
) -> Result<(), Failure> {
    if depth > MAX_DEPTH {
        return Err(format!("{}: folders are nested more than {MAX_DEPTH} deep", folder.display()));
    }
    let failed = |error: std::io::Error| format!("open {}: {}", absolute(folder), reason(&error));
    let mut entries =
        std::fs::read_dir(folder).map_err(failed)?.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let kind =
            entry.file_type().map_err(|error| format!("lstat {}: {}", absolute(&path), reason(&error)))?;
        let kind = if kind.is_symlink() {
            let target = std::fs::metadata(&path);
            target
                .map_err(|error| {
                    format!(
                        "error evaluating symlink {}: lstat {}: {}",
                        absolute(&path),
                        absolute(&path),
                        reason(&error)
                    )
                })?
                .file_type()
        } else {
            kind
        };
        if rules.ignores(&name, kind.is_dir()) {
            continue;
        }
        if kind.is_dir() {
            walk(&path, &format!("{name}/"), rules, depth + 1, files)?;
        } else if kind.is_file() {
            let data = std::fs::read(&path).map_err(|error| {
                format!("error reading {name}: open {}: {}", absolute(&path), reason(&error))
            })?;
            files.push(File::new(name, &data));
        } else {
            return Err(format!(
                "cannot load irregular file {} as it has file mode type bits set",
                absolute(&path)
            ));
        }
    }
    Ok(())
}
