# shellcheck shell=bash
# The bridge of a fabric and the network namespaces of its nodes. Needs settings.sh.

network_up() {
    if ! ip link show dev "$bridge" >/dev/null 2>&1; then
        ip link add name "$bridge" type bridge forward_delay 0
        # Else the bridge takes over the address of each node that comes, and neighbours keep a stale one.
        ip link set dev "$bridge" address "$(mac_address 1)"
    fi
    ip address replace "$host_address/24" dev "$bridge"
    ip link set dev "$bridge" up
}

# With the links of nodes whose folders are gone.
bridge_down() {
    local path
    for path in "/sys/class/net/$prefix-"*; do
        if [ -e "$path" ]; then ip link delete dev "${path##*/}"; fi
    done
    if ip link show dev "$bridge" >/dev/null 2>&1; then ip link delete dev "$bridge"; fi
}

# Fixed, so that a node made again is found at once; a new address would take seconds of stale neighbour entries.
mac_address() { # INDEX
    printf '02:57:45:46:%02x:%02x' "$fabric" "$1"
}

# namespace_up NAMESPACE INDEX
namespace_up() {
    local link=$prefix-$2
    ip netns add "$1"
    ip -n "$1" link set dev lo up
    ip link add name "$link" type veth peer name host0 address "$(mac_address "$2")" netns "$1"
    ip link set dev "$link" master "$bridge" up
    ip -n "$1" address add "$subnet.$2/24" dev host0
    ip -n "$1" link set dev host0 up
    ip -n "$1" route add default via "$host_address"
}

# The veth pair goes with its namespace, but only some time later: its name is wanted free at once.
namespace_down() { # NAMESPACE INDEX
    if ip link show dev "$prefix-$2" >/dev/null 2>&1; then ip link delete dev "$prefix-$2"; fi
    if [ -e "/run/netns/$1" ]; then ip netns delete "$1"; fi
}
