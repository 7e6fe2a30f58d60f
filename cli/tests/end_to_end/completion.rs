//! Completion scripts and help.

use crate::sandbox::Sandbox;

#[test]
fn every_shell_gets_a_script() {
    let sandbox = Sandbox::empty();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = sandbox.fairlead(["completion", shell]).succeeded().stdout;
        assert!(script.contains("generate"), "{shell}: {script}");
    }
}

#[test]
fn help_lists_the_commands_and_goes_to_standard_output() {
    let sandbox = Sandbox::empty();
    let help = sandbox.fairlead(["--help"]).succeeded().stdout;
    for command in ["init", "lock", "preview", "diff", "generate", "files", "validate", "bootstrap", "schema"]
    {
        assert!(help.contains(command), "{command} is missing in\n{help}");
        sandbox.fairlead([command, "--help"]).succeeded();
    }
}

#[test]
fn what_is_no_command_ends_with_2() {
    let sandbox = Sandbox::empty();
    let ended = sandbox.fairlead(["genrate"]).ended_with(2);
    assert!(ended.stderr.contains("generate"), "the nearest name is offered: {}", ended.stderr);
}
