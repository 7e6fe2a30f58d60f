//! A chart of about podinfo's size: eight templates, a helpers file and some eighty values.

/// The chart's files, by their paths within it.
pub(crate) fn files() -> Vec<(&'static str, String)> {
    [
        ("Chart.yaml", CHART),
        ("values.yaml", VALUES),
        ("templates/_helpers.tpl", HELPERS),
        ("templates/deployment.yaml", DEPLOYMENT),
        ("templates/service.yaml", SERVICE),
        ("templates/ingress.yaml", INGRESS),
        ("templates/hpa.yaml", HPA),
        ("templates/service-account.yaml", SERVICE_ACCOUNT),
        ("templates/config.yaml", CONFIG),
        ("templates/budget.yaml", BUDGET),
        ("templates/NOTES.txt", "{{ include \"podlike.fullname\" . }} is there.\n"),
    ]
    .into_iter()
    .map(|(path, text)| (path, text.to_owned()))
    .collect()
}

const CHART: &str = "apiVersion: v2
name: podlike
description: A small service with everything that small services have
type: application
version: 6.7.1
appVersion: 6.7.1
kubeVersion: \">=1.23.0-0\"
";

const VALUES: &str = "replicaCount: 1
logLevel: info
host: null
backends: []
image:
  repository: podlike
  tag: 6.7.1
  pullPolicy: IfNotPresent
  pullSecrets: []
ui:
  color: \"#34577c\"
  message: \"\"
  logo: \"\"
service:
  enabled: true
  annotations: {}
  type: ClusterIP
  httpPort: 9898
  metricsPort: 9797
  externalPort: 9898
  grpcPort: 9999
  grpcService: podlike
hpa:
  enabled: false
  maxReplicas: 10
  cpu: 80
  memory: 0
serviceAccount:
  enabled: true
  name: \"\"
  imagePullSecrets: []
securityContext: {}
podSecurityContext: {}
ingress:
  enabled: false
  className: nginx
  annotations: {}
  additionalLabels: {}
  hosts:
    - host: podlike.local
      paths:
        - path: /
          pathType: ImplementationSpecific
  tls: []
probes:
  readiness:
    initialDelaySeconds: 1
    timeoutSeconds: 5
    failureThreshold: 3
    successThreshold: 1
    periodSeconds: 10
  liveness:
    initialDelaySeconds: 1
    timeoutSeconds: 5
    failureThreshold: 3
    successThreshold: 1
    periodSeconds: 10
resources:
  limits: null
  requests:
    cpu: 1m
    memory: 16Mi
extraEnvs: []
extraArgs: []
nodeSelector: {}
tolerations: []
affinity: {}
podAnnotations: {}
budget:
  enabled: true
  maxUnavailable: 1
config:
  settings:
    cache: \"\"
    unhealthy: false
    unready: false
    random:
      delay: false
      error: false
";

const HELPERS: &str = r#"{{- define "podlike.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "podlike.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "podlike.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "podlike.selectorLabels" -}}
app.kubernetes.io/name: {{ include "podlike.fullname" . }}
{{- end }}

{{- define "podlike.labels" -}}
helm.sh/chart: {{ include "podlike.chart" . }}
{{ include "podlike.selectorLabels" . }}
{{- if .Chart.AppVersion }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.global }}
{{- range $key, $value := . }}
example.com/{{ $key }}: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end }}

