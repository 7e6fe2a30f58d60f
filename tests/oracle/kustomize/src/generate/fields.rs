//! Random fields of a kustomization.

use super::dice::Dice;
use super::patches::{merge, operations_for, replacement, target};
use super::resources::value;

/// Adds files to a tree.
pub(crate) type Files = Vec<(String, String)>;

/// Random fields, apart from `resources`; what they name is added to `files` below `folder`.
pub(crate) fn fields(dice: &mut Dice, folder: &str, files: &mut Files) -> String {
    let mut out = String::new();
    let all: [fn(&mut Dice, &str, &mut Files) -> String; 17] = [
        namespace,
        affixes,
        labels,
        annotations,
        images,
        replicas,
        patches,
        strategic,
        json6902,
        replacements,
        generators,
        generators,
        vars,
        sort,
        metadata,
        configurations,
        transformers,
    ];
    for field in all {
        if dice.one_in(6) {
            out.push_str(&field(dice, folder, files));
        }
    }
    out
}

fn namespace(dice: &mut Dice, _: &str, _: &mut Files) -> String {
    format!("namespace: {}\n", dice.pick(&["prod", "dev", "other"]))
}

fn affixes(dice: &mut Dice, _: &str, _: &mut Files) -> String {
    let mut out = String::new();
    if dice.one_in(2) {
        out.push_str(&format!("namePrefix: {}\n", dice.pick(&["dev-", "a-", "b-"])));
    }
    if dice.one_in(2) {
        out.push_str(&format!("nameSuffix: {}\n", dice.pick(&["-v1", "-x"])));
    }
    out
}

fn labels(dice: &mut Dice, _: &str, _: &mut Files) -> String {
    if dice.one_in(3) {
        return format!("commonLabels:\n  common: {}\n  app: all\n", text_value(dice));
    }
    let mut out = format!("labels:\n- pairs:\n    team: {}\n", text_value(dice));
    match dice.roll(5) {
        0 => out.push_str("  includeSelectors: true\n"),
        1 => out.push_str("  includeTemplates: true\n"),
        2 => out.push_str("  fields:\n  - path: spec/extra\n    create: true\n    kind: Widget\n"),
        3 => out.push_str("  fields:\n  - path: spec/template/metadata/labels\n    kind: Deployment\n    create: false\n- pairs:\n    second: \"2\"\n"),
        _ => {}
    }
    out
}

fn text_value(dice: &mut Dice) -> &'static str {
    dice.pick(&["one", "\"1\"", "'on'", "\"\"", "\"a: b\"", "é", "\"true\"", "x", "\"1.10\""])
}

fn annotations(dice: &mut Dice, _: &str, _: &mut Files) -> String {
    format!("commonAnnotations:\n  note: {}\n", text_value(dice))
}

fn images(dice: &mut Dice, _: &str, _: &mut Files) -> String {
    let mut out = String::from("images:\n");
    for _ in 0..1 + dice.roll(2) {
        out.push_str(&format!(
            "- name: {}\n",
            dice.pick(&["nginx", "registry:5000/app", "app", "ghcr.io/org/app", "ngin.*"])
        ));
        if dice.one_in(2) {
            out.push_str(&format!("  newName: {}\n", dice.pick(&["other", "r:5000/other", "ghcr.io/x/y"])));
        }
        match dice.roll(5) {
            0 => out.push_str("  digest: sha256:def\n"),
            1 => out.push_str("  newTag: v2\n  digest: sha256:def\n"),
            2 => out.push_str("  tagSuffix: -alpine\n"),
            3 => out.push_str("  newTag: \"1.10\"\n"),
            _ => {}
        }
    }
    out
}

fn replicas(dice: &mut Dice, _: &str, _: &mut Files) -> String {
    let (_, _, name) = dice.meant_of(&["Deployment", "StatefulSet"]);
    format!("replicas:\n- name: {name}\n  count: {}\n", dice.roll(4))
}

fn indented(text: &str, indent: &str) -> String {
    text.lines().map(|line| format!("{indent}{line}\n")).collect()
}

