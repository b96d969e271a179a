#!/bin/sh
# Names a Python that can run Naungan (3.11 or later, with venv). With --explain NAME: says what to install if NAME cannot.

good='import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))'

if [ "$1" != --explain ]; then
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c "$good" 2> /dev/null; then
            echo "$name"
            exit 0
        fi
    done
    echo python3
    exit 0
fi

python=${2:-python3}
if "$python" -c "$good" 2> /dev/null; then
    exit 0
fi

if ! "$python" -c '' 2> /dev/null; then
    id='Python 3 belum terpasang.'
    en='Python 3 is not installed.'
elif ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    id="Python terlalu lama ($("$python" -V 2>&1)); Naungan memerlukan 3.11 atau lebih baru."
    en="Python is too old ($("$python" -V 2>&1)); Naungan needs 3.11 or later."
else
    id='Modul venv untuk Python belum terpasang.'
    en="Python's venv module is not installed."
fi
cat >&2 << END
$id
Pasang dengan (Debian 12+, Ubuntu 24.04+, WSL2):  sudo apt-get install python3 python3-venv make
$en
Install with (Debian 12+, Ubuntu 24.04+, WSL2):   sudo apt-get install python3 python3-venv make
END
exit 1
