// Python pickles read as data. The opcodes build a tree of inert objects and nothing else: no name is ever looked up, no function called.
#pragma once

#include "core/result.h"

#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

namespace quell {

struct PickleObject {
    enum class Kind {
        None,
        Boolean,      // integer
        Integer,      // integer
        Text,         // text, UTF-8
        Tuple, List,  // items
        Dict,         // items: key, value, key, value, …; an OrderedDict too, whose attributes are left out
        Global,       // text: "torch._utils _rebuild_tensor_v2", module and name
        Call,         // items: the Global that Python would have called, and its tuple of arguments
        PersistentId, // items: the id, an object of any kind
        Opaque,       // of no use for tensors: fractions, bytes, integers beyond 64 bits, sets, numpy's numbers
    };
    Kind kind = Kind::None;
    std::int64_t integer = 0;
    std::string_view text;
    std::vector<const PickleObject *> items;
};

struct Pickle {
    std::deque<PickleObject> objects; // all that were made; they may share and contain each other
    const PickleObject *root = nullptr;
    std::size_t size = 0; // bytes up to and with STOP
};

// Reads the pickle (protocols 2 to 5) at the start of `bytes`, which the texts of the result point into. One rule for names: those of a fixed list
// (pickle.cpp: torch's functions that rebuild tensors, storages, dtypes, OrderedDict, and a few harmless companions in checkpoints of Lightning that
// become Opaque) are read, any other is refused by name (Unsupported), even if it would never be called; so are the opcodes that make objects in other ways.
// Malformed: not a pickle, cut short, or beyond a limit: 32 MiB, 1,000,000 objects, 4,000,000 opcodes, 4,000,000 items of dicts made from lists.
Result<Pickle> read_pickle(std::string_view bytes, const std::string &place);

} // namespace quell
