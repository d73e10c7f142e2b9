#!/bin/sh
# overlays.sh - doc/overlays.md does what it says; see tutorial.sh.
page=overlays
. "$srcdir/tests/tutorial.sh"
