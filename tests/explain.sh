#!/bin/sh
# explain.sh - doc/explain.md does what it says.
page=explain
. "$srcdir/tests/tutorial.sh"
