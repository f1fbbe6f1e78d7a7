#!/bin/sh
# The browser tests drive Debian's Chromium; as chromium-headless-shell, which has no windows to make, it is the
# quickest. Without any they skip, and say so.
set -eu

has() {
    command -v "$1" >/dev/null
}

has_any() {
    has chromium-headless-shell || has chromium || has chromium-browser || has google-chrome
}

may_install() {
    [ "$(id -u)" = 0 ] && has apt-get
}

install() {
    apt-cache show "$1" >/dev/null 2>&1 || return 1
    echo "installing $1 for the browser tests"
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$1" fonts-inter >/dev/null
}

if may_install && ! has chromium-headless-shell; then
    has_any || apt-get -qq update || true
    install chromium-headless-shell || has_any || install chromium || true
fi
if ! has_any; then
    echo "No Chromium: browser tests will be skipped. Debian, Ubuntu: apt-get install chromium fonts-inter"
fi
