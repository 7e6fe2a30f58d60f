//! The fields of a kustomization file, named as in the file.

use std::collections::BTreeMap;

use fairlead_yaml::{Str, Value};

use super::go_struct;
use crate::resource::{Gvk, ResId};

type Texts = BTreeMap<String, String>;

go_struct! {
    /// A whole kustomization or component.
    Kustomization as "Kustomization" in "types" {
        kind: String = "kind",
        api_version: String = "apiVersion",
        metadata: Option<ObjectMeta> = "metadata",
        openapi: Texts = "openapi",
        name_prefix: String = "namePrefix",
        name_suffix: String = "nameSuffix",
        namespace: String = "namespace",
        common_labels: Texts = "commonLabels",
        labels: Vec<Label> = "labels",
        common_annotations: Texts = "commonAnnotations",
        patches_strategic_merge: Vec<String> = "patchesStrategicMerge",
        patches_json6902: Vec<Patch> = "patchesJson6902",
        patches: Vec<Patch> = "patches",
        images: Vec<Image> = "images",
        image_tags: Vec<Image> = "imageTags",
        replacements: Vec<ReplacementField> = "replacements",
        replicas: Vec<Replica> = "replicas",
        vars: Vec<Var> = "vars",
        sort_options: Option<SortOptions> = "sortOptions",
        resources: Vec<String> = "resources",
        components: Vec<String> = "components",
        crds: Vec<String> = "crds",
        bases: Vec<String> = "bases",
        config_map_generator: Vec<GeneratorArgs> = "configMapGenerator",
        secret_generator: Vec<GeneratorArgs> = "secretGenerator",
        helm_globals: Option<HelmGlobals> = "helmGlobals",
        helm_charts: Vec<HelmChart> = "helmCharts",
        helm_chart_inflation_generator: Vec<HelmChartArgs> = "helmChartInflationGenerator",
        generator_options: Option<GeneratorOptions> = "generatorOptions",
        configurations: Vec<String> = "configurations",
        generators: Vec<String> = "generators",
        transformers: Vec<String> = "transformers",
        validators: Vec<String> = "validators",
        build_metadata: Vec<String> = "buildMetadata",
    }
}

go_struct! {
    /// Metadata of a configuration object.
    ObjectMeta as "ObjectMeta" in "types" {
        name: String = "name",
        namespace: String = "namespace",
        labels: Texts = "labels",
        annotations: Texts = "annotations",
    }
}

go_struct! {
    /// Labels to set, and where.
    Label as "Label" in "types" {
        pairs: Texts = "pairs",
        include_selectors: bool = "includeSelectors",
        include_templates: bool = "includeTemplates",
        fields: Vec<crate::fieldspec::RawSpec> = "fields",
    }
}

go_struct! {
    /// A patch of either kind.
    Patch as "Patch" in "types" {
        path: String = "path",
        patch: String = "patch",
        target: Option<Selector> = "target",
        options: Option<PatchArgs> = "options",
    }
}

go_struct! {
    /// What a patch may change.
    PatchArgs as "PatchArgs" in "types" {
        allow_name_change: bool = "allowNameChange",
        allow_kind_change: bool = "allowKindChange",
    }
}

go_struct! {
    /// Which resources are meant; names, kinds and so on are patterns.
    Selector as "Selector" in "types" {
        group: String = "group",
        version: String = "version",
        kind: String = "kind",
        name: String = "name",
        namespace: String = "namespace",
        annotation_selector: String = "annotationSelector",
        label_selector: String = "labelSelector",
    }
}

go_struct! {
    /// What to make of the images of a name.
    Image as "Image" in "types" {
        name: String = "name",
        new_name: String = "newName",
        tag_suffix: String = "tagSuffix",
        new_tag: String = "newTag",
        digest: String = "digest",
    }
}

go_struct! {
    /// A replacement, or the file that holds some.
    ReplacementField as "ReplacementField" in "types" {
        source: Option<SourceSelector> = "source",
        targets: Vec<TargetSelector> = "targets",
        source_value: Option<String> = "sourceValue",
        path: String = "path",
    }
}

go_struct! {
    /// A value to copy, and where to.
    Replacement as "Replacement" in "types" {
        source: Option<SourceSelector> = "source",
        targets: Vec<TargetSelector> = "targets",
        source_value: Option<String> = "sourceValue",
    }
}

go_struct! {
    /// The field a value is copied from.
    SourceSelector as "SourceSelector" in "types" {
        group: String = "group",
        version: String = "version",
        kind: String = "kind",
        name: String = "name",
        namespace: String = "namespace",
        field_path: String = "fieldPath",
        options: Option<FieldOptions> = "options",
    }
}

go_struct! {
    /// The fields a value is copied to.
    TargetSelector as "TargetSelector" in "types" {
        select: Option<Selector> = "select",
        reject: Vec<Selector> = "reject",
        field_paths: Vec<String> = "fieldPaths",
        options: Option<FieldOptions> = "options",
    }
}

