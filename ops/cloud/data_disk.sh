#!/bin/sh
# Mounts the disk that outlives its machine, a brick or a database, wherever the cloud has attached it; it
# never erases one that holds something.
set -eu

usage() {
    cat <<'TEXT'
usage: data_disk.sh VOLUME_ID MOUNT_POINT SERVICE [OWNER]

Waits for the disk of this volume (its serial number is the beginning of the id), makes an XFS on it if
it is empty, and mounts it, now and at each boot, before the service that needs it.
TEXT
}

fail() {
    echo "data_disk: $*" >&2
    exit 1
}

# Prints the device. EC2 leaves out the dash of vol-0123…, virtio what is longer than 20 characters.
find_disk() {
    lsblk --nodeps --noheadings --paths --output NAME,SERIAL |
        awk -v id="$1" 'BEGIN { short = id; sub(/^vol-/, "vol", short) }
            $2 != "" && (index(id, $2) == 1 || index(short, $2) == 1) { print $1; exit }'
}

await_disk() {
    for _ in $(seq 120); do
        disk=$(find_disk "$1")
        [ -z "$disk" ] || return 0
        sleep 5
    done
    fail "no disk has appeared whose serial number begins $1"
}

# What has a file system, a partition or any other signature is somebody's.
is_empty() {
    [ -z "$(wipefs --noheadings "$1")" ]
}

[ "${1-}" != --help ] || { usage && exit; }
case $# in
3 | 4) ;;
*) usage >&2 && exit 2 ;;
esac
mount_point=$2 service=$3 owner=${4-root}
await_disk "$1"
if is_empty "$disk"; then
    mkfs.xfs -q -i size=512 "$disk"
fi
kind=$(blkid -o value -s TYPE "$disk") || fail "$disk holds something that is no file system: look at it"
[ "$kind" = xfs ] || fail "$disk holds $kind and no XFS: look at it, nothing was touched"
if ! grep -q " $mount_point " /etc/fstab; then
    echo "UUID=$(blkid -o value -s UUID "$disk") $mount_point xfs" \
        "noatime,nofail,x-systemd.before=$service.service 0 2" >>/etc/fstab
fi
if ! mountpoint -q "$mount_point"; then
    mkdir -p "$mount_point"
    chattr +i "$mount_point"
    mount "$mount_point"
    chown "$owner:" "$mount_point"
fi
echo "data_disk: $disk is at $mount_point"
