# shellcheck shell=bash
# The lab's settings: reads .env as Compose does (the shell's own variables win), checks every value, and names all wrong ones
# at once. Source it from the repository's root; .env.example tells what each setting means.

read_env_file() {
  [ -f .env ] || return 0
  local line name value
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line%$'\r'}
    [[ $line =~ ^[[:space:]]*(#|$) ]] && continue
    if [[ ! $line =~ ^[[:space:]]*([A-Za-z_][A-Za-z0-9_]*)=(.*)$ ]]; then
      problems+=(".env: '$line' is not NAME=value")
      continue
    fi
    name=${BASH_REMATCH[1]} value=${BASH_REMATCH[2]}
    [[ $value =~ ^\"(.*)\"$ || $value =~ ^\'(.*)\'$ ]] && value=${BASH_REMATCH[1]}
    [ -n "${!name+set}" ] || export "$name=$value"
  done <.env
}

# setting NAME DEFAULT PATTERN WHAT-IS-ALLOWED
setting() {
  local name=$1 default=$2 pattern=$3 allowed=$4
  local value=${!name:-$default}
  [[ $value =~ ^($pattern)$ ]] || problems+=("$name is '$value'; allowed: $allowed")
  export "$name=$value"
}

port_setting() {
  setting "$1" "$2" '[0-9]{1,5}' 'a port from 1 to 65535'
  local value=${!1}
  if [[ $value =~ ^[0-9]{1,5}$ ]] && { [ "$((10#$value))" -lt 1 ] || [ "$((10#$value))" -gt 65535 ]; }; then
    problems+=("$1 is '$value'; allowed: a port from 1 to 65535")
  fi
}

problems=()
read_env_file
port_names=(STORE_PORT GRAFANA_PORT PROMETHEUS_PORT ALERTMANAGER_PORT OTLP_PORT CONTAINER_LOG_PORT)
port_setting STORE_PORT 8080
port_setting GRAFANA_PORT 3000
port_setting PROMETHEUS_PORT 9090
port_setting ALERTMANAGER_PORT 9093
port_setting OTLP_PORT 4318
port_setting CONTAINER_LOG_PORT 24224
setting SLO_SPEED real 'real|lab' 'real, lab'
setting HISTORY on 'on|off' 'on, off'
setting RPS 10 '[1-9][0-9]{0,3}' 'a whole number from 1 to 9999'
setting LOG_LEVEL info 'error|warn|info|debug' 'error, warn, info, debug'
setting METRIC_RETENTION 45d '[1-9][0-9]*[hdwy]' 'a duration like 45d'
setting LOG_RETENTION 168h '[1-9][0-9]*h' 'hours like 168h'
setting TRACE_RETENTION 24h '[1-9][0-9]*h' 'hours like 24h'
setting TRACE_HEAD_RATIO 1.0 '0(\.[0-9]+)?|1(\.0+)?' 'a number from 0 to 1'
setting WEB_SAMPLE_RATIO 1.0 '0(\.[0-9]+)?|1(\.0+)?' 'a number from 0 to 1'
setting TRACE_QUEUE_BYTES 50000000 '[1-9][0-9]{3,11}' 'bytes, at least 1000'
setting RATE_LIMIT_PER_MINUTE 300 '[1-9][0-9]{0,5}' 'a whole number from 1 to 999999'
# They travel inside URLs.
setting POSTGRES_PASSWORD techmart-lab '[A-Za-z0-9_.~-]{8,64}' '8 to 64 of A-Z a-z 0-9 _ . ~ -'
setting ORDER_KEY_SECRET a-lab-secret-of-no-worth '.{16,200}' '16 to 200 characters'
setting COMPOSE_PROJECT_NAME techmart '[a-z0-9][a-z0-9_-]*' 'lower-case letters, digits, - and _'

seen_ports=' '
for name in "${port_names[@]}"; do
  case $seen_ports in *" ${!name} "*) problems+=("$name is '${!name}', which another port setting has already") ;; esac
  seen_ports+="${!name} "
done

if [ "${#problems[@]}" -gt 0 ]; then
  printf 'The settings of the lab are not right (.env or the shell; .env.example tells what they mean):\n' >&2
  printf '  %s\n' "${problems[@]}" >&2
  exit 1
fi
unset problems seen_ports name
