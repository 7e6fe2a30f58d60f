//! Charts of our own that stand for the classes of charts people use: what is in them is ours, their sizes and habits
//! are those of well-known public charts.

mod definition;
mod monitoring;
mod switches;

use std::collections::BTreeMap;

/// A chart that something is measured on.
pub struct Model {
    /// The name of the class.
    pub name: &'static str,
    /// The files by their paths within the chart.
    pub files: BTreeMap<String, String>,
}

/// All models, from the smallest to the largest.
pub fn all() -> Vec<Model> {
    vec![service(), controller(), platform(), network(), stack()]
}

/// One application with everything that small applications have: the size of podinfo.
fn service() -> Model {
    let mut files = chart("service", &["web"], "");
    files.insert("templates/NOTES.txt".into(), "{{ include \"app.fullname\" . }} is there.\n".into());
    Model { name: "service", files }
}

/// A controller with its webhook and backend, helper-heavy and documented at length: the size of ingress-nginx.
fn controller() -> Model {
    let mut files = chart("controller", &["controller", "webhook", "backend"], "");
    for i in 0..160 {
        let notes = (0..40).map(|line| format!("* change {line} of release {i}\n")).collect();
        files.insert(format!("changelog/changelog-1.{i}.0.md"), notes);
    }
    Model { name: "controller", files }
}

/// Ten components and large CRDs as templates, with `toYaml` wherever it can stand: the size of Argo CD's chart.
fn platform() -> Model {
    const COMPONENTS: [&str; 10] =
        ["api", "auth", "cache", "console", "events", "notifier", "queue", "repository", "sets", "sync"];
    let mut files = chart("platform", &COMPONENTS, "crds:\n  install: true\n  keep: true\n");
    for (kind, fields) in [("Application", 900), ("ApplicationSet", 2600), ("AppProject", 100)] {
        let text = definition::template(kind, fields);
        files.insert(format!("templates/crds/{}.yaml", kind.to_lowercase()), text);
    }
    Model { name: "platform", files }
}

/// An agent with hundreds of switches, a long values file and a schema for it: the size of Cilium's chart.
fn network() -> Model {
    const COMPONENTS: [&str; 6] = ["agent", "envoy", "hubble", "operator", "preflight", "relay"];
    let mut files = chart("network", &COMPONENTS, &switches::values());
    files.insert("templates/switches.yaml".into(), switches::template());
    files.insert("values.schema.json".into(), switches::schema());
    Model { name: "network", files }
}

/// Subcharts, rules, dashboards and a chart of CRDs: the size of kube-prometheus-stack.
fn stack() -> Model {
    let mut files = chart("stack", &["operator", "server"], &monitoring::values());
    let mut entries = String::from("dependencies:\n");
    for name in ["crds", "exporter", "graphs", "state"] {
        let subchart = if name == "crds" { definition::chart(10) } else { chart(name, &["main"], "") };
        files.extend(subchart.into_iter().map(|(path, text)| (format!("charts/{name}/{path}"), text)));
        entries.push_str(&format!("- name: {name}\n  version: \">=1.0.0-0\"\n  condition: {name}.enabled\n"));
    }
    files.insert("Chart.yaml".into(), metadata("stack") + &entries);
    files.extend(monitoring::templates());
    Model { name: "stack", files }
}

/// A chart of components, each with its own templates and its own part of the values.
fn chart(name: &str, components: &[&str], values: &str) -> BTreeMap<String, String> {
    const TEMPLATES: [(&str, &str); 8] = [
        ("access", include_str!("parts/access.yaml")),
        ("config", include_str!("parts/config.yaml")),
        ("deployment", include_str!("parts/deployment.yaml")),
        ("hook", include_str!("parts/hook.yaml")),
        ("ingress", include_str!("parts/ingress.yaml")),
        ("monitor", include_str!("parts/monitor.yaml")),
        ("scaling", include_str!("parts/scaling.yaml")),
        ("service", include_str!("parts/service.yaml")),
    ];
    let mut files = BTreeMap::new();
    let mut all = format!("{}{values}", include_str!("parts/global.yaml"));
    for component in components {
        let replaced = |text: &str| text.replace("COMPONENT", component);
        for (kind, text) in TEMPLATES {
            files.insert(format!("templates/{component}/{kind}.yaml"), replaced(text));
        }
        all.push_str(&format!("# The {component} and everything that belongs to it.\n{component}:\n"));
        for line in replaced(include_str!("parts/values.yaml")).lines() {
            all.push_str(if line.is_empty() { "" } else { "  " });
            all.push_str(line);
            all.push('\n');
        }
    }
    files.insert("Chart.yaml".into(), metadata(name));
    files.insert("values.yaml".into(), all);
    files.insert("templates/_helpers.tpl".into(), include_str!("parts/helpers.tpl").into());
    files.insert(".helmignore".into(), include_str!("parts/helmignore").into());
    files.insert("README.md".into(), format!("# {name}\n\nA chart to measure on.\n"));
    files
}

fn metadata(name: &str) -> String {
    format!(
        "apiVersion: v2\nname: {name}\ndescription: A chart to measure on\ntype: application\nversion: 1.2.3\nappVersion: \"4.5.6\"\n\
         kubeVersion: \">=1.23.0-0\"\nhome: https://example.com/{name}\nkeywords:\n- measuring\nmaintainers:\n- name: somebody\n  email: somebody@example.com\n"
    )
}
