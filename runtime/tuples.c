/*
 * tuples.c - values kept once, as atoms, and tuples of atoms kept once: the
 * inside of hold.h.
 *
 * A tuple is looked up by the values themselves: they are hashed as they come
 * from the reader, and compared with the atoms of the tuple that is found.
 * Only a tuple that is new costs a look-up for each of its values.
 */

#include "runtime/hold.h"

#include <stdlib.h>

#include "runtime/json.h"

/* ---- atoms ------------------------------------------------------------ */

uint32_t as_hold_intern(struct as_hold *hold, struct as_text key)
{
    bool added;
    uint32_t n = as_map_add(&hold->atoms, key, &added);
    char *copy;

    if (n >= AS_LAST_ATOM) {
        hold->failed = true;
        return AS_NO_ATOM;
    }
    if (!added)
        return n;
    copy = as_strndup(&hold->arena, key.bytes, key.length);
    if (!copy) {
        hold->atoms.entries[n].key = (struct as_text){ "", 0 };
        hold->failed = true;
        return AS_NO_ATOM;
    }
    hold->atoms.entries[n].key.bytes = copy;
    return n;
}

uint32_t as_hold_make_atom(struct as_hold *hold, enum as_json_kind kind,
                           struct as_text text)
{
    char small[256];
    struct as_text key = { small, text.length + 1 };
    char *bytes = small;
    uint32_t n;

    if (key.length > sizeof(small)) {
        bytes = malloc(key.length);
        if (!bytes) {
            hold->failed = true;
            return AS_NO_ATOM;
        }
        key.bytes = bytes;
    }
    bytes[0] = (char)kind;
    if (text.length > 0)
        memcpy(bytes + 1, text.bytes, text.length);
    n = as_hold_intern(hold, key);
    if (bytes != small)
        free(bytes);
    return n;
}

struct as_text as_hold_text(const struct as_hold *hold, uint32_t n)
{
    struct as_text key = as_atom_key(hold, n);

    if (key.length == 0)
        return key;
    return (struct as_text){ key.bytes + 1, key.length - 1 };
}

/* ---- tuples ----------------------------------------------------------- */

void as_tuples_init(struct as_tuples *tuples, const uint32_t *slots,
                    uint32_t plain, uint32_t width)
{
    *tuples = (struct as_tuples){ .slots = slots,
                                  .plain = plain,
                                  .width = width };
    as_pages_init(&tuples->atoms, (width ? width : 1) * sizeof(uint32_t));
}

void as_tuples_done(struct as_tuples *tuples)
{
    as_pages_done(&tuples->atoms);
    free(tuples->index);
}

static uint64_t hash_values(const struct as_hold *hold,
                            const struct as_tuples *tuples,
                            const struct as_tuple_view *view)
{
    uint64_t hash = hold->seed.word[0], secret = hold->seed.word[1];

    for (uint32_t i = 0; i < tuples->plain; i++) {
        const struct as_json_value *value = &view->slots[tuples->slots[i]];

        if (as_atom_is_null(value))
            hash += secret;
        else
            hash = as_hash_fold(
                hash ^
                    (value->kind + as_hash_fast(&hold->seed, value->text.bytes,
                                                value->text.length)),
                secret);
    }
    for (uint32_t i = tuples->plain; i < tuples->width; i++)
        hash = as_hash_fold(hash ^ view->given[i - tuples->plain], secret);
    return hash;
}

static uint64_t hash_atoms(const struct as_hold *hold,
                           const struct as_tuples *tuples,
                           const uint32_t *atoms)
{
    uint64_t hash = hold->seed.word[0], secret = hold->seed.word[1];

    for (uint32_t i = 0; i < tuples->plain; i++) {
        struct as_text key = as_atom_key(hold, atoms[i]);

        if (atoms[i] == AS_NO_ATOM)
            hash += secret;
        else
            hash = as_hash_fold(hash ^ ((unsigned char)key.bytes[0] +
                                        as_hash_fast(&hold->seed, key.bytes + 1,
                                                     key.length - 1)),
                                secret);
    }
    for (uint32_t i = tuples->plain; i < tuples->width; i++)
        hash = as_hash_fold(hash ^ atoms[i], secret);
    return hash;
}

static bool equals(const struct as_hold *hold, const struct as_tuples *tuples,
                   uint32_t n, const struct as_tuple_view *view)
{
    const uint32_t *atoms = as_tuple_atoms(tuples, n);

    for (uint32_t i = 0; i < tuples->plain; i++) {
        const struct as_json_value *value = &view->slots[tuples->slots[i]];
        const struct as_text *key;

        if (atoms[i] == AS_NO_ATOM || as_atom_is_null(value)) {
            if (atoms[i] != AS_NO_ATOM || !as_atom_is_null(value))
                return false;
            continue;
        }
        key = &hold->atoms.entries[atoms[i]].key;
        if (key->length != value->text.length + 1 ||
            key->bytes[0] != (char)value->kind ||
            (value->text.length > 0 && memcmp(key->bytes + 1, value->text.bytes,
                                              value->text.length) != 0))
            return false;
    }
    for (uint32_t i = tuples->plain; i < tuples->width; i++) {
        if (atoms[i] != view->given[i - tuples->plain])
            return false;
    }
    return true;
}

