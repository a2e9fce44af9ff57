# shellcheck shell=bash
# How the host reaches its nodes: a key for each account, host keys that are known beforehand, one ssh configuration.
# Needs settings.sh.

ssh_config=$fabric_folder/ssh_config

make_keys() {
    local account
    mkdir -p "$nodes_folder/keys"
    for account in root "${admins[@]}"; do
        [ -e "$nodes_folder/keys/$account" ] ||
            ssh-keygen -q -t ed25519 -N "" -C "$account@fabric" -f "$nodes_folder/keys/$account"
    done
}

write_ssh_config() {
    cat >"$ssh_config.new" <<CONFIG
Include $fabric_folder/nodes/*/ssh_config
Host *
    User root
    IdentityFile $nodes_folder/keys/%r
    IdentitiesOnly yes
    IdentityAgent none
    StrictHostKeyChecking yes
    GlobalKnownHostsFile /dev/null
    BatchMode yes
    ConnectTimeout 5
    ServerAliveInterval 5
    ServerAliveCountMax 3
    LogLevel ERROR
CONFIG
    mv "$ssh_config.new" "$ssh_config"
}

# let_in ROOT NAME ADDRESS FOLDER: before the node boots.
let_in() {
    local root=$1 name=$2 address=$3 folder=$4 account home
    for account in root "${admins[@]}"; do
        home=$root/home/$account
        [ "$account" != root ] || home=$root/root
        install -d -m 0700 "$home/.ssh"
        install -m 0600 "$nodes_folder/keys/$account.pub" "$home/.ssh/authorized_keys"
        chown -R --reference="$home" "$home/.ssh"
    done
    ssh-keygen -q -t ed25519 -N "" -C "root@$name" -f "$root/etc/ssh/ssh_host_ed25519_key"
    echo "$name $(cut -d ' ' -f 1,2 "$root/etc/ssh/ssh_host_ed25519_key.pub")" >"$folder/known_hosts"
    printf 'Host %s %s\n    HostName %s\n    HostKeyAlias %s\n    UserKnownHostsFile %s\n' \
        "$name" "$address" "$address" "$name" "$folder/known_hosts" >"$folder/ssh_config"
}

reach() { # [USER@]NAME COMMAND…
    ssh -F "$ssh_config" "$@"
}

sshd_answers() { # ADDRESS
    timeout 2 bash -c 'exec 3<"/dev/tcp/$1/22" && read -r -t 2 banner <&3' sshd_answers "$1"
}
