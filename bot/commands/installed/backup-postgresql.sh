#!/bin/sh
# Blakus on PostgreSQL without conversations, sign-ins and letters, locked with a key whose other half is elsewhere.
set -eu
umask 077
recipient=$1 to=${3:-/var/backups/blakus} name=blakus-$(date +%F-%H%M%S).age
url=${2:-$(sed -n "s/^BOT_DATABASE=//p" /etc/blakus/settings | tr -d "'\"")}
# The password reaches libpq past the list of processes.
PGPASSWORD=$(printf %s "$url" | python3 -c 'import sys, urllib.parse as u; print(u.unquote(u.urlsplit(sys.stdin.read()).password or ""))')
export PGPASSWORD
url=$(printf %s "$url" | sed 's,^\([a-z]*://[^:@/]*\):[^@/]*@,\1@,')
work=$(mktemp -d /dev/shm/blakus.XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$to"
cd "$work"
pg_dump --no-owner --no-unlogged-table-data --exclude-table-data=sessions --exclude-table-data=known_browsers --exclude-table-data=additions \
	--exclude-table-data=outbox --exclude-table-data=notes --exclude-table-data=papers --exclude-table-data=readers --exclude-table-data=sides \
	--exclude-table-data=contact_requests --file=blakus.sql "$url"
psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 "$url" <<'COPY'
CREATE TEMP TABLE kept AS SELECT * FROM contact_requests;
UPDATE kept SET status = 'expired', closed_as = 'expired', due_at = NULL WHERE sealed IS NOT NULL;
UPDATE kept SET sealed = NULL, sealed_to = NULL, call_blocked = false, call_until = NULL, next_due = NULL,
	attempts = '[]', most_attempts = 3, last_called = false, told_at = NULL, basis = 'own',
	joined_to = NULL, no_contact = false,
	word_addition = NULL, blocked_addition = NULL, confirmed_hour = NULL, unsafe_until = NULL;
\copy kept TO requests.copy
COPY
tar -c blakus.sql requests.copy | age -r "$recipient" -o "$to/$name.part"
# Whole or not at all under its name; beside it its sum and whom it is locked to, which the doctor reads.
sum=$(sha256sum "$to/$name.part" | cut -d' ' -f1)
printf '# recipient %s\n%s  %s\n' "$recipient" "$sum" "$name" >"$to/$name.sha256"
chmod 0750 "$to"
chmod 0640 "$to/$name.part" "$to/$name.sha256"
chgrp blakus "$to" "$to/$name.part" "$to/$name.sha256" 2>/dev/null || true
mv "$to/$name.part" "$to/$name"
find "$to" -name 'blakus-*.age*' -mtime +28 -delete