{{- define "podlike.serviceAccountName" -}}
{{- if .Values.serviceAccount.enabled }}
{{- default (include "podlike.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}
"#;

const DEPLOYMENT: &str = r#"apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ template "podlike.fullname" . }}
  labels:
    {{- include "podlike.labels" . | nindent 4 }}
spec:
  {{- if not .Values.hpa.enabled }}
  replicas: {{ .Values.replicaCount }}
  {{- end }}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "podlike.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "podlike.selectorLabels" . | nindent 8 }}
      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/port: "{{ .Values.service.httpPort }}"
        {{- range $key, $value := .Values.podAnnotations }}
        {{ $key }}: {{ $value | quote }}
        {{- end }}
    spec:
      terminationGracePeriodSeconds: 30
      serviceAccountName: {{ template "podlike.serviceAccountName" . }}
      {{- with .Values.podSecurityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          {{- with .Values.securityContext }}
          securityContext:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          command:
            - ./podlike
            - --port={{ .Values.service.httpPort | default 9898 }}
            - --grpc-port={{ .Values.service.grpcPort }}
            - --grpc-service-name={{ .Values.service.grpcService }}
            - --level={{ .Values.global.logLevel | default .Values.logLevel }}
            - --random-delay={{ .Values.config.settings.random.delay }}
            - --random-error={{ .Values.config.settings.random.error }}
            {{- range .Values.extraArgs }}
            - {{ . }}
            {{- end }}
          {{- if .Values.backends }}
          args:
            {{- range .Values.backends }}
            - --backend-url={{ . }}
            {{- end }}
          {{- end }}
          env:
            - name: UI_COLOR
              value: {{ quote .Values.ui.color }}
            {{- if .Values.ui.message }}
            - name: UI_MESSAGE
              value: {{ quote .Values.ui.message }}
            {{- end }}
            {{- with .Values.extraEnvs }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          ports:
            - name: http
              containerPort: {{ .Values.service.httpPort | default 9898 }}
              protocol: TCP
            - name: metrics
              containerPort: {{ .Values.service.metricsPort }}
              protocol: TCP
            - name: grpc
              containerPort: {{ .Values.service.grpcPort }}
              protocol: TCP
          livenessProbe:
            exec:
              command:
                - podcli
                - check
                - http
                - localhost:{{ .Values.service.httpPort | default 9898 }}/healthz
            {{- with .Values.probes.liveness }}
            initialDelaySeconds: {{ .initialDelaySeconds }}
            timeoutSeconds: {{ .timeoutSeconds }}
            failureThreshold: {{ .failureThreshold }}
            successThreshold: {{ .successThreshold }}
            periodSeconds: {{ .periodSeconds }}
            {{- end }}
          readinessProbe:
            exec:
              command:
                - podcli
                - check
                - http
                - localhost:{{ .Values.service.httpPort | default 9898 }}/readyz
            {{- with .Values.probes.readiness }}
            initialDelaySeconds: {{ .initialDelaySeconds }}
            timeoutSeconds: {{ .timeoutSeconds }}
            failureThreshold: {{ .failureThreshold }}
            successThreshold: {{ .successThreshold }}
            periodSeconds: {{ .periodSeconds }}
            {{- end }}
          volumeMounts:
            - name: data
              mountPath: /data
            - name: config
              mountPath: /podlike/config
              readOnly: true
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
      {{- with .Values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      volumes:
        - name: data
          emptyDir: {}
        - name: config
          configMap:
            name: {{ template "podlike.fullname" . }}
"#;

const SERVICE: &str = r#"{{- if .Values.service.enabled }}
apiVersion: v1
kind: Service
metadata:
  name: {{ template "podlike.fullname" . }}
  labels:
    {{- include "podlike.labels" . | nindent 4 }}
  {{- with .Values.service.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ .Values.service.type }}
  ports:
    - port: {{ .Values.service.externalPort }}
      targetPort: http
      protocol: TCP
      name: http
    - port: {{ .Values.service.grpcPort }}
      targetPort: grpc
      protocol: TCP
      name: grpc
  selector:
    {{- include "podlike.selectorLabels" . | nindent 4 }}
{{- end }}
"#;

const INGRESS: &str = r#"{{- if .Values.ingress.enabled }}
{{- $fullName := include "podlike.fullname" . }}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ $fullName }}
  labels:
    {{- include "podlike.labels" . | nindent 4 }}
    {{- with .Values.ingress.additionalLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .Values.ingress.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  ingressClassName: {{ .Values.ingress.className }}
  {{- if .Values.ingress.tls }}
  tls:
    {{- range .Values.ingress.tls }}
    - hosts:
        {{- range .hosts }}
        - {{ . | quote }}
        {{- end }}
      secretName: {{ .secretName }}
    {{- end }}
  {{- end }}
  rules:
    {{- range .Values.ingress.hosts }}
    - host: {{ .host | quote }}
      http:
        paths:
          {{- range .paths }}
          - path: {{ .path }}
            pathType: {{ .pathType }}
            backend:
              service:
                name: {{ $fullName }}
                port:
                  name: http
          {{- end }}
    {{- end }}
{{- end }}
"#;

const HPA: &str = r#"{{- if .Values.hpa.enabled }}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ template "podlike.fullname" . }}
  labels:
    {{- include "podlike.labels" . | nindent 4 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ template "podlike.fullname" . }}
  minReplicas: {{ .Values.replicaCount }}
  maxReplicas: {{ .Values.hpa.maxReplicas }}
  metrics:
    {{- if .Values.hpa.cpu }}
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ .Values.hpa.cpu }}
    {{- end }}
{{- end }}
"#;

const SERVICE_ACCOUNT: &str = r#"{{- if .Values.serviceAccount.enabled }}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ template "podlike.serviceAccountName" . }}
  labels:
    {{- include "podlike.labels" . | nindent 4 }}
{{- with .Values.serviceAccount.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
"#;

const CONFIG: &str = r#"apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ template "podlike.fullname" . }}
  labels:
    {{- include "podlike.labels" . | nindent 4 }}
data:
  settings.yaml: |
    {{- toYaml .Values.config.settings | nindent 4 }}
"#;

const BUDGET: &str = r#"{{- if .Values.budget.enabled }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ template "podlike.fullname" . }}
  labels:
    {{- include "podlike.labels" . | nindent 4 }}
spec:
  maxUnavailable: {{ .Values.budget.maxUnavailable }}
  selector:
    matchLabels:
      {{- include "podlike.selectorLabels" . | nindent 6 }}
{{- end }}
"#;
