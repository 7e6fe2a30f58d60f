//! Random patches and replacements.

use super::dice::Dice;
use super::resources::{NAMES, value};

/// JSON 6902 operations that a kind may take.
pub(crate) fn operations_for(dice: &mut Dice, kind: &str) -> String {
    let sound: &[&str] = match kind {
        "Deployment" | "StatefulSet" | "DaemonSet" | "Job" => &[
            "/spec/template/spec/containers/0/image",
            "/spec/template/spec/containers/-",
            "/spec/template/spec/containers/0",
            "/spec/template/spec/containers/0/new",
            "/spec/replicas",
            "/spec",
        ],
        "Service" => &["/spec/ports/0/port", "/spec/ports/-", "/spec/type", "/spec/ports"],
        "ConfigMap" => &["/data/a", "/data/new", "/data", "/data/b.properties"],
        "Widget" => &["/spec/list/0", "/spec/list/-", "/spec/list/0/value", "/spec/image", "/spec/items/1"],
        _ => &["/metadata/name", "/kind", "/metadata"],
    };
    const PATHS: &[&str] = &[
        "/metadata/labels/app",
        "/metadata/labels/new",
        "/metadata/annotations/a~1b",
        "/metadata/name",
        "/metadata/namespace",
        "/spec/replicas",
        "/spec/template/spec/containers/0/image",
        "/spec/template/spec/containers/-",
        "/spec/template/spec/containers/1",
        "/spec/template/spec/containers/0/env/0",
        "/spec/template/spec/containers/0/env/-",
        "/spec/ports/0/port",
        "/spec/list/0",
        "/data/a",
        "/data",
        "/data/new",
        "/spec",
        "/kind",
        "",
    ];
    let mut out = String::new();
    for _ in 0..1 + dice.roll(2) {
        let path = if dice.one_in(6) { dice.pick(PATHS) } else { dice.pick(sound) };
        let other = dice.pick(sound);
        let quoted = if path.is_empty() { "\"\"" } else { path };
        out.push_str(&match dice.roll(8) {
            0..=3 => format!("- op: add\n  path: {quoted}\n  value: {}\n", json_value(dice)),
            4 => format!("- op: replace\n  path: {quoted}\n  value: {}\n", json_value(dice)),
            5 => format!("- op: remove\n  path: {quoted}\n"),
            6 => format!("- op: {}\n  from: {other}\n  path: {quoted}\n", dice.pick(&["copy", "move"])),
            _ => format!("- {{op: test, path: {quoted}, value: {}}}\n", json_value(dice)),
        });
    }
    out
}

fn json_value(dice: &mut Dice) -> String {
    match dice.roll(5) {
        0 => "{a: b, c: [1, 2]}".to_owned(),
        1 => "{name: new, image: nginx:2}".to_owned(),
        2 => "[]".to_owned(),
        _ => value(dice).to_owned(),
    }
}

/// A strategic merge patch.
pub(crate) fn merge(dice: &mut Dice) -> String {
    let (version, kind, name) = dice.meant();
    let mut out = format!("apiVersion: {version}\nkind: {kind}\nmetadata:\n  name: {name}\n");
    if dice.one_in(12) {
        out.push_str(&format!("  namespace: {}\n", dice.pick(&["prod", "dev"])));
    }
    if dice.one_in(12) {
        return out + "$patch: delete\n";
    }
    if dice.one_in(3) {
        let text = [
            "  labels: {new: l}\n",
            "  annotations:\n    a: null\n    new: \"1\"\n",
            "  labels: null\n",
            "  labels:\n    $patch: replace\n    only: this\n",
        ];
        out.push_str(dice.pick(&text));
    }
    match kind {
        "Deployment" | "StatefulSet" | "DaemonSet" | "Job" => {
            out.push_str("spec:\n");
            if dice.one_in(3) {
                out.push_str(&format!("  replicas: {}\n", dice.pick(&["3", "null", "\"4\""])));
            }
            out.push_str("  template:\n    spec:\n");
            pod(dice, "      ", &mut out);
        }
        "CronJob" => {
            out.push_str("spec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n");
            pod(dice, "          ", &mut out);
        }
        "Pod" => {
            out.push_str("spec:\n");
            pod(dice, "  ", &mut out);
        }
        "Service" => {
            let ports = [
                "spec:\n  ports:\n  - port: 80\n    nodePort: 30080\n",
                "spec:\n  ports:\n  - port: 443\n    name: https\n",
                "spec:\n  ports:\n  - $patch: delete\n    port: 80\n",
                "spec:\n  ports:\n  - $patch: replace\n  - port: 1\n",
                "spec:\n  ports: null\n  type: NodePort\n",
                "spec:\n  ports:\n  - port: 80\n    protocol: UDP\n    targetPort: 1\n",
            ];
            out.push_str(dice.pick(&ports));
        }
        "ConfigMap" => {
            let data = [
                "data:\n  a: patched\n  z: new\n",
                "data:\n  a: null\n",
                "data: null\n",
                "data:\n  $patch: delete\n",
                "data: {}\nbinaryData: {x: eA==}\n",
            ];
            out.push_str(dice.pick(&data));
        }
        "Widget" => {
            let spec = [
                "spec:\n  list:\n  - name: b\n    value: x\n",
                "spec:\n  items: []\n",
                "spec: null\n",
                "spec:\n  $patch: replace\n  only: 1\n",
                "spec:\n  configRef:\n    key: v\n",
            ];
            out.push_str(dice.pick(&spec));
        }
        "Role" | "ClusterRole" => {
            out.push_str("rules:\n- apiGroups: [apps]\n  resources: [x]\n  verbs: ['*']\n")
        }
        _ => {}
    }
    out
}

