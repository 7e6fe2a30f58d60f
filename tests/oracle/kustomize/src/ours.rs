//! What Fairlead answers to the same questions.

use fairlead_kustomize::{Options, build};
use fairlead_world::{Blob, MemoryWorld, RepoPath};
use fairlead_yaml::edit::image::{Image, set_images};
use fairlead_yaml::edit::{NewValue, Path, append, delete, set};

use crate::generate::Edit;
use crate::oracle::Answer;

fn answer(result: Result<String, String>) -> Answer {
    match result {
        Ok(out) => Answer { out, err: String::new() },
        Err(err) => Answer { out: String::new(), err },
    }
}

/// The files of a tree that is written as one text.
pub(crate) fn files(tree: &str) -> Vec<(&str, String)> {
    let mut all: Vec<(&str, String)> = Vec::new();
    for line in tree.split_inclusive('\n') {
        let name = line.trim_end_matches('\n').strip_prefix("-- ").and_then(|line| line.strip_suffix(" --"));
        match (name, all.last_mut()) {
            (Some(name), _) => all.push((name, String::new())),
            (None, Some((_, body))) => body.push_str(line),
            (None, None) => {}
        }
    }
    all
}

/// Builds a tree.
pub(crate) fn tree(text: &str) -> Answer {
    let mut world = MemoryWorld::new();
    let files = files(text);
    for (path, body) in &files {
        if let Ok(path) = RepoPath::parse(path) {
            world.insert(path, Blob::from(body.as_str()));
        }
    }
    let folder = if files.iter().any(|(path, _)| path.starts_with("overlay/")) { "overlay" } else { "base" };
    let Ok(path) = RepoPath::parse(folder) else { return Answer::default() };
    let options = Options { shown_root: "ROOT".to_owned(), written: folder.to_owned(), ..Options::default() };
    let built = build(&world, &path, &options).result.and_then(|resources| resources.print());
    answer(built.map_err(|error| error.to_string()))
}

/// Sets images: the first line has the arguments.
pub(crate) fn image(input: &str) -> Answer {
    let (line, text) = input.split_once('\n').unwrap_or((input, ""));
    let images: Result<Vec<Image>, _> = line.split(' ').map(Image::parse).collect();
    let edited = images
        .map_err(|error| error.to_string())
        .and_then(|images| set_images(text, &images).map_err(|error| error.to_string()));
    answer(edited.map(|edited| edited.text))
}

/// Makes an edit.
pub(crate) fn edit(edit: &Edit) -> Answer {
    let value = NewValue::detect(edit.value);
    let made = Path::parse(&edit.path).map_err(|error| error.to_string()).and_then(|path| {
        let edited = match edit.verb {
            "set" => set(&edit.text, &path, &value),
            "append" => append(&edit.text, &path, &value),
            _ => delete(&edit.text, &path),
        };
        edited.map_err(|error| error.to_string())
    });
    answer(made.map(|edited| edited.text))
}
