#!/bin/sh
# One command of Blakus with the settings of the service, as its account: blakus doctor
set -eu
export PYTHONPATH=@CODE@ PYTHONDONTWRITEBYTECODE=1
if [ "${1:-}" = setup ]; then exec @PYTHON@ -m bot "$@"; fi
cd /var/lib/blakus
set -- @PYTHON@ -m bot --settings /etc/blakus/settings "$@"
if [ "$(id -un)" = root ]; then exec runuser -u blakus -- "$@"; fi
exec "$@"
