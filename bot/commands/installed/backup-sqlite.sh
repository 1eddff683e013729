#!/bin/sh
# Blakus without conversations, sign-ins and letters, locked with a key whose other half is not on this machine.
set -eu
umask 077
recipient=$1 to=${2:-/var/backups/blakus} name=blakus-$(date +%F-%H%M%S).age
work=$(mktemp -d /dev/shm/blakus.XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$to"
sqlite3 /var/lib/blakus/var/blakus.sqlite ".timeout 10000" ".backup $work/copy.sqlite"
sqlite3 "$work/copy.sqlite" >/dev/null <<'SQL'
PRAGMA journal_mode = DELETE;
PRAGMA secure_delete = ON;
DELETE FROM conversations;
DELETE FROM traces;
DELETE FROM updates_heard;
DELETE FROM left_pages;
DELETE FROM sessions;
DELETE FROM known_browsers;
DELETE FROM outbox;
UPDATE contact_requests SET status = 'expired', closed_as = 'expired', due_at = NULL WHERE sealed IS NOT NULL;
UPDATE contact_requests SET sealed = NULL, sealed_to = NULL, call_blocked = 0, call_until = NULL, next_due = NULL,
	attempts = '[]', most_attempts = 3, last_called = 0, told_at = NULL, basis = 'own',
	joined_to = NULL, no_contact = 0,
	word_addition = NULL, blocked_addition = NULL, confirmed_hour = NULL, unsafe_until = NULL;
DELETE FROM additions;
DELETE FROM notes;
DELETE FROM papers;
DELETE FROM readers;
DELETE FROM sides;
VACUUM;
SQL
age -r "$recipient" -o "$to/$name.part" "$work/copy.sqlite"
# Whole or not at all under its name; beside it its sum and whom it is locked to, which the doctor reads.
sum=$(sha256sum "$to/$name.part" | cut -d' ' -f1)
printf '# recipient %s\n%s  %s\n' "$recipient" "$sum" "$name" >"$to/$name.sha256"
chmod 0750 "$to"
chmod 0640 "$to/$name.part" "$to/$name.sha256"
chgrp blakus "$to" "$to/$name.part" "$to/$name.sha256" 2>/dev/null || true
mv "$to/$name.part" "$to/$name"
find "$to" -name 'blakus-*.age*' -mtime +28 -delete
