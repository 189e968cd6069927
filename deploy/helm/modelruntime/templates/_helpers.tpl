{{- define "modelruntime.name" -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "modelruntime.labels" -}}
app.kubernetes.io/name: modelruntime
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "modelruntime.selector" -}}
app.kubernetes.io/name: modelruntime
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: gateway
{{- end -}}

{{- define "modelruntime.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- /* The gateway's file: what the operator says, and what the chart must say. */ -}}
{{- define "modelruntime.file" -}}
{{- $metrics := dict "host" "0.0.0.0" "port" 9464 -}}
{{- if .Values.metrics.secret -}}{{- $_ := set $metrics "token" "env:METRICS_TOKEN" -}}{{- end -}}
{{- $own := dict
  "listen" (dict "host" "0.0.0.0" "port" 8080)
  "drain" (dict "lame_duck" .Values.drain.lameDuck "limit" .Values.drain.limit)
  "telemetry" (dict "metrics" $metrics "logs" (dict "format" "json"))
-}}
{{- if .Values.database.secret -}}{{- $_ := set $own "database" "env:DATABASE_URL" -}}{{- end -}}
{{- if .Values.valkey.secret -}}{{- $_ := set $own "valkey" "env:VALKEY_URL" -}}{{- end -}}
{{- toYaml (mergeOverwrite (deepCopy .Values.config) $own) -}}
{{- end -}}

{{- define "modelruntime.secretVariable" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef: {name: {{ .from.secret }}, key: {{ .from.key }}}
{{- end -}}

{{- define "modelruntime.environment" -}}
{{- range $name, $from := dict "DATABASE_URL" .Values.database "MODELRUNTIME_DATABASE" .Values.database "VALKEY_URL" .Values.valkey "MODELRUNTIME_KEYS" .Values.keyRing "METRICS_TOKEN" .Values.metrics }}
{{- if $from.secret }}
{{ include "modelruntime.secretVariable" (dict "name" $name "from" $from) }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "modelruntime.container" -}}
image: {{ include "modelruntime.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- with .Values.environmentFrom }}
envFrom:
  {{- range . }}
  - secretRef: {name: {{ . }}}
  {{- end }}
{{- end }}
{{- with (include "modelruntime.environment" . | trim) }}
env:
  {{- . | nindent 2 }}
{{- end }}
volumeMounts:
  - {name: data, mountPath: /var/lib/modelruntime}
  - {name: config, mountPath: /etc/modelruntime, readOnly: true}
{{- end -}}

{{- define "modelruntime.podSecurity" -}}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: data
    {{- if and .Values.dataClaim (not .Values.database.secret) }}
    persistentVolumeClaim: {claimName: {{ .Values.dataClaim }}}
    {{- else }}
    emptyDir: {sizeLimit: {{ .Values.dataSize }}}
    {{- end }}
  - name: config
    configMap: {name: {{ include "modelruntime.name" . }}}
{{- end -}}