go_struct! {
    /// How a field is taken apart and whether it is made.
    FieldOptions as "FieldOptions" in "types" {
        delimiter: String = "delimiter",
        index: i64 = "index",
        encoding: String = "encoding",
        create: bool = "create",
    }
}

go_struct! {
    /// How many replicas the resources of a name have.
    Replica as "Replica" in "types" {
        name: String = "name",
        count: i64 = "count",
    }
}

go_struct! {
    /// A variable: `$(NAME)` in a few fields stands for a field of a resource.
    Var as "Var" in "types" {
        name: String = "name",
        objref: VarTarget = "objref",
        fieldref: FieldSelector = "fieldref",
    }
}

go_struct! {
    /// The resource that a variable takes its value from.
    VarTarget as "Target" in "types" {
        api_version: String = "apiVersion",
        group: String = "group",
        version: String = "version",
        kind: String = "kind",
        name: String = "name",
        namespace: String = "namespace",
    }
}

go_struct! {
    /// The field that a variable takes its value from.
    FieldSelector as "FieldSelector" in "types" {
        field_path: String = "fieldPath",
    }
}

go_struct! {
    /// The order of the output.
    SortOptions as "SortOptions" in "types" {
        order: String = "order",
        legacy_sort_options: Option<LegacySortOptions> = "legacySortOptions",
    }
}

go_struct! {
    /// The kinds that come first and last.
    LegacySortOptions as "LegacySortOptions" in "types" {
        order_first: Vec<String> = "orderFirst",
        order_last: Vec<String> = "orderLast",
    }
}

go_struct! {
    /// A generator of ConfigMaps or Secrets.
    GeneratorArgs as "ConfigMapArgs" in "types" {
        namespace: String = "namespace",
        name: String = "name",
        behavior: String = "behavior",
        literals: Vec<String> = "literals",
        files: Vec<String> = "files",
        envs: Vec<String> = "envs",
        env: String = "env",
        options: Option<GeneratorOptions> = "options",
        secret_type: String = "type",
    }
}

go_struct! {
    /// What generated resources have in common.
    GeneratorOptions as "GeneratorOptions" in "types" {
        labels: Texts = "labels",
        annotations: Texts = "annotations",
        disable_name_suffix_hash: bool = "disableNameSuffixHash",
        immutable: bool = "immutable",
    }
}

go_struct! {
    /// What all charts have in common.
    HelmGlobals as "HelmGlobals" in "types" {
        chart_home: String = "chartHome",
        config_home: String = "configHome",
    }
}

go_struct! {
    /// A chart to render.
    HelmChart as "HelmChart" in "types" {
        name: String = "name",
        version: String = "version",
        repo: String = "repo",
        release_name: String = "releaseName",
        namespace: String = "namespace",
        additional_values_files: Vec<String> = "additionalValuesFiles",
        values_file: String = "valuesFile",
        values_inline: Value = "valuesInline",
        values_merge: String = "valuesMerge",
        include_crds: bool = "includeCRDs",
        skip_hooks: bool = "skipHooks",
        api_versions: Vec<String> = "apiVersions",
        kube_version: String = "kubeVersion",
        name_template: String = "nameTemplate",
        skip_tests: bool = "skipTests",
        debug: bool = "debug",
        devel: bool = "devel",
    }
}

go_struct! {
    /// A chart to render, in the fields of old.
    HelmChartArgs as "HelmChartArgs" in "types" {
        chart_name: String = "chartName",
        chart_version: String = "chartVersion",
        chart_repo_url: String = "chartRepoUrl",
        chart_home: String = "chartHome",
        chart_repo_name: String = "chartRepoName",
        helm_bin: String = "helmBin",
        helm_home: String = "helmHome",
        values: String = "values",
        values_local: Value = "valuesLocal",
        values_merge: String = "valuesMerge",
        release_name: String = "releaseName",
        release_namespace: String = "releaseNamespace",
        extra_args: Vec<String> = "extraArgs",
    }
}

fn plain_gvk(group: &str, version: &str, kind: &str) -> Gvk {
    Gvk { group: group.into(), version: version.into(), kind: kind.into(), cluster_scoped: false }
}

impl SourceSelector {
    /// The identity it selects by.
    pub(crate) fn id(&self) -> ResId {
        ResId {
            gvk: plain_gvk(&self.group, &self.version, &self.kind),
            name: Str::from(self.name.as_str()),
            namespace: Str::from(self.namespace.as_str()),
        }
    }
}

impl Selector {
    /// The identity it is written as.
    pub(crate) fn id(&self) -> ResId {
        ResId {
            gvk: plain_gvk(&self.group, &self.version, &self.kind),
            name: Str::from(self.name.as_str()),
            namespace: Str::from(self.namespace.as_str()),
        }
    }
}

impl VarTarget {
    /// Splits an `apiVersion` into group and version.
    pub(crate) fn settle(&mut self) {
        match self.api_version.split('/').collect::<Vec<_>>()[..] {
            ["", ..] => {}
            [group, version] => (self.group, self.version) = (group.to_owned(), version.to_owned()),
            [version] => version.clone_into(&mut self.version),
            _ => {}
        }
    }
}
