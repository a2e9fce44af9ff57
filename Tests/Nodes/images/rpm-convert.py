#!/usr/bin/env python3
"""Describes an installed Debian root as rpm packages: images/rpm-convert.py ROOT OUT NAME…

NAME… are the packages that somebody chose. Writes OUT/base.spec (one sub-package per Debian package, with its dependencies, modes, owners and configuration files),
OUT/chosen (the packages to install by name; the others follow as dependencies) and OUT/unowned (NUL-separated paths
that no package has, for tar).
"""
import grp
import os
import pathlib
import re
import stat
import subprocess
import sys

# Debian's own package management has no place on an rpm-managed node.
LEFT_OUT = {"apt", "dpkg", "debconf", "debian-archive-keyring", "init-system-helpers", "libapt-pkg6.0", "usrmerge",
            "adduser", "gpgv", "ucf"}
# Names under which RHEL's packages ask for these.
ALSO_CALLED = {
    "bash": ["/bin/bash", "/usr/bin/bash"], "cron": ["cronie"], "dash": ["/bin/sh", "/usr/bin/sh"], "login": ["util-linux-user"],
    "openssh-client": ["openssh-clients"], "passwd": ["shadow-utils"], "perl-base": ["/usr/bin/perl"],
    "iproute2": ["iproute"], "procps": ["procps-ng"], "python3-minimal": ["/usr/bin/python3"], "vim": ["vim-enhanced"],
}
# RHEL's `setup`: account files that belong to a package and are expected to differ from it.
ACCOUNTS = ["/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", "/etc/subuid", "/etc/subgid"]
ALTERNATIVES = ["/usr/libexec/update-alternatives", "/usr/sbin/alternatives", "/usr/sbin/update-alternatives",
                "/var/lib/alternatives"]
VOLATILE = ["/boot", "/dev", "/proc", "/run", "/sys", "/tmp", "/var/cache", "/var/lib/apt", "/var/lib/dpkg",
            "/var/lib/rpm", "/var/lib/debconf", "/etc/apt", "/etc/dpkg"]
MOUNTED = ["/dev", "/proc", "/run", "/sys", "/tmp"]

root = pathlib.Path(sys.argv[1])
out = pathlib.Path(sys.argv[2])


def on_disk(path):
    return f"{root}{path}"


def merged(path):
    """The path behind /bin, /lib and the like, which are links into /usr."""
    head = re.match(r"/(bin|sbin|lib\w*)/", path)
    return f"/usr{path}" if head and os.path.islink(on_disk(f"/{head[1]}")) else path


def is_folder(path):
    return stat.S_ISDIR(os.lstat(on_disk(path)).st_mode)


def names_by_id(file):
    entries = (line.split(":") for line in open(on_disk(file)))
    return {int(entry[2]): entry[0] for entry in entries}


user_names, group_names = names_by_id("/etc/passwd"), names_by_id("/etc/group")


class Package:
    def __init__(self, fields):
        self.name, self.version, essential, depends, provides = fields
        self.essential = essential == "yes"
        self.depends = [[re.sub(r"[ (:].*", "", choice.strip()) for choice in group.split("|")]
                        for group in depends.split(",") if group.strip()]
        self.provides = [re.sub(r"[ (].*", "", name.strip()) for name in provides.split(",") if name.strip()]
        info = root / "var/lib/dpkg/info"
        lists = [file for file in (info / f"{self.name}.list", info / f"{self.name}:amd64.list") if file.exists()]
        lists += list(info.glob(f"{self.name}:*.list"))
        paths = {merged(line) for line in lists[0].read_text().splitlines() if line not in ("/.", "")}
        self.paths = {path for path in paths if os.path.lexists(on_disk(path))}
        conffiles = lists[0].with_suffix(".conffiles")
        self.configuration = set()
        if conffiles.exists():
            self.configuration = {merged(line.split()[-1]) for line in conffiles.read_text().splitlines() if line}


def installed():
    query = ["dpkg-query", f"--admindir={root}/var/lib/dpkg", "--show", "--showformat",
             "${Package}\t${Version}\t${Essential}\t${Pre-Depends}, ${Depends}\t${Provides}\n"]
    lines = subprocess.run(query, capture_output=True, text=True, check=True).stdout.splitlines()
    return [Package(line.split("\t")) for line in lines]


