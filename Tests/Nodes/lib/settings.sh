# shellcheck shell=bash
# Where test nodes live and what they are called. Sourced by every script in this folder.

nodes_folder=${WEFT_NODES:-/var/tmp/weft-nodes} # images, repositories and keys; stays
live=$nodes_folder/live                         # a tmpfs: unpacked images and running nodes
live_limit=5g

# Several fabrics run side by side when each has a number of its own; everything on the machine is named after it.
fabric=${WEFT_FABRIC:-0}
[[ $fabric =~ ^(0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])$ ]] || {
    echo "WEFT_FABRIC is a number from 0 to 255, not '$fabric'" >&2
    exit 2
}
prefix=weft-$fabric
fabric_folder=$live/fabric-$fabric
bridge=$prefix
subnet=10.213.$fabric
host_address=$subnet.1

admins=(ann bob)

fail() {
    echo "${0##*/}: $*" >&2
    exit 1
}

need_root() {
    [ "$(id -u)" = 0 ] || fail "containers and network namespaces need root: sudo $0"
}

known_family() {
    case ${1:-} in
    rpm | deb) ;;
    *) fail "a node is of the family rpm or deb, not '${1:-}'" ;;
    esac
}

# wait_for SECONDS COMMAND…: tries until COMMAND succeeds; 1 when the time is over.
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.05
    done
}

seconds_since() { # NANOSECONDS, from date +%s%N
    local tenths=$((($(date +%s%N) - $1) / 100000000))
    echo "$((tenths / 10)).$((tenths % 10)) s"
}

# locked NAME COMMAND…: one at a time. What COMMAND leaves running must not hold the lock: close descriptor 9 for it.
locked() {
    local name=$1
    shift
    mkdir -p "$nodes_folder"
    exec 9>"$nodes_folder/$name.lock"
    flock -w 600 9 || fail "another run holds $nodes_folder/$name.lock for ten minutes already"
    "$@"
    exec 9>&-
}
