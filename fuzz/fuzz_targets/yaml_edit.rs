//! Any text, path and value: an edit fails or leaves YAML behind that says what was set.

#![no_main]

use fairlead_yaml::edit::image::{Image, set_images};
use fairlead_yaml::edit::{NewValue, Path, append, delete, set};
use fairlead_yaml::node::Text;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str, &str)| {
    let (text, path, value) = input;
    if let Ok(image) = Image::parse(value)
        && let Ok(edited) = set_images(text, &[image])
    {
        sound(&edited.text);
    }
    let Ok(path) = Path::parse(path) else { return };
    for new in [NewValue::detect(value), NewValue::Text(value.to_owned())] {
        if let Ok(edited) = set(text, &path, &new) {
            sound(&edited.text);
        }
        if let Ok(edited) = append(text, &path, &new) {
            sound(&edited.text);
        }
    }
    if let Ok(edited) = delete(text, &path) {
        sound(&edited.text);
    }
});

fn sound(text: &str) {
    if let Some(Err(error)) = Text::new(text).documents().find(Result::is_err) {
        panic!("{error}:\n{text}");
    }
}
