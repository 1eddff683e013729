#!/bin/sh
# The container image: Debian's smallest system with Python, and the package's files in it. No image of anybody is fetched.
#   supply/package/image.sh var/package/blakus_VERSION_amd64.deb [NAME]      as root, on Debian 12 or 13
set -eu
package=$(realpath "$1") name=${2:-blakus} here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
missing=
for tool in mmdebstrap buildah; do command -v $tool >/dev/null || missing="$missing $tool"; done
[ -z "$missing" ] || { echo "Install first: apt-get install --no-install-recommends$missing" >&2; exit 1; }
SOURCE_DATE_EPOCH=$(dpkg-deb --fsys-tarfile "$package" | tar -tv --utc --full-time | awk 'NR == 1 { print $4 "T" $5 "Z" }' | xargs -I{} date -u -d {} +%s)
export SOURCE_DATE_EPOCH
export BLAKUS_PACKAGE="$package"
python=3.13 other=311
mmdebstrap --quiet --variant=essential --include=python3,ca-certificates,libstdc++6 \
	--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
	--dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
	--dpkgopt='path-exclude=/usr/lib/*/gconv/*' \
	--customize-hook='dpkg-deb -x "$BLAKUS_PACKAGE" "$1"' \
	--customize-hook="find \"\$1/usr/lib/blakus\" -name '*.cpython-$other-*' -delete" \
	--customize-hook='echo blakus:x:970:970::/var/lib/blakus:/usr/sbin/nologin >>"$1/etc/passwd"; echo blakus:x:970: >>"$1/etc/group"' \
	--customize-hook='install -d -m 0700 -o 970 -g 970 "$1/var/lib/blakus"' \
	--customize-hook='chroot "$1" /usr/lib/blakus/.venv/bin/python -m compileall -q --invalidation-mode unchecked-hash /usr/lib/blakus/bot /usr/lib/blakus/storage /usr/lib/blakus/.venv/lib/site-packages || true' \
	--customize-hook="chroot \"\$1\" /usr/lib/blakus/.venv/bin/python -c 'import sys; sys.exit(\"%d.%d\" % sys.version_info[:2] != \"$python\")'" \
	trixie "$work/root.tar"
cp "$here/../../docs/Containerfile" "$work/Containerfile"
# The format of docker carries the health check; podman and docker both read it.
buildah bud --quiet --format docker --timestamp "$SOURCE_DATE_EPOCH" --tag "$name" "$work"
buildah images "$name"
