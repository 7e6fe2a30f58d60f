//! The sync settings of a tenant and environment: defaults, project, the environment's profile, the operation's
//! profile, an agent binding, each over the one before.

use std::sync::Arc;

use super::settings::{Setting, SettingOrigin, Settings};
use crate::config::{
    AgentBinding, Approval, Backoff, Controls, Entry, Environment, Name, Profile, Project, Retry,
};
use crate::diagnostic::{Code, Diagnostic, Span, Spanned};

impl Default for Settings {
    /// What holds where nobody says anything: everything off but retries.
    fn default() -> Settings {
        fn default<T>(value: T) -> Setting<T> {
            Setting { value, origin: SettingOrigin::Default, place: None }
        }
        Settings {
            auto_sync: default(false),
            prune: default(false),
            self_heal: default(false),
            retry: default(Retry::On(Backoff::default())),
            replace: default(false),
            approval: default(Approval::None),
        }
    }
}

impl Settings {
    fn apply(&mut self, controls: &Controls, origin: &SettingOrigin) {
        set(&mut self.auto_sync, controls.auto_sync.as_ref(), origin);
        set(&mut self.prune, controls.prune.as_ref(), origin);
        set(&mut self.self_heal, controls.self_heal.as_ref(), origin);
        set(&mut self.retry, controls.retry.as_ref(), origin);
        set(&mut self.replace, controls.replace.as_ref(), origin);
    }

    fn apply_profile(&mut self, profile: &Profile, origin: &SettingOrigin) {
        self.apply(&profile.sync, origin);
        if let Some(approval) = profile.approval {
            self.approval = Setting { value: approval, origin: origin.clone(), place: None };
        }
    }
}

fn set<T: Clone>(setting: &mut Setting<T>, control: Option<&Spanned<T>>, origin: &SettingOrigin) {
    if let Some(control) = control {
        // Built-in profiles are written in no file.
        let place = (control.span.line > 0).then(|| control.span.clone());
        *setting = Setting { value: control.value.clone(), origin: origin.clone(), place };
    }
}

/// The settings of the cells of an environment that these agents serve.
pub(super) fn settings(
    project: &Project,
    environment: &Environment,
    operation: Option<&Name>,
    agents: &[Arc<Entry<AgentBinding>>],
) -> Settings {
    let mut settings = Settings::default();
    settings.apply(&project.delivery.sync, &SettingOrigin::Project);
    let named = environment.profile.as_ref().or(project.file.defaults.profile.as_ref());
    if let Some(profile) = named.and_then(|name| project.profiles.get(&name.value)) {
        settings.apply_profile(profile, &SettingOrigin::EnvironmentProfile(profile.name.shared()));
    }
    if let Some(profile) = operation.and_then(|name| project.profiles.get(name)) {
        settings.apply_profile(profile, &SettingOrigin::OperationProfile(profile.name.shared()));
    }
    for binding in agents {
        settings.apply(&binding.sync, &SettingOrigin::Agent(binding.name.shared()));
    }
    settings
}

/// What is odd about settings: those without effect, and pruning by itself where the environment is protected.
pub(super) fn review(
    settings: &Settings,
    tenant: &Name,
    environment: &Entry<Environment>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let pair = format!("{tenant}/{}", environment.name);
    let fallback = Span::start(&environment.path);
    if !settings.auto_sync.value {
        for (setting, name) in [(&settings.prune, "prune"), (&settings.self_heal, "selfHeal")] {
            if setting.value {
                let message = format!("`{name}` has no effect in {pair} without `autoSync`");
                let hint = format!("turn `autoSync` on, or `{name}` off");
                let place = setting.place.as_ref().unwrap_or(&fallback);
                diagnostics.push(Diagnostic::warning(Code::NoEffect, message, hint).at(place));
            }
        }
    } else if settings.prune.value && environment.protected {
        let message = format!(
            "resources deleted from git are removed by themselves in {pair}, and the environment is protected"
        );
        let hint = "turn `prune` off there, or pair it with an approval policy";
        let place = settings.prune.place.as_ref().unwrap_or(&fallback);
        diagnostics.push(Diagnostic::warning(Code::ProtectedPrune, message, hint).at(place));
    }
}

/// Two agent bindings that serve one pair and would have to agree on its sync controls.
pub(super) fn agree(
    pair: (&Name, &Name),
    agents: &[Arc<Entry<AgentBinding>>],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let speaking: Vec<_> = agents.iter().filter(|binding| binding.sync != Controls::default()).collect();
    for binding in speaking.iter().skip(1).filter(|binding| binding.sync != speaking[0].sync) {
        let message = format!(
            "the agent bindings `{}` and `{}` set different sync controls for {}/{}",
            speaking[0].name, binding.name, pair.0, pair.1
        );
        let hint = "let one of them serve the cell, or give both the same controls";
        diagnostics.push(Diagnostic::error(Code::Collision, message, hint).at(&Span::start(&binding.path)));
    }
}
