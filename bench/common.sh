# What the benchmarks have in common: servers and load on loopback ports, rows of figures, the table in docs/performance.md.
# Sourced, not run; each benchmark calls benchmark() first.

export LC_ALL=C

ghz_version=0.93.0
milvus_version=2.3.5

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jar=$root/target/gatehouse.jar
document=$root/docs/performance.md
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
cache=${XDG_CACHE_HOME:-$HOME/.cache}/gatehouse
read -ra jvm <<<"${JVM_OPTIONS-}"

say() { printf '%s\n' "$*" >&2; }
fail() { say "bench/$benchmark: $*"; exit 1; }
refuse() { say "bench/$benchmark: $*"; exit 2; }

# benchmark NAME SECONDS TOOLS ARGUMENTS…: reads the command line of the benchmark NAME, whose rounds take SECONDS by default (or as long as
# they take, where that is empty) and which needs TOOLS besides a JDK and curl
benchmark() {
  benchmark=$1 seconds=${SECONDS_PER_ROUND:-$2} rounds=${ROUNDS:-3} write=false
  local default=$2 tool name
  local -a tools
  read -ra tools <<<"$3"
  shift 3
  [[ -n $default ]] || seconds=
  case ${1-} in
    "") ;;
    --write) write=true ;;
    *) refuse "usage: ${default:+[SECONDS_PER_ROUND=$default] }[ROUNDS=$rounds] bench/$benchmark [--write]" ;;
  esac
  [[ -z $default || $seconds =~ ^[1-9][0-9]?$ ]] || refuse "SECONDS_PER_ROUND is $seconds, but has to be a number from 1 to 99"
  [[ $rounds =~ ^([1-9]|10)$ ]] || refuse "ROUNDS is $rounds, but has to be a number from 1 to 10"
  [[ -z $jar || -f $jar ]] || refuse "there is no target/gatehouse.jar: run mvn -B -ntp -DskipTests package first"
  for tool in "$java" curl "${tools[@]}"; do
    command -v "$tool" >/dev/null || refuse "$tool is missing: a JDK, curl and ${tools[*]} are needed"
  done
  [[ -r /proc/self/status ]] || refuse "memory is read from /proc, which only Linux has"

  # Settings in the caller's environment are not to change what is measured
  while read -r name; do
    if [[ ${name^^} =~ ^(COMMON|GATEHOUSE|LOGGING|MANAGEMENT|MILVUS|PROXY|SERVER|SPRING|SPRINGDOC|TLS)_ ]]; then
      unset "$name"
    fi
  done < <(compgen -e)
  unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS http_proxy https_proxy HTTP_PROXY HTTPS_PROXY

  load_before=$(cut -d' ' -f1 /proc/loadavg)
  awk -v l="$load_before" 'BEGIN { exit !(l > 0.5) }' && say "the machine is not idle (load $load_before): the figures will be noise"
  work=$(mktemp -d)
  trap finish EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

# ends_within SECONDS: from here on, and 10 minutes at least
ends_within() {
  limit=$(($1 > 600 ? $1 : 600))
  deadline=$((EPOCHSECONDS + limit))
}

in_time() { ((EPOCHSECONDS < deadline)) || fail "not done after $limit seconds: $1 comes too late"; }

# ---------------------------------------------------------------------------------------------------------------- processes

declare -A children=() # the processes that run now: pid -> 1
declare -A pid=() port=() management_port=() ready=() # of each server, by its name

finish() {
  local status=$? child
  trap '' INT TERM HUP
  trap - EXIT
  set +e
  for child in "${!children[@]}"; do
    end "$child"
  done
  rm -rf "$work"
  exit "$status"
}

# end PID: ends a process of ours, the hard way when it has not gone after ten seconds
end() {
  local look
  kill "$1" 2>/dev/null || true
  for ((look = 0; look < 100; look++)); do
    kill -0 "$1" 2>/dev/null || break
    sleep 0.1
  done
  kill -9 "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
  unset "children[$1]"
}

# launch OUTPUT COMMAND…: starts a process; $! is its id. What waits for one can be broken off, what runs in front cannot
launch() {
  local output=$1
  shift
  "$@" >"$output" 2>&1 </dev/null &
  children[$!]=1
}

# await PID: waits for a process of ours and gives its status
await() {
  local status=0
  wait "$1" || status=$?
  unset "children[$1]"
  return "$status"
}

