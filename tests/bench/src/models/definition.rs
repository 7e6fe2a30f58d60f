//! Custom resource definitions: deep schemas with long descriptions.

use std::collections::BTreeMap;

/// A definition as a template that can be switched off and kept.
pub(super) fn template(kind: &str, fields: usize) -> String {
    format!(
        "{{{{- if .Values.crds.install }}}}\n{}{{{{- end }}}}\n",
        text(
            kind,
            fields,
            "    {{- if .Values.crds.keep }}\n    helm.sh/resource-policy: keep\n    {{- end }}\n"
        )
    )
}

/// A chart that has nothing but definitions in `crds/`.
pub(super) fn chart(kinds: usize) -> BTreeMap<String, String> {
    let mut files = BTreeMap::from([
        ("Chart.yaml".to_owned(), "apiVersion: v2\nname: crds\nversion: 1.0.0\n".to_owned()),
        ("values.yaml".to_owned(), "{}\n".to_owned()),
    ]);
    for kind in 0..kinds {
        files.insert(format!("crds/kind-{kind}.yaml"), text(&format!("Kind{kind}"), 900, ""));
    }
    files
}

fn text(kind: &str, fields: usize, annotations: &str) -> String {
    let plural = format!("{}s", kind.to_lowercase());
    let mut text = format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  annotations:\n    \
         controller-gen.kubebuilder.io/version: v0.17.0\n{annotations}  name: {plural}.example.com\nspec:\n  group: example.com\n  names:\n    \
         kind: {kind}\n    plural: {plural}\n  scope: Namespaced\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      \
         openAPIV3Schema:\n        type: object\n        properties:\n          spec:\n            type: object\n            properties:\n"
    );
    for field in 0..fields {
        text.push_str(&format!(
            "              field{field}:\n                description: |-\n                  Says what field {field} is for: a sentence of ordinary length\n                  that goes on \
             for one more line: see https://example.com/docs#{field}.\n                type: object\n                required:\n                - name\n                properties:\n                  \
             name:\n                    description: The name of it.\n                    type: string\n                    maxLength: 63\n                  size:\n                    \
             type: integer\n                    format: int64\n                    minimum: 0\n"
        ));
    }
    text
}
