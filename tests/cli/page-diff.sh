#!/bin/sh
# page-diff.sh - doc/diff.md does what it says.
page=diff
. "$srcdir/tests/tutorial.sh"
