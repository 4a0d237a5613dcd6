# shellcheck shell=bash
# Installing packages of the host's distribution, on the machines where we may: Debian and its kin, as root.
# Sourced, never run.

may_install_packages() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 && [ -f /etc/debian_version ]
}

# os_release FIELD: this machine's distribution, in its own words.
os_release() { (. /etc/os-release 2>/dev/null && eval "echo \"\${$1:-}\""); }

# A source that does not answer (somebody's own, often) must not stop the rest.
refresh_package_lists() {
  apt-get -qq -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 -o Acquire::Retries=2 update </dev/null || true
}

install_packages() {
  # dpkg waits for another apt to end; questions are answered with what the package proposes.
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=300 \
    -o Dpkg::Options::=--force-confold install "$@" </dev/null
}

# package_major NAME: the first number of the version that would be installed; nothing where there is none.
package_major() {
  apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: \([0-9]*:\)\{0,1\}\([0-9][0-9]*\).*/\2/p'
}
