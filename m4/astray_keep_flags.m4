dnl ASTRAY_KEEP_FLAGS(LANGUAGE, VARIABLE, COMPILER, FLAGS)
dnl
dnl Put those of FLAGS into VARIABLE that COMPILER takes, and substitute it.
dnl A compiler that only warns of an unknown flag counts as not taking it:
dnl the flag is tried together with -Werror.
AC_DEFUN([ASTRAY_KEEP_FLAGS], [
  AC_LANG_PUSH([$1])
  $2=
  for flag in $4; do
    AS_VAR_PUSHDEF([cached], [astray_cv_[]_AC_LANG_ABBREV[]_flag_$flag])
    AC_CACHE_CHECK([whether $3 takes $flag], [cached], [
      saved_flags=$_AC_LANG_PREFIX[]FLAGS
      _AC_LANG_PREFIX[]FLAGS="$saved_flags -Werror $flag"
      AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
                        [AS_VAR_SET([cached], [yes])],
                        [AS_VAR_SET([cached], [no])])
      _AC_LANG_PREFIX[]FLAGS=$saved_flags
    ])
    AS_VAR_IF([cached], [yes], [AS_VAR_APPEND([$2], [" $flag"])])
    AS_VAR_POPDEF([cached])
  done
  AC_SUBST([$2])
  AC_LANG_POP([$1])
])
