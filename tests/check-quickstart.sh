#!/bin/sh
# check-quickstart.sh - the first thing that a stranger types.
#
# What it builds can't be tried from inside of a build; what it says can.
. "$srcdir/tests/lib.sh"
quickstart=$srcdir/quickstart
cd "$tmp" || exit 99

check "--help" sh "$quickstart" --help
check_said "--help says what it would do" "--no-install"
check_status 3 "an unknown word" sh "$quickstart" chekc
check_said "an unknown word is repeated" "'chekc'"
check_status 3 "an unknown word after a known one" sh "$quickstart" check -j4

sed -n '/^packages()/,/^END/s/^\([a-z0-9+.-]*\)  *[A-Za-z].*/\1/p' \
    "$quickstart" >"$tmp/packages"
check "it knows packages" test -s "$tmp/packages"
while read -r package; do
    grep -qw -- "$package" "$srcdir/doc/dependencies.md" || echo "$package"
done <"$tmp/packages" >"$tmp/unexplained"
check_empty "doc/dependencies.md has every package" "$tmp/unexplained"

# Without a package manager it says what is needed, and why.
mkdir bin
for tool in dirname id cat sed grep tail mkdir nproc env; do
    ln -s "$(command -v $tool)" bin/$tool
done
mkdir tree
cp "$quickstart" tree/quickstart
shell=$(command -v sh)
run env PATH="$tmp/bin" "$shell" tree/quickstart --no-install
check_said "without dpkg it lists what is needed" "libre2-dev  *patterns"
done_testing
