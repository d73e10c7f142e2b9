## The floor: knows nothing of rules or of logs.
libinternal_la_SOURCES += \
	%D%/limits.h \
	%D%/arena.h		%D%/arena.c \
	%D%/text.h		%D%/text.c \
	%D%/buf.h		%D%/buf.c \
	%D%/utf8.h		%D%/utf8.c \
	%D%/escape.h		%D%/escape.c \
	%D%/trailer.h		%D%/trailer.c \
	%D%/hash.h		%D%/hash.c \
	%D%/map.h		%D%/map.c \
	%D%/pages.h		%D%/pages.c \
	%D%/time.h		%D%/time.c \
	%D%/ip.h		%D%/ip.c \
	%D%/glob.h		%D%/glob.c \
	%D%/regex.h		%D%/regex.cc \
	%D%/file.h		%D%/file.c \
	%D%/version.c
