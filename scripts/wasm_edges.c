/* Decode every function body of a core WebAssembly module and print what it refers to.
 *
 * Usage: wasm_edges MODULE IMPORTED
 *   c F G   function F calls function G, and the operand is padded to five bytes
 *   u F G   the same, but the operand is not padded
 *   t F N   function F holds the relocated constant N: an i32.const or the offset of a load or store,
 *           padded to five bytes, which is how the linker leaves the address of a function (a table
 *           index) or of data
 *   l F N   a loop of function F, with a type of one byte, begins at byte N of its body, the size not counted
 *
 * Used by make_keep_list.py. Knows the instructions the guest uses and stops at any other: calls are all
 * that names a function by its index. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint8_t *module;
static size_t body_start;

static uint64_t read_unsigned(size_t *at) {
    uint64_t value = 0;
    int shift = 0;
    uint8_t byte;
    do {
        byte = module[(*at)++];
        value |= (uint64_t)(byte & 127) << shift;
        shift += 7;
    } while (byte & 128);
    return value;
}

static int64_t read_signed(size_t *at, int *length) {
    int64_t value = 0;
    int shift = 0;
    size_t start = *at;
    uint8_t byte;
    do {
        byte = module[(*at)++];
        value |= (int64_t)(byte & 127) << shift;
        shift += 7;
    } while (byte & 128);
    if (shift < 64 && (byte & 64)) value |= -((int64_t)1 << shift);
    if (length) *length = (int)(*at - start);
    return value;
}

static void memory_argument(size_t *at, unsigned index) {
    if (read_unsigned(at) & 64) read_unsigned(at); /* bit 6: an explicit memory index follows */
    size_t start = *at;
    uint64_t offset = read_unsigned(at);
    if (*at - start == 5) printf("t %u %llu\n", index, (unsigned long long)offset);
}

/* Read one instruction of function `index`; return 0 if it is not known. */
static int instruction(size_t *at, unsigned index) {
    uint8_t code = module[(*at)++];
    unsigned count, sub, called;
    size_t start;
    int length;
    int64_t constant;
    switch (code) {
    case 0x02: case 0x03: case 0x04: case 0x06: case 0x42: case 0xd0: /* blocks, i64.const, ref.null */
        read_signed(at, &length);
        if (code == 0x03) printf("l %u %zu\n", index, *at - body_start);
        return code != 0x03 || length == 1;
    case 0x1f: /* try_table */
        read_signed(at, NULL);
        for (count = (unsigned)read_unsigned(at); count; count--) {
            if (module[(*at)++] < 2) read_unsigned(at);
            read_unsigned(at);
        }
        return 1;
    case 0x0e: /* br_table */
        for (count = (unsigned)read_unsigned(at) + 1; count; count--) read_unsigned(at);
        return 1;
    case 0x10: /* call */
        start = *at;
        called = (unsigned)read_unsigned(at);
        printf("%c %u %u\n", *at - start == 5 ? 'c' : 'u', index, called);
        return 1;
    case 0x11: /* call_indirect */
        read_unsigned(at);
        read_unsigned(at);
        return 1;
    case 0x1c: /* select with types */
        *at += read_unsigned(at);
        return 1;
    case 0x41: /* i32.const */
        constant = read_signed(at, &length);
        if (length == 5) printf("t %u %lld\n", index, (long long)constant);
        return 1;
    case 0x43: *at += 4; return 1; /* f32.const */
    case 0x44: *at += 8; return 1; /* f64.const */
    case 0x3f: case 0x40: *at += 1; return 1; /* memory.size, memory.grow */
    case 0xfc:
        sub = (unsigned)read_unsigned(at);
        if (sub > 17) return 0;
        if (sub >= 8) read_unsigned(at);
        if (sub == 8 || sub == 10 || sub == 12 || sub == 14) read_unsigned(at);
        return 1;
    case 0xfd:
        sub = (unsigned)read_unsigned(at);
        if (sub <= 11 || sub == 92 || sub == 93) memory_argument(at, index);
        else if (sub == 12 || sub == 13) *at += 16;
        else if (sub >= 21 && sub <= 34) *at += 1;
        else if (sub >= 84 && sub <= 91) { memory_argument(at, index); *at += 1; }
        return 1;
    }
    if ((code >= 0x07 && code <= 0x09) || code == 0x0c || code == 0x0d || code == 0x18 ||
        (code >= 0x20 && code <= 0x26)) {
        read_unsigned(at);
        return 1;
    }
    if (code >= 0x28 && code <= 0x3e) {
        memory_argument(at, index);
        return 1;
    }
    return code <= 0x01 || code == 0x05 || code == 0x0a || code == 0x0b || code == 0x0f || code == 0x19 ||
           code == 0x1a || code == 0x1b || (code >= 0x45 && code <= 0xc4) || code == 0xd1;
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    FILE *file = fopen(argv[1], "rb");
    if (!file) return 2;
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    rewind(file);
    module = calloc(1, size + 64);
    if (!module || fread(module, 1, size, file) != size) return 2;
    unsigned imported = (unsigned)atoi(argv[2]);
    for (size_t at = 8; at < size;) {
        uint8_t id = module[at++];
        uint64_t payload = read_unsigned(&at);
        size_t section_end = at + payload;
        if (id == 10) {
            unsigned functions = (unsigned)read_unsigned(&at);
            for (unsigned k = 0; k < functions; k++) {
                uint64_t body = read_unsigned(&at);
                size_t end = at + body;
                body_start = at;
                for (unsigned locals = (unsigned)read_unsigned(&at); locals; locals--) {
                    read_unsigned(&at);
                    if (module[at] == 0x63 || module[at] == 0x64) { at++; read_signed(&at, NULL); }
                    else at++;
                }
                while (at < end) {
                    size_t start = at;
                    if (!instruction(&at, imported + k)) {
                        fprintf(stderr, "unknown instruction %02x in function %u\n", module[start], imported + k);
                        return 1;
                    }
                }
                if (at != end) {
                    fprintf(stderr, "function %u does not end where it should\n", imported + k);
                    return 1;
                }
            }
        }
        at = section_end;
    }
    return 0;
}
