//! Alerting rules and dashboards: long texts, many of them with braces that are not for Helm.

/// Values that switch rules and dashboards.
pub(super) fn values() -> String {
    let mut values = String::from("rules:\n  create: true\n  labels: {}\n  disabled: {}\n  groups:\n");
    for group in 0..GROUPS {
        values.push_str(&format!("    # Rules about part {group} of the cluster.\n    group{group}: true\n"));
    }
    values.push_str(
        "dashboards:\n  enabled: true\n  label: grafana_dashboard\n  labelValue: \"1\"\n  annotations: {}\n",
    );
    values
}

/// A template for each group of rules and for each dashboard.
pub(super) fn templates() -> Vec<(String, String)> {
    let rules = (0..GROUPS).map(|group| (format!("templates/rules/group-{group}.yaml"), rules(group)));
    let dashboards = (0..DASHBOARDS).map(|n| (format!("templates/dashboards/board-{n}.yaml"), dashboard(n)));
    rules.chain(dashboards).collect()
}

const GROUPS: usize = 34;
const DASHBOARDS: usize = 28;

fn rules(group: usize) -> String {
    let mut text = format!(
        "{{{{- if and .Values.rules.create .Values.rules.groups.group{group} }}}}\napiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  \
         name: {{{{ printf \"%s-group-{group}\" (include \"app.fullname\" .) | trunc 63 | trimSuffix \"-\" }}}}\n  namespace: {{{{ include \"app.namespace\" . }}}}\n  \
         labels:\n    app: {{{{ include \"app.name\" . }}}}\n    {{{{- include \"app.labels\" (dict \"name\" \"rules\" \"context\" $) | nindent 4 }}}}\n    \
         {{{{- with .Values.rules.labels }}}}\n    {{{{- toYaml . | nindent 4 }}}}\n    {{{{- end }}}}\nspec:\n  groups:\n  - name: group-{group}\n    rules:\n"
    );
    for rule in 0..12 {
        text.push_str(&format!(
            "{{{{- if not (.Values.rules.disabled.Rule{group}x{rule} | default false) }}}}\n    - alert: Rule{group}x{rule}\n      annotations:\n        \
             description: Target {{{{`{{{{`}}}} $labels.job {{{{`}}}}`}}}} of {{{{`{{{{`}}}} $labels.namespace {{{{`}}}}`}}}} has been missing for {{{{`{{{{`}}}} $value | humanizeDuration {{{{`}}}}`}}}}.\n        \
             summary: Something is missing.\n      expr: |-\n        sum by (job, namespace) (rate(requests_total{{job=\"{{{{ $.Release.Name }}}}-{rule}\",code=~\"5..\"}}[5m]))\n          /\n        \
             sum by (job, namespace) (rate(requests_total{{job=\"{{{{ $.Release.Name }}}}-{rule}\"}}[5m])) > 0.0{rule}\n      for: 15m\n      labels:\n        severity: {{{{ ternary \"critical\" \"warning\" (eq {} 0) }}}}\n{{{{- end }}}}\n",
            rule % 3
        ));
    }
    text.push_str("{{- end }}\n");
    text
}

fn dashboard(number: usize) -> String {
    let mut panels = String::new();
    for panel in 0..60 {
        panels.push_str(&format!(
            "{}{{\"id\":{panel},\"type\":\"timeseries\",\"title\":\"Panel {panel}\",\"datasource\":{{\"type\":\"prometheus\",\"uid\":\"${{datasource}}\"}},\"gridPos\":{{\"h\":8,\"w\":12,\"x\":0,\"y\":{}}},\
             \"targets\":[{{\"expr\":\"sum(rate(requests_total{{cluster=\\\"$cluster\\\"}}[$__rate_interval])) by (pod)\",\"legendFormat\":\"{{{{`{{{{`}}}}pod{{{{`}}}}`}}}}\"}}],\
             \"options\":{{\"legend\":{{\"showLegend\":true}},\"tooltip\":{{\"mode\":\"multi\"}}}}}}",
            if panel > 0 { "," } else { "" },
            panel * 8
        ));
    }
    format!(
        "{{{{- if .Values.dashboards.enabled }}}}\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{{{ printf \"%s-board-{number}\" (include \"app.fullname\" $) | trunc 63 | trimSuffix \"-\" }}}}\n  \
         namespace: {{{{ include \"app.namespace\" . }}}}\n  annotations:\n{{{{ toYaml .Values.dashboards.annotations | indent 4 }}}}\n  labels:\n    {{{{- if $.Values.dashboards.label }}}}\n    {{{{ $.Values.dashboards.label }}}}: {{{{ ternary $.Values.dashboards.labelValue \"1\" (not (empty $.Values.dashboards.labelValue)) | quote }}}}\n    {{{{- end }}}}\n    \
         {{{{- include \"app.labels\" (dict \"name\" \"dashboards\" \"context\" $) | nindent 4 }}}}\ndata:\n  board-{number}.json: |-\n    {{\"editable\":true,\"panels\":[{panels}],\"refresh\":\"30s\",\"schemaVersion\":39,\"timezone\":\"UTC\",\"title\":\"Board {number}\"}}\n{{{{- end }}}}\n"
    )
}
