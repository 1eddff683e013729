#!/bin/sh
# After the files are there, after an upgrade was refused, and after the machine's Python has changed.
set -eu
case "${1:-}" in configure | abort-upgrade | abort-remove | abort-deconfigure | triggered) ;; *) exit 0 ;; esac
if ! getent passwd blakus >/dev/null; then
	useradd --system --home-dir /var/lib/blakus --shell /usr/sbin/nologin blakus
fi
install -d -m 0700 -o blakus -g blakus /var/lib/blakus
install -d -m 0750 -o root -g blakus /etc/blakus
# The service cannot write into its code, so what Python keeps of it is made here.
/usr/lib/blakus/.venv/bin/python -m compileall -q -j 0 /usr/lib/blakus/bot /usr/lib/blakus/storage \
	/usr/lib/blakus/.venv/lib/site-packages >/dev/null || true
[ -d /run/systemd/system ] || exit 0
systemctl daemon-reload
if [ -e /run/blakus-was-running ]; then
	rm /run/blakus-was-running
	if ! systemctl start blakus; then
		echo "blakus: it did not start. Why: journalctl -u blakus -n 20. Back: docs/operating.md, “Upgrade, and back”." >&2
		exit 1
	fi
elif [ "$1" = configure ] && [ -z "${2:-}" ]; then
	echo "blakus: installed. Next: blakus setup"
fi
