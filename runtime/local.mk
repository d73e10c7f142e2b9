## Events to alerts.  First from bytes to events ...
libinternal_la_SOURCES += \
	%D%/event.h \
	%D%/reasons.def \
	%D%/scan.h		%D%/scan.c \
	%D%/index.h		%D%/index.c \
	%D%/kernel.h \
	%D%/kernel_avx2.c \
	%D%/kernel_sse.c \
	%D%/kernel_plain.c \
	%D%/json.h		%D%/json.c \
	%D%/projection.h	%D%/projection.c \
	%D%/carriers.def \
	%D%/intake.h		%D%/intake.c \
	%D%/inflate.h		%D%/inflate.c \
	%D%/meter.h \
	%D%/window.h		%D%/window.c \
	%D%/split.h		%D%/split.c \
	%D%/walk.h		%D%/walk.c \
	%D%/reader.h		%D%/reader.c \
	%D%/fields.h		%D%/fields.c

## ... then from events to alerts.
libinternal_la_SOURCES += \
	%D%/values.h		%D%/values.c \
	%D%/convert.h		%D%/convert.c \
	%D%/gather.h		%D%/gather.c \
	%D%/table.h		%D%/table.c \
	%D%/run.h		%D%/run.c \
	%D%/hold.h		%D%/hold.c		%D%/tuples.c \
	%D%/vm.h		%D%/vm.c \
	%D%/native.h		%D%/native.c \
	%D%/stats.h		%D%/stats.c \
	%D%/alert.h		%D%/alert.c \
	%D%/plan.h		%D%/plan.c \
	%D%/subject.h		%D%/subject.c \
	%D%/judge.h		%D%/judge.c \
	%D%/account.h		%D%/account.c \
	%D%/look.h		%D%/look.c \
	%D%/verdict.h		%D%/verdict.c \
	%D%/explain.h		%D%/explain.c \
	%D%/join.h		%D%/join.c \
	%D%/group.h		%D%/group.c \
	%D%/terms.h		%D%/terms.c \
	%D%/chain.h		%D%/chain.c \
	%D%/memo.h		%D%/memo.c \
	%D%/sieve_test.h	%D%/sieve_test.c \
	%D%/sieve.h		%D%/sieve.c \
	%D%/trace.h		%D%/trace.c \
	%D%/profile.h		%D%/profile.c \
	%D%/route.h		%D%/route.c \
	%D%/spill.h		%D%/spill.c \
	%D%/engine.h		%D%/engine.c		%D%/finish.c \
	%D%/pool.h		%D%/pool.c \
	%D%/lanes.h		%D%/lanes.c \
	%D%/summary.h		%D%/summary.c \
	%D%/costs.h		%D%/costs.c \
	%D%/scanner.c