fn patches(dice: &mut Dice, folder: &str, files: &mut Files) -> String {
    let mut out = String::from("patches:\n");
    for number in 0..1 + dice.roll(2) {
        let (_, kind, _) = dice.meant();
        let json = dice.one_in(3);
        let mut text = if json { operations_for(dice, kind) } else { merge(dice) };
        if dice.one_in(10) {
            text = format!("{}---\n{}", merge(dice), merge(dice));
        }
        if dice.one_in(3) {
            out.push_str(&format!("- path: patch-{number}.yaml\n"));
            files.push((format!("{folder}/patch-{number}.yaml"), text));
        } else {
            out.push_str(&format!("- patch: |-\n{}", indented(&text, "    ")));
        }
        if json && !dice.one_in(3) {
            out.push_str(&format!("  target:\n    kind: {kind}\n"));
        } else if json || dice.one_in(3) {
            out.push_str(&format!("  target:\n{}", target(dice, "    ")));
        }
        if dice.one_in(5) {
            out.push_str(&format!(
                "  options:\n    {}: true\n",
                dice.pick(&["allowNameChange", "allowKindChange"])
            ));
        }
    }
    out
}

fn strategic(dice: &mut Dice, folder: &str, files: &mut Files) -> String {
    let text = merge(dice);
    if dice.one_in(2) {
        return format!("patchesStrategicMerge:\n- |-\n{}", indented(&text, "  "));
    }
    files.push((format!("{folder}/strategic.yaml"), text));
    "patchesStrategicMerge:\n- strategic.yaml\n".to_owned()
}

fn json6902(dice: &mut Dice, _: &str, _: &mut Files) -> String {
    let (version, kind, name) = dice.meant();
    let version = match version.split_once('/') {
        Some((group, version)) => format!("    group: {group}\n    version: {version}\n"),
        None => format!("    version: {version}\n"),
    };
    format!(
        "patchesJson6902:\n- target:\n{version}    kind: {kind}\n    name: {name}\n  patch: |-\n{}",
        indented(&operations_for(dice, kind), "    ")
    )
}

fn replacements(dice: &mut Dice, folder: &str, files: &mut Files) -> String {
    let mut all = String::new();
    for _ in 0..1 + dice.roll(4) / 3 {
        all.push_str(&replacement(dice));
    }
    if dice.one_in(4) {
        files.push((format!("{folder}/replacements.yaml"), all));
        return "replacements:\n- path: replacements.yaml\n".to_owned();
    }
    format!("replacements:\n{all}")
}

fn generators(dice: &mut Dice, folder: &str, files: &mut Files) -> String {
    let secret = dice.one_in(2);
    let mut out = String::from(if secret { "secretGenerator:\n" } else { "configMapGenerator:\n" });
    if files.iter().any(|(path, _)| path == &format!("{folder}/#{secret}")) {
        return String::new();
    }
    files.push((format!("{folder}/#{secret}"), String::new()));
    for _ in 0..1 + dice.roll(2) {
        let wanted = if secret { "Secret" } else { "ConfigMap" };
        let (_, kind, name) = dice.meant_of(&[wanted]);
        if kind == wanted && dice.one_in(2) {
            out.push_str(&format!(
                "- name: {name}\n  behavior: {}\n",
                dice.pick(&["merge", "merge", "replace"])
            ));
        } else {
            let fresh = dice.pick(&["gen", "settings", "web", "db"]);
            out.push_str(&format!("- name: {fresh}\n"));
            dice.note(("v1", wanted, fresh));
        }
        if dice.one_in(12) {
            out.push_str("  namespace: prod\n");
        }
        if dice.one_in(2) {
            out.push_str(&format!(
                "  literals:\n  - a={}\n  - 'b=\"q\"'\n",
                dice.pick(&["1", "x=y", "", "true", "é", "'s'"])
            ));
        }
        if dice.one_in(3) {
            files.push((format!("{folder}/f.txt"), "text\nwith lines\n".to_owned()));
            out.push_str(dice.pick(&["  files:\n  - f.txt\n", "  files:\n  - k=f.txt\n"]));
        }
        if dice.one_in(4) {
            files.push((format!("{folder}/e.env"), "# c\nE1=v1\nE2=\"q\"\n\nE3=a=b\n".to_owned()));
            out.push_str("  envs: [e.env]\n");
        }
        if secret && dice.one_in(3) {
            out.push_str("  type: kubernetes.io/tls\n");
        }
        if dice.one_in(3) {
            out.push_str("  options:\n    labels: {g: l}\n");
            if dice.one_in(2) {
                out.push_str("    disableNameSuffixHash: true\n");
            }
            if dice.one_in(4) {
                out.push_str("    immutable: true\n");
            }
        }
    }
    if dice.one_in(4) && !files.iter().any(|(path, _)| path == &format!("{folder}/#options")) {
        files.push((format!("{folder}/#options"), String::new()));
        out.push_str("generatorOptions:\n  annotations: {o: x}\n");
        if dice.one_in(2) {
            out.push_str("  disableNameSuffixHash: true\n");
        }
    }
    out
}

