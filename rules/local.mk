## The packs: rules, their pages, tests and fixtures, installed as they are,
## so that `astray scan -r $(pkgdatadir)/rules/PACK` works at once.
packsdir = $(pkgdatadir)/rules
pack_names = aws-workload-credentials
pack_files = (cd $(srcdir)/%D% && find $(pack_names) -type f ! -name '*~')

EXTRA_DIST += $(pack_names:%=%D%/%)

## Which version of each rule means what: after a rule has got a new version.
.PHONY: lock
lock: astray$(EXEEXT)
	$(AM_V_GEN)for name in $(pack_names); do \
	  ./astray$(EXEEXT) check $(srcdir)/%D%/$$name --write-lock || exit 1; \
	done

install-data-local:
	@$(NORMAL_INSTALL)
	$(AM_V_at)$(pack_files) | while read -r file; do \
	  $(MKDIR_P) "$(DESTDIR)$(packsdir)/`dirname $$file`" && \
	  $(INSTALL_DATA) "$(srcdir)/%D%/$$file" \
	    "$(DESTDIR)$(packsdir)/$$file" || exit 1; \
	done

## Only what was installed: a user may keep rules of his own beside it.
uninstall-local:
	@$(NORMAL_UNINSTALL)
	$(AM_V_at)$(pack_files) | while read -r file; do \
	  rm -f "$(DESTDIR)$(packsdir)/$$file"; \
	done
	$(AM_V_at)for name in $(pack_names); do \
	  find "$(DESTDIR)$(packsdir)/$$name" -depth -type d \
	    -exec rmdir {} \; 2>/dev/null; \
	done; true
