# shellcheck shell=bash
# The words in which a package is described, once for both families. A description is a file in this folder that sets
# `versions` and defines `describe VERSION`; these functions gather what it says, the content of files below $tree.

begin_description() { # TREE
    tree=$1
    summary="" account=""
    needs=() files=() folders=() units=() alternatives=()
}

need() { # NAME [VERSION]: at least that version
    needs+=("$1 ${2:-}")
}

# A system account that exists before the package's files come.
system_account() { # NAME
    account=$1
}

# Content from standard input. KIND: plain, kept (an admin's edit survives: %config(noreplace), conffile) or replaced
# (%config: rpm saves the edit as .rpmsave; dpkg knows conffiles only and asks or keeps).
file() { # KIND MODE PATH [GROUP]
    mkdir -p "$tree${3%/*}"
    cat >"$tree$3"
    chmod "$2" "$tree$3"
    files+=("$1 $2 $3 ${4:-root}")
}

folder() { # MODE PATH [OWNER]
    mkdir -p "$tree$2"
    folders+=("$1 $2 ${3:-root}")
}

# A unit from standard input; enabled and started by the package on Debian, left disabled on rpm, as is the custom.
unit() { # NAME
    units+=("$1")
    file plain 0644 "/usr/lib/systemd/system/$1"
}

alternative() { # NAME LINK PATH PRIORITY
    alternatives+=("$2 $1 $3 $4")
}
