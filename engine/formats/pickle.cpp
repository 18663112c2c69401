#include "formats/pickle.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace quell {
namespace {

using Object = PickleObject;
using Kind = PickleObject::Kind;

constexpr std::size_t byte_limit = 32u << 20, object_limit = 1'000'000, operation_limit = 4'000'000, item_limit = 4'000'000;

// What a name may do.
enum class Role {
    Refused,
    Name,     // stands for itself
    Function, // a Call that the reader of torch files understands
    Dict,     // a call makes a dict
    Opaque,   // calls and their state come to nothing
};

struct KnownName {
    std::string_view name;
    Role role;
};

constexpr KnownName known_names[] = {
    {"collections OrderedDict", Role::Dict},
    {"torch._utils _rebuild_tensor", Role::Function},
    {"torch._utils _rebuild_tensor_v2", Role::Function},
    {"torch._utils _rebuild_tensor_v3", Role::Function},
    {"torch._utils _rebuild_parameter", Role::Function},
    {"torch._utils _rebuild_parameter_with_state", Role::Function},
    {"torch._tensor _rebuild_from_type_v2", Role::Function},
    {"torch Tensor", Role::Name},
    {"torch.nn.parameter Parameter", Role::Name},
    {"torch.storage UntypedStorage", Role::Name},
    {"torch UntypedStorage", Role::Name},
    {"torch FloatStorage", Role::Name},
    {"torch DoubleStorage", Role::Name},
    {"torch HalfStorage", Role::Name},
    {"torch BFloat16Storage", Role::Name},
    {"torch LongStorage", Role::Name},
    {"torch IntStorage", Role::Name},
    {"torch ShortStorage", Role::Name},
    {"torch CharStorage", Role::Name},
    {"torch ByteStorage", Role::Name},
    {"torch BoolStorage", Role::Name},
    {"torch float32", Role::Name},
    {"torch float64", Role::Name},
    {"torch float16", Role::Name},
    {"torch bfloat16", Role::Name},
    {"torch float8_e4m3fn", Role::Name},
    {"torch float8_e5m2", Role::Name},
    {"torch int64", Role::Name},
    {"torch int32", Role::Name},
    {"torch int16", Role::Name},
    {"torch int8", Role::Name},
    {"torch uint8", Role::Name},
    {"torch uint16", Role::Name},
    {"torch uint32", Role::Name},
    {"torch uint64", Role::Name},
    {"torch bool", Role::Name},
    {"torch Size", Role::Opaque},
    {"torch device", Role::Opaque},
    {"collections Counter", Role::Opaque},
    {"collections defaultdict", Role::Opaque},
    {"builtins set", Role::Opaque},
    {"__builtin__ set", Role::Opaque},
    {"_codecs encode", Role::Opaque},
    {"numpy dtype", Role::Opaque},
    {"numpy.core.multiarray scalar", Role::Opaque},
    {"numpy._core.multiarray scalar", Role::Opaque},
    {"pytorch_lightning.callbacks.model_checkpoint ModelCheckpoint", Role::Name},
    {"pytorch_lightning.callbacks.early_stopping EarlyStopping", Role::Name},
    {"lightning.pytorch.callbacks.model_checkpoint ModelCheckpoint", Role::Name},
};

Role role_of(std::string_view name)
{
    for (const auto &known : known_names) {
        if (known.name == name)
            return known.role;
    }
    return Role::Refused;
}

// A name of the file as shown in errors.
std::string shown(std::string_view module, std::string_view name)
{
    auto text = std::string(module.substr(0, 60)) + "." + std::string(name.substr(0, 60));
    for (auto &c : text)
        c = c > ' ' && c < 127 ? c : '?';
    return text;
}

// As strict as JSON's writer: no overlong forms, no surrogates.
bool is_utf8(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        const auto first = static_cast<unsigned char>(text[at]);
        const std::size_t length = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;
        if (length == 0 || text.size() - at < length)
            return false;
        std::uint32_t code = length == 1 ? first : first & (0x7f >> length);
        for (std::size_t i = 1; i < length; ++i) {
            const auto next = static_cast<unsigned char>(text[at + i]);
            if (next >> 6 != 2)
                return false;
            code = code << 6 | (next & 0x3f);
        }
        constexpr std::array<std::uint32_t, 5> smallest = {0, 0, 0x80, 0x800, 0x10000};
        if (code < smallest[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
            return false;
        at += length;
    }
    return true;
}

class Reader {
public:
    Reader(std::string_view bytes, const std::string &place) : bytes_(bytes.substr(0, byte_limit)), place_(place) {}

    Result<Pickle> read()
    {
        for (std::size_t count = 0; !done_; ++count) {
            if (count == operation_limit || pickle_.objects.size() > object_limit)
                return too_large();
            const auto opcode = number(1);
            QUELL_TRY(status_);
            QUELL_TRY(step(static_cast<unsigned char>(opcode)));
            QUELL_TRY(status_);
        }
        pickle_.size = at_;
        return std::move(pickle_);
    }

private:
    Status step(unsigned char opcode)
    {
        switch (opcode) {
        case 0x80: return check_protocol();                          // PROTO
        case 0x95: return (void)take(8), Status{};                   // FRAME
        case '.': return pickle_.root = pop(), done_ = true, Status{}; // STOP
        case '(': return marks_.push_back(stack_.size()), Status{};  // MARK
        case '0': return drop();                                     // POP
        case '1': return (void)to_mark(), Status{};                  // POP_MARK
        case '2': return push_again(top());                          // DUP
        case 'N': return push(Kind::None);
        case 0x88: return push(Kind::Boolean, 1);
        case 0x89: return push(Kind::Boolean, 0);
        case 'J': return push(Kind::Integer, static_cast<std::int32_t>(number(4)));
        case 'K': return push(Kind::Integer, static_cast<std::int64_t>(number(1)));
        case 'M': return push(Kind::Integer, static_cast<std::int64_t>(number(2)));
        case 0x8a: return push_long(number(1)); // LONG1
        case 0x8b: return push_long(number(4)); // LONG4
        case 'G': return take(8), push(Kind::Opaque);
        case 'X': return push_text(number(4));
        case 0x8c: return push_text(number(1));
        case 0x8d: return push_text(number(8));
        case 'U': return push_text(number(1)); // Python 2's strings
        case 'T': return push_text(number(4));
        case 'C': return take(number(1)), push(Kind::Opaque);
        case 'B': return take(number(4)), push(Kind::Opaque);
        case 0x8e: return take(number(8)), push(Kind::Opaque);
        case ')': return push(Kind::Tuple);
        case ']': return push(Kind::List);
        case '}': return push(Kind::Dict);
        case 0x8f: return push(Kind::Opaque); // EMPTY_SET
        case 't': return push(Kind::Tuple, to_mark());
        case 'l': return push(Kind::List, to_mark());
        case 'd': return push(Kind::Dict, to_mark());
        case 0x91: return (void)to_mark(), push(Kind::Opaque); // FROZENSET
        case 0x85: return push(Kind::Tuple, last(1));
        case 0x86: return push(Kind::Tuple, last(2));
        case 0x87: return push(Kind::Tuple, last(3));
        case 'a': return add(last(1), Kind::List);
        case 'e': return add(to_mark(), Kind::List);
        case 's': return add(last(2), Kind::Dict);
        case 'u': return add(to_mark(), Kind::Dict);
        case 0x90: return add(to_mark(), Kind::Opaque); // ADDITEMS
        case 'q': return memorize(number(1));
        case 'r': return memorize(number(4));
        case 0x94: return memorize(memo_.size());
        case 'h': return recall(number(1));
        case 'j': return recall(number(4));
        case 'c': return read_global();
        case 0x93: return stack_global();
        case 'Q': return push(Kind::PersistentId, last(1));
        case 'R': return reduce();
        case 'b': return build();
        case 0x81: return refuse_object(1, "NEWOBJ");
        case 0x92: return refuse_object(2, "NEWOBJ_EX");
        case 'o': return refuse_opcode("OBJ");
        case 'i': return refuse_instance();
        case 0x82:
        case 0x83:
        case 0x84: return refuse_opcode("EXT");
        default: return malformed("opcode " + std::to_string(opcode) + " is not one that torch.save writes");
        }
    }

    tl::unexpected<Error> malformed(const std::string &what) const
    {
        return fail(ErrorCode::Malformed, "its pickle is damaged or hostile: " + what + " (byte " + std::to_string(at_) + ")", place_);
    }
    tl::unexpected<Error> too_large() const { return malformed("it is larger than that of any model"); }
    tl::unexpected<Error> refused(const std::string &what) const
    {
        return fail(ErrorCode::Unsupported,
                    "refuses to run " + what + ": this pickle is a program, not only tensors; convert it to safetensors in a sandbox", place_);
    }
    void note(const std::string &what)
    {
        if (status_)
            status_ = malformed(what);
    }

    std::string_view take(std::uint64_t count)
    {
        if (count > bytes_.size() - at_) {
            note("it ends too early");
            return {};
        }
        at_ += count;
        return bytes_.substr(at_ - count, count);
    }
    std::uint64_t number(std::size_t width)
    {
        const auto raw = take(width);
        std::uint64_t value = 0;
        for (auto i = raw.size(); i-- > 0;)
            value = value << 8 | static_cast<unsigned char>(raw[i]);
        return value;
    }
    std::string_view line()
    {
        const auto end = bytes_.find('\n', at_);
        const auto text = take(end == bytes_.npos ? bytes_.npos : end + 1 - at_);
        return text.substr(0, text.size() - !text.empty());
    }

    Object &make(Kind kind)
    {
        auto &object = pickle_.objects.emplace_back();
        object.kind = kind;
        return object;
    }
    Status push_again(Object *object) { return stack_.push_back(object), Status{}; }
    Status push(Kind kind, std::int64_t integer = 0)
    {
        auto &object = make(kind);
        object.integer = integer;
        return push_again(&object);
    }
    Status push(Kind kind, const std::vector<Object *> &items)
    {
        auto &object = make(kind);
        object.items.assign(items.begin(), items.end());
        if (kind == Kind::Dict && items.size() % 2 != 0)
            return malformed("a key without a value");
        return push_again(&object);
    }
    Status push_text(std::uint64_t length)
    {
        auto &object = make(Kind::Text);
        object.text = take(length);
        if (!is_utf8(object.text))
            return malformed("a text is not UTF-8");
        return push_again(&object);
    }
    Status push_long(std::uint64_t length)
    {
        const auto raw = take(length);
        if (raw.size() > 8)
            return push_again(&(make(Kind::Opaque).text = raw, pickle_.objects.back()));
        std::uint64_t value = !raw.empty() && (raw.back() & 0x80) ? ~std::uint64_t{0} : 0;
        for (auto i = raw.size(); i-- > 0;)
            value = value << 8 | static_cast<unsigned char>(raw[i]);
        return push(Kind::Integer, static_cast<std::int64_t>(value));
    }

    // What lies on the stack above the last mark; an error is noted and a stand-in returned where nothing does.
    std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
    Object *top()
    {
        if (stack_.size() > floor())
            return stack_.back();
        note("an opcode finds nothing to work on");
        return &nothing_;
    }
    Object *pop()
    {
        auto *object = top();
        if (object != &nothing_)
            stack_.pop_back();
        return object;
    }
    std::vector<Object *> last(std::size_t count)
    {
        std::vector<Object *> items(count);
        while (count-- > 0)
            items[count] = pop();
        return items;
    }
    std::vector<Object *> to_mark()
    {
        if (marks_.empty()) {
            note("there is no mark to go back to");
            return {};
        }
        std::vector<Object *> items(stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back()), stack_.end());
        stack_.resize(marks_.back());
        marks_.pop_back();
        return items;
    }
    Status drop()
    {
        if (!marks_.empty() && marks_.back() == stack_.size())
            marks_.pop_back();
        else
            pop();
        return {};
    }
    Status add(const std::vector<Object *> &items, Kind wanted)
    {
        auto *target = top();
        QUELL_TRY(status_);
        if (target->kind == Kind::Opaque)
            return {};
        if (target->kind != wanted || (wanted == Kind::Dict && items.size() % 2 != 0))
            return malformed("items are put into what is no container of their kind");
        target->items.insert(target->items.end(), items.begin(), items.end());
        return {};
    }

    Status memorize(std::uint64_t index)
    {
        if (index > object_limit)
            return malformed("its memo is larger than that of any model");
        if (index >= memo_.size())
            memo_.resize(index + 1);
        memo_[index] = top();
        return {};
    }
    Status recall(std::uint64_t index)
    {
        if (index >= memo_.size() || !memo_[index])
            return malformed("it recalls what it never memorized");
        return push_again(memo_[index]);
    }

    Status push_global(std::string_view module, std::string_view name)
    {
        const auto both = std::string(module) + " " + std::string(name);
        const auto *known = std::find_if(std::begin(known_names), std::end(known_names), [&](const auto &entry) { return entry.name == both; });
        if (known == std::end(known_names))
            return refused(shown(module, name));
        make(Kind::Global).text = known->name;
        return push_again(&pickle_.objects.back());
    }
    Status read_global()
    {
        const auto module = line(), name = line();
        QUELL_TRY(status_);
        return push_global(module, name);
    }
    Status stack_global()
    {
        const auto *name = pop(), *module = pop();
        QUELL_TRY(status_);
        if (name->kind != Kind::Text || module->kind != Kind::Text)
            return malformed("the name of a global is not a text");
        return push_global(module->text, name->text);
    }

    Status reduce()
    {
        auto *arguments = pop(), *function = pop();
        QUELL_TRY(status_);
        if (function->kind != Kind::Global || arguments->kind != Kind::Tuple)
            return refused("a call of what is no function");
        switch (role_of(function->text)) {
        case Role::Function: return push(Kind::Call, {function, arguments});
        case Role::Opaque: return push(Kind::Opaque);
        case Role::Dict: return push_dict(*arguments);
        default: return refused("a call of " + std::string(function->text));
        }
    }
    // OrderedDict(), or as Python 2 wrote it, OrderedDict([[key, value], …]).
    Status push_dict(const Object &arguments)
    {
        auto &dict = make(Kind::Dict);
        if (arguments.items.size() > 1 || (arguments.items.size() == 1 && arguments.items[0]->kind != Kind::List))
            return malformed("an OrderedDict of something else than pairs");
        for (const auto *list : arguments.items) {
            for (const auto *pair : list->items) {
                if ((pair->kind != Kind::List && pair->kind != Kind::Tuple) || pair->items.size() != 2)
                    return malformed("an OrderedDict of something else than pairs");
                if ((copied_ += 2) > item_limit)
                    return too_large();
                dict.items.insert(dict.items.end(), pair->items.begin(), pair->items.end());
            }
        }
        return push_again(&dict);
    }
    // State: the `_metadata` of a module's OrderedDict, the byte order of a numpy dtype. Left out.
    Status build()
    {
        pop();
        const auto *target = top();
        QUELL_TRY(status_);
        if (target->kind != Kind::Dict && target->kind != Kind::Opaque)
            return refused("the state of what is no dict");
        return {};
    }

    Status check_protocol()
    {
        const auto protocol = number(1);
        if (protocol < 2 || protocol > 5)
            note("protocol " + std::to_string(protocol) + " is not one of 2 to 5");
        return {};
    }
    Status refuse_opcode(const char *opcode) { return refused(std::string("the opcode ") + opcode); }
    Status refuse_object(std::size_t arguments, const char *opcode)
    {
        (void)last(arguments);
        const auto *type = pop();
        QUELL_TRY(status_);
        return refused((type->kind == Kind::Global ? std::string(type->text) + " by " : "") + "the opcode " + opcode);
    }
    Status refuse_instance()
    {
        const auto module = line(), name = line();
        QUELL_TRY(status_);
        return refused(shown(module, name));
    }

    std::string_view bytes_;
    const std::string &place_;
    std::size_t at_ = 0;
    Pickle pickle_;
    std::vector<Object *> stack_, memo_;
    std::vector<std::size_t> marks_;
    Object nothing_;
    std::size_t copied_ = 0; // items that took no opcode of their own
    Status status_;
    bool done_ = false;
};

} // namespace

Result<Pickle> read_pickle(std::string_view bytes, const std::string &place)
{
    return Reader(bytes, place).read();
}

} // namespace quell
