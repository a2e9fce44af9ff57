#!/usr/bin/env bash
# A playbook, run over ssh by an admin elsewhere.
set -euo pipefail
export ANSIBLE_HOST_KEY_CHECKING=False ANSIBLE_SSH_ARGS="-F $SSH_CONFIG" ANSIBLE_LOCALHOST_WARNING=False
ansible-playbook --inventory "$NODE_A," --user ann --extra-vars ansible_python_interpreter=/usr/bin/python3 site.yml