fn vars(dice: &mut Dice, _: &str, _: &mut Files) -> String {
    let (version, kind, name) = dice.meant();
    let mut out = format!(
        "vars:\n- name: {}\n  objref:\n    kind: {kind}\n    name: {name}\n    apiVersion: {version}\n",
        dice.pick(&["VAR", "OTHER"])
    );
    if dice.one_in(4) {
        out.push_str(&format!(
            "  fieldref:\n    fieldpath: {}\n",
            dice.pick(&["metadata.namespace", "data.a", "spec.replicas", "metadata.labels.app"])
        ));
    }
    out
}

fn sort(dice: &mut Dice, _: &str, _: &mut Files) -> String {
    match dice.roll(3) {
        0 => "sortOptions:\n  order: fifo\n".to_owned(),
        1 => "sortOptions:\n  order: legacy\n".to_owned(),
        _ => "sortOptions:\n  order: legacy\n  legacySortOptions:\n    orderFirst: [Service, ConfigMap]\n    orderLast: [Deployment]\n".to_owned(),
    }
}

fn metadata(dice: &mut Dice, _: &str, _: &mut Files) -> String {
    format!(
        "buildMetadata: [{}]\n",
        dice.pick(&[
            "managedByLabel",
            "originAnnotations",
            "transformerAnnotations",
            "originAnnotations, transformerAnnotations, managedByLabel"
        ])
    )
}

fn configurations(dice: &mut Dice, folder: &str, files: &mut Files) -> String {
    const TEXTS: &[&str] = &[
        "nameReference:\n- kind: ConfigMap\n  version: v1\n  fieldSpecs:\n  - kind: Widget\n    path: spec/configRef/name\n",
        "nameReference:\n- kind: ConfigMap\n  fieldSpecs:\n  - kind: Widget\n    path: spec/configRef\n",
        "images:\n- kind: Widget\n  path: spec/image\n",
        "varReference:\n- kind: ConfigMap\n  path: data\n- kind: Widget\n  path: spec/list/value\n",
        "commonLabels:\n- kind: Widget\n  path: spec/labels\n  create: true\n",
        "namespace:\n- kind: Widget\n  path: spec/namespace\n  create: true\n",
        "namePrefix:\n- kind: Widget\n  path: spec/configRef/name\n",
        "replicas:\n- kind: Widget\n  path: spec/count\n  create: true\n",
        "commonAnnotations:\n- kind: Widget\n  path: spec/notes\n  create: true\n",
    ];
    files.push((format!("{folder}/config.yaml"), dice.pick(TEXTS).to_owned()));
    "configurations: [config.yaml]\n".to_owned()
}

fn transformers(dice: &mut Dice, folder: &str, files: &mut Files) -> String {
    const TEXTS: &[&str] = &[
        "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: p}\nprefix: t-\nfieldSpecs:\n- path: metadata/name\n",
        "apiVersion: builtin\nkind: NamespaceTransformer\nmetadata: {name: n, namespace: moved}\nunsetOnly: true\nfieldSpecs:\n- {path: metadata/namespace, create: true}\n",
        "apiVersion: builtin\nkind: NamespaceTransformer\nmetadata: {name: n, namespace: moved}\nsetRoleBindingSubjects: allServiceAccounts\n",
        "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: l}\nlabels: {t: l}\nfieldSpecs:\n- {path: metadata/labels, create: true}\n",
        "apiVersion: builtin\nkind: AnnotationsTransformer\nmetadata: {name: a}\nannotations: {t: \"1\"}\nfieldSpecs:\n- {path: metadata/annotations, create: true}\n",
        "apiVersion: builtin\nkind: ImageTagTransformer\nmetadata: {name: i}\nimageTag: {name: nginx, newTag: t}\nfieldSpecs:\n- path: spec/template/spec/containers[]/image\n",
        "apiVersion: builtin\nkind: ReplicaCountTransformer\nmetadata: {name: r}\nreplica: {name: web, count: 9}\nfieldSpecs:\n- {path: spec/replicas, create: true, kind: Deployment}\n",
        "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\npatch: '- {op: add, path: /metadata/labels, value: {p: q}}'\ntarget: {kind: Service}\n",
    ];
    let text = dice.pick(TEXTS);
    if dice.one_in(3) {
        return format!("transformers:\n- |-\n{}", indented(text, "  "));
    }
    files.push((format!("{folder}/transformer.yaml"), text.to_owned()));
    "transformers: [transformer.yaml]\n".to_owned()
}

/// A label for a value that nobody reads.
pub(crate) fn noise(dice: &mut Dice) -> String {
    format!("# {}\n", value(dice))
}