/// A pod's fields in a patch, with the directives that lists have.
fn pod(dice: &mut Dice, indent: &str, out: &mut String) {
    const PARTS: &[&str] = &[
        "containers:\n- name: main\n  image: patched:1\n",
        "containers:\n- name: main\n  env:\n  - name: C\n    value: c\n  - name: A\n    value: changed\n",
        "containers:\n- name: new\n  image: new:1\n- name: side\n  args: [x]\n",
        "containers:\n- name: side\n  $patch: delete\n",
        "containers:\n- $patch: replace\n- name: only\n  image: only\n",
        "containers:\n- name: main\n  env:\n  - name: A\n    $patch: delete\n",
        "containers:\n- name: main\n  ports:\n  - containerPort: 80\n    protocol: UDP\n  - containerPort: 9\n",
        "containers:\n- name: main\n  resources: {limits: {cpu: null}}\n",
        "containers:\n- name: main\n  $setElementOrder/env: [{name: C}, {name: A}]\n  env:\n  - name: C\n    value: d\n",
        "containers:\n- name: main\n  volumeMounts:\n  - mountPath: /b\n    name: other\n",
        "volumes:\n- name: config\n  $patch: delete\n- name: tmp\n  emptyDir: {}\n",
        "volumes:\n- name: config\n  emptyDir: {}\n  configMap: null\n",
        "initContainers: []\n",
        "tolerations:\n- key: b\n  operator: Exists\n",
        "serviceAccountName: null\n",
        "securityContext:\n  $patch: delete\n",
        "nodeSelector: {a: b}\n",
        "imagePullSecrets:\n- name: web\n",
        "hostAliases:\n- ip: 1.1.1.1\n  hostnames: [a]\n",
        "containers: null\n",
    ];
    let mut seen = Vec::new();
    for _ in 0..1 + dice.roll(2) {
        let part = dice.pick(PARTS);
        let field = part.split(':').next().unwrap_or_default();
        if seen.contains(&field) {
            continue;
        }
        seen.push(field);
        for line in part.lines() {
            out.push_str(&format!("{indent}{line}\n"));
        }
    }
}

/// What a patch or a replacement is meant for, in the form of a mapping's lines.
pub(crate) fn target(dice: &mut Dice, indent: &str) -> String {
    let mut out = String::new();
    let (version, kind, name) = dice.meant();
    let mut line = |text: String| out.push_str(&format!("{indent}{text}\n"));
    if !dice.one_in(8) {
        line(format!("kind: {}", dice.pick(&[kind, "Deployment", "Service", ".*", "Deployment|Service"])));
    }
    if dice.one_in(2) {
        line(format!("name: {}", dice.pick(&[name, name, "w.*", ".*b", "^web$", "none"])));
    }
    if dice.one_in(8) {
        line(format!("namespace: {}", dice.pick(&["prod", ".*", "default"])));
    }
    if dice.one_in(8)
        && let Some((group, version)) = version.split_once('/')
    {
        line(format!("group: {group}"));
        line(format!("version: {version}"));
    }
    if dice.one_in(8) {
        line(format!(
            "labelSelector: {}",
            dice.pick(&["app=one", "app in (one, \"1\")", "!tier", "tier", "app!=one", "app notin (x)"])
        ));
    }
    if dice.one_in(12) {
        line("annotationSelector: app".to_owned());
    }
    if out.is_empty() {
        out = format!("{indent}kind: Deployment\n");
    }
    out
}

