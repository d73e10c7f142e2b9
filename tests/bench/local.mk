## The measure: corpora with known answers, what people would use instead, and
## `make bench`, which prints how we stand beside them.  `make check` only
## sees that the corpora are what they say: see test.sh.
check_PROGRAMS += %D%/generate
%C%_generate_SOURCES = \
	%D%/random.h \
	%D%/corpus.h \
	%D%/services.def \
	%D%/agents.def \
	%D%/calls.def \
	%D%/plan.h \
	%D%/plan.c \
	%D%/theft.c \
	%D%/truth.c \
	%D%/render.c \
	%D%/deliver.c \
	%D%/plain_rules.c \
	%D%/generate.c
%C%_generate_LDADD = $(DEFLATE_LIBS)

script_tests += %D%/test.sh
EXTRA_DIST += %D%/ids.sed

## make bench [SIZE=100m|1g|5g] [KIND="large small churn"] [REPEAT=3]
## [CORPORA=FOLDER].  Peers that are not installed are fetched into the build,
## or left out with a word.  A gigabyte takes some minutes.
EXTRA_PROGRAMS += %D%/measure %D%/peers/inflate
%C%_measure_LDADD =
%C%_peers_inflate_LDADD = $(DEFLATE_LIBS)
CLEANFILES += %D%/measure$(EXEEXT) %D%/peers/inflate$(EXEEXT)
EXTRA_DIST += \
	%D%/bench.py \
	%D%/peers/clickhouse.py \
	%D%/peers/duckdb.js \
	%D%/peers/jq.sh \
	%D%/peers/python.py

SIZE = 100m
KIND = large small churn
REPEAT = 3
CORPORA =
bench_programs = astray$(EXEEXT) %D%/generate$(EXEEXT) \
	%D%/measure$(EXEEXT) %D%/peers/inflate$(EXEEXT)

.PHONY: bench
bench: $(bench_programs)
	$(AM_V_at)python3 $(srcdir)/%D%/bench.py \
	  --astray '$(abs_top_builddir)/astray$(EXEEXT)' \
	  --srcdir '$(abs_top_srcdir)' --builddir '$(abs_top_builddir)' \
	  --cc "`$(CC) --version | sed 1q` $(CFLAGS)" --size '$(SIZE)' \
	  --kind '$(KIND)' --repeat '$(REPEAT)' --corpora '$(CORPORA)'
