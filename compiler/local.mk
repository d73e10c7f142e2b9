## Source text to programs, in the order the text flows.
libinternal_la_SOURCES += \
	%D%/diagnostics.def \
	%D%/explain.c \
	%D%/source.h		%D%/source.c \
	%D%/diag.h		%D%/diag.c \
	%D%/ast.h \
	%D%/tree.h		%D%/tree.c \
	%D%/parser.h		%D%/parser.c \
	%D%/lexer.h		%D%/lexer.c \
	%D%/complain.h		%D%/complain.c \
	%D%/front.h		%D%/front.c \
	%D%/layout.h		%D%/layout.c \
	%D%/format.h		%D%/format.c \
	%D%/allow.h		%D%/allow.c \
	%D%/mistakes.h		%D%/mistakes.c \
	%D%/loader.h		%D%/loader.c \
	%D%/yaml.h		%D%/yaml.c \
	%D%/packfile.h		%D%/packfile.c \
	%D%/ir.h		%D%/ir.c \
	%D%/simplify.h		%D%/simplify.c \
	%D%/convert.h		%D%/convert.c \
	%D%/sight.h		%D%/sight.c \
	%D%/unit.h \
	%D%/resolve.h		%D%/resolve.c \
	%D%/overlay.h		%D%/overlay.c \
	%D%/check.h \
	%D%/check_expr.c \
	%D%/check_compare.c \
	%D%/check_in.c \
	%D%/check_match.c \
	%D%/check_path.c \
	%D%/check_call.c \
	%D%/check_gather.c \
	%D%/check_quant.c \
	%D%/check_list.c \
	%D%/check_clause.c \
	%D%/check_meta.c \
	%D%/check_baseline.c \
	%D%/check_rule.c \
	%D%/check_decl.c \
	%D%/check.c \
	%D%/guard.h		%D%/guard.c \
	%D%/silence.h		%D%/silence.c \
	%D%/lint.h \
	%D%/cloud.def \
	%D%/lint_ask.c \
	%D%/lint_chain.c \
	%D%/lint_text.c \
	%D%/lint_regex.c \
	%D%/lint_cloud.c \
	%D%/lint_missing.c \
	%D%/lint_shape.c \
	%D%/lint_style.c \
	%D%/lint_tests.c \
	%D%/lint.c \
	%D%/complete.h		%D%/complete.c \
	%D%/lint_time.h		%D%/lint_time.c \
	%D%/operand.h		%D%/operand.c \
	%D%/registers.h		%D%/registers.c \
	%D%/c_text.h		%D%/c_text.c \
	%D%/c_line.h		%D%/c_line.c \
	%D%/c_op.h		%D%/c_op.c \
	%D%/c_body.h		%D%/c_body.c \
	%D%/emit_code.h		%D%/emit_code.c \
	%D%/emit_sieve.h	%D%/emit_sieve.c \
	%D%/emit_sight.h	%D%/emit_sight.c \
	%D%/link.h		%D%/link.c \
	%D%/c_file.h		%D%/c_file.c \
	%D%/lock.h		%D%/lock.c \
	%D%/compile.h		%D%/compile.c \
	%D%/api.c

## The generated files live in the source tree and travel in the tarball,
## so that a release builds without re2c and Bison.  $@ goes through a
## temporary name: an interrupted make leaves no half file behind.
EXTRA_DIST += %D%/lexer.re %D%/parser.y
BUILT_SOURCES += %D%/parser.h
MAINTAINERCLEANFILES += %D%/lexer.c %D%/parser.c %D%/parser.h

$(srcdir)/%D%/lexer.c: $(srcdir)/%D%/lexer.re
	$(AM_V_GEN)$(RE2C) -W -Werror --no-generation-date -i -o $@.tmp $< && mv $@.tmp $@

## One run of Bison makes both files, so only one of them has the rule.
$(srcdir)/%D%/parser.h: $(srcdir)/%D%/parser.c
$(srcdir)/%D%/parser.c: $(srcdir)/%D%/parser.y
	$(AM_V_GEN)cd $(srcdir) && \
	  $(BISON) -Wall -Wcounterexamples -Werror --no-lines --header=%D%/parser.h -o %D%/parser.c %D%/parser.y