/// An entry of `replacements`.
pub(crate) fn replacement(dice: &mut Dice) -> String {
    const SOURCES: &[&str] = &[
        "",
        "metadata.name",
        "metadata.namespace",
        "metadata.labels.app",
        "spec.template.spec.containers.0.image",
        "spec.template.spec.containers.[name=main].image",
        "data.a",
        "data.[b.properties]",
        "spec.ports.[name=http].port",
        "spec",
    ];
    const TARGETS: &[&str] = &[
        "metadata.name",
        "metadata.annotations.new",
        "metadata.labels.[app.kubernetes.io/name]",
        "spec.template.spec.containers.[name=main].image",
        "spec.template.spec.containers.*.image",
        "spec.template.spec.containers.[name=main].env.[name=A].value",
        "spec.template.spec.containers.[name=main].env.[name=NEW].value",
        "spec.rules.0.host",
        "data.a",
        "data.new",
        "spec.list.[name=a].value",
        "spec.ports.0.name",
        "spec.new.deep",
        "spec.template.spec.containers.-.image",
        "spec.list.5",
    ];
    const OPTIONS: &[&str] = &[
        "create: true",
        "delimiter: \":\"",
        "delimiter: \":\"\n        index: 1",
        "delimiter: \":\"\n        index: -1",
        "delimiter: /\n        index: 5",
        "encoding: base64",
        "create: false",
        "delimiter: \":\"\n        create: true",
    ];
    let mut out = String::new();
    if dice.one_in(10) {
        out.push_str("- sourceValue: literal\n");
    } else {
        let (_, kind, name) = dice.meant();
        out.push_str(&format!("- source:\n    kind: {kind}\n"));
        if !dice.one_in(8) {
            out.push_str(&format!("    name: {name}\n"));
        }
        let path = if dice.one_in(3) { dice.pick(SOURCES) } else { source_of(dice, kind) };
        if !path.is_empty() {
            out.push_str(&format!("    fieldPath: {path}\n"));
        }
        if dice.one_in(3) {
            out.push_str(
                &format!("    options:\n      {}\n", dice.pick(OPTIONS))
                    .replace("        index", "      index")
                    .replace("        create", "      create"),
            );
        }
    }
    out.push_str("  targets:\n");
    for _ in 0..1 + dice.roll(2) {
        let (_, kind, name) = dice.meant();
        out.push_str(&format!("  - select:\n      kind: {kind}\n"));
        if dice.one_in(2) {
            out.push_str(&format!("      name: {name}\n"));
        }
        if dice.one_in(5) {
            out.push_str(&format!("    reject:\n    - name: {}\n", dice.pick(NAMES)));
        }
        if !dice.one_in(8) {
            out.push_str("    fieldPaths:\n");
            for _ in 0..1 + dice.roll(2) {
                let path = if dice.one_in(4) { dice.pick(TARGETS) } else { target_of(dice, kind) };
                out.push_str(&format!("    - {path}\n"));
            }
        }
        if dice.one_in(2) {
            out.push_str(
                &format!("    options:\n      {}\n", dice.pick(OPTIONS))
                    .replace("        index", "      index")
                    .replace("        create", "      create"),
            );
        }
    }
    out
}

/// A field that a source of a kind is likely to have.
fn source_of(dice: &mut Dice, kind: &str) -> &'static str {
    dice.pick(match kind {
        "Deployment" | "StatefulSet" | "DaemonSet" => &[
            "spec.template.spec.containers.0.image",
            "spec.template.spec.containers.[name=main].image",
            "metadata.name",
        ],
        "Service" => &["spec.ports.0.port", "spec.ports.[name=http].targetPort", "metadata.name"],
        "ConfigMap" => &["data.a", "data.a", "metadata.name"],
        "Widget" => &["spec.list.[name=a].value", "spec.list.1.name", "spec.image"],
        _ => &["", "metadata.name", "kind", "apiVersion"],
    })
}

/// A field that a target of a kind is likely to have.
fn target_of(dice: &mut Dice, kind: &str) -> &'static str {
    dice.pick(match kind {
        "Deployment" | "StatefulSet" | "DaemonSet" => &[
            "spec.template.spec.containers.*.image",
            "spec.template.spec.containers.[name=main].image",
            "spec.template.spec.containers.0.name",
            "spec.template.spec.containers.[image=nginx].name",
        ],
        "Service" => &["spec.ports.0.name", "spec.ports.[port=80].name", "spec.ports.*.port"],
        "ConfigMap" => &["data.a", "metadata.name"],
        "Widget" => &["spec.list.[name=a].value", "spec.configRef.name", "spec.image", "spec.items.0"],
        _ => &["metadata.name", "metadata.name", "kind"],
    })
}
