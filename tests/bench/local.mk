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
	%D%/plan.c \
	%D%/truth.c \
	%D%/render.c \
	%D%/deliver.c \
	%D%/plain_rules.c \
	%D%/generate.c
%C%_generate_LDADD = $(DEFLATE_LIBS)

script_tests += %D%/test.sh
EXTRA_DIST += %D%/ids.sed
