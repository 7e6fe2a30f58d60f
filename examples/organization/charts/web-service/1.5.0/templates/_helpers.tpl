{{- define "web-service.labels" -}}
app.kubernetes.io/name: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- with .Values.global }}
{{- with .region }}
northwind.example/region: {{ . }}
{{- end }}
{{- end }}
{{- end }}

{{- define "web-service.selector" -}}
app.kubernetes.io/name: {{ .Release.Name }}
{{- end }}
