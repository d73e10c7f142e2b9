## The contract: what the compiler writes and the runtime runs.
libinternal_la_SOURCES += \
	%D%/kinds.def \
	%D%/value.h		%D%/value.c \
	%D%/schema.def \
	%D%/schema.h		%D%/schema.c \
	%D%/scalar.h		%D%/scalar.c \
	%D%/jsonwalk.h		%D%/jsonwalk.c \
	%D%/listfile.h		%D%/listfile.c \
	%D%/aggregates.def	%D%/shapes.h \
	%D%/opcodes.def		%D%/rules.def	%D%/builtin.def \
	%D%/rows.def		%D%/slots.def \
	%D%/program.h		%D%/program.c \
	%D%/insight.h		%D%/insight.c \
	%D%/rules.h \
	%D%/faults.def \
	%D%/verify.h		%D%/verify.c \
	%D%/vet.h		%D%/vet.c \
	%D%/pack.h		%D%/build.c		%D%/pack.c \
	%D%/digest.h		%D%/digest.c \
	%D%/disasm.h		%D%/disasm.c \
	%D%/relax.h		%D%/relax.c \
	%D%/outline.h		%D%/outline.c \
	%D%/describe.h		%D%/describe.c
