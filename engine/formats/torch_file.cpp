#include "formats/torch_file.h"

#include "formats/pickle.h"
#include "formats/zip.h"

#include <algorithm>

namespace quell {
namespace {

using Object = PickleObject;
using Kind = PickleObject::Kind;

constexpr std::uint64_t alias_limit = 4; // times the file
constexpr std::size_t depth_limit = 32, visit_limit = 1'000'000, tensor_limit = 100'000, name_limit = 512, metadata_limit = 64;

struct TorchName {
    std::string_view name;
    std::optional<Dtype> dtype; // none: bytes whose dtype stands elsewhere
};

constexpr TorchName torch_names[] = {
    {"torch FloatStorage", Dtype::F32},    {"torch DoubleStorage", Dtype::F64},        {"torch HalfStorage", Dtype::F16},
    {"torch BFloat16Storage", Dtype::BF16}, {"torch LongStorage", Dtype::I64},         {"torch IntStorage", Dtype::I32},
    {"torch ShortStorage", Dtype::I16},    {"torch CharStorage", Dtype::I8},           {"torch ByteStorage", Dtype::U8},
    {"torch BoolStorage", Dtype::Bool},    {"torch.storage UntypedStorage", {}},       {"torch UntypedStorage", {}},
    {"torch float32", Dtype::F32},         {"torch float64", Dtype::F64},              {"torch float16", Dtype::F16},
    {"torch bfloat16", Dtype::BF16},       {"torch float8_e4m3fn", Dtype::F8E4M3},     {"torch float8_e5m2", Dtype::F8E5M2},
    {"torch int64", Dtype::I64},           {"torch int32", Dtype::I32},                {"torch int16", Dtype::I16},
    {"torch int8", Dtype::I8},             {"torch uint8", Dtype::U8},                 {"torch uint16", Dtype::U16},
    {"torch uint32", Dtype::U32},          {"torch uint64", Dtype::U64},               {"torch bool", Dtype::Bool},
};

const TorchName *torch_name(const Object &object)
{
    const auto *found = std::find_if(std::begin(torch_names), std::end(torch_names), [&](const auto &entry) { return entry.name == object.text; });
    return object.kind == Kind::Global && found != std::end(torch_names) ? found : nullptr;
}

std::string_view text_of(std::span<const std::byte> bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

struct Range {
    std::uint64_t begin = 0, size = 0; // bytes of the file
};
using Storages = std::map<std::string_view, Range>; // by key

// A persistent id: ("storage", type, key, location, elements[, (view key, first element, elements)]).
struct StorageId {
    std::optional<Dtype> dtype;
    std::string_view key;
    std::uint64_t elements = 0;
    std::uint64_t view_begin = 0, view_elements = 0; // of the storage, in elements

    std::uint64_t element_size() const { return dtype ? size_of(*dtype) : 1; }
};

std::optional<StorageId> storage_id(const Object &object)
{
    const auto *id = object.kind == Kind::PersistentId ? object.items[0] : nullptr;
    if (!id || id->kind != Kind::Tuple || id->items.size() < 5 || id->items.size() > 6)
        return {};
    const auto &items = id->items;
    const auto *type = torch_name(*items[1]);
    const auto is_count = [](const Object &value) { return value.kind == Kind::Integer && value.integer >= 0 && value.integer < INT64_MAX / 8; };
    if (items[0]->kind != Kind::Text || items[0]->text != "storage" || !type || items[2]->kind != Kind::Text || !is_count(*items[4]))
        return {};
    StorageId storage{type->dtype, items[2]->text, std::uint64_t(items[4]->integer), 0, std::uint64_t(items[4]->integer)};
    if (items.size() == 6 && items[5]->kind != Kind::None) {
        const auto &view = items[5]->items;
        if (items[5]->kind != Kind::Tuple || view.size() != 3 || !is_count(*view[1]) || !is_count(*view[2]))
            return {};
        storage.view_begin = std::uint64_t(view[1]->integer);
        storage.view_elements = std::uint64_t(view[2]->integer);
        if (storage.view_begin > storage.elements || storage.view_elements > storage.elements - storage.view_begin)
            return {};
    }
    return storage;
}

bool is_row_major(const std::vector<std::int64_t> &shape, const std::vector<std::int64_t> &strides)
{
    std::int64_t expected = 1;
    for (auto d = shape.size(); d-- > 0;) {
        if (shape[d] != 1 && strides[d] != expected)
            return false;
        expected *= shape[d];
    }
    return true;
}

// Elements from the first to one past the last; nothing on overflow.
std::optional<std::uint64_t> extent(const std::vector<std::int64_t> &shape, const std::vector<std::int64_t> &strides)
{
    std::uint64_t last = 0;
    for (std::size_t d = 0; d < shape.size(); ++d) {
        std::uint64_t step = 0;
        if (__builtin_mul_overflow(std::uint64_t(shape[d] - 1), std::uint64_t(strides[d]), &step) || __builtin_add_overflow(last, step, &last))
            return {};
    }
    return last < INT64_MAX / 8 ? std::optional(last + 1) : std::nullopt;
}

// Finds the tensors in the tree of a pickle.
class Finder {
public:
    Finder(const Storages &storages, std::uint64_t file_size, const std::string &place) : storages_(storages), file_size_(file_size), place_(place) {}

    Result<TensorListing> find(const Object &root)
    {
        const auto *top = &root;
        for (std::size_t i = 0; root.kind == Kind::Dict && i < root.items.size(); i += 2) {
            const auto &key = *root.items[i], &value = *root.items[i + 1];
            if (key.kind == Kind::Text && key.text == "state_dict" && value.kind == Kind::Dict)
                top = &value;
            else if (key.kind == Kind::Text)
                add_metadata(key.text, value);
        }
        QUELL_TRY(walk(*top, {}, 0));
        auto &tensors = listing_.tensors;
        if (tensors.empty())
            return fail(ErrorCode::Malformed, "a file of torch.save that holds no tensors", place_);
        std::sort(tensors.begin(), tensors.end(), [](const TensorInfo &a, const TensorInfo &b) { return a.name < b.name; });
        const auto twice = std::adjacent_find(tensors.begin(), tensors.end(), [](auto &a, auto &b) { return a.name == b.name; });
        if (twice != tensors.end())
            return fail(ErrorCode::Malformed, "two tensors are named \"" + twice->name + "\"", place_);
        return std::move(listing_);
    }

private:
    void add_metadata(std::string_view key, const Object &value)
    {
        if (listing_.metadata.size() == metadata_limit || key.size() > name_limit || value.text.size() > name_limit)
            return;
        if (value.kind == Kind::Text)
            listing_.metadata[std::string(key)] = value.text;
        else if (value.kind == Kind::Integer)
            listing_.metadata[std::string(key)] = std::to_string(value.integer);
    }

    tl::unexpected<Error> too_much() const
    {
        return fail(ErrorCode::Malformed, "its containers are nested deeper, or hold more or longer names, than those of any model: damaged or hostile", place_);
    }
    // Small files can refer to a large container many times.
    Status look_through(const Object &container)
    {
        visits_ += container.items.size();
        return visits_ > visit_limit ? too_much() : Status{};
    }

    Status walk(const Object &object, const std::string &name, std::size_t depth)
    {
        if (depth > depth_limit || name.size() > name_limit)
            return too_much();
        QUELL_TRY(look_through(object));
        const auto inside = [&](std::string_view key) { return (name.empty() ? "" : name + ".") + std::string(key.substr(0, name_limit + 1)); };
        if (object.kind == Kind::Call)
            return add(object, name.empty() ? "tensor" : name);
        if (object.kind == Kind::List || object.kind == Kind::Tuple) {
            for (std::size_t i = 0; i < object.items.size(); ++i)
                QUELL_TRY(walk(*object.items[i], inside(std::to_string(i)), depth + 1));
        }
        for (std::size_t i = 0; object.kind == Kind::Dict && i < object.items.size(); i += 2) {
            const auto &key = *object.items[i];
            if (key.kind == Kind::Text)
                QUELL_TRY(walk(*object.items[i + 1], inside(key.text), depth + 1));
            else if (key.kind == Kind::Integer)
                QUELL_TRY(walk(*object.items[i + 1], inside(std::to_string(key.integer)), depth + 1));
        }
        return {};
    }

    Status add(const Object &call, const std::string &name)
    {
        if (listing_.tensors.size() == tensor_limit)
            return fail(ErrorCode::Malformed, "it holds more tensors than any model: damaged or hostile", place_);
        QUELL_ASSIGN(auto tensor, tensor_of(*call.items[0], *call.items[1], name, 0));
        tensor.name = name;
        total_ += tensor.bytes();
        if (total_ > alias_limit * file_size_)
            return fail(ErrorCode::Malformed, "its tensors repeat the file's bytes more than four times: damaged or hostile", place_);
        listing_.tensors.push_back(std::move(tensor));
        return {};
    }

    tl::unexpected<Error> wrong(const std::string &name, const char *what, ErrorCode code = ErrorCode::Malformed) const
    {
        return fail(code, what, place_ + ": tensor \"" + name + "\"");
    }

    // The tensor that this function of torch's would have made of these arguments.
    Result<TensorInfo> tensor_of(const Object &function, const Object &arguments, const std::string &name, std::size_t depth)
    {
        const auto &items = arguments.items;
        if (function.text == "torch._utils _rebuild_parameter" || function.text == "torch._utils _rebuild_parameter_with_state") {
            if (items.empty() || items[0]->kind != Kind::Call || depth > 4)
                return wrong(name, "a parameter of something else than a tensor");
            return tensor_of(*items[0]->items[0], *items[0]->items[1], name, depth + 1);
        }
        if (function.text == "torch._tensor _rebuild_from_type_v2") { // (function, type, arguments, state)
            const bool plain = items.size() == 4 && items[0]->kind == Kind::Global && items[1]->kind == Kind::Global && items[2]->kind == Kind::Tuple &&
                               (items[1]->text == "torch Tensor" || items[1]->text == "torch.nn.parameter Parameter");
            if (!plain || depth > 4)
                return wrong(name, "of another class than Tensor or Parameter", ErrorCode::Unsupported);
            return tensor_of(*items[0], *items[2], name, depth + 1);
        }
        if (!function.text.starts_with("torch._utils _rebuild_tensor"))
            return wrong(name, "is made by what makes no tensors");
        return plain_tensor(items, function.text.ends_with("_v3"), name);
    }

    static std::optional<std::vector<std::int64_t>> sizes(const Object &object)
    {
        if ((object.kind != Kind::Tuple && object.kind != Kind::List) || object.items.size() > 64)
            return {};
        std::vector<std::int64_t> values;
        for (const auto *item : object.items) {
            if (item->kind != Kind::Integer || item->integer < 0)
                return {};
            values.push_back(item->integer);
        }
        return values;
    }

    // (storage, first element, shape, strides, requires_grad, hooks[, dtype in v3][, {"neg": …, "conj": …}])
    Result<TensorInfo> plain_tensor(const std::vector<const Object *> &items, bool has_dtype, const std::string &name)
    {
        const auto storage = items.size() >= 4 ? storage_id(*items[0]) : std::nullopt;
        const auto shape = storage ? sizes(*items[2]) : std::nullopt, strides = storage ? sizes(*items[3]) : std::nullopt;
        if (!shape || !strides || shape->size() != strides->size() || items[1]->kind != Kind::Integer || items[1]->integer < 0)
            return wrong(name, "its storage, shape or strides are not what torch.save writes");
        const auto *dtype = has_dtype && items.size() >= 7 ? torch_name(*items[6]) : nullptr;
        const std::size_t at = has_dtype ? 7 : 6;
        if (items.size() > at && items[at]->kind == Kind::Dict) {
            const Object &flags = *items[at];
            QUELL_TRY(look_through(flags));
            for (std::size_t i = 1; i < flags.items.size(); i += 2) {
                if (flags.items[i]->integer)
                    return wrong(name, "is stored negated or conjugated", ErrorCode::Unsupported);
            }
        }
        TensorInfo tensor;
        if (dtype ? !dtype->dtype : !storage->dtype)
            return wrong(name, "its dtype is not told");
        tensor.dtype = dtype ? *dtype->dtype : *storage->dtype;
        tensor.shape = *shape;
        if (!byte_count(tensor.dtype, tensor.shape))
            return wrong(name, "its shape is too large for any file");
        if (tensor.elements() > 0 && !is_row_major(tensor.shape, *strides))
            tensor.strides = *strides;
        return placed(std::move(tensor), *storage, std::uint64_t(items[1]->integer), *strides, name);
    }

    Result<TensorInfo> placed(TensorInfo tensor, const StorageId &id, std::uint64_t first, const std::vector<std::int64_t> &strides, const std::string &name)
    {
        const auto found = storages_.find(id.key);
        if (found == storages_.end())
            return wrong(name, "its storage is not in the file; it is damaged or cut short");
        const auto size = size_of(tensor.dtype);
        const auto &range = found->second;
        if (id.elements > range.size / id.element_size())
            return wrong(name, "its storage is shorter than it claims");
        const auto available = id.view_elements * id.element_size() / size; // elements of the tensor's own dtype
        const auto needed = tensor.elements() == 0 ? 0 : extent(tensor.shape, strides);
        if (!needed || first > available || *needed > available - first)
            return wrong(name, "it reaches beyond its storage");
        tensor.begin = range.begin + id.view_begin * id.element_size() + first * size;
        return tensor;
    }

    const Storages &storages_;
    std::uint64_t file_size_;
    const std::string &place_;
    TensorListing listing_;
    std::size_t visits_ = 0; // items looked at
    std::uint64_t total_ = 0;
};

// The pickles of a legacy file one after the other; what is left after them.
class LegacyFile {
public:
    LegacyFile(std::string_view bytes, const std::string &place) : bytes_(bytes), place_(place) {}

    Result<Pickle> next()
    {
        QUELL_ASSIGN(auto pickle, read_pickle(bytes_.substr(at_), place_));
        at_ += pickle.size;
        return pickle;
    }

    // In the order of `keys`, each with its number of elements in front. The element size stands in the persistent ids of the object.
    Result<Storages> storages(const Object &keys, const Pickle &object)
    {
        std::map<std::string_view, StorageId> ids;
        for (const auto &candidate : object.objects) {
            if (const auto id = storage_id(candidate))
                ids.emplace(id->key, *id);
        }
        Storages storages;
        for (const auto *key : keys.items) {
            const auto id = ids.find(key->text);
            if (id == ids.end())
                return fail(ErrorCode::Malformed, "a storage at its end belongs to no tensor", place_);
            const auto bytes = id->second.elements * id->second.element_size();
            if (bytes_.size() - at_ < 8 || bytes_.size() - at_ - 8 < bytes)
                return fail(ErrorCode::Malformed, "the file is cut short within its storages; fetch it again", place_);
            std::uint64_t elements = 0;
            for (int i = 7; i >= 0; --i)
                elements = elements << 8 | static_cast<unsigned char>(bytes_[at_ + i]);
            if (elements != id->second.elements)
                return fail(ErrorCode::Malformed, "a storage is not as long as its tensors say", place_);
            storages[key->text] = {at_ + 8, bytes};
            at_ += 8 + bytes;
        }
        return storages;
    }

private:
    std::string_view bytes_;
    const std::string &place_;
    std::size_t at_ = 0;
};

} // namespace

Result<TensorListing> read_torch_zip(std::span<const std::byte> file, const std::string &place)
{
    QUELL_ASSIGN(const auto entries, read_zip(file, place));
    const auto contents = [&](const ZipEntry &entry) { return text_of(file.subspan(entry.begin, entry.size)); };
    constexpr std::string_view pickle_name = "/data.pkl";
    const auto is_pickle = [&](const ZipEntry &entry) { return entry.name.ends_with(pickle_name) && entry.name.find('/') == entry.name.size() - pickle_name.size(); };
    const auto main = std::find_if(entries.begin(), entries.end(), is_pickle);
    if (main == entries.end() || std::count_if(entries.begin(), entries.end(), is_pickle) != 1)
        return fail(ErrorCode::Malformed, "a zip archive, but not one that torch.save wrote: it has no data.pkl", place);
    const auto prefix = main->name.substr(0, main->name.size() - pickle_name.size() + 1);
    Storages storages;
    for (const auto &entry : entries) {
        if (!entry.name.starts_with(prefix))
            continue;
        const auto name = entry.name.substr(prefix.size());
        if (name == "constants.pkl" || name.starts_with("code/"))
            return fail(ErrorCode::Unsupported, "a TorchScript program, not weights; save its state_dict instead", place);
        if (name == "byteorder" && contents(entry) != "little")
            return fail(ErrorCode::Unsupported, "it was written on a big-endian machine; convert it to safetensors there", place);
        if (name.starts_with("data/"))
            storages[name.substr(5)] = {entry.begin, entry.size};
    }
    QUELL_ASSIGN(const auto pickle, read_pickle(contents(*main), place));
    return Finder(storages, file.size(), place).find(*pickle.root);
}

Result<TensorListing> read_torch_legacy(std::span<const std::byte> file, const std::string &place)
{
    constexpr std::string_view magic("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 10); // LONG1, little-endian
    LegacyFile legacy(text_of(file), place);
    QUELL_ASSIGN(const auto first, legacy.next());
    if (first.root->text != magic)
        return fail(ErrorCode::Malformed, "a pickle, but not one that torch.save wrote", place);
    QUELL_ASSIGN(const auto protocol, legacy.next());
    if (protocol.root->integer != 1001)
        return fail(ErrorCode::Unsupported, "protocol " + std::to_string(protocol.root->integer) + " of torch.save is not 1001", place);
    QUELL_ASSIGN(const auto machine, legacy.next());
    for (std::size_t i = 0; machine.root->kind == Kind::Dict && i < machine.root->items.size(); i += 2) {
        if (machine.root->items[i]->text == "little_endian" && !machine.root->items[i + 1]->integer)
            return fail(ErrorCode::Unsupported, "it was written on a big-endian machine; convert it to safetensors there", place);
    }
    QUELL_ASSIGN(const auto object, legacy.next());
    QUELL_ASSIGN(const auto keys, legacy.next());
    QUELL_ASSIGN(const auto storages, legacy.storages(*keys.root, object));
    return Finder(storages, file.size(), place).find(*object.root);
}

} // namespace quell
