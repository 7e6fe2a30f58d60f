//! Which settings the lines of a runtime's objects follow from.

use std::fmt;

use fairlead_world::{Answer, RepoPath, World};
use fairlead_yaml::value::{Options, with_places};
use fairlead_yaml::{Position, Value};

use super::fields;
use crate::config::{Project, Runtime};
use crate::diagnostic::Span;
use crate::resolve::{Route, Setting, SettingOrigin, Target, Unit};
use crate::values::ValuePath;

/// A setting of the project that a line of an Application, or of another runtime's object, follows from.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// The setting, as the project's files call it: `sync.prune`. `None` where there is none.
    pub setting: Option<String>,
    /// Who decided it, of those who may.
    pub by: Decider,
    /// Where it is written; `None` for what nobody wrote and for the profiles that every project has.
    pub place: Option<Span>,
}

/// Who decided a setting.
#[derive(Debug, Clone, PartialEq)]
pub enum Decider {
    /// A file says it.
    File,
    /// Nobody does.
    Default,
    /// One of those who can say how a cell synchronizes.
    Sync(SettingOrigin),
    /// Nobody can: the line is the same for every unit.
    Fairlead,
}

impl fmt::Display for Decider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Decider::Fairlead => f.write_str("Fairlead, alike for every unit"),
            Decider::File => f.write_str("a file"),
            Decider::Default | Decider::Sync(SettingOrigin::Default) => f.write_str("default"),
            Decider::Sync(SettingOrigin::Project) => f.write_str("the project"),
            Decider::Sync(SettingOrigin::EnvironmentProfile(name)) => {
                write!(f, "the environment's profile {name}")
            }
            Decider::Sync(SettingOrigin::OperationProfile(name)) => {
                write!(f, "the operation's profile {name}")
            }
            Decider::Sync(SettingOrigin::Agent(name)) => write!(f, "the agent binding {name}"),
        }
    }
}

/// A unit and what its settings are read from.
pub(super) struct Settings<'a> {
    pub(super) world: &'a dyn World,
    pub(super) project: &'a Project,
    pub(super) unit: &'a Unit,
}