microseconds() { printf -v "$1" '%s' "${EPOCHREALTIME/[.,]/}"; }

accepts() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_port NAME: sets the variable to a port below those that the system hands out by itself
free_port() {
  local try candidate
  for ((try = 0; try < 100; try++)); do
    candidate=$((20000 + RANDOM % 12000))
    if [[ " ${port[*]-} " != *" $candidate "* ]] && ! accepts "$candidate"; then
      printf -v "$1" '%s' "$candidate"
      return
    fi
  done
  fail "no free port between 20000 and 32000"
}

# ------------------------------------------------------------------------------------------------------------------ servers

# until_ready NAME LOG COMMAND…: waits until a command succeeds
until_ready() {
  local name=$1 log=$2 last=$((EPOCHSECONDS + 240))
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ! kill -0 "${pid[$name]}" 2>/dev/null || ((EPOCHSECONDS > last)); then
      tail -n 20 "$log" >&2
      fail "the server \"$name\" did not start; above are its last lines"
    fi
    sleep 0.05
  done
}

# note_ready NAME BEGAN [WORDS]
note_ready() {
  local now
  microseconds now
  ready[$1]=$((now - $2))
  say "$1: ready after $(over "${ready[$1]}" 1000000) s ${3-}"
}

answers() { accepts "$1" && curl -s -o /dev/null --max-time 20 "http://127.0.0.1:$1/api/v1/me"; }

# start NAME [SETTING…]: the packaged jar with its defaults, in a directory and on ports of its own
start() {
  local name=$1 home=$work/$1 began here management
  shift
  in_time "the start of $name"
  mkdir -p "$home/tmp"
  free_port here
  port[$name]=$here
  free_port management
  management_port[$name]=$management
  microseconds began
  launch "$home/log" env -C "$home" "$java" "${jvm[@]}" "-Djava.io.tmpdir=$home/tmp" -jar "$jar" \
    --server.address=127.0.0.1 "--proxy.port=$here" --management.server.address=127.0.0.1 "--management.server.port=$management" "$@"
  pid[$name]=$!
  until_ready "$name" "$home/log" answers "$here"
  note_ready "$name" "$began" "$*"
}

# start_fresh NAME [SETTING…]: the same, with nothing left of an earlier one of that name
start_fresh() {
  rm -rf "${work:?}/$1"
  start "$@"
}

# start_milvus [open]: the real one with authentication, or without; its program is a child of Python, so that it ends with it
start_milvus() {
  local home=$work/milvus began here venv=$cache/milvus-$milvus_version kind=${1:-closed}
  in_time "the start of Milvus"
  rm -rf "$home"
  mkdir -p "$home"
  free_port here
  port[milvus]=$here
  microseconds began
  launch "$home/log" env -C "$home" "$venv/bin/python" -u -c '
import signal, sys
from milvus import MilvusServer, MilvusServerConfig
server = MilvusServer(MilvusServerConfig(data_dir=sys.argv[1], proxy_port=int(sys.argv[2])))
server.config.set("authorization_enabled", sys.argv[3] != "open")
def stop(*_):
    server.stop()
    sys.exit()
signal.signal(signal.SIGTERM, stop)
server.start()
print("ready", server.listen_port, server.server_proc.pid, flush=True)
while True:
    signal.pause()
' "$home/data" "$here" "$kind"
  pid[milvus]=$!
  until_ready milvus "$home/log" grep -q "^ready $here " "$home/log"
  note_ready milvus "$began"
  milvus_process=$(sed -n "s/^ready $here //p" "$home/log")
}

stop() {
  end "${pid[$1]}"
  unset "pid[$1]" "port[$1]" "management_port[$1]"
}

# resident NAME FIELD: MiB of memory that a server's process has now (VmRSS) or had at most (VmHWM)
resident() {
  local process=${pid[$1]}
  [[ $1 != milvus ]] || process=$milvus_process
  awk -v field="$2:" '$1 == field { printf "%.0f", $2 / 1024 }' "/proc/$process/status"
}

url() { printf 'http://127.0.0.1:%s%s' "${port[$1]}" "$2"; }

