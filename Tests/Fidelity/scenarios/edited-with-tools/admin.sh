#!/usr/bin/env bash
# Edits files with sed, ed, perl, patch by hand and a redirection.
set -euo pipefail
sudo sed -i 's/^# *en_US.UTF-8/en_US.UTF-8/; $a # by sed' /etc/crontab
printf '$a\n# by ed\n.\nw\nq\n' | sudo ed -s /etc/profile
sudo perl -pi -e 's/^(passwd:).*/$1 files/' /etc/nsswitch.conf
echo 'Authorised people only.' | sudo tee /etc/issue
sudo sh -c 'echo "# by the shell" >>/etc/shells'
sudo python3 -c 'open("/etc/site.conf", "w").write("level = 3\n")'
