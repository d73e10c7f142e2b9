#!/bin/sh
# overlays.sh - doc/overlays.md does what it says; see tutorial.sh.
PAGE=overlays.md
. "$srcdir/tests/tutorial.sh"
