//! Random resources, written as people write them.

use super::dice::Dice;

/// Names that resources share, so that references, patches and conflicts happen.
pub(crate) const NAMES: &[&str] = &["web", "db", "app", "web-db", "x"];

/// Kinds with the API version that goes with them.
pub(crate) const KINDS: &[(&str, &str)] = &[
    ("apps/v1", "Deployment"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("batch/v1", "CronJob"),
    ("batch/v1", "Job"),
    ("v1", "Pod"),
    ("v1", "Service"),
    ("v1", "Service"),
    ("v1", "ConfigMap"),
    ("v1", "ConfigMap"),
    ("v1", "Secret"),
    ("v1", "ServiceAccount"),
    ("v1", "Namespace"),
    ("v1", "PersistentVolumeClaim"),
    ("rbac.authorization.k8s.io/v1", "Role"),
    ("rbac.authorization.k8s.io/v1", "RoleBinding"),
    ("rbac.authorization.k8s.io/v1", "ClusterRole"),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    ("networking.k8s.io/v1", "Ingress"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("policy/v1", "PodDisruptionBudget"),
    ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
    ("example.com/v1", "Widget"),
];

const IMAGES: &[&str] = &[
    "nginx",
    "nginx:1.27",
    "registry:5000/app",
    "registry:5000/app:v1",
    "app@sha256:abc",
    "ghcr.io/org/app:v1@sha256:abc",
];
const VALUES: &[&str] = &[
    "one",
    "\"1\"",
    "yes",
    "'on'",
    "1",
    "1.10",
    "0x1f",
    "~",
    "\"\"",
    "\"a: b\"",
    "$(VAR)",
    "2024-01-01",
    "1e3",
    "null",
    "é",
    "\"true\"",
    "0o17",
    "a b",
];
const NAMESPACES: &[&str] = &["prod", "dev", "default"];

/// A document of one resource.
pub(crate) fn resource(dice: &mut Dice) -> String {
    loop {
        let (version, kind) = dice.pick(KINDS);
        let name = dice.pick(NAMES);
        // Now and then two have one name.
        if dice.note((version, kind, name)) || dice.one_in(30) {
            return named(dice, version, kind, name);
        }
    }
}

/// A document of one resource of a kind and a name.
pub(crate) fn named(dice: &mut Dice, version: &str, kind: &str, name: &str) -> String {
    let mut out = String::new();
    if dice.one_in(6) {
        out.push_str("# about it\n");
    }
    out.push_str(&format!("apiVersion: {version}\nkind: {kind}\nmetadata:\n  name: {name}\n"));
    if dice.one_in(4) {
        out.push_str(&format!("  namespace: {}\n", dice.pick(NAMESPACES)));
    }
    if dice.one_in(2) {
        out.push_str("  labels:\n");
        labels(dice, "    ", &mut out);
    }
    if dice.one_in(3) {
        out.push_str("  annotations:\n");
        labels(dice, "    ", &mut out);
        if dice.one_in(8) {
            let special = [
                "config.kubernetes.io/local-config: \"true\"",
                "kustomize.config.k8s.io/behavior: merge",
                "internal.config.kubernetes.io/index: '3'",
                "kustomize.config.k8s.io/needs-hash: \"true\"",
            ];
            out.push_str(&format!("    {}\n", dice.pick(&special)));
        }
    }
    body(dice, kind, &mut out);
    out
}

fn labels(dice: &mut Dice, indent: &str, out: &mut String) {
    for key in ["app", "app.kubernetes.io/name", "tier", "\"1\""].iter().take(1 + dice.roll(4)) {
        out.push_str(&format!("{indent}{key}: {}\n", value(dice)));
    }
}

/// A scalar as it may be written.
pub(crate) fn value(dice: &mut Dice) -> &'static str {
    dice.pick(VALUES)
}

fn body(dice: &mut Dice, kind: &str, out: &mut String) {
    match kind {
        "Deployment" | "StatefulSet" | "DaemonSet" => workload(dice, kind, out),
        "CronJob" => {
            out.push_str("spec:\n  schedule: \"*/5 * * * *\"\n  jobTemplate:\n    spec:\n      template:\n");
            pod(dice, "        ", out);
        }
        "Job" => {
            out.push_str("spec:\n  template:\n");
            pod(dice, "    ", out);
        }
        "Pod" => pod(dice, "", out),
        "Service" => {
            out.push_str("spec:\n  ports:\n  - port: 80\n    name: http\n    targetPort: http\n");
            if dice.one_in(3) {
                out.push_str("  - port: 80\n    protocol: UDP\n");
            }
            if dice.one_in(2) {
                out.push_str("  selector:\n    app: web\n");
            }
        }
        "ConfigMap" => {
            out.push_str("data:\n");
            for key in ["a", "b.properties", "c"].iter().take(1 + dice.roll(3)) {
                match dice.roll(4) {
                    0 => out.push_str(&format!("  {key}: |\n    line=1\n    other: $(VAR)\n")),
                    1 => out.push_str(&format!("  {key}: >-\n    folded\n    text\n\n    more\n")),
                    _ => out.push_str(&format!("  {key}: {}\n", value(dice))),
                }
            }
        }
        "Secret" => out.push_str("type: Opaque\ndata:\n  password: cGFzcw==\nstringData:\n  user: me\n"),
        "PersistentVolumeClaim" => out.push_str("spec:\n  accessModes: [ReadWriteOnce]\n  storageClassName: fast\n  volumeName: x\n"),
        "Role" | "ClusterRole" => {
            out.push_str("rules:\n- apiGroups: [\"\"]\n  resources: [configmaps]\n  resourceNames: [web, other]\n  verbs: [get]\n");
        }
        "RoleBinding" | "ClusterRoleBinding" => {
            let role = dice.pick(&["Role", "ClusterRole"]);
            let (name, account) = (dice.pick(NAMES), dice.pick(NAMES));
            out.push_str(&format!(
                "roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: {role}\n  name: {name}\nsubjects:\n- kind: ServiceAccount\n  name: {account}\n"
            ));
            if dice.one_in(2) {
                out.push_str(&format!("  namespace: {}\n", dice.pick(NAMESPACES)));
            }
            if dice.one_in(4) {
                out.push_str("- kind: User\n  name: web\n  apiGroup: rbac.authorization.k8s.io\n");
            }
        }
        "Ingress" => {
            let (service, secret) = (dice.pick(NAMES), dice.pick(NAMES));
            out.push_str(&format!(
                "spec:\n  tls:\n  - hosts: [h]\n    secretName: {secret}\n  rules:\n  - host: h\n    http:\n      paths:\n      - path: /\n        pathType: Prefix\n        backend:\n          service:\n            name: {service}\n            port: {{number: 80}}\n"
            ));
        }
        "NetworkPolicy" => out.push_str("spec:\n  podSelector:\n    matchLabels:\n      app: web\n  ingress:\n  - from:\n    - podSelector:\n        matchLabels: {app: x}\n    - namespaceSelector: {}\n"),
        "HorizontalPodAutoscaler" => {
            let name = dice.pick(NAMES);
            out.push_str(&format!("spec:\n  scaleTargetRef:\n    apiVersion: apps/v1\n    kind: Deployment\n    name: {name}\n  maxReplicas: 3\n"));
        }
        "PodDisruptionBudget" => out.push_str("spec:\n  minAvailable: 1\n  selector:\n    matchLabels:\n      app: web\n"),
        "ValidatingWebhookConfiguration" => {
            let name = dice.pick(NAMES);
            out.push_str(&format!("webhooks:\n- name: a.example.com\n  clientConfig:\n    service:\n      name: {name}\n      namespace: prod\n      path: /v\n"));
        }
        "CustomResourceDefinition" => out.push_str("spec:\n  group: example.com\n  names: {kind: Widget, plural: widgets}\n  scope: Namespaced\n  versions: []\n"),
        "Widget" => {
            let name = dice.pick(NAMES);
            out.push_str(&format!("spec:\n  image: nginx:1\n  configRef: {{name: {name}}}\n  list:\n  - name: a\n    value: {}\n  - name: b\n  items: [1, 2]\n", value(dice)));
        }
        _ => {}
    }
}

fn workload(dice: &mut Dice, kind: &str, out: &mut String) {
    out.push_str("spec:\n");
    if kind != "DaemonSet" && dice.one_in(2) {
        out.push_str("  replicas: 1\n");
    }
    if kind == "StatefulSet" {
        out.push_str(&format!("  serviceName: {}\n", dice.pick(NAMES)));
        if dice.one_in(3) {
            out.push_str("  volumeClaimTemplates:\n  - metadata:\n      name: data\n    spec:\n      accessModes: [ReadWriteOnce]\n");
        }
    }
    if dice.one_in(2) {
        out.push_str("  selector:\n    matchLabels:\n      app: web\n");
    }
    out.push_str("  template:\n");
    pod(dice, "    ", out);
}

/// A pod or its template, indented.
fn pod(dice: &mut Dice, indent: &str, out: &mut String) {
    let mut lines = String::new();
    if !indent.is_empty() && dice.one_in(2) {
        lines.push_str("metadata:\n  labels:\n");
        labels(dice, "    ", &mut lines);
    }
    lines.push_str("spec:\n");
    if dice.one_in(3) {
        lines.push_str(&format!("  serviceAccountName: {}\n", dice.pick(NAMES)));
    }
    if dice.one_in(4) {
        lines.push_str("  tolerations:\n  - key: a\n    effect: NoSchedule\n  - operator: Exists\n");
    }
    for field in ["initContainers", "containers"] {
        if field == "initContainers" && !dice.one_in(4) {
            continue;
        }
        lines.push_str(&format!("  {field}:\n"));
        for container in ["main", "side"].iter().take(1 + dice.roll(2)) {
            lines.push_str(&format!("  - name: {container}\n    image: {}\n", dice.pick(IMAGES)));
            container_fields(dice, &mut lines);
        }
    }
    if dice.one_in(3) {
        let (map, secret) = (dice.pick(NAMES), dice.pick(NAMES));
        lines.push_str(&format!(
            "  volumes:\n  - name: config\n    configMap:\n      name: {map}\n  - name: secret\n    secret: {{secretName: {secret}}}\n  - name: all\n    projected:\n      sources:\n      - configMap: {{name: {map}}}\n"
        ));
    }
    for line in lines.lines() {
        out.push_str(&format!("{indent}{line}\n"));
    }
}

fn container_fields(dice: &mut Dice, lines: &mut String) {
    if dice.one_in(2) {
        lines.push_str("    env:\n    - name: A\n      value: \"$(VAR)\"\n");
        if dice.one_in(2) {
            lines.push_str(&format!("    - name: B\n      valueFrom:\n        configMapKeyRef:\n          name: {}\n          key: a\n", dice.pick(NAMES)));
        }
        if dice.one_in(6) {
            lines.push_str("    - name: A\n      value: twice\n");
        }
    }
    if dice.one_in(3) {
        lines.push_str("    ports:\n    - containerPort: 80\n      name: http\n");
        if dice.one_in(2) {
            lines.push_str("    - containerPort: 80\n      protocol: UDP\n");
        }
    }
    if dice.one_in(3) {
        lines.push_str(&format!("    args: [--a, \"$(VAR)\", {}]\n", value(dice)));
    }
    if dice.one_in(4) {
        lines.push_str(&format!(
            "    envFrom:\n    - configMapRef:\n        name: {}\n    - secretRef: {{name: {}}}\n",
            dice.pick(NAMES),
            dice.pick(NAMES)
        ));
    }
    if dice.one_in(5) {
        lines.push_str("    resources:\n      limits: {cpu: 1, memory: 1Gi}\n");
    }
    if dice.one_in(5) {
        lines.push_str("    volumeMounts:\n    - mountPath: /a\n      name: config\n    - {mountPath: /b, name: secret}\n");
    }
}