# ask STATUS CURL-ARGUMENTS…: one call
ask() {
  local expected=$1 status
  shift
  status=$(curl -s -o "$work/answer" -w '%{http_code}' --max-time 30 "$@") || fail "no answer: ${*: -1}"
  [[ $status == "$expected" ]] || fail "expected $expected, got $status: ${*: -1}: $(head -c 300 "$work/answer")"
}

# users NAME LAST [TOKEN]: creates user_1 to user_LAST over HTTP
users() {
  local number header=()
  [[ -z ${3-} ]] || header=(-H "Authorization: Bearer $3")
  for ((number = 1; number <= $2; number++)); do
    ask 201 "${header[@]}" -H 'Content-Type: application/json' \
      -d "{\"userName\":\"user_$number\",\"password\":\"P@ssw0rd\"}" "$(url "$1" /api/v1/users)"
  done
}

# -------------------------------------------------------------------------------------------------------- load over HTTP, wrk

runs=0

# wrk_start OUTPUT CONNECTIONS SECONDS MODE FIRST PAUSE URL [TOKEN]
wrk_start() {
  local output=$1 connections=$2 time=$3 mode=$4 first=$5 pause=$6 address=$7 header=()
  [[ -z ${8-} ]] || header=(-H "Authorization: Bearer $8")
  in_time "wrk"
  launch "$output" env "MODE=$mode" "FIRST=$first" "PAUSE=$pause" "RUN=$((++runs))" \
    wrk -t1 -c "$connections" -d "${time}s" --timeout 20s -s "$root/bench/wrk.lua" "${header[@]}" "$address"
}

# wrk_read OUTPUT: sets requests micros p50 p99 failed broken and, of guesses, unauthorized throttled overloaded other
wrk_read() {
  read -r requests micros p50 p99 failed broken unauthorized throttled overloaded other \
    < <(sed -n 's/^RESULT //p' "$1") || fail "wrk said: $(head -c 500 "$1")"
  ((broken == 0)) || fail "wrk met $broken broken or late connections"
  ((requests > 0)) || fail "wrk got no answer: $(head -n 1 "$1")"
  rate=$(over "$((requests * 1000000))" "$micros")
}

# load CONNECTIONS SECONDS MODE FIRST PAUSE URL [TOKEN]: runs wrk, expects 2xx only, and sets what wrk_read does
load() {
  wrk_start "$work/wrk" "$@"
  await $! || fail "wrk said: $(head -c 500 "$work/wrk")"
  wrk_read "$work/wrk"
  ((failed == 0)) || fail "$failed of $requests answers were not 2xx: ${*:6:1}"
}

# drain: gives the server time for the passwords that it still hashes when those who sent them have gone; at most 16
drain() { sleep 2; }

# single_logins NAME FIRST LAST: adds the times of first logins, one after the other, in microseconds, to $work/NAME.logins
single_logins() {
  local number address
  in_time "first logins"
  for ((number = $2; number <= $3; number++)); do
    address=$(url "$1" "/api/v1/users/user_$number")
    ((number == $2)) || echo next
    printf '%s\n' "url = \"$address\"" "header = \"Authorization: Bearer user_$number:P@ssw0rd\"" 'output = "/dev/null"' \
      'write-out = "%{http_code} %{time_total}\n"' silent 'max-time = 30'
  done >"$work/curl.config"
  launch "$work/curl.log" curl -K "$work/curl.config"
  await $! || fail "first logins failed: $(tail -n 3 "$work/curl.log")"
  ! grep -qv '^200 ' "$work/curl.log" || fail "first logins were refused: $(grep -v '^200 ' "$work/curl.log" | head -n 3)"
  awk '{ printf "%d\n", $2 * 1000000 }' "$work/curl.log" >>"$work/$1.logins"
}

# -------------------------------------------------------------------------------------------------------- load over gRPC, ghz