impl Settings<'_> {
    /// The settings that a field of one of the unit's objects follows from, or who writes it without any.
    pub(super) fn of(&self, field: &ValuePath, value: Option<&Value>) -> Vec<Decided> {
        let decided = self.find(field, value);
        match decided.is_empty() {
            true => vec![Decided { setting: None, by: Decider::Fairlead, place: None }],
            false => decided,
        }
    }

    fn find(&self, field: &ValuePath, value: Option<&Value>) -> Vec<Decided> {
        let steps: Vec<&str> = field.steps().iter().map(|step| &**step).collect();
        // What an ApplicationSet makes of its template is what an Application is.
        let steps = steps.strip_prefix(&["spec", "template"]).unwrap_or(&steps);
        match steps {
            ["metadata", rest @ ..] => self.metadata(rest),
            ["spec", "generators", "0", "list", "elements", index, rest @ ..] => {
                let target = index.parse().ok().and_then(|index: usize| self.unit.targets.get(index));
                target.map(|target| self.destination(rest, target)).unwrap_or_default()
            }
            ["spec", rest @ ..] => match self.project.delivery.runtime {
                Runtime::ArgoCd => self.argocd(rest, value),
                Runtime::Flux => self.flux(rest),
            },
            _ => Vec::new(),
        }
    }

    fn metadata(&self, steps: &[&str]) -> Vec<Decided> {
        let runtime = match self.project.delivery.runtime {
            Runtime::ArgoCd => "argocd",
            Runtime::Flux => "flux",
        };
        match steps {
            ["name"] => vec![self.bound()],
            ["namespace"] => vec![self.delivery(&[runtime, "namespace"])],
            ["labels", "argocd.argoproj.io/instance-name"] => vec![self.delivery(&["argocd", "instance"])],
            ["labels", name] => self.label(name),
            ["annotations", "argocd.argoproj.io/sync-wave"] => vec![self.wave()],
            ["annotations", "fairlead.dev/protected"] => {
                vec![self.written(&self.unit.environment.path, &["protected"])]
            }
            ["annotations", "fairlead.dev/unit" | "fairlead.dev/release"] => vec![self.bound()],
            ["annotations", name] if self.project.delivery.argocd.annotations.contains_key(*name) => {
                vec![self.delivery(&["argocd", "annotations", name])]
            }
            _ => Vec::new(),
        }
    }

    fn argocd(&self, steps: &[&str], value: Option<&Value>) -> Vec<Decided> {
        let settings = &self.unit.settings;
        match steps {
            ["project"] => vec![self.delivery(&["argocd", "project"])],
            ["source", rest @ ..] => self.source(rest),
            ["destination", rest @ ..] => match &*self.unit.targets {
                [target] => self.destination(rest, target),
                _ => Vec::new(),
            },
            ["syncPolicy", "automated"] => vec![sync("sync.autoSync", &settings.auto_sync)],
            ["syncPolicy", "automated", "prune"] => vec![sync("sync.prune", &settings.prune)],
            ["syncPolicy", "automated", "selfHeal"] => vec![sync("sync.selfHeal", &settings.self_heal)],
            ["syncPolicy", "retry", ..] => vec![sync("sync.retry", &settings.retry)],
            ["syncPolicy", "syncOptions", _] => self.sync_option(value.and_then(Value::as_str)),
            ["syncPolicy", "managedNamespaceMetadata", ..] => vec![self.delivery(&["createNamespace"])],
            ["ignoreDifferences", index, ..] => {
                let index = index.parse().ok();
                let written = index.and_then(|index: usize| self.unit.ignore_differences.get(index));
                written.map(|written| at("ignoreDifferences", &written.span)).into_iter().collect()
            }
            ["revisionHistoryLimit"] => vec![self.delivery(&["argocd", "revisionHistoryLimit"])],
            _ => Vec::new(),
        }
    }

    fn flux(&self, steps: &[&str]) -> Vec<Decided> {
        let settings = &self.unit.settings;
        match steps {
            ["interval"] => vec![self.delivery(&["flux", "interval"])],
            ["path"] => vec![self.bound()],
            ["prune"] => {
                vec![sync("sync.autoSync", &settings.auto_sync), sync("sync.prune", &settings.prune)]
            }
            ["force"] => vec![sync("sync.replace", &settings.replace)],
            ["suspend"] => vec![sync("sync.autoSync", &settings.auto_sync)],
            ["retryInterval"] => vec![sync("sync.retry", &settings.retry)],
            ["dependsOn", ..] => vec![self.wave()],
            ["kubeConfig", ..] => vec![self.delivery(&["flux", "kubeConfigs"])],
            _ => Vec::new(),
        }
    }

    fn source(&self, steps: &[&str]) -> Vec<Decided> {
        match steps {
            ["repoURL"] => vec![self.delivery(&["repoURL"])],
            ["targetRevision"] if self.project.delivery.target_revision.is_none() => {
                vec![self.written(&self.project.file.path, &["output", "branch"])]
            }
            ["targetRevision"] => vec![self.delivery(&["targetRevision"])],
            ["path"] => vec![self.bound()],
            _ => Vec::new(),
        }
    }

    fn destination(&self, steps: &[&str], target: &Target) -> Vec<Decided> {
        let file = self.project.targets.get(&target.name).filter(|_| target.route == Route::Explicit);
        match steps {
            ["server"] => {
                let mut decided: Vec<Decided> = match (&target.cluster, file) {
                    (Some(cluster), _) => vec![at("server", &cluster.server.span)],
                    (None, Some(file)) => vec![self.written(&file.path, &["server"])],
                    (None, None) => Vec::new(),
                };
                // Which cluster it is, is a decision of its own.
                decided.push(match (target.route, file) {
                    (Route::Explicit, Some(file)) => at("target", &Span::start(&file.path)),
                    (Route::Environment, _) => self.written(&self.unit.environment.path, &["cluster"]),
                    (Route::Explicit | Route::Fallback, _) => unsaid("target"),
                });
                decided
            }
            ["namespace"] => {
                let own = file.and_then(|file| file.namespace.as_ref());
                vec![match own {
                    Some(namespace) => at("namespace", &namespace.span),
                    None => self.written(&self.project.file.path, &["defaults", "namespace"]),
                }]
            }
            ["target"] => file.map(|file| at("target", &Span::start(&file.path))).into_iter().collect(),
            ["path"] => vec![self.bound()],
            _ => Vec::new(),
        }
    }

    fn sync_option(&self, option: Option<&str>) -> Vec<Decided> {
        let listed = self.project.delivery.argocd.sync_options.iter();
        let mut own = listed.filter(|listed| Some(&*listed.value) == option);
        match (own.next(), option) {
            (Some(listed), _) => vec![at("argocd.syncOptions", &listed.span)],
            (None, Some("CreateNamespace=true")) => vec![self.delivery(&["createNamespace"])],
            (None, Some("Replace=true")) => vec![sync("sync.replace", &self.unit.settings.replace)],
            (None, _) => Vec::new(),
        }
    }

    /// The strongest of those who label units: workload, tenant, environment.
    fn label(&self, name: &str) -> Vec<Decided> {
        let unit = self.unit;
        let labels = [&unit.workload.labels, &unit.tenant.labels, &unit.environment.labels];
        match labels.into_iter().find_map(|labels| labels.get(name)) {
            _ if name.starts_with("fairlead.dev/") => vec![self.bound()],
            Some(label) => vec![at(&format!("labels.{name}"), &label.span)],
            None => Vec::new(),
        }
    }

    /// What follows from the unit being bound at all: its names and its folder.
    fn bound(&self) -> Decided {
        at("binding", &self.unit.place)
    }

    fn wave(&self) -> Decided {
        self.written(&self.unit.workload.path, &["syncWave"])
    }

    fn delivery(&self, setting: &[&str]) -> Decided {
        match self.project.root.join("delivery.yaml") {
            Ok(file) => self.written(&file, setting),
            Err(_) => unsaid(&setting.join(".")),
        }
    }

    /// A setting with its place in a file, where it is in it.
    fn written(&self, file: &RepoPath, setting: &[&str]) -> Decided {
        let name = setting.join(".");
        let Answer::Found(blob) = self.world.read(file) else { return unsaid(&name) };
        match blob.text().and_then(|text| place(text, setting)) {
            Some(Position { line, column, .. }) => at(&name, &Span { path: file.clone(), line, column }),
            None => unsaid(&name),
        }
    }
}

fn place(text: &str, setting: &[&str]) -> Option<Position> {
    let (_, places) = with_places(text, &Options::default()).ok()?;
    let is_it = |path: &ValuePath| path.steps().iter().map(|step| &**step).eq(setting.iter().copied());
    fields::all(&places).into_iter().find(|(_, path)| is_it(path)).map(|(at, _)| at)
}

fn at(setting: &str, place: &Span) -> Decided {
    Decided { setting: Some(setting.to_owned()), by: Decider::File, place: Some(place.clone()) }
}

fn unsaid(setting: &str) -> Decided {
    Decided { setting: Some(setting.to_owned()), by: Decider::Default, place: None }
}

fn sync<T>(name: &str, setting: &Setting<T>) -> Decided {
    Decided {
        setting: Some(name.to_owned()),
        by: Decider::Sync(setting.origin.clone()),
        place: setting.place.clone(),
    }
}
