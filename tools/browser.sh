#!/bin/sh
# The browser tests drive Debian's Chromium. Without one they skip, and say so.
set -eu

for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "No Chromium: browser tests will be skipped. Debian, Ubuntu: apt-get install chromium fonts-inter"
    exit 0
fi
echo "installing Chromium for the browser tests"
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium fonts-inter >/dev/null; }; then
    echo "Chromium could not be installed: browser tests will be skipped."
fi