/* Where tuple `number` + 1 of this hash may stand.  The upper half of an
 * entry is the hash's, the lower half picks the place. */
static bool grow_index(struct as_tuples *tuples)
{
    uint32_t size = tuples->index_size ? tuples->index_size * 2 : 256;
    uint64_t *index;

    if (tuples->index_size > UINT32_MAX / 4)
        return false;
    index = calloc(size, sizeof(*index));
    if (!index)
        return false;
    for (uint32_t i = 0; i < tuples->index_size; i++) {
        uint64_t entry = tuples->index[i];
        uint32_t at = (uint32_t)(entry >> 32) & (size - 1);

        if (entry == 0)
            continue;
        while (index[at] != 0)
            at = (at + 1) & (size - 1);
        index[at] = entry;
    }
    free(tuples->index);
    tuples->index = index;
    tuples->index_size = size;
    return true;
}

/* Note a new tuple, the last one, under its hash. */
static bool index_last(struct as_tuples *tuples, uint64_t hash)
{
    uint32_t mask, at;

    if (tuples->atoms.count > tuples->index_size / 2 && !grow_index(tuples))
        return false;
    mask = tuples->index_size - 1;
    at = (uint32_t)(hash >> 32) & mask;
    while (tuples->index[at] != 0)
        at = (at + 1) & mask;
    tuples->index[at] = (hash >> 32 << 32) | tuples->atoms.count;
    return true;
}

static uint32_t add_tuple(struct as_hold *hold, struct as_tuples *tuples,
                          uint64_t hash, const struct as_tuple_view *view)
{
    uint32_t *atoms = as_pages_add(&tuples->atoms);

    if (!atoms) {
        hold->failed = true;
        return AS_NO_TUPLE;
    }
    for (uint32_t i = 0; i < tuples->plain; i++) {
        const struct as_json_value *value = &view->slots[tuples->slots[i]];

        atoms[i] = as_atom_is_null(value)
                     ? AS_NO_ATOM
                     : as_hold_make_atom(hold, value->kind, value->text);
    }
    for (uint32_t i = tuples->plain; i < tuples->width; i++)
        atoms[i] = view->given[i - tuples->plain];
    if (hold->failed || !index_last(tuples, hash)) {
        hold->failed = true;
        as_pages_cut(&tuples->atoms, tuples->atoms.count - 1);
        return AS_NO_TUPLE;
    }
    return tuples->atoms.count - 1;
}

uint32_t as_hold_tuple_of(struct as_hold *hold, struct as_tuples *tuples,
                          const struct as_tuple_view *view)
{
    uint64_t hash = hash_values(hold, tuples, view);
    uint32_t mask = tuples->index_size - 1;
    uint32_t at = (uint32_t)(hash >> 32) & mask;

    while (tuples->index_size > 0 && tuples->index[at] != 0) {
        uint64_t entry = tuples->index[at];

        if (entry >> 32 == hash >> 32 &&
            equals(hold, tuples, (uint32_t)entry - 1, view))
            return (uint32_t)entry - 1;
        at = (at + 1) & mask;
    }
    return add_tuple(hold, tuples, hash, view);
}

uint32_t as_hold_tuple_number(struct as_hold *hold, struct as_tuples *tuples,
                              const uint32_t *atoms)
{
    uint64_t hash = hash_atoms(hold, tuples, atoms);
    uint32_t mask = tuples->index_size - 1;
    uint32_t at = (uint32_t)(hash >> 32) & mask;
    uint32_t *copy;

    while (tuples->index_size > 0 && tuples->index[at] != 0) {
        uint64_t entry = tuples->index[at];

        if (entry >> 32 == hash >> 32 &&
            memcmp(as_tuple_atoms(tuples, (uint32_t)entry - 1), atoms,
                   tuples->width * sizeof(*atoms)) == 0)
            return (uint32_t)entry - 1;
        at = (at + 1) & mask;
    }
    copy = as_pages_add(&tuples->atoms);
    if (!copy) {
        hold->failed = true;
        return AS_NO_TUPLE;
    }
    memcpy(copy, atoms, tuples->width * sizeof(*atoms));
    if (!index_last(tuples, hash)) {
        hold->failed = true;
        return AS_NO_TUPLE;
    }
    return tuples->atoms.count - 1;
}
