#!/bin/sh
# After the files are gone. What people sent and who they are stays: erasing it is a decision of its own.
set -eu
[ ! -d /run/systemd/system ] || systemctl daemon-reload
if [ "${1:-}" = purge ]; then
	echo "blakus: the database, its copies and the settings stay in /var/lib/blakus, /var/lib/blakus-before and /etc/blakus."
fi
