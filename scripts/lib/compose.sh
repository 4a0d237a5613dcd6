# shellcheck shell=bash
# What the scripts do with Compose: which services this machine can run, whether their ports are free, and waiting for health.
# Source it after settings.sh.

# shellcheck source=scripts/lib/mirrors.sh
. scripts/lib/mirrors.sh

# LAB_COMPOSE_FILES adds files (the stack tests publish more ports that way).
compose() {
  local files=(-f docker-compose.yml) file
  for file in ${LAB_COMPOSE_FILES:-}; do files+=(-f "$file"); done
  docker compose --project-directory . "${files[@]}" --profile stand-in "$@"
}

has_image() { docker image inspect "$1" >/dev/null 2>&1; }
image_of() { compose config --images "$1" 2>/dev/null | grep "^$2" | head -n 1; }

# Our own image, from the sources as they are; takes a second when nothing changed.
build_services_image() {
  local image args=() arg log=.lab/build-services.log
  image=$(compose config --images gateway | grep '^techmart/services:' | head -n 1)
  while IFS= read -r arg; do args+=(--build-arg "$arg"); done < <(mirrors_build_args)
  mkdir -p .lab
  echo "Building $image (details in $log)."
  if ! docker build --network host --file services/Dockerfile --tag "$image" ${args[@]+"${args[@]}"} . >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    echo "$image could not be built; all of it is in $log." >&2
    return 1
  fi
}

# Names the port's variable when somebody else listens on it; the lab's own containers may.
refuse_taken_ports() {
  local name port taken=() published
  published=$(docker ps --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" --format '{{.Ports}}')
  for name in "${port_names[@]}"; do
    port=${!name}
    case $published in *"127.0.0.1:$port->"*) continue ;; esac
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      taken+=("port $port is taken by another program; choose another one with $name=… (in .env or before the command)")
    fi
  done
  [ "${#taken[@]}" -eq 0 ] && return
  printf 'The lab cannot start:\n' >&2
  printf '  %s\n' "${taken[@]}" >&2
  return 1
}

# Sets lab_services to everything whose image is here. A small stand-in takes Tempo's place; nothing takes Grafana's.
choose_services() {
  local service missing=()
  lab_services=()
  while IFS= read -r service; do
    case $service in
      grafana) has_image "$(image_of grafana grafana/grafana)" || { missing+=(Grafana); continue; } ;;
      tempo) has_image "$(image_of tempo grafana/tempo)" || { missing+=('Tempo (a stand-in keeps the last traces in memory)'); continue; } ;;
      trace-stand-in) has_image "$(image_of tempo grafana/tempo)" && continue ;;
    esac
    lab_services+=("$service")
  done < <(compose config --services)
  # The stand-in reads JSON; Tempo is sent what costs least.
  if has_service trace-stand-in; then export TRACE_STORE_ENCODING=json; else export TRACE_STORE_ENCODING=proto; fi
}

has_service() {
  local service
  for service in "${lab_services[@]}"; do [ "$service" = "$1" ] && return 0; done
  return 1
}

# The services that another one waits for to end: they are done when they have ended with 0.
one_shots() { compose config | awk '/condition: service_completed_successfully/ { print last } { last = $1; sub(/:$/, "", last) }' | sort -u | paste -sd' '; }

# Waits until every container is healthy, or runs where it has no healthcheck, or ended well where it was to end.
wait_until_healthy() {
  local within=$1 deadline=$((SECONDS + $1)) waiting told='' ending
  ending=$(one_shots)
  while :; do
    waiting=$(compose ps --all --format '{{.Service}} {{.State}} {{.Health}} {{.ExitCode}}' |
      awk -v ending=" $ending " '$2=="running" && ($3=="healthy" || $3=="" || $3=="0") {next} $2=="exited" && $NF=="0" && index(ending, " " $1 " ") {next} {print $1}' | sort | paste -sd' ')
    [ -z "$waiting" ] && return 0
    if [ "$SECONDS" -ge "$deadline" ]; then
      printf 'Not healthy after %s s: %s\n' "$within" "$waiting" >&2
      local service
      for service in $waiting; do
        printf '\n--- last lines of %s ---\n' "$service" >&2
        compose logs --no-color --tail 15 "$service" >&2 || true
      done
      return 1
    fi
    if [ "$waiting" != "$told" ]; then printf '  waiting for %s\n' "$waiting"; told=$waiting; fi
    sleep 1
  done
}
