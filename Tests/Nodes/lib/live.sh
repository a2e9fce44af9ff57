# shellcheck shell=bash
# The tmpfs that holds unpacked images and running nodes, and the images on it. Needs settings.sh.

# mount_live FOLDER…: with these folders on it, for as long as which it stays.
mount_live() {
    mkdir -p "$live"
    (
        flock -w 60 8
        mountpoint -q "$live" || mount -t tmpfs -o "size=$live_limit,mode=0755" weft-nodes "$live"
        mkdir -p "$@"
    ) 8>"$nodes_folder/live.lock"
}

# Once no fabric and no image in the making is left on it; images are unpacked again next time.
unmount_live() {
    (
        flock -w 60 8
        mountpoint -q "$live" || exit 0
        if [ -e "$live/build" ] || compgen -G "$live/fabric-*" >/dev/null; then exit 0; fi
        umount "$live"
        rmdir "$live"
    ) 8>"$nodes_folder/live.lock"
}

# The paths that an image of FAMILY and its repository have for the present text of these scripts.
image_path() {
    echo "$live/image-$1-$(image_digest "$1")-$(repository_digest "$1")"
}

image_archive() {
    echo "$nodes_folder/image-$1-$(image_digest "$1").tar.zst"
}

repository_path() {
    echo "$nodes_folder/repository-$1-$(repository_digest "$1")"
}

image_digest() {
    digest "$here/lib/settings.sh" "$here/images/build" "$here/images/base.sh" "$here/images/$1"*
}

repository_digest() {
    digest "$here/repository" "$here/packages"
}

# Of the names and contents of files and folders, in one order on every machine.
digest() {
    (
        cd "$here" || exit
        find "${@#"$here/"}" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-12
    )
}
