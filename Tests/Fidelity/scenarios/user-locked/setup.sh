#!/usr/bin/env bash
# An account with a password.
useradd --create-home dave
usermod --password "$(openssl passwd -6 -salt example example 2>/dev/null || perl -e 'print crypt("example", "\$6\$example")')" dave
