/* meter.h - how far reading has come, for whoever watches from elsewhere. */
#ifndef AS_METER_H
#define AS_METER_H

#include <stdatomic.h>
#include <stdint.h>

struct as_meter {
    _Atomic uint64_t taken; /* bytes as they lie in the file at hand */
    _Atomic uint64_t made;  /* bytes decompressed, of all files */
};

#endif
