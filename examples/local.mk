## embed/ is a program that uses the library as anyone would; it is built
## with the tests, against the shared library, so that it can't rot.
check_PROGRAMS += %D%/embed/embed
%C%_embed_embed_SOURCES = %D%/embed/embed.c
%C%_embed_embed_LDADD = libastray.la

EXTRA_DIST += %D%/embed/Makefile %D%/embed/README.md %D%/incident \
	%D%/ci
