## Packs from strangers: doc/pack-safety.md.  The long run is
##     make tests/fuzz/pack_mutants && tests/fuzz/pack_mutants 1000000
## with srcdir=TREE in the environment, best in a build with sanitizers.
pack_trial = \
	%D%/packs.h		%D%/packs.c \
	%D%/counted_vm.h	%D%/counted_vm.c \
	%D%/trial.h		%D%/trial.c
check_PROGRAMS += %D%/pack_mutants
%C%_pack_mutants_SOURCES = $(pack_trial) %D%/pack_mutants.c
TESTS += %D%/pack_mutants
EXTRA_DIST += %D%/trouble.jsonl
