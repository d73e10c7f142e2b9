#!/bin/sh
# check-install.sh - what is installed works, and goes away again.
#
# Installs into a folder of its own, builds the example program there as a
# stranger would, with pkg-config and nothing else, and runs it.
. "$srcdir/tests/lib.sh"
MAKEFLAGS=
export MAKEFLAGS
unset MAKELEVEL

# Where does this build install to?
where()
{
    printf 'include Makefile\nshow:\n\t@echo "$(%s)"\n' "$1" >"$tmp/show.mk"
    (cd "$builddir" && make -s -f "$tmp/show.mk" show)
}
bin=$(where bindir)
lib=$(where libdir)
rules=$(where packsdir)/aws-workload-credentials
root=$tmp/root

check "make install" make -C "$builddir" install DESTDIR="$root"
LD_LIBRARY_PATH=$root$lib
PKG_CONFIG_PATH=$root$lib/pkgconfig
PKG_CONFIG_SYSROOT_DIR=$root
export LD_LIBRARY_PATH PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
check "the installed command starts" "$root$bin/astray" version

if "$PKG_CONFIG" --version >/dev/null 2>&1; then
    flags=$("$PKG_CONFIG" --cflags --libs libastray)
    # The flags are words, and so is $CC.
    # shellcheck disable=SC2086
    check "the example builds with the installed pkg-config file" \
        $CC $CHECK_FLAGS -o "$tmp/embed" "$srcdir/examples/embed/embed.c" \
        $flags
    check "the example runs" "$tmp/embed" "$root$rules" \
        "$srcdir/examples/incident"
    check_said "it prints alerts" .
else
    skip "the example with pkg-config" "no pkg-config"
fi

check "make uninstall" make -C "$builddir" uninstall DESTDIR="$root"
find "$root" -type f -o -type l >"$tmp/left"
check_empty "nothing is left behind" "$tmp/left"
done_testing
