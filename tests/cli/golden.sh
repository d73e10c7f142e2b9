# golden.sh - texts that are kept; read after tests/lib.sh.
#
#   golden NAME GOT KEPT   one case: file GOT is golden/KEPT.txt
#
# With BLESS=1 in the environment what was got is kept from now on.
golden()
{
    if [ -n "$BLESS" ]; then
        cp "$2" "$srcdir/tests/cli/golden/$3.txt"
    fi
    check_same "$1" "$2" "$srcdir/tests/cli/golden/$3.txt"
}
