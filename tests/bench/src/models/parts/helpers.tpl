{{/*
The chart's name, shortened to what a label may have.
*/}}
{{- define "app.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/*
The full name: release and chart, or the release alone where it contains the chart's name.
*/}}
{{- define "app.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
The name of one component: {{ include "app.component" (dict "name" "x" "context" $) }}
*/}}
{{- define "app.component" -}}
{{- printf "%s-%s" (include "app.fullname" .context) .name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "app.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "app.selectorLabels" -}}
app.kubernetes.io/name: {{ include "app.name" .context }}
app.kubernetes.io/instance: {{ .context.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end -}}

{{- define "app.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .context.Chart.Name .context.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "app.selectorLabels" . }}
{{- if .context.Chart.AppVersion }}
app.kubernetes.io/version: {{ .context.Chart.AppVersion | quote }}
{{- end }}
app.kubernetes.io/part-of: {{ include "app.name" .context }}
app.kubernetes.io/managed-by: {{ .context.Release.Service }}
{{- with .context.Values.global.labels }}
{{ tpl (toYaml .) $.context }}
{{- end }}
{{- end -}}

{{/*
The image: the component's own over the global one, by digest where there is one.
*/}}
{{- define "app.image" -}}
{{- $image := mergeOverwrite (deepCopy .context.Values.global.image) (default (dict) .image) -}}
{{- $tag := default .context.Chart.AppVersion $image.tag | toString -}}
{{- if $image.digest -}}
{{- printf "%s/%s@%s" $image.registry $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s/%s:%s" $image.registry $image.repository $tag -}}
{{- end -}}
{{- end -}}

{{- define "app.serviceAccountName" -}}
{{- if .values.serviceAccount.create -}}
{{- default (include "app.component" .) .values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/*
Affinity: what the values say, or to keep apart from others of the same component.
*/}}
{{- define "app.affinity" -}}
{{- if .values.affinity -}}
{{- toYaml .values.affinity -}}
{{- else -}}
podAntiAffinity:
  {{- if eq .context.Values.global.antiAffinity "hard" }}
  requiredDuringSchedulingIgnoredDuringExecution:
  - labelSelector:
      matchLabels:
        {{- include "app.selectorLabels" . | nindent 8 }}
    topologyKey: kubernetes.io/hostname
  {{- else }}
  preferredDuringSchedulingIgnoredDuringExecution:
  - weight: 100
    podAffinityTerm:
      labelSelector:
        matchLabels:
          {{- include "app.selectorLabels" . | nindent 10 }}
      topologyKey: kubernetes.io/hostname
  {{- end }}
{{- end -}}
{{- end -}}

{{- define "app.capabilities.autoscaling" -}}
{{- if .Capabilities.APIVersions.Has "autoscaling/v2" -}}autoscaling/v2{{- else -}}autoscaling/v2beta2{{- end -}}
{{- end -}}