def evr(version):
    epoch, _, rest = version.rpartition(":")
    upstream, _, release = rest.rpartition("-") if "-" in rest else (rest, "", "1")
    clean = [re.sub(r"[^A-Za-z0-9._+~]", "_", part) for part in (upstream, release)]
    return epoch, *clean


def file_line(path, configuration=""):
    status = os.lstat(on_disk(path))
    quoted = '"' + path.replace("%", "%%") + '"'
    if stat.S_ISLNK(status.st_mode):
        return quoted
    owner = f"{user_names[status.st_uid]}, {group_names[status.st_gid]}"
    directory = "%dir " if stat.S_ISDIR(status.st_mode) else ""
    if path in MOUNTED:
        directory = "%verify(not mode) %dir "
    return f"{configuration}{directory}%attr({stat.S_IMODE(status.st_mode):04o}, {owner}) {quoted}"


def section(name, version, tags, files):
    epoch, upstream, release = evr(version)
    lines = [f"%package -n {name}", f"Version: {upstream}", f"Release: {release}", f"Summary: {name} as Debian builds it",
             "AutoReqProv: no", *tags]
    if epoch:
        lines.append(f"Epoch: {epoch}")
    return lines + [f"%description -n {name}", "Converted from Debian's package.", f"%files -n {name}", *files]


def main():
    packages = installed()
    provider = {name: package.name for package in packages for name in package.provides}
    provider.update({package.name: package.name for package in packages})

    links = [f"/{name}" for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32") if os.path.islink(on_disk(f"/{name}"))]
    owned = {*links, *ACCOUNTS, *ALTERNATIVES}
    accounts = [file_line(path, "%config(noreplace) %verify(not filedigest size mtime) ") for path in ACCOUNTS]
    spec = section("setup", "2.13-1", ["Provides: system-release = 9"], [*(file_line(path) for path in links), *accounts])
    spec += section("alternatives", "1.24-1", ["Requires(pre): setup"], [file_line(path) for path in ALTERNATIVES])

    required = set()
    for package in sorted(packages, key=lambda package: package.name):
        choices = ([provider[name] for name in group if name in provider] for group in package.depends)
        needs = {names[0] for names in choices if names} - {package.name}
        required |= needs
        files = sorted(path for path in package.paths if is_folder(path) or path not in owned)
        owned |= set(files)
        if package.name in LEFT_OUT:
            continue
        tags = ["Requires(pre): setup", *(f"Requires: {name}" for name in sorted(needs - LEFT_OUT))]
        tags += [f"Provides: {name}" for name in ALSO_CALLED.get(package.name, [])]
        lines = []
        for path in files:
            configuration = path in package.configuration and not os.path.islink(on_disk(path))
            lines.append(file_line(path, "%config(noreplace) " if configuration else ""))
        spec += section(package.name, package.version, tags, lines)

    head = ["Name: base", "Version: 1", "Release: 1", "Summary: An installed root", "License: various",
            "%define _build_id_links none", "%define debug_package %{nil}", "%define __os_install_post %{nil}",
            "%define _unpackaged_files_terminate_build 0", "%define _missing_doc_files_terminate_build 0",
            "%description", "Debian's packages for a node that rpm manages.",
            "%install", f'rmdir "%{{buildroot}}" 2>/dev/null || :', f'mkdir -p "%{{buildroot}}"', f'cp -a "{root}/." "%{{buildroot}}/"']
    (out / "base.spec").write_text("\n".join(head + spec) + "\n")

    roots = {package.name for package in packages if package.essential or package.name not in required}
    chosen = {"setup", "alternatives", *sys.argv[3:]} | roots - LEFT_OUT
    (out / "chosen").write_text("\n".join(sorted(chosen)) + "\n")
    (out / "unowned").write_bytes(b"".join(os.fsencode(f".{path}") + b"\0" for path in unowned(owned)))


def unowned(owned):
    for folder, folders, files in os.walk(root):
        inside = folder[len(str(root)):]
        folders[:] = [name for name in folders if f"{inside}/{name}" not in VOLATILE]
        for name in folders + files:
            if f"{inside}/{name}" not in owned:
                yield f"{inside}/{name}"


main()
