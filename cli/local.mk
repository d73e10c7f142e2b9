## The command.  It knows of the library what astray.h says, and the helpers
## of common/.
bin_PROGRAMS += astray
astray_SOURCES = \
	%D%/exit.h		%D%/exit.c \
	%D%/nearest.h		%D%/nearest.c \
	%D%/width.h		%D%/width.c \
	%D%/output.h		%D%/output.c \
	%D%/progress.h		%D%/progress.c \
	%D%/report.h		%D%/report.c \
	%D%/render.h		%D%/render.c \
	%D%/args.h		%D%/args.c \
	%D%/help.h		%D%/help.c \
	%D%/command.h		%D%/command.c \
	%D%/walk.h		%D%/walk.c \
	%D%/keys.h		%D%/keys.c \
	%D%/rules.h		%D%/rules.c \
	%D%/child.h		%D%/child.c \
	%D%/cc.h		%D%/cc.c \
	%D%/revision.h		%D%/revision.c \
	%D%/native.h		%D%/native.c \
	%D%/feed.h		%D%/feed.c \
	%D%/notices.h		%D%/notices.c \
	%D%/blocks.h		%D%/blocks.c \
	%D%/linediff.h		%D%/linediff.c \
	%D%/page.h		%D%/page.c \
	%D%/catalogue.h		%D%/catalogue.c \
	%D%/differ.h		%D%/differ.c \
	%D%/diffview.h		%D%/diffview.c \
	%D%/yamltree.h		%D%/yamltree.c \
	%D%/testfile.h		%D%/testfile.c \
	%D%/expect.h		%D%/expect.c \
	%D%/tuning.h		%D%/tuning.c \
	%D%/coverage.h		%D%/coverage.c \
	%D%/testrun.h		%D%/testrun.c \
	%D%/mutate.h		%D%/mutate.c \
	%D%/sigma.h		%D%/sigma.c \
	%D%/sigma_field.h	%D%/sigma_field.c \
	%D%/sigma_value.h	%D%/sigma_value.c \
	%D%/sigma_modifiers.def \
	%D%/sigma_item.h	%D%/sigma_item.c \
	%D%/sigma_match.h	%D%/sigma_match.c \
	%D%/sigma_write.h	%D%/sigma_write.c \
	%D%/sigma_window.h	%D%/sigma_window.c \
	%D%/sigma_rule.h	%D%/sigma_rule.c \
	%D%/sigma_report.h	%D%/sigma_report.c \
	%D%/verbs.h \
	%D%/cmd_scan.c \
	%D%/cmd_bench.c \
	%D%/fix.h		%D%/fix.c \
	%D%/cmd_check.c \
	%D%/cmd_fmt.c \
	%D%/cmd_test.c \
	%D%/cmd_build.c \
	%D%/cmd_inspect.c \
	%D%/cmd_diff.c \
	%D%/cmd_sign.c \
	%D%/cmd_verify.c \
	%D%/cmd_explain.c \
	%D%/templates.def \
	%D%/cmd_new.c \
	%D%/cmd_doc.c \
	%D%/cmd_import.c \
	%D%/cmd_version.c \
	%D%/cmd_help.c \
	%D%/main.c
astray_LDADD = libinternal.la $(SODIUM_LIBS)

## The header that compiled packs include, in the command itself: see cc.c.
nodist_astray_SOURCES = %D%/rt_header.c
CLEANFILES += %D%/rt_header.c
%D%/rt_header.c: $(top_srcdir)/include/astray_rt.h
	$(AM_V_GEN)$(MKDIR_P) %D% && { \
	  echo '#include "cli/cc.h"'; \
	  echo 'const char *const as_cc_header[] = {'; \
	  $(SED) -e 's/[\\"]/\\&/g' -e 's/.*/"&",/' $(top_srcdir)/include/astray_rt.h; \
	  echo '0 };'; } >$@.tmp && mv $@.tmp $@

## Made from the tables of verbs and options, and kept in git so that they can
## be installed without running the command; tests/cli/help.sh says when they
## have drifted away.
dist_man_MANS = doc/astray.1
bashcompletiondir = $(datadir)/bash-completion/completions
dist_bashcompletion_DATA = %D%/completion/astray

.PHONY: help-pages
help-pages: astray$(EXEEXT)
	$(AM_V_GEN)./astray$(EXEEXT) help --man >$(srcdir)/doc/astray.1
	$(AM_V_at)./astray$(EXEEXT) help --bash >$(srcdir)/%D%/completion/astray
