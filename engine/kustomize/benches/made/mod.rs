//! Trees of the kinds that people build, from a small overlay to thousands of resources.

use std::fmt::Write as _;

/// A tree: its name, the folder to build, and its files.
pub(crate) struct Tree {
    pub(crate) name: &'static str,
    pub(crate) folder: &'static str,
    pub(crate) files: Vec<(String, String)>,
}

/// All of them.
pub(crate) fn trees() -> Vec<Tree> {
    vec![
        overlay(),
        shop(),
        definitions(),
        fleet("1 000 resources", 1000),
        fleet("2 000 resources", 2000),
        fleet("4 000 resources", 4000),
    ]
}

fn deployment(name: &str, image: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  labels:
    app: {name}
spec:
  replicas: 1
  selector:
    matchLabels:
      app: {name}
  template:
    metadata:
      labels:
        app: {name}
    spec:
      serviceAccountName: {name}
      containers:
      - name: server
        image: {image}
        ports:
        - containerPort: 8080
        envFrom:
        - configMapRef:
            name: {name}
        env:
        - name: PORT
          value: \"8080\"
        readinessProbe:
          initialDelaySeconds: 10
          grpc:
            port: 8080
        resources:
          requests:
            cpu: 100m
            memory: 64Mi
          limits:
            cpu: 200m
            memory: 128Mi
        securityContext:
          allowPrivilegeEscalation: false
          capabilities:
            drop:
            - ALL
          readOnlyRootFilesystem: true
"
    )
}

fn service(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\nspec:\n  type: ClusterIP\n  selector:\n    app: {name}\n  \
         ports:\n  - name: http\n    port: 80\n    targetPort: 8080\n"
    )
}

fn account(name: &str) -> String {
    format!("apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: {name}\n")
}

fn config(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  LOG_LEVEL: info\n  ADDRESS: {name}:80\n"
    )
}

fn file(path: &str, text: impl Into<String>) -> (String, String) {
    (path.to_owned(), text.into())
}

/// A base of four resources, and an overlay with a patch, an image, a prefix and a generated ConfigMap.
fn overlay() -> Tree {
    let files = vec![
        file(
            "base/kustomization.yaml",
            "resources:\n- deployment.yaml\n- service.yaml\n- account.yaml\nconfigMapGenerator:\n- name: web\n  literals:\n  - A=1\n  - B=2\n",
        ),
        file("base/deployment.yaml", deployment("web", "nginx:1.27")),
        file("base/service.yaml", service("web")),
        file("base/account.yaml", account("web")),
        file(
            "overlay/kustomization.yaml",
            "resources:\n- ../base\nnamespace: prod\nnamePrefix: prod-\nlabels:\n- pairs:\n    env: prod\n  includeSelectors: true\n\
             images:\n- name: nginx\n  newTag: \"1.28\"\nreplicas:\n- name: web\n  count: 3\npatches:\n- path: patch.yaml\n\
             configMapGenerator:\n- name: web\n  behavior: merge\n  literals:\n  - B=3\n",
        ),
        file(
            "overlay/patch.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      containers:\n      - name: server\n        env:\n        - name: MODE\n          value: prod\n",
        ),
    ];
    Tree { name: "small overlay", folder: "overlay", files }
}

/// A dozen services as a demonstration shop has them, under one overlay.
fn shop() -> Tree {
    let names = [
        "ad",
        "cart",
        "checkout",
        "currency",
        "email",
        "frontend",
        "loadgenerator",
        "payment",
        "catalog",
        "recommendation",
        "redis",
        "shipping",
    ];
    let mut files = Vec::new();
    let mut resources = String::from("resources:\n");
    for name in names {
        let _ = writeln!(resources, "- {name}.yaml");
        let all = [
            deployment(name, &format!("registry.example.com/shop/{name}:v1")),
            service(name),
            account(name),
            config(name),
        ];
        files.push(file(&format!("base/{name}.yaml"), all.join("---\n")));
    }
    files.push(file("base/kustomization.yaml", resources));
    files.push(file(
        "overlay/kustomization.yaml",
        "resources:\n- ../base\nnamespace: shop\nlabels:\n- pairs:\n    team: shop\n  includeTemplates: true\ncommonAnnotations:\n  owner: shop\n\
         images:\n- name: registry.example.com/shop/cart\n  newTag: v2\npatches:\n- target:\n    kind: Deployment\n  patch: |-\n    - op: replace\n      path: /spec/replicas\n      value: 2\n",
    ));
    Tree { name: "shop, 48 resources", folder: "overlay", files }
}

/// Three definitions of custom resources with deep schemas and long descriptions, and what comes with them.
fn definitions() -> Tree {
    let mut resources = String::from("namespace: argocd\nresources:\n- app.yaml\n");
    let mut files = vec![file(
        "base/app.yaml",
        (0..14)
            .map(|i| {
                let name = format!("controller-{i}");
                [
                    deployment(&name, "registry.example.com/controller:v1"),
                    service(&name),
                    account(&name),
                    config(&name),
                ]
                .join("---\n")
            })
            .collect::<Vec<_>>()
            .join("---\n"),
    )];
    for kind in ["Application", "ApplicationSet", "Project"] {
        let plural = kind.to_ascii_lowercase() + "s";
        let mut text = format!(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: {plural}.example.com\nspec:\n  group: example.com\n  \
             names:\n    kind: {kind}\n    plural: {plural}\n  scope: Namespaced\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    \
             schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          spec:\n            type: object\n            properties:\n"
        );
        let mut i = 0;
        while text.len() < 630_000 {
            i += 1;
            let _ = write!(
                text,
                "              field{i}:
                description: |-
                  Describes what field {i} is for: a sentence of ordinary length.

                  And another one that \"explains\" more, with a link https://example.com/docs#field{i}.
                items:
                  properties:
                    name:
                      description: Name is the name of the thing that this field refers to, or empty for none.
                      maxLength: 63
                      type: string
                    size:
                      anyOf:
                      - type: integer
                      - type: string
                      x-kubernetes-int-or-string: true
                  required:
                  - name
                  type: object
                type: array
"
            );
        }
        let path = format!("{plural}.yaml");
        let _ = writeln!(resources, "- {path}");
        files.push(file(&format!("base/{path}"), text));
    }
    files.push(file("base/kustomization.yaml", resources));
    Tree { name: "definitions, 1.9 MB", folder: "base", files }
}

/// Many resources that refer to each other, with everything that renames and marks them.
fn fleet(name: &'static str, count: usize) -> Tree {
    let mut resources = String::from("resources:\n");
    let mut files = Vec::new();
    for i in 0..count / 4 {
        let name = format!("service-{i}");
        let all =
            [deployment(&name, "registry.example.com/app:v1"), service(&name), account(&name), config(&name)];
        let _ = writeln!(resources, "- {name}.yaml");
        files.push(file(&format!("base/{name}.yaml"), all.join("---\n")));
    }
    files.push(file("base/kustomization.yaml", resources));
    files.push(file(
        "overlay/kustomization.yaml",
        "resources:\n- ../base\nnamespace: fleet\nnamePrefix: eu-\nlabels:\n- pairs:\n    region: eu\n  includeSelectors: true\ncommonAnnotations:\n  owner: platform\n\
         images:\n- name: registry.example.com/app\n  newTag: v2\npatches:\n- target:\n    kind: Service\n  patch: |-\n    apiVersion: v1\n    kind: Service\n    metadata:\n      name: any\n    spec:\n      type: NodePort\n",
    ));
    Tree { name, folder: "overlay", files }
}
