#include "pfp/pfp.h"

const char *pfp_status_string(pfp_status status) {
    switch (status) {
    case PFP_OK:
        return "fine";
    case PFP_E_NULL:
        return "a pointer argument is NULL: pass arena, input and output";
    case PFP_E_SHAPE:
        return "a length does not fit the model: compare with the lengths in its header";
    case PFP_E_ALIGN:
        return "the arena is not aligned: declare it with PFP_ALIGN(16)";
    case PFP_E_ARENA:
        return "the arena is too small: give it the model's ARENA_BYTES";
    case PFP_E_NONFINITE:
        return "the input holds a NaN or an infinity: check the sensor or the scaling";
    case PFP_E_RANGE:
        return "the input is so large that the network overflows: check its units";
    }
    return "not a pfp_status";
}

const char *pfp_version(void) {
    return PFP_VERSION;
}
