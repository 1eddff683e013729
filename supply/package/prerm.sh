#!/bin/sh
# Before these files go. The service runs on during an upgrade, until the next version's preinst stops it.
set -eu
if [ "${1:-}" = remove ] && [ -d /run/systemd/system ]; then
	systemctl disable --quiet --now blakus || true
	systemctl disable --quiet --now blakus-backup.timer 2>/dev/null || true
fi
find /usr/lib/blakus -name __pycache__ -type d -prune -exec rm -rf {} +
