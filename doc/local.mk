## The pages.  Those of $(made_pages) are made from the tables of program/ and
## compiler/, evasion.md from the cases of tests/evasion, and they are kept in git
## so that they can be read there; tests/check-docs.sh and check-evasion.sh fail
## when one has drifted away from its table.
made_pages = bytecode pack-format diagnostics
dist_doc_DATA += \
	%D%/architecture.md \
	%D%/dependencies.md \
	%D%/diff.md \
	%D%/evasion.md \
	%D%/explain.md \
	%D%/fields.md \
	%D%/howto-cost.md \
	%D%/howto-field.md \
	%D%/howto-opcode.md \
	%D%/howto-rule.md \
	%D%/language.md \
	%D%/native.md \
	%D%/output.md \
	%D%/overlays.md \
	%D%/pack-safety.md \
	%D%/performance.md \
	%D%/reading.md \
	%D%/signing.md \
	%D%/sigma.md \
	%D%/style.md \
	%D%/testing.md \
	%D%/tutorial.md \
	$(made_pages:%=%D%/%.md)
EXTRA_DIST += %D%/fields.awk

check_PROGRAMS += %D%/tables
%C%_tables_SOURCES = %D%/tables.c

.PHONY: docs
docs: %D%/tables$(EXEEXT)
	$(AM_V_GEN)for page in $(made_pages); do \
	  %D%/tables$(EXEEXT) $$page >$(srcdir)/%D%/$$page.md || exit 1; \
	done
	$(AM_V_at)$(AWK) -f $(srcdir)/%D%/fields.awk \
	  $(srcdir)/program/schema.def >$(srcdir)/%D%/fields.md
	$(AM_V_at)PYTHONDONTWRITEBYTECODE=1 python3 \
	  $(srcdir)/tests/evasion/evasion.py page >$(srcdir)/%D%/evasion.md
