//! Hundreds of switches: values, a ConfigMap that turns them into settings, and a schema.

const SECTIONS: usize = 60;
const SWITCHES: usize = 10;

/// The switches with a comment each.
pub(super) fn values() -> String {
    let mut values = String::new();
    for section in 0..SECTIONS {
        values.push_str(&format!(
            "# -- Section {section}: what belongs together.\nsection{section}:\n  enabled: {}\n",
            section % 2 == 0
        ));
        for switch in 0..SWITCHES {
            values.push_str(&format!(
                "  # -- Configures switch {switch} of section {section}, which some clusters need. The default suits most of them;\n  # see the documentation before changing it.\n"
            ));
            values.push_str(&match switch % 5 {
                0 => format!("  switch{switch}: {}\n", section % 3 == 0),
                1 => format!("  switch{switch}: \"{section}s\"\n"),
                2 => format!("  switch{switch}: {}\n", section * 100 + switch),
                3 => format!("  # switch{switch}: ~\n"),
                _ => format!("  switch{switch}:\n    # @schema\n    # type: [null, array]\n    # @schema\n    items: [a, b, c]\n    mode: auto\n"),
            });
        }
    }
    values
}

/// A ConfigMap with a condition around nearly every line.
pub(super) fn template() -> String {
    let mut text = String::from(
        "{{- $fallback := \"false\" -}}\n{{- if semverCompare \">=1.20\" (default \"1.10\" .Values.upgradeCompatibility) -}}\n  {{- $fallback = \"true\" -}}\n{{- end -}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ include \"app.fullname\" . }}-config\n  namespace: {{ include \"app.namespace\" . }}\ndata:\n",
    );
    for section in 0..SECTIONS {
        text.push_str(&format!(
            "{{{{- if .Values.section{section}.enabled }}}}\n  section-{section}: \"true\"\n"
        ));
        for switch in 0..SWITCHES {
            let path = format!(".Values.section{section}.switch{switch}");
            text.push_str(&match switch % 5 {
                0 => format!("  section-{section}-switch-{switch}: {{{{ {path} | quote }}}}\n"),
                1 => format!("{{{{- if and {path} (ne {path} \"0s\") }}}}\n  # How long it takes.\n  section-{section}-switch-{switch}: {{{{ include \"app.duration\" {path} | quote }}}}\n{{{{- end }}}}\n"),
                2 => format!("{{{{- if gt (int {path}) 500 }}}}\n  section-{section}-switch-{switch}: {{{{ {path} | int64 | toString | quote }}}}\n{{{{- else }}}}\n  section-{section}-switch-{switch}: {{{{ $fallback | quote }}}}\n{{{{- end }}}}\n"),
                3 => format!("{{{{- if hasKey .Values.section{section} \"switch{switch}\" }}}}\n  section-{section}-switch-{switch}: {{{{ {path} | toString | quote }}}}\n{{{{- end }}}}\n"),
                _ => format!("{{{{- with {path} }}}}\n  section-{section}-switch-{switch}: {{{{ join \" \" .items | quote }}}}\n{{{{- if eq .mode \"auto\" }}}}\n  section-{section}-mode: auto\n{{{{- else if eq .mode \"manual\" }}}}\n  section-{section}-mode: manual\n{{{{- end }}}}\n{{{{- end }}}}\n"),
            });
        }
        text.push_str("{{- end }}\n");
    }
    text.push_str("{{- define \"app.duration\" -}}\n{{- if regexMatch \"^[0-9]+$\" (toString .) -}}{{ . }}s{{- else -}}{{ . }}{{- end -}}\n{{- end -}}\n");
    text
}

/// A schema of the switches.
pub(super) fn schema() -> String {
    let section = (0..SWITCHES).map(|switch| match switch % 5 {
        0 => format!("\"switch{switch}\":{{\"type\":\"boolean\"}}"),
        1 => format!("\"switch{switch}\":{{\"type\":\"string\",\"pattern\":\"^[0-9]+s$\"}}"),
        2 => format!("\"switch{switch}\":{{\"type\":\"integer\",\"minimum\":0}}"),
        3 => format!("\"switch{switch}\":{{\"type\":[\"null\",\"string\"]}}"),
        _ => format!("\"switch{switch}\":{{\"type\":\"object\",\"properties\":{{\"items\":{{\"type\":[\"null\",\"array\"],\"items\":{{\"type\":\"string\"}}}},\"mode\":{{\"enum\":[\"auto\",\"manual\"]}}}}}}"),
    });
    let section = section.collect::<Vec<_>>().join(",\n        ");
    let sections = (0..SECTIONS).map(|n| {
        format!("    \"section{n}\": {{\"type\":\"object\",\"properties\":{{\"enabled\":{{\"type\":\"boolean\"}},\n        {section}}}}}")
    });
    let sections = sections.collect::<Vec<_>>().join(",\n");
    format!(
        "{{\n  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n  \"type\": \"object\",\n  \"properties\": {{\n{sections}\n  }}\n}}\n"
    )
}
