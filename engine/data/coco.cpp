#include "data/coco.h"

#include "formats/json.h"

#include <map>

namespace quell {
namespace {

const SortedJson *member(const SortedJson &object, const char *key, SortedJson::value_t type)
{
    const auto found = object.is_object() ? object.find(key) : object.end();
    const bool number = type == SortedJson::value_t::number_integer;
    return found != object.end() && (found->type() == type || (number && found->is_number_integer())) ? &*found : nullptr;
}

} // namespace

Result<std::vector<CocoCaption>> read_coco_captions(const fs::path &file)
{
    using Type = SortedJson::value_t;
    QUELL_ASSIGN(const auto text, read_text(file, std::size_t{1} << 30));
    QUELL_ASSIGN(const auto json, parse_sorted_json(text, file.string()));
    const auto wrong = [&](const std::string &key, const char *what) { return fail(ErrorCode::Malformed, what, file.string() + ": " + key); };
    const auto *images = member(json, "images", Type::array), *annotations = member(json, "annotations", Type::array);
    if (!images || !annotations)
        return wrong(images ? "annotations" : "images", "must be an array, as in COCO's captions");
    std::vector<CocoCaption> captions;
    std::map<std::int64_t, std::size_t> places;
    for (const auto &image : *images) {
        const auto *id = member(image, "id", Type::number_integer), *name = member(image, "file_name", Type::string);
        if (!id || !name)
            return wrong("images[" + std::to_string(captions.size()) + ']', "needs a number \"id\" and a text \"file_name\"");
        places.emplace(id->get<std::int64_t>(), captions.size());
        captions.push_back({name->get<std::string>(), {}});
    }
    std::map<std::size_t, std::int64_t> lowest;
    for (std::size_t i = 0; i < annotations->size(); ++i) {
        const auto &one = (*annotations)[i];
        const auto *id = member(one, "id", Type::number_integer), *image = member(one, "image_id", Type::number_integer), *caption = member(one, "caption", Type::string);
        const auto place = image ? places.find(image->get<std::int64_t>()) : places.end();
        if (!id || !caption || place == places.end())
            return wrong("annotations[" + std::to_string(i) + ']', "needs a number \"id\", a text \"caption\" and the \"image_id\" of a listed picture");
        const auto [known, fresh] = lowest.try_emplace(place->second, id->get<std::int64_t>());
        if (!fresh && known->second <= id->get<std::int64_t>())
            continue;
        known->second = id->get<std::int64_t>();
        captions[place->second].caption = caption->get<std::string>();
    }
    return captions;
}

} // namespace quell
