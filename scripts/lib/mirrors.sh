# shellcheck shell=bash
# Where this machine gets its packages from, read from its own settings, so that a company's mirror works in
# builds as well as the public ones and no host name stands in the repository. Sourced, never run.
#
# A build of an image of ours takes what it needs like this (techmart/services, for instance):
#
#   . scripts/lib/mirrors.sh
#   args=(); while IFS= read -r arg; do args+=(--build-arg "$arg"); done < <(mirrors_build_args)
#   docker compose build ${args[@]+"${args[@]}"}
#
# and its Dockerfile declares `ARG NPM_CONFIG_REGISTRY=`. A tool that the machine does not have gives nothing,
# and the build falls back on the public default that the same tool has inside.

# NAME=value lines for --build-arg: npm's registry and the proxies. A network that inspects TLS needs nothing
# more: there the node image is one made here, and it carries the machine's authorities (compose/images).
mirrors_build_args() {
  local registry name
  registry=$(mirrors_npm_registry)
  if [ -n "$registry" ]; then echo "NPM_CONFIG_REGISTRY=$registry"; fi
  # Docker knows these names without an ARG and keeps them out of the image.
  for name in HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy; do
    if [ -n "${!name:-}" ]; then echo "$name=${!name}"; fi
  done
}

mirrors_npm_registry() {
  local registry=
  if command -v npm >/dev/null 2>&1; then
    # From the root directory: the machine's setting is asked for, not a project's.
    registry=$(cd / && npm config get registry 2>/dev/null </dev/null) || registry=
  fi
  if [ "$registry" = undefined ]; then registry=; fi
  echo "$registry"
}

# NAME=value lines for the Go builder.
mirrors_go_env() {
  local name value
  for name in GOPROXY GONOPROXY GOSUMDB GONOSUMDB GOPRIVATE; do
    if command -v go >/dev/null 2>&1; then
      value=$(cd / && go env "$name" 2>/dev/null) || value=
    else
      value=${!name:-}
    fi
    # A folder of this machine is none inside a container.
    case $value in '' | *file://*) ;; *) echo "$name=$value" ;; esac
  done
}

# The file with Maven's mirrors, where there is one.
mirrors_maven_settings() {
  local file=${HOME:-/root}/.m2/settings.xml
  if [ -f "$file" ]; then echo "$file"; fi
}

# All binary package sources that apt has, one a line: "URI SUITE COMPONENT...". Reads both formats.
mirrors_apt_sources() {
  local root=${APT_ROOT:-/etc/apt} file
  for file in "$root"/sources.list "$root"/sources.list.d/*.list; do
    [ -f "$file" ] || continue
    # deb [options] URI SUITE COMPONENT…
    sed -n -e 's/#.*//' -e 's/^[[:space:]]*deb[[:space:]][[:space:]]*//p' "$file" \
      | sed -e 's/^\[[^]]*\][[:space:]]*//'
  done
  for file in "$root"/sources.list.d/*.sources; do
    [ -f "$file" ] || continue
    # Stanzas of fields; comment lines may stand within one, a field may go on on indented lines.
    awk '
      function flush(   u, s, i, j) {
        if (fields["types"] ~ /(^| )deb( |$)/ && tolower(fields["enabled"]) !~ /no|false|0/) {
          split(fields["uris"], u, " "); split(fields["suites"], s, " ")
          for (i = 1; i in u; i++) for (j = 1; j in s; j++) print u[i], s[j], fields["components"]
        }
        split("", fields); name = ""
      }
      /^#/ { next }
      /^[[:space:]]*$/ { flush(); next }
      /^[[:space:]]/ { sub(/^[[:space:]]+/, ""); fields[name] = fields[name] " " $0; next }
      { name = tolower(substr($0, 1, index($0, ":") - 1)); value = substr($0, index($0, ":") + 1)
        gsub(/^[[:space:]]+|[[:space:]]+$/, "", value); fields[name] = value }
      END { flush() }
    ' "$file"
  done
}

# mirrors_debian SUITE: the address from which this machine takes that suite of Debian (its codename, or
# codename-security). Prints nothing on another distribution: then debootstrap's own default is right.
mirrors_debian() {
  local uri suite components list
  while read -r uri suite components; do
    [ "${suite%/}" = "$1" ] || continue
    case " $components " in *' main '*) ;; *) continue ;; esac
    case $uri in
      # A list of mirrors in a file, as cloud images have it.
      mirror+file:*)
        list=${uri#mirror+file:}
        uri=$(sed -n -e 's/#.*//' -e 's/^[[:space:]]*\(http[^[:space:]]*\).*/\1/p' "$list" 2>/dev/null | head -n 1) ;;
    esac
    case $uri in http://* | https://*) echo "${uri%/}"; return 0 ;; esac
  done < <(mirrors_apt_sources)
}

# The machine's authorities in one file, wherever its distribution keeps them.
mirrors_authorities() {
  local file
  for file in "${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
    if [ -n "$file" ] && [ -s "$file" ]; then echo "$file"; return 0; fi
  done
}
