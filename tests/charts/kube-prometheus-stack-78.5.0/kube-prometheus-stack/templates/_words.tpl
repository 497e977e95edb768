{{/* The labels of an object; call with (list . "component"), the component empty for none. */}}
{{- define "words.labels" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
app.kubernetes.io/part-of: kube-prometheus-stack
app.kubernetes.io/version: {{ $root.Chart.Version | quote }}
chart: {{ $root.Chart.Name }}-{{ $root.Chart.Version }}
heritage: {{ $root.Release.Service }}
release: {{ $root.Release.Name }}
{{- with $component }}
app: kube-prometheus-stack-{{ . }}
{{- end }}
{{- with $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* registry/repository:tag@sha256:sha; call with (list image "tag where there is none"). */}}
{{- define "words.image" -}}
{{- $image := index . 0 -}}
{{ $image.registry }}/{{ $image.repository }}:{{ $image.tag | default (index . 1) }}{{ with $image.sha }}@sha256:{{ . }}{{ end }}
{{- end }}

{{/* A selector: what is given, else everything, or only this release's; call with (list . "serviceMonitor"). */}}
{{- define "words.selector" -}}
{{- $root := index . 0 -}}
{{- $spec := $root.Values.prometheus.prometheusSpec -}}
{{- $name := printf "%sSelector" (index . 1) -}}
{{- $given := index $spec $name -}}
{{- if $given -}}
{{ $name }}: {{ toJson $given }}
{{- else if index $spec (printf "%sNilUsesHelmValues" $name) -}}
{{ $name }}:
  matchLabels:
    release: {{ $root.Release.Name }}
{{- else -}}
{{ $name }}: {}
{{- end }}
{{- end }}

{{/* What the operator calls the pods: the value of app.kubernetes.io/name. */}}
{{- define "words.prometheus" -}}
prometheus{{ if .Values.prometheus.agentMode }}-agent{{ end }}
{{- end }}
