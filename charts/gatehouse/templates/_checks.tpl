{{- /* Values that contradict each other: the sentence says what to do. Types and ranges are in values.schema.json. */ -}}

{{- /* The leaves of a tree of settings, one a line: key in lower case without - and _, and a.b for a[b], a space, the value as JSON */ -}}
{{- define "gatehouse.leaves" -}}
{{- range $name, $value := .tree -}}
{{- $key := printf "%s%s" $.prefix $name -}}
{{- if kindIs "map" $value -}}
{{- include "gatehouse.leaves" (dict "prefix" (printf "%s." $key) "tree" $value) -}}
{{- else -}}
{{- printf "%s %s\n" ($key | lower | replace "-" "" | replace "_" "" | replace "[" "." | replace "]" "" | replace ".." ".") (toJson $value) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "gatehouse.checks" -}}
{{- $h2 := eq .Values.database.type "h2" -}}
{{- $move := print
  "the H2 file serves one process alone. Move the users to PostgreSQL first (docs/kubernetes.md, \"From one "
  "replica to three\", and docs/moving.md), then set database.type=postgresql and database.existingSecret." -}}

{{- if and $h2 .Values.autoscaling.enabled -}}
{{- fail (printf "autoscaling.enabled is true, but %s" $move) -}}
{{- end -}}
{{- if and $h2 (gt (int .Values.replicaCount) 1) -}}
{{- fail (printf "replicaCount is %d, but %s" (int .Values.replicaCount) $move) -}}
{{- end -}}

{{- if not (regexMatch "^[a-z]" (include "gatehouse.fullname" .)) -}}
{{- fail (printf "a service may not be called %s: set fullnameOverride to a name that begins with a letter" (include "gatehouse.fullname" .)) -}}
{{- end -}}

{{- /* Database */ -}}
{{- range $name := list "username" "password" -}}
{{- if hasKey $.Values.database $name -}}
{{- fail (printf (print
  "database.%s would be readable for everybody who may read the release: create a secret with url, username and "
  "password, and name it in database.existingSecret"
) $name) -}}
{{- end -}}
{{- end -}}
{{- with .Values.database -}}
{{- if and $h2 (or .existingSecret .url) -}}
{{- fail (print
  "database.existingSecret and database.url are for PostgreSQL, but database.type is h2: set "
  "database.type=postgresql, or leave them empty") -}}
{{- end -}}
{{- if and (not $h2) (not .existingSecret) -}}
{{- fail "database.type is postgresql, but database.existingSecret is empty: name the secret with url, username and password" -}}
{{- end -}}
{{- if and .url (not (hasPrefix "jdbc:postgresql:" .url)) -}}
{{- fail "database.url has to begin with jdbc:postgresql:" -}}
{{- end -}}
{{- if and .url (or (regexMatch "(?i)[?&][^=&]*(user|password|%)[^=&]*=" .url) (contains "@" .url)) -}}
{{- fail (print
  "database.url has a user or a password in it, which everybody could read who may read the release: put the URL "
  "into the secret, and leave database.url empty") -}}
{{- end -}}
{{- end -}}
{{- with .Values.persistence -}}
{{- if and (not $h2) .existingClaim -}}
{{- fail "persistence.existingClaim is for the H2 file, but database.type is postgresql: leave it empty; the claim itself stays" -}}
{{- end -}}
{{- if and .existingClaim (not .enabled) -}}
{{- fail "persistence.existingClaim is set, but persistence.enabled is false: nothing would be kept" -}}
{{- end -}}
{{- end -}}

{{- /* root's password */ -}}
{{- if hasKey .Values.rootPassword "password" -}}
{{- fail (print
  "rootPassword.password would be readable for everybody who may read the release: create a secret, and name it "
  "in rootPassword.existingSecret") -}}
{{- end -}}
{{- if and .Values.rootPassword.requireChanged .Release.IsInstall (not .Values.rootPassword.existingSecret) -}}
{{- fail (print
  "rootPassword.requireChanged is true, but rootPassword.existingSecret is empty: root would get the password "
  "Milvus, and nothing would ever start") -}}
{{- end -}}

{{- /* TLS */ -}}
{{- with .Values.tls -}}
{{- if and (gt (int .mode) 0) (not .existingSecret) -}}
{{- fail (printf "tls.mode is %d, but tls.existingSecret is empty: name the secret with %s and %s" (int .mode) .certificateKey .privateKeyKey) -}}
{{- end -}}
{{- if and (eq (int .mode) 0) .existingSecret -}}
{{- fail "tls.existingSecret is set, but tls.mode is 0, so tokens would travel in clear: set tls.mode=1, or leave tls.existingSecret empty" -}}
{{- end -}}
{{- if and (ne (int .mode) 2) .caSecret -}}
{{- fail (printf "tls.caSecret is set, but tls.mode is %d, which asks clients for no certificate: set tls.mode=2" (int .mode)) -}}
{{- end -}}
{{- end -}}

