#!/usr/bin/env bash
# Access control lists, one of them for what comes later, and an attribute.
set -euo pipefail
sudo setfacl --modify user:ann:r /etc/site/main.conf
sudo setfacl --default --modify group:adm:rx /etc/site
sudo setfattr --name user.owner --value 'the web team' /etc/site/main.conf
echo 'level = 4' | sudo tee /etc/site/later.conf
