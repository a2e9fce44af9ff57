#!/usr/bin/env bash
# File names as they should not be.
set -euo pipefail
cd /etc/site
for name in $'latin\xe9' $'new\nline' $'tab\there' 'a space' 'back\slash' 'quote"' "apostrophe'" '-dash' 'ünï' '%percent' '#hash' '*'; do
    echo 'level = 3' | sudo tee -- "./$name"
done
