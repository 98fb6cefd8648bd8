#!/bin/sh
# Make .venv and bring it up to requirements/run.txt or requirements/dev.txt.
#
#   scripts/environment.sh run|dev
#
# Nothing is installed, and no network is needed, while the list has not changed: a stamp
# inside .venv keeps the checksum of the list it was made from. Never asks anything.
set -eu
cd "$(dirname "$0")/.."

which=$1

say() { printf '%s\n' "$*"; }
die() { printf '%s\n' "$*" >&2; exit 1; }

checksum() { sha256sum "requirements/$1.txt" | cut -d' ' -f1; }

stamp() { printf '.venv/installed-%s' "$1"; }

is_up_to_date() {
    [ -f "$(stamp "$which")" ] && [ "$(cat "$(stamp "$which")")" = "$(checksum "$which")" ] &&
        .venv/bin/python -c '' 2>/dev/null
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$candidate"
            return
        fi
    done
}

# Debian ships python3 without ensurepip; what is half made then has no pip and is thrown away.
has_pip() { .venv/bin/python -m pip --version >/dev/null 2>&1; }

try_venv() {
    rm -rf .venv
    "$@" .venv >/dev/null 2>&1 && has_pip
}

install_debian_venv() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    say "Installing Debian's python3-venv …"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq </dev/null && apt-get install -y -qq python3-venv </dev/null >/dev/null
}

make_venv() {
    python=$(find_python)
    [ -n "$python" ] || die "Python 3.11 or newer is needed: on Debian, apt-get install python3 python3-venv"
    say "Making .venv with $("$python" --version) …"
    try_venv "$python" -m venv && return
    try_venv "$python" -m virtualenv && return
    try_venv virtualenv --python "$python" && return
    install_debian_venv && try_venv "$python" -m venv && return
    rm -rf .venv
    die "Python's venv module is missing: on Debian, apt-get install python3-venv, then run make again"
}

install() {
    say "Installing $(grep -c '^[a-zA-Z0-9]' "requirements/$which.txt") packages from requirements/$which.txt (only when the list has changed) …"
    rm -f .venv/installed-*
    .venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check \
        --require-hashes --requirement "requirements/$which.txt" ||
        die "The packages could not be installed; the lines above say why. Is the network reachable?"
    checksum "$which" >"$(stamp "$which")"
    # The list for development holds everything of the list for running.
    [ "$which" = run ] || checksum run >"$(stamp run)"
}

is_up_to_date && exit 0
has_pip || make_venv
install
