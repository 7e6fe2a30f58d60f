//! Random trees, weighted towards what bases, overlays and components do to each other.

mod dice;
mod edits;
mod fields;
mod patches;
mod resources;

use dice::Dice;
use fields::Files;

pub(crate) use edits::{Edit, image, yq};

/// A tree as one text, in the form of the case files.
pub(crate) fn tree(seed: u64) -> String {
    let mut dice = Dice::new(seed);
    let mut files = Files::new();
    let component = dice.one_in(5);
    kustomization(&mut dice, "base", &[], &mut files);
    if component {
        let body = fields::fields(&mut dice, "component", &mut files);
        let head = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n";
        let resource = if dice.one_in(2) {
            files.push(("component/more.yaml".to_owned(), resources::resource(&mut dice)));
            "resources: [more.yaml]\n"
        } else {
            ""
        };
        files.push(("component/kustomization.yaml".to_owned(), format!("{head}{resource}{body}")));
    }
    if component || dice.one_in(2) {
        let bases: &[&str] = if dice.one_in(6) {
            kustomization(&mut dice, "other", &[], &mut files);
            &["../base", "../other"]
        } else {
            &["../base"]
        };
        kustomization(&mut dice, "overlay", bases, &mut files);
        if component
            && let Some((_, text)) = files.iter_mut().find(|(path, _)| path == "overlay/kustomization.yaml")
        {
            text.push_str("components: [../component]\n");
        }
    }
    files.retain(|(path, _)| !path.contains('#'));
    let mut seen = std::collections::BTreeSet::new();
    files.retain(|(path, _)| seen.insert(path.clone()));
    files.iter().map(|(path, text)| format!("-- {path} --\n{text}")).collect()
}

/// A kustomization with resources of its own.
fn kustomization(dice: &mut Dice, folder: &str, bases: &[&str], files: &mut Files) {
    let mut list: Vec<String> = bases.iter().map(|base| (*base).to_owned()).collect();
    let count = if bases.is_empty() { 1 + dice.roll(5) } else { dice.roll(3) };
    for number in 0..count {
        let mut text = resources::resource(dice);
        if dice.one_in(5) {
            text = format!("{text}---\n{}", resources::resource(dice));
        }
        if dice.one_in(8) {
            text = fields::noise(dice) + &text;
        }
        let path = format!("r{number}.yaml");
        files.push((format!("{folder}/{path}"), text));
        list.push(path);
    }
    let head = if dice.one_in(3) {
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
    } else {
        ""
    };
    let resources =
        if list.is_empty() { String::new() } else { format!("resources: [{}]\n", list.join(", ")) };
    let body = fields::fields(dice, folder, files);
    files.push((format!("{folder}/kustomization.yaml"), format!("{head}{resources}{body}")));
}
