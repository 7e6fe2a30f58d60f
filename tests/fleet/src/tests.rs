use super::*;
use fairlead_delivery::{config, resolve};

#[test]
fn projects_of_every_size_are_whole() {
    for units in [1, 100, 1_000] {
        let size = Size::of_units(units);
        let loaded = config::load(&world(size), &root());
        assert_eq!(loaded.diagnostics, []);
        let project = loaded.project.expect("the project has just been made");
        let matrix = resolve::matrix(&project, &resolve::Options::default());
        assert_eq!(matrix.diagnostics, []);
        assert_eq!(matrix.units.len(), size.units());
    }
}

#[test]
fn every_unit_renders_without_a_word() {
    let mut workspace = workspace(world(Size::of_units(100)));
    let outcome = workspace.preview();
    assert_eq!(outcome.diagnostics, []);
    assert_eq!(outcome.files.len(), 2 * 100);
}

#[test]
fn an_edit_renders_again_what_read_it() {
    let size = Size { workloads: 3, tenants: 4, environments: 2 };
    let mut workspace = workspace(world(size));
    workspace.update();
    assert_eq!(workspace.refresh().len(), size.units());
    for (round, edit) in EDITS.iter().enumerate() {
        assert_eq!(edit.make(&mut workspace, round), edit.readers(size), "{}", edit.name);
        assert_eq!(edit.make(&mut workspace, round), 0, "nothing changes {}", edit.name);
    }
}
