{{- define "redis.name" -}}
{{ .Release.Name }}-redis
{{- end }}

{{- define "redis.address" -}}
{{ include "redis.name" . }}:6379
{{- end }}
