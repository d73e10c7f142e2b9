#!/bin/sh
# page-signing.sh - doc/signing.md does what it says.
page=signing
. "$srcdir/tests/tutorial.sh"
