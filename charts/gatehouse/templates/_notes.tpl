{{- /* What is said after an installation; here, and not in NOTES.txt, so that it can be tested */ -}}
{{- define "gatehouse.notes" -}}
{{- $name := include "gatehouse.fullname" . -}}
{{- $root := .Values.rootPassword.existingSecret -}}
{{- $mutual := eq (int .Values.tls.mode) 2 -}}
{{- $curl := ternary "" "--insecure " (eq (int .Values.tls.mode) 0) -}}
{{- if $mutual -}}
{{- $curl = "--insecure --cert client.crt --key client.key " -}}
{{- end -}}
{{- $off := dict "off" false -}}
{{- with get .Values.extraConfigFiles "user.yaml" -}}
{{- range $leaf := include "gatehouse.leaves" (dict "prefix" "" "tree" (fromYaml .)) | splitList "\n" -}}
{{- if eq $leaf "common.security.authorizationenabled false" -}}
{{- $_ := set $off "off" true -}}
{{- end -}}
{{- end -}}
{{- end -}}
Gatehouse {{ .Chart.AppVersion }} is {{ $name }}.{{ .Release.Namespace }}.svc:{{ .Values.service.port }} inside the cluster.

First calls, from here:

  kubectl -n {{ .Release.Namespace }} rollout status deployment/{{ $name }}
  kubectl -n {{ .Release.Namespace }} port-forward service/{{ $name }} 19530:{{ .Values.service.port }} &
{{- if $root }}
  password=$(kubectl -n {{ .Release.Namespace }} get secret {{ $root }} \
    -o go-template='{{ printf "{{index .data %q | base64decode}}" .Values.rootPassword.key }}')
{{- else }}
  password=Milvus
{{- end }}
{{- if eq (int .Values.tls.mode) 0 }}
  curl -H "Authorization: Bearer root:$password" http://localhost:19530/api/v1/me
{{- else }}
  # --insecure, as the certificate does not name localhost
{{- if $mutual }}; client.crt is of an authority in {{ .Values.tls.caKey }}{{ end }}
  curl {{ $curl }}-H "Authorization: Bearer root:$password" https://localhost:19530/api/v1/me
{{- end }}
  helm -n {{ .Release.Namespace }} test {{ .Release.Name }}

Swagger UI: http{{ if .Values.tls.mode }}s{{ end }}://localhost:19530/swagger-ui.html
{{- if not $root }}

WARNING: rootPassword.existingSecret is empty, so root has the password Milvus, which everybody knows, unless it was changed since.
Change it now:
  curl {{ $curl }}-X PUT -H "Authorization: Bearer root:$password" -H 'Content-Type: application/json' \
    -d '{"oldPassword":"Milvus","newPassword":"…"}' http{{ if .Values.tls.mode }}s{{ end }}://localhost:19530/api/v1/users/root/password
{{- end }}
{{- if $off.off }}

WARNING: common.security.authorizationEnabled is false in extraConfigFiles: every request may do everything.
{{- end }}
{{- if and (eq (int .Values.tls.mode) 0) (ne .Values.service.type "ClusterIP") }}

WARNING: service.type is {{ .Values.service.type }} and tls.mode is 0: tokens travel in clear from outside of the cluster.
{{- end }}
{{- if and (eq .Values.database.type "h2") (not .Values.persistence.enabled) }}

WARNING: persistence.enabled is false: the users are gone with the pod.
{{- end }}
{{- if and (ne .Values.database.type "h2") .Values.networkPolicy.enabled }}

The network policy lets Gatehouse reach port {{ .Values.networkPolicy.databasePort }} alone.
Where PostgreSQL has another one, set networkPolicy.databasePort.
{{- end }}
{{- end -}}
