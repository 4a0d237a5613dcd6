#!/usr/bin/env bash
# Gets every third-party image of the lab: used if it is here, else pulled, else made from packages by its recipe
# in compose/images/, under the very same name and tag.
#
#   images.sh                          all images of the Compose project
#   images.sh --needed-for SERVICE…    those of these services and of what they depend on
#   images.sh IMAGE…                   these
#   images.sh --missing [SERVICE…]     only prints, one a line, which are not here
#
# Ends with 0 when everything that can be had is here. What cannot is named in one line and, for the whole project,
# listed in .lab/missing-images. IMAGES_PULL=never keeps it from asking a registry.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/mirrors.sh
. scripts/lib/mirrors.sh
# shellcheck source=scripts/lib/host-packages.sh
. scripts/lib/host-packages.sh

recipes=compose/images
go_cache=techmart-go
# How long a registry may take to its first word. A slow one is better than twenty minutes of building.
registry_answers_within_seconds=30
# A registry that did not answer is asked again after this many minutes.
registry_asked_again_after_minutes=60

mkdir -p .lab
work=$(mktemp -d "${TMPDIR:-/var/tmp}/techmart-images.XXXXXX")
log=
container=
clean_up() {
  if [ -n "$container" ]; then docker rm -f "$container" >/dev/null 2>&1 || true; fi
  # debootstrap that is interrupted leaves these mounted.
  umount "$work/rootfs/proc" "$work/rootfs/sys" 2>/dev/null || true
  rm -rf --one-file-system "$work" 2>/dev/null || rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# --- which images -----------------------------------------------------------------------------------------------

# Compose's own, and those that our Dockerfile stands on; ours are built elsewhere.
project_images() {
  docker compose --project-directory . -f docker-compose.yml --profile '*' config --images "$@" | sort -u > "$work/images"
  sed '/^techmart\//d' "$work/images"
  if grep -q '^techmart/' "$work/images"; then
    sed -n 's/^FROM \([^ ]*:[^ ]*\).*/\1/p' services/Dockerfile
  fi
}

here() { docker image inspect "$1" >/dev/null 2>&1; }

# --- recipes ----------------------------------------------------------------------------------------------------

# The folder of the recipe that makes this image.
recipe_of() {
  local file
  file=$(grep -lFx "# image: $1" $recipes/*/Dockerfile | head -n 1) || true
  if [ -n "$file" ]; then basename "$(dirname "$file")"; fi
}
image_of() { sed -n 's/^# image: //p' "$recipes/$1/Dockerfile"; }
# The recipes that this one stands on.
foundations_of() {
  sed -n 's|^FROM techmart/\([a-z-]*\):.*|\1|p' "$recipes/$1/Dockerfile" | grep -vx debootstrap | sort -u || true
  if [ -f "$recipes/$1/go.mod" ]; then echo go-builder; fi
}

# One sum over a recipe's files and those of its foundations. An image made here carries it as a label.
recipe_sum() {
  local foundation
  {
    find "$recipes/$1" -type f | LC_ALL=C sort | xargs cksum
    for foundation in $(foundations_of "$1"); do recipe_sum "$foundation"; done
  } | cksum | cut -d' ' -f1
}
sum_of() { docker image inspect --format '{{index .Config.Labels "techmart.recipe"}}' "$1" 2>/dev/null || true; }

# Made by a recipe that has changed since? An image that was pulled carries no label, and stays.
outdated() {
  local sum recipe
  sum=$(sum_of "$1")
  recipe=$(recipe_of "$1")
  [ -n "$sum" ] && [ -n "$recipe" ] && [ "$sum" != "$(recipe_sum "$recipe")" ]
}

# --- steps ------------------------------------------------------------------------------------------------------

# step WORDS COMMAND…: one line with the time it took; its output goes to the log.
step() {
  local words=$1 began=$SECONDS code=0
  shift
  printf '  %-64s' "$words"
  { echo "== $words"; "$@"; } >> "$log" 2>&1 </dev/null || code=$?
  if [ "$code" = 0 ]; then
    printf '%4s s\n' "$((SECONDS - began))"
    return 0
  fi
  printf 'failed\n'
  {
    echo "$words failed. The last lines of $log:"
    tail -n 30 "$log" | sed 's/^/    /'
  } >&2
  return 1
}

build_arguments() {
  local line
  while IFS= read -r line; do printf '%s\n' --build-arg "$line"; done < <(mirrors_build_args)
}

# On the host's network: it works behind a VPN, in a nested machine and with a proxy on localhost, where
# Docker's own bridge often reaches nobody.
docker_build() {
  local image=$1 sum=$2 context=$3 line
  local arguments=()
  while IFS= read -r line; do arguments+=("$line"); done < <(build_arguments)
  docker build --network host --label "techmart.recipe=$sum" ${arguments[@]+"${arguments[@]}"} --tag "$image" "$context"
}

compile() {
  local recipe=$1 line
  local variables=()
  while IFS= read -r line; do variables+=(--env "$line"); done < <(mirrors_go_env; mirrors_build_args)
  # Copied in and out, not mounted: that works with an engine on another machine as well.
  container=$(docker create --network host --volume "$go_cache:/go" ${variables[@]+"${variables[@]}"} \
    "$(image_of go-builder)" ./build.sh)
  docker cp "$recipes/$recipe/." "$container:/src"
  docker start --attach "$container"
  mkdir -p "$work/$recipe/out"
  docker cp "$container:/out/." "$work/$recipe/out"
  docker rm -f "$container"
  container=
}

bootstrap() {
  local root=$work/rootfs mirror security proxy
  if ! command -v debootstrap >/dev/null 2>&1; then
    if ! may_install_packages; then
      echo 'debootstrap is missing: install the package of that name, and run this as root.' >&2
      return 1
    fi
    refresh_package_lists
    install_packages debootstrap
  fi
  if [ "$(id -u)" != 0 ]; then
    echo 'debootstrap needs root: run "sudo make images" once.' >&2
    return 1
  fi
  mirror=$(mirrors_debian "$(os_release VERSION_CODENAME)")
  security=$(mirrors_debian "$(os_release VERSION_CODENAME)-security")
  if [ "$(os_release ID)" != debian ]; then mirror='' security=''; fi
  proxy=$(apt-config dump Acquire::http::Proxy 2>/dev/null | sed -n 's/^.*"\(.*\)".*$/\1/p')
  rm -rf "$root"
  # Without a mirror debootstrap knows the public one.
  http_proxy=${proxy:-${http_proxy:-}} debootstrap --variant=minbase --include=ca-certificates trixie "$root" ${mirror:+"$mirror"}
  if [ -n "$mirror" ]; then echo "deb $mirror trixie-updates main" >> "$root/etc/apt/sources.list"; fi
  if [ -n "$security" ]; then echo "deb $security trixie-security main" >> "$root/etc/apt/sources.list"; fi
  if [ -n "$proxy" ]; then echo "Acquire::http::Proxy \"$proxy\";" > "$root/etc/apt/apt.conf.d/80-proxy"; fi
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
  tar -C "$root" -c . | docker import - techmart/debootstrap:trixie
  rm -rf --one-file-system "$root"
}

# One file a certificate: Java's own hook reads only the first of a file.
copy_authorities() {
  local bundle
  mkdir -p "$1"
  bundle=$(mirrors_authorities)
  if [ -z "$bundle" ]; then touch "$1/none"; return; fi
  awk -v folder="$1" '/BEGIN CERTIFICATE/ { n++; file = sprintf("%s/%03d.crt", folder, n) }
    n { print > file } /END CERTIFICATE/ { close(file) }' "$bundle"
}

# make_image RECIPE: by its recipe, after what it stands on.
make_image() {
  local recipe=$1 image sum foundation settings
  image=$(image_of "$recipe")
  sum=$(recipe_sum "$recipe")
  if [ "$(sum_of "$image")" = "$sum" ]; then return 0; fi
  for foundation in $(foundations_of "$recipe"); do make_image "$foundation" || return 1; done
  rm -rf "${work:?}/$recipe"
  cp -R "$recipes/$recipe" "$work/$recipe"
  case $recipe in
    base)
      here techmart/debootstrap:trixie || step 'Debian trixie (debootstrap)' bootstrap || return 1
      copy_authorities "$work/base/authorities" ;;
    kafka)
      mkdir -p "$work/kafka/settings"
      settings=$(mirrors_maven_settings)
      if [ -n "$settings" ]; then cp "$settings" "$work/kafka/settings/settings.xml"; else touch "$work/kafka/settings/none"; fi ;;
  esac
  if [ -f "$recipes/$recipe/go.mod" ]; then step "$image: compiling" compile "$recipe" || return 1; fi
  step "$image: image" docker_build "$image" "$sum" "$work/$recipe" || return 1
  rm -rf "${work:?}/$recipe"
}

# --- the registry -----------------------------------------------------------------------------------------------

silent_mark=.lab/registry-silent
registry=unknown
if [ "${IMAGES_PULL:-}" = never ] || [ -n "$(find $silent_mark -mmin -$registry_asked_again_after_minutes 2>/dev/null)" ]; then
  registry=silent
fi

no_answer='no such host|server misbehaving|name resolution|dial tcp|connection refused|connection reset|unreachable|i/o timeout|[Tt]imeout exceeded|deadline exceeded|TLS handshake|x509|proxyconnect|EOF'

# Pulls through the engine, which alone knows its mirrors and proxies; the first pull is also the question
# whether a registry answers at all. An answer is "not found" as well as the first line of progress.
pull() {
  local image=$1 out=$work/pull began=$SECONDS pid tries
  for tries in 1 2 3; do
    echo "== docker pull $image" >> "$log"
    : > "$out"
    docker pull "$image" > "$out" 2>&1 </dev/null &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
      if [ "$registry" = unknown ] && grep -q 'Pulling from' "$out"; then registry=answers; fi
      if [ "$registry" = unknown ] && [ $((SECONDS - began)) -ge "$registry_answers_within_seconds" ]; then
        kill "$pid" 2>/dev/null || true
      fi
      sleep 0.2
    done
    if wait "$pid"; then
      registry=answers
      cat "$out" >> "$log"
      return 0
    fi
    cat "$out" >> "$log"
    if grep -q 'Pulling from' "$out"; then
      registry=answers
    elif ! grep -qE "$no_answer" "$out" && [ -s "$out" ]; then
      registry=answers
      return 1
    elif [ "$registry" = unknown ]; then
      # A name that does not resolve will not do so in a second; a timeout may be one bad moment.
      if [ "$tries" = 3 ] || [ $((SECONDS - began)) -ge "$registry_answers_within_seconds" ] || grep -q 'no such host' "$out"; then
        registry=silent
        touch $silent_mark
        return 1
      fi
    fi
    sleep 1
  done
  return 1
}

try_to_pull() {
  local image=$1 began=$SECONDS
  if [ "$registry" = silent ]; then return 1; fi
  if [ "$registry" = unknown ]; then echo '  Asking the registry …'; fi
  if pull "$image"; then
    rm -f $silent_mark
    printf '  %-64s%4s s\n' "$image: pulled" "$((SECONDS - began))"
    return 0
  fi
  if [ "$registry" = silent ]; then
    echo '  No registry answers: what is missing is made from packages.'
  else
    echo "  $image cannot be pulled: $(tail -n 1 "$work/pull")"
  fi
  return 1
}

# --- what was asked for -----------------------------------------------------------------------------------------

only_missing=false
whole_project=false
images=
case ${1:-} in
  --missing) only_missing=true; shift; images=$(project_images "$@") ;;
  --needed-for) shift; images=$(project_images "$@") ;;
  -*) sed -n '2,11s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  '') whole_project=true; images=$(project_images) ;;
  *) images=$(printf '%s\n' "$@") ;;
esac
images=$(sort -u <<< "$images")

if $only_missing; then
  for image in $images; do here "$image" || echo "$image"; done
  exit 0
fi

# Those that take longest to make last: whoever waits for the others has them early.
wanted() {
  local image recipe slow=
  for image in $images; do
    if here "$image" && ! outdated "$image"; then continue; fi
    recipe=$(recipe_of "$image")
    if [ -n "$recipe" ] && [ -f "$recipes/$recipe/go.mod" ]; then slow="$slow $image"; else echo "$image"; fi
  done
  for image in $slow; do echo "$image"; done
}

# Two runs at once would make everything twice. Pulls need no lock: the engine joins them.
locked=false
lock_making() {
  if $locked || ! command -v flock >/dev/null 2>&1; then return; fi
  exec 8> "${TMPDIR:-/tmp}/techmart-images-$(id -u).lock"
  if ! flock --nonblock 8; then
    echo '  Another run is making images: waiting for it.'
    flock 8
  fi
  locked=true
}

began=$SECONDS
missing=$(wanted)
failed=()
if [ -n "$missing" ]; then
  log=$PWD/.lab/images.log
  echo "== $(date)" >> "$log"
  told=false
  for image in $missing; do
    recipe=$(recipe_of "$image")
    # Nothing to say when all that is missing cannot be had, as an earlier run has found.
    if ! $told && { [ -n "$recipe" ] || [ "$registry" != silent ]; }; then
      echo "Getting the images that are missing (details: ${log#"$PWD"/})."
      told=true
    fi
    if ! here "$image" && try_to_pull "$image"; then continue; fi
    if [ -z "$recipe" ]; then continue; fi
    lock_making
    # make_image does nothing when the other run has made it meanwhile.
    make_image "$recipe" || failed+=("$image")
    # Nothing can be made where the foundation cannot.
    if ! here "$(image_of base)"; then break; fi
  done
fi

unavailable=
for image in $images; do here "$image" || unavailable="$unavailable $image"; done
if $whole_project; then tr ' ' '\n' <<< "$unavailable" | sed '/^$/d' > .lab/missing-images; fi

if [ ${#failed[@]} -gt 0 ]; then
  echo "Not made: ${failed[*]}" >&2
  exit 1
fi
for image in $unavailable; do
  if [ -n "$(recipe_of "$image")" ]; then echo "Not made: $image" >&2; exit 1; fi
done
if [ "$((SECONDS - began))" -gt 20 ]; then echo "Images ready after $((SECONDS - began)) s."; fi
if [ -n "$unavailable" ]; then
  why='no registry answers'
  if [ "$registry" != silent ]; then why='they cannot be pulled'; fi
  echo "Not to be had here, as $why and no package has them:$unavailable. The lab runs without."
fi