# install_ghz_and_milvus: for this user, where they are missing; and the protos that the jar was built with
install_ghz_and_milvus() {
  local venv=$cache/milvus-$milvus_version sdk_version sdk
  ghz=$(command -v ghz || true)
  if [[ -z $ghz ]] || ! "$ghz" --version 2>&1 | grep -qF "$ghz_version"; then
    ghz=$cache/ghz-$ghz_version/ghz
    if ! [[ -x $ghz ]]; then
      command -v go >/dev/null || refuse "ghz $ghz_version is missing, and there is no go to install it with"
      say "installing ghz $ghz_version"
      GOBIN=$(dirname "$ghz") go install "github.com/bojand/ghz/cmd/ghz@v$ghz_version"
    fi
  fi
  if ! [[ -x $venv/bin/milvus-server ]]; then
    say "installing Milvus $milvus_version"
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "milvus==$milvus_version" "setuptools<81"
  fi
  sdk_version=$(sed -n 's|.*<milvus-sdk.version>\(.*\)</milvus-sdk.version>.*|\1|p' "$root/pom.xml")
  sdk=$root/target/java-sdk/milvus-sdk-java-$sdk_version.jar
  [[ -f $sdk ]] || sdk=$HOME/.m2/repository/io/milvus/milvus-sdk-java/$sdk_version/milvus-sdk-java-$sdk_version.jar
  [[ -f $sdk ]] || refuse "there is no milvus-sdk-java-$sdk_version.jar, whose protos are needed: run mvn -B -ntp -DskipTests package first"
  mkdir "$work/protos"
  unzip -q -d "$work/protos" "$sdk" '*.proto'
  # ghz cannot parse the word "optional" of proto3; without it the messages are the same on the wire
  sed -i -E 's/^([[:space:]]*)optional /\1/' "$work/protos"/*.proto
}

# call NAME TOKEN METHOD DATA GHZ-ARGUMENTS…: calls and sets rate and p99 (µs); every answer has to be OK
call() {
  local name=$1 credentials method=$3 data=$4 output=$work/ghz
  credentials=$(printf %s "$2" | base64 -w0)
  shift 4
  in_time "ghz"
  launch "$output" "$ghz" --insecure --proto milvus.proto --import-paths "$work/protos" --call "milvus.proto.milvus.MilvusService.$method" \
    -m "{\"authorization\":\"$credentials\"}" -d "$data" -O json "$@" "127.0.0.1:${port[$name]}"
  await $! || fail "ghz said: $(head -c 500 "$output")"
  read -r rate p99 < <(python3 -c '
import json, sys
run = json.load(open(sys.argv[1]))
if set(run["statusCodeDistribution"]) != {"OK"}:
    sys.exit("answers other than OK: %s %s" % (run["statusCodeDistribution"], run["errorDistribution"]))
print("%.0f" % run["rps"], next(int(each["latency"] / 1000) for each in run["latencyDistribution"] if each["percentage"] == 99))
' "$output") || fail "no figures from ghz: $name $method"
}

# call_load NAME TOKEN METHOD DATA IN_FLIGHT SECONDS [GHZ-ARGUMENTS…]
call_load() { call "${@:1:4}" -c "$5" -z "${6}s" --duration-stop wait "${@:7}"; }

# create_users NAME LAST: user_1 to user_LAST, with the password P@ssw0rd, over gRPC
create_users() {
  local number
  for ((number = 1; number <= $2; number++)); do
    call "$1" root:Milvus CreateCredential "{\"username\":\"user_$number\",\"password\":\"UEBzc3cwcmQ=\"}" -n 1 -c 1
  done
}

# ------------------------------------------------------------------------------------------------------------------ figures

over() { awk -v a="$1" -v b="$2" 'BEGIN { r = a / b; printf (r >= 100 ? "%.0f" : r >= 10 ? "%.1f" : "%.2f"), r }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a / b }'; }
ms() { printf '%s ms' "$(over "$1" 1000)"; }
median() { printf '%s\n' "$@" | sort -g | awk '{ v[NR] = $1 } END { m = int((NR + 1) / 2); print NR % 2 ? v[m] : (v[m] + v[m + 1]) / 2 }'; }

rows=()
# row CELL…
row() {
  local line
  printf -v line '| %s ' "$@"
  rows+=("$line|")
  say "$line|"
}

# met VALUE SIGN GOAL: yes or no
met() { awk -v a="$1" -v sign="$2" -v b="$3" 'BEGIN { print ((sign == ">=" ? a >= b : a <= b) ? "yes" : "no") }'; }

sign() { if [[ $1 == ">=" ]]; then echo "≥"; else echo "≤"; fi; }

# judged TEXT VALUE SIGN GOAL: the text, bold where the value misses the goal
judged() { if [[ $(met "${@:2}") == yes ]]; then printf '%s' "$1"; else printf '**%s**' "$1"; fi; }

# range VALUE…: the least and the greatest in brackets, where there are two
range() {
  (($# == 1)) || printf '%s\n' "$@" | sort -g | awk 'NR == 1 { least = $1 } END { printf " (%.2f–%.2f)", least, $1 }'
}

# ratios RATIO…: their median and range
ratios() { printf '%.2f%s' "$(median "$@")" "$(range "$@")"; }

# judged_ratios SIGN GOAL RATIO…: the same, the median bold where it misses the goal
judged_ratios() { printf '%s%s' "$(judged "$(printf '%.2f' "$(median "${@:3}")")" "$(median "${@:3}")" "$1" "$2")" "$(range "${@:3}")"; }

# compare MEASURE OURS REFERENCE SIGN GOAL RATIO…: a row with the median of the ratios
compare() { row "$1" "$2" "$3" "$(judged_ratios "${@:4}")" "$(sign "$4") $5"; }

# times MEASURE PATH-OF-MANY PATH-OF-FEW TOKEN: a row of the median times of a call on one connection to the servers "many" and "few"
times() {
  local round
  ours=() theirs=() ratios=()
  for ((round = 1; round <= rounds; round++)); do
    load 1 "$short" same 0 0 "$(url many "$2")" "$4"
    ours+=("$p50")
    load 1 "$short" same 0 0 "$(url few "$3")" "$4"
    theirs+=("$p50")
    ratios+=("$(ratio "${ours[-1]}" "${theirs[-1]}")")
  done
  compare "$1" "$(ms "$(median "${ours[@]}")")" "$(ms "$(median "${theirs[@]}")")" "<=" 1.2 "${ratios[@]}"
}

# first_logins MEASURE: a row of the median times of first logins on the servers "many" and "few", of user_1 to user_90
first_logins() {
  local round name each=$((90 / rounds < 30 ? 90 / rounds : 30))
  local -a taken
  ours=() theirs=() ratios=()
  for ((round = 0; round < rounds; round++)); do
    for name in many few; do
      rm -f "$work/$name.logins"
      single_logins "$name" "$((round * each + 1))" "$(((round + 1) * each))"
    done
    mapfile -t taken <"$work/many.logins"
    ours+=("$(median "${taken[@]}")")
    mapfile -t taken <"$work/few.logins"
    theirs+=("$(median "${taken[@]}")")
    ratios+=("$(ratio "${ours[-1]}" "${theirs[-1]}")")
  done
  compare "$1" "$(ms "$(median "${ours[@]}")")" "$(ms "$(median "${theirs[@]}")")" "<=" 1.2 "${ratios[@]}"
}

# memory NAME MEASURE: a row with the most memory that a server's process had
memory() {
  local most
  most=$(resident "$1" VmHWM)
  row "$2" "$(judged "$most MiB" "$most" "<=" 400)" "" "" "≤ 400 MiB"
}

# table HEAD…: prints the rows below that head, and writes them into docs/performance.md where that was asked for
table() {
  local version jdk rule place=${generated:-$benchmark}
  version=$(sed -n '/<artifactId>gatehouse</,/<version>/s/.*<version>\(.*\)<.*/\1/p' "$root/pom.xml" | head -n 1)
  jdk=$("$java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p')
  printf -v rule '%.0s|---' "$@"
  {
    printf 'Gatehouse %s, %s; %s cores, %s GiB, JDK %s%s; rounds: %s%s.\n\n' "$version" "$(date -u +%F)" \
      "$(nproc)" "$(awk '/^MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo)" "$jdk" \
      "${JVM_OPTIONS:+ with \`$JVM_OPTIONS\`}" "$rounds" "${seconds:+ of $seconds s}"
    printf '| %s ' "$@"
    printf '|\n%s|\n' "$rule"
    printf '%s\n' "${rows[@]}"
  } >"$work/table"
  cat "$work/table"
  if $write; then
    grep -qx "<!-- generated: $place -->" "$document" || fail "docs/performance.md has no place for the table"
    # Each end marker closes the part that the begin marker above it opened
    awk -v table="$work/table" -v begin="<!-- generated: $place -->" '
      /^<!-- end -->$/ { inside = 0 }
      !inside
      $0 == begin { inside = 1; while ((getline line < table) > 0) print line }
    ' "$document" >"$work/document"
    cat "$work/document" >"$document"
    say "written into docs/performance.md"
  fi
}