{{- /* Milvus' settings */ -}}
{{- range $name, $text := .Values.extraConfigFiles -}}
{{- if ne $name "user.yaml" -}}
{{- fail (printf "extraConfigFiles.%q is not read: Gatehouse reads user.yaml alone" $name) -}}
{{- end -}}
{{- end -}}
{{- with get .Values.extraConfigFiles "user.yaml" -}}
{{- $tree := fromYaml . -}}
{{- if and (hasKey $tree "Error") (eq (len $tree) 1) -}}
{{- fail "extraConfigFiles.\"user.yaml\" is not YAML, or no settings such as common:" -}}
{{- end -}}
{{- range $leaf := include "gatehouse.leaves" (dict "prefix" "" "tree" $tree) | splitList "\n" | compact -}}
{{- $key := $leaf | splitList " " | first -}}
{{- $value := trimPrefix (printf "%s " $key) $leaf -}}
{{- if and (eq $key "common.security.defaultrootpassword") (not (has $value (list "\"Milvus\"" "\"\"" "null"))) -}}
{{- fail (print
  "common.security.defaultRootPassword in extraConfigFiles would be readable for everybody who may read the "
  "ConfigMap: create a secret, and name it in rootPassword.existingSecret") -}}
{{- end -}}
{{- if and (eq $key "common.security.tlsmode") (ne $value (toString $.Values.tls.mode)) -}}
{{- fail (printf (print
  "common.security.tlsMode is %s in extraConfigFiles, but tls.mode is %d: set tls.mode and tls.existingSecret "
  "alone"
) $value (int $.Values.tls.mode)) -}}
{{- end -}}
{{- if and (eq $key "proxy.port") (ne $value "19530") -}}
{{- fail (printf "proxy.port is %s in extraConfigFiles, but the container listens on 19530: set service.port for another one" $value) -}}
{{- end -}}
{{- if hasPrefix "gatehouse." $key -}}
{{- fail "extraConfigFiles holds a key of gatehouse, which is not read from Milvus' files: move it to settings" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Gatehouse's settings: what the chart sets itself would win in silence */ -}}
{{- $database := "database.existingSecret" -}}
{{- $port := "service.port; the container listens on 19530" -}}
{{- $management := "nothing: probes and metrics need port 9091 as it is" -}}
{{- $instead := dict
  "common.security.defaultrootpassword" "rootPassword.existingSecret"
  "common.security.tlsmode" "tls.mode"
  "tls.serverpempath" "tls.existingSecret"
  "tls.serverkeypath" "tls.existingSecret"
  "tls.capempath" "tls.caSecret"
  "proxy.port" $port
  "server.port" $port
  "management.server.port" $management
  "management.server.address" $management
  "gatehouse.datadirectory" "persistence"
  "gatehouse.milvusconfig" "milvusConfig.existingConfigMap and extraConfigFiles"
  "gatehouse.rootpasswordfile" "rootPassword.existingSecret"
  "gatehouse.refusedefaultrootpassword" "rootPassword.requireChanged"
  "spring.datasource.url" $database
  "spring.datasource.username" $database
  "spring.datasource.password" $database
  "spring.config.import" $database
-}}
{{- /* A password in a key, in an URL, or in JSON */ -}}
{{- $password := "(?i)(password|passphrase|secret)[]\\\\\"']*\\s*[=:]|//[^/\\s]*:[^/\\s]*@" -}}
{{- $readable := print
  "which everybody could read who may read the release: passwords belong into the secrets of database.existingSecret, "
  "rootPassword.existingSecret and tls.existingSecret"
-}}
{{- range $leaf := include "gatehouse.leaves" (dict "prefix" "" "tree" .Values.settings) | splitList "\n" | compact -}}
{{- $key := $leaf | splitList " " | first -}}
{{- if hasKey $instead $key -}}
{{- fail (printf "settings has the key %s, which the chart sets: use %s" $key (get $instead $key)) -}}
{{- end -}}
{{- if regexMatch "(password|passphrase|secret)$" $key -}}
{{- fail (printf "settings has a password in %s, %s" $key $readable) -}}
{{- end -}}
{{- if regexMatch $password (trimPrefix $key $leaf) -}}
{{- fail (printf "settings has a password in the value of %s, %s" $key $readable) -}}
{{- end -}}
{{- end -}}
{{- if regexMatch $password .Values.javaToolOptions -}}
{{- fail (printf "javaToolOptions has a password in it, %s" $readable) -}}
{{- end -}}

{{- /* Memory, in MiB: as docker/gatehouse has it, which .ci/chart compares */ -}}
{{- $beside := 336 -}}
{{- $least := 112 -}}
{{- with dig "limits" "memory" "" (.Values.resources | default dict) -}}
{{- $limit := int (include "gatehouse.mebibytes" .) -}}
{{- if lt $limit (add $beside $least | int) -}}
{{- fail (printf "resources.limits.memory is %v, but Gatehouse needs %dMi: %d for the heap and %d beside it" . (add $beside $least) $least $beside) -}}
{{- end -}}
{{- with regexFindAll "-Xmx[0-9]+[kKmMgGtT]?" $.Values.javaToolOptions -1 -}}
{{- $unit := dict "k" "Ki" "m" "Mi" "g" "Gi" "t" "Ti" -}}
{{- $option := last . | trimPrefix "-Xmx" | lower -}}
{{- $suffix := regexFind "[kmgt]$" $option -}}
{{- $heap := int (include "gatehouse.mebibytes" (printf "%s%s" (trimSuffix $suffix $option) (get $unit $suffix))) -}}
{{- if lt $limit (add $heap $beside | int) -}}
{{- fail (printf (print
  "javaToolOptions has %s, which with %d MiB beside the heap needs resources.limits.memory of %dMi, but it is %v: "
  "raise the limit, or leave the option out, as the heap follows the limit"
) (last .) $beside (add $heap $beside) (dig "limits" "memory" "" $.Values.resources)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Number of pods */ -}}
{{- with .Values.autoscaling -}}
{{- if and .enabled (gt (int .minReplicas) (int .maxReplicas)) -}}
{{- fail (printf "autoscaling.minReplicas is %d, which is more than autoscaling.maxReplicas, %d" (int .minReplicas) (int .maxReplicas)) -}}
{{- end -}}
{{- if and .enabled (not (dig "requests" "cpu" "" $.Values.resources)) -}}
{{- fail "autoscaling.enabled is true, but resources.requests.cpu, of which the load is a part, is not set" -}}
{{- end -}}
{{- end -}}
{{- with .Values.podDisruptionBudget -}}
{{- if .enabled -}}
{{- $fewest := int (include "gatehouse.fewestPods" $) -}}
{{- $least := not (kindIs "invalid" .minAvailable) -}}
{{- $most := not (kindIs "invalid" .maxUnavailable) -}}
{{- if and $least $most -}}
{{- fail "podDisruptionBudget has both minAvailable and maxUnavailable: leave one of them empty" -}}
{{- end -}}
{{- if and $most (has (toString .maxUnavailable) (list "0" "0%")) -}}
{{- fail "podDisruptionBudget.maxUnavailable is 0, so that no node could ever be drained: 1 at least" -}}
{{- end -}}
{{- if $least -}}
{{- $needed := int .minAvailable -}}
{{- if hasSuffix "%" (toString .minAvailable) -}}
{{- /* Kubernetes rounds up */ -}}
{{- $needed = div (add (mul (trimSuffix "%" .minAvailable | int) $fewest) 99) 100 | int -}}
{{- end -}}
{{- if and (gt $fewest 0) (ge $needed $fewest) -}}
{{- fail (printf (print
  "podDisruptionBudget.minAvailable is %v, of %d pods, so that no node could ever be drained: %d pods at "
  "most"
) .minAvailable $fewest (sub $fewest 1)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Network */ -}}
{{- if and .Values.serviceMonitor.enabled .Values.networkPolicy.enabled (not .Values.networkPolicy.metrics) -}}
{{- fail "serviceMonitor.enabled is true, but networkPolicy.metrics lets nobody reach port 9091: name Prometheus there" -}}
{{- end -}}
{{- with .Values.service -}}
{{- if and (eq .type "ClusterIP") (or .externalTrafficPolicy .loadBalancerSourceRanges) -}}
{{- fail (print
  "service.externalTrafficPolicy and service.loadBalancerSourceRanges have no effect with service.type "
  "ClusterIP: set service.type=LoadBalancer") -}}
{{- end -}}
{{- if and (eq .type "NodePort") .loadBalancerSourceRanges -}}
{{- fail "service.loadBalancerSourceRanges has no effect with service.type NodePort: set service.type=LoadBalancer" -}}
{{- end -}}
{{- $ports := list (int .port) -}}
{{- range $port := list (int .grpcPort) (int .httpPort) -}}
{{- if has $port $ports -}}
{{- fail (printf "service.port, service.grpcPort and service.httpPort have to differ, but two of them are %d" $port) -}}
{{- end -}}
{{- if $port -}}
{{- $ports = append $ports $port -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Volumes */ -}}
{{- range .Values.extraVolumes -}}
{{- if hasKey . "hostPath" -}}
{{- fail (printf "extraVolumes: %s is a hostPath, which restricted Pod Security forbids" .name) -}}
{{- end -}}
{{- if has .name (list "tmp" "data" "config" "milvus" "root-password" "database" "tls") -}}
{{- fail (printf "extraVolumes: the chart has a volume %s of its own: choose another name" .name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
